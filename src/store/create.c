/* Creation of the result file: complete, under a temporary name; by rank 0, but for the NaN of its rows.
 *
 * All space that the file will need is reserved with posix_fallocate before HDF5 writes anything, since a
 * full disk makes it crash. Every dataset gets its final size, contiguous, allocated at once. The rows' datasets are
 * not filled by HDF5: they are the zeros of reserved space, all points pending, until all ranks have written NaN where it
 * belongs. Then the file is fsynced, renamed, and its folder fsynced. After that nothing but raw data is ever written into
 * it, so that no kill at any moment makes it unreadable. The metadata are of HDF5 1.8's form, which has
 * checksums; those of configuration and axes are in the attribute header_checksum.
 *
 * A `writer` remembers the first failure; HDF5 calls on what could not be made fail too, harmlessly, so that
 * the code below reads straight on.
 */
#include "store/private.h"

#include "base/place.h"
#include "config/members.h"
#include "store/manners.h"
#include "wdscan/contour.h"
#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_version.h>
#include <hdf5_hl.h>
#include <libgen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* ALL_AXES stands for the dimensions of the axes, AXIS + a being number a of them. */
enum dimension {
  MASS,
  COUPLING,
  SHELL,
  POLARIZATION,
  LEVEL,
  NODE,
  AXIS,
  DIMENSIONS = AXIS + WD_AXES_MAX,
  ALL_AXES = DIMENSIONS
};

typedef struct writer {
  hid_t file, text_type;
  hid_t scale[DIMENSIONS]; /* the datasets /mass, /coupling, ... */
  hsize_t size[DIMENSIONS];
  const wd_members *members; /* of the settings */
  const char *path;          /* as the user gave it, for messages */
  int status;
  wd_error *err;
} writer;

/* Passes `id` on; notes the first failure. */
static hid_t made(writer *w, hid_t id, const char *what) {
  if (id < 0 && w->status == WD_OK) {
    char cause[256];
    wd_hdf5_cause(0, cause, sizeof cause);
    w->status =
        wd_fail(w->err, WD_ERR_IO, "%s: cannot create the result file (at %s): %s", w->path, what, cause);
  }
  return id;
}

/* Attributes. */

static void attribute(writer *w, hid_t object, const char *name, hid_t type, hsize_t n, const void *value) {
  hid_t space = n == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &n, NULL);
  hid_t id = made(w, H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), name);
  made(w, H5Awrite(id, type, value), name);
  H5Aclose(id);
  H5Sclose(space);
}

static void text_attribute(writer *w, hid_t object, const char *name, const char *text) {
  attribute(w, object, name, w->text_type, 1, &text);
}

static void integer_attribute(writer *w, hid_t object, const char *name, int64_t value) {
  attribute(w, object, name, H5T_NATIVE_INT64, 1, &value);
}

/* Datasets. */

/* Writes the dimensions `over` with those of the axes for ALL_AXES; returns their number. */
static int expand(const writer *w, int rank, const enum dimension *over, enum dimension *out) {
  int n = 0;
  for (int d = 0; d < rank; d++)
    if (over[d] != ALL_AXES)
      out[n++] = over[d];
    else
      for (size_t a = 0; a < w->members->axes; a++) out[n++] = (enum dimension)(AXIS + a);
  return n;
}

/* A dataset over the given dimensions; numbers with a decimal point are NaN at first, others 0. `large`: the zeros of
 * reserved space, for wd_store_blank(). To be closed. */
