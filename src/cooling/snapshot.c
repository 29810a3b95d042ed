/* A star that cools, at one moment; see cooling/snapshot.h. */
#include "cooling/snapshot.h"

#include <math.h>
#include <stdlib.h>

#define CHANGE 0.01 /* of ln T in a step */

typedef struct search {
  const double *temperature; /* of the centre [K], descending */
  size_t n, found;
  wd_snapshot **snapshot; /* [n] */
} search;

static double between(double before, double now, double t) {
  return before * pow(now / before, t);
}

/* The star between the last two steps, at the central temperature. */
static void take(const wd_evolution *e, double temperature, const wd_epoch *epoch, wd_snapshot *star) {
  const double before = e->before[0].temperature,
               t = log(temperature / before) / log(e->zone[0].temperature / before);
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
}

static int watch(void *params, const wd_evolution *e, const wd_epoch *epoch, wd_error *err) {
  search *s = params;
  (void)err;
  for (; s->found < s->n && epoch->central_temperature <= s->temperature[s->found]; s->found++)
    take(e, s->temperature[s->found], epoch, s->snapshot[s->found]);
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

static int check_hottest(const wd_cooling *cooling, double temperature, wd_error *err) {
  const double hottest = wd_cooling_first(cooling)->zone[0].temperature;
  if (temperature < hottest) return WD_OK;
  return wd_fail(
      err, WD_ERR_CONFIG,
      "star.temperature: %.4g K; the centre of this star has at most %.4g K when it begins to cool",
      temperature, hottest);
}

int wd_snapshots_create(const wd_cooling *cooling, size_t n, const double *temperature, wd_snapshot **out,
                        wd_error *err) {
  const wd_physics physics = wd_cooling_physics(cooling);
  search s = {temperature, n, 0, out};
  const wd_sequence_plan plan = {
      .coldest = temperature[n - 1], .change = CHANGE, .watch = watch, .watch_params = &s};
  wd_sequence *sequence = NULL;
  for (size_t i = 0; i < n; i++) out[i] = NULL;
  int status = check_hottest(cooling, temperature[0], err);
  for (size_t i = 0; i < n && !status; i++)
    if (!(out[i] = allocate(physics.onion))) status = wd_fail(err, WD_ERR_MEMORY, "out of memory for a star");
  if (!status) status = wd_sequence_create(wd_cooling_first(cooling), &physics, &plan, &sequence, err);
  status = wd_cooling_verdict(physics.onion, status, err);
  wd_sequence_free(sequence);
  for (size_t i = 0; i < n && status; i++) {
    wd_snapshot_free(out[i]);
    out[i] = NULL;
  }
  return status;
}

void wd_snapshot_free(wd_snapshot *snapshot) {
  if (!snapshot) return;
  free(snapshot->radius);
  free(snapshot->density);
  free(snapshot->temperature);
  free(snapshot);
}
