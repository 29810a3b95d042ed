/* Contours and tally of a complete map; see run/drawing.h. */
#include "run/drawing.h"

#include "base/log.h"
#include "wdscan/contour.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Contours, [level * masses + mass]. */
typedef struct curves {
  double *coupling, *error;
  int8_t *state; /* enum wd_contour_state */
} curves;

/* The drawing of a complete map, which takes one mass at a time. */
typedef struct drawing {
  wd_store *store;
  size_t masses, couplings;
  double *mass, *coupling; /* eV */
  double zero;             /* of the observable: what a row has without an A' */
  size_t levels;
  double *level;                 /* [levels] */
  double *excess, *excess_error; /* [couplings] */
  curves drawn, stored;
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
  t->error_mass = d->mass[row->mass_index];
  t->error_coupling = d->coupling[row->coupling_index];
}

static void draw_row(void *ctx, const wd_row *row, bool damaged) {
  drawing *d = ctx;
  bool usable = !damaged && row->status != WD_ROW_PENDING && row->status != WD_ROW_FAILED;
  if (!damaged) count(d, row);
  d->excess[row->coupling_index] = usable ? row->excess - d->zero : NAN;
  d->excess_error[row->coupling_index] = usable ? row->excess_error : NAN;
  if (row->coupling_index + 1 < d->couplings) return;
  for (size_t l = 0; l < d->levels; l++) {
    size_t i = l * d->masses + row->mass_index, n = d->couplings;
    const double level = d->level[l] - d->zero;
    d->drawn.coupling[i] =
        wd_contour_crossing(n, d->coupling, d->excess, d->excess_error, level, &d->drawn.error[i]);
    d->drawn.state[i] = (int8_t)wd_contour_state(n, d->coupling, d->excess, level);
  }
}

static bool same(const curves *a, const curves *b, size_t n) {
  return memcmp(a->coupling, b->coupling, n * sizeof *a->coupling) == 0 &&
         memcmp(a->error, b->error, n * sizeof *a->error) == 0 && memcmp(a->state, b->state, n) == 0;
}

/* "Nothing found" has a meaning, which the message tells. */
static void tell(const drawing *d) {
  const size_t masses = d->masses;
  for (size_t l = 0; l < d->levels; l++) {
    size_t count[WD_CONTOUR_STATES] = {0};
    for (size_t m = 0; m < masses; m++) count[d->drawn.state[l * masses + m]]++;
    wd_log(WD_LOG_INFO,
           "%s %g: crossed at %zu of %zu masses; above it at all couplings at %zu, below it at %zu, "
           "unknown at %zu",
           d->zero > 0 ? "f_s" : "excess", d->level[l], count[WD_CONTOUR_CROSSING], masses,
           count[WD_CONTOUR_ABOVE], count[WD_CONTOUR_BELOW], count[WD_CONTOUR_UNFINISHED]);
  }
}

/* Writes the contours unless the file has them already. */
static int draw(drawing *d, wd_error *err) {
  wd_store *store = d->store;
  size_t n = d->levels * d->masses;
  int status = wd_store_read(store, d->mass, d->coupling, NULL, NULL, NULL, NULL, NULL, err);
  if (!status) status = wd_store_read_levels(store, d->level, err);
  if (!status) status = wd_store_each_row(store, draw_row, d, err);
  if (status) return status;
  tell(d);
  status = wd_store_read_contours(store, d->stored.coupling, d->stored.error, d->stored.state, err);
  if (status || same(&d->drawn, &d->stored, n)) return status;
  status = wd_store_write_contours(store, d->drawn.coupling, d->drawn.error, d->drawn.state, err);
  return status ? status : wd_store_sync(store, err);
}

int wd_run_draw(wd_store *store, wd_tally *total, wd_error *err) {
  drawing d = {.store = store,
               .masses = wd_store_masses(store),
               .couplings = wd_store_couplings(store),
               .zero = wd_store_zero(store),
               .levels = wd_store_levels(store),
               .total = total};
  const size_t n = d.levels * d.masses, reals = d.masses + 3 * d.couplings + d.levels + 4 * n;
  double *memory = malloc(reals * sizeof *memory + 2 * n);
  if (!memory) return wd_fail(err, WD_ERR_MEMORY, "out of memory for the contours");
  d.mass = memory;
  d.coupling = d.mass + d.masses;
  d.excess = d.coupling + d.couplings;
  d.excess_error = d.excess + d.couplings;
  d.level = d.excess_error + d.couplings;
  d.drawn = (curves){d.level + d.levels, d.level + d.levels + n, (int8_t *)(memory + reals)};
  d.stored = (curves){d.drawn.error + n, d.drawn.error + 2 * n, d.drawn.state + n};
  int status = draw(&d, err);
  free(memory);
  return status;
}