static hid_t dataset(writer *w, const char *path, hid_t type, int dimensions, const enum dimension *named,
                     bool large, const char *units, const char *description) {
  const double nan_fill = NAN;
  enum dimension over[DIMENSIONS] = {0};
  const int rank = expand(w, dimensions, named, over);
  hsize_t size[DIMENSIONS] = {0};
  for (int d = 0; d < rank; d++) size[d] = w->size[over[d]];
  hid_t space = rank ? H5Screate_simple(rank, size, NULL) : H5Screate(H5S_SCALAR);
  hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_layout(plist, H5D_CONTIGUOUS);
  H5Pset_alloc_time(plist, H5D_ALLOC_TIME_EARLY);
  if (large) H5Pset_fill_time(plist, H5D_FILL_TIME_NEVER);
  if (H5Tget_class(type) == H5T_FLOAT) H5Pset_fill_value(plist, H5T_NATIVE_DOUBLE, &nan_fill);
  hid_t id = made(w, H5Dcreate2(w->file, path, type, space, H5P_DEFAULT, plist, H5P_DEFAULT), path);
  text_attribute(w, id, "units", units);
  text_attribute(w, id, "description", description);
  for (int d = 0; d < rank; d++)
    if (w->scale[over[d]] >= 0) made(w, H5DSattach_scale(id, w->scale[over[d]], (unsigned)d), path);
  H5Pclose(plist);
  H5Sclose(space);
  return id;
}

static void add(writer *w, const char *path, hid_t type, int rank, const enum dimension *over,
                const char *units, const char *description, const void *data) {
  hid_t id = dataset(w, path, type, rank, over, /*large=*/false, units, description);
  if (data) made(w, H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), path);
  H5Dclose(id);
}

/* A dimension scale: the dataset that gives a dimension its name and its values. It stays open in w->scale.
 */
static void add_scale(writer *w, enum dimension d, const char *path, size_t n, hid_t type, const void *data,
                      const char *units, const char *description) {
  w->size[d] = n;
  hid_t id = dataset(w, path, type, 1, &d, /*large=*/false, units, description);
  if (n > 0) made(w, H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), path);
  made(w, H5DSset_scale(id, strrchr(path, '/') + 1), path);
  w->scale[d] = id;
}

/* Stars of several members have shells at different radii: then the number is the coordinate. */
static void add_shells(writer *w, const wd_store_header *h) {
  double *number = malloc(h->shells * sizeof *number);
  for (size_t i = 0; number && i < h->shells; i++) number[i] = (double)i;
  if (!number) w->status = wd_fail(w->err, WD_ERR_MEMORY, "out of memory");
  if (number && w->members->axes)
    add_scale(w, SHELL, "/shell", h->shells, H5T_NATIVE_DOUBLE, number, "1", "number of the shell");
  else if (number)
    add_scale(w, SHELL, "/shell", h->shells, H5T_NATIVE_DOUBLE, h->shell, "km", "middle radius of the shell");
  free(number);
}

/* "/star_mass" for star.mass. */
static const char *path_of(const char *name, char path[WD_AXIS_TEXT + 1]) {
  snprintf(path, WD_AXIS_TEXT + 1, "/%s", name);
  for (char *dot = path; (dot = strchr(dot, '.'));) *dot = '_';
  return path;
}

static void add_draw_numbers(writer *w, enum dimension d, size_t count) {
  int64_t *number = malloc(count * sizeof *number);
  if (!number) w->status = wd_fail(w->err, WD_ERR_MEMORY, "out of memory");
  for (size_t i = 0; number && i < count; i++) number[i] = (int64_t)i;
  if (number) add_scale(w, d, "/draw", count, H5T_NATIVE_INT64, number, "1", "number of the draw");
  free(number);
}

/* A key that varies: the scale of its axis, or a variable over the draws. */
static void add_variable(writer *w, const wd_variable *v) {
  const enum dimension d = (enum dimension)(AXIS + v->axis);
  const wd_axis *axis = &w->members->axis[v->axis];
  char path[WD_AXIS_TEXT + 1];
  const char *unit = *v->key->unit ? v->key->unit : "1";
  const hid_t type = v->number ? H5T_NATIVE_DOUBLE : w->text_type;
  const void *data = v->number ? (const void *)v->number : v->text;
  path_of(v->key->path, path);
  if (strcmp(axis->name, v->key->path) == 0)
    add_scale(w, d, path, axis->count, type, data, unit, v->key->meaning);
  else
    add(w, path, type, 1, &d, unit, v->key->meaning, data);
  hid_t id = made(w, H5Dopen2(w->file, path, H5P_DEFAULT), path);
  text_attribute(w, id, "key", v->key->path);
  H5Dclose(id);
}

