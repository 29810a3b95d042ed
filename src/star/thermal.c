/* Stars that cool; see star/thermal.h. */
#include "star/thermal.h"

#include "base/constants.h"
#include "base/log.h"
#include "matter/mixture.h"
#include "star/sources.h"

#define THERMAL_CHANGE 0.01 /* of ln T in a step */
#define THERMAL_FINENESS 2  /* of the zones, which become the nodes */

/* At the centre, with zero slope there, from the middles of the first two zones. */
static double centre_of(const double *radius, const double *value) {
  const double a = radius[0] * radius[0], b = radius[1] * radius[1];
  return value[0] + (value[0] - value[1]) * a / (b - a);
}

static void take_snapshot(const wd_snapshot *snapshot, wd_star *star) {
  star->mass = snapshot->onion->mass / WD_M_SUN_CGS;
  star->radius = snapshot->surface / WD_KM_CM;
  star->central_density = centre_of(snapshot->radius, snapshot->density);
  const double central = centre_of(snapshot->radius, snapshot->temperature);
  for (size_t i = 0; i < star->nodes; i++) {
    const size_t zone = i > 0 ? i - 1 : 0; /* the first node is the centre */
    const double density = i > 0 ? snapshot->density[zone] : star->central_density;
    const wd_mixture m = wd_mixture_of(&snapshot->onion->matter[snapshot->onion->layer[zone]]);
    star->node_radius[i] = i > 0 ? snapshot->radius[zone] / WD_KM_CM : 0;
    star->electron_density[i] = density * m.electrons / WD_AMU_CGS;
    star->temperature[i] = (i > 0 ? snapshot->temperature[zone] : central) * WD_KELVIN;
    star->charge2[i] = m.charge2;
    star->ions[i] = m.ions;
  }
}

int wd_star_of_snapshot(const wd_config *config, const wd_snapshot *snapshot, double factor, wd_star **out,
                        wd_error *err) {
  wd_star *star = NULL;
  int status = wd_star_allocate(snapshot->zones + 1, &star, err);
  if (status) return status;
  take_snapshot(snapshot, star);
  for (size_t i = 0; i < star->nodes; i++) star->temperature[i] *= factor;
  return wd_star_finish(config, star, out, err);
}

/* A star that cools, when its centre has star.temperature. */
int wd_star_let_cool(const wd_config *config, wd_star **out, wd_error *err) {
  wd_cooling *cooling = NULL;
  wd_snapshot *snapshot = NULL;
  int status = wd_cooling_create(config, THERMAL_FINENESS, THERMAL_CHANGE, &cooling, err);
  if (!status) status = wd_snapshots_create(cooling, 1, &config->star.temperature, &snapshot, err);
  if (!status) status = wd_star_of_snapshot(config, snapshot, 1, out, err);
  if (!status && snapshot->epoch.age < config->cooling.earliest * WD_YEAR_S)
    wd_log(WD_LOG_WARNING,
           "the star is %.3g years old: younger than cooling.earliest, it remembers how it came to be",
           snapshot->epoch.age / WD_YEAR_S);
  wd_snapshot_free(snapshot);
  wd_cooling_free(cooling);
  return status;
}
