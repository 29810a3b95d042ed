/* The open result file: opening with its checks, writing, closing. Reading is in src/store/read.c.
 *
 * Opening for filling is done by rank 0 alone at first, serially and read-only, with all checks, so that a
 * bad file ends in one message; then by all ranks through MPI-IO. Rows are written with independent raw-data
 * transfers: no rank waits for another, and no metadata change.
 */
#include "store/private.h"

#include "base/checksum.h"
#include "base/place.h"
#include "config/members.h"
#include "store/manners.h"
#include "store/watchdog.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const extra_paths[WD_EXTRAS] = {
    "/checksum",         "/luminosity_sm",          "/luminosity_sm_error", "/luminosity_sm_checksum",
    "/contour_coupling", "/contour_coupling_error", "/contour_state"};

static const char remedy[] =
    "restore the file from a copy, or start again with --fresh, or with another name";

int wd_store_fail(const wd_store *store, wd_error *err, const char *what) {
  char cause[256];
  wd_hdf5_cause(0, cause, sizeof cause);
  return wd_fail(err, WD_ERR_IO, "%s: %s: %s", store->path, what, cause);
}

/* The same for writing, where MPI-IO hides the cause but for errno, which was 0 before. */
static int fail_writing(wd_store *store, wd_error *err, const char *what) {
  char cause[256];
  wd_hdf5_cause(errno, cause, sizeof cause);
  snprintf(store->failure, sizeof store->failure, "%s: %s: %s", store->path, what, cause);
  return wd_fail(err, WD_ERR_IO, "%s", store->failure);
}

/* Opening. */

/* Is there HDF5's signature, at the start or behind a user block of 512, 1024, 2048 ... bytes? (HDF5 1.10 and 1.14 have
 * no function in common that says so.) */
static bool has_signature(int fd) {
  static const unsigned char signature[] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  unsigned char found[sizeof signature];
  for (off_t at = 0; pread(fd, found, sizeof found, at) == (ssize_t)sizeof found; at = at ? 2 * at : 512)
    if (memcmp(found, signature, sizeof found) == 0) return true;
  return false;
}

/* Tells apart what H5Fopen lumps together: no such file, no permission, not HDF5. */
static int check_readable(const char *path, wd_error *err) {
  char byte;
  int place = wd_place_of(path);
  if (place > WD_PLACE_FOLDER)
    return wd_fail(err, WD_ERR_IO, "%s: %s, not a result file of wdscan", path, wd_place_text(place));
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  int error = fd < 0 || pread(fd, &byte, 1, 0) < 0 ? errno : 0;
  bool hdf5 = !error && has_signature(fd);
  if (fd >= 0) close(fd);
  if (error) return wd_fail(err, WD_ERR_IO, "%s: cannot be read: %s", path, strerror(error));
  if (!hdf5) return wd_fail(err, WD_ERR_IO, "%s: not a result file of wdscan (it is not HDF5 at all)", path);
  return WD_OK;
}

/* Reads the scalar attribute `name` of the file into *value; false if there is none of this type. */
static bool read_integer(hid_t file, const char *name, hid_t type, void *value) {
  if (H5Aexists(file, name) <= 0) return false;
  hid_t id = H5Aopen(file, name, H5P_DEFAULT), space = H5Aget_space(id);
  bool good = H5Sget_simple_extent_npoints(space) == 1 && H5Aread(id, type, value) >= 0;
  H5Sclose(space);
  H5Aclose(id);
  return good;
}

char *wd_store_text_of(hid_t object, const char *name) {
  char *found = NULL, *copy = NULL;
  if (H5Aexists(object, name) <= 0) return NULL;
  hid_t id = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(id);
  if (H5Tis_variable_str(type) > 0 && H5Aread(id, type, &found) >= 0 && found) copy = strdup(found);
  H5free_memory(found);
  H5Tclose(type);
  H5Aclose(id);
  return copy;
}

/* The same of the file, into text[size]; "" if there is none. */
static void read_text(hid_t file, const char *name, char *text, size_t size) {
  char *found = wd_store_text_of(file, name);
  snprintf(text, size, "%s", found ? found : "");
  free(found);
}

void wd_store_text(const wd_store *store, const char *name, char *text, size_t size) {
  read_text(store->file, name, text, size);
}

