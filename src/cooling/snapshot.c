/* A star that cools, at one moment; see cooling/snapshot.h. */
#include "cooling/snapshot.h"

#include <math.h>
#include <stdlib.h>

#define CHANGE 0.01 /* of ln T in a step */

typedef struct search {
  double temperature, hottest; /* of the centre [K] */
  wd_snapshot *snapshot;
} search;

static double between(double before, double now, double t) {
  return before * pow(now / before, t);
}

/* Takes the star between the last two steps, when the second one is past the temperature. */
static int watch(void *params, const wd_evolution *e, const wd_epoch *epoch, wd_error *err) {
  search *s = params;
  wd_snapshot *star = s->snapshot;
  (void)err;
  s->hottest = fmax(s->hottest, epoch->central_temperature);
  if (epoch->central_temperature > s->temperature) return WD_OK;
  const double t =
      log(s->temperature / e->before[0].temperature) / log(e->zone[0].temperature / e->before[0].temperature);
  double inner = 0;
  for (size_t i = 0; i < star->zones; i++) {
    const wd_zone *old = &e->before[i], *now = &e->zone[i];
    const double outer = between(old->radius, now->radius, t);
    star->radius[i] = cbrt(0.5 * (inner * inner * inner + outer * outer * outer));
    star->density[i] = between(old->density, now->density, t);
    star->temperature[i] = between(old->temperature, now->temperature, t);
    inner = outer;
  }
  star->surface = inner;
  star->epoch = *epoch;
  return WD_OK;
}

static wd_snapshot *allocate(const wd_onion *onion) {
  wd_snapshot *s = calloc(1, sizeof *s);
  if (!s) return NULL;
  s->zones = onion->zones;
  s->onion = onion;
  s->radius = malloc(s->zones * sizeof *s->radius);
  s->density = malloc(s->zones * sizeof *s->density);
  s->temperature = malloc(s->zones * sizeof *s->temperature);
  if (s->radius && s->density && s->temperature) return s;
  wd_snapshot_free(s);
  return NULL;
}

int wd_snapshot_create(const wd_cooling *cooling, double temperature, wd_snapshot **out, wd_error *err) {
  const wd_physics physics = wd_cooling_physics(cooling);
  search s = {temperature, 0, allocate(physics.onion)};
  if (!s.snapshot) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a star");
  const wd_sequence_plan plan = {.first = wd_cooling_first_temperature(cooling),
                                 .coldest = temperature,
                                 .change = CHANGE,
                                 .watch = watch,
                                 .watch_params = &s};
  wd_sequence *sequence = NULL;
  int status = wd_sequence_create(&physics, &plan, &sequence, err);
  wd_sequence_free(sequence);
  if (s.hottest > 0 && s.hottest <= temperature)
    status =
        wd_fail(err, WD_ERR_CONFIG,
                "star.temperature: %.4g K; the centre of this star has at most %.4g K when it begins to cool",
                temperature, s.hottest);
  if (status)
    wd_snapshot_free(s.snapshot);
  else
    *out = s.snapshot;
  return status;
}

void wd_snapshot_free(wd_snapshot *snapshot) {
  if (!snapshot) return;
  free(snapshot->radius);
  free(snapshot->density);
  free(snapshot->temperature);
  free(snapshot);
}
