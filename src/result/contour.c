/* Contours by interpolation along the law that the excess obeys.
 *
 * The excess is a g^2 on resonance and a g^2 + b g^4 off it, in log-log a line of slope 2 or 4 or the bend
 * between them; a may be negative (interference). Two neighbouring points give a and b, the quadratic
 * equation a x + b x^2 = level in x = g^2 the crossing. So the interpolation is exact where the law holds,
 * whatever the spacing of the grid, and needs no logarithm of an excess that is negative.
 *
 * With t = (x - x1) / (x2 - x1) and h = excess / x at the two points,
 *   F(t) = x h = (x1 + t (x2 - x1)) (h1 + t (h2 - h1)).
 */
#include "wdscan/contour.h"

#include <math.h>
#include <stdbool.h>

/* The t in (0, 1] at which F first reaches the level, given F(0) < level <= F(1). */
static double first_root(double x1, double h1, double x2, double h2, double level) {
  double a = (x2 - x1) * (h2 - h1), b = x1 * (h2 - h1) + (x2 - x1) * h1, c = x1 * h1 - level;
  double root = sqrt(fmax(b * b - 4 * a * c, 0));
  double t = b > 0 ? -2 * c / (b + root) : (root - b) / (2 * a); /* each without cancellation */
  return fmin(t, 1);
}

/* A deficit that falls through a negative level is, with the other sign, an excess that rises through a positive one. */
static double sign_of(double level) {
  return level < 0 ? -1 : 1;
}

/* Has the excess gone through the level? False for NaN. */
static bool is_beyond(double excess, double level) {
  return sign_of(level) * excess >= fabs(level);
}

/* The crossing between points i and k. */
static double interpolate(size_t i, size_t k, const double *coupling, const double *excess,
                          const double *excess_error, double level, double *error) {
  double sign = sign_of(level), x1 = coupling[i] * coupling[i], x2 = coupling[k] * coupling[k];
  double h1 = sign * excess[i] / x1, h2 = sign * excess[k] / x2;
  double t = first_root(x1, h1, x2, h2, fabs(level));
  double x = x1 + t * (x2 - x1), h = h1 + t * (h2 - h1);
  double deviation = fabs(x / x1 * (1 - t) * excess_error[i]) + fabs(x / x2 * t * excess_error[k]);
  double slope = h + x * (h2 - h1) / (x2 - x1); /* dF/dx */
  *error = deviation / fabs(slope) / (2 * sqrt(x));
  return sqrt(x);
}

double wd_contour_crossing(size_t n, const double *coupling, const double *excess, const double *excess_error,
                           double level, double *error) {
  size_t i = 0, k;
  *error = NAN;
  while (i < n && isnan(excess[i])) i++;
  if (i == n || is_beyond(excess[i], level)) return NAN;
  for (k = i + 1; k < n && !is_beyond(excess[k], level); k++)
    if (!isnan(excess[k])) i = k;
  if (k == n || k - i > 2) return NAN;
  return interpolate(i, k, coupling, excess, excess_error, level, error);
}

const char *const wd_contour_states[] = {[WD_CONTOUR_CROSSING] = "crossing",
                                         [WD_CONTOUR_ABOVE] = "above",
                                         [WD_CONTOUR_BELOW] = "below",
                                         [WD_CONTOUR_UNFINISHED] = "unfinished"};

int wd_contour_state(size_t n, const double *coupling, const double *excess, double level) {
  double error, crossing = wd_contour_crossing(n, coupling, excess, excess, level, &error);
  if (!isnan(crossing)) return WD_CONTOUR_CROSSING;
  if (n == 0 || isnan(excess[0]) || isnan(excess[n - 1])) return WD_CONTOUR_UNFINISHED;
  if (is_beyond(excess[0], level)) return level < 0 ? WD_CONTOUR_BELOW : WD_CONTOUR_ABOVE;
  for (size_t i = 0; i < n; i++)
    if (is_beyond(excess[i], level)) return WD_CONTOUR_UNFINISHED; /* in between points are missing */
  return level < 0 ? WD_CONTOUR_ABOVE : WD_CONTOUR_BELOW;
}

void wd_contour_map(size_t masses, size_t couplings, const double *coupling, const double *excess,
                    const double *excess_error, size_t levels, const double *level, double *crossing,
                    double *crossing_error) {
  for (size_t l = 0; l < levels; l++)
    for (size_t m = 0; m < masses; m++)
      crossing[l * masses + m] =
          wd_contour_crossing(couplings, coupling, excess + m * couplings, excess_error + m * couplings,
                              level[l], &crossing_error[l * masses + m]);
}