static bool is_ours(hid_t file) {
  char program[16];
  read_text(file, "program", program, sizeof program);
  return strcmp(program, "wdscan") == 0;
}

bool wd_store_is_result(const char *path) {
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file < 0) return false;
  bool ours = is_ours(file);
  H5Fclose(file);
  return ours;
}

static int check_version(const wd_store *store, wd_error *err) {
  int64_t version = 0;
  if (!is_ours(store->file))
    return wd_fail(err, WD_ERR_IO, "%s: not a result file of wdscan (another program's HDF5 file)",
                   store->path);
  if (!read_integer(store->file, "format_version", H5T_NATIVE_INT64, &version) || version != WD_STORE_VERSION)
    return wd_fail(
        err, WD_ERR_IO,
        "%s: its format has version %lld, this program reads version %d; use the wdscan that wrote it",
        store->path, (long long)version, WD_STORE_VERSION);
  return WD_OK;
}

/* The length of a one-dimensional dataset; 0 if it is not one. */
static size_t length_of(hid_t file, const char *path) {
  hsize_t n = 0;
  hid_t id = H5Dopen2(file, path, H5P_DEFAULT), space = H5Dget_space(id);
  if (H5Sget_simple_extent_ndims(space) == 1) H5Sget_simple_extent_dims(space, &n, NULL);
  H5Sclose(space);
  H5Dclose(id);
  return n;
}

/* By the dimensions of what is there for shells: without couplings it has as many as a row's numbers. */
static int diagnostics_of(hid_t file, size_t axes) {
  if (H5Lexists(file, "/diagnostics", H5P_DEFAULT) <= 0) return WD_DIAGNOSTICS_NONE;
  if (H5Lexists(file, wd_fields[WD_FIELD_CHI2].path, H5P_DEFAULT) <= 0) return WD_DIAGNOSTICS_NONE;
  hid_t id = H5Dopen2(file, wd_fields[WD_FIELD_CHI2].path, H5P_DEFAULT), space = H5Dget_space(id);
  int rank = H5Sget_simple_extent_ndims(space);
  H5Sclose(space);
  H5Dclose(id);
  return rank == (int)axes + 2 ? WD_DIAGNOSTICS_MASS : WD_DIAGNOSTICS_SHELL;
}

/* The axes are the dimensions of the rows before mass and coupling. */
static void open_axes(wd_store *store) {
  hsize_t size[H5S_MAX_RANK] = {0};
  hid_t space = H5Dget_space(store->extra[WD_EXTRA_CHECKSUM]);
  const int rank = H5Sget_simple_extent_dims(space, size, NULL);
  store->axes = rank > 2 ? (size_t)rank - 2 : 0;
  store->members = 1;
  for (size_t a = 0; a < store->axes; a++) store->members *= size[a];
  H5Sclose(space);
}

static int open_datasets(wd_store *store, wd_error *err) {
  const bool cooling = H5Lexists(store->file, "/f_s", H5P_DEFAULT) > 0;
  for (int x = 0; x < WD_EXTRAS; x++) {
    store->extra[x] = H5Dopen2(store->file, extra_paths[x], H5P_DEFAULT);
    if (store->extra[x] < 0) return wd_store_fail(store, err, extra_paths[x]);
  }
  open_axes(store);
  store->kind = (wd_store_kind){cooling ? WD_OBSERVABLE_COOLING : WD_OBSERVABLE_EXCESS,
                                H5Lexists(store->file, "/minus_two_delta_lnl", H5P_DEFAULT) > 0,
                                diagnostics_of(store->file, store->axes)};
  for (int f = 0; f < WD_FIELDS; f++) {
    if (!wd_field_present(f, &store->kind)) continue;
    const wd_field_type field = wd_field_of(f, &store->kind);
    store->field[f] = H5Dopen2(store->file, field.path, H5P_DEFAULT);
    if (store->field[f] < 0) return wd_store_fail(store, err, field.path);
  }
  for (int t = 0; t < WD_TIMES; t++) store->time[t] = H5Dopen2(store->file, wd_times[t].path, H5P_DEFAULT);
  H5Eclear2(H5E_DEFAULT); /* files of older programs have no /timing */
  store->masses = store->members * length_of(store->file, "/mass");
  store->couplings = length_of(store->file, "/coupling");
  store->shells = length_of(store->file, "/shell");
  store->levels = length_of(store->file, "/level");
  return WD_OK;
}

