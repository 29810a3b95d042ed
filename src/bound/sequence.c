/* Cooling sequences with an A' in them; see bound/sequence.h. */
#include "bound/sequence.h"

#include "base/constants.h"
#include "bound/along.h"
#include <stdlib.h>

#define FINENESS 1   /* of the zones */
#define CHANGE 0.007 /* of ln T in a step: energy is conserved to 1e-3 */

/* Lets the star cool with what `physics` says of the A'. */
static int follow(const wd_config *config, const wd_cooling *cooling, const wd_physics *physics,
                  wd_sequence **out, wd_error *err) {
  const wd_sequence_plan plan = {
      .earliest = config->cooling.earliest * WD_YEAR_S, .coldest = config->cooling.coldest, .change = CHANGE};
  return wd_sequence_create(wd_cooling_first(cooling), physics, &plan, out, err);
}

static int follow_with(const wd_config *config, const wd_cooling *cooling, double mass, double coupling,
                       wd_sequence **out, wd_error *err) {
  wd_emission *emission = NULL;
  wd_emission_table *table = NULL;
  double *excess = NULL;
  wd_emission_whole *whole = NULL;
  int status =
      wd_emission_create(config, cooling, config->cooling.coldest, &wd_emission_usual, &emission, err);
  if (!status) status = wd_emission_tabulate(emission, mass, coupling, 0, &excess, NULL, &whole, err);
  if (!status) status = wd_emission_table_create(emission, excess, 1, &table, err);
  if (!status) {
    wd_physics physics = wd_cooling_physics(cooling);
    physics.boson = wd_emission_excess;
    physics.boson_params = table;
    status = follow(config, cooling, &physics, out, err);
  }
  wd_emission_table_free(table);
  free(excess);
  free(whole);
  wd_emission_free(emission);
  return status;
}

static int follow_without(const wd_config *config, const wd_cooling *cooling, wd_sequence **out,
                          wd_error *err) {
  const wd_physics physics = wd_cooling_physics(cooling);
  return wd_cooling_verdict(physics.onion, follow(config, cooling, &physics, out, err), err);
}

/* Where cooling.track says, with an A'. */
static int change_track(const wd_config *config, double mass, double coupling, wd_sequence *track,
                        wd_sequence **out, wd_error *err) {
  wd_cooling *cooling = NULL;
  wd_emission *emission = NULL;
  double *excess = NULL;
  wd_emission_whole *whole = NULL;
  const double coldest = track->epoch[track->count - 1].central_temperature;
  int status = wd_cooling_create(config, FINENESS, CHANGE, &cooling, err);
  if (!status) status = wd_along_prepare(cooling, track, err);
  if (!status) status = wd_emission_create(config, cooling, coldest, &wd_emission_usual, &emission, err);
  if (!status) status = wd_emission_tabulate(emission, mass, coupling, 0, &excess, NULL, &whole, err);
  if (!status) status = wd_along_boson(track, emission, whole, /*sigmas=*/0, out, err);
  free(excess);
  free(whole);
  wd_emission_free(emission);
  wd_cooling_free(cooling);
  return status;
}

static int follow_track(const wd_config *config, double mass, double coupling, wd_sequence **out,
                        wd_error *err) {
  wd_sequence *track;
  int status = wd_along_printed(config, &track, err);
  if (status) return status;
  if (!(coupling > 0)) {
    *out = track;
    return WD_OK;
  }
  status = change_track(config, mass, coupling, track, out, err);
  wd_sequence_free(track);
  return status;
}

int wd_bound_sequence(const wd_config *config, double mass, double coupling, wd_sequence **out,
                      wd_error *err) {
  if (*config->cooling.track) return follow_track(config, mass, coupling, out, err);
  wd_cooling *cooling = NULL;
  int status = wd_cooling_create(config, FINENESS, CHANGE, &cooling, err);
  if (!status)
    status = coupling > 0 ? follow_with(config, cooling, mass, coupling, out, err)
                          : follow_without(config, cooling, out, err);
  wd_cooling_free(cooling);
  return status;
}
