/* The star as smooth functions of a node coordinate; see star/profile.h.
 *
 * Each quantity is a cubic spline on unit knots: twice continuously differentiable, since the off-resonance
 * part of the integrals feels the curvature at the pole. Where a spline would overshoot monotonic data, or
 * zero, Steffen's slopes (Astron. Astrophys. 239 (1990) 443) take its place for that quantity, which never
 * do.
 */
#include "star/profile.h"

#include "matter/dispersion.h"
#include <stdlib.h>
#include <string.h>

enum { STEPS = 4 }; /* of a cell, in the search for turning points */

/* Slopes of the C2 spline: m[i-1] + 4 m[i] + m[i+1] = 3 (y[i+1] - y[i-1]), ends by five-point differences. */
static void spline_slopes(const double *y, size_t n, double *m, double *scratch) {
  m[0] = (-25 * y[0] + 48 * y[1] - 36 * y[2] + 16 * y[3] - 3 * y[4]) / 12;
  const double *e = y + n - 1;
  m[n - 1] = (25 * e[0] - 48 * e[-1] + 36 * e[-2] - 16 * e[-3] + 3 * e[-4]) / 12;
  scratch[0] = 0;
  for (size_t i = 1; i + 1 < n; i++) {
    double pivot = 4 - scratch[i - 1];
    scratch[i] = 1 / pivot;
    m[i] = (3 * (y[i + 1] - y[i - 1]) - m[i - 1]) / pivot;
  }
  for (size_t i = n - 2; i > 0; i--) m[i] -= scratch[i] * m[i + 1];
}

static void steffen_slopes(const double *y, size_t n, double *m) {
  for (size_t i = 1; i + 1 < n; i++) {
    double a = y[i] - y[i - 1], b = y[i + 1] - y[i];
    m[i] = (copysign(1, a) + copysign(1, b)) * fmin(fmin(fabs(a), fabs(b)), 0.25 * fabs(a + b));
  }
  m[0] = y[1] - y[0];
  m[n - 1] = y[n - 1] - y[n - 2];
}

/* Sufficient for a positive cubic on each cell, turning or not: its Bernstein coefficients are. */
static bool keeps_sign(const double *y, size_t n, const double *m) {
  for (size_t i = 0; i + 1 < n; i++)
    if ((y[i] > 0 && y[i] + m[i] / 3 <= 0) || (y[i + 1] > 0 && y[i + 1] - m[i + 1] / 3 <= 0)) return false;
  return true;
}

/* Sufficient for a monotonic cubic on each cell (Fritsch & Carlson 1980): slopes of the data's sign, at most
 * three times the cell's secant. Constant cells need zero slopes. */
static bool keeps_monotonicity(const double *y, size_t n, const double *m) {
  for (size_t i = 0; i + 1 < n; i++) {
    double d = y[i + 1] - y[i];
    bool turning = (i > 0 && d * (y[i] - y[i - 1]) < 0) || (i + 2 < n && d * (y[i + 2] - y[i + 1]) < 0);
    double slack = 1e-12 * (fabs(y[i]) + fabs(y[i + 1]));
    if (turning) continue;
    if (m[i] * copysign(1, d) < -slack || m[i + 1] * copysign(1, d) < -slack) return false;
    if (fabs(m[i]) > 3 * fabs(d) + slack || fabs(m[i + 1]) > 3 * fabs(d) + slack) return false;
  }
  return true;
}

static void fill_cells(wd_profile *p, int q, const double *y, const double *m) {
  for (size_t i = 0; i < p->cells; i++) {
    double d = y[i + 1] - y[i], *c = p->coefficient + (i * WD_PROFILE_QUANTITIES + (size_t)q) * 4;
    c[0] = y[i];
    c[1] = m[i];
    c[2] = 3 * d - 2 * m[i] - m[i + 1];
    c[3] = m[i] + m[i + 1] - 2 * d;
  }
}

double wd_profile_lowest(const wd_profile *profile, double s) {
  double t;
  int32_t i = wd_profile_cell(profile, s, &t);
  return wd_profile_value(profile, WD_PROFILE_FREQUENCY2, i, t);
}

double wd_profile_highest(const wd_profile *profile, double s) {
  double t;
  int32_t i = wd_profile_cell(profile, s, &t);
  double v = wd_profile_value(profile, WD_PROFILE_V_STAR, i, t);
  return wd_profile_value(profile, WD_PROFILE_FREQUENCY2, i, t) * wd_dispersion_at(v * v).S_t;
}