/* Has the dataset these dimensions, the axes in front of number `at`? */
static bool has_extent(const wd_store *store, hid_t id, int at, int rank, const hsize_t *size) {
  const int axes = (int)store->axes;
  hsize_t found[H5S_MAX_RANK] = {0}, members = 1;
  hid_t space = H5Dget_space(id);
  bool same = H5Sget_simple_extent_ndims(space) == rank + axes &&
              H5Sget_simple_extent_dims(space, found, NULL) == rank + axes;
  for (int d = 0; d < axes; d++) members *= found[at + d];
  for (int d = 0; d < rank; d++) same = same && found[d < at ? d : d + axes] == size[d];
  H5Sclose(space);
  return same && members == store->members;
}

static int allocate_rows(wd_store *store, wd_error *err) {
  enum { BLOCK = 4 << 20 }; /* bytes, so that the larger datasets are written by the MB */
  const wd_row_layout *layout = &store->layout;
  size_t each = layout->row_size - layout->mass_size + layout->mass_size / store->couplings;
  size_t most = BLOCK / each, points = store->masses * store->couplings;
  store->row = calloc(1, layout->row_size);
  bool allocated = wd_rows_allocate(&store->put, layout, store->couplings,
                                    most < 1        ? 1
                                    : most < points ? most
                                                    : points);
  if (store->row && allocated) return WD_OK;
  return wd_fail(err, WD_ERR_MEMORY, "out of memory: rows of %s", store->path);
}

/* Makes the dataspace of an extent and compares the datasets with it. */
static bool check_extent(wd_store *store, enum wd_extent e) {
  const size_t masses = store->masses / store->members;
  const hsize_t of_point[3] = {masses, store->couplings, store->layout.entries[e]},
                of_mass[2] = {masses, store->layout.entries[e]};
  const hsize_t *size = e == WD_EXTENT_MASS ? of_mass : of_point;
  const int rank = e == WD_EXTENT_NONE || e == WD_EXTENT_MASS ? 2 : 3;
  bool good = true;
  for (int f = 0; f < WD_FIELDS; f++)
    if (store->layout.extent[f] == e && wd_field_present(f, &store->kind)) {
      good = good && has_extent(store, store->field[f], 0, rank, size);
      if (store->file_space[e] < 0) store->file_space[e] = H5Dget_space(store->field[f]);
    }
  return good && (e != WD_EXTENT_NONE || has_extent(store, store->extra[WD_EXTRA_CHECKSUM], 0, rank, size));
}

static int check_extents(wd_store *store, wd_error *err) {
  bool good = store->masses && store->couplings && store->shells;
  store->layout = wd_row_layout_of(store->shells, &store->kind);
  const hsize_t contour[2] = {store->levels, store->masses / store->members}, polarization = WD_POLARIZATIONS;
  for (int e = 0; e < WD_EXTENTS; e++) good = check_extent(store, (enum wd_extent)e) && good;
  good = good && has_extent(store, store->extra[WD_EXTRA_LUMINOSITY], 0, 1, &polarization) &&
         has_extent(store, store->extra[WD_EXTRA_LUMINOSITY_ERROR], 0, 1, &polarization) &&
         has_extent(store, store->extra[WD_EXTRA_LUMINOSITY_CHECKSUM], 0, 0, NULL) &&
         has_extent(store, store->extra[WD_EXTRA_CONTOUR], 1, 2, contour) &&
         has_extent(store, store->extra[WD_EXTRA_CONTOUR_ERROR], 1, 2, contour) &&
         has_extent(store, store->extra[WD_EXTRA_CONTOUR_STATE], 1, 2, contour);
  if (!good)
    return wd_fail(err, WD_ERR_IO, "%s: damaged: its datasets do not fit together; %s", store->path, remedy);
  return allocate_rows(store, err);
}

/* A dataset that is a text, as a malloc'ed string. */
static int read_text_dataset(wd_store *store, const char *path, char **out, wd_error *err) {
  char *text = NULL;
  hid_t id = H5Dopen2(store->file, path, H5P_DEFAULT), type = H5Dget_type(id);
  if (H5Tis_variable_str(type) <= 0 || H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &text) < 0 || !text)
    return wd_store_fail(store, err, path);
  *out = strdup(text);
  H5free_memory(text);
  H5Tclose(type);
  H5Dclose(id);
  return *out ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory");
}

