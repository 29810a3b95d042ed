/* Rows of several files for a new one, mass by mass. Rows are compared and kept as their bytes, so that what is taken over
 * keeps its bits. What belongs to a mass comes from a file whose smallest coupling is that of the new one; else it is not
 * known. */
#include "store/private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct gathering {
  wd_store *target;
  const wd_store_share *share, *under_way;
  size_t mass;            /* of the target, under way */
  unsigned char *bytes;   /* [couplings of the target * row_size] */
  unsigned char *scratch; /* [row_size] */
  size_t *owner; /* [couplings of the target]: the share that a row is from; WD_STORE_NOWHERE: none yet */
  wd_store_gathered *count;
  size_t conflict; /* coupling of the first conflict of this mass; WD_STORE_NOWHERE: none */
  size_t other;    /* the share that does not agree with the owner there */
} gathering;

/* Random streams are numbered by the place in the grid of the member, and couplings of a mass may share theirs. */
static bool has_own_streams(const gathering *g) {
  const wd_store *from = g->under_way->store;
  const size_t there = from->masses / wd_store_members(from),
               here = g->target->masses / wd_store_members(g->target);
  bool stays = !from->derived && g->under_way->mass[g->mass] != WD_STORE_NOWHERE &&
               g->under_way->mass[g->mass] % there == g->mass % here &&
               from->couplings == g->target->couplings;
  for (size_t k = 0; stays && k < from->couplings; k++) stays = g->under_way->coupling[k] == k;
  return stays;
}

/* Is the row taken for coupling k not computed? */
static bool is_interpolated(const gathering *g, size_t k) {
  const wd_row_layout *layout = &g->target->layout;
  wd_row row = {.mass_index = g->mass, .coupling_index = k};
  wd_row_unpack(layout, g->bytes + k * layout->row_size, &row);
  return row.status == WD_ROW_INTERPOLATED;
}

static void take_row(void *ctx, const wd_row *row, bool damaged) {
  gathering *g = ctx;
  size_t k = g->under_way->coupling[row->coupling_index];
  const size_t size = g->target->layout.row_size, of_mass = g->target->layout.mass_size;
  if (k == WD_STORE_NOWHERE || row->status == WD_ROW_PENDING) return;
  g->count->damaged += damaged;
  if (damaged) return;
  if (g->owner[k] != WD_STORE_NOWHERE && row->status == WD_ROW_INTERPOLATED) return;
  wd_row there = *row;
  there.coupling_index = k;
  wd_row_pack(&g->target->layout, &there, g->scratch);
  if (g->owner[k] == WD_STORE_NOWHERE || is_interpolated(g, k)) {
    memcpy(g->bytes + k * size, g->scratch, size);
    g->owner[k] = (size_t)(g->under_way - g->share);
  } else if (memcmp(g->bytes + k * size + of_mass, g->scratch + of_mass, size - of_mass) != 0 &&
             g->conflict == WD_STORE_NOWHERE) {
    g->conflict = k;
    g->other = (size_t)(g->under_way - g->share);
  }
  if (k == 0 && row->chi2_per_dof) memcpy(g->bytes, g->scratch, of_mass);
}

static int refuse_conflict(const gathering *g, wd_error *err) {
  double *axes = malloc((g->target->masses + g->target->couplings) * sizeof *axes);
  if (!axes) return wd_fail(err, WD_ERR_MEMORY, "out of memory: the axes");
  double *coupling = axes + g->target->masses;
  int status = wd_store_read_axes(g->target, axes, coupling, err);
  if (!status)
    status = wd_fail(
        err, WD_ERR_IO,
        "%s and %s have different results for mass = %.9g eV, coupling = %.9g; expected the same bits, "
        "or that point in one of them only (`wdscan slice` cuts files)",
        g->share[g->owner[g->conflict]].store->path, g->share[g->other].store->path, axes[g->mass],
        coupling[g->conflict]);
  free(axes);
  return status;
}

/* Puts the rows of the mass into the target. */
static int put_rows(gathering *g, const bool *own_streams, wd_error *err) {
  const wd_row_layout *layout = &g->target->layout;
  int status = WD_OK;
  for (size_t k = 0; k < g->target->couplings && !status; k++) {
    if (g->owner[k] == WD_STORE_NOWHERE) continue;
    wd_row row = {.mass_index = g->mass, .coupling_index = k};
    wd_row_unpack(layout, g->bytes + k * layout->row_size, &row);
    status = wd_store_put_row(g->target, &row, err);
    g->count->taken++;
    g->count->other_streams += !own_streams[g->owner[k]];
  }
  return status;
}

static int gather_mass(gathering *g, size_t n, bool *own_streams, wd_error *err) {
  int status = WD_OK;
  g->conflict = WD_STORE_NOWHERE;
  for (size_t k = 0; k < g->target->couplings; k++) g->owner[k] = WD_STORE_NOWHERE;
  for (size_t i = 0; i < n && !status; i++) {
    g->under_way = &g->share[i];
    own_streams[i] = has_own_streams(g);
    if (g->under_way->mass[g->mass] == WD_STORE_NOWHERE) continue;
    status = wd_store_rows_of(g->under_way->store, g->under_way->mass[g->mass],
                              g->under_way->mass[g->mass] + 1, take_row, g, err);
  }
  if (!status && g->conflict != WD_STORE_NOWHERE) status = refuse_conflict(g, err);
  return status ? status : put_rows(g, own_streams, err);
}

static bool write_attribute(hid_t file, const char *name, hid_t type, const void *value) {
  hid_t space = H5Screate(H5S_SCALAR), id = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  bool written = H5Awrite(id, type, value) >= 0;
  H5Aclose(id);
  H5Sclose(space);
  return written;
}

static int note(wd_store *target, const char *origin, const wd_store_gathered *count, wd_error *err) {
  const int64_t taken = (int64_t)count->taken, other = (int64_t)count->other_streams;
  hid_t text = H5Tcopy(H5T_C_S1);
  H5Tset_size(text, H5T_VARIABLE);
  H5Tset_cset(text, H5T_CSET_UTF8);
  bool written = write_attribute(target->file, "origin", text, &origin) &&
                 write_attribute(target->file, "taken_over", H5T_NATIVE_INT64, &taken) &&
                 write_attribute(target->file, "other_streams", H5T_NATIVE_INT64, &other);
  H5Tclose(text);
  return written ? WD_OK : wd_store_fail(target, err, "cannot be written");
}

int wd_store_gather(wd_store *target, const wd_store_share *share, size_t n, const char *origin,
                    wd_store_gathered *gathered, wd_error *err) {
  const size_t size = target->layout.row_size;
  gathering g = {.target = target,
                 .share = share,
                 .bytes = malloc(target->couplings * size),
                 .scratch = malloc(size),
                 .owner = malloc(target->couplings * sizeof *g.owner),
                 .count = gathered};
  bool *own_streams = malloc(n * sizeof *own_streams);
  int status = g.bytes && g.scratch && g.owner && own_streams
                   ? WD_OK
                   : wd_fail(err, WD_ERR_MEMORY, "out of memory: rows of %s", target->path);
  *gathered = (wd_store_gathered){0};
  for (g.mass = 0; g.mass < target->masses && !status; g.mass++)
    status = gather_mass(&g, n, own_streams, err);
  if (!status) status = wd_store_commit_rows(target, err);
  if (!status) status = note(target, origin, gathered, err);
  free(g.bytes);
  free(g.scratch);
  free(g.owner);
  free(own_streams);
  return status;
}