static void add_axes(writer *w) {
  const wd_members *m = w->members;
  for (size_t a = 0; a < m->axes; a++)
    if (wd_members_is_draw(m, a)) add_draw_numbers(w, (enum dimension)(AXIS + a), m->axis[a].count);
  for (size_t v = 0; v < m->variables; v++) add_variable(w, &m->variable[v]);
}

static void add_scales(writer *w, const wd_store_header *h) {
  const wd_config *config = wd_settings_config(h->settings);
  const hid_t real = H5T_NATIVE_DOUBLE;
  static const char *const coupling[] = {[WD_GROUP_MU_TAU] = "gauge coupling g_mutau",
                                         [WD_GROUP_E_MU] = "gauge coupling g_emu",
                                         [WD_GROUP_E_TAU] = "gauge coupling g_etau",
                                         [WD_GROUP_DARK_PHOTON] = "kinetic mixing epsilon with the photon",
                                         [WD_GROUP_B_L] = "gauge coupling g_B-L",
                                         [WD_GROUP_CHARGES] = "gauge coupling g"};
  add_scale(w, MASS, "/mass", h->masses, real, h->mass, "eV", "mass of the A'");
  add_scale(w, COUPLING, "/coupling", h->couplings, real, h->coupling, "1",
            coupling[config->physics.model.group]);
  add_shells(w, h);
  add_scale(w, POLARIZATION, "/polarization", WD_POLARIZATIONS, w->text_type, wd_polarization_names, "1",
            "polarization of the plasmon");
  add_scale(w, LEVEL, "/level", (size_t)config->output.contour_level_count, real,
            config->output.contour_levels, "1", "excess, or f_s, along the contour");
  add_axes(w);
}

static void add_flags(writer *w, hid_t id, const char *meanings, int n) {
  int8_t values[8];
  for (int i = 0; i < n; i++) values[i] = (int8_t)i;
  attribute(w, id, "flag_values", H5T_NATIVE_INT8, (hsize_t)n, values);
  text_attribute(w, id, "flag_meanings", meanings);
}

static void add_fields(writer *w, const wd_store_kind *kind) {
#define X(name, text) " " text
  static const char failures[] = WD_FAILURE_LIST(X);
#undef X
  static const enum dimension over[WD_EXTENTS][4] = {
      [WD_EXTENT_NONE] = {ALL_AXES, MASS, COUPLING},
      [WD_EXTENT_POLARIZATION] = {ALL_AXES, MASS, COUPLING, POLARIZATION},
      [WD_EXTENT_SHELL] = {ALL_AXES, MASS, COUPLING, SHELL},
      [WD_EXTENT_MASS] = {ALL_AXES, MASS, SHELL}};
  static const int rank[WD_EXTENTS] = {3, 4, 4, 3};
  _Static_assert(WD_FAILURE_COUNT <= 8, "add_flags has room for 8 values");
  for (int f = 0; f < WD_FIELDS; f++) {
    if (!wd_field_present(f, kind)) continue;
    const wd_field_type field = wd_field_of(f, kind);
    hid_t id = dataset(w, field.path, wd_field_file_type(field.type), rank[field.extent], over[field.extent],
                       /*large=*/true, "1", field.description);
    if (f == WD_FIELD_STATUS)
      add_flags(w, id, "pending done failed target_missed lower_limit interpolated", WD_ROW_STATUSES);
    if (f == WD_FIELD_FAILURE) add_flags(w, id, failures + 1, WD_FAILURE_COUNT);
    H5Dclose(id);
  }
}