static int read_texts(wd_store *store, wd_error *err) {
  int status = read_text_dataset(store, "/config", &store->config, err);
  if (status) return status;
  if (H5Lexists(store->file, WD_DATA_PATH, H5P_DEFAULT) > 0)
    return read_text_dataset(store, WD_DATA_PATH, &store->data, err);
  store->data = strdup("");
  return store->data ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory");
}

static uint64_t add_texts(hid_t id, hid_t type, size_t n, uint64_t sum) {
  char **text = calloc(n, sizeof *text);
  if (text && H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) >= 0)
    for (size_t i = 0; i < n; i++) sum = text[i] ? wd_checksum(sum, text[i], strlen(text[i]) + 1) : sum;
  for (size_t i = 0; text && i < n; i++) H5free_memory(text[i]);
  free(text);
  return sum;
}

static uint64_t add_numbers(hid_t id, size_t n, uint64_t sum) {
  double *value = calloc(n, sizeof *value);
  if (value && H5Dread(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0)
    sum = wd_checksum(sum, value, n * sizeof *value);
  free(value);
  return sum;
}

uint64_t wd_axes_checksum(hid_t file, uint64_t sum) {
  char name[WD_AXIS_TEXT + 1];
  H5G_info_t root = {0};
  H5Gget_info(file, &root);
  for (hsize_t i = 0; i < root.nlinks; i++) {
    if (H5Lget_name_by_idx(file, "/", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name, H5P_DEFAULT) <= 0 ||
        H5Aexists_by_name(file, name, "key", H5P_DEFAULT) <= 0)
      continue;
    const size_t n = length_of(file, name);
    hid_t id = H5Dopen2(file, name, H5P_DEFAULT), type = H5Dget_type(id);
    sum = H5Tis_variable_str(type) > 0 ? add_texts(id, type, n, sum) : add_numbers(id, n, sum);
    H5Tclose(type);
    H5Dclose(id);
  }
  return sum;
}

/* Compares configuration and axes with the checksum they were stored with. */
static int check_header(wd_store *store, wd_error *err) {
  uint64_t stored = 0, sum = 0;
  size_t n = store->masses + store->couplings + store->shells + store->levels;
  double *axes = malloc((n + 1) * sizeof *axes);
  if (!axes) return wd_fail(err, WD_ERR_MEMORY, "out of memory: the axes of %s", store->path);
  double *mass = axes, *coupling = mass + store->masses, *shell = coupling + store->couplings,
         *level = shell + store->shells;
  int status = wd_store_read_axes(store, mass, coupling, err);
  if (status == WD_OK) status = wd_store_read_axis(store, "/shell", shell, err);
  if (status == WD_OK) status = wd_store_read_levels(store, level, err);
  if (status == WD_OK)
    sum = wd_header_checksum(store->config, mass, store->masses / store->members, coupling, store->couplings,
                             shell, store->shells, level, store->levels);
  if (store->axes > 0) sum = wd_axes_checksum(store->file, sum);
  if (status == WD_OK &&
      (!read_integer(store->file, "header_checksum", H5T_NATIVE_UINT64, &stored) || stored != sum))
    status = wd_fail(err, WD_ERR_IO, "%s: damaged: configuration or axes do not fit their checksum; %s",
                     store->path, remedy);
  free(axes);
  return status;
}

static wd_store *new_store(const char *path) {
  wd_store *store = calloc(1, sizeof *store);
  if (!store) return NULL;
  snprintf(store->path, sizeof store->path, "%s", path);
  store->comm = MPI_COMM_NULL;
  store->file = store->fd = -1;
  store->members = 1;
  for (int f = 0; f < WD_FIELDS; f++) store->field[f] = -1;
  for (int x = 0; x < WD_EXTRAS; x++) store->extra[x] = -1;
  for (int t = 0; t < WD_TIMES; t++) store->time[t] = -1;
  for (int e = 0; e < WD_EXTENTS; e++) store->file_space[e] = -1;
  return store;
}

/* MPI-IO takes what stands before a colon for the kind of the file system. A name with a colon is opened by the number
 * of the file, which this process has open. */
static const char *name_for_mpi(const wd_store *store, char *alias, size_t size) {
  if (store->comm == MPI_COMM_NULL || store->fd < 0 || !strchr(store->path, ':')) return store->path;
  snprintf(alias, size, "/proc/self/fd/%d", store->fd);
  return alias;
}

static int open_file(wd_store *store, unsigned flags, hid_t access, wd_error *err) {
  char alias[32];
  store->file = H5Fopen(name_for_mpi(store, alias, sizeof alias), flags, access);
  if (store->file < 0) return wd_store_fail(store, err, "cannot be opened");
  read_text(store->file, "identity", store->identity, sizeof store->identity);
  store->derived = H5Aexists(store->file, "taken_over") > 0;
  int status = check_version(store, err);
  if (status == WD_OK) status = open_datasets(store, err);
  if (status == WD_OK) status = check_extents(store, err);
  if (status == WD_OK) status = read_texts(store, err);
  if (status == WD_OK) status = check_header(store, err);
  return status;
}

/* Without MPI, to read or to fill. */
static int open_here(const char *path, bool fill, wd_store **out, wd_error *err) {
  *out = NULL;
  wd_hdf5_prepare();
  int status = check_readable(path, err);
  if (status != WD_OK) return status;
  wd_store *store = new_store(path);
  if (!store) return wd_fail(err, WD_ERR_MEMORY, "out of memory");
  hid_t access = fill ? wd_store_access() : H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  if (fill) store->fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fill && store->fd < 0)
    status = wd_fail(err, WD_ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
  if (status == WD_OK) status = open_file(store, fill ? H5F_ACC_RDWR : H5F_ACC_RDONLY, access, err);
  H5Pclose(access);
  if (status == WD_OK)
    *out = store;
  else
    wd_store_close(store, NULL);
  return status;
}

int wd_store_open_serial(const char *path, wd_store **out, wd_error *err) {
  return open_here(path, /*fill=*/false, out, err);
}

int wd_store_open_alone(const char *path, wd_store **out, wd_error *err) {
  return open_here(path, /*fill=*/true, out, err);
}

int wd_store_agree(MPI_Comm comm, wd_error *error) {
  int size, rank, first;
  MPI_Comm_size(comm, &size);
  MPI_Comm_rank(comm, &rank);
  first = error->status ? rank : size;
  MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, comm);
  if (first < size) MPI_Bcast(error, sizeof *error, MPI_BYTE, first, comm);
  return error->status;
}

