/* Implicit steps of stellar evolution; see cooling/evolution.h. */
#include "cooling/evolution.h"

#include "base/constants.h"
#include "cooling/blocks.h"
#include "cooling/polytrope.h"
#include "matter/mixture.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RADIATION (4 * WD_STEFAN_BOLTZMANN_CGS) /* a c */
#define SHIFT 1e-6                              /* of the logarithms, for derivatives */
#define CONVERGED                                                                                            \
  1e-6 /* change of a logarithm in the last iteration: what is left is of the order of its square */
#define LARGEST 0.3 /* change of a logarithm in one iteration */
enum { ITERATIONS = 40, STEP_ITERATIONS = 12, DENSITY = 0, TEMPERATURE, RADIUS };

/* d(f)/dt = now f_now + before f_before + before_that f_before_that */
typedef struct derivative {
  double now, before, before_that;
} derivative;

typedef struct wd_newton {
  wd_block_row *row;   /* [zones] */
  wd_zone *zone;       /* [zones] the present guess */
  wd_zone *shifted[3]; /* [zones] with one unknown shifted */
  double central;      /* > 0: this central temperature [K] and T ~ P^(1/4); energy has no say */
} wd_newton;

/* Fills in what follows from density and temperature. */
static int complete(const wd_evolution *e, size_t i, wd_zone *z, wd_error *err) {
  const wd_physics *p = &e->physics;
  if (!wd_fluid_at(p->fluid[p->onion->layer[i]], z->density, z->temperature, &z->matter))
    return wd_fail(err, WD_ERR_NUMERIC, "zone %zu of the star has %.3g g/cm^3 and %.3g K", i, z->density,
                   z->temperature);
  double excess[2] = {0, 0};
  if (p->boson) p->boson(p->boson_params, i, z->temperature, e->before[0].temperature, excess);
  const wd_fluid_state *m = &z->matter;
  z->boson = excess[0] * m->value[WD_FLUID_PLASMON];
  z->boson_by_density = excess[0] * m->by_density[WD_FLUID_PLASMON];
  z->boson_by_temperature =
      excess[0] * m->by_temperature[WD_FLUID_PLASMON] + excess[1] * m->value[WD_FLUID_PLASMON];
  return WD_OK;
}

static double fourth(double x) {
  return x * x * x * x;
}

static double area(double radius) {
  return 4 * WD_PI * radius * radius;
}

/* Luminosity through the face between the zones i - 1 and i. */
static double through(const wd_onion *o, size_t i, const wd_zone *inner, const wd_zone *outer) {
  const double opacity = inner->matter.value[WD_FLUID_OPACITY] * o->width[i - 1] +
                         outer->matter.value[WD_FLUID_OPACITY] * o->width[i];
  const double A = area(inner->radius);
  return -A * A * RADIATION / 3 * (fourth(outer->temperature) - fourth(inner->temperature)) / (0.5 * opacity);
}

/* From the surface: T^4 = (3/4) T_eff^4 (tau + 2/3) in the middle of the last zone. */
static double at_surface(const wd_onion *o, const wd_zone *last) {
  const double above = o->outside[o->zones] + 0.5 * o->width[o->zones - 1];
  const double tau = last->matter.value[WD_FLUID_OPACITY] * above / area(last->radius);
  return area(last->radius) * RADIATION * fourth(last->temperature) / (3 * (tau + 2.0 / 3));
}

double wd_evolution_luminosity(const wd_evolution *e, size_t i) {
  const wd_onion *o = e->physics.onion;
  return i + 1 == o->zones ? at_surface(o, &e->zone[i]) : through(o, i + 1, &e->zone[i], &e->zone[i + 1]);
}

/* --- The equations --- */

/* Volume and mass. */
static double volume_equation(const wd_onion *o, size_t i, const wd_zone *below, const wd_zone *here) {
  const double r = here->radius, r_in = below ? below->radius : 0;
  return 4 * WD_PI / 3 * here->density * (r - r_in) * (r * r + r * r_in + r_in * r_in) / o->width[i] - 1;
}

/* Mass between the middle of zone i and that of the next one, or the surface [g]. */
static double half_above(const wd_onion *o, size_t i) {
  return i + 1 < o->zones ? wd_onion_between(o, i + 1) : o->outside[o->zones] + 0.5 * o->width[i];
}

