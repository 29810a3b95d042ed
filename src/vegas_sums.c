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
  v->sums.stratum = v->sums.left = 0;
  memset(v->sums.mean, 0, components * sizeof(double));
  memset(v->sums.covariance, 0, components * components * sizeof(double));
  for (size_t d = 0; d < v->options.dim; d++)
    memset(v->axis[d].moment, 0, v->axis[d].cells * row * sizeof(double));
}

/* Samples i0 ... i1-1, all of one stratum, one component. */
static void add_scalar(wd_vegas *v, size_t i0, size_t i1) {
  const double *f = v->chunk.f, pivot = v->sums.pivot[0];
  double sum = v->sums.sum[0], product = v->sums.product[0];
  for (size_t i = i0; i < i1; i++) {
    const double delta = f[i] - pivot;
    sum += delta;
    product += delta * delta;
  }
  v->sums.sum[0] = sum;
  v->sums.product[0] = product;
}

static void add_vector(wd_vegas *v, size_t i0, size_t i1) {
  const size_t components = v->options.components, stride = v->chunk.size;
  wd_vegas_sums *s = &v->sums;
  for (size_t a = 0; a < components; a++) {
    const double *fa = v->chunk.f + a * stride, pa = s->pivot[a];
    double sum = s->sum[a];
    for (size_t i = i0; i < i1; i++) sum += fa[i] - pa;
    s->sum[a] = sum;
    for (size_t b = 0; b <= a; b++) {
      const double *fb = v->chunk.f + b * stride, pb = s->pivot[b];
      double product = s->product[a * components + b];
      for (size_t i = i0; i < i1; i++) product += (fa[i] - pa) * (fb[i] - pb);
      s->product[a * components + b] = product;
    }
  }
}

/* The same samples' share in the moments of the map's cells. */
static void add_moments(wd_vegas *v, size_t i0, size_t i1) {
  const size_t stride = v->chunk.size, row = 1 + v->trained;
  const double weight = 1 / (double)v->sums.samples;
  for (size_t d = 0; d < v->options.dim; d++) {
    double *moment = v->axis[d].moment;
    const int32_t *bin = v->chunk.bin + d * stride;
    for (size_t i = i0; i < i1; i++) moment[(size_t)bin[i] * row] += weight;
    for (size_t t = 0; t < v->trained; t++) {
      const double *f = v->chunk.f + v->component[t] * stride;
      for (size_t i = i0; i < i1; i++) moment[(size_t)bin[i] * row + 1 + t] += weight * (f[i] * f[i]);
    }
  }
}

static void begin_stratum(wd_vegas *v, size_t samples, size_t i) {
  const size_t components = v->options.components;
  v->sums.samples = v->sums.left = samples;
  for (size_t c = 0; c < components; c++) {
    v->sums.pivot[c] = v->chunk.f[c * v->chunk.size + i];
    v->sums.sum[c] = 0;
  }
  memset(v->sums.product, 0, components * components * sizeof(double));
}

static void finish_stratum(wd_vegas *v) {
  const size_t components = v->options.components;
  wd_vegas_sums *s = &v->sums;
  const double per_n = 1 / (double)s->samples, per_n1 = 1 / (double)(s->samples - 1);
  for (size_t a = 0; a < components; a++) {
    s->mean[a] += s->pivot[a] + s->sum[a] * per_n;
    for (size_t b = 0; b <= a; b++) {
      double *product = &s->product[a * components + b];
      *product = (*product - s->sum[a] * s->sum[b] * per_n) * per_n1;
      if (a == b && *product < 0) *product = 0;
      s->covariance[a * components + b] += *product * per_n;
    }
  }
  double *variance = v->strata.variance + s->stratum * v->trained;
  for (size_t t = 0; t < v->trained; t++) variance[t] = s->product[v->component[t] * (components + 1)];
  s->stratum++;
}

/* Adds the n samples of the chunk. */
void wd_vegas_sums_add(wd_vegas *v, size_t n, bool adapt) {
  const size_t *begun = v->chunk.begun;
  for (size_t i = 0; i < n;) {
    if (v->sums.left == 0) begin_stratum(v, *begun++, i);
    const size_t end = v->sums.left < n - i ? i + v->sums.left : n;
    if (v->options.components == 1)
      add_scalar(v, i, end);
    else
      add_vector(v, i, end);
    if (adapt) add_moments(v, i, end);
    v->sums.left -= end - i;
    if (v->sums.left == 0) finish_stratum(v);
    i = end;
  }
}

/* Makes mean and covariance those of the integral over the unit hypercube. */
void wd_vegas_sums_finish(wd_vegas *v) {
  const size_t components = v->options.components;
  const double per_stratum = 1 / (double)v->strata.count;
  for (size_t a = 0; a < components; a++) {
    v->sums.mean[a] *= per_stratum;
    for (size_t b = 0; b <= a; b++) {
      const double covariance = v->sums.covariance[a * components + b] * per_stratum * per_stratum;
      v->sums.covariance[a * components + b] = v->sums.covariance[b * components + a] = covariance;
    }
  }
}