/* d/ds of wd_profile_lowest (highest: false) or wd_profile_highest in cell i. */
static double slope_of(const wd_profile *p, bool highest, size_t i, double t) {
  double slope = wd_profile_slope(p, WD_PROFILE_FREQUENCY2, i, t);
  if (!highest) return slope;
  double v = wd_profile_value(p, WD_PROFILE_V_STAR, i, t);
  wd_dispersion d = wd_dispersion_at(v * v);
  return slope * d.S_t + wd_profile_value(p, WD_PROFILE_FREQUENCY2, i, t) * d.dS_t * 2 * v *
                             wd_profile_slope(p, WD_PROFILE_V_STAR, i, t);
}

/* Is one of the two the same all over cell i, as between rows of the same density? */
static bool is_flat(const wd_profile *p, bool highest, size_t i) {
  return slope_of(p, highest, i, 0) == 0 && slope_of(p, highest, i, 0.25) == 0 &&
         slope_of(p, highest, i, 0.5) == 0;
}

/* Adds to `at` the s where one of the two turns, zeros of its slope between the steps of every cell, and where plateaus
 * begin and end. */
static size_t turning_points(const wd_profile *p, bool highest, double *at) {
  size_t found = 0;
  double last = 0; /* slope before the present step, if not zero */
  for (size_t i = 0; i < p->cells; i++) {
    if (i > 0 && is_flat(p, highest, i) != is_flat(p, highest, i - 1)) at[found++] = (double)i;
    for (int j = 1; j <= STEPS; j++) {
      double low = (j - 1.0) / STEPS, high = (double)j / STEPS, slope = slope_of(p, highest, i, high);
      if (slope == 0) continue;
      if (last * slope < 0) {
        for (int k = 0; k < 50; k++) {
          double middle = 0.5 * (low + high);
          if (slope_of(p, highest, i, middle) * slope > 0)
            high = middle;
          else
            low = middle;
        }
        at[found++] = (double)i + high;
      }
      last = slope;
    }
  }
  return found;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void set_ends(const wd_profile *p, wd_segment *segment) {
  const double s[2] = {segment->low, segment->high};
  for (int i = 0; i < 2; i++) {
    double t;
    int32_t cell = wd_profile_cell(p, s[i], &t);
    double v = wd_profile_value(p, WD_PROFILE_V_STAR, cell, t);
    segment->ends.frequency2[i] = wd_profile_value(p, WD_PROFILE_FREQUENCY2, cell, t);
    segment->ends.v2[i] = v * v;
  }
}

static int find_segments(wd_profile *p, wd_error *err) {
  double *at = malloc((2 * (STEPS + 1) * p->cells + 2) * sizeof *at);
  if (!at) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a profile of %zu cells", p->cells);
  size_t turns = turning_points(p, /*highest=*/false, at);
  turns += turning_points(p, /*highest=*/true, at + turns);
  at[turns++] = (double)p->cells;
  qsort(at, turns, sizeof *at, ascending);
  p->segment = malloc(turns * sizeof *p->segment);
  double low = 0;
  for (size_t k = 0; k < turns && p->segment; k++) {
    double high = at[k];
    if (high < low + 1e-6) continue;
    bool rising[2] = {wd_profile_lowest(p, high) > wd_profile_lowest(p, low),
                      wd_profile_highest(p, high) > wd_profile_highest(p, low)};
    p->segment[p->segments++] = (wd_segment){.low = low, .high = high, .mixed = rising[0] != rising[1]};
    low = high;
  }
  if (p->segment) p->segment[p->segments - 1].high = (double)p->cells;
  for (size_t k = 0; p->segment && k < p->segments; k++) set_ends(p, &p->segment[k]);
  free(at);
  return p->segment ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu segments", turns);
}

int wd_profile_create(const double *const values[WD_PROFILE_QUANTITIES], size_t nodes, wd_profile **out,
                      wd_error *err) {
  wd_profile *p = calloc(1, sizeof *p);
  double *slopes = malloc(2 * nodes * sizeof *slopes);
  if (p) p->coefficient = malloc((nodes - 1) * WD_PROFILE_QUANTITIES * 4 * sizeof *p->coefficient);
  if (!p || !slopes || !p->coefficient) {
    free(slopes);
    wd_profile_free(p);
    return wd_fail(err, WD_ERR_MEMORY, "out of memory for a profile of %zu nodes", nodes);
  }
  p->cells = nodes - 1;
  for (int q = 0; q < WD_PROFILE_QUANTITIES; q++) {
    spline_slopes(values[q], nodes, slopes, slopes + nodes);
    if (!keeps_monotonicity(values[q], nodes, slopes) || !keeps_sign(values[q], nodes, slopes))
      steffen_slopes(values[q], nodes, slopes);
    fill_cells(p, q, values[q], slopes);
  }
  free(slopes);
  int status = find_segments(p, err);
  if (status)
    wd_profile_free(p);
  else
    *out = p;
  return status;
}

void wd_profile_free(wd_profile *profile) {
  if (!profile) return;
  free(profile->coefficient);
  free(profile->segment);
  free(profile);
}
