/* VEGAS+ integrator: its life cycle and one iteration; see wdscan/vegas.h.
 *
 * An iteration lays out map and strata for its number of samples, then works in chunks that fit the cache:
 * generate (strata in index order, random numbers, map), evaluate in batches, accumulate. At the end it
 * refines map and strata. Memory is kept from call to call and only ever grows.
 *
 * vegas/stream.h random numbers, vegas/map.c the map, vegas/strata.c allocation of samples,
 * vegas/sums.c estimates.
 */
#include "vegas/private.h"

#include "vegas/stream.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { chunk_bytes = 24 << 10, min_chunk = 64, max_chunk = 2048, max_cells = 1000 };

wd_vegas_options wd_vegas_default_options(size_t dim, size_t components) {
  return (wd_vegas_options){.dim = dim,
                            .components = components,
                            .alpha = 1.25,
                            .beta = 0.75,
                            .max_strata = (size_t)1 << 21,
                            .nan_policy = WD_VEGAS_NAN_FAIL};
}

const char *wd_vegas_strerror(int status) {
  switch (status) {
  case WD_VEGAS_OK:
    return "success";
  case WD_VEGAS_EINVAL:
    return "unusable options or arguments";
  case WD_VEGAS_ENOMEM:
    return "out of memory";
  case WD_VEGAS_ENAN:
    return "the integrand gave NaN or infinity";
  case WD_VEGAS_EINTEGRAND:
    return "the integrand asked to stop";
  default:
    return "unknown status";
  }
}

/* --- Life cycle ------------------------------------------------------------------------------------------
 */

static bool usable(const wd_vegas_options *o) {
  if (o->dim < 1 || o->dim > WD_VEGAS_MAX_DIM || o->components < 1 || o->components > 10000) return false;
  if (o->increments > INT32_MAX || o->batch > INT32_MAX) return false;
  if (!(o->alpha >= 0 && o->alpha <= 10) || !(o->beta >= 0 && o->beta <= 2)) return false;
  bool some = !o->train;
  for (size_t c = 0; o->train && c < o->components; c++) {
    if (!(o->train[c] >= 0) || isinf(o->train[c])) return false;
    some = some || o->train[c] > 0;
  }
  return some;
}

static size_t chunk_size(const wd_vegas_options *o) {
  const size_t bytes = sizeof(double) * (5 + o->dim + o->components) + sizeof(int32_t) * o->dim;
  size_t size = chunk_bytes / bytes;
  size = size < min_chunk ? min_chunk : size > max_chunk ? max_chunk : size;
  if (size < o->batch) size = o->batch;
  return (size + 3) / 4 * 4;
}

/* Allocates all that does not depend on the number of samples. */
static int allocate(wd_vegas *v) {
  const size_t dim = v->options.dim, components = v->options.components, stride = v->chunk.stride;
  wd_vegas_sums *s = &v->sums;
  v->at = calloc(dim, sizeof *v->at);
  v->strata.n = calloc(dim, sizeof *v->strata.n);
  v->strata.new_n = calloc(dim, sizeof *v->strata.new_n);
  v->bad_point = calloc(dim, sizeof *v->bad_point);
  v->history_mean = calloc(components, sizeof(double));
  v->history_error2 = calloc(components, sizeof(double));
  s->pivot = calloc(components, sizeof(double));
  s->sum = calloc(components, sizeof(double));
  s->mean = calloc(components, sizeof(double));
  s->carry = calloc(components, sizeof(double));
  s->size = calloc(components, sizeof(double));
  s->square = calloc(components, sizeof(double));
  s->tail = calloc(components, sizeof *s->tail);
  v->chunk.weight = calloc(stride, sizeof(double));
  v->chunk.moment = calloc((1 + v->trained) * stride, sizeof(double));
  s->delta = calloc(wd_vegas_step * components, sizeof(double));
  s->product = calloc(components * wd_vegas_row(components), sizeof(double));
  s->covariance = calloc(components * components, sizeof(double));
  v->chunk.u = calloc(stride, sizeof(double));
  v->chunk.x = calloc(dim * stride, sizeof(double));
  v->chunk.jacobian = calloc(stride, sizeof(double));
  v->chunk.f = calloc(components * stride, sizeof(double));
  v->chunk.bin = calloc(dim * stride, sizeof(int32_t));
  v->chunk.begun = calloc(v->chunk.size / 2 + 1, sizeof(size_t));
  v->axis = calloc(dim, sizeof *v->axis);
  if (!v->at || !v->strata.n || !v->strata.new_n || !v->bad_point || !v->history_mean || !v->history_error2 ||
      !s->pivot || !s->sum || !s->mean || !s->carry || !s->size || !s->square || !s->tail ||
      !v->chunk.weight || !v->chunk.moment || !s->product || !s->delta || !s->covariance || !v->chunk.u ||
      !v->chunk.x || !v->chunk.jacobian || !v->chunk.f || !v->chunk.bin || !v->chunk.begun || !v->axis)
    return WD_VEGAS_ENOMEM;
  for (size_t d = 0; d < dim; d++)
    if (wd_vegas_axis_reserve(&v->axis[d], 1, v->trained)) return WD_VEGAS_ENOMEM;
  return WD_VEGAS_OK;
}