static void open_parallel(wd_store *store, MPI_Comm comm, wd_error *error) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  H5Pset_fapl_mpio(access, comm, MPI_INFO_NULL);
  MPI_Comm_dup(comm, &store->comm);
  store->fd = open(store->path, O_WRONLY | O_CLOEXEC);
  int reason = errno;
  open_file(store, H5F_ACC_RDWR, access, error);
  H5Pclose(access);
  if (store->fd < 0 && error->status == WD_OK)
    wd_fail(error, WD_ERR_IO, "%s: cannot be written: %s", store->path, strerror(reason));
}

/* Before anything can be written: is the file, as this rank sees it, the one that rank 0 looked at? */
static void check_identity(const char *path, const char *identity, int rank, wd_error *error) {
  char host[256] = "", found[WD_IDENTITY_TEXT] = "";
  gethostname(host, sizeof host - 1);
  if (check_readable(path, error) != WD_OK) {
    wd_fail_context(error, error->status, "rank %d (host %s)", rank, host);
    return;
  }
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file >= 0) read_text(file, "identity", found, sizeof found);
  if (file >= 0) H5Fclose(file);
  if (*found && strcmp(found, identity) == 0) return;
  wd_fail(error, WD_ERR_IO,
          "rank %d (host %s): %s is another file here than on rank 0; the result must lie on a file system "
          "that all ranks "
          "share, under one name",
          rank, host, path);
}

int wd_store_open(const char *path, MPI_Comm comm, wd_store **out, wd_error *err) {
  wd_error error = {0};
  char identity[WD_IDENTITY_TEXT] = "";
  int rank;
  *out = NULL;
  wd_hdf5_prepare();
  MPI_Comm_rank(comm, &rank);
  if (rank == 0) {
    wd_store *look = NULL;
    if (wd_store_open_serial(path, &look, &error) == WD_OK) {
      memcpy(identity, look->identity, sizeof identity);
      wd_store_close(look, &error);
    }
  }
  wd_store *store = new_store(path);
  if (!store) wd_fail(&error, WD_ERR_MEMORY, "out of memory");
  if (wd_store_agree(comm, &error) == WD_OK) {
    MPI_Bcast(identity, sizeof identity, MPI_BYTE, 0, comm);
    if (rank > 0) check_identity(path, identity, rank, &error);
  }
  if (wd_store_agree(comm, &error) == WD_OK) open_parallel(store, comm, &error);
  if (wd_store_agree(comm, &error) == WD_OK)
    *out = store;
  else if (store)
    wd_store_close(store, NULL);
  if (err) *err = error;
  return error.status;
}

