/* Structure of a white dwarf; see wdscan/star.h.
 *
 * integrate() solves the structure equations for a given central x (GSL, Runge-Kutta 8(9), 1e-11);
 * find_centre() finds the central x of the target mass on the rising branch of M(x_c). wd_star_create() takes
 * the structure from there or from a file, computes the plasma at every node and makes the profile.
 */
#include "star/profile.h"
#include "star/thermal.h"
#include "wdscan/star.h"

#include "base/constants.h"
#include "base/log.h"
#include "matter/absorption.h"
#include "matter/eos.h"
#include "matter/plasma.h"
#include "star/file.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>
#include <stdlib.h>

enum { STAR_NODES = 769 };
#define X_CENTRE_MAX 1e4
#define JUMP_WIDTH 1e-12 /* relative, in sigma: within it rounding decides on which side a density is */

typedef struct structure {
  wd_eos_matter matter;
  int gravity;
  double surface; /* x where the star ends */
  double centre;  /* x_c */
} structure;

/* -dP/dr [erg cm^-4] and dm/dr [g/cm]. */
static double pull(const structure *s, double x, double r, double m, double *dm_dr) {
  if (s->gravity == WD_GRAVITY_NEWTONIAN) {
    double rho = wd_eos_rest_density(&s->matter, x);
    *dm_dr = 4 * WD_PI * r * r * rho;
    return WD_G_CGS * m * rho / (r * r);
  }
  double c2 = WD_C_CGS * WD_C_CGS, rho = wd_eos_energy_density(&s->matter, x);
  double P = wd_eos_pressure_cgs(wd_eos_pressure(&s->matter, x));
  *dm_dr = 4 * WD_PI * r * r * rho;
  return WD_G_CGS * (rho + P / c2) * (m + 4 * WD_PI * r * r * r * P / c2) /
         (r * r * (1 - 2 * WD_G_CGS * m / (r * c2)));
}

/* d(r, m)/dsigma in cm, g. */
static int derivatives(double sigma, const double y[], double dydsigma[], void *params) {
  const structure *s = params;
  double x = s->centre * exp(-sigma * sigma), dm_dr, force = pull(s, x, y[0], y[1], &dm_dr);
  if (!(y[0] > 0 && y[1] > 0)) return GSL_EDOM; /* a trial step too long: GSL halves it */
  double dr = 2 * sigma * x * wd_eos_pressure_cgs(wd_eos_pressure_slope(&s->matter, x)) / force;
  dydsigma[0] = dr;
  dydsigma[1] = dm_dr * dr;
  return GSL_SUCCESS;
}

/* Start on the regular solution near the centre, where x = x_c (1 - sigma^2). */
static void start_at_centre(const structure *s, double sigma, double y[2]) {
  double x = s->centre, r = 1,
         rho = s->gravity == WD_GRAVITY_NEWTONIAN ? wd_eos_rest_density(&s->matter, x)
                                                  : wd_eos_energy_density(&s->matter, x);
  double dm_dr, force = pull(s, x, r, 4 * WD_PI / 3 * rho * r * r * r, &dm_dr) / r; /* -dP/dr = force * r */
  y[0] = sigma * sqrt(2 * x * wd_eos_pressure_cgs(wd_eos_pressure_slope(&s->matter, x)) / force);
  y[1] = 4 * WD_PI / 3 * rho * y[0] * y[0] * y[0];
}

static double end_of(const structure *s) {
  return sqrt(log(s->centre / s->surface));
}

/* Solves the star with central s->centre, from node[0] = 0 to the last one, end_of(s), in sigma; radius[i] [cm] there, if not
 * NULL. Returns the mass [g], or NaN. */
