/* Adaptive stratification: how many strata, and how many samples in each.
 *
 * The unit hypercube in y is cut into n_1 x ... x n_D equal strata, as many as leave each at least two
 * samples from a fixed part of the budget; the rest of it is handed out with n_h proportional to
 * sigma_h^beta, where sigma_h is the standard deviation of F within stratum h (not of its mean: that would
 * feed the previous allocation back into the next). Cumulative rounding spends the budget to the last sample.
 */
#include "vegas_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Part of the samples that all strata share equally; the paper's 1 - phi. */
static const double equal_share = 0.25;

/* As many strata per axis as fit in `budget`: n of them, n + 1 on the first axes. */
static void choose_strata(size_t dim, size_t budget, size_t *n) {
  size_t m = (size_t)pow((double)budget, 1 / (double)dim) + 1;
  for (; m > 1; m--) {
    double product = 1;
    for (size_t d = 0; d < dim; d++) product *= (double)m;
    if (product <= (double)budget) break;
  }
  double product = pow((double)m, (double)dim);
  for (size_t d = 0; d < dim; d++) {
    const double more = product / (double)m * (double)(m + 1);
    n[d] = m;
    if (more > (double)budget) continue;
    n[d] = m + 1;
    product = more;
  }
}

static int reserve(wd_vegas_strata *s, size_t count, size_t trained) {
  if (count <= s->capacity) return WD_VEGAS_OK;
  double *weight = realloc(s->weight, count * sizeof *weight);
  if (weight) s->weight = weight;
  double *variance = realloc(s->variance, count * trained * sizeof *variance);
  if (variance) s->variance = variance;
  double *scratch = realloc(s->scratch, count * (1 + trained) * sizeof *scratch);
  if (scratch) s->scratch = scratch;
  if (!weight || !variance || !scratch) return WD_VEGAS_ENOMEM;
  s->capacity = count;
  return WD_VEGAS_OK;
}

/* Index of the old stratum that holds the centre of the new stratum at coordinates `at`. */
static size_t old_stratum(const wd_vegas_strata *s, const size_t *n, size_t dim, const size_t *at) {
  size_t h = 0;
  for (size_t d = dim; d-- > 0;) h = h * s->n[d] + (2 * at[d] + 1) * s->n[d] / (2 * n[d]);
  return h;
}

/* Carries what is known of the strata over to another layout, n. */
static void remap(wd_vegas_strata *s, size_t dim, size_t trained, const size_t *n, size_t count, size_t *at) {
  double *variance = s->scratch, *weight = s->scratch + count * trained;
  memset(at, 0, dim * sizeof *at);
  s->weight_sum = 0;
  for (size_t h = 0; h < count; h++) {
    const size_t old = old_stratum(s, n, dim, at);
    memcpy(variance + h * trained, s->variance + old * trained, trained * sizeof *variance);
    s->weight_sum += weight[h] = s->weight[old];
    for (size_t d = 0; d < dim && ++at[d] == n[d]; d++) at[d] = 0;
  }
  memcpy(s->variance, variance, count * trained * sizeof *variance);
  memcpy(s->weight, weight, count * sizeof *weight);
}

/* Lays out strata for a number of samples; v->at is used as scratch. */
int wd_vegas_strata_layout(wd_vegas *v, size_t evaluations) {
  wd_vegas_strata *s = &v->strata;
  const size_t dim = v->options.dim;
  const double share = v->options.beta > 0 ? equal_share : 1;
  size_t budget = (size_t)(share * (double)evaluations / 2), count = 1;
  if (budget > v->options.max_strata) budget = v->options.max_strata;
  choose_strata(dim, budget > 0 ? budget : 1, s->new_n);
  for (size_t d = 0; d < dim; d++) count *= s->new_n[d];
  const int status = reserve(s, count, v->trained);
  if (status) return status;
  if (s->measured) {
    if (memcmp(s->n, s->new_n, dim * sizeof *s->n)) remap(s, dim, v->trained, s->new_n, count, v->at);
  } else {
    for (size_t h = 0; h < count; h++) s->weight[h] = 1;
    s->weight_sum = (double)count;
  }
  memcpy(s->n, s->new_n, dim * sizeof *s->n);
  s->count = count;
  s->minimum = (size_t)(share * (double)evaluations / (double)count);
  if (s->minimum < 2) s->minimum = 2;
  s->spare = evaluations - s->minimum * count;
  return WD_VEGAS_OK;
}

size_t wd_vegas_cursor_next(const wd_vegas_strata *s, wd_vegas_cursor *cursor) {
  cursor->weight += s->weight[cursor->stratum++];
  size_t given = (size_t)((double)s->spare * (cursor->weight / s->weight_sum));
  if (given > s->spare || cursor->stratum == s->count) given = s->spare;
  const size_t n = s->minimum + given - cursor->given;
  cursor->given = given;
  return n;
}

/* (sigma^2)^(beta / 2) */
static double allocation(double variance, double beta) {
  if (beta == 1) return sqrt(variance);
  if (beta != 0.75) return pow(variance, beta / 2);
  const double quarter = sqrt(sqrt(variance));
  return quarter * sqrt(quarter);
}

void wd_vegas_strata_adapt(wd_vegas_strata *s, size_t trained, const double *scale, double beta) {
  s->weight_sum = 0;
  for (size_t h = 0; h < s->count; h++) {
    double variance = 0;
    for (size_t t = 0; t < trained; t++) variance += scale[t] * s->variance[h * trained + t];
    s->weight_sum += s->weight[h] = allocation(variance, beta);
  }
  s->measured = s->weight_sum > 0 && isfinite(s->weight_sum);
  if (s->measured) return;
  for (size_t h = 0; h < s->count; h++) s->weight[h] = 1;
  s->weight_sum = (double)s->count;
}
