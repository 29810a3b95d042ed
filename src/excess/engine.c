/* Points for users of the library; see wdscan/point.h. */
#include "excess/point.h"
#include "excess/refine.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

struct wd_engine {
  const wd_config *config;
  wd_sampler *sampler;
  atomic_bool stop;
};

/* The one that computes in this thread; samplers ask without saying for whom. */
static _Thread_local wd_engine *present;

static bool stop_asked(void) {
  return atomic_load_explicit(&present->stop, memory_order_relaxed);
}

/* Of a computation: what it returned, or that it was stopped. */
static int outcome(wd_engine *engine, int status, wd_error *err) {
  if (!atomic_exchange(&engine->stop, false)) return status;
  return wd_fail(err, WD_ERR_STOPPED, "stopped by wd_engine_stop");
}

void wd_engine_stop(wd_engine *engine) {
  atomic_store(&engine->stop, true);
}

int wd_engine_create(const wd_config *config, const wd_star *star, wd_engine **out, wd_error *err) {
  wd_engine *engine = malloc(sizeof *engine);
  if (!engine) return wd_fail(err, WD_ERR_MEMORY, "out of memory for an engine");
  engine->config = config;
  int status = wd_sampler_create(config, star, &engine->sampler, err);
  if (status) {
    free(engine);
    return status;
  }
  atomic_init(&engine->stop, false);
  wd_sampler_interrupt(engine->sampler, stop_asked);
  *out = engine;
  return WD_OK;
}

void wd_engine_free(wd_engine *engine) {
  if (engine) wd_sampler_free(engine->sampler);
  free(engine);
}

/* A coupling with its place in the caller's arrays. */
typedef struct place {
  double coupling;
  size_t at;
} place;

static int by_coupling(const void *a, const void *b) {
  double x = ((const place *)a)->coupling, y = ((const place *)b)->coupling;
  return (x > y) - (x < y);
}

/* The points of n ascending couplings that share their samples. */
static void compute(wd_engine *engine, double mass, size_t n, const place *at, double *coupling,
                    wd_point *state, wd_point_result *result) {
  const wd_config *config = engine->config;
  for (size_t i = 0; i < n; i++) coupling[i] = at[i].coupling;
  wd_points_begin(state, config, /*random stream*/ 0, mass, coupling, n, config->integrator.relative_error);
  wd_point_compute(engine->sampler, config, state);
  for (size_t i = 0; i < n; i++) wd_points_result_of(state, i, &result[at[i].at]);
}

static size_t shared(const wd_config *config, size_t n, const place *at) {
  size_t count = 0;
  if (config->integrator.sampling == WD_SAMPLING_SHARED)
    while (count < n && wd_points_shareable(config, at[count].coupling, WD_SHAREABLE)) count++;
  return count;
}

static int check(const char *name, double value, wd_error *err) {
  if (value > 0 && isfinite(value)) return WD_OK;
  return wd_fail(err, WD_ERR_USAGE, "%s = %.9g; expected a positive number", name, value);
}

int wd_engine_points(wd_engine *engine, double mass, size_t n, const double *coupling,
                     wd_point_result *result, wd_error *err) {
  int status = check("mass", mass, err);
  for (size_t i = 0; i < n && !status; i++) status = check("coupling", coupling[i], err);
  if (status || n == 0) return status;
  place *at = malloc(n * sizeof *at);
  double *ascending = malloc(n * sizeof *ascending);
  wd_point *state = malloc(wd_points_size(engine->config, n));
  present = engine;
  if (at && ascending && state) {
    for (size_t i = 0; i < n; i++) at[i] = (place){coupling[i], i};
    qsort(at, n, sizeof *at, by_coupling);
    size_t first = shared(engine->config, n, at);
    if (first > 0) compute(engine, mass, first, at, ascending, state, result);
    for (size_t i = first; i < n; i++) compute(engine, mass, 1, at + i, ascending, state, result);
  } else {
    status = wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu points", n);
  }
  free(state);
  free(ascending);
  free(at);
  return outcome(engine, status, err);
}

int wd_engine_crossing(wd_engine *engine, double mass, double low, double high, double level,
                       double *coupling, double *coupling_error, int *state, wd_error *err) {
  int status = check("mass", mass, err);
  if (!status) status = check("low", low, err);
  if (!status) status = check("high", high, err);
  if (!status) status = check("level", level, err);
  if (status) return status;
  wd_point *scratch = malloc(wd_point_size(engine->config));
  if (!scratch) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a point");
  present = engine;
  status = wd_refine_crossing(engine->sampler, engine->config, scratch, WD_REFINE_POINT(0), mass, low, high,
                              level, coupling, coupling_error, state, err);
  free(scratch);
  return outcome(engine, status, err);
}

size_t wd_point_result_size(void) {
  return sizeof(wd_point_result);
}

size_t wd_star_size(void) {
  return sizeof(wd_star);
}
