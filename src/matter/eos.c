/* Equation of state of cold degenerate matter; see matter/eos.h.
 *
 * With n_e ~ x^3 a term E/N = eps(x) contributes P = n_e (x/3) deps/dx; a term given as an energy per volume
 * e(x) contributes P = (x/3) de/dx - e.
 */
#include "matter/eos.h"

#include "base/constants.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>

#define M WD_M_ELECTRON

/* Coefficients of E/N in units of m_e: Coulomb lattice x, Thomas-Fermi sqrt(1 + x^2), correlation ln r_s. */
static double coulomb(const wd_eos_matter *matter) {
  return 0.9 * cbrt(4 / (9 * WD_PI)) * WD_ALPHA * matter->mixture.lattice;
}

static double thomas_fermi(const wd_eos_matter *matter) {
  return 162.0 / 175 * pow(4 / (9 * WD_PI), 2.0 / 3) * WD_ALPHA * WD_ALPHA * matter->mixture.gradient;
}

#define CORRELATION_LOG (0.0311 * WD_ALPHA * WD_ALPHA)
#define CORRELATION_CONSTANT (0.048 * WD_ALPHA * WD_ALPHA)
#define EXCHANGE (WD_ALPHA * M * M * M * M / (8 * WD_PI * WD_PI * WD_PI)) /* [eV^4] */

double wd_eos_electron_density(double x) {
  return M * M * M * x * x * x / (3 * WD_PI * WD_PI);
}

double wd_eos_relativity(double electron_density) {
  return cbrt(3 * WD_PI * WD_PI * electron_density) / M;
}

/* Integral of t^4/sqrt(1+t^2) from 0 to x: the ideal pressure in units of m_e^4/3 pi^2. */
static double ideal_pressure_integral(double x) {
  if (x > 0.3) return (x * sqrt(1 + x * x) * (2 * x * x - 3) + 3 * asinh(x)) / 8;
  double sum = 0, binomial = 1, power = pow(x, 5);
  for (int k = 0; k < 16; k++) {
    sum += binomial * power / (5 + 2 * k);
    binomial *= -(0.5 + k) / (k + 1);
    power *= x * x;
  }
  return sum;
}

/* x sqrt(1+x^2) - asinh x = integral of 2 t^2/sqrt(1+t^2). */
static double exchange_integral(double x) {
  if (x > 0.3) return x * sqrt(1 + x * x) - asinh(x);
  double sum = 0, binomial = 1, power = 2 * x * x * x;
  for (int k = 0; k < 16; k++) {
    sum += binomial * power / (3 + 2 * k);
    binomial *= -(0.5 + k) / (k + 1);
    power *= x * x;
  }
  return sum;
}

double wd_eos_pressure(const wd_eos_matter *matter, double x) {
  double ideal = M * M * M * M / (3 * WD_PI * WD_PI) * ideal_pressure_integral(x);
  if (!matter->salpeter) return ideal;
  double n = wd_eos_electron_density(x), s = sqrt(1 + x * x), b = exchange_integral(x);
  double exchange = EXCHANGE * (3 * b * b - 2 * pow(x, 4));
  double exchange_slope = EXCHANGE * (12 * b * x * x / s - 8 * x * x * x);
  double per_electron = -coulomb(matter) * x - thomas_fermi(matter) * x * x / s - CORRELATION_LOG;
  return ideal + n * M / 3 * per_electron + x / 3 * exchange_slope - exchange;
}

double wd_eos_pressure_slope(const wd_eos_matter *matter, double x) {
  double s = sqrt(1 + x * x);
  double ideal = M * M * M * M / (3 * WD_PI * WD_PI) * pow(x, 4) / s;
  if (!matter->salpeter) return ideal;
  double n = wd_eos_electron_density(x), b = exchange_integral(x);
  double first = EXCHANGE * (12 * b * x * x / s - 8 * x * x * x);
  double second =
      EXCHANGE * (24 * pow(x, 4) / (s * s) + 12 * b * (2 * x / s - x * x * x / (s * s * s)) - 24 * x * x);
  double per_electron = -4 * coulomb(matter) - thomas_fermi(matter) * (5 * x / s - x * x * x / (s * s * s)) -
                        3 * CORRELATION_LOG / x;
  return ideal + n * M / 3 * per_electron + (x * second - 2 * first) / 3;
}

double wd_eos_energy(const wd_eos_matter *matter, double x) {
  double s = sqrt(1 + x * x), n = wd_eos_electron_density(x);
  /* E/N = E_F - P/n for the ideal gas */
  double pressure = M * M * M * M / (3 * WD_PI * WD_PI) * ideal_pressure_integral(x);
  double ideal = M * x * x / (1 + s) - pressure / n;
  if (!matter->salpeter) return ideal;
  double b = exchange_integral(x), r_s = cbrt(9 * WD_PI / 4) * WD_ALPHA / x;
  return ideal - M * (coulomb(matter) * x + thomas_fermi(matter) * s) +
         EXCHANGE * (3 * b * b - 2 * pow(x, 4)) / n + M * (CORRELATION_LOG * log(r_s) - CORRELATION_CONSTANT);
}

double wd_eos_rest_density(const wd_eos_matter *matter, double x) {
  return wd_eos_electron_density(x) / pow(WD_HBARC_CM, 3) / matter->mixture.electrons * WD_AMU_CGS;
}

double wd_eos_energy_density(const wd_eos_matter *matter, double x) {
  return wd_eos_rest_density(matter, x) *
         (1 + wd_eos_energy(matter, x) * matter->mixture.electrons / WD_M_AMU);
}

double wd_eos_pressure_cgs(double pressure) {
  return pressure / pow(WD_HBARC_CM, 3) * WD_EV_ERG;
}

static double pressure_at_log(double log_x, void *matter) {
  return wd_eos_pressure(matter, exp(log_x));
}

double wd_eos_surface(const wd_eos_matter *matter) {
  if (!matter->salpeter) return WD_EOS_IDEAL_SURFACE;
  wd_eos_matter copy = *matter;
  double low = log(1e-5), high = log(1e-5);
  while (pressure_at_log(high, &copy) < 0) high += 0.1;
  gsl_function f = {pressure_at_log, &copy};
  gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
  if (!solver) return NAN;
  gsl_root_fsolver_set(solver, &f, low, high);
  int status = GSL_CONTINUE;
  for (int i = 0; i < 200 && status == GSL_CONTINUE; i++) {
    gsl_root_fsolver_iterate(solver);
    low = gsl_root_fsolver_x_lower(solver), high = gsl_root_fsolver_x_upper(solver);
    status = gsl_root_test_interval(low, high, 1e-14, 1e-14);
  }
  double log_x = gsl_root_fsolver_root(solver);
  gsl_root_fsolver_free(solver);
  /* the first x at or above the root whose pressure is not negative */
  return exp(log_x) * (1 + 1e-13);
}