static double weight_equation(const wd_onion *o, size_t i, const wd_zone *here, const wd_zone *above) {
  const double weight = WD_G_CGS * o->inside[i + 1] / (4 * WD_PI * fourth(here->radius)) * half_above(o, i);
  return 1 - ((above ? above->matter.value[WD_FLUID_PRESSURE] : 0) + weight) /
                 here->matter.value[WD_FLUID_PRESSURE];
}

static double energy_equation(const wd_evolution *e, const derivative *d, size_t i, const wd_zone *below,
                              const wd_zone *here, const wd_zone *above) {
  const wd_onion *o = e->physics.onion;
  const wd_zone *old = &e->before[i], *older = &e->before_that[i];
  const double *now = here->matter.value;
  const double work = d->now / here->density + d->before / old->density + d->before_that / older->density;
  const double heating = d->now * now[WD_FLUID_ENERGY] + d->before * old->matter.value[WD_FLUID_ENERGY] +
                         d->before_that * older->matter.value[WD_FLUID_ENERGY] +
                         now[WD_FLUID_PRESSURE] * work;
  const double losses = e->physics.plasmon * now[WD_FLUID_PLASMON] + now[WD_FLUID_OTHERS] + here->boson;
  const double in = below ? through(o, i, below, here) : 0,
               out = above ? through(o, i + 1, here, above) : at_surface(o, here);
  const double scale = fabs(in) + fabs(out) + o->width[i] * d->now * now[WD_FLUID_PRESSURE] / here->density;
  return (o->width[i] * (heating + losses) - in + out) / scale;
}

/* T ~ P^(1/4) from the centre. */
static double start_equation(double central, const wd_zone *below, const wd_zone *here) {
  if (!below) return log(here->temperature / central);
  const double pressures = here->matter.value[WD_FLUID_PRESSURE] / below->matter.value[WD_FLUID_PRESSURE];
  return log(here->temperature / below->temperature) - 0.25 * log(pressures);
}

/* The three equations of zone i as relative errors; `below` and `above` are NULL at the ends. */
static void equations(const wd_evolution *e, const derivative *d, size_t i, const wd_zone *below,
                      const wd_zone *here, const wd_zone *above, double out[WD_UNKNOWNS]) {
  out[0] = volume_equation(e->physics.onion, i, below, here);
  out[1] = weight_equation(e->physics.onion, i, here, above);
  out[2] = e->newton->central > 0 ? start_equation(e->newton->central, below, here)
                                  : energy_equation(e, d, i, below, here, above);
}

/* --- Newton's method --- */

/* The guess with one unknown shifted each; matter follows by its derivatives. */
static void shift(const wd_newton *n, size_t i) {
  for (int k = 0; k < WD_UNKNOWNS; k++) n->shifted[k][i] = n->zone[i];
  wd_zone *dense = &n->shifted[DENSITY][i], *hot = &n->shifted[TEMPERATURE][i];
  dense->density *= 1 + SHIFT;
  hot->temperature *= 1 + SHIFT;
  dense->boson += SHIFT * dense->boson_by_density;
  hot->boson += SHIFT * hot->boson_by_temperature;
  n->shifted[RADIUS][i].radius *= 1 + SHIFT;
  for (int q = 0; q < WD_FLUID_QUANTITIES; q++) {
    dense->matter.value[q] += SHIFT * dense->matter.by_density[q];
    hot->matter.value[q] += SHIFT * hot->matter.by_temperature[q];
  }
}

/* The equations of zone i and their derivatives by the logarithms. */
static void linearise(const wd_evolution *e, const derivative *d, size_t i) {
  const wd_newton *n = e->newton;
  const size_t last = e->physics.onion->zones - 1;
  wd_block_row *row = &n->row[i];
  const wd_zone *at[3] = {i > 0 ? &n->zone[i - 1] : NULL, &n->zone[i], i < last ? &n->zone[i + 1] : NULL};
  double(*block[3])[WD_UNKNOWNS] = {row->below, row->here, row->above}, base[WD_UNKNOWNS];
  equations(e, d, i, at[0], at[1], at[2], base);
  for (size_t side = 0; side < 3; side++)
    for (int k = 0; k < WD_UNKNOWNS; k++) {
      double moved[WD_UNKNOWNS] = {base[0], base[1], base[2]};
      const wd_zone *with[3] = {at[0], at[1], at[2]};
      if (at[side]) {
        with[side] = &n->shifted[k][i + side - 1];
        equations(e, d, i, with[0], with[1], with[2], moved);
      }
      for (int q = 0; q < WD_UNKNOWNS; q++) block[side][q][k] = (moved[q] - base[q]) / SHIFT;
    }
  for (int q = 0; q < WD_UNKNOWNS; q++) row->right[q] = -base[q];
}

