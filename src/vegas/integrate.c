/* Whole integrations with VEGAS+: warm-up, then measured iterations until a target or a cap; sums of
 * integrals.
 *
 * A single integral is a sum of one channel, so there is one loop. An iteration draws from every channel, in
 * proportion to the standard deviation that one sample of it has, and a small part of it equally; the
 * channels' estimates and covariances add up. Warm-up ends when the error of an iteration has become steady:
 * averages over iterations with a map still on its way are correct, but poor.
 */
#include "vegas/private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { longest_warmup = 3 };           /* times plan.warmup */
static const double steady = 1.5;      /* largest ratio among the errors of three iterations that is steady */
static const double equal_share = 0.1; /* part of an iteration's samples that all channels share equally */

/* An integration under way. */
typedef struct run {
  const wd_vegas_channel *channel;
  size_t count, components;
  const wd_vegas_plan *plan;
  wd_vegas_average *average;
  wd_vegas_outcome *out;
  uint64_t iteration;
  double *deviation;   /* [count] of one sample, in the units of the training */
  size_t *share;       /* [count] samples of the present iteration */
  double *error;       /* [3 * C] per root of samples, of the last three iterations, the latest first */
  double *mean;        /* [C] of the present iteration */
  double *covariance;  /* [C * C] */
  wd_vegas_tail *tail; /* [C] */
  double *x;           /* [largest dim * stride of the chunks] a channel's coordinates */
  double *jacobian;    /* [largest stride] */
} run;

/* A channel together with the run that evaluates it. */
typedef struct evaluation {
  const wd_vegas_channel *channel;
  const run *r;
} evaluation;

/* --- Life cycle ------------------------------------------------------------------------------------------
 */

static void run_free(run *r) {
  void *const owned[] = {r->deviation,  r->share, r->error, r->mean,
                         r->covariance, r->tail,  r->x,     r->jacobian};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
}

static int run_allocate(run *r) {
  const size_t components = r->components;
  size_t size = 1, coordinates = 1;
  for (size_t k = 0; k < r->count; k++) {
    const wd_vegas *v = r->channel[k].v;
    if (v->chunk.stride > size) size = v->chunk.stride;
    if (v->chunk.stride * v->options.dim > coordinates) coordinates = v->chunk.stride * v->options.dim;
  }
  r->deviation = calloc(r->count, sizeof(double));
  r->share = calloc(r->count, sizeof(size_t));
  r->error = calloc(3 * components, sizeof(double));
  r->mean = calloc(components, sizeof(double));
  r->covariance = calloc(components * components, sizeof(double));
  r->tail = calloc(components, sizeof *r->tail);
  r->x = calloc(coordinates, sizeof(double));
  r->jacobian = calloc(size, sizeof(double));
  const bool ok =
      r->deviation && r->share && r->error && r->mean && r->covariance && r->tail && r->x && r->jacobian;
  return ok ? WD_VEGAS_OK : WD_VEGAS_ENOMEM;
}

/* --- One iteration over all channels ---------------------------------------------------------------------
 */

/* A channel in its own coordinates, with its weight. */
static int evaluate(void *params, size_t n, size_t stride, const double *y, double *f) {
  const wd_vegas_channel *channel = ((evaluation *)params)->channel;
  const run *r = ((evaluation *)params)->r;
  int code = 0;
  if (channel->map) code = channel->map(channel->map_params, n, stride, y, r->x, r->jacobian);
  if (!code) code = channel->f(channel->params, n, stride, channel->map ? r->x : y, f);
  if (code || (!channel->map && channel->weight == 1)) return code;
  for (size_t c = 0; c < r->components; c++)
    for (size_t i = 0; i < n; i++)
      f[c * stride + i] *= channel->map ? channel->weight * r->jacobian[i] : channel->weight;
  return 0;
}

/* Gives every channel its samples: all of them are spent. */
static void share_out(run *r, size_t evaluations) {
  double total = 0, sum = 0;
  size_t given = 0;
  for (size_t k = 0; k < r->count; k++) total += r->deviation[k];
  for (size_t k = 0; k < r->count; k++) {
    const double equal = 1 / (double)r->count;
    sum += total > 0 ? equal_share * equal + (1 - equal_share) * r->deviation[k] / total : equal;
    size_t end = k + 1 < r->count ? (size_t)(sum * (double)evaluations) : evaluations;
    const size_t reserved = 2 * (r->count - 1 - k); /* for the channels to come */
    if (end < given + 2) end = given + 2;
    if (end > evaluations - reserved) end = evaluations - reserved;
    r->share[k] = end - given;
    given = end;
  }
}

