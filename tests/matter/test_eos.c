/* Equation of state: thermodynamic consistency of every term, limits, and the surface. */
#include "testing.h"

#include "base/constants.h"
#include "matter/eos.h"

/* Of one kind of nucleus: sums over its only member. (main sets the three: in C, a power is no constant.) */
static wd_eos_matter of(double Z, double A, int salpeter) {
  return (wd_eos_matter){{Z / A, Z, 1 / Z, pow(Z, 2.0 / 3), pow(Z, 4.0 / 3)}, salpeter};
}
static wd_eos_matter carbon, magnesium, ideal;

/* P = n^2 d(E/N)/dn = n (x/3) d(E/N)/dx, by central differences. */
static void pressure_is_derivative_of_energy(void **state) {
  (void)state;
  const wd_eos_matter *kinds[] = {&carbon, &magnesium, &ideal};
  for (int i = 0; i < 3; i++)
    for (double x = 0.03; x < 30; x *= 1.7) {
      double h = 1e-4 * x,
             slope = (wd_eos_energy(kinds[i], x + h) - wd_eos_energy(kinds[i], x - h)) / (2 * h);
      assert_close(wd_eos_pressure(kinds[i], x), wd_eos_electron_density(x) * x / 3 * slope, 1e-6);
    }
}

static void slope_is_derivative_of_pressure(void **state) {
  (void)state;
  const wd_eos_matter *kinds[] = {&carbon, &magnesium, &ideal};
  for (int i = 0; i < 3; i++)
    for (double x = 0.025; x < 30; x *= 1.7) {
      double h = 1e-4 * x,
             slope = (wd_eos_pressure(kinds[i], x + h) - wd_eos_pressure(kinds[i], x - h)) / (2 * h);
      assert_close(wd_eos_pressure_slope(kinds[i], x), slope, 1e-6);
    }
}

/* P -> n p_F^2/5m for x -> 0, n p_F/4 for x -> infinity; E/N the same with 3/10 and 3/4. */
static void ideal_limits(void **state) {
  (void)state;
  double m = WD_M_ELECTRON, x = 1e-3, n = wd_eos_electron_density(x);
  assert_close(wd_eos_pressure(&ideal, x), n * m * x * x / 5, 1e-6);
  assert_close(wd_eos_energy(&ideal, x), 0.3 * m * x * x, 1e-6);
  x = 1e4, n = wd_eos_electron_density(x);
  assert_close(wd_eos_pressure(&ideal, x), n * m * x / 4, 1e-7);
  assert_close(wd_eos_energy(&ideal, x) + m, 0.75 * m * x, 1e-7);
}

/* Non-relativistic exchange energy -alpha p_F^4/4 pi^3 per volume, with all that is first order in alpha: for
 * Z -> 0 only exchange is left at order alpha. Correlation is of order alpha^2. */
static void exchange_limit(void **state) {
  (void)state;
  wd_eos_matter bare = of(1e-12, 2e-12, 1);
  double m = WD_M_ELECTRON, x = 0.02, n = wd_eos_electron_density(x),
         r_s = cbrt(9 * WD_PI / 4) * WD_ALPHA / x;
  double correlation = WD_ALPHA * WD_ALPHA * m * (0.0311 * log(r_s) - 0.048);
  double exchange = wd_eos_energy(&bare, x) - wd_eos_energy(&ideal, x) - correlation;
  assert_close(n * exchange, -WD_ALPHA * pow(m * x, 4) / (4 * pow(WD_PI, 3)), 1e-3);
}

static void surface_of_carbon(void **state) {
  (void)state;
  double x = wd_eos_surface(&carbon);
  assert_close(x, 0.0219, 2e-3);
  assert_close(wd_eos_rest_density(&carbon, x), 20.4, 0.01);
  assert_true(wd_eos_pressure(&carbon, x) >= 0);
  assert_true(wd_eos_pressure(&carbon, x * (1 - 1e-6)) < 0);
}

static void density_and_relativity_are_inverse(void **state) {
  (void)state;
  for (double x = 1e-3; x < 1e3; x *= 10)
    assert_close(wd_eos_relativity(wd_eos_electron_density(x)), x, 1e-14);
  assert_close(wd_eos_rest_density(&carbon, 1), 1.9479e6, 1e-3); /* 9.739e5 mu_e g/cm^3 */
}

int main(void) {
  carbon = of(6, 12, 1), magnesium = of(12, 24, 1), ideal = of(6, 12, 0);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pressure_is_derivative_of_energy),
      cmocka_unit_test(slope_is_derivative_of_pressure),
      cmocka_unit_test(ideal_limits),
      cmocka_unit_test(exchange_limit),
      cmocka_unit_test(surface_of_carbon),
      cmocka_unit_test(density_and_relativity_are_inverse),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
