/* Contours between the masses of a grid; see result/between.h. */
#include "result/between.h"
#include "result/axis.h"
#include "result/interpolation.h"

#include <math.h>

enum { BESIDE = WD_INTERPOLATION_NODES - 1 };

/* The last mass that is smaller, of those that have one after them. */
static size_t gap_of(size_t n, const double *mass, double at) {
  size_t k = 0;
  while (k + 2 < n && mass[k + 1] < at) k++;
  return k;
}

/* From up to three masses on each side of the gap. */
static wd_interpolated interpolate(size_t n, const double *mass, const double *coupling, const double *error,
                                   size_t gap, double at) {
  double x[2 * BESIDE], y[2 * BESIDE], deviation[2 * BESIDE];
  const size_t first = gap < BESIDE - 1 ? 0 : gap - (BESIDE - 1);
  size_t nodes = 0;
  for (size_t k = first; k < n && k <= gap + BESIDE; k++, nodes++) {
    x[nodes] = log(mass[k]);
    y[nodes] = log(coupling[k]);
    deviation[nodes] = error[k] / coupling[k];
  }
  const wd_interpolation p = wd_interpolation_at(nodes, x, y, gap - first, log(at));
  return wd_interpolate(&p, y, deviation);
}

int wd_contour_between(size_t n, const double *mass, const double *coupling, const double *error,
                       const int *state, double at, double *coupling_at, double *error_at) {
  const size_t there = wd_axis_find(mass, n, at), gap = gap_of(n, mass, at);
  *coupling_at = *error_at = NAN;
  if (there < n) {
    *coupling_at = coupling[there];
    *error_at = error[there];
    return state[there];
  }
  if (state[gap] != state[gap + 1]) return WD_CONTOUR_UNFINISHED;
  if (state[gap] != WD_CONTOUR_CROSSING) return state[gap];
  const wd_interpolated v = interpolate(n, mass, coupling, error, gap, at);
  if (!(v.error < WD_BETWEEN_LARGEST)) return WD_CONTOUR_UNFINISHED;
  *coupling_at = exp(v.value);
  *error_at = *coupling_at * hypot(v.deviation, v.error);
  return WD_CONTOUR_CROSSING;
}
