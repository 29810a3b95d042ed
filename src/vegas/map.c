/* The map of the VEGAS+ integrator: one piecewise-linear x(y) per axis, equal cells in y, adapted cells in x.
 *
 * Refinement gives every cell an equal share of the damped density
 *   d_k = [(1 - r_k) / ln(1 / r_k)]^a,   r_k = min(1, m_k / (50 mean of m)),
 * m_k the smoothed mean of F^2 in the cell. Lepage's r_k = m_k / sum is the same for 50 cells; with more, his
 * damping would grow with their number. The exponent is alpha where all cells contribute alike, and falls to
 * half of it where few cells hold nearly all of F^2: then the m_k are noisy, and a hasty map loses peaks.
 * Means are taken with the weight 1/n_h of each sample, so that uneven strata do not distort them. In one
 * dimension m_k is the variance within the strata instead.
 *
 * Then the map is graded: from cell to cell, widths grow by small factors only (the density is raised where
 * one would be more than twice the next). Without that, the cell at the edge of a region where the integrand
 * is small or zero grows wider and wider, and what it holds of the integrand is lost without a trace in the
 * error.
 */
#include "vegas/private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

int wd_vegas_axis_reserve(wd_vegas_axis *axis, size_t cells, size_t trained) {
  if (cells <= axis->capacity) return WD_VEGAS_OK;
  if (cells < 2 * axis->capacity) cells = 2 * axis->capacity;
  wd_vegas_cell *cell = realloc(axis->cell, cells * sizeof *cell);
  if (cell) axis->cell = cell;
  wd_vegas_cell *old = realloc(axis->old, cells * sizeof *old);
  if (old) axis->old = old;
  double *density = realloc(axis->density, cells * sizeof *density);
  if (density) axis->density = density;
  double *moment = realloc(axis->moment, cells * (1 + trained) * sizeof *moment);
  if (moment) axis->moment = moment;
  if (!cell || !old || !density || !moment) return WD_VEGAS_ENOMEM;
  axis->capacity = cells;
  return WD_VEGAS_OK;
}

/* Makes `cells` new cells with equal shares of axis->density, which is spread evenly within each old cell. */
static void regrid(wd_vegas_axis *axis, size_t cells) {
  wd_vegas_cell *const old = axis->cell, *const new = axis->old;
  double total = 0, before = 0;
  for (size_t k = 0; k < axis->cells; k++) total += axis->density[k];
  const double step = total / (double)cells;
  size_t j = 1;
  new[0].x = DBL_MIN; /* not 0, nor is any x drawn from it */
  for (size_t k = 0; k < axis->cells; k++) {
    const double d = axis->density[k];
    for (; j < cells && before + d > (double)j * step; j++) {
      const double way = (double)j * step - before;
      new[j].x = old[k].x + (way > 0 ? old[k].dx * (way / d) : 0);
    }
    before += d;
  }
  for (; j < cells; j++) new[j].x = 1;
  for (j = 0; j + 1 < cells; j++) new[j].dx = new[j + 1].x > new[j].x ? new[j + 1].x - new[j].x : 0;
  new[j].dx = 1 - new[j].x;
  axis->old = old;
  axis->old_cells = axis->cells;
  axis->cell = new;
  axis->cells = cells;
}

void wd_vegas_axis_resize(wd_vegas_axis *axis, size_t cells) {
  if (cells == axis->cells) return;
  for (size_t k = 0; k < axis->cells; k++) axis->density[k] = 1;
  regrid(axis, cells);
}

/* Smoothed mean of sum_t scale_t F_t^2 over cell k; negative where no sample came near. */
static double smoothed_mean(const wd_vegas_axis *axis, size_t k, size_t trained, const double *scale) {
  const size_t row = 1 + trained, last = axis->cells - 1;
  const double *here = axis->moment + k * row;
  const double *below = k > 0 ? here - row : here, *above = k < last ? here + row : here;
  const double weight = below[0] + 6 * here[0] + above[0];
  double sum = 0;
  for (size_t t = 0; t < trained; t++) sum += scale[t] * (below[1 + t] + 6 * here[1 + t] + above[1 + t]);
  return weight > 0 ? sum / weight : -1;
}

static const double reference_cells = 50;

/* The exponent is quarters / 4: roots cost far less than pow. */
static double damped(double r, int quarters) {
  if (r <= 0) return 0;
  if (r >= 1 - 1e-8) return 1;
  const double root = sqrt(sqrt((1 - r) / -log(r)));
  double d = 1;
  for (int i = 0; i < quarters; i++) d *= root;
  return d;
}

/* New cells needed in an old cell of width dx so that their widths grow linearly from h at one side. */
static double graded_count(double dx, double h) {
  return log1p(dx / h);
}

/* One sweep over the old cells from k0 on, upwards or downwards: n new cells fall into each. */
static void sweep(const wd_vegas_axis *axis, double *n, bool upwards) {
  const size_t cells = axis->cells;
  double h = INFINITY; /* width of the new cells at the near side of the old one */
  for (size_t i = 0; i < cells; i++) {
    const size_t k = upwards ? i : cells - 1 - i;
    const double dx = axis->cell[k].dx;
    if (dx == 0) continue;
    if (dx <= 2 * h * n[k]) {
      h = dx / n[k];
      continue;
    }
    n[k] = fmax(n[k], graded_count(dx, h));
    h = fmin(h + dx, dx / n[k]);
  }
}

