/* Weighted samples of one grid point; see excess/samples.h.
 *
 * The estimate of a channel averages its iterations, weighted by their numbers of samples, which are known only
 * at the end. So the point is computed twice: first to count, then to write. */
#include "excess/samples.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SM, RESONANT, OFFRESONANT, CONTINUUM };

static const char *const part_name[] = {"sm", "resonant", "offresonant", "continuum"};
/* What the components of a channel say about one polarisation; NONE: nothing. */
enum { NONE = -1 };

typedef struct meaning {
  int channel, polarization, part;
  int component; /* of the Standard Model, the resonant part, or the one linear in 1/D */
  int square;    /* component in 1/|D|^2 */
} meaning;

static const meaning meanings[] = {
    {WD_CHANNEL_PLANE, WD_TRANSVERSE, SM, WD_PLANE_SM + WD_TRANSVERSE, NONE},
    {WD_CHANNEL_PLANE, WD_LONGITUDINAL, SM, WD_PLANE_SM + WD_LONGITUDINAL, NONE},
    {WD_CHANNEL_PLANE, WD_AXIAL, SM, WD_PLANE_SM + WD_AXIAL, NONE},
    {WD_CHANNEL_PLANE, WD_TRANSVERSE, OFFRESONANT, WD_PLANE_LINEAR + WD_TRANSVERSE,
     WD_PLANE_SQUARE + WD_TRANSVERSE},
    {WD_CHANNEL_PLANE, WD_LONGITUDINAL, OFFRESONANT, WD_PLANE_LINEAR + WD_LONGITUDINAL,
     WD_PLANE_SQUARE + WD_LONGITUDINAL},
    {WD_CHANNEL_PLANE, WD_AXIAL, OFFRESONANT, WD_PLANE_LINEAR + WD_AXIAL, WD_PLANE_SQUARE + WD_AXIAL},
    {WD_CHANNEL_TRANSVERSE, WD_TRANSVERSE, RESONANT, WD_TPOLE_RESONANT, NONE},
    {WD_CHANNEL_TRANSVERSE, WD_AXIAL, RESONANT, WD_TPOLE_RESONANT + 1, NONE},
    {WD_CHANNEL_TRANSVERSE, WD_TRANSVERSE, OFFRESONANT, WD_TPOLE_LINEAR, WD_TPOLE_SQUARE},
    {WD_CHANNEL_TRANSVERSE, WD_AXIAL, OFFRESONANT, WD_TPOLE_LINEAR + 1, WD_TPOLE_SQUARE + 1},
    {WD_CHANNEL_LONGITUDINAL, WD_LONGITUDINAL, RESONANT, WD_LPOLE_RESONANT, NONE},
    {WD_CHANNEL_LONGITUDINAL, WD_LONGITUDINAL, OFFRESONANT, WD_LPOLE_LINEAR, WD_LPOLE_SQUARE},
    {WD_CHANNEL_TRANSVERSE, WD_TRANSVERSE, CONTINUUM, WD_TPOLE_CONTINUUM, NONE},
    {WD_CHANNEL_LONGITUDINAL, WD_LONGITUDINAL, CONTINUUM, WD_LPOLE_CONTINUUM, NONE},
    {WD_CHANNEL_CONTINUUM, WD_TRANSVERSE, CONTINUUM, WD_CONTINUUM_TRANSVERSE, NONE},
    {WD_CHANNEL_CONTINUUM, WD_LONGITUDINAL, CONTINUUM, WD_CONTINUUM_LONGITUDINAL, NONE},
};

typedef struct collector {
  const wd_config *config;
  int64_t *measured; /* [shell * WD_CHANNELS + channel] samples behind the estimate */
  double luminosity; /* of the Standard Model [erg/s] */
  FILE *out;
} collector;

static int64_t *count_of(const collector *c, const wd_sample_batch *batch) {
  return &c->measured[batch->order->shell * WD_CHANNELS + (uint32_t)batch->channel];
}

static void count(void *ctx, const wd_sample_batch *batch) {
  *count_of(ctx, batch) += (int64_t)batch->n;
}

/* What a sample contributes [erg/s]. */
static double contribution(const wd_config *config, const wd_sample_batch *batch, const meaning *m,
                           size_t i) {
  const wd_model *model = batch->shell->pole->model;
  const double *f = batch->f + i;
  double value = f[(size_t)m->component * batch->stride];
  if (m->part == SM) return value;
  if (batch->order->coupling == 0 || !(config->physics.polarizations >> m->polarization & 1u)) return 0;
  if (m->part == OFFRESONANT)
    return model->interference[m->polarization] * value +
           model->square[m->polarization] * f[(size_t)m->square * batch->stride];
  if (!wd_model_escapes(model, batch->order->mass)) return 0;
  if (m->part == CONTINUUM) return wd_model_mixing2(model, batch->shell->pole->m2) * value;
  return config->physics.resonance == WD_RESONANCE_FULL ? wd_model_resonant(model, m->polarization) * value
                                                        : 0;
}

static void write_batch(void *ctx, const wd_sample_batch *batch) {
  const collector *c = ctx;
  double scale = (double)batch->measured / (double)*count_of(c, batch) / c->luminosity;
  for (const meaning *m = meanings; m < meanings + sizeof meanings / sizeof *meanings; m++) {
    if (m->channel != batch->channel) continue;
    for (size_t i = 0; i < batch->n; i++) {
      double weight = scale * batch->share[i] * contribution(c->config, batch, m, i);
      wd_plasmon at;
      if (weight == 0 || !wd_channel_plasmon(batch->shell, m->channel, m->polarization == WD_LONGITUDINAL,
                                             batch->x[i], batch->x[batch->stride + i], &at))
        continue;
      fprintf(c->out, "%.9g,%.9g,%.9g,%s,%s,%.9g\n", at.radius, at.momentum, at.energy,
              wd_polarization_names[m->polarization], part_name[m->part], weight);
    }
  }
}

static int collect(collector *c, const wd_star *star, double mass, double coupling, wd_error *err) {
  const wd_config *config = c->config;
  wd_sampler *sampler = NULL;
  wd_point_result result;
  wd_point *point = malloc(wd_point_size(config));
  c->measured = calloc((size_t)config->grid.shells * WD_CHANNELS, sizeof *c->measured);
  int status = point && c->measured ? wd_sampler_create(config, star, &sampler, err)
                                    : wd_fail(err, WD_ERR_MEMORY, "out of memory for samples");
  for (int pass = 0; pass < 2 && !status; pass++) {
    wd_sampler_observe(sampler, pass == 0 ? count : write_batch, c);
    wd_point_begin(point, config, 0, mass, coupling, config->integrator.relative_error);
    wd_point_compute(sampler, config, point);
    wd_point_result_of(point, &result);
    c->luminosity = result.luminosity_total;
  }
  wd_sampler_free(sampler);
  free(c->measured);
  free(point);
  return status;
}

int wd_samples_save(const char *path, const wd_config *config, const wd_star *star, double mass,
                    double coupling, wd_error *err) {
  collector c = {.config = config, .out = fopen(path, "wx")};
  if (!c.out) return wd_fail(err, WD_ERR_IO, "%s: cannot be created: %s", path, strerror(errno));
  fputs("r_km,k_eV,omega_eV,polarization,part,weight\n", c.out);
  int status = collect(&c, star, mass, coupling, err);
  bool bad = ferror(c.out);
  bad = fclose(c.out) != 0 || bad;
  if (!status && bad) status = wd_fail(err, WD_ERR_IO, "%s: cannot write: %s", path, strerror(errno));
  return status;
}
