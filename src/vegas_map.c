/* The map of the VEGAS+ integrator: one piecewise-linear x(y) per axis, equal cells in y, adapted cells in x.
 *
 * Refinement gives every cell an equal share of the damped density
 *   d_k = [(1 - m_k) / ln(1 / m_k)]^alpha,   m_k the smoothed mean of F^2 in the cell, normalised to sum 1.
 * Means are taken with the weight 1/n_h of each sample, so that uneven strata do not distort them. Then the
 * map is graded: widths of neighbouring cells differ by no more than about a factor of two. Without that, the
 * cell at the edge of a region where the integrand is small or zero grows wider and wider, and what it holds
 * of the integrand is lost without a trace in the error.
 */
#include "vegas_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

int wd_vegas_axis_reserve(wd_vegas_axis *axis, size_t cells, size_t trained) {
  if (cells <= axis->capacity) return WD_VEGAS_OK;
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
  new[0].x = 0;
  for (size_t k = 0; k < axis->cells; k++) {
    const double d = axis->density[k];
    for (; j < cells && before + d > (double)j * step; j++)
      new[j].x = old[k].x + old[k].dx *fmax(0, ((double)j * step - before) / d);
    before += d;
  }
  for (; j < cells; j++) new[j].x = 1;
  for (j = 0; j + 1 < cells; j++) new[j].dx = fmax(0, new[j + 1].x - new[j].x);
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

static double damped(double m, double alpha) {
  if (m <= 0) return 0;
  if (m >= 1 - 1e-8) return 1;
  const double d = (1 - m) / -log(m);
  const double root = sqrt(d);
  return alpha == 0.75 ? root * sqrt(root) : pow(d, alpha);
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

bool wd_vegas_axis_refine(wd_vegas_axis *axis, size_t trained, const double *scale, double alpha) {
  const size_t cells = axis->cells;
  double *density = axis->density, sum = 0;
  size_t known = 0;
  for (size_t k = 0; k < cells; k++) {
    density[k] = smoothed_mean(axis, k, trained, scale);
    if (density[k] < 0) continue;
    sum += density[k];
    known++;
  }
  if (!(sum > 0) || !isfinite(sum)) return false;
  const double mean = sum / (double)known;
  sum += (double)(cells - known) * mean; /* a cell without samples counts as an average one */
  for (size_t k = 0; k < cells; k++) density[k] = damped((density[k] < 0 ? mean : density[k]) / sum, alpha);
  grade(axis);
  regrid(axis, cells);
  return true;
}

/* Place on the axis of y in [0, cells). */
static double to_x(const wd_vegas_cell *cell, size_t cells, double y) {
  size_t k = (size_t)y;
  if (k >= cells) k = cells - 1;
  return cell[k].x + (y - (double)k) * cell[k].dx;
}

void wd_vegas_axis_trace(const wd_vegas_axis *axis, size_t n, uint32_t *from) {
  const wd_vegas_cell *old = axis->old;
  size_t k = 0;
  for (size_t s = 0; s < n; s++) {
    const double x = to_x(axis->cell, axis->cells, ((double)s + 0.5) * (double)axis->cells / (double)n);
    while (k + 1 < axis->old_cells && old[k + 1].x <= x) k++;
    const double within = old[k].dx > 0 ? (x - old[k].x) / old[k].dx : 0;
    const double stratum = ((double)k + within) * (double)n / (double)axis->old_cells;
    from[s] = (uint32_t)fmin(stratum, (double)(n - 1));
  }
}

void wd_vegas_axis_place(const wd_vegas_axis *axis, size_t strata, const double *u, size_t n, double *x,
                         double *jacobian, int32_t *bin) {
  const double ratio = (double)axis->cells / (double)strata;
  const int32_t last = (int32_t)axis->cells - 1;
  const wd_vegas_cell *cell = axis->cell;
  for (size_t i = 0; i < n; i++) {
    const double y = (x[i] + u[i]) * ratio;
    int32_t k = (int32_t)y;
    if (k > last) k = last;
    double z = cell[k].x + (y - k) * cell[k].dx;
    z = z > DBL_MIN ? z : DBL_MIN;
    x[i] = z < 1 - DBL_EPSILON / 2 ? z : 1 - DBL_EPSILON / 2;
    jacobian[i] *= cell[k].dx;
    bin[i] = k;
  }
}