static double integrate(structure *s, size_t nodes, const double *node, double *radius,
                        double *surface_radius) {
  gsl_odeiv2_system system = {derivatives, NULL, 2, s};
  double end = end_of(s), start = 1e-4 * end, y[2];
  gsl_odeiv2_driver *driver =
      gsl_odeiv2_driver_alloc_y_new(&system, gsl_odeiv2_step_rk8pd, 1e-4 * end, 0, 1e-11);
  if (!driver) return NAN;
  start_at_centre(s, start, y);
  double sigma = start;
  int status = GSL_SUCCESS;
  if (radius) radius[0] = 0;
  for (size_t i = 1; i < nodes && status == GSL_SUCCESS; i++) {
    if (node[i] > sigma) status = gsl_odeiv2_driver_apply(driver, &sigma, node[i], y);
    if (radius) radius[i] = y[0];
  }
  gsl_odeiv2_driver_free(driver);
  *surface_radius = y[0];
  return status == GSL_SUCCESS ? y[1] : NAN;
}

static double mass_of(structure *s, double centre) {
  double radius;
  s->centre = centre;
  const double node[] = {0, end_of(s)};
  return integrate(s, 2, node, NULL, &radius) / WD_M_SUN_CGS;
}

/* Largest mass between central x `a` and `c` (golden section); *at its x. */
static double largest_mass(structure *s, double a, double c, double *at) {
  const double golden = 0.6180339887498949;
  double u = log(a), v = log(c);
  for (int i = 0; i < 40; i++) {
    double p = v - golden * (v - u), q = u + golden * (v - u);
    if (mass_of(s, exp(p)) > mass_of(s, exp(q)))
      v = q;
    else
      u = p;
  }
  *at = exp(0.5 * (u + v));
  return mass_of(s, *at);
}

/* Sets s->centre for the star of `mass` [M_sun]: bracket on the rising branch of M(x_c), then bisection. */
static int find_centre(structure *s, double mass, wd_error *err) {
  double low = s->surface * 1.01, high = low, m = 0;
  if (mass < mass_of(s, low))
    return wd_fail(err, WD_ERR_CONFIG,
                   "star.mass: %g M_sun is below the smallest star of this equation of state", mass);
  while (m < mass && high < X_CENTRE_MAX) {
    double next = fmin(high * 1.3, X_CENTRE_MAX), heavier = mass_of(s, next);
    if (isnan(heavier))
      return wd_fail(err, WD_ERR_NUMERIC, "the structure equations failed at x_c = %g", next);
    if (heavier < m) { /* past the maximum (TOV) */
      double at, most = largest_mass(s, low, next, &at);
      high = at;
      m = most;
      break;
    }
    low = high, high = next, m = heavier;
  }
  if (m < mass)
    return wd_fail(err, WD_ERR_CONFIG,
                   "star.mass: %g M_sun is above the limiting mass of this equation of state, %.4f M_sun; "
                   "choose a smaller mass",
                   mass, m);
  for (int i = 0; i < 200 && high - low > 1e-14 * high; i++) {
    double middle = 0.5 * (low + high);
    if (mass_of(s, middle) < mass)
      low = middle;
    else
      high = middle;
  }
  s->centre = 0.5 * (low + high);
  return WD_OK;
}

static int prepare(double mass, const wd_composition *composition, int eos, int gravity, structure *s,
                   wd_error *err) {
  *s = (structure){.matter = {wd_mixture_of(composition), eos == WD_EOS_SALPETER}, .gravity = gravity};
  s->surface = wd_eos_surface(&s->matter);
  if (isnan(s->surface)) return wd_fail(err, WD_ERR_NUMERIC, "the equation of state has no surface density");
  return find_centre(s, mass, err);
}

int wd_star_structure(double mass, const wd_composition *composition, int eos, int gravity, double *radius,
                      double *central_density, wd_error *err) {
  structure s;
  int status = prepare(mass, composition, eos, gravity, &s, err);
  if (status) return status;
  const double node[] = {0, end_of(&s)};
  integrate(&s, 2, node, NULL, radius);
  *radius /= WD_KM_CM;
  *central_density = wd_eos_rest_density(&s.matter, s.centre);
  return WD_OK;
}