/* The contributions of several channels are comparable by the errors they make up. */
static double tail_factor(const run *r, const wd_vegas_iteration *iteration, size_t c, size_t evaluations) {
  const double variance = iteration->covariance[c * (r->components + 1)], squares = iteration->tail[c].sum2;
  return squares > 0 ? (double)evaluations * sqrt(variance / squares) : 0;
}

static void add_channel(run *r, const wd_vegas_iteration *iteration, wd_vegas_iteration *sum) {
  const size_t components = r->components;
  if (r->count == 1 || !iteration->tail) sum->tail = iteration->tail;
  for (size_t c = 0; c < components; c++) {
    r->mean[c] += iteration->mean[c];
    if (r->count > 1 && sum->tail)
      wd_vegas_tail_merge(&r->tail[c], &iteration->tail[c], tail_factor(r, iteration, c, sum->evaluations));
  }
  for (size_t i = 0; i < components * components; i++) r->covariance[i] += iteration->covariance[i];
  sum->skipped += iteration->skipped;
}

/* The channels' standard deviations per sample, summed over the trained components relative to their sizes.
 */
static void update_deviations(run *r) {
  const wd_vegas *first = r->channel[0].v;
  const size_t components = r->components;
  for (size_t k = 0; k < r->count; k++) {
    double sum = 0;
    for (size_t t = 0; t < first->trained; t++) {
      const size_t c = first->component[t], cc = c * (components + 1);
      const double size2 = r->mean[c] * r->mean[c] + r->covariance[cc], train = first->options.train[c];
      if (size2 > 0) sum += train * train * r->channel[k].v->sums.covariance[cc] / size2;
    }
    r->deviation[k] = sqrt(sum * (double)r->share[k]);
  }
}

static int iterate(run *r, size_t evaluations, bool measured) {
  const size_t components = r->components;
  wd_vegas_iteration sum = {
      .evaluations = evaluations, .mean = r->mean, .covariance = r->covariance, .tail = r->tail};
  memset(r->mean, 0, components * sizeof *r->mean);
  memset(r->covariance, 0, components * components * sizeof *r->covariance);
  for (size_t c = 0; c < components; c++) wd_vegas_tail_clear(&r->tail[c]);
  share_out(r, evaluations);
  for (size_t k = 0; k < r->count; k++) {
    evaluation e = {&r->channel[k], r};
    wd_vegas_iteration one;
    e.channel->v->unwatched = !measured;
    const int status = wd_vegas_iterate(e.channel->v, evaluate, &e, r->plan->stream,
                                        r->iteration * r->count + k, r->share[k], /*adapt=*/true, &one);
    e.channel->v->unwatched = false;
    r->out->all_evaluations += one.evaluations;
    if (one.bad_point && !r->out->bad_point) r->out->bad_point = one.bad_point;
    r->out->code = one.code;
    if (status) return status;
    add_channel(r, &one, &sum);
  }
  r->iteration++;
  update_deviations(r);
  memmove(r->error + components, r->error, 2 * components * sizeof *r->error);
  for (size_t c = 0; c < components; c++)
    r->error[c] = sqrt((double)evaluations * r->covariance[c * (components + 1)]);
  return measured ? wd_vegas_average_add(r->average, &sum) : WD_VEGAS_OK;
}

/* --- The sequence of iterations --------------------------------------------------------------------------
 */

/* Have the errors of the last three iterations been alike, in all trained components? */
static bool is_steady(const run *r) {
  const wd_vegas *first = r->channel[0].v;
  for (size_t t = 0; t < first->trained; t++) {
    const double *e = r->error + first->component[t];
    const double a = e[0], b = e[r->components], c = e[2 * r->components];
    if (fmax(a, fmax(b, c)) > steady * fmin(a, fmin(b, c))) return false;
  }
  return true;
}

/* Samples still allowed. */
static size_t allowance(const run *r) {
  if (r->plan->max_evaluations == 0) return SIZE_MAX;
  return r->plan->max_evaluations - r->out->all_evaluations;
}

static int warm_up(run *r) {
  const wd_vegas_plan *plan = r->plan;
  size_t evaluations = plan->warmup_evaluations ? plan->warmup_evaluations : plan->evaluations;
  for (size_t i = 0; i < longest_warmup * plan->warmup; i++) {
    if (i >= plan->warmup && i >= 3 && is_steady(r)) break;
    if (i > 0 && i < plan->warmup && plan->warmup_evaluations) evaluations += evaluations / 2;
    const size_t left = allowance(r);
    if (left < evaluations || (left - evaluations) / plan->iterations < plan->evaluations) break;
    const int status = iterate(r, evaluations, /*measured=*/false);
    if (status) return status;
  }
  return WD_VEGAS_OK;
}

