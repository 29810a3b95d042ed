/* Cores of red giants; see bound/red_giant.h. */
#include "bound/red_giant.h"

#include <stdlib.h>

#define FIRST_STREAM (WD_POINTS_MAX / 2) /* random streams apart from those of stars that cool */

struct wd_red_giant {
  wd_config config;
  wd_star *star;
  wd_sampler *sampler;
};

int wd_red_giant_create(const wd_config *config, wd_red_giant **out, wd_error *err) {
  wd_red_giant *g = calloc(1, sizeof *g);
  if (!g) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a red giant");
  g->config = *config;
  g->config.star.mass = config->likelihood.red_giant.mass;
  g->config.star.temperature = config->likelihood.red_giant.temperature;
  g->config.star.structure = WD_STRUCTURE_COLD;
  g->config.star.composition = (wd_composition){.count = 1, .share = {{2, 4, 1}}};
  int status = wd_star_create(&g->config, &g->star, err);
  if (status) status = wd_fail_context(err, status, "likelihood.red_giant");
  if (!status) status = wd_sampler_create(&g->config, g->star, &g->sampler, err);
  if (status)
    wd_red_giant_free(g);
  else
    *out = g;
  return status;
}

void wd_red_giant_free(wd_red_giant *giant) {
  if (!giant) return;
  wd_sampler_free(giant->sampler);
  wd_star_free(giant->star);
  free(giant);
}

void wd_red_giant_interrupt(wd_red_giant *giant, bool (*interrupted)(void)) {
  wd_sampler_interrupt(giant->sampler, interrupted);
}

int wd_red_giant_compute(wd_red_giant *giant, uint64_t stream, double mass, size_t n, const double *coupling,
                         double *excess, wd_emission_whole *whole, wd_error *err) {
  return wd_emission_sample(giant->sampler, &giant->config, FIRST_STREAM + stream, mass, n, coupling, excess,
                            /*error=*/NULL, whole, err);
}