static int allocate(size_t nodes, wd_star **out, wd_error *err) {
  wd_star *star = calloc(1, sizeof *star);
  if (star) {
    star->nodes = nodes;
    double **arrays[] = {&star->node_radius,        &star->electron_density, &star->plasma_frequency,
                         &star->chemical_potential, &star->v_star,           &star->omega_axial,
                         &star->temperature,        &star->charge2,          &star->ions};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
      if (!(*arrays[i] = malloc(nodes * sizeof **arrays[i]))) {
        wd_star_free(star);
        star = NULL;
        break;
      }
  }
  if (!star) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a star of %zu nodes", nodes);
  *out = star;
  return WD_OK;
}

/* Plasma quantities at every node from electron density and temperature. */
static int fill_plasma(const wd_config *config, wd_star *star, wd_error *err) {
  for (size_t i = 0; i < star->nodes; i++) {
    wd_plasma plasma;
    double n = star->electron_density[i] * pow(WD_HBARC_CM, 3);
    int status = wd_plasma_compute(n, star->temperature[i], config->plasma.model,
                                   config->plasma.piecewise_switch, &plasma, err);
    if (status) return wd_fail_context(err, status, "plasma at r = %.6g km", star->node_radius[i]);
    star->plasma_frequency[i] = plasma.frequency;
    star->chemical_potential[i] = plasma.chemical_potential;
    star->v_star[i] = plasma.v_star;
    star->omega_axial[i] = plasma.omega_axial;
  }
  return WD_OK;
}

static int make_profile(wd_star *star, wd_error *err) {
  double *radius = malloc(2 * star->nodes * sizeof *radius);
  if (!radius) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a profile");
  double *frequency2 = radius + star->nodes;
  for (size_t i = 0; i < star->nodes; i++) {
    radius[i] = star->node_radius[i] * WD_KM_CM;
    frequency2[i] = star->plasma_frequency[i] * star->plasma_frequency[i];
  }
  const double *values[WD_PROFILE_QUANTITIES] = {radius, frequency2, star->v_star, star->omega_axial,
                                                 star->temperature};
  int status = wd_profile_create(values, star->nodes, &star->profile, err);
  free(radius);
  return status;
}

/* Where the kinetic Fermi energy is plasma.piecewise_switch temperatures, and the plasma jumps; 0: nowhere. */
static double jump_at(const wd_config *config, const structure *s) {
  double energy = config->plasma.piecewise_switch * config->star.temperature * WD_KELVIN / WD_M_ELECTRON;
  double x = sqrt(energy * (2 + energy));
  return x > s->surface && x < s->centre ? sqrt(log(s->centre / x)) : 0;
}

/* Nodes equidistant in sigma; where the plasma jumps two more, on both sides of it at one radius, as GYRE writes a
 * discontinuity, so that the jump has no volume. Returns how many there are. */
static size_t place_nodes(const wd_config *config, const structure *s, double node[STAR_NODES + 2]) {
  const double end = end_of(s), jump = config->plasma.model == WD_PLASMA_PIECEWISE ? jump_at(config, s) : 0;
  size_t n = 0;
  for (size_t i = 0; i < STAR_NODES; i++) {
    double sigma = i + 1 == STAR_NODES ? end : end * (double)i / (STAR_NODES - 1);
    if (jump > 0 && sigma > jump * (1 + JUMP_WIDTH) && n == i) {
      node[n++] = jump * (1 - JUMP_WIDTH);
      node[n++] = jump * (1 + JUMP_WIDTH);
    }
    node[n++] = sigma;
  }
  return n;
}

/* Radii, densities and temperatures at the nodes of the solved structure. */
static int solve(const wd_config *config, wd_star **out, wd_error *err) {
  structure s;
  wd_star *star = NULL;
  int status =
      prepare(config->star.mass, &config->star.composition, config->star.eos, config->star.gravity, &s, err);
  double node[STAR_NODES + 2], surface = 0;
  size_t nodes = status ? 0 : place_nodes(config, &s, node);
  if (!status) status = allocate(nodes, &star, err);
  if (status) return status;
  star->mass = integrate(&s, nodes, node, star->node_radius, &surface) / WD_M_SUN_CGS;
  star->radius = surface / WD_KM_CM;
  star->central_density = wd_eos_rest_density(&s.matter, s.centre);
  for (size_t i = 0; i < star->nodes; i++) {
    star->node_radius[i] /= WD_KM_CM;
    star->electron_density[i] =
        wd_eos_electron_density(s.centre * exp(-node[i] * node[i])) / pow(WD_HBARC_CM, 3);
    star->temperature[i] = config->star.temperature * WD_KELVIN;
    star->charge2[i] = s.matter.mixture.charge2;
    star->ions[i] = s.matter.mixture.ions;
  }
  *out = star;
  return WD_OK;
}

