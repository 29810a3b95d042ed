/* The Sun's luminosity in dark photons against a published table (solar-basin-dynamics, with arXiv:2408.16041): wants a
 * standard solar model B16 (arXiv:1611.09867) with columns r[R_sun] rho[g/cm^3] T[K] X_H1 X_He4, whose path is in the
 * environment as WDSCAN_SUN. */
#include "testing_star.h"

#include "base/constants.h"

static int set_up(void **state) {
  (void)state;
  char assignment[1100];
  snprintf(assignment, sizeof assignment, "star.profile=%s", getenv("WDSCAN_SUN"));
  return use_star(
      test_settings((const char *[]){assignment, "star.composition=O16", "physics.formulas=consistent",
                                     "integrator.relative_error=0.002", NULL}));
}

/* Luminosity in real A' per eps^2 [erg/s]. */
static double production(double mass) {
  const wd_config *config = wd_settings_config(settings);
  const double coupling = 1e-11;
  wd_model m = wd_model_of(config, coupling);
  const wd_point_result r = point_in(star, config, 1, mass, coupling);
  double sum = 0;
  for (int p = 0; p < WD_POLARIZATIONS; p++) sum += r.resonant[p] + r.continuum[p];
  return sum * r.luminosity_total / (m.d_V * m.d_V / (4 * WD_PI * WD_ALPHA));
}

static void sun_shines_as_published(void **state) {
  (void)state;
  /* below the plasma frequency of the centre, 290 eV, resonant; above, bremsstrahlung and Compton scattering */
  assert_close(production(1), 2.108e55, 0.15);
  assert_close(production(100), 1.784e61, 0.15);
  assert_close(production(251.2), 1.086e62, 0.15);
  assert_close(production(501.2), 5.426e58, 0.15);
  assert_close(production(3162), 1.743e57, 0.15);
}

/* Redondo & Raffelt, arXiv:1305.2920 (scripts/limits/sun_dark_photon.csv): a tenth of the Sun's luminosity, 3.828e33 erg/s,
 * goes into dark photons with epsilon = 4e-12 eV/m, as printed to one digit. */
static void dark_photons_of_a_tenth_of_the_sun(void **state) {
  (void)state;
  wd_config config = *wd_settings_config(settings);
  config.physics.model.group = WD_GROUP_DARK_PHOTON;
  for (double mass = 0.01; mass < 4; mass *= 6) {
    wd_point_result r = point_in(star, &config, 1, mass, 4e-12 / mass);
    assert_close(r.excess * r.luminosity_total, 0.1 * 3.828e33, 0.25);
  }
}

int main(void) {
  if (!getenv("WDSCAN_SUN")) {
    puts("no solar model: WDSCAN_SUN is not set");
    return 77;
  }
  const struct CMUnitTest tests[] = {cmocka_unit_test(sun_shines_as_published),
                                     cmocka_unit_test(dark_photons_of_a_tenth_of_the_sun)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
