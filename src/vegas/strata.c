/* Adaptive stratification: how many strata, and how many samples in each.
 *
 * The unit hypercube in y is cut into n_1 x ... x n_D equal strata, as many as leave each at least two
 * samples from a fixed part of the budget; the rest of it is handed out with n_h proportional to
 * sigma_h^beta, where sigma_h is the standard deviation of F within stratum h (not of its mean: that would
 * feed the previous allocation back into the next). Cumulative rounding spends the budget to the last sample.
 *
 * Two things keep edges and narrow ridges from being lost between iterations. A stratum is allotted samples
 * as if half a per cent of it were like the neighbour that differs most: otherwise one whose few
 * samples happened to miss the edge would be starved, and miss it again. And when map or layout change, the
 * weights move with the places in x where they were measured.
 */
#include "vegas/private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double foreign_share = 0.005; /* part of a stratum that may be like a neighbour */

/* Part of the samples that all strata share equally, Lepage's 1 - phi: more strata are a gain in few
 * dimensions. */
static double equal_share(size_t dim) {
  return 0.17 + 0.75 / (double)(dim * dim);
}

/* As many strata per axis as fit in `budget`: m of them, m + 1 on the first axes. */
static void choose_strata(size_t dim, size_t budget, size_t *n) {
  size_t m = (size_t)pow((double)budget, 1 / (double)dim) + 1;
  double product = pow((double)m, (double)dim);
  for (; m > 1 && product > (double)budget; m--) product = pow((double)(m - 1), (double)dim);
  for (size_t d = 0; d < dim; d++) {
    const double more = product / (double)m * (double)(m + 1);
    n[d] = more > (double)budget ? m : m + 1;
    if (n[d] > m) product = more;
  }
}

int wd_vegas_strata_reserve(wd_vegas_strata *s, size_t dim, const size_t *n, size_t trained) {
  size_t count = 1, coordinates = 0;
  for (size_t d = 0; d < dim; d++) {
    count *= n[d];
    coordinates += n[d];
  }
  if (coordinates > s->from_capacity) {
    uint32_t *from = realloc(s->from, coordinates * sizeof *from);
    if (!from) return WD_VEGAS_ENOMEM;
    s->from = from;
    double *ratio = realloc(s->ratio, coordinates * sizeof *ratio);
    if (!ratio) return WD_VEGAS_ENOMEM;
    s->ratio = ratio;
    s->from_capacity = coordinates;
  }
  if (count <= s->capacity) return WD_VEGAS_OK;
  double *weight = realloc(s->weight, count * sizeof *weight);
  if (weight) s->weight = weight;
  double *variance = realloc(s->variance, count * trained * sizeof *variance);
  if (variance) s->variance = variance;
  double *mean = realloc(s->mean, count * trained * sizeof *mean);
  if (mean) s->mean = mean;
  double *scratch = realloc(s->scratch, count * sizeof *scratch);
  if (scratch) s->scratch = scratch;
  if (!weight || !variance || !mean || !scratch) return WD_VEGAS_ENOMEM;
  s->capacity = count;
  return WD_VEGAS_OK;
}

static void swap_weights(wd_vegas_strata *s) {
  double *const weight = s->weight;
  s->weight = s->scratch;
  s->scratch = weight;
}

static void equal_weights(wd_vegas_strata *s) {
  for (size_t h = 0; h < s->count; h++) s->weight[h] = 1;
  s->weight_sum = (double)s->count;
  s->adapted = false;
}

/* New stratum (t_0, ..., t_D-1) of the layout new_n takes the weight of the old one (from_0[t_0], ...), where
 * s->from holds the axes' tables one after the other. */
static void move_weights(wd_vegas_strata *s, size_t dim, size_t count, uint32_t *at) {
  const size_t n0 = s->new_n[0];
  memset(at, 0, dim * sizeof *at);
  s->weight_sum = 0;
  for (size_t row = 0; row < count; row += n0) {
    size_t base = 0, stride = s->n[0];
    const uint32_t *from = s->from + n0;
    for (size_t d = 1; d < dim; d++) {
      base += from[at[d]] * stride;
      stride *= s->n[d];
      from += s->new_n[d];
    }
    for (size_t t = 0; t < n0; t++) s->weight_sum += s->scratch[row + t] = s->weight[base + s->from[t]];
    for (size_t d = 1; d < dim && ++at[d] == s->new_n[d]; d++) at[d] = 0;
  }
  swap_weights(s);
  s->adapted = s->weight_sum > 0;
}

int wd_vegas_strata_layout(wd_vegas *v, size_t evaluations, size_t cells) {
  wd_vegas_strata *s = &v->strata;
  const size_t dim = v->options.dim;
  const double share = v->options.beta > 0 ? equal_share(dim) : 1;
  size_t budget = (size_t)(share * (double)evaluations / 2), count = 1;
  if (budget > v->options.max_strata) budget = v->options.max_strata;
  choose_strata(dim, budget > 0 ? budget : 1, s->new_n);
  for (size_t d = 0; d < dim; d++) {
    if (s->new_n[d] > cells) s->new_n[d] -= s->new_n[d] % cells;
    count *= s->new_n[d];
  }
  const int status = wd_vegas_strata_reserve(s, dim, s->new_n, v->trained);
  if (status) return status;
  if (s->adapted && memcmp(s->n, s->new_n, dim * sizeof *s->n)) {
    uint32_t *from = s->from;
    for (size_t d = 0; d < dim; from += s->new_n[d++])
      for (size_t t = 0; t < s->new_n[d]; t++)
        from[t] = (uint32_t)((2 * t + 1) * s->n[d] / (2 * s->new_n[d]));
    move_weights(s, dim, count, v->at);
  }
  memcpy(s->n, s->new_n, dim * sizeof *s->n);
  s->count = count;
  if (!s->adapted) equal_weights(s);
  s->minimum = (size_t)(share * (double)evaluations / (double)count);
  if (s->minimum < 2) s->minimum = 2;
  s->spare = (int64_t)(evaluations - s->minimum * count);
  return WD_VEGAS_OK;
}

