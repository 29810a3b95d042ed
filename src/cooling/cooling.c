/* Stars that cool, from a configuration; see cooling/cooling.h. */
#include "cooling/cooling.h"

#include "base/constants.h"
#include "wdscan/model.h"
#include <stdlib.h>

/* Of the first star, for each solar mass [K]: 0.23 R_sun whatever the mass. Stars that start with a half or twice this
 * are the same within 1 % when they begin to cool. */
#define FIRST_TEMPERATURE 1.5e8

struct wd_cooling {
  wd_onion *onion;
  wd_electron_table *electrons;
  wd_losses *losses;
  wd_fluid *fluid[WD_LAYERS];
  wd_evolution *first;
};

static int create_fluids(const wd_config *config, wd_cooling *c, wd_error *err) {
  int status = WD_OK;
  for (int i = 0; i < WD_LAYERS && !status; i++)
    status = wd_fluid_create(&c->onion->matter[i], c->electrons, c->losses, config->cooling.conductivity,
                             &c->fluid[i], err);
  return status;
}

int wd_cooling_verdict(const wd_onion *onion, int status, wd_error *err) {
  if (status != WD_ERR_NUMERIC) return status;
  const wd_error why = *err;
  return wd_fail(
      err, WD_ERR_CONFIG,
      "star.mass: %g M_sun with this composition and envelope does not become a star that cools (%s); "
      "expected 0.3 to 1.2 M_sun",
      onion->mass / WD_M_SUN_CGS, why.message);
}

/* The star that begins to cool. */
static int find_first(const wd_config *config, wd_cooling *c, double change, wd_error *err) {
  const wd_physics physics = wd_cooling_physics(c);
  const int status =
      wd_sequence_begin(&physics, FIRST_TEMPERATURE * config->star.mass, change, &c->first, err);
  return wd_cooling_verdict(c->onion, status, err);
}

int wd_cooling_create(const wd_config *config, double fineness, double change, wd_cooling **out,
                      wd_error *err) {
  const wd_model model = wd_model_of(config, 0);
  wd_cooling *c = calloc(1, sizeof *c);
  int status = c ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for a star that cools");
  if (!status) status = wd_onion_create(config, fineness, &c->onion, err);
  if (!status) status = wd_electron_table_create(&c->electrons, err);
  if (!status) status = wd_losses_create(model.sum_CV2, model.sum_CA2, &c->losses, err);
  if (!status) status = create_fluids(config, c, err);
  if (!status) status = find_first(config, c, change, err);
  if (status)
    wd_cooling_free(c);
  else
    *out = c;
  return status;
}

void wd_cooling_free(wd_cooling *cooling) {
  if (!cooling) return;
  wd_evolution_free(cooling->first);
  for (int i = 0; i < WD_LAYERS; i++) wd_fluid_free(cooling->fluid[i]);
  wd_onion_free(cooling->onion);
  wd_electron_table_free(cooling->electrons);
  wd_losses_free(cooling->losses);
  free(cooling);
}

wd_physics wd_cooling_physics(const wd_cooling *c) {
  wd_physics p = {.onion = c->onion, .losses = c->losses, .plasmon = 1};
  for (int i = 0; i < WD_LAYERS; i++) p.fluid[i] = c->fluid[i];
  return p;
}

const wd_evolution *wd_cooling_first(const wd_cooling *cooling) {
  return cooling->first;
}