/* A collective call has this long; if the disk has failed, other ranks may never take part in it. */
static void start_watchdog(const wd_store *store) {
  enum { PATIENCE = 300, LITTLE_PATIENCE = 10 }; /* s */
  char message[sizeof store->failure];
  if (store->comm == MPI_COMM_NULL) return;
  snprintf(message, sizeof message, "%s: the file system does not answer; giving up", store->path);
  if (*store->failure)
    wd_watchdog_start(LITTLE_PATIENCE, store->failure);
  else
    wd_watchdog_start(PATIENCE, message);
}

int wd_store_close(wd_store *store, wd_error *err) {
  int status = WD_OK;
  start_watchdog(store);
  for (int f = 0; f < WD_FIELDS; f++)
    if (store->field[f] >= 0) H5Dclose(store->field[f]);
  for (int x = 0; x < WD_EXTRAS; x++)
    if (store->extra[x] >= 0) H5Dclose(store->extra[x]);
  for (int t = 0; t < WD_TIMES; t++)
    if (store->time[t] >= 0) H5Dclose(store->time[t]);
  for (int e = 0; e < WD_EXTENTS; e++)
    if (store->file_space[e] >= 0) H5Sclose(store->file_space[e]);
  errno = 0;
  if (store->file >= 0 && wd_hdf5_close(store->file) < 0)
    status = fail_writing(store, err, "cannot be closed");
  if (status)
    start_watchdog(store); /* for the rest: others may never come back from closing */
  else
    wd_watchdog_stop();
  if (store->fd >= 0) close(store->fd);
  if (store->comm != MPI_COMM_NULL) MPI_Comm_free(&store->comm);
  free(store->config);
  free(store->data);
  free(store->row);
  wd_rows_free(&store->put);
  free(store);
  return status;
}

/* Writing. */

void wd_store_select_run(hid_t space, int begin, int end, uint64_t first, uint64_t n) {
  hsize_t size[H5S_MAX_RANK], start[H5S_MAX_RANK] = {0}, count[H5S_MAX_RANK];
  const int rank = H5Sget_simple_extent_dims(space, size, NULL);
  for (H5S_seloper_t op = H5S_SELECT_SET; n > 0; op = H5S_SELECT_OR) { /* a box at a time */
    uint64_t rest = first, inner = 1;
    for (int d = end - 1; d >= begin; d--) start[d] = rest % size[d], rest /= size[d];
    int run = end - 1; /* the dimension along which the box extends; the inner ones are in it as a whole */
    while (run > begin && start[run] == 0 && n >= inner * size[run]) inner *= size[run--];
    for (int d = 0; d < rank; d++) count[d] = d >= begin && d < run ? 1 : size[d];
    count[run] = size[run] - start[run] < n / inner ? size[run] - start[run] : n / inner;
    H5Sselect_hyperslab(space, op, start, NULL, count, NULL);
    first += count[run] * inner;
    n -= count[run] * inner;
  }
}

hid_t wd_store_select_member(const wd_store *store, enum wd_extra extra, size_t member) {
  hid_t space = H5Dget_space(store->extra[extra]);
  if (store->axes > 0) wd_store_select_run(space, 0, (int)store->axes, member, 1);
  return space;
}

hid_t wd_store_select_curves(const wd_store *store, size_t first, size_t masses, hid_t *memory) {
  const hsize_t count[2] = {store->levels, masses};
  hid_t space = H5Dget_space(store->extra[WD_EXTRA_CONTOUR]);
  wd_store_select_run(space, 1, (int)store->axes + 2, first, masses);
  *memory = H5Screate_simple(2, count, NULL);
  return space;
}