/* The same from the file star.profile: its rows are the nodes. */
static int take_from_file(const wd_config *config, wd_star **out, wd_error *err) {
  wd_profile_row *rows;
  size_t count;
  wd_star *star = NULL;
  int status = wd_profile_file_read(config, &rows, &count, err);
  if (status) return status;
  status = allocate(count, &star, err);
  for (size_t i = 0; i < count && !status; i++) {
    star->node_radius[i] = rows[i].radius / WD_KM_CM;
    star->electron_density[i] = rows[i].electron_density;
    star->temperature[i] = rows[i].temperature * WD_KELVIN;
    star->charge2[i] = rows[i].charge2;
    star->ions[i] = rows[i].ions;
  }
  if (!status) {
    double face = rows[count - 1].face / WD_KM_CM;
    star->mass = wd_profile_rows_mass(rows, count) / WD_M_SUN_CGS;
    star->radius = face > 0 ? face : star->node_radius[count - 1];
    star->central_density = rows[0].density;
  }
  free(rows);
  *out = star;
  return status;
}

double wd_star_hottest(const wd_star *star) {
  double most = 0;
  for (size_t i = 0; i < star->nodes; i++) most = fmax(most, star->temperature[i]);
  return most;
}

/* How the plasma absorbs; below a kelvin the star emits nothing at all. */
static int fill_absorption(const wd_config *config, wd_star *star, wd_error *err) {
  if (!wd_config_has_continuum(config) || wd_star_hottest(star) < WD_KELVIN) return WD_OK;
  wd_gas *gas = malloc(star->nodes * sizeof *gas);
  if (!gas) return wd_fail(err, WD_ERR_MEMORY, "out of memory for the absorption in a star");
  for (size_t i = 0; i < star->nodes; i++)
    gas[i] = (wd_gas){star->electron_density[i] * pow(WD_HBARC_CM, 3), star->temperature[i], star->charge2[i],
                      star->ions[i]};
  int status = wd_absorption_create(gas, star->nodes - 1, &star->absorption, err);
  free(gas);
  return status;
}

/* Takes the star over and adds what follows from densities and temperatures. */
static int finish(const wd_config *config, wd_star *star, wd_star **out, wd_error *err) {
  int status = fill_plasma(config, star, err);
  if (!status) status = make_profile(star, err);
  if (!status) status = fill_absorption(config, star, err);
  if (status)
    wd_star_free(star);
  else
    *out = star;
  return status;
}

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
  int status = allocate(snapshot->zones + 1, &star, err);
  if (status) return status;
  take_snapshot(snapshot, star);
  for (size_t i = 0; i < star->nodes; i++) star->temperature[i] *= factor;
  return finish(config, star, out, err);
}

/* A star that cools, when its centre has star.temperature. */
static int let_cool(const wd_config *config, wd_star **out, wd_error *err) {
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

int wd_star_create(const wd_config *config, wd_star **out, wd_error *err) {
  gsl_set_error_handler_off(); /* every status is tested */
  if (!config->star.profile[0] && config->star.structure == WD_STRUCTURE_THERMAL)
    return let_cool(config, out, err);
  wd_star *star;
  int status = config->star.profile[0] ? take_from_file(config, &star, err) : solve(config, &star, err);
  return status ? status : finish(config, star, out, err);
}

void wd_star_free(wd_star *star) {
  if (!star) return;
  free(star->node_radius);
  free(star->electron_density);
  free(star->plasma_frequency);
  free(star->chemical_potential);
  free(star->v_star);
  free(star->omega_axial);
  free(star->temperature);
  free(star->charge2);
  free(star->ions);
  wd_profile_free(star->profile);
  wd_absorption_free(star->absorption);
  free(star);
}