static void add_results(writer *w, const wd_store_kind *kind) {
  static const enum dimension point[] = {ALL_AXES, MASS, COUPLING}, contour[] = {LEVEL, ALL_AXES, MASS},
                              luminosity[] = {ALL_AXES, POLARIZATION};
  const hid_t real = H5T_IEEE_F64LE;
  made(w, H5Gclose(H5Gcreate2(w->file, "/diagnostics", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)),
       "/diagnostics");
  add_fields(w, kind);
  H5Dclose(dataset(w, "/checksum", H5T_STD_U32LE, 3, point, /*large=*/true, "1",
                   "FNV-1a checksum of the grid point's data, folded to 32 bits"));
  add(w, "/luminosity_sm", real, 2, luminosity, "erg/s", "neutrino luminosity in the Standard Model", NULL);
  add(w, "/luminosity_sm_error", real, 2, luminosity, "erg/s", "standard deviation of luminosity_sm", NULL);
  add(w, "/luminosity_sm_checksum", H5T_STD_U64LE, 1, luminosity, "1", "FNV-1a checksum of the two", NULL);
  add(w, "/contour_coupling", real, 3, contour, "1",
      "coupling at which the excess, or f_s, reaches the level", NULL);
  add(w, "/contour_coupling_error", real, 3, contour, "1", "standard deviation of contour_coupling", NULL);
  hid_t state =
      dataset(w, "/contour_state", H5T_STD_I8LE, 3, contour, /*large=*/false, "1",
              "whether the excess, or f_s, crosses the level, or lies above or below it at all couplings");
  add_flags(w, state, "unfinished crossing above below", WD_CONTOUR_STATES);
  H5Dclose(state);
}

static void add_times(writer *w) {
  const wd_timing none = {.run_start = NAN};
  made(w, H5Gclose(H5Gcreate2(w->file, "/timing", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)), "/timing");
  for (int t = 0; t < WD_TIMES; t++)
    add(w, wd_times[t].path, wd_field_file_type(wd_times[t].type), 0, NULL, wd_times[t].unit,
        wd_times[t].description, (const char *)&none + wd_times[t].offset);
}

/* With axes the scalars of all stars are datasets, as are the radii of their shells. */
static void add_star_scalars(writer *w, const wd_store_header *h) {
  static const enum dimension over[] = {ALL_AXES, SHELL};
  const size_t members = w->members->count;
  double *values = malloc(members * sizeof *values);
  if (!values) w->status = wd_fail(w->err, WD_ERR_MEMORY, "out of memory");
  for (size_t a = 0; values && a < h->star_attributes; a++) {
    char path[256];
    snprintf(path, sizeof path, "/star/%s", h->star_attribute_names[a]);
    for (size_t m = 0; m < members; m++) values[m] = h->star_attribute_values[m * h->star_attributes + a];
    add(w, path, H5T_NATIVE_DOUBLE, 1, over, "1", "of the star; its unit is in its name", values);
  }
  free(values);
  add(w, "/shell_radius", H5T_NATIVE_DOUBLE, 2, over, "km", "middle radius of the shell", h->shell);
}

static void add_star(writer *w, const wd_store_header *h) {
  static const enum dimension over[] = {NODE};
  int64_t *node = malloc((h->profile_nodes + 1) * sizeof *node);
  if (!node) {
    w->status = wd_fail(w->err, WD_ERR_MEMORY, "out of memory");
    return;
  }
  for (size_t i = 0; i < h->profile_nodes; i++) node[i] = (int64_t)i;
  hid_t group = made(w, H5Gcreate2(w->file, "/star", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), "/star");
  if (w->members->axes) add_star_scalars(w, h);
  for (size_t i = 0; i < h->star_attributes && !w->members->axes; i++)
    attribute(w, group, h->star_attribute_names[i], H5T_NATIVE_DOUBLE, 1, &h->star_attribute_values[i]);
  if (h->profiles)
    add_scale(w, NODE, "/star/node", h->profile_nodes, H5T_NATIVE_INT64, node, "1",
              "number of the node of the stellar profile");
  for (size_t i = 0; i < h->profiles; i++) {
    const wd_store_profile *p = &h->profile[i];
    char path[256];
    snprintf(path, sizeof path, "/star/%s", p->name);
    add(w, path, H5T_NATIVE_DOUBLE, 1, over, p->unit, p->description, p->values);
  }
  H5Gclose(group);
  free(node);
}

/* Provenance and configuration. */