/* Applies the corrections in row[].right; *largest is the largest of them. */
static int correct(const wd_evolution *e, double *largest, wd_error *err) {
  const wd_newton *n = e->newton;
  const size_t zones = e->physics.onion->zones;
  *largest = 0;
  for (size_t i = 0; i < zones; i++)
    for (int k = 0; k < WD_UNKNOWNS; k++) {
      if (!isfinite(n->row[i].right[k])) return wd_fail(err, WD_ERR_NUMERIC, "the star has no next step");
      *largest = fmax(*largest, fabs(n->row[i].right[k]));
    }
  const double factor = *largest > LARGEST ? LARGEST / *largest : 1;
  int status = WD_OK;
  for (size_t i = 0; i < zones && !status; i++) {
    wd_zone *z = &n->zone[i];
    z->density *= exp(factor * n->row[i].right[DENSITY]);
    z->temperature *= exp(factor * n->row[i].right[TEMPERATURE]);
    z->radius *= exp(factor * n->row[i].right[RADIUS]);
    status = complete(e, i, z, err);
  }
  return status;
}

/* From the guess in newton->zone. */
static int solve(const wd_evolution *e, const derivative *d, int iterations, wd_error *err) {
  const size_t zones = e->physics.onion->zones;
  double largest = INFINITY;
  for (int k = 0; k < iterations; k++) {
    for (size_t i = 0; i < zones; i++) shift(e->newton, i);
    for (size_t i = 0; i < zones; i++) linearise(e, d, i);
    if (!wd_blocks_solve(e->newton->row, zones))
      return wd_fail(err, WD_ERR_NUMERIC, "the equations of the star cannot be solved");
    int status = correct(e, &largest, err);
    if (status) return status;
    if (largest < CONVERGED) return WD_OK;
  }
  return wd_fail(err, WD_ERR_NUMERIC, "no star found in %d iterations: the last one changed it by %.2g",
                 iterations, largest);
}

/* --- Steps --- */

/* BDF2 with steps of different length; the first step is Euler's. */
static derivative derivative_of(double step, double last_step) {
  if (!(last_step > 0)) return (derivative){1 / step, -1 / step, 0};
  const double w = step / last_step;
  return (derivative){(1 + 2 * w) / ((1 + w) * step), -(1 + w) / step, w * w / ((1 + w) * step)};
}

/* The guess: the star goes on as it did in the last step. */
static int extrapolate(const wd_evolution *e, double step, wd_error *err) {
  const double ratio = e->last_step > 0 ? step / e->last_step : 0;
  int status = WD_OK;
  for (size_t i = 0; i < e->physics.onion->zones && !status; i++) {
    const wd_zone *now = &e->before[i], *before = &e->before_that[i];
    wd_zone *z = &e->newton->zone[i];
    z->density = now->density * pow(now->density / before->density, ratio);
    z->temperature = now->temperature * pow(now->temperature / before->temperature, ratio);
    z->radius = now->radius * pow(now->radius / before->radius, ratio);
    status = complete(e, i, z, err);
  }
  return status;
}

int wd_evolution_step(wd_evolution *e, double step, wd_error *err) {
  const size_t size = e->physics.onion->zones * sizeof *e->zone;
  const derivative d = derivative_of(step, e->last_step);
  wd_zone *oldest = e->before_that;
  e->before_that = e->before;
  e->before = e->zone;
  e->zone = oldest;
  int status = extrapolate(e, step, err);
  if (!status) status = solve(e, &d, STEP_ITERATIONS, err);
  if (status) {
    e->zone = e->before;
    e->before = e->before_that;
    e->before_that = oldest;
    return status;
  }
  memcpy(e->zone, e->newton->zone, size);
  e->age += step;
  e->last_step = step;
  return WD_OK;
}

double wd_evolution_energy(const wd_evolution *e) {
  const wd_onion *o = e->physics.onion;
  double sum = 0;
  for (size_t i = 0; i < o->zones; i++)
    sum += o->width[i] * e->zone[i].matter.value[WD_FLUID_ENERGY] -
           WD_G_CGS * o->inside[i + 1] * half_above(o, i) / e->zone[i].radius;
  return sum;
}

/* --- The first star --- */

