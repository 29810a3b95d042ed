/* Quantiles of a sample; see result/quantile.h. */
#include "result/quantile.h"

#include <math.h>

static double between(const double *x, size_t n, double place) {
  const size_t k = (size_t)place;
  const double f = place - (double)k;
  if (k + 1 >= n || f == 0 || x[k] == x[k + 1] || x[k] == -INFINITY) return x[k];
  return x[k] + f * (x[k + 1] - x[k]);
}

double wd_quantile(const double *x, size_t n, double q, double *error) {
  const double last = (double)n - 1, place = last * q, away = sqrt((double)n * q * (1 - q));
  const double low = place - away, high = place + away;
  *error = low >= 0 && high <= last && away > 0 ? (between(x, n, high) - between(x, n, low)) / 2 : NAN;
  if (!isfinite(*error)) *error = NAN;
  return between(x, n, place);
}