/* Largest ratio of error and target among the trained components. */
static double distance(const run *r) {
  const wd_vegas *first = r->channel[0].v;
  const wd_vegas_result *result = &r->out->result;
  double largest = 0;
  for (size_t t = 0; t < first->trained; t++) {
    const size_t c = first->component[t];
    const double target = fmax(r->plan->absolute, r->plan->relative * fabs(result->mean[c]));
    if (result->error[c] > target * largest) largest = target > 0 ? result->error[c] / target : INFINITY;
  }
  return largest;
}

static int measure(run *r) {
  const wd_vegas_plan *plan = r->plan;
  const bool targeted = plan->relative > 0 || plan->absolute > 0;
  size_t evaluations = plan->evaluations;
  for (size_t i = 0; i < plan->iterations || (targeted && plan->max_evaluations > 0); i++) {
    const size_t left = allowance(r);
    if (left < evaluations && (i > 0 || left < 2 * r->count)) break;
    const int status = iterate(r, left < evaluations ? left : evaluations, /*measured=*/true);
    if (status) return status;
    if (!targeted || i + 1 < plan->iterations) continue;
    wd_vegas_average_result(r->average, &r->out->result);
    const double ratio = distance(r);
    r->out->target_met = ratio <= 1;
    if (r->out->target_met) break;
    const double wanted = 1.1 * (ratio * ratio - 1) * (double)r->out->result.evaluations;
    evaluations = wanted > 2. * (double)evaluations ? 2 * evaluations
                  : wanted > (double)evaluations    ? (size_t)wanted
                                                    : evaluations;
    if (evaluations > allowance(r) && allowance(r) >= plan->evaluations) evaluations = allowance(r);
  }
  return WD_VEGAS_OK;
}

wd_vegas_plan wd_vegas_default_plan(size_t dim, wd_stream stream, size_t evaluations) {
  enum { most = 6, fewest = 2, smallest = 20 };
  wd_vegas_plan plan = {
      .stream = stream, .warmup = most, .iterations = dim <= 2 ? 2 : 3, .max_evaluations = evaluations};
  double sum = 20.8; /* 1 + 1.5 + ... + 1.5^5, in units of the first warm-up iteration */
  for (; plan.warmup > fewest && 0.15 * (double)evaluations < smallest * sum; plan.warmup--)
    sum = (sum - 1) / 1.5;
  plan.warmup_evaluations = (size_t)(0.15 * (double)evaluations / sum);
  if (plan.warmup_evaluations < 2) plan.warmup_evaluations = 2;
  size_t spent = 0;
  for (size_t i = 0, n = plan.warmup_evaluations; i < plan.warmup; i++, n += n / 2) spent += n;
  plan.evaluations = evaluations > spent ? (evaluations - spent) / plan.iterations : 0;
  if (plan.evaluations < 2) plan.evaluations = 2;
  return plan;
}

int wd_vegas_integrate_sum(const wd_vegas_channel *channels, size_t count, const wd_vegas_plan *plan,
                           wd_vegas_average *average, wd_vegas_outcome *out) {
  *out = (wd_vegas_outcome){.next_iteration = plan->first_iteration};
  if (count < 1 || plan->evaluations < 2 * count || plan->iterations < 1) return WD_VEGAS_EINVAL;
  if (plan->warmup_evaluations && plan->warmup_evaluations < 2 * count) return WD_VEGAS_EINVAL;
  if (!(plan->relative >= 0) || !(plan->absolute >= 0)) return WD_VEGAS_EINVAL;
  run r = {.channel = channels,
           .count = count,
           .components = channels[0].v->options.components,
           .plan = plan,
           .average = average,
           .out = out,
           .iteration = plan->first_iteration};
  for (size_t k = 0; k < count; k++)
    if (channels[k].v->options.components != r.components || !isfinite(channels[k].weight))
      return WD_VEGAS_EINVAL;
  if (wd_vegas_average_components(average) != r.components) return WD_VEGAS_EINVAL;
  int status = run_allocate(&r);
  if (!status) status = warm_up(&r);
  if (!status) status = measure(&r);
  wd_vegas_average_result(average, &out->result);
  out->next_iteration = r.iteration;
  run_free(&r);
  return status;
}

int wd_vegas_integrate(wd_vegas *v, wd_vegas_integrand f, void *params, const wd_vegas_plan *plan,
                       wd_vegas_average *average, wd_vegas_outcome *out) {
  const wd_vegas_channel channel = {.v = v, .f = f, .params = params, .weight = 1};
  return wd_vegas_integrate_sum(&channel, 1, plan, average, out);
}

int wd_vegas_scalar_integrand(void *scalar, size_t n, size_t stride, const double *x, double *f) {
  const wd_vegas_scalar *s = scalar;
  double point[WD_VEGAS_MAX_DIM];
  for (size_t i = 0; i < n; i++) {
    for (size_t d = 0; d < s->dim; d++) point[d] = x[d * stride + i];
    f[i] = s->f(point, s->dim, s->params);
  }
  return 0;
}