/* The density that has this pressure. */
static int density_of(const wd_evolution *e, size_t i, double pressure, wd_zone *z, wd_error *err) {
  const wd_fluid *fluid = e->physics.fluid[e->physics.onion->layer[i]];
  double low = log(5e-9), high = log(3e9);
  while (high - low > 1e-9) {
    wd_fluid_state matter;
    z->density = exp(0.5 * (low + high));
    if (!wd_fluid_at(fluid, z->density, z->temperature, &matter)) break; /* complete() says what is wrong */
    if (matter.value[WD_FLUID_PRESSURE] < pressure)
      low = log(z->density);
    else
      high = log(z->density);
  }
  return complete(e, i, z, err);
}

/* Mean molecular weight. */
static double molecular_weight(const wd_composition *composition) {
  const wd_mixture m = wd_mixture_of(composition);
  return 1 / (m.electrons * (1 + m.ions));
}

/* A polytrope of index 3 with the central temperature [K]. */
static int guess(const wd_evolution *e, double central, wd_error *err) {
  const wd_onion *o = e->physics.onion;
  wd_zone *zone = e->newton->zone;
  const double R = WD_POLYTROPE_TEMPERATURE * WD_G_CGS * o->mass *
                   molecular_weight(&o->matter[WD_LAYER_CORE]) * WD_AMU_CGS /
                   (WD_KELVIN * WD_EV_ERG * central);
  wd_place place = wd_polytrope_centre();
  for (size_t i = 0; i < o->zones; i++) {
    const double middle = 0.5 * (o->outside[i] + o->outside[i + 1]) / o->mass;
    zone[i].temperature = central * wd_polytrope_temperature(&place, middle);
    zone[i].radius = R * wd_polytrope_radius(&place, o->outside[i + 1] / o->mass);
  }
  double pressure = 0;
  int status = WD_OK;
  for (size_t i = o->zones; i-- > 0 && !status;) {
    pressure += WD_G_CGS * o->inside[i + 1] * half_above(o, i) / (4 * WD_PI * fourth(zone[i].radius));
    status = density_of(e, i, pressure, &zone[i], err);
  }
  return status;
}

static wd_evolution *allocate(const wd_physics *physics) {
  const size_t zones = physics->onion->zones;
  wd_evolution *e = calloc(1, sizeof *e);
  if (!e) return NULL;
  e->physics = *physics;
  wd_newton *n = e->newton = calloc(1, sizeof *n);
  wd_zone **arrays[] = {&e->zone, &e->before, &e->before_that};
  bool enough = n;
  for (int k = 0; k < 3 && enough; k++)
    enough =
        (*arrays[k] = calloc(zones, sizeof(wd_zone))) && (n->shifted[k] = calloc(zones, sizeof(wd_zone)));
  if (enough) enough = (n->zone = calloc(zones, sizeof *n->zone)) && (n->row = calloc(zones, sizeof *n->row));
  if (enough) return e;
  wd_evolution_free(e);
  return NULL;
}

int wd_evolution_start(const wd_physics *physics, double temperature, wd_evolution **out, wd_error *err) {
  const size_t zones = physics->onion->zones;
  wd_evolution *e = allocate(physics);
  int status = e ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for a star of %zu zones", zones);
  if (!status) status = guess(e, temperature, err);
  if (!status) {
    const derivative none = {0, 0, 0};
    e->newton->central = temperature;
    status = solve(e, &none, ITERATIONS, err);
    e->newton->central = 0;
    wd_zone *now[] = {e->zone, e->before, e->before_that};
    for (int k = 0; k < 3; k++) memcpy(now[k], e->newton->zone, zones * sizeof(wd_zone));
  }
  if (status)
    wd_evolution_free(e);
  else
    *out = e;
  return status;
}

wd_evolution *wd_evolution_copy(const wd_evolution *evolution, const wd_physics *physics) {
  const size_t size = evolution->physics.onion->zones * sizeof(wd_zone);
  wd_evolution *e = allocate(physics);
  if (!e) return NULL;
  memcpy(e->zone, evolution->zone, size);
  memcpy(e->before, evolution->before, size);
  memcpy(e->before_that, evolution->before_that, size);
  e->age = evolution->age;
  e->last_step = evolution->last_step;
  for (size_t i = 0; i < e->physics.onion->zones; i++) complete(e, i, &e->zone[i], NULL); /* other losses */
  return e;
}

void wd_evolution_free(wd_evolution *e) {
  if (!e) return;
  for (int k = 0; e->newton && k < 3; k++) free(e->newton->shifted[k]);
  if (e->newton) {
    free(e->newton->zone);
    free(e->newton->row);
  }
  free(e->newton);
  free(e->zone);
  free(e->before);
  free(e->before_that);
  free(e);
}
