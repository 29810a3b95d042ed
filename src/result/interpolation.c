/* Interpolation with an estimate of its error; see result/interpolation.h. */
#include "result/interpolation.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* Lagrange's weights of n nodes. */
static void weigh(size_t n, const double *x, double at, double *weight) {
  for (size_t i = 0; i < n; i++) {
    weight[i] = 1;
    for (size_t k = 0; k < n; k++)
      if (k != i) weight[i] *= (at - x[k]) / (x[i] - x[k]);
  }
}

/* Of the polynomial through the nodes first ... first + nodes - 1. */
static wd_interpolation through(size_t first, size_t nodes, const double *x, double at) {
  wd_interpolation p = {.nodes = nodes, .first = first, .error_first = first};
  double last[WD_INTERPOLATION_NODES];
  weigh(nodes, x + first, at, p.weight);
  weigh(nodes - 1, x + first, at, p.difference);
  weigh(nodes - 1, x + first + 1, at, last);
  for (size_t i = 1; i < nodes; i++) p.difference[i] -= last[i - 1];
  for (size_t i = 0; i < nodes && nodes == 2; i++) p.difference[i] *= 0.25;
  return p;
}

static double error_of(const wd_interpolation *p, const double *y) {
  double sum = 0;
  for (size_t i = 0; i < p->nodes; i++) sum += p->difference[i] * y[p->error_first + i];
  return fabs(sum);
}

/* Its error becomes half that of another run, if that is more. */
static void mistrust(wd_interpolation *p, const wd_interpolation *other, const double *y) {
  if (error_of(p, y) >= 0.5 * error_of(other, y)) return;
  p->error_first = other->error_first;
  for (size_t i = 0; i < p->nodes; i++) p->difference[i] = 0.5 * other->difference[i];
}

/* The best of the runs of nodes from `low` to `high`, but for the one in the middle. */
static wd_interpolation best_beside(size_t low, size_t high, size_t nodes, size_t middle, const double *x,
                                    const double *y, double at) {
  wd_interpolation best = {0};
  for (size_t first = low; first + nodes <= high + 1; first++) {
    if (first == middle) continue;
    const wd_interpolation p = through(first, nodes, x, at);
    if (best.nodes == 0 || error_of(&p, y) < error_of(&best, y)) best = p;
  }
  return best;
}

wd_interpolation wd_interpolation_at(size_t n, const double *x, const double *y, size_t gap, double at) {
  enum { NODES = WD_INTERPOLATION_NODES };
  size_t low = gap, high = gap + 1;
  if (isnan(y[gap]) || isnan(y[gap + 1])) return (wd_interpolation){0};
  while (low > 0 && gap + 2 - low < NODES && !isnan(y[low - 1])) low--;
  while (high + 1 < n && high + 1 - gap < NODES && !isnan(y[high + 1])) high++;
  const size_t run = high - low + 1, nodes = run < NODES ? run : NODES;
  const bool centred = nodes == NODES && low < gap && high > gap + 1;
  const wd_interpolation beside = best_beside(low, high, nodes, centred ? gap - 1 : SIZE_MAX, x, y, at);
  if (!centred) return beside;
  wd_interpolation middle = through(gap - 1, nodes, x, at);
  if (beside.nodes) mistrust(&middle, &beside, y);
  return !beside.nodes || error_of(&middle, y) < error_of(&beside, y) ? middle : beside;
}

wd_interpolated wd_interpolate(const wd_interpolation *p, const double *y, const double *deviation) {
  double value = 0, square = 0, error_square = 0;
  if (p->nodes == 0) return (wd_interpolated){NAN, NAN, NAN, NAN};
  for (size_t i = 0; i < p->nodes; i++) {
    value += p->weight[i] * y[p->first + i];
    square += pow(p->weight[i] * deviation[p->first + i], 2);
    error_square += pow(p->difference[i] * deviation[p->error_first + i], 2);
  }
  return (wd_interpolated){value, sqrt(square), error_of(p, y), sqrt(error_square)};
}