/* In a dataset of masses: those whose first coupling is among the rows. */
static hid_t select_masses(const wd_store *store, uint64_t first, uint64_t n) {
  const uint64_t begin = (first + store->couplings - 1) / store->couplings,
                 end = (first + n + store->couplings - 1) / store->couplings;
  wd_store_select_run(store->file_space[WD_EXTENT_MASS], 0, (int)store->axes + 1, begin, end - begin);
  return store->file_space[WD_EXTENT_MASS];
}

hid_t wd_store_select(const wd_store *store, enum wd_extent extent, uint64_t first, uint64_t n) {
  if (extent == WD_EXTENT_MASS) return select_masses(store, first, n);
  wd_store_select_run(store->file_space[extent], 0, (int)store->axes + 2, first, n);
  return store->file_space[extent];
}

/* The entries that the rows put have in a dataset. */
static bool write_entries(const wd_store *store, hid_t dataset, hid_t type, enum wd_extent extent,
                          const void *values) {
  const wd_rows *rows = &store->put;
  hsize_t n = wd_rows_entries(&store->layout, store->couplings, extent, rows->first, rows->n);
  if (n == 0) return true;
  hid_t space = H5Screate_simple(1, &n, NULL);
  bool written = H5Dwrite(dataset, type, space, wd_store_select(store, extent, rows->first, rows->n),
                          H5P_DEFAULT, values) >= 0;
  H5Sclose(space);
  return written;
}

static bool write_field(const wd_store *store, enum wd_field f) {
  return write_entries(store, store->field[f], wd_field_memory_type(wd_fields[f].type),
                       store->layout.extent[f], wd_rows_field(&store->put, &store->layout, f));
}

int wd_store_commit_rows(wd_store *store, wd_error *err) {
  if (store->put.n == 0) return WD_OK;
  bool written = true;
  errno = 0;
  for (int f = 0; f < WD_FIELDS && written; f++)
    if (f != WD_FIELD_STATUS && wd_field_present(f, &store->kind))
      written = write_field(store, (enum wd_field)f);
  written = written &&
            write_entries(store, store->extra[WD_EXTRA_CHECKSUM], H5T_NATIVE_UINT32, WD_EXTENT_NONE,
                          store->put.checksum) &&
            write_field(store, WD_FIELD_STATUS);
  store->put.n = 0;
  return written ? WD_OK : fail_writing(store, err, "cannot be written");
}

bool wd_store_wants_shells(const wd_store *store, uint64_t coupling) {
  return wd_row_has_shells(&store->layout, coupling);
}

int wd_store_put_row(wd_store *store, const wd_row *row, wd_error *err) {
  assert(row->mass_index < store->masses && row->coupling_index < store->couplings);
  const wd_row_layout *layout = &store->layout;
  wd_rows *rows = &store->put;
  uint64_t place = row->mass_index * store->couplings + row->coupling_index;
  bool joins = rows->n < rows->capacity && place == rows->first + rows->n;
  int status = joins ? WD_OK : wd_store_commit_rows(store, err);
  if (status != WD_OK) return status;
  if (rows->n == 0) rows->first = place;
  wd_row_pack(layout, row, store->row);
  for (int f = 0; f < WD_FIELDS; f++) {
    unsigned char *at = wd_rows_at(rows, layout, store->couplings, f, rows->n);
    if (at) memcpy(at, store->row + layout->offset[f], layout->size[f]);
  }
  rows->checksum[rows->n++] = wd_row_checksum(layout, row->mass_index, row->coupling_index, store->row);
  return WD_OK;
}

int wd_store_write_row(wd_store *store, const wd_row *row, wd_error *err) {
  int status = wd_store_put_row(store, row, err);
  return status == WD_OK ? wd_store_commit_rows(store, err) : status;
}

int wd_store_blank(wd_store *store, uint64_t first, uint64_t end, wd_error *err) {
  const wd_row_layout *layout = &store->layout;
  wd_rows *rows = &store->put;
  const uint64_t last = end * store->couplings;
  bool written = true;
  errno = 0;
  for (int f = 0; f < WD_FIELDS; f++)
    wd_field_blank(wd_fields[f].type, wd_rows_field(rows, layout, f),
                   (layout->extent[f] == WD_EXTENT_MASS ? rows->masses : rows->capacity) * layout->size[f]);
  for (uint64_t at = first * store->couplings; at < last && written; at += rows->n) {
    rows->first = at;
    rows->n = last - at < rows->capacity ? last - at : rows->capacity;
    for (int f = 0; f < WD_FIELDS && written; f++)
      if (wd_field_present(f, &store->kind) && strchr("df", wd_fields[f].type))
        written = write_field(store, (enum wd_field)f);
  }
  rows->n = 0;
  return written ? WD_OK : fail_writing(store, err, "cannot be written");
}

