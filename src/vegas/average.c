/* Combination of iterations into one result, and the verdict on it; see wdscan/vegas.h.
 *
 * Iterations are kept one by one (mean and covariance), so that chi^2, halves and both weightings can be
 * taken from the same data without cancellation. The default average weights by evaluations: each iteration's
 * estimate is unbiased given the adaptation before it, and so is the average; its error is that of
 * independent terms.
 */
#include "vegas/detector.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct wd_vegas_average {
  size_t components;
  enum wd_vegas_averaging how;
  size_t count, capacity; /* iterations */
  size_t skipped;
  size_t *evaluations;             /* [capacity] */
  double *estimate;                /* estimate[t * (C + C * C)]: mean, then covariance of iteration t */
  double *mean, *error, *chi2, *q; /* [C] */
  double *covariance;              /* [C * C] */
  wd_vegas_verdict *verdict;       /* [C] */
  wd_vegas_tail *tail;             /* [C] */
};

/* One component of the iterations. */
typedef struct series {
  const wd_vegas_average *average;
  size_t component;
} series;

static double mean_of(series s, size_t t) {
  const size_t c = s.average->components;
  return s.average->estimate[t * (c + c * c) + s.component];
}

/* Never below the rounding of the mean. */
static double variance_of(series s, size_t t) {
  const size_t c = s.average->components;
  const double floor = DBL_EPSILON * mean_of(s, t);
  return s.average->estimate[t * (c + c * c) + c + s.component * (c + 1)] + floor * floor;
}

int wd_vegas_average_create(size_t components, enum wd_vegas_averaging how, wd_vegas_average **out) {
  *out = NULL;
  if (components < 1) return WD_VEGAS_EINVAL;
  wd_vegas_average *a = calloc(1, sizeof *a);
  if (!a) return WD_VEGAS_ENOMEM;
  a->components = components;
  a->how = how;
  a->mean = calloc(components, sizeof(double));
  a->error = calloc(components, sizeof(double));
  a->chi2 = calloc(components, sizeof(double));
  a->q = calloc(components, sizeof(double));
  a->covariance = calloc(components * components, sizeof(double));
  a->verdict = calloc(components, sizeof *a->verdict);
  a->tail = calloc(components, sizeof *a->tail);
  if (!a->mean || !a->error || !a->chi2 || !a->q || !a->covariance || !a->verdict || !a->tail) {
    wd_vegas_average_free(a);
    return WD_VEGAS_ENOMEM;
  }
  *out = a;
  return WD_VEGAS_OK;
}

void wd_vegas_average_free(wd_vegas_average *a) {
  if (!a) return;
  void *const owned[] = {a->evaluations, a->estimate,   a->mean,    a->error, a->chi2,
                         a->q,           a->covariance, a->verdict, a->tail};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
  free(a);
}

void wd_vegas_average_reset(wd_vegas_average *a) {
  a->count = a->skipped = 0;
  for (size_t c = 0; c < a->components; c++) wd_vegas_tail_clear(&a->tail[c]);
}

size_t wd_vegas_average_components(const wd_vegas_average *a) {
  return a->components;
}

static int reserve(wd_vegas_average *a) {
  if (a->count < a->capacity) return WD_VEGAS_OK;
  const size_t capacity = a->capacity ? 2 * a->capacity : 16, row = a->components * (1 + a->components);
  size_t *evaluations = realloc(a->evaluations, capacity * sizeof *evaluations);
  if (evaluations) a->evaluations = evaluations;
  double *estimate = realloc(a->estimate, capacity * row * sizeof *estimate);
  if (estimate) a->estimate = estimate;
  if (!evaluations || !estimate) return WD_VEGAS_ENOMEM;
  a->capacity = capacity;
  return WD_VEGAS_OK;
}

int wd_vegas_average_add(wd_vegas_average *a, const wd_vegas_iteration *iteration) {
  const int status = reserve(a);
  if (status) return status;
  const size_t components = a->components;
  double *row = a->estimate + a->count * components * (1 + components);
  memcpy(row, iteration->mean, components * sizeof *row);
  memcpy(row + components, iteration->covariance, components * components * sizeof *row);
  a->evaluations[a->count++] = iteration->evaluations;
  a->skipped += iteration->skipped;
  for (size_t c = 0; iteration->tail && c < components; c++)
    wd_vegas_tail_merge(&a->tail[c], &iteration->tail[c], 1);
  return WD_VEGAS_OK;
}

/* Mean of iterations t0 ... t1-1 weighted by evaluations, and its variance. */
static double by_evaluations(series s, size_t t0, size_t t1, double *variance) {
  double total = 0, mean = 0;
  *variance = 0;
  for (size_t t = t0; t < t1; t++) total += (double)s.average->evaluations[t];
  for (size_t t = t0; t < t1; t++) {
    const double weight = (double)s.average->evaluations[t] / total;
    mean += weight * mean_of(s, t);
    *variance += weight * weight * variance_of(s, t);
  }
  return mean;
}

/* The same weighted by inverse variance. An iteration of zeros alone has no variance: it cannot dominate. */
static double by_variance(series s, size_t t0, size_t t1, double *variance) {
  double total = 0, mean = 0;
  for (size_t t = t0; t < t1; t++) {
    const double v = variance_of(s, t);
    if (v == 0) continue;
    total += 1 / v;
    mean += mean_of(s, t) / v;
  }
  *variance = total > 0 ? 1 / total : 0;
  return total > 0 ? mean / total : 0;
}

