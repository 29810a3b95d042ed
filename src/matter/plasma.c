/* The electron plasma at one temperature and density; see matter/plasma.h.
 *
 * The Fermi-Dirac integrals are done in the rapidity, p = m_e sinh t, by composite Gauss-Legendre quadrature
 * with panels that follow the Fermi edge (width about T), where the integrand is analytic far beyond the
 * panel for non-relativistic and relativistic electrons; 24 points a panel give full double precision. mu
 * follows from the density by Newton's method in a bracket.
 */
#include "matter/plasma.h"

#include "base/constants.h"
#include "base/gauss.h"
#include "base/vector_math.h"
#include <math.h>
#include <stdbool.h>

#define M WD_M_ELECTRON
#define COLD 1e-9 /* T over the Fermi energy below which the limit of T = 0 is exact to rounding, (T/E_F)^2 */
#define PAIRS 40.0 /* mu/T above which there are fewer positrons than exp(-80) of the electrons */
enum { NODES = 24, EDGES_MAX = 16 };

static double rapidity(double kinetic) {
  return asinh(sqrt(kinetic * (kinetic + 2 * M)) / M);
}

/* Adds sign * (integrals of one species with Fermi function 1/(exp((E - mu)/T) + 1)) over a panel [t0, t1]. */
WD_VERSIONS static void add_panel(double t0, double t1, double mu, double T, int sign,
                                  wd_fermi_moments *sum) {
  const wd_gauss *r = wd_gauss_rule(NODES);
  double density[NODES], slope[NODES], frequency2[NODES], first2[NODES], axial[NODES];
  for (int i = 0; i < NODES; i++) {
    const double u = wd_expm1(t0 + (t1 - t0) * r->at[i]), inverse = 1 / (1 + u); /* exp(t) - 1, exp(-t) */
    const double p = 0.5 * M * u * (1 + inverse), E = M * (1 + 0.5 * u * u * inverse), v = p / E, v2 = v * v;
    const double f = 1 / (2 + wd_expm1((E - mu) / T));
    const double p2 = (t1 - t0) * r->weight[i] * E * p * p; /* dp = E dt */
    density[i] = sign * p2 * f;
    slope[i] = p2 * f * (1 - f) / T; /* df/dmu */
    frequency2[i] = p2 / E * (1 - v2 / 3) * f;
    first2[i] = p2 / E * v2 * (5.0 / 3 - v2) * f;
    axial[i] = sign * p2 / (E * E) * (1 - 2 * v2 / 3) * f;
  }
  for (int i = 0; i < NODES; i++) {
    sum->density += density[i];
    sum->density_slope += slope[i];
    sum->frequency2 += frequency2[i];
    sum->first2 += first2[i];
    sum->axial += axial[i];
  }
}

static void add_species(double mu, double T, int sign, wd_fermi_moments *sum) {
  static const double around[] = {-38, -28, -20, -13, -7, -2, 2, 7, 13, 20, 28, 38, 50};
  static const double beyond[] = {0.3, 1.5, 4, 8, 13, 20, 28, 38, 50};
  double edge = mu - M, kinetic[EDGES_MAX];
  int n = 0;
  kinetic[n++] = 0;
  if (edge > 0)
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
      double k = edge + around[i] * T;
      if (k > 1e-3 * T) kinetic[n++] = k;
    }
  else
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) kinetic[n++] = beyond[i] * T;
  double low = 0;
  for (int i = 1; i < n; i++) {
    double high = rapidity(kinetic[i]);
    add_panel(low, high, mu, T, sign, sum);
    low = high;
  }
}

wd_fermi_moments wd_fermi_integrate(double chemical_potential, double temperature) {
  wd_fermi_moments sum = {0};
  add_species(chemical_potential, temperature, 1, &sum);
  if (chemical_potential < PAIRS * temperature) add_species(-chemical_potential, temperature, -1, &sum);
  sum.density /= WD_PI * WD_PI;
  sum.density_slope /= WD_PI * WD_PI;
  sum.frequency2 *= 4 * WD_ALPHA / WD_PI;
  sum.first2 *= 4 * WD_ALPHA / WD_PI;
  sum.axial *= 2 * WD_ALPHA / WD_PI;
  return sum;
}

