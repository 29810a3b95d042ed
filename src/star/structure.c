/* Structure of a cold white dwarf; see wdscan/star.h.
 *
 * integrate() solves the structure equations for a given central x (GSL, Runge-Kutta 8(9), 1e-11);
 * find_centre() finds the central x of the target mass on the rising branch of M(x_c).
 */
#include "star/sources.h"

#include "base/constants.h"
#include "matter/eos.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>
#include <math.h>

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
int wd_star_solve(const wd_config *config, wd_star **out, wd_error *err) {
  structure s;
  wd_star *star = NULL;
  int status =
      prepare(config->star.mass, &config->star.composition, config->star.eos, config->star.gravity, &s, err);
  double node[STAR_NODES + 2], surface = 0;
  size_t nodes = status ? 0 : place_nodes(config, &s, node);
  if (!status) status = wd_star_allocate(nodes, &star, err);
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
