/* What an iteration of the VEGAS+ integrator accumulates, sample by sample in the order of the strata.
 *
 * Sums run about the first sample of each stratum, which keeps them free of cancellation. A finished stratum
 * adds its mean and the covariance of its mean to the integral, and leaves its variance for the next
 * allocation. The order of additions does not depend on chunks or batches, so neither does the result.
 */
#include "vegas/private.h"

#include <math.h>
#include <string.h>

void wd_vegas_sums_clear(wd_vegas *v) {
  const size_t components = v->options.components, row = 1 + v->trained;
  wd_vegas_sums *s = &v->sums;
  s->stratum = s->left = 0;
  memset(s->mean, 0, components * sizeof *s->mean);
  memset(s->carry, 0, components * sizeof *s->carry);
  memset(s->size, 0, components * sizeof *s->size);
  memset(s->square, 0, components * sizeof *s->square);
  memset(s->covariance, 0, components * components * sizeof *s->covariance);
  if (components > 1) memset(s->product, 0, components * wd_vegas_row(components) * sizeof *s->product);
  for (size_t c = 0; c < components; c++) wd_vegas_tail_clear(&s->tail[c]);
  for (size_t d = 0; d < v->options.dim; d++)
    memset(v->axis[d].moment, 0, v->axis[d].cells * row * sizeof(double));
}

/* --- One component ---------------------------------------------------------------------------------------
 * The compiler keeps its sums in registers. */

static inline void begin_stratum(wd_vegas_sums *s, const wd_vegas_chunk *chunk, size_t samples, size_t i,
                                 size_t components) {
  s->left = samples;
  s->weight = chunk->weight[i];
  for (size_t a = 0; a < components; a++) {
    s->pivot[a] = chunk->f[a * chunk->stride + i];
    s->sum[a] = 0;
    for (size_t b = 0; b <= a; b++) s->product[a * components + b] = 0;
  }
}

/* delta[j] = f[j] - pivot for j < n, else 0: without branches, since strata differ in their samples. */
static inline void differences(const double *f, double pivot, size_t n, double *delta) {
  static const uint64_t mask[2 * wd_vegas_step] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
  const uint64_t *keep = mask + wd_vegas_step - (n < wd_vegas_step ? n : wd_vegas_step);
  for (size_t j = 0; j < wd_vegas_step; j++) {
    double d = f[j] - pivot;
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    bits &= keep[j];
    memcpy(&delta[j], &bits, sizeof bits);
  }
}

/* Samples i0 ... i1-1, all of one stratum. */
static inline void add_samples(wd_vegas_sums *s, const wd_vegas_chunk *chunk, size_t i0, size_t i1,
                               size_t components) {
  for (size_t i = i0; i < i1; i += wd_vegas_step) {
    for (size_t a = 0; a < components; a++) {
      double *da = s->delta + a * wd_vegas_step, sum = s->sum[a];
      differences(chunk->f + a * chunk->stride + i, s->pivot[a], i1 - i, da);
      for (size_t j = 0; j < wd_vegas_step; j++) sum += da[j];
      s->sum[a] = sum;
      for (size_t b = 0; b <= a; b++) {
        const double *db = s->delta + b * wd_vegas_step;
        double product = s->product[a * components + b];
        for (size_t j = 0; j < wd_vegas_step; j++) product += da[j] * db[j];
        s->product[a * components + b] = product;
      }
    }
  }
}

/* Compensated, since there may be millions of strata. */
static inline void add_mean(wd_vegas_sums *s, size_t c, double mean) {
  const double term = mean - s->carry[c], total = s->mean[c] + term;
  s->carry[c] = (total - s->mean[c]) - term;
  s->mean[c] = total;
}

static inline void finish_stratum(wd_vegas *v, wd_vegas_sums *s, size_t components) {
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
    s->size[a] += fabs(mean);
    s->square[a] += (mean * mean + s->product[a * (components + 1)] * (1 - per_n)) * per_n;
  }
  const size_t row = s->stratum * v->trained;
  for (size_t t = 0; t < v->trained; t++) {
    const size_t c = v->component[t];
    v->strata.mean[row + t] = s->pivot[c] + s->sum[c] * per_n;
    v->strata.variance[row + t] = s->product[c * (components + 1)];
  }
  s->stratum++;
}

static inline void add_strata(wd_vegas *v, wd_vegas_sums *s, size_t n, size_t components) {
  const size_t *begun = v->chunk.begun;
  for (size_t i = 0; i < n;) {
    if (s->left == 0) begin_stratum(s, &v->chunk, *begun++, i, components);
    const size_t end = s->left < n - i ? i + s->left : n;
    add_samples(s, &v->chunk, i, end, components);
    s->left -= end - i;
    if (s->left == 0) finish_stratum(v, s, components);
    i = end;
  }
}

static void add_strata_of_one(wd_vegas *v, size_t n) {
  wd_vegas_sums *all = &v->sums, s = *all;
  double pivot = *all->pivot, sum = *all->sum, product = *all->product, mean = *all->mean;
  double carry = *all->carry, covariance = *all->covariance, size = *all->size, square = *all->square;
  double delta[wd_vegas_step];
  s.pivot = &pivot, s.sum = &sum, s.product = &product, s.mean = &mean;
  s.carry = &carry, s.covariance = &covariance, s.size = &size, s.square = &square, s.delta = delta;
  add_strata(v, &s, n, 1);
  *all->pivot = pivot, *all->sum = sum, *all->product = product, *all->mean = mean;
  *all->carry = carry, *all->covariance = covariance, *all->size = size, *all->square = square;
  all->stratum = s.stratum, all->left = s.left, all->weight = s.weight;
}

