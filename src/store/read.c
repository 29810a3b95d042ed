/* Reading the result file: axes, rows with their checksums, provenance. All of it also works while a scan is
 * writing: of each row the status is read first, then the checksum, then the data, the reverse of the order
 * of writing, so that a row is seen either pending or complete.
 */
#include "store/private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t wd_store_masses(const wd_store *store) {
  return store->masses;
}

size_t wd_store_members(const wd_store *store) {
  return store->members;
}

size_t wd_store_couplings(const wd_store *store) {
  return store->couplings;
}

size_t wd_store_shells(const wd_store *store) {
  return store->shells;
}

size_t wd_store_levels(const wd_store *store) {
  return store->levels;
}

const char *wd_store_config_text(const wd_store *store) {
  return store->config;
}

const char *wd_store_data_text(const wd_store *store) {
  return store->data;
}

bool wd_store_has_likelihood(const wd_store *store) {
  return store->kind.likelihood;
}

int wd_store_diagnostics(const wd_store *store) {
  return store->kind.diagnostics;
}

int wd_store_read_axis(wd_store *store, const char *path, double *values, wd_error *err) {
  hid_t id = H5Dopen2(store->file, path, H5P_DEFAULT);
  bool read = H5Dread(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
  H5Dclose(id);
  return read ? WD_OK : wd_store_fail(store, err, path);
}

int wd_store_has_profile(wd_store *store, const char *name, const double *value, size_t nodes, bool *has,
                         wd_error *err) {
  char path[64];
  snprintf(path, sizeof path, "/star/%s", name);
  hid_t id = H5Dopen2(store->file, path, H5P_DEFAULT), space = H5Dget_space(id);
  hssize_t stored = H5Sget_simple_extent_npoints(space);
  H5Sclose(space);
  H5Dclose(id);
  if (stored < 0) return wd_store_fail(store, err, path);
  *has = (size_t)stored == nodes;
  double *old = *has ? malloc(nodes * sizeof *old) : NULL;
  if (*has && !old) return wd_fail(err, WD_ERR_MEMORY, "%s: out of memory", path);
  int status = *has ? wd_store_read_axis(store, path, old, err) : WD_OK;
  for (size_t i = 0; i < nodes && *has && !status; i++) *has = fabs(old[i] - value[i]) <= 1e-12 * value[i];
  free(old);
  return status;
}

int wd_store_read_shells(wd_store *store, double *shell, wd_error *err) {
  return wd_store_read_axis(store, wd_store_has_axes(store) ? "/shell_radius" : "/shell", shell, err);
}

bool wd_store_has_axes(const wd_store *store) {
  return H5Lexists(store->file, "/shell_radius", H5P_DEFAULT) > 0;
}

int wd_store_read_levels(wd_store *store, double *level, wd_error *err) {
  return store->levels ? wd_store_read_axis(store, "/level", level, err) : WD_OK;
}

int wd_store_read_luminosity(wd_store *store, size_t member, double value[WD_POLARIZATIONS],
                             double error[WD_POLARIZATIONS], wd_error *err) {
  const hsize_t polarizations = WD_POLARIZATIONS;
  uint64_t sum;
  hid_t one = H5Screate(H5S_SCALAR), three = H5Screate_simple(1, &polarizations, NULL),
        pair = wd_store_select_member(store, WD_EXTRA_LUMINOSITY, member),
        check = wd_store_select_member(store, WD_EXTRA_LUMINOSITY_CHECKSUM, member);
  bool read =
      H5Dread(store->extra[WD_EXTRA_LUMINOSITY], H5T_NATIVE_DOUBLE, three, pair, H5P_DEFAULT, value) >= 0 &&
      H5Dread(store->extra[WD_EXTRA_LUMINOSITY_ERROR], H5T_NATIVE_DOUBLE, three, pair, H5P_DEFAULT, error) >=
          0 &&
      H5Dread(store->extra[WD_EXTRA_LUMINOSITY_CHECKSUM], H5T_NATIVE_UINT64, one, check, H5P_DEFAULT, &sum) >=
          0;
  H5Sclose(one);
  H5Sclose(three);
  H5Sclose(pair);
  H5Sclose(check);
  if (!read) return wd_store_fail(store, err, "cannot be read");
  bool sound = sum == wd_luminosity_checksum(value, error);
  for (int p = 0; p < WD_POLARIZATIONS && !sound; p++) value[p] = error[p] = NAN;
  return WD_OK;
}

const wd_time_type wd_times[WD_TIMES] = {
    [WD_TIME_CORE] = {"/timing/core_seconds", "s", "number of ranks times time, of all runs on this file",
                      offsetof(wd_timing, core_seconds), 'd'},
    [WD_TIME_START] = {"/timing/run_start", "s", "start of the last run, since 1970-01-01T00:00:00Z",
                       offsetof(wd_timing, run_start), 'd'},
    [WD_TIME_SECONDS] = {"/timing/run_seconds", "s", "time that the last run has computed",
                         offsetof(wd_timing, run_seconds), 'd'},
    [WD_TIME_POINTS] = {"/timing/run_points", "1", "grid points that the last run has done in this time",
                        offsetof(wd_timing, run_points), 'l'},
    [WD_TIME_RANKS] = {"/timing/run_ranks", "1", "ranks of the last run", offsetof(wd_timing, run_ranks),
                       'l'},
};

int wd_store_read_timing(wd_store *store, wd_timing *timing, wd_error *err) {
  *timing = (wd_timing){.core_seconds = NAN, .run_start = NAN};
  bool read = true;
  for (int t = 0; t < WD_TIMES && read; t++)
    if (store->time[t] >= 0)
      read = H5Dread(store->time[t], wd_field_memory_type(wd_times[t].type), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                     (char *)timing + wd_times[t].offset) >= 0;
  return read ? WD_OK : wd_store_fail(store, err, "/timing");
}

int wd_store_read_contours(wd_store *store, size_t first, size_t masses, wd_store_curves *curves,
                           wd_error *err) {
  if (store->levels == 0 || masses == 0) return WD_OK;
  hid_t memory, space = wd_store_select_curves(store, first, masses, &memory);
  bool read = H5Dread(store->extra[WD_EXTRA_CONTOUR], H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT,
                      curves->coupling) >= 0 &&
              H5Dread(store->extra[WD_EXTRA_CONTOUR_ERROR], H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT,
                      curves->error) >= 0 &&
              H5Dread(store->extra[WD_EXTRA_CONTOUR_STATE], H5T_NATIVE_INT8, memory, space, H5P_DEFAULT,
                      curves->state) >= 0;
  H5Sclose(memory);
  H5Sclose(space);
  return read ? WD_OK : wd_store_fail(store, err, "cannot be read");
}

/* Rows. */

static bool read_entries(wd_store *store, hid_t dataset, hid_t type, enum wd_extent extent, const wd_rows *s,
                         void *values) {
  hsize_t n = wd_rows_entries(&store->layout, store->couplings, extent, s->first, s->n);
  if (n == 0) return true;
  hid_t space = H5Screate_simple(1, &n, NULL);
  bool read =
      H5Dread(dataset, type, space, wd_store_select(store, extent, s->first, s->n), H5P_DEFAULT, values) >= 0;
  H5Sclose(space);
  return read;
}

static bool read_field(wd_store *store, enum wd_field f, const wd_rows *s) {
  return read_entries(store, store->field[f], wd_field_memory_type(wd_fields[f].type),
                      store->layout.extent[f], s, wd_rows_field(s, &store->layout, f));
}

static int read_rows(wd_store *store, const wd_rows *s, wd_error *err) {
  bool read =
      read_field(store, WD_FIELD_STATUS, s) &&
      read_entries(store, store->extra[WD_EXTRA_CHECKSUM], H5T_NATIVE_UINT32, WD_EXTENT_NONE, s, s->checksum);
  for (int f = 0; f < WD_FIELDS && read; f++)
    if (f != WD_FIELD_STATUS && wd_field_present(f, &store->kind))
      read = read_field(store, (enum wd_field)f, s);
  return read ? WD_OK : wd_store_fail(store, err, "cannot be read");
}

static bool is_sound(const wd_row_layout *layout, const wd_row *row, const unsigned char *bytes,
                     uint32_t checksum) {
  if (row->status == WD_ROW_PENDING) return true;
  return row->status > 0 && row->status < WD_ROW_STATUSES && row->failure >= 0 &&
         row->failure < WD_FAILURE_COUNT &&
         wd_row_checksum(layout, row->mass_index, row->coupling_index, bytes) == checksum;
}

static void visit_rows(wd_store *store, const wd_rows *s, wd_row_visitor *visit, void *ctx) {
  const wd_row_layout *layout = &store->layout;
  for (uint64_t i = 0; i < s->n; i++) {
    wd_row row = {.mass_index = (s->first + i) / store->couplings,
                  .coupling_index = (s->first + i) % store->couplings};
    for (int f = 0; f < WD_FIELDS; f++) {
      const unsigned char *at = wd_rows_at(s, layout, store->couplings, f, i);
      if (at) memcpy(store->row + layout->offset[f], at, layout->size[f]);
    }
    wd_row_unpack(layout, store->row, &row);
    visit(ctx, &row, !is_sound(layout, &row, store->row, s->checksum[i]));
  }
}

/* The grid points first ... end - 1, numbered mass * couplings + coupling, some MB at a time. */
static int visit_points(wd_store *store, uint64_t first, uint64_t end, wd_row_visitor *visit, void *ctx,
                        wd_error *err) {
  wd_rows s;
  if (first == end) return WD_OK;
  const uint64_t most = store->put.capacity, all = end - first;
  bool allocated = wd_rows_allocate(&s, &store->layout, store->couplings, all < most ? all : most);
  int status = allocated ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory: rows of %s", store->path);
  for (s.first = first; s.first < end && status == WD_OK; s.first += s.n) {
    s.n = end - s.first < s.capacity ? end - s.first : s.capacity;
    status = read_rows(store, &s, err);
    if (status == WD_OK) visit_rows(store, &s, visit, ctx);
  }
  wd_rows_free(&s);
  return status;
}

int wd_store_each_row(wd_store *store, wd_row_visitor *visit, void *ctx, wd_error *err) {
  return wd_store_rows_of(store, 0, store->masses, visit, ctx, err);
}

int wd_store_rows_of(wd_store *store, uint64_t first, uint64_t end, wd_row_visitor *visit, void *ctx,
                     wd_error *err) {
  return visit_points(store, first * store->couplings, end * store->couplings, visit, ctx, err);
}

static void note_presence(void *ctx, const wd_row *row, bool damaged) {
  *(bool *)ctx = !damaged && row->status != WD_ROW_PENDING && row->status != WD_ROW_INTERPOLATED;
}

bool wd_store_keeps(wd_store *store, uint64_t mass, uint64_t coupling) {
  bool present = false;
  const uint64_t place = mass * store->couplings + coupling;
  if (!store->derived || visit_points(store, place, place + 1, note_presence, &present, NULL)) return false;
  return present;
}

/* Arrays over the rows of the masses from `first` on; NULL: not wanted. */
typedef struct columns {
  uint64_t first, couplings;
  double *excess, *excess_error;
  int8_t *status;
  uint64_t damaged;
} columns;

static void fill_columns(void *ctx, const wd_row *row, bool damaged) {
  columns *c = ctx;
  const size_t i = (row->mass_index - c->first) * c->couplings + row->coupling_index;
  const bool usable = !damaged && wd_row_has_result(row);
  if (c->excess) c->excess[i] = usable ? row->excess : NAN;
  if (c->excess_error) c->excess_error[i] = usable ? row->excess_error : NAN;
  if (c->status) c->status[i] = damaged ? WD_ROW_PENDING : (int8_t)row->status;
  c->damaged += damaged;
}

int wd_store_read_axes(wd_store *store, double *mass, double *coupling, wd_error *err) {
  const size_t masses = store->masses / store->members; /* of each member, the same */
  int status = mass ? wd_store_read_axis(store, "/mass", mass, err) : WD_OK;
  for (size_t m = masses; mass && m < store->masses; m++) mass[m] = mass[m - masses];
  return status ? status : wd_store_read_axis(store, "/coupling", coupling, err);
}

int wd_store_read(wd_store *store, double *excess, double *excess_error, int8_t *status, uint64_t *damaged,
                  wd_error *err) {
  columns c = {0, store->couplings, excess, excess_error, status, 0};
  int result = wd_store_each_row(store, fill_columns, &c, err);
  *damaged = c.damaged;
  return result;
}

int wd_store_read_states(wd_store *store, uint64_t first, uint64_t end, int8_t *status, uint64_t *damaged,
                         wd_error *err) {
  columns c = {.first = first, .couplings = store->couplings, .status = status};
  int result = wd_store_rows_of(store, first, end, fill_columns, &c, err);
  *damaged = c.damaged;
  return result;
}

/* Provenance. */

typedef struct attribute_visit {
  wd_attribute_visitor *visit;
  void *ctx;
} attribute_visit;

static herr_t visit_attribute(hid_t file, const char *name, const H5A_info_t *info, void *ctx) {
  const attribute_visit *v = ctx;
  (void)info;
  hid_t id = H5Aopen(file, name, H5P_DEFAULT), type = H5Aget_type(id);
  char *text = NULL;
  int64_t number;
  herr_t status = 0;
  if (H5Tis_variable_str(type) > 0) {
    status = H5Aread(id, type, &text);
    if (status >= 0) v->visit(v->ctx, name, text ? text : "", NULL);
    H5free_memory(text);
  } else if (strcmp(name, "header_checksum") != 0) {
    status = H5Aread(id, H5T_NATIVE_INT64, &number);
    if (status >= 0) v->visit(v->ctx, name, NULL, &number);
  }
  H5Tclose(type);
  H5Aclose(id);
  return status < 0 ? -1 : 0;
}

int wd_store_each_attribute(wd_store *store, wd_attribute_visitor *visit, void *ctx, wd_error *err) {
  attribute_visit v = {visit, ctx};
  if (H5Aiterate2(store->file, H5_INDEX_NAME, H5_ITER_INC, NULL, visit_attribute, &v) >= 0) return WD_OK;
  return wd_store_fail(store, err, "its attributes cannot be read");
}