/* What is written to a file that has been removed or replaced is lost, and no write fails. */
static int check_presence(wd_store *store, wd_error *err) {
  struct stat held, named;
  if (fstat(store->fd, &held) == 0 && stat(store->path, &named) == 0 && held.st_dev == named.st_dev &&
      held.st_ino == named.st_ino)
    return WD_OK;
  snprintf(store->failure, sizeof store->failure,
           "%s: removed, renamed or replaced while the scan was writing to it", store->path);
  return wd_fail(err, WD_ERR_IO, "%s", store->failure);
}

int wd_store_sync(wd_store *store, wd_error *err) {
  errno = 0;
  if (fsync(store->fd)) return fail_writing(store, err, "cannot be made durable");
  return check_presence(store, err);
}

int wd_store_flush(wd_store *store, wd_error *err) {
  start_watchdog(store);
  errno = 0;
  herr_t flushed = H5Fflush(store->file, H5F_SCOPE_GLOBAL);
  wd_watchdog_stop();
  return flushed >= 0 ? check_presence(store, err) : fail_writing(store, err, "cannot be made durable");
}

int wd_store_write_luminosity(wd_store *store, size_t member, const double value[WD_POLARIZATIONS],
                              const double error[WD_POLARIZATIONS], wd_error *err) {
  const hsize_t polarizations = WD_POLARIZATIONS;
  uint64_t sum = wd_luminosity_checksum(value, error);
  const struct {
    enum wd_extra extra;
    hid_t type;
    const void *data;
  } part[] = {{WD_EXTRA_LUMINOSITY, H5T_NATIVE_DOUBLE, value},
              {WD_EXTRA_LUMINOSITY_ERROR, H5T_NATIVE_DOUBLE, error},
              {WD_EXTRA_LUMINOSITY_CHECKSUM, H5T_NATIVE_UINT64, &sum}};
  bool written = true;
  errno = 0;
  for (size_t i = 0; i < sizeof part / sizeof *part && written; i++) {
    const bool scalar = part[i].extra == WD_EXTRA_LUMINOSITY_CHECKSUM;
    hid_t memory = scalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &polarizations, NULL),
          space = wd_store_select_member(store, part[i].extra, member);
    written =
        H5Dwrite(store->extra[part[i].extra], part[i].type, memory, space, H5P_DEFAULT, part[i].data) >= 0;
    H5Sclose(space);
    H5Sclose(memory);
  }
  return written ? WD_OK : fail_writing(store, err, "cannot be written");
}

int wd_store_write_contours(wd_store *store, size_t first, size_t masses, const wd_store_curves *curves,
                            wd_error *err) {
  if (store->levels == 0 || masses == 0) return WD_OK;
  errno = 0;
  hid_t memory, space = wd_store_select_curves(store, first, masses, &memory);
  bool written = H5Dwrite(store->extra[WD_EXTRA_CONTOUR], H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT,
                          curves->coupling) >= 0 &&
                 H5Dwrite(store->extra[WD_EXTRA_CONTOUR_ERROR], H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT,
                          curves->error) >= 0 &&
                 H5Dwrite(store->extra[WD_EXTRA_CONTOUR_STATE], H5T_NATIVE_INT8, memory, space, H5P_DEFAULT,
                          curves->state) >= 0;
  H5Sclose(memory);
  H5Sclose(space);
  return written ? WD_OK : fail_writing(store, err, "cannot be written");
}

int wd_store_write_timing(wd_store *store, const wd_timing *timing, wd_error *err) {
  bool written = true;
  errno = 0;
  for (int t = 0; t < WD_TIMES && written; t++)
    if (store->time[t] >= 0)
      written = H5Dwrite(store->time[t], wd_field_memory_type(wd_times[t].type), H5S_ALL, H5S_ALL,
                         H5P_DEFAULT, (const char *)timing + wd_times[t].offset) >= 0;
  return written ? WD_OK : fail_writing(store, err, "cannot be written");
}

double wd_store_zero(const wd_store *store) {
  return store->kind.observable == WD_OBSERVABLE_COOLING ? 1 : 0;
}
