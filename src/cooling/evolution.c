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
#define CONVERGED                                                                                            \
  1e-4 /* change of a logarithm in the last iteration: what is left is of the order of its square */
#define LARGEST 0.3 /* change of a logarithm in one iteration */
enum { ITERATIONS = 40, STEP_ITERATIONS = 12, DENSITY = 0, TEMPERATURE, RADIUS };

/* d(f)/dt = now f_now + before f_before + before_that f_before_that */
typedef struct derivative {
  double now, before, before_that;
} derivative;

typedef struct wd_newton {
  wd_block_row *row; /* [zones] */
  wd_zone *zone;     /* [zones] the present guess */
  double central;    /* > 0: this central temperature [K] and T ~ P^(1/4); energy has no say */
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

/* --- Luminosities through faces --- */

/* A luminosity and its derivatives by ln r of the face and by ln rho and ln T of the zones inside and outside of it. */
typedef struct flow {
  double value, by_radius, by_density[2], by_temperature[2];
} flow;

/* Between the zones i - 1 and i. */
static flow through(const wd_onion *o, size_t i, const wd_zone *inner, const wd_zone *outer) {
  const wd_zone *zone[] = {inner, outer};
  const double opacity = inner->matter.value[WD_FLUID_OPACITY] * o->width[i - 1] +
                         outer->matter.value[WD_FLUID_OPACITY] * o->width[i];
  const double A = area(inner->radius), unit = A * A * RADIATION / 3 / (0.5 * opacity);
  flow f = {.value = unit * (fourth(inner->temperature) - fourth(outer->temperature))};
  f.by_radius = 4 * f.value;
  for (size_t k = 0; k < 2; k++) {
    const double share = f.value * o->width[i - 1 + k] / opacity;
    f.by_density[k] = -share * zone[k]->matter.by_density[WD_FLUID_OPACITY];
    f.by_temperature[k] = -share * zone[k]->matter.by_temperature[WD_FLUID_OPACITY] +
                          (k ? -4 : 4) * unit * fourth(zone[k]->temperature);
  }
  return f;
}

/* From the surface: T^4 = (3/4) T_eff^4 (tau + 2/3) in the middle of the last zone. */
static flow at_surface(const wd_onion *o, const wd_zone *last) {
  const double above = o->outside[o->zones] + 0.5 * o->width[o->zones - 1], A = area(last->radius);
  const double tau = last->matter.value[WD_FLUID_OPACITY] * above / A, depth = tau + 2.0 / 3;
  flow f = {.value = A * RADIATION * fourth(last->temperature) / (3 * depth)};
  f.by_radius = 2 * f.value * (1 + tau / depth);
  f.by_density[0] = -f.value * last->matter.by_density[WD_FLUID_OPACITY] * above / A / depth;
  f.by_temperature[0] =
      4 * f.value - f.value * last->matter.by_temperature[WD_FLUID_OPACITY] * above / A / depth;
  return f;
}

/* Out of zone i of `zone`. */
static flow out_of(const wd_onion *o, size_t i, const wd_zone *zone) {
  return i + 1 == o->zones ? at_surface(o, &zone[i]) : through(o, i + 1, &zone[i], &zone[i + 1]);
}

double wd_evolution_luminosity(const wd_evolution *e, size_t i) {
  return out_of(e->physics.onion, i, e->zone).value;
}

/* --- The equations of a zone as relative errors, with their derivatives by the logarithms ---
 *
 * Each fills in row number `q` of the blocks and what is to be made zero, with the sign changed. */

/* Volume and mass. */
static void volume_equation(const wd_onion *o, size_t i, const wd_zone *zone, wd_block_row *row, int q) {
  const wd_zone *here = &zone[i];
  const double r = here->radius, r_in = i > 0 ? zone[i - 1].radius : 0;
  const double unit = 4 * WD_PI / 3 * here->density / o->width[i];
  const double share = unit * (r - r_in) * (r * r + r * r_in + r_in * r_in);
  row->right[q] = 1 - share;
  row->here[q][DENSITY] = share;
  row->here[q][RADIUS] = 3 * unit * r * r * r;
  row->below[q][RADIUS] = -3 * unit * r_in * r_in * r_in;
}

/* Mass between the middle of zone i and that of the next one, or the surface [g]. */
static double half_above(const wd_onion *o, size_t i) {
  return i + 1 < o->zones ? wd_onion_between(o, i + 1) : o->outside[o->zones] + 0.5 * o->width[i];
}

static void weight_equation(const wd_onion *o, size_t i, const wd_zone *zone, wd_block_row *row, int q) {
  const wd_fluid_state *here = &zone[i].matter, *above = i + 1 < o->zones ? &zone[i + 1].matter : NULL;
  const double weight = WD_G_CGS * o->inside[i + 1] / (4 * WD_PI * fourth(zone[i].radius)) * half_above(o, i);
  const double pressure = here->value[WD_FLUID_PRESSURE];
  const double share = ((above ? above->value[WD_FLUID_PRESSURE] : 0) + weight) / pressure;
  row->right[q] = share - 1;
  row->here[q][DENSITY] = share * here->by_density[WD_FLUID_PRESSURE] / pressure;
  row->here[q][TEMPERATURE] = share * here->by_temperature[WD_FLUID_PRESSURE] / pressure;
  row->here[q][RADIUS] = 4 * weight / pressure;
  if (!above) return;
  row->above[q][DENSITY] = -above->by_density[WD_FLUID_PRESSURE] / pressure;
  row->above[q][TEMPERATURE] = -above->by_temperature[WD_FLUID_PRESSURE] / pressure;
}

/* Heating and losses of a gram, and their derivatives [erg g^-1 s^-1]. */
typedef struct heat {
  double value, by_density, by_temperature;
} heat;

static heat heat_of(const wd_evolution *e, const derivative *d, size_t i, const wd_zone *here) {
  const wd_zone *old = &e->before[i], *older = &e->before_that[i];
  const double *now = here->matter.value, *rho = here->matter.by_density, *T = here->matter.by_temperature;
  const double f_s = e->physics.plasmon;
  const double work = d->now / here->density + d->before / old->density + d->before_that / older->density;
  return (heat){d->now * now[WD_FLUID_ENERGY] + d->before * old->matter.value[WD_FLUID_ENERGY] +
                    d->before_that * older->matter.value[WD_FLUID_ENERGY] + now[WD_FLUID_PRESSURE] * work +
                    f_s * now[WD_FLUID_PLASMON] + now[WD_FLUID_OTHERS] + here->boson,
                d->now * (rho[WD_FLUID_ENERGY] - now[WD_FLUID_PRESSURE] / here->density) +
                    rho[WD_FLUID_PRESSURE] * work + f_s * rho[WD_FLUID_PLASMON] + rho[WD_FLUID_OTHERS] +
                    here->boson_by_density,
                d->now * T[WD_FLUID_ENERGY] + T[WD_FLUID_PRESSURE] * work + f_s * T[WD_FLUID_PLASMON] +
                    T[WD_FLUID_OTHERS] + here->boson_by_temperature};
}

/* The scale, which makes the error a relative one, is not differentiated: where it counts, the error is zero. */
static void energy_equation(const wd_evolution *e, const derivative *d, size_t i, const flow *in,
                            const flow *out, wd_block_row *row, int q) {
  const wd_onion *o = e->physics.onion;
  const wd_zone *here = &e->newton->zone[i];
  const heat h = heat_of(e, d, i, here);
  const double dm = o->width[i], compression = d->now * here->matter.value[WD_FLUID_PRESSURE] / here->density;
  const double scale = fabs(in->value) + fabs(out->value) + dm * compression;
  row->right[q] = -(dm * h.value - in->value + out->value) / scale;
  row->below[q][DENSITY] = -in->by_density[0] / scale;
  row->below[q][TEMPERATURE] = -in->by_temperature[0] / scale;
  row->below[q][RADIUS] = -in->by_radius / scale;
  row->here[q][DENSITY] = (dm * h.by_density - in->by_density[1] + out->by_density[0]) / scale;
  row->here[q][TEMPERATURE] =
      (dm * h.by_temperature - in->by_temperature[1] + out->by_temperature[0]) / scale;
  row->here[q][RADIUS] = out->by_radius / scale;
  row->above[q][DENSITY] = out->by_density[1] / scale;
  row->above[q][TEMPERATURE] = out->by_temperature[1] / scale;
}

/* T ~ P^(1/4) from the centre. */
static void start_equation(double central, size_t i, const wd_zone *zone, wd_block_row *row, int q) {
  row->here[q][TEMPERATURE] = 1;
  row->right[q] = -log(zone[i].temperature / (i > 0 ? zone[i - 1].temperature : central));
  if (i == 0) return;
  const wd_fluid_state *here = &zone[i].matter, *below = &zone[i - 1].matter;
  const double P = here->value[WD_FLUID_PRESSURE], P_below = below->value[WD_FLUID_PRESSURE];
  row->right[q] += 0.25 * log(P / P_below);
  row->here[q][DENSITY] -= 0.25 * here->by_density[WD_FLUID_PRESSURE] / P;
  row->here[q][TEMPERATURE] -= 0.25 * here->by_temperature[WD_FLUID_PRESSURE] / P;
  row->below[q][DENSITY] = 0.25 * below->by_density[WD_FLUID_PRESSURE] / P_below;
  row->below[q][TEMPERATURE] = 0.25 * below->by_temperature[WD_FLUID_PRESSURE] / P_below - 1;
}

/* --- Newton's method --- */

/* The equations of all zones. */
static void linearise(const wd_evolution *e, const derivative *d) {
  const wd_onion *o = e->physics.onion;
  const wd_newton *n = e->newton;
  flow in = {0};
  for (size_t i = 0; i < o->zones; i++) {
    wd_block_row *row = &n->row[i];
    *row = (wd_block_row){0};
    volume_equation(o, i, n->zone, row, 0);
    weight_equation(o, i, n->zone, row, 1);
    if (n->central > 0) {
      start_equation(n->central, i, n->zone, row, 2);
      continue;
    }
    const flow out = out_of(o, i, n->zone);
    energy_equation(e, d, i, &in, &out, row, 2);
    in = out;
  }
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
    linearise(e, d);
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
  for (int k = 0; k < 3 && enough; k++) enough = (*arrays[k] = calloc(zones, sizeof(wd_zone)));
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
