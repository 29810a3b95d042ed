/* Monte Carlo integration of one shell; see excess/shell.h. */
#include "excess/shell.h"

#include <stdlib.h>
#include <string.h>

/* A round spends a quarter of a channel's evaluations on adapting map and strata, the rest on the estimate.
 */
enum { WARM_UP_ITERATIONS = 2, MEASURED_ITERATIONS = 3 };

struct wd_sampler {
  const wd_config *config;
  const wd_star *star;
  bool (*interrupted)(void);
  void (*observer)(void *ctx, const wd_sample_batch *batch);
  void *observer_ctx;
  double width;                     /* K set by hand; 0: not */
  wd_vegas *vegas[WD_CHANNELS];     /* adapting to the Standard Model and the resonant parts */
  wd_vegas *vegas_off[WD_CHANNELS]; /* adapting to the off-resonance part */
};

/* Components whose accuracy the map serves. */
static const double train_plane[WD_PLANE_COMPONENTS] = {[WD_PLANE_SM_TOTAL] = 1};
static const double train_plane_off[WD_PLANE_COMPONENTS] = {
    [WD_PLANE_SM_TOTAL] = 1, [WD_PLANE_SQUARE_TOTAL] = 1};
static const double train_transverse[WD_TPOLE_COMPONENTS] = {[WD_TPOLE_RESONANT] = 1,
                                                             [WD_TPOLE_RESONANT + 1] = 1};
static const double train_transverse_off[WD_TPOLE_COMPONENTS] = {[WD_TPOLE_SQUARE] = 1,
                                                                 [WD_TPOLE_SQUARE + 1] = 1};
static const double train_longitudinal[WD_LPOLE_COMPONENTS] = {[WD_LPOLE_RESONANT] = 1};
static const double train_longitudinal_off[WD_LPOLE_COMPONENTS] = {[WD_LPOLE_SQUARE] = 1};

static const double train_continuum[WD_CONTINUUM_COMPONENTS] = {[WD_CONTINUUM_TOTAL] = 1};

static int create_integrator(const wd_config *config, int channel, const double *train, wd_vegas **out,
                             wd_error *err) {
  wd_vegas_options options = wd_vegas_default_options(2, wd_channel_components(channel));
  options.alpha = config->integrator.alpha;
  options.beta = config->integrator.beta;
  options.train = train;
  options.unjudged = true;
  int status = wd_vegas_create(&options, out);
  return status ? wd_fail(err, WD_ERR_INTERNAL, "VEGAS+: %s", wd_vegas_strerror(status)) : WD_OK;
}

int wd_sampler_create(const wd_config *config, const wd_star *star, wd_sampler **out, wd_error *err) {
  static const double *const train[] = {train_plane, train_transverse, train_longitudinal, train_continuum};
  static const double *const train_off[] = {train_plane_off, train_transverse_off, train_longitudinal_off,
                                            train_continuum};
  if (wd_config_has_continuum(config) && !star->absorption && wd_star_hottest(star) >= WD_KELVIN)
    return wd_fail(err, WD_ERR_INTERNAL, "physics.continuum is on, but the star was made without it");
  if (wd_config_has_continuum(config) && !star->absorption)
    return wd_fail(
        err, WD_ERR_CONFIG,
        "star.temperature: the star is colder than 1 K and emits nothing that could be compared; expected a "
        "higher temperature");
  wd_sampler *sampler = calloc(1, sizeof *sampler);
  if (!sampler) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a sampler");
  sampler->config = config;
  sampler->star = star;
  int status = WD_OK;
  for (int c = 0; c < WD_CHANNELS && !status; c++) {
    status = create_integrator(config, c, train[c], &sampler->vegas[c], err);
    if (!status) status = create_integrator(config, c, train_off[c], &sampler->vegas_off[c], err);
  }
  if (status)
    wd_sampler_free(sampler);
  else
    *out = sampler;
  return status;
}