void wd_vegas_cursor_start(wd_vegas_strata *s, wd_vegas_cursor *cursor) {
  s->rate = (double)s->spare / s->weight_sum;
  *cursor = (wd_vegas_cursor){0};
}

size_t wd_vegas_cursor_next(const wd_vegas_strata *s, wd_vegas_cursor *cursor) {
  cursor->weight += s->weight[cursor->stratum++];
  int64_t given = (int64_t)(cursor->weight * s->rate);
  if (given > s->spare || cursor->stratum == s->count) given = s->spare;
  const size_t n = s->minimum + (size_t)(given - cursor->given);
  cursor->given = given;
  return n;
}

/* Square of the difference between the means of two strata, weighted and summed over the trained
 * components. It counts as far as it shows both in F and in the integrand itself, f = F / J: the map's own
 * steps are only in F, the slopes that it flattens only in f. `ratio` is J of stratum a over that of b. */
static inline double jump(const double *a, const double *b, double ratio, const double *scale,
                          size_t trained) {
  double sum = 0;
  for (size_t t = 0; t < trained; t++) {
    const double flat = (a[t] - b[t]) * (a[t] - b[t]), steep = (a[t] - b[t] * ratio) * (a[t] - b[t] * ratio);
    sum += scale[t] * (flat < steep ? flat : steep);
  }
  return sum;
}

/* worst[h] = largest of jump + variance among the neighbours of h. Compiled for one trained component and
 * for any number. */
static inline void compare_neighbours(const wd_vegas *v, const double *variance, double *worst,
                                      size_t trained) {
  const wd_vegas_strata *s = &v->strata;
  memset(worst, 0, s->count * sizeof *worst);
  for (size_t d = 0, stride = 1; d < v->options.dim; stride *= s->n[d++]) {
    const size_t block = stride * s->n[d];
    wd_vegas_axis_ratios(&v->axis[d], s->n[d], s->ratio);
    for (size_t first = 0; first < s->count; first += block) {
      const double *ratio = s->ratio;
      for (size_t row = first; row < first + block - stride; row += stride, ratio++)
        for (size_t h = row, g = h + stride; h < row + stride; h++, g++) {
          const double j = jump(s->mean + h * trained, s->mean + g * trained, *ratio, v->scale, trained);
          worst[h] = j + variance[g] > worst[h] ? j + variance[g] : worst[h];
          worst[g] = j + variance[h] > worst[g] ? j + variance[h] : worst[g];
        }
    }
  }
}

void wd_vegas_strata_variances(wd_vegas *v) {
  wd_vegas_strata *s = &v->strata;
  for (size_t h = 0; h < s->count; h++) {
    s->weight[h] = 0;
    for (size_t t = 0; t < v->trained; t++) s->weight[h] += v->scale[t] * s->variance[h * v->trained + t];
  }
  if (v->trained == 1)
    compare_neighbours(v, s->weight, s->scratch, 1);
  else
    compare_neighbours(v, s->weight, s->scratch, v->trained);
  for (size_t h = 0; h < s->count; h++)
    s->scratch[h] = (1 - foreign_share) * s->weight[h] + foreign_share * s->scratch[h];
}

/* weight = variance^(beta / 2), from s->scratch. */
static void allocate(wd_vegas_strata *s, double beta) {
  double *restrict weight = s->weight;
  const double *restrict variance = s->scratch;
  if (beta == 0.75)
    for (size_t h = 0; h < s->count; h++) {
      const double quarter = sqrt(sqrt(variance[h]));
      weight[h] = quarter * sqrt(quarter);
    }
  else
    for (size_t h = 0; h < s->count; h++)
      weight[h] = beta == 1 ? sqrt(variance[h]) : pow(variance[h], beta / 2);
}

void wd_vegas_strata_adapt(wd_vegas *v) {
  wd_vegas_strata *s = &v->strata;
  allocate(s, v->options.beta);
  s->weight_sum = 0;
  for (size_t h = 0; h < s->count; h++) s->weight_sum += s->weight[h];
  s->adapted = s->weight_sum > 0 && isfinite(s->weight_sum);
  if (!s->adapted) equal_weights(s);
}

bool wd_vegas_trains_on_strata(const wd_vegas *v) {
  return v->options.dim == 1 && v->strata.n[0] >= 25;
}

void wd_vegas_strata_follow(wd_vegas *v) {
  wd_vegas_strata *s = &v->strata;
  uint32_t *from = s->from;
  for (size_t d = 0; d < v->options.dim; from += s->n[d++]) wd_vegas_axis_trace(&v->axis[d], s->n[d], from);
  move_weights(s, v->options.dim, s->count, v->at);
  if (!s->adapted) equal_weights(s);
}
