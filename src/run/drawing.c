/* Contours and tally of a complete map; see run/drawing.h. */
#include "run/drawing.h"

#include "base/log.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 1024 }; /* masses at a time */

/* The drawing of a complete map, which takes a piece of its masses at a time. */
typedef struct drawing {
  wd_store *store;
  size_t first, masses, couplings; /* the masses under way; all couplings */
  double *coupling;                /* [couplings] */
  double zero;                     /* of the observable: what a row has without an A' */
  size_t levels;
  double *level;                 /* [levels] */
  double *excess, *excess_error; /* [couplings] */
  wd_store_curves drawn, stored; /* of the masses under way */
  bool changed;                  /* contours were written */
  wd_tally *total;
} drawing;

static void count(drawing *d, const wd_row *row) {
  wd_tally *t = d->total;
  double error = row->excess_error / fabs(row->excess - d->zero);
  t->failed += row->status == WD_ROW_FAILED;
  t->missed += row->status == WD_ROW_TARGET_MISSED;
  t->interpolated += row->status == WD_ROW_INTERPOLATED;
  if (row->status == WD_ROW_FAILED || row->status == WD_ROW_INTERPOLATED || !(error > t->error)) return;
  t->error = error;
  t->error_point = row->mass_index * d->couplings + row->coupling_index;
}

static void draw_row(void *ctx, const wd_row *row, bool damaged) {
  drawing *d = ctx;
  bool usable = !damaged && wd_row_has_result(row);
  if (!damaged) count(d, row);
  d->excess[row->coupling_index] = usable ? row->excess - d->zero : NAN;
  d->excess_error[row->coupling_index] = usable ? row->excess_error : NAN;
  if (row->coupling_index + 1 < d->couplings) return;
  for (size_t l = 0; l < d->levels; l++) {
    size_t i = l * d->masses + row->mass_index - d->first, n = d->couplings;
    const double level = d->level[l] - d->zero;
    d->drawn.coupling[i] =
        wd_contour_crossing(n, d->coupling, d->excess, d->excess_error, level, &d->drawn.error[i]);
    d->drawn.state[i] = (int8_t)wd_contour_state(n, d->coupling, d->excess, level);
    d->total->state[l][d->drawn.state[i]]++;
  }
}

static bool same(const wd_store_curves *a, const wd_store_curves *b, size_t n) {
  return memcmp(a->coupling, b->coupling, n * sizeof *a->coupling) == 0 &&
         memcmp(a->error, b->error, n * sizeof *a->error) == 0 && memcmp(a->state, b->state, n) == 0;
}

/* Writes the contours of a piece unless the file has them already. */
static int draw_piece(drawing *d, wd_error *err) {
  wd_store *store = d->store;
  int status = wd_store_rows_of(store, d->first, d->first + d->masses, draw_row, d, err);
  if (!status) status = wd_store_read_contours(store, d->first, d->masses, &d->stored, err);
  if (status || same(&d->drawn, &d->stored, d->levels * d->masses)) return status;
  d->changed = true;
  return wd_store_write_contours(store, d->first, d->masses, &d->drawn, err);
}

static int draw_pieces(drawing *d, size_t first, size_t end, wd_error *err) {
  wd_store *store = d->store;
  int status = wd_store_read_axes(store, NULL, d->coupling, err);
  if (!status) status = wd_store_read_levels(store, d->level, err);
  for (d->first = first; d->first < end && !status; d->first += d->masses) {
    d->masses = end - d->first < PIECE ? end - d->first : PIECE;
    status = draw_piece(d, err);
  }
  return status || !d->changed ? status : wd_store_sync(store, err);
}

/* The masses first ... end - 1. */
static int draw(wd_store *store, size_t first, size_t end, wd_tally *total, wd_error *err) {
  drawing d = {.store = store,
               .couplings = wd_store_couplings(store),
               .zero = wd_store_zero(store),
               .levels = wd_store_levels(store),
               .total = total};
  const size_t n = d.levels * PIECE, reals = 3 * d.couplings + d.levels + 4 * n;
  double *memory = malloc(reals * sizeof *memory + 2 * n);
  if (!memory) return wd_fail(err, WD_ERR_MEMORY, "out of memory for the contours");
  d.coupling = memory;
  d.excess = d.coupling + d.couplings;
  d.excess_error = d.excess + d.couplings;
  d.level = d.excess_error + d.couplings;
  d.drawn = (wd_store_curves){d.level + d.levels, d.level + d.levels + n, (int8_t *)(memory + reals)};
  d.stored = (wd_store_curves){d.drawn.error + n, d.drawn.error + 2 * n, d.drawn.state + n};
  *total = (wd_tally){0};
  int status = draw_pieces(&d, first, end, err);
  free(memory);
  return status;
}

/* "Nothing found" has a meaning, which the message tells. */
static int tell(wd_store *store, const wd_tally *total, wd_error *err) {
  double level[WD_LEVELS_MAX];
  int status = wd_store_read_levels(store, level, err);
  for (size_t l = 0; l < wd_store_levels(store) && !status; l++) {
    const uint64_t *state = total->state[l];
    wd_log(WD_LOG_INFO,
           "%s %g: crossed at %llu of %zu masses; above it at all couplings at %llu, below it at %llu, "
           "unknown at %llu",
           wd_store_zero(store) > 0 ? "f_s" : "excess", level[l],
           (unsigned long long)state[WD_CONTOUR_CROSSING], wd_store_masses(store),
           (unsigned long long)state[WD_CONTOUR_ABOVE], (unsigned long long)state[WD_CONTOUR_BELOW],
           (unsigned long long)state[WD_CONTOUR_UNFINISHED]);
  }
  return status;
}

int wd_run_draw(wd_store *store, wd_tally *total, wd_error *err) {
  int status = draw(store, 0, wd_store_masses(store), total, err);
  return status ? status : tell(store, total, err);
}

/* Adds up the tallies of all ranks on rank 0. Of equal errors that of the lowest rank counts, whose masses come first.
 * Collective. */
static void add_up(const wd_session *session, wd_tally *total) {
  struct {
    double error;
    int rank;
  } largest = {total->error, session->rank};
  const int counts = offsetof(wd_tally, error) / sizeof(uint64_t);
  const void *mine = session->rank == 0 ? MPI_IN_PLACE : total;
  MPI_Reduce(mine, total, counts, MPI_UINT64_T, MPI_SUM, 0, session->comm);
  MPI_Allreduce(MPI_IN_PLACE, &largest, 1, MPI_DOUBLE_INT, MPI_MAXLOC, session->comm);
  total->error = largest.error;
  MPI_Bcast(&total->error_point, 1, MPI_UINT64_T, largest.rank, session->comm);
}

int wd_run_draw_together(const wd_session *session, wd_store *store, wd_tally *total, wd_error *err) {
  const uint64_t masses = wd_store_masses(store), rank = (uint64_t)session->rank,
                 ranks = (uint64_t)session->size;
  int status = draw(store, masses * rank / ranks, masses * (rank + 1) / ranks, total, err);
  status = wd_session_agree(session, status, err);
  if (status) return status;
  add_up(session, total);
  return wd_session_agree(session, rank == 0 ? tell(store, total, err) : WD_OK, err);
}