static double chi2_about(series s, double mean) {
  double chi2 = 0;
  for (size_t t = 0; t < s.average->count; t++) {
    const double deviation = mean_of(s, t) - mean, v = variance_of(s, t);
    if (v > 0) chi2 += deviation * deviation / v;
  }
  return chi2;
}

/* Probability that chi^2 of `dof` degrees of freedom exceeds x: the finite series of the incomplete gamma
 * function of integer or half-integer order. */
static double chi2_exceeds(double chi2, size_t dof) {
  if (dof == 0 || !(chi2 > 0)) return 1;
  const double x = chi2 / 2, half = dof % 2 ? 0.5 : 0;
  double q = dof % 2 ? erfc(sqrt(x)) : 0;
  for (size_t k = 0; k < dof / 2; k++)
    q += exp(((double)k + half) * log(x) - x - lgamma((double)k + half + 1));
  return fmin(q, 1);
}

/* Later minus earlier half of the evaluations, in standard deviations. */
static double growth(series s) {
  const wd_vegas_average *a = s.average;
  size_t half = 0, before = 0, total = 0;
  for (size_t t = 0; t < a->count; t++) total += a->evaluations[t];
  while (half < a->count && 2 * (before + a->evaluations[half]) <= total) before += a->evaluations[half++];
  if (half == 0 || half == a->count) return 0;
  double early_variance, late_variance;
  const double early = by_evaluations(s, 0, half, &early_variance);
  const double late = by_evaluations(s, half, a->count, &late_variance);
  const double error = sqrt(early_variance + late_variance);
  return error > 0 ? (late - early) / error : 0;
}

static void judge(wd_vegas_average *a, size_t c) {
  const series s = {a, c};
  wd_vegas_verdict *verdict = &a->verdict[c];
  *verdict = (wd_vegas_verdict){0};
  wd_vegas_tail_judge(&a->tail[c], verdict);
  double plain_variance, weighted_variance;
  const double plain = by_evaluations(s, 0, a->count, &plain_variance);
  const double weighted = by_variance(s, 0, a->count, &weighted_variance);
  verdict->growth = growth(s);
  verdict->bias = plain_variance > 0 ? (weighted - plain) / sqrt(plain_variance) : 0;
  if (a->count > 0 && a->mean[c] == 0 && a->error[c] == 0) verdict->flags |= WD_VEGAS_ALL_ZERO;
  if (a->q[c] < 1e-4) verdict->flags |= WD_VEGAS_CONFLICT;
  if (fabs(verdict->growth) > 4) verdict->flags |= WD_VEGAS_GROWING;
  if (fabs(verdict->bias) > 3) verdict->flags |= WD_VEGAS_BIASED;
}

/* Covariance of the means of components b and c; by inverse variance each component has its own weights. */
static double combined_covariance(const wd_vegas_average *a, size_t b, size_t c) {
  const size_t components = a->components;
  double total_b = 0, total_c = 0, sum = 0;
  for (size_t t = 0; t < a->count; t++) {
    const double covariance = a->estimate[(t * (1 + components) + 1 + b) * components + c];
    double weight_b = (double)a->evaluations[t], weight_c = weight_b;
    if (a->how == WD_VEGAS_BY_VARIANCE) {
      const double vb = variance_of((series){a, b}, t), vc = variance_of((series){a, c}, t);
      weight_b = vb > 0 ? 1 / vb : 0;
      weight_c = vc > 0 ? 1 / vc : 0;
    }
    total_b += weight_b;
    total_c += weight_c;
    sum += weight_b * weight_c * covariance;
  }
  return total_b > 0 && total_c > 0 ? sum / total_b / total_c : 0;
}

static void combine(wd_vegas_average *a, size_t c) {
  const series s = {a, c};
  double variance, weighted_variance;
  const double weighted = by_variance(s, 0, a->count, &weighted_variance);
  a->mean[c] = weighted;
  variance = weighted_variance;
  if (a->how == WD_VEGAS_BY_EVALUATIONS) a->mean[c] = by_evaluations(s, 0, a->count, &variance);
  a->error[c] = sqrt(variance);
  a->chi2[c] = chi2_about(s, weighted);
  a->q[c] = chi2_exceeds(a->chi2[c], a->count > 0 ? a->count - 1 : 0);
  for (size_t b = 0; b <= c; b++)
    a->covariance[b * a->components + c] = a->covariance[c * a->components + b] =
        combined_covariance(a, b, c);
}

void wd_vegas_average_result(wd_vegas_average *a, wd_vegas_result *out) {
  *out = (wd_vegas_result){.iterations = a->count,
                           .skipped = a->skipped,
                           .mean = a->mean,
                           .error = a->error,
                           .covariance = a->covariance,
                           .chi2 = a->chi2,
                           .q = a->q,
                           .dof = a->count > 0 ? a->count - 1 : 0,
                           .verdict = a->verdict};
  for (size_t t = 0; t < a->count; t++) out->evaluations += a->evaluations[t];
  for (size_t c = 0; c < a->components; c++) {
    combine(a, c);
    judge(a, c);
    out->flags |= a->verdict[c].flags;
  }
}
