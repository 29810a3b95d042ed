/* The star as smooth functions of a node coordinate; see wdscan/profile.h.
 *
 * Each quantity is a cubic spline on unit knots: twice continuously differentiable, since the off-resonance
 * part of the integrals feels the curvature at the pole. Where a spline would overshoot monotonic data, or
 * zero, Steffen's slopes (Astron. Astrophys. 239 (1990) 443) take its place for that quantity, which never
 * do.
 */
#include "wdscan/profile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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

/* Adds to `at` the s inside (0, cells) where omega_p^2 turns; returns their number. */
static size_t turning_points(const wd_profile *p, double *at) {
  size_t found = 0;
  for (size_t i = 0; i < p->cells; i++) {
    const double *c = p->coefficient + (i * WD_PROFILE_QUANTITIES + WD_PROFILE_FREQUENCY2) * 4;
    double roots[2];
    size_t n = 0;
    double disc = c[2] * c[2] - 3 * c[1] * c[3];
    if (disc > 0) {
      double u = -(c[2] + copysign(sqrt(disc), c[2])); /* roots u/(3 c3) and c1/u */
      if (c[3] != 0) roots[n++] = u / (3 * c[3]);
      if (u != 0) roots[n++] = c[1] / u;
      if (n == 2 && roots[0] > roots[1]) {
        double swap = roots[0];
        roots[0] = roots[1], roots[1] = swap;
      }
    }
    for (size_t k = 0; k < n; k++) {
      double s = (double)i + roots[k], last = found ? at[found - 1] : 0;
      if (roots[k] >= 0 && roots[k] < 1 && s > last + 1e-6 && s < (double)p->cells - 1e-6) at[found++] = s;
    }
  }
  return found;
}

static int find_segments(wd_profile *p, wd_error *err) {
  double *at = malloc((2 * p->cells + 1) * sizeof *at);
  if (!at) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a profile of %zu cells", p->cells);
  size_t turns = turning_points(p, at);
  p->segments = turns + 1;
  p->segment = malloc(p->segments * sizeof *p->segment);
  if (!p->segment) {
    free(at);
    return wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu segments", turns + 1);
  }
  for (size_t k = 0; k <= turns; k++) {
    p->segment[k].low = k ? at[k - 1] : 0;
    p->segment[k].high = k < turns ? at[k] : (double)p->cells;
  }
  free(at);
  return WD_OK;
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