/* Copies options->train, NULL meaning component 0, and lists the trained components. */
static int set_training(wd_vegas *v, const double *train) {
  const size_t components = v->options.components;
  double *copy = calloc(components, sizeof *copy);
  v->options.train = copy;
  v->component = calloc(components, sizeof *v->component);
  v->scale = calloc(components, sizeof *v->scale);
  if (!copy || !v->component || !v->scale) return WD_VEGAS_ENOMEM;
  for (size_t c = 0; c < components; c++) {
    copy[c] = train ? train[c] : c == 0;
    if (copy[c] > 0) v->component[v->trained++] = c;
  }
  return WD_VEGAS_OK;
}

int wd_vegas_create(const wd_vegas_options *options, wd_vegas **out) {
  *out = NULL;
  if (!usable(options)) return WD_VEGAS_EINVAL;
  wd_vegas *v = calloc(1, sizeof *v);
  if (!v) return WD_VEGAS_ENOMEM;
  v->options = *options;
  if (v->options.max_strata == 0) v->options.max_strata = wd_vegas_default_options(1, 1).max_strata;
  v->chunk.size = chunk_size(options);
  v->chunk.stride = v->chunk.size + wd_vegas_block;
  int status = set_training(v, options->train);
  if (!status) status = allocate(v);
  if (status) {
    wd_vegas_free(v);
    return status;
  }
  wd_vegas_reset(v);
  *out = v;
  return WD_VEGAS_OK;
}

void wd_vegas_free(wd_vegas *v) {
  if (!v) return;
  for (size_t d = 0; v->axis && d < v->options.dim; d++) {
    free(v->axis[d].cell);
    free(v->axis[d].old);
    free(v->axis[d].density);
    free(v->axis[d].moment);
  }
  void *const owned[] = {v->axis,
                         v->strata.n,
                         v->strata.new_n,
                         v->strata.variance,
                         v->strata.mean,
                         v->strata.weight,
                         v->strata.scratch,
                         v->chunk.u,
                         v->chunk.x,
                         v->chunk.jacobian,
                         v->chunk.f,
                         v->chunk.bin,
                         v->chunk.begun,
                         v->chunk.weight,
                         v->chunk.moment,
                         v->sums.pivot,
                         v->sums.sum,
                         v->sums.product,
                         v->sums.delta,
                         v->sums.mean,
                         v->sums.carry,
                         v->sums.size,
                         v->sums.square,
                         v->sums.tail,
                         v->history_mean,
                         v->history_error2,
                         v->sums.covariance,
                         v->at,
                         v->bad_point,
                         v->strata.from,
                         v->strata.ratio,
                         v->component,
                         v->scale,
                         (void *)v->options.train};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
  free(v);
}

void wd_vegas_reset(wd_vegas *v) {
  for (size_t d = 0; d < v->options.dim; d++) {
    v->axis[d].cell[0] = (wd_vegas_cell){DBL_MIN, 1};
    v->axis[d].cells = 1;
  }
  v->strata.adapted = false;
  v->evaluations = 0;
  v->history_weight = 0;
  memset(v->history_mean, 0, v->options.components * sizeof(double));
  memset(v->history_error2, 0, v->options.components * sizeof(double));
}

/* --- One iteration ---------------------------------------------------------------------------------------
 */

/* Lays out map and strata for a number of samples. Cells: a few times its root, a compromise between
 * resolution and noise, in whole numbers per stratum or strata per cell. */
