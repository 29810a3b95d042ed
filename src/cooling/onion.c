/* Zones of fixed mass; see cooling/onion.h. */
#include "cooling/onion.h"

#include "base/constants.h"
#include <math.h>
#include <stdlib.h>

enum { CORE_ZONES = 50, ZONES_PER_DECADE = 11 };
#define CORE_OUTSIDE 0.4 /* mass fraction outside the core's zones, where spacing changes */
#define LAST_OUTSIDE 1e-11

/* Mass fraction outside each face, centre to surface. */
static void place_faces(size_t core, size_t shells, double *outside) {
  for (size_t i = 0; i < core; i++) {
    double x = (double)i / (double)core;
    outside[i] = 1 - (1 - CORE_OUTSIDE) * x * x * x;
  }
  for (size_t i = 0; i <= shells; i++)
    outside[core + i] = CORE_OUTSIDE * pow(LAST_OUTSIDE / CORE_OUTSIDE, (double)i / (double)shells);
}

/* Moves the nearest face to the border at mass fraction `border`. */
static void place_border(double border, size_t faces, double *outside) {
  size_t nearest = 1;
  for (size_t i = 1; i + 1 < faces; i++)
    if (fabs(log(outside[i] / border)) < fabs(log(outside[nearest] / border))) nearest = i;
  outside[nearest] = border;
}

static int layer_at(double outside, double helium, double hydrogen) {
  return outside < hydrogen ? WD_LAYER_HYDROGEN : outside < helium ? WD_LAYER_HELIUM : WD_LAYER_CORE;
}

static void fill(const wd_config *config, size_t core, wd_onion *o) {
  const double helium = config->star.envelope.helium, hydrogen = config->star.envelope.hydrogen;
  const double least = hydrogen > 0 ? hydrogen : LAST_OUTSIDE;
  place_faces(core, o->zones - core, o->outside);
  if (helium > LAST_OUTSIDE) place_border(fmax(helium, least), o->zones + 1, o->outside);
  if (hydrogen > LAST_OUTSIDE && hydrogen != helium) place_border(hydrogen, o->zones + 1, o->outside);
  for (size_t i = 0; i <= o->zones; i++) {
    o->outside[i] *= o->mass;
    o->inside[i] = i ? o->mass - o->outside[i] : 0;
  }
  for (size_t i = 0; i < o->zones; i++) {
    o->width[i] = o->outside[i] - o->outside[i + 1];
    o->layer[i] = layer_at(0.5 * (o->outside[i] + o->outside[i + 1]) / o->mass, helium, hydrogen);
  }
}

int wd_onion_create(const wd_config *config, double fineness, wd_onion **out, wd_error *err) {
  const size_t core = (size_t)lround(CORE_ZONES * fineness),
               shells = (size_t)lround(ZONES_PER_DECADE * fineness * log10(CORE_OUTSIDE / LAST_OUTSIDE));
  wd_onion *o = calloc(1, sizeof *o);
  if (!o) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a star");
  o->zones = core + shells;
  o->mass = config->star.mass * WD_M_SUN_CGS;
  o->inside = malloc((o->zones + 1) * sizeof *o->inside);
  o->outside = malloc((o->zones + 1) * sizeof *o->outside);
  o->width = malloc(o->zones * sizeof *o->width);
  o->layer = malloc(o->zones * sizeof *o->layer);
  if (!o->inside || !o->outside || !o->width || !o->layer) {
    wd_onion_free(o);
    return wd_fail(err, WD_ERR_MEMORY, "out of memory for a star of %zu zones", core + shells);
  }
  o->matter[WD_LAYER_CORE] = config->star.composition;
  o->matter[WD_LAYER_HELIUM] = (wd_composition){.count = 1, .share = {{2, 4, 1}}};
  o->matter[WD_LAYER_HYDROGEN] = (wd_composition){.count = 1, .share = {{1, 1, 1}}};
  fill(config, core, o);
  *out = o;
  return WD_OK;
}

void wd_onion_free(wd_onion *onion) {
  if (!onion) return;
  free(onion->inside);
  free(onion->outside);
  free(onion->width);
  free(onion->layer);
  free(onion);
}