/* Raises the density where the new cells would be much wider than their neighbours. */
static void grade(wd_vegas_axis *axis) {
  const size_t cells = axis->cells;
  double *density = axis->density, total = 0;
  for (size_t k = 0; k < cells; k++) total += density[k];
  for (size_t k = 0; k < cells; k++) density[k] *= (double)cells / total;
  sweep(axis, density, /*upwards=*/true);
  sweep(axis, density, /*upwards=*/false);
}

/* Makes the new map from the means m_k in axis->density; says whether there was anything to learn from. */
static bool adapt(wd_vegas_axis *axis, double alpha) {
  const size_t cells = axis->cells;
  double *density = axis->density, mean = 0, squares = 0;
  for (size_t k = 0; k < cells; k++) mean += density[k] / (double)cells;
  if (!(mean > 0) || !isfinite(mean)) return false;
  for (size_t k = 0; k < cells; k++) squares += density[k] / mean * (density[k] / mean);
  const double participation = (double)cells / squares;
  const int quarters = (int)ceil(2 * alpha * (1 + participation));
  for (size_t k = 0; k < cells; k++) density[k] = damped(density[k] / mean / reference_cells, quarters);
  grade(axis);
  regrid(axis, cells);
  return true;
}

bool wd_vegas_axis_refine(wd_vegas_axis *axis, size_t trained, const double *scale, double alpha) {
  const size_t cells = axis->cells;
  double sum = 0;
  size_t known = 0;
  for (size_t k = 0; k < cells; k++) {
    axis->density[k] = smoothed_mean(axis, k, trained, scale);
    if (axis->density[k] < 0) continue;
    sum += axis->density[k];
    known++;
  }
  for (size_t k = 0; k < cells; k++)
    if (axis->density[k] < 0) axis->density[k] = sum / (double)known;
  return adapt(axis, alpha);
}

bool wd_vegas_axis_refine_on_strata(wd_vegas_axis *axis, const double *variance, size_t n, double alpha) {
  const size_t cells = axis->cells;
  for (size_t k = 0; k < cells; k++) {
    const size_t from = k * n / cells, end = (k + 1) * n / cells, to = end > from ? end : from + 1;
    axis->density[k] = 0;
    for (size_t h = from; h < to; h++) axis->density[k] += variance[h] / (double)(to - from);
  }
  double before = axis->density[0];
  for (size_t k = 0; k < cells; k++) {
    const double here = axis->density[k], after = k + 1 < cells ? axis->density[k + 1] : here;
    axis->density[k] = (before + 6 * here + after) / 8;
    before = here;
  }
  return adapt(axis, alpha);
}

/* Place on the axis of y in [0, cells). */
static double to_x(const wd_vegas_cell *cell, size_t cells, double y) {
  size_t k = (size_t)y;
  if (k >= cells) k = cells - 1;
  return cell[k].x + (y - (double)k) * cell[k].dx;
}

void wd_vegas_axis_trace(const wd_vegas_axis *axis, size_t n, uint32_t *from) {
  const wd_vegas_cell *old = axis->old;
  const double cells_per_stratum = (double)axis->cells / (double)n;
  const double strata_per_cell = (double)n / (double)axis->old_cells;
  size_t k = 0;
  for (size_t s = 0; s < n; s++) {
    const double x = to_x(axis->cell, axis->cells, ((double)s + 0.5) * cells_per_stratum);
    while (k + 1 < axis->old_cells && old[k + 1].x <= x) k++;
    const double within = old[k].dx > 0 ? (x - old[k].x) / old[k].dx : 0;
    const size_t stratum = (size_t)(((double)k + within) * strata_per_cell);
    from[s] = (uint32_t)(stratum < n ? stratum : n - 1);
  }
}

void wd_vegas_axis_ratios(const wd_vegas_axis *axis, size_t n, double *ratio) {
  const double step = (double)axis->cells / (double)n;
  double x = 0, width = 0;
  for (size_t s = 0; s < n; s++) {
    const double next = s + 1 < n ? to_x(axis->cell, axis->cells, (double)(s + 1) * step) : 1;
    if (s > 0) ratio[s - 1] = width > 0 && next > x ? width / (next - x) : 1;
    width = next - x;
    x = next;
  }
}

void wd_vegas_axis_place(const wd_vegas_axis *axis, size_t strata, const double *u, size_t n, double *x,
                         double *jacobian, int32_t *bin) {
  const double ratio = (double)axis->cells / (double)strata;
  const int32_t last = (int32_t)axis->cells - 1;
  const wd_vegas_cell *cell = axis->cell;
  for (size_t i = 0; i < n; i++) {
    const double y = (x[i] + u[i]) * ratio;
    const int32_t k = (int32_t)y;
    bin[i] = k < last ? k : last;
    x[i] = y - bin[i];
  }
  for (size_t i = 0; i < n; i++) {
    const wd_vegas_cell here = cell[bin[i]];
    const double z = here.x + x[i] * here.dx;
    x[i] = z < 1 - DBL_EPSILON / 2 ? z : 1 - DBL_EPSILON / 2; /* 1 only by rounding */
    jacobian[i] *= here.dx;
  }
}