static void add_versions(writer *w) {
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  unsigned major, minor, release;
  int length;
  text_attribute(w, w->file, "program", "wdscan");
  text_attribute(w, w->file, "version", WD_VERSION);
  text_attribute(w, w->file, "commit", WD_COMMIT);
  text_attribute(w, w->file, "compiler", COMPILER);
  text_attribute(w, w->file, "compiler_flags", WD_CFLAGS);
  MPI_Get_library_version(text, &length);
  text[strcspn(text, "\n")] = '\0';
  text_attribute(w, w->file, "mpi_version", text);
  H5get_libversion(&major, &minor, &release);
  snprintf(text, sizeof text, "%u.%u.%u", major, minor, release);
  text_attribute(w, w->file, "hdf5_version", text);
  text_attribute(w, w->file, "gsl_version", gsl_version);
}

/* A random name for the file, by which ranks know it. */
static void new_identity(char text[WD_IDENTITY_TEXT]) {
  unsigned char bytes[(WD_IDENTITY_TEXT - 1) / 2] = {0};
  if (getrandom(bytes, sizeof bytes, 0) < 0) {
    const uint64_t seed[2] = {(uint64_t)time(NULL), (uint64_t)getpid()};
    memcpy(bytes, seed, sizeof bytes < sizeof seed ? sizeof bytes : sizeof seed);
  }
  for (size_t i = 0; i < sizeof bytes; i++) snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static void add_title(writer *w, const wd_settings *settings) {
  char *model = wd_settings_value(settings, "physics.model"), text[512];
  if (model) {
    snprintf(text, sizeof text, "neutrino cooling of a white dwarf with an A' of physics.model %s", model);
    text_attribute(w, w->file, "title", text);
  } else if (w->status == WD_OK) {
    w->status = wd_fail(w->err, WD_ERR_MEMORY, "out of memory");
  }
  free(model);
}

static void add_provenance(writer *w, const wd_store_header *h) {
  char host[256] = "", now[32], identity[WD_IDENTITY_TEXT];
  time_t seconds = time(NULL);
  struct tm utc;
  gethostname(host, sizeof host - 1);
  strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
  add_title(w, h->settings);
  text_attribute(w, w->file, "references",
                 "Foldenauer and Hoefken Zink 2024, arXiv:2405.00094 (physics); Braaten and Segel 1993, "
                 "Phys. Rev. D 48, 1478 "
                 "(plasma); Lepage 2021, J. Comput. Phys. 439, 110386 (integrator); Salmon et al. 2011, SC11 "
                 "(random numbers)");
  add_versions(w);
  text_attribute(w, w->file, "created", now);
  new_identity(identity);
  text_attribute(w, w->file, "identity", identity);
  text_attribute(w, w->file, "host", host);
  if (h->track && *h->track) text_attribute(w, w->file, "track_checksum", h->track);
  if (h->star_files && *h->star_files) text_attribute(w, w->file, "star_files_checksum", h->star_files);
  integer_attribute(w, w->file, "ranks", h->ranks);
  integer_attribute(w, w->file, "seed", wd_settings_config(h->settings)->integrator.seed);
  integer_attribute(w, w->file, "format_version", WD_STORE_VERSION);
}

static void add_config(writer *w, const wd_store_header *h) {
  char *text = wd_settings_text(h->settings);
  if (!text) {
    w->status = wd_fail(w->err, WD_ERR_MEMORY, "out of memory");
    return;
  }
  add(w, "/config", w->text_type, 0, NULL, "1", "the full effective configuration (YAML)", &text);
  if (h->data && *h->data)
    add(w, WD_DATA_PATH, w->text_type, 0, NULL, "1", "the data of likelihood.luminosity_function", &h->data);
  free(text);
}

/* When configuration and axes are in the file. */
static void add_header_checksum(writer *w, const wd_store_header *h) {
  const wd_config *config = wd_settings_config(h->settings);
  char *text = wd_settings_text(h->settings);
  double *number = malloc(h->shells * sizeof *number); /* what /shell holds */
  for (size_t i = 0; number && i < h->shells; i++) number[i] = w->members->axes ? (double)i : h->shell[i];
  if (text && number) {
    uint64_t sum =
        wd_header_checksum(text, h->mass, h->masses, h->coupling, h->couplings, number, h->shells,
                           config->output.contour_levels, (size_t)config->output.contour_level_count);
    if (w->members->axes) sum = wd_axes_checksum(w->file, sum);
    attribute(w, w->file, "header_checksum", H5T_NATIVE_UINT64, 1, &sum);
  } else {
    w->status = wd_fail(w->err, WD_ERR_MEMORY, "out of memory");
  }
  free(number);
  free(text);
}

/* The file as a whole. */

static wd_store_kind kind_of(const wd_store_header *h) {
  const wd_config *config = wd_settings_config(h->settings);
  return (wd_store_kind){config->observable, wd_config_has_likelihood(config), config->output.diagnostics};
}

/* An upper bound of the file's size, bytes. */
static off_t size_bound(const wd_store_header *h, size_t members) {
  enum { METADATA = 1 << 18, PER_DATASET = 1 << 12 }; /* ten times what they take */
  const wd_store_kind kind = kind_of(h);
  const wd_row_layout layout = wd_row_layout_of(h->shells, &kind);
  const size_t masses = members * h->masses;
  size_t numbers = h->masses + h->couplings +
                   (members + 1) * (h->shells + h->star_attributes + 2 * WD_POLARIZATIONS) +
                   (h->profiles + 1) * h->profile_nodes + 2 * (masses + 1) * WD_LEVELS_MAX +
                   (h->data ? strlen(h->data) : 0);
  const size_t row = layout.row_size - layout.mass_size + sizeof(uint32_t);
  return (off_t)(masses * (h->couplings * row + layout.mass_size) + numbers * sizeof(double) + METADATA +
                 (h->profiles + h->star_attributes) * PER_DATASET + WD_VARIABLES_MAX * WD_TREE_TEXT);
}

hid_t wd_store_access(void) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18);
  return access;
}