void wd_sampler_free(wd_sampler *sampler) {
  if (!sampler) return;
  for (int c = 0; c < WD_CHANNELS; c++) {
    wd_vegas_free(sampler->vegas[c]);
    wd_vegas_free(sampler->vegas_off[c]);
  }
  free(sampler);
}

void wd_sampler_interrupt(wd_sampler *sampler, bool (*interrupted)(void)) {
  sampler->interrupted = interrupted;
}

void wd_sampler_set_width(wd_sampler *sampler, double width) {
  sampler->width = width;
}

void wd_sampler_observe(wd_sampler *sampler, void (*observer)(void *ctx, const wd_sample_batch *batch),
                        void *ctx) {
  sampler->observer = observer;
  sampler->observer_ctx = ctx;
}

double wd_shell_edge(const wd_config *config, const wd_star *star, int64_t shell) {
  return (double)star->profile->cells * (double)shell / (double)config->grid.shells;
}

double wd_shell_middle(const wd_config *config, const wd_star *star, int64_t shell) {
  double edge[2];
  for (int i = 0; i < 2; i++) {
    double t, s = wd_shell_edge(config, star, shell + i);
    int32_t cell = wd_profile_cell(star->profile, s, &t);
    edge[i] = wd_profile_value(star->profile, WD_PROFILE_RADIUS, cell, t) / WD_KM_CM;
  }
  return 0.5 * (edge[0] + edge[1]);
}

void wd_estimate_add(wd_estimate *sum, const wd_estimate *more, size_t components) {
  if (more->measured == 0) return;
  double total = (double)(sum->measured + more->measured);
  double a = (double)sum->measured / total, b = (double)more->measured / total;
  for (size_t i = 0; i < components; i++) sum->mean[i] = a * sum->mean[i] + b * more->mean[i];
  for (size_t i = 0; i < components * components; i++)
    sum->covariance[i] = a * a * sum->covariance[i] + b * b * more->covariance[i];
  sum->measured += more->measured;
  sum->evaluations += more->evaluations;
  sum->iterations += more->iterations;
  sum->chi2 += more->chi2;
  sum->dof += more->dof;
}

static int64_t warm_up_share(int64_t evaluations) {
  return evaluations / 4 / WARM_UP_ITERATIONS;
}

/* A channel's integrand that can be interrupted and observed. */
typedef struct guarded {
  wd_vegas_integrand integrand;
  wd_shell *shell;
  const wd_sampler *sampler;
  wd_sample_batch batch; /* what an observer is told */
} guarded;

static int evaluate(void *params, size_t n, size_t stride, const double *x, double *f) {
  const guarded *g = params;
  if (g->sampler->interrupted && g->sampler->interrupted()) return 1;
  return g->integrand(g->shell, n, stride, x, f);
}

static void observe(void *params, size_t n, size_t stride, const double *x, const double *f,
                    const double *share) {
  const guarded *g = params;
  wd_sample_batch batch = g->batch;
  batch.n = n, batch.stride = stride, batch.x = x, batch.f = f, batch.share = share;
  g->sampler->observer(g->sampler->observer_ctx, &batch);
}