static double fermi_energy_kinetic(double n) {
  double p = cbrt(3 * WD_PI * WD_PI * n);
  return p * p / (sqrt(p * p + M * M) + M);
}

/* mu of a non-degenerate, non-relativistic gas. */
static double classical_potential(double n, double T) {
  return M + T * log(0.5 * n * pow(2 * WD_PI / (M * T), 1.5));
}

/* mu of a degenerate gas with Sommerfeld's first correction, of which at most T is taken. */
static double degenerate_potential(double n, double T) {
  double p = cbrt(3 * WD_PI * WD_PI * n), E = sqrt(p * p + M * M);
  return M + fermi_energy_kinetic(n) - fmin(WD_PI * WD_PI / 6 * T * T * (E * E + p * p) / (p * p * E), T);
}

/* At fixed n_e, mu falls from the Fermi energy as T rises. */
static int exact(double n, double T, wd_plasma *out, wd_error *err) {
  double high = M + fermi_energy_kinetic(n) + T, low = fmin(classical_potential(n, T), high) - 60 * T;
  low = fmax(low, 0); /* n_e vanishes at mu = 0 */
  double mu = fmin(fmax(classical_potential(n, T), degenerate_potential(n, T)), high - 0.01 * T);
  if (mu <= low) mu = 0.5 * (low + high);
  for (int i = 0; i < 100; i++) {
    wd_fermi_moments f = wd_fermi_integrate(mu, T);
    if (f.density > n)
      high = mu;
    else
      low = mu;
    /* Newton in ln n, which is nearly linear in mu where the gas is thin */
    double step = f.density > 0 ? log(n / f.density) * f.density / f.density_slope : INFINITY;
    if (fabs(step) < 1e-13 * T + 4e-16 * mu || high - low < 1e-15 * high) {
      *out = (wd_plasma){mu, sqrt(f.frequency2), sqrt(f.first2 / f.frequency2), f.axial};
      return WD_OK;
    }
    mu += step;
    if (!(mu > low && mu < high)) mu = 0.5 * (low + high);
  }
  return wd_fail(err, WD_ERR_NUMERIC, "no chemical potential found for n_e = %.9g eV^3 at T = %.9g eV", n, T);
}

static wd_plasma degenerate(double n) {
  double p = cbrt(3 * WD_PI * WD_PI * n), E = sqrt(p * p + M * M);
  return (wd_plasma){E, sqrt(4 * WD_ALPHA * p * p * p / (3 * WD_PI * E)), p / E,
                     2 * WD_ALPHA * p * p * p / (3 * WD_PI * E * E)};
}

static wd_plasma classical(double n, double T) {
  return (wd_plasma){classical_potential(n, T), sqrt(4 * WD_PI * WD_ALPHA * n / M * (1 - 2.5 * T / M)),
                     sqrt(5 * T / M), 2 * WD_PI * WD_ALPHA * n / (M * M) * (1 - 5 * T / M)};
}

int wd_plasma_compute(double electron_density, double temperature, int model, double piecewise_switch,
                      wd_plasma *out, wd_error *err) {
  double n = electron_density, T = temperature;
  if (model == WD_PLASMA_EXACT && T > COLD * fermi_energy_kinetic(n)) return exact(n, T, out, err);
  if (model == WD_PLASMA_EXACT) model = WD_PLASMA_DEGENERATE;
  if (model == WD_PLASMA_PIECEWISE)
    model = fermi_energy_kinetic(n) > piecewise_switch * T ? WD_PLASMA_DEGENERATE : WD_PLASMA_CLASSICAL;
  if (model == WD_PLASMA_CLASSICAL && 5 * T >= M)
    return wd_fail(err, WD_ERR_NUMERIC, "the classical plasma needs T far below m_e/5; T is %.6g eV", T);
  *out = model == WD_PLASMA_DEGENERATE ? degenerate(n) : classical(n, T);
  return WD_OK;
}