static int lay_out(wd_vegas *v, size_t evaluations) {
  if (evaluations == v->evaluations) return WD_VEGAS_OK;
  size_t wanted = (size_t)(3 * sqrt((double)evaluations));
  if (wanted > max_cells) wanted = max_cells;
  if (v->options.increments) wanted = v->options.increments;
  int status = wd_vegas_strata_layout(v, evaluations, wanted);
  for (size_t d = 0; !status && d < v->options.dim; d++) {
    const size_t n = v->strata.n[d], cells = v->options.increments || wanted < n ? wanted : wanted / n * n;
    status = wd_vegas_axis_reserve(&v->axis[d], cells, v->trained);
    if (!status) wd_vegas_axis_resize(&v->axis[d], cells);
  }
  v->evaluations = status ? 0 : evaluations;
  return status;
}

/* Sets n numbers, and some of the next wd_vegas_block: most strata have so few samples that one round
 * does. */
static inline void fill(double *to, size_t n, double value) {
  size_t i = 0;
  do
    for (size_t end = i + wd_vegas_block; i < end; i++) to[i] = value;
  while (i < n);
}

/* Writes the stratum coordinates of the next n samples to chunk.x and lists the strata begun. */
static void fill_strata(wd_vegas *v, size_t n) {
  const size_t dim = v->options.dim, stride = v->chunk.stride;
  size_t *begun = v->chunk.begun;
  for (size_t i = 0; i < n;) {
    if (v->open == 0) {
      v->open = *begun++ = wd_vegas_cursor_next(&v->strata, &v->cursor);
      v->open_weight = 1 / (double)v->open;
    }
    const size_t here = v->open < n - i ? v->open : n - i;
    fill(v->chunk.weight + i, here, v->open_weight);
    for (size_t d = 0; d < dim; d++) fill(v->chunk.x + d * stride + i, here, (double)v->at[d]);
    v->open -= here;
    for (size_t d = 0; v->open == 0 && d < dim && ++v->at[d] == v->strata.n[d]; d++) v->at[d] = 0;
    i += here;
  }
}

/* Draws n samples, the first of which is the iteration's sample number `first`, a multiple of 4. */
static void draw(wd_vegas *v, wd_stream stream, uint64_t iteration, size_t first, size_t n) {
  const size_t dim = v->options.dim, stride = v->chunk.stride;
  double cells = 1;
  for (size_t d = 0; d < dim; d++) cells *= (double)v->axis[d].cells;
  for (size_t i = 0; i < n; i++) v->chunk.jacobian[i] = cells;
  fill_strata(v, n);
  for (size_t d = 0; d < dim; d++) {
    wd_vegas_uniforms(stream, iteration, first / 4, d, dim, n, v->chunk.u);
    wd_vegas_axis_place(&v->axis[d], v->strata.n[d], v->chunk.u, n, v->chunk.x + d * stride,
                        v->chunk.jacobian, v->chunk.bin + d * stride);
  }
}

static int evaluate(const wd_vegas *v, wd_vegas_integrand f, void *params, size_t n) {
  const size_t batch = v->options.batch ? v->options.batch : v->chunk.size;
  for (size_t i = 0; i < n; i += batch) {
    const size_t m = batch < n - i ? batch : n - i;
    const int code = f(params, m, v->chunk.stride, v->chunk.x + i, v->chunk.f + i);
    if (code) return code;
  }
  return 0;
}

/* f -> F = J f; says whether all F are finite: adding one to a full exponent overflows into the sign bit. */
static bool flatten(wd_vegas *v, size_t n) {
  const uint64_t exponent = UINT64_C(0x7ff) << 52, one = UINT64_C(1) << 52;
  uint64_t overflow = 0;
  for (size_t c = 0; c < v->options.components; c++) {
    double *f = v->chunk.f + c * v->chunk.stride;
    for (size_t i = 0; i < n; i++) {
      f[i] *= v->chunk.jacobian[i];
      uint64_t bits;
      memcpy(&bits, &f[i], sizeof bits);
      overflow |= (bits & exponent) + one;
    }
  }
  return !(overflow >> 63);
}