static int fail_errno(const char *path, const char *doing, int error, wd_error *err) {
  return wd_fail(err, WD_ERR_IO, "%s: cannot create the result file (%s): %s", path, doing, strerror(error));
}

/* Gives an existing or new file the blocks for `size` bytes. */
static int reserve(const char *temporary, const char *path, off_t size, wd_error *err) {
  int fd = open(temporary, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return fail_errno(path, "opening", errno, err);
  int error = posix_fallocate(fd, 0, size);
  if (close(fd) && !error) error = errno;
  if (!error) return WD_OK;
  return wd_fail(err, WD_ERR_IO, "%s: cannot reserve the %lld bytes of the result file: %s", path,
                 (long long)size, strerror(error));
}

/* Makes the temporary file: an empty HDF5 file with room for everything. Space is reserved first without
 * HDF5, which would not survive a full disk, and again after it has cut the file to nothing. */
static int begin_file(const char *temporary, const char *path, const wd_store_header *h,
                      const wd_members *members, wd_error *err) {
  const off_t size = size_bound(h, members->count);
  int status = reserve(temporary, path, size, err);
  if (status != WD_OK) return status;
  writer w = {.path = path, .err = err};
  hid_t access = wd_store_access();
  w.file = made(&w, H5Fcreate(temporary, H5F_ACC_TRUNC, H5P_DEFAULT, access), "opening");
  if (w.file >= 0) made(&w, wd_hdf5_close(w.file), "opening");
  H5Pclose(access);
  return w.status == WD_OK ? reserve(temporary, path, size, err) : w.status;
}

static int write_file(const char *temporary, const char *path, const wd_store_header *h,
                      const wd_members *members, wd_error *err) {
  writer w = {.path = path, .members = members, .err = err};
  for (int d = 0; d < DIMENSIONS; d++) w.scale[d] = -1;
  hid_t access = wd_store_access();
  w.text_type = H5Tcopy(H5T_C_S1);
  H5Tset_size(w.text_type, H5T_VARIABLE);
  H5Tset_cset(w.text_type, H5T_CSET_UTF8);
  w.file = made(&w, H5Fopen(temporary, H5F_ACC_RDWR, access), "opening");
  if (w.status == WD_OK) add_provenance(&w, h);
  if (w.status == WD_OK) add_config(&w, h);
  if (w.status == WD_OK) add_scales(&w, h);
  if (w.status == WD_OK) add_header_checksum(&w, h);
  const wd_store_kind kind = kind_of(h);
  if (w.status == WD_OK) add_results(&w, &kind);
  if (w.status == WD_OK) add_times(&w);
  if (w.status == WD_OK) add_star(&w, h);
  for (int d = 0; d < DIMENSIONS; d++)
    if (w.scale[d] >= 0) H5Dclose(w.scale[d]);
  if (w.file >= 0)
    made(&w, wd_hdf5_close(w.file), "writing"); /* and cutting off what is left of the reserve */
  H5Tclose(w.text_type);
  H5Pclose(access);
  return w.status;
}

static int make_durable(const char *temporary, const char *path, wd_error *err) {
  int fd = open(temporary, O_RDWR | O_CLOEXEC);
  if (fd < 0) return fail_errno(path, "opening", errno, err);
  int error = fsync(fd) ? errno : 0;
  if (close(fd) && !error) error = errno;
  return error ? fail_errno(path, "making it durable", error, err) : WD_OK;
}

static void folder_of(const char *path, char folder[WD_PATH_MAX]) {
  char copy[WD_PATH_MAX];
  snprintf(copy, sizeof copy, "%s", path);
  snprintf(folder, WD_PATH_MAX, "%s", dirname(copy));
}

static int refuse_existing(const char *path, wd_error *err) {
  return wd_fail(err, WD_ERR_IO, "%s: exists already; --fresh replaces it, -o writes another file", path);
}

/* Gives the file its name. Unless `replace`, by a link, which unlike a renaming never takes the place of a file that
 * has come meanwhile; where there are no links, by renaming. */
static int publish(const char *temporary, const char *path, bool replace, wd_error *err) {
  char folder[WD_PATH_MAX];
  if (!replace && link(temporary, path) == 0)
    unlink(temporary);
  else if (!replace && errno == EEXIST)
    return refuse_existing(path, err);
  else if (rename(temporary, path))
    return fail_errno(path, "renaming", errno, err);
  folder_of(path, folder);
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int error = fd < 0 || fsync(fd) ? errno : 0;
  if (fd >= 0) close(fd);
  if (error == EINVAL) error = 0; /* folders cannot be synced on this file system */
  return error ? fail_errno(path, "syncing its folder", error, err) : WD_OK;
}

int wd_store_check_target(const char *path, bool replace, wd_error *err) {
  char folder[WD_PATH_MAX];
  struct stat info;
  folder_of(path, folder);
  if (stat(folder, &info))
    return wd_fail(err, WD_ERR_IO, "%s: the folder %s cannot be used: %s", path, folder, strerror(errno));
  if (!S_ISDIR(info.st_mode)) return wd_fail(err, WD_ERR_IO, "%s: %s is not a folder", path, folder);
  if (access(folder, W_OK | X_OK))
    return wd_fail(err, WD_ERR_IO, "%s: the folder %s is not writable: %s", path, folder, strerror(errno));
  int place = wd_place_of(path);
  if (place == WD_PLACE_NOTHING) return WD_OK;
  if (place != WD_PLACE_FILE)
    return wd_fail(err, WD_ERR_IO, "%s: is %s, not a file; results are not written there", path,
                   wd_place_text(place));
  if (!replace) return refuse_existing(path, err);
  wd_hdf5_prepare();
  if (wd_store_is_result(path)) return WD_OK;
  return wd_fail(
      err, WD_ERR_IO,
      "%s: --fresh replaces result files of wdscan only, and this is none; name another file with -o", path);
}

/* Removes what a scan that was killed here has left; a living one is kept out by its lock (run/lock.h). It begins as
 * HDF5 does, or with the zeros of reserved space. */
static int clear(const char *temporary, wd_error *err) {
  static const unsigned char hdf5[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'}, zeros[8];
  unsigned char start[8] = {0};
  int place = wd_place_of(temporary),
      fd = place == WD_PLACE_FILE ? open(temporary, O_RDONLY | O_CLOEXEC) : -1;
  bool ours = fd >= 0 && read(fd, start, sizeof start) >= 0 &&
              (memcmp(start, hdf5, sizeof start) == 0 || memcmp(start, zeros, sizeof start) == 0);
  if (fd >= 0) close(fd);
  if (place == WD_PLACE_NOTHING || ours) {
    unlink(temporary);
    return WD_OK;
  }
  return wd_fail(err, WD_ERR_IO, "%s: is in the way, and no half-made result file; move it elsewhere",
                 temporary);
}

/* The rows of a file that has no name yet, by one process. */
static int fill_file(const char *temporary, wd_store_filler *fill, void *ctx, wd_error *err) {
  wd_store *store;
  int status = wd_store_open_alone(temporary, &store, err);
  if (status != WD_OK) return status;
  status = wd_store_blank(store, 0, store->masses, err);
  if (status == WD_OK && fill) status = fill(ctx, store, err);
  if (status == WD_OK) status = wd_store_commit_rows(store, err);
  int closed = wd_store_close(store, status ? NULL : err);
  return status ? status : closed;
}

int wd_store_create(const char *path, const wd_store_header *header, bool replace, wd_error *err) {
  return wd_store_create_filled(path, header, replace, NULL, NULL, err);
}

typedef char temporary_name[WD_PATH_MAX + 32];

static void name_temporary(const char *path, temporary_name temporary) {
  snprintf(temporary, sizeof(temporary_name), "%s.tmp", path);
}

int wd_store_begin(const char *path, const wd_store_header *header, bool replace, wd_error *err) {
  temporary_name temporary;
  wd_members *members = NULL;
  wd_hdf5_prepare();
  int status = wd_store_check_target(path, replace, err);
  if (status != WD_OK) return status;
  name_temporary(path, temporary);
  status = clear(temporary, err);
  if (status != WD_OK) return status;
  status = wd_members_create(header->settings, &members, err);
  if (status == WD_OK) status = begin_file(temporary, path, header, members, err);
  if (status == WD_OK) status = write_file(temporary, path, header, members, err);
  wd_members_free(members);
  if (status == WD_OK) status = make_durable(temporary, path, err);
  if (status != WD_OK) unlink(temporary);
  return status;
}

int wd_store_create_filled(const char *path, const wd_store_header *header, bool replace,
                           wd_store_filler *fill, void *ctx, wd_error *err) {
  temporary_name temporary;
  int status = wd_store_begin(path, header, replace, err);
  if (status != WD_OK) return status;
  name_temporary(path, temporary);
  status = fill_file(temporary, fill, ctx, err);
  if (status == WD_OK) status = make_durable(temporary, path, err);
  if (status == WD_OK) status = publish(temporary, path, replace, err);
  if (status != WD_OK) unlink(temporary);
  return status;
}

/* This rank's part of the rows, made durable. */
static void blank_share(wd_store *store, MPI_Comm comm, wd_error *error) {
  int rank, ranks;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  const uint64_t masses = store->masses, r = (uint64_t)rank, n = (uint64_t)ranks;
  if (wd_store_blank(store, masses * r / n, masses * (r + 1) / n, error) == WD_OK)
    wd_store_sync(store, error);
}

int wd_store_open_begun(const char *path, bool replace, MPI_Comm comm, wd_store **out, wd_error *err) {
  temporary_name temporary;
  wd_error error = {0};
  int rank;
  MPI_Comm_rank(comm, &rank);
  name_temporary(path, temporary);
  int status = wd_store_open(temporary, comm, out, &error);
  if (status == WD_OK) {
    blank_share(*out, comm, &error);
    status = wd_store_agree(comm, &error);
  }
  if (status == WD_OK) {
    if (rank == 0) publish(temporary, path, replace, &error);
    status = wd_store_agree(comm, &error);
  }
  if (status == WD_OK) {
    snprintf((*out)->path, sizeof(*out)->path, "%s", path);
    return WD_OK;
  }
  if (*out) wd_store_close(*out, NULL);
  *out = NULL;
  if (rank == 0) unlink(temporary);
  if (err) *err = error;
  return status;
}
