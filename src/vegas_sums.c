/* What an iteration of the VEGAS+ integrator accumulates, sample by sample in the order of the strata.
 *
 * Sums run about the first sample of each stratum, which keeps them free of cancellation. A finished stratum
 * adds its mean and the covariance of its mean to the integral, and leaves its variance for the next
 * allocation. The order of additions does not depend on chunks or batches, so neither does the result.
 */
#include "vegas_private.h"

#include <math.h>
#include <string.h>

void wd_vegas_sums_clear(wd_vegas *v) {
  const size_t components = v->options.components, row = 1 + v->trained;
  wd_vegas_sums *s = &v->sums;
  s->stratum = s->left = 0;
  memset(s->mean, 0, components * sizeof *s->mean);
  memset(s->carry, 0, components * sizeof *s->carry);
  memset(s->covariance, 0, components * components * sizeof *s->covariance);
  for (size_t c = 0; c < components; c++) wd_vegas_tail_clear(&s->tail[c]);
  for (size_t d = 0; d < v->options.dim; d++)
    memset(v->axis[d].moment, 0, v->axis[d].cells * row * sizeof(double));
}

/* The functions below are compiled for one component and for any number. */

static inline void begin_stratum(wd_vegas *v, size_t samples, size_t i, size_t components) {
  wd_vegas_sums *s = &v->sums;
  s->left = samples;
  s->weight = v->chunk.weight[i];
  for (size_t a = 0; a < components; a++) {
    s->pivot[a] = v->chunk.f[a * v->chunk.size + i];
    s->sum[a] = 0;
    for (size_t b = 0; b <= a; b++) s->product[a * components + b] = 0;
  }
}

/* Samples i0 ... i1-1, all of one stratum. */
static inline void add_samples(wd_vegas *v, size_t i0, size_t i1, size_t components) {
  const size_t stride = v->chunk.size;
  wd_vegas_sums *s = &v->sums;
  for (size_t a = 0; a < components; a++) {
    const double *fa = v->chunk.f + a * stride, pa = s->pivot[a];
    double sum = s->sum[a], square = s->product[a * components + a], largest = 0;
    for (size_t i = i0; i < i1; i++) {
      const double delta = fa[i] - pa, size = fabs(fa[i]);
      sum += delta;
      square += delta * delta;
      largest = size > largest ? size : largest;
    }
    if (largest * s->weight > s->tail[a].threshold)
      for (size_t i = i0; i < i1; i++) wd_vegas_tail_push(&s->tail[a], fabs(fa[i]) * s->weight);
    s->sum[a] = sum;
    s->product[a * components + a] = square;
    for (size_t b = 0; b < a; b++) {
      const double *fb = v->chunk.f + b * stride, pb = s->pivot[b];
      double product = s->product[a * components + b];
      for (size_t i = i0; i < i1; i++) product += (fa[i] - pa) * (fb[i] - pb);
      s->product[a * components + b] = product;
    }
  }
}

/* Compensated, since there may be millions of strata. */
static inline void add_mean(wd_vegas_sums *s, size_t c, double mean) {
  const double term = mean - s->carry[c], total = s->mean[c] + term;
  s->carry[c] = (total - s->mean[c]) - term;
  s->mean[c] = total;
}

static inline void finish_stratum(wd_vegas *v, size_t components) {
  wd_vegas_sums *s = &v->sums;
  const double per_n = s->weight, per_n1 = per_n / (1 - per_n); /* 1/n and 1/(n-1) */
  for (size_t a = 0; a < components; a++) {
    const double mean = s->pivot[a] + s->sum[a] * per_n;
    add_mean(s, a, mean);
    for (size_t b = 0; b <= a; b++) {
      double *product = &s->product[a * components + b];
      *product = (*product - s->sum[a] * s->sum[b] * per_n) * per_n1;
      if (a == b && *product < 0) *product = 0;
      s->covariance[a * components + b] += *product * per_n;
    }
    s->tail[a].sum += fabs(mean);
    s->tail[a].sum2 += (mean * mean + s->product[a * (components + 1)] * (1 - per_n)) * per_n;
  }
  const size_t row = s->stratum * v->trained;
  for (size_t t = 0; t < v->trained; t++) {
    const size_t c = v->component[t];
    v->strata.mean[row + t] = s->pivot[c] + s->sum[c] * per_n;
    v->strata.variance[row + t] = s->product[c * (components + 1)];
  }
  s->stratum++;
}

static inline void add_strata(wd_vegas *v, size_t n, size_t components) {
  const size_t *begun = v->chunk.begun;
  wd_vegas_sums *s = &v->sums;
  for (size_t i = 0; i < n;) {
    if (s->left == 0) begin_stratum(v, *begun++, i, components);
    const size_t end = s->left < n - i ? i + s->left : n;
    add_samples(v, i, end, components);
    s->left -= end - i;
    if (s->left == 0) finish_stratum(v, components);
    i = end;
  }
}

/* Moments of the map's cells. */
static inline void add_moments(wd_vegas *v, size_t n, size_t trained) {
  const size_t stride = v->chunk.size, row = 1 + trained;
  const double *weight = v->chunk.weight;
  double *q = v->chunk.q;
  for (size_t t = 0; t < trained; t++) {
    const double *f = v->chunk.f + v->component[t] * stride;
    for (size_t i = 0; i < n; i++) q[t * stride + i] = weight[i] * (f[i] * f[i]);
  }
  for (size_t d = 0; d < v->options.dim; d++) {
    const int32_t *bin = v->chunk.bin + d * stride;
    for (size_t i = 0; i < n; i++) {
      double *moment = v->axis[d].moment + (size_t)bin[i] * row;
      moment[0] += weight[i];
      for (size_t t = 0; t < trained; t++) moment[1 + t] += q[t * stride + i];
    }
  }
}

void wd_vegas_sums_add(wd_vegas *v, size_t n, bool adapt) {
  const size_t components = v->options.components;
  if (components == 1)
    add_strata(v, n, 1);
  else
    add_strata(v, n, components);
  adapt = adapt && !wd_vegas_trains_on_strata(v);
  if (adapt && v->trained == 1)
    add_moments(v, n, 1);
  else if (adapt)
    add_moments(v, n, v->trained);
}

void wd_vegas_sums_finish(wd_vegas *v, size_t evaluations) {
  const size_t components = v->options.components;
  const double per_stratum = 1 / (double)v->strata.count;
  wd_vegas_sums *s = &v->sums;
  for (size_t a = 0; a < components; a++) {
    s->mean[a] *= per_stratum;
    for (size_t b = 0; b <= a; b++) {
      const double covariance = s->covariance[a * components + b] * per_stratum * per_stratum;
      s->covariance[a * components + b] = s->covariance[b * components + a] = covariance;
    }
    s->tail[a].samples = (double)evaluations;
    wd_vegas_tail_scale(&s->tail[a], (double)evaluations * per_stratum);
  }
}