/* Finds the samples with NaN or infinity, notes the first, sets them to zero; returns their number. */
static size_t drop_bad(wd_vegas *v, size_t n, bool first_wanted) {
  const size_t components = v->options.components, stride = v->chunk.stride;
  size_t bad = 0;
  for (size_t i = 0; i < n; i++) {
    bool finite = true;
    for (size_t c = 0; c < components; c++) finite = finite && isfinite(v->chunk.f[c * stride + i]);
    if (finite) continue;
    for (size_t d = 0; first_wanted && bad == 0 && d < v->options.dim; d++)
      v->bad_point[d] = v->chunk.x[d * stride + i];
    for (size_t c = 0; c < components; c++) v->chunk.f[c * stride + i] = 0;
    bad++;
  }
  return bad;
}

void wd_vegas_observe(wd_vegas *v, wd_vegas_observer observer, void *params) {
  v->observer = observer;
  v->observer_params = params;
}

static void show_samples(wd_vegas *v, size_t n) {
  double *share = v->chunk.u; /* whose random numbers are used up */
  for (size_t i = 0; i < n; i++) share[i] = v->chunk.weight[i] / (double)v->strata.count;
  v->observer(v->observer_params, n, v->chunk.stride, v->chunk.x, v->chunk.f, share);
}

/* Running estimate of every component, and from it the weights of the trained ones. */
static void update_scales(wd_vegas *v, double evaluations) {
  const size_t components = v->options.components;
  const double total = v->history_weight + evaluations, a = evaluations / total, b = 1 - a;
  for (size_t c = 0; c < components; c++) {
    v->history_mean[c] += a * (v->sums.mean[c] - v->history_mean[c]);
    v->history_error2[c] = b * b * v->history_error2[c] + a * a * v->sums.covariance[c * (components + 1)];
  }
  v->history_weight = total;
  for (size_t t = 0; t < v->trained; t++) {
    const size_t c = v->component[t];
    const double size2 = v->history_mean[c] * v->history_mean[c] + v->history_error2[c];
    const double train = v->options.train[c];
    v->scale[t] = v->trained == 1 ? 1 : size2 > 0 ? train * train / size2 : 0;
  }
}

static void adapt_to_sums(wd_vegas *v, size_t evaluations) {
  const double alpha = v->options.alpha;
  bool moved = false;
  update_scales(v, (double)evaluations);
  wd_vegas_strata_variances(v);
  if (alpha > 0 && wd_vegas_trains_on_strata(v))
    moved = wd_vegas_axis_refine_on_strata(&v->axis[0], v->strata.scratch, v->strata.n[0], alpha);
  else if (alpha > 0)
    for (size_t d = 0; d < v->options.dim; d++)
      moved = wd_vegas_axis_refine(&v->axis[d], v->trained, v->scale, alpha) || moved;
  wd_vegas_strata_adapt(v);
  if (moved && v->strata.adapted) wd_vegas_strata_follow(v);
}

int wd_vegas_iterate(wd_vegas *v, wd_vegas_integrand f, void *params, wd_stream stream, uint64_t iteration,
                     size_t evaluations, bool adapt, wd_vegas_iteration *out) {
  *out = (wd_vegas_iteration){.mean = v->sums.mean,
                              .covariance = v->sums.covariance,
                              .tail = v->options.unjudged ? NULL : v->sums.tail};
  if (evaluations < 2) return WD_VEGAS_EINVAL;
  const int status = lay_out(v, evaluations);
  if (status) return status;
  wd_vegas_sums_clear(v);
  wd_vegas_cursor_start(&v->strata, &v->cursor);
  v->open = 0;
  memset(v->at, 0, v->options.dim * sizeof *v->at);
  for (size_t first = 0; first < evaluations; first += v->chunk.size) {
    const size_t left = evaluations - first, n = left < v->chunk.size ? left : v->chunk.size;
    draw(v, stream, iteration, first, n);
    const int code = evaluate(v, f, params, n);
    out->evaluations += n;
    if (code) {
      out->code = code;
      return WD_VEGAS_EINTEGRAND;
    }
    if (!flatten(v, n)) {
      out->skipped += drop_bad(v, n, out->skipped == 0);
      out->bad_point = v->bad_point;
      if (v->options.nan_policy == WD_VEGAS_NAN_FAIL) return WD_VEGAS_ENAN;
    }
    if (v->observer) show_samples(v, n);
    wd_vegas_sums_add(v, n, adapt);
  }
  wd_vegas_sums_finish(v, evaluations);
  if (adapt) adapt_to_sums(v, evaluations);
  return WD_VEGAS_OK;
}