static int integrate(wd_vegas *v, guarded *f, size_t components, size_t watch, wd_stream stream,
                     int64_t evaluations, wd_estimate *out) {
  double value[MEASURED_ITERATIONS], variance = 0, mean = 0;
  wd_vegas_iteration it;
  wd_vegas_reset(v);
  int64_t share = warm_up_share(evaluations), left = evaluations;
  for (int i = 0; i < WARM_UP_ITERATIONS + MEASURED_ITERATIONS; i++) {
    int measured = i - WARM_UP_ITERATIONS;
    if (measured >= 0) share = left / (MEASURED_ITERATIONS - measured);
    left -= share;
    bool last = measured == MEASURED_ITERATIONS - 1;
    f->batch.measured = share;
    wd_vegas_observe(v, f->sampler->observer && measured >= 0 ? observe : NULL, f);
    int status = wd_vegas_iterate(v, evaluate, f, stream, (uint64_t)i, (size_t)share, !last, &it);
    if (status) return status;
    if (measured < 0) continue;
    wd_estimate one = {.measured = share, .iterations = 1};
    memcpy(one.mean, it.mean, components * sizeof *one.mean);
    memcpy(one.covariance, it.covariance, components * components * sizeof *one.covariance);
    wd_estimate_add(out, &one, components);
    value[measured] = it.mean[watch]; /* the component whose iterations are compared */
    variance += it.covariance[watch * components + watch] / MEASURED_ITERATIONS;
    mean += value[measured] / MEASURED_ITERATIONS;
  }
  out->evaluations = evaluations;
  if (variance > 0) {
    for (int i = 0; i < MEASURED_ITERATIONS; i++)
      out->chi2 += (value[i] - mean) * (value[i] - mean) / variance;
    out->dof = MEASURED_ITERATIONS - 1;
  }
  return WD_VEGAS_OK;
}

static int failure_of(int vegas_status) {
  switch (vegas_status) {
  case WD_VEGAS_OK:
    return WD_FAILURE_NONE;
  case WD_VEGAS_ENAN:
    return WD_FAILURE_NAN;
  case WD_VEGAS_ENOMEM:
    return WD_FAILURE_MEMORY;
  default:
    return WD_FAILURE_INTEGRATOR;
  }
}

void wd_sampler_compute(wd_sampler *sampler, const wd_shell_order *order, wd_shell_result *result) {
  static const wd_vegas_integrand integrand[] = {wd_channel_plane, wd_channel_transverse,
                                                 wd_channel_longitudinal, wd_channel_continuum};
  static const size_t watched_component[WD_CHANNELS][2] = {{WD_PLANE_SM_TOTAL, WD_PLANE_SQUARE_TOTAL},
                                                           {WD_TPOLE_RESONANT, WD_TPOLE_SQUARE},
                                                           {WD_LPOLE_RESONANT, WD_LPOLE_SQUARE},
                                                           {WD_CONTINUUM_TOTAL, WD_CONTINUUM_TOTAL}};
  const wd_config *config = sampler->config;
  wd_model model = wd_model_of(config, order->coupling);
  if (sampler->width > 0) model.width = sampler->width;
  wd_pole pole = wd_pole_at(sampler->star->profile, &model, order->mass);
  if (wd_config_has_continuum(config)) pole.absorption = sampler->star->absorption;
  wd_shell shell;
  memset(result, 0, sizeof *result);
  if (wd_shell_prepare(&pole, config, wd_shell_edge(config, sampler->star, order->shell),
                       wd_shell_edge(config, sampler->star, order->shell + 1), &shell, NULL)) {
    result->failure = WD_FAILURE_POLE;
    return;
  }
  bool full = config->physics.resonance == WD_RESONANCE_FULL;
  bool poles = full && (shell.momentum.count || shell.longitudinal.count);
  for (int c = 0; c < WD_CHANNELS && !result->failure; c++) {
    if (order->evaluations[c] == 0 || !wd_shell_has(&shell, c)) continue;
    wd_stream stream = {(uint64_t)config->integrator.seed, order->point << 24 | (uint64_t)order->shell << 10 |
                                                               (uint64_t)order->round << 4 | (uint64_t)c};
    bool off = c == WD_CHANNEL_PLANE ? !poles && model.sum_k2 > 0 : !full;
    size_t watch = watched_component[c][off];
    guarded f = {integrand[c], &shell, sampler, {.order = order, .shell = &shell, .channel = c}};
    wd_vegas *vegas = off ? sampler->vegas_off[c] : sampler->vegas[c];
    result->failure = failure_of(integrate(vegas, &f, wd_channel_components(c), watch, stream,
                                           order->evaluations[c], &result->channel[c]));
  }
}
