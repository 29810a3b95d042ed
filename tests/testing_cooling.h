/* For tests of stars that cool: matter and zones of a configuration, sequences, epochs between their steps. */
#ifndef WDSCAN_TESTING_COOLING_H
#define WDSCAN_TESTING_COOLING_H

#include "testing.h"

#include "base/constants.h"
#include "cooling/cooling.h"

#define USUAL_CHANGE 0.007 /* of ln T in a step, as in `wdscan cool` */

/* `change`: of ln T in a step of the contraction. */
static inline wd_cooling *test_cooling(const wd_settings *settings, double fineness, double change) {
  wd_cooling *cooling;
  wd_error err = {0};
  if (wd_cooling_create(wd_settings_config(settings), fineness, change, &cooling, &err))
    fail_msg("%s", err.message);
  return cooling;
}

/* The star of the Standard Model but for `plasmon`, a factor on its losses by plasmon decay. */
static inline wd_physics test_physics(const wd_cooling *cooling, double plasmon) {
  wd_physics physics = wd_cooling_physics(cooling);
  physics.plasmon = plasmon;
  return physics;
}

/* From the star that begins to cool; the plan's change is the usual one if it says 0. */
static inline wd_sequence *test_sequence(const wd_evolution *first, const wd_physics *physics,
                                         wd_sequence_plan plan) {
  wd_sequence *sequence;
  wd_error err = {0};
  if (!(plan.change > 0)) plan.change = USUAL_CHANGE;
  if (wd_sequence_create(first, physics, &plan, &sequence, &err)) fail_msg("%s", err.message);
  return sequence;
}

static inline double test_neutrinos(const wd_epoch *epoch) {
  double sum = 0;
  for (int k = 0; k < WD_LOSS_COUNT; k++) sum += epoch->neutrinos[k];
  return sum;
}

/* What tests compare [erg/s, yr, cm]. */
typedef struct test_cool_star {
  double neutrinos, plasmon, photons, age, radius, hottest, effective;
} test_cool_star;

static inline test_cool_star test_cool_star_of(const wd_epoch *e) {
  return (test_cool_star){
      test_neutrinos(e),      e->neutrinos[WD_LOSS_PLASMON], e->photons, e->age / WD_YEAR_S, e->radius,
      e->highest_temperature, e->effective_temperature};
}

/* The star when its centre has this log10(T/K), interpolated in logarithms. */
static inline test_cool_star test_star_at(const wd_sequence *s, double log_temperature) {
  const double T = pow(10, log_temperature);
  size_t i = 1;
  while (i + 1 < s->count && s->epoch[i].central_temperature > T) i++;
  const wd_epoch *hot = &s->epoch[i - 1], *cold = &s->epoch[i];
  if (!(hot->central_temperature >= T && cold->central_temperature <= T))
    fail_msg("log T_c = %g is not in the sequence", log_temperature);
  const double x =
      log(T / hot->central_temperature) / log(cold->central_temperature / hot->central_temperature);
  test_cool_star a = test_cool_star_of(hot), b = test_cool_star_of(cold), out;
  const double *from = (const double *)&a, *to = (const double *)&b;
  double *at = (double *)&out;
  for (size_t k = 0; k < sizeof out / sizeof(double); k++)
    at[k] = from[k] > 0 ? from[k] * pow(to[k] / from[k], x) : 0;
  return out;
}

#endif