/* --- Several components ----------------------------------------------------------------------------------
 * Sample j of a stratum adds (j-1)/j d d^T to the stratum's sum of squares, d its distance from the mean of those before:
 * none is negative, and loops run along the components. s->pivot is the mean so far, s->sum the diagonal, s->delta d.
 * What goes to the integral's covariance is summed in s->product, all strata together. */

static inline void add_sample(wd_vegas_sums *s, const wd_vegas_chunk *chunk, size_t i, size_t components) {
  const size_t row = wd_vegas_row(components);
  const double j = (double)++s->read, per_j = 1 / j, share = (j - 1) * per_j;
  const double factor = share * s->weight * s->weight / (1 - s->weight); /* 1/(n (n-1)) */
  double *d = s->delta, *covariance = s->product;
  for (size_t a = 0; a < components; a++) d[a] = chunk->f[a * chunk->stride + i] - s->pivot[a];
  for (size_t a = 0; a < components; a++) {
    s->pivot[a] += d[a] * per_j;
    s->sum[a] += share * d[a] * d[a];
  }
  for (size_t a = 0; a < components; a++, covariance += row) {
    const double da = factor * d[a];
    for (size_t b = 0; b <= a; b += wd_vegas_step)
      for (size_t k = b; k < b + wd_vegas_step; k++) covariance[k] += da * d[k];
  }
}

static inline void finish_common_stratum(wd_vegas *v, size_t components) {
  wd_vegas_sums *s = &v->sums;
  const double per_n = s->weight, per_n1 = per_n / (1 - per_n); /* 1/n and 1/(n-1) */
  for (size_t a = 0; a < components; a++) {
    const double mean = s->pivot[a];
    add_mean(s, a, mean);
    s->size[a] += fabs(mean);
    s->square[a] += (mean * mean + s->sum[a] * per_n) * per_n;
  }
  const size_t row = s->stratum++ * v->trained;
  for (size_t t = 0; t < v->trained; t++) {
    v->strata.mean[row + t] = s->pivot[v->component[t]];
    v->strata.variance[row + t] = s->sum[v->component[t]] * per_n1;
  }
}

static void add_strata_of_many(wd_vegas *v, size_t n, size_t components) {
  const size_t *begun = v->chunk.begun;
  wd_vegas_sums *s = &v->sums;
  for (size_t i = 0; i < n; i++) {
    if (s->left == 0) {
      s->left = *begun++;
      s->weight = v->chunk.weight[i];
      s->read = 1;
      for (size_t a = 0; a < components; a++) {
        s->pivot[a] = v->chunk.f[a * v->chunk.stride + i];
        s->sum[a] = 0;
      }
    } else {
      add_sample(s, &v->chunk, i, components);
    }
    if (--s->left == 0) finish_common_stratum(v, components);
  }
}

/* --- All ------------------------------------------------------------------------------------------------- */

/* The n samples' contributions to the tails: those beyond the threshold, looked for block by block. */
static void add_tails(wd_vegas *v, size_t n, size_t components) {
  const double *weight = v->chunk.weight;
  for (size_t c = 0; c < components; c++) {
    const double *f = v->chunk.f + c * v->chunk.stride;
    wd_vegas_tail *tail = &v->sums.tail[c];
    for (size_t i = 0; i < n; i += wd_vegas_block) {
      const size_t end = i + wd_vegas_block < n ? i + wd_vegas_block : n;
      double largest = 0;
      for (size_t j = i; j < i + wd_vegas_block; j++) {
        const double size = fabs(f[j]) * weight[j];
        largest = size > largest ? size : largest;
      }
      if (!(largest > tail->threshold)) continue;
      for (size_t j = i; j < end; j++) wd_vegas_tail_push(tail, fabs(f[j]) * weight[j]);
    }
  }
}

/* Moments of the map's cells, which come in pairs if there is one trained component. */
static inline void add_moments(wd_vegas *v, size_t n, size_t trained) {
  const size_t stride = v->chunk.stride, row = 1 + trained;
  double *sample = v->chunk.moment;
  for (size_t i = 0; i < n; i++) sample[i * row] = v->chunk.weight[i];
  for (size_t t = 0; t < trained; t++) {
    const double *f = v->chunk.f + v->component[t] * stride;
    for (size_t i = 0; i < n; i++) sample[i * row + 1 + t] = v->chunk.weight[i] * (f[i] * f[i]);
  }
  for (size_t d = 0; d < v->options.dim; d++) {
    const int32_t *bin = v->chunk.bin + d * stride;
    double *const moments = v->axis[d].moment;
    for (size_t i = 0; i < n; i++) {
      double *moment = moments + (size_t)bin[i] * row;
      const double *more = sample + i * row;
      const double first = moment[0] + more[0], second = moment[1] + more[1];
      moment[0] = first;
      moment[1] = second;
      for (size_t t = 2; t < row; t++) moment[t] += more[t];
    }
  }
}

void wd_vegas_sums_add(wd_vegas *v, size_t n, bool adapt) {
  const size_t components = v->options.components;
  if (components == 1)
    add_strata_of_one(v, n);
  else
    add_strata_of_many(v, n, components);
  if (!v->unwatched && !v->options.unjudged) add_tails(v, n, components);
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
      const double sum = components > 1 ? s->product[a * wd_vegas_row(components) + b] : *s->covariance;
      const double covariance = sum * per_stratum * per_stratum;
      s->covariance[a * components + b] = s->covariance[b * components + a] = covariance;
    }
    if (v->options.unjudged) continue;
    s->tail[a].samples = (double)evaluations;
    s->tail[a].sum = s->size[a];
    s->tail[a].sum2 = s->square[a];
    wd_vegas_tail_scale(&s->tail[a], (double)evaluations * per_stratum);
  }
}
