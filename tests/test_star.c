/* Stars: published radii and densities, limiting masses, the profile, and the luminosities of the default
 * star. */
#include "testing.h"

#include "wdscan/constants.h"
#include "wdscan/emissivity.h"
#include "wdscan/eos.h"
#include "wdscan/model.h"

static void check_structure(double mass, int eos, int gravity, double radius, double density,
                            double tolerance) {
  double R, rho;
  wd_error err = {0};
  if (wd_star_structure(mass, 6, 12, eos, gravity, &R, &rho, &err)) fail_msg("%s", err.message);
  assert_close(R, radius, tolerance);
  if (density > 0) assert_close(rho, density, tolerance);
}

static void radii_and_densities(void **state) {
  (void)state;
  check_structure(1.0, WD_EOS_SALPETER, WD_GRAVITY_NEWTONIAN, 5417, 3.341e7, 3e-4);
  check_structure(0.6, WD_EOS_SALPETER, WD_GRAVITY_NEWTONIAN, 8389, 0, 3e-4);
  check_structure(1.0, WD_EOS_IDEAL, WD_GRAVITY_NEWTONIAN, 5716, 2.828e7, 3e-4);
}

/* General relativity makes a star smaller and denser, by about G M/R c^2 times a number of order ten at 1
 * M_sun. */
static void relativity_shrinks(void **state) {
  (void)state;
  double R[2], rho[2];
  for (int g = 0; g < 2; g++)
    assert_int_equal(wd_star_structure(1, 6, 12, WD_EOS_SALPETER, g, &R[g], &rho[g], NULL), 0);
  double compactness = WD_G_CGS * WD_M_SUN_CGS / (R[0] * WD_KM_CM * WD_C_CGS * WD_C_CGS);
  assert_in_range((int)((R[0] / R[1] - 1) / compactness), 5, 15);
  assert_true(rho[1] > 1.005 * rho[0] && rho[1] < 1.02 * rho[0]);
}

static void masses_beyond_the_limit(void **state) {
  (void)state;
  double R, rho;
  wd_error err = {0};
  /* ideal, mu_e = 2: 1.456 M_sun */
  assert_int_equal(wd_star_structure(1.4555, 6, 12, WD_EOS_IDEAL, WD_GRAVITY_NEWTONIAN, &R, &rho, &err),
                   WD_OK);
  assert_int_equal(wd_star_structure(1.457, 6, 12, WD_EOS_IDEAL, WD_GRAVITY_NEWTONIAN, &R, &rho, &err),
                   WD_ERR_CONFIG);
  assert_non_null(strstr(err.message, "1.45"));
  assert_non_null(strstr(err.message, "star.mass"));
  /* the Salpeter terms and general relativity lower it */
  assert_int_equal(wd_star_structure(1.44, 6, 12, WD_EOS_SALPETER, WD_GRAVITY_NEWTONIAN, &R, &rho, &err),
                   WD_ERR_CONFIG);
  assert_int_equal(wd_star_structure(1.385, 6, 12, WD_EOS_SALPETER, WD_GRAVITY_TOV, &R, &rho, &err), WD_OK);
  assert_int_equal(wd_star_structure(1.39, 6, 12, WD_EOS_SALPETER, WD_GRAVITY_TOV, &R, &rho, &err),
                   WD_ERR_CONFIG);
}

static wd_settings *settings;
static wd_star *star;

static int set_up(void **state) {
  (void)state;
  settings = test_settings(NULL);
  star = test_star(settings);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  wd_star_free(star);
  wd_settings_free(settings);
  return 0;
}

static void default_star(void **state) {
  (void)state;
  assert_close(star->radius, 5417, 3e-3);
  assert_close(star->central_density, 3.341e7, 5e-3);
  assert_close(star->plasma_frequency[0], 70810, 2e-3);
  assert_close(star->plasma_frequency[star->nodes - 1], 92, 0.03);
  assert_true(star->profile->segments == 1);
}

/* The profile passes through the nodes, monotonically between them, and its slopes are those of its values.
 */
static void profile_is_smooth_and_monotonic(void **state) {
  (void)state;
  const wd_profile *p = star->profile;
  double last[2] = {-1, 1e99};
  for (size_t i = 0; i < p->cells; i++)
    for (int j = 0; j < 8; j++) {
      double t = j / 8.0, h = 1e-5;
      double r = wd_profile_value(p, WD_PROFILE_RADIUS, i, t),
             f = wd_profile_value(p, WD_PROFILE_FREQUENCY2, i, t);
      assert_true(r > last[0] && f < last[1]);
      last[0] = r, last[1] = f;
      double difference = (wd_profile_value(p, WD_PROFILE_FREQUENCY2, i, t + h) - f) / h;
      assert_true(fabs(wd_profile_slope(p, WD_PROFILE_FREQUENCY2, i, t) - difference) <
                  1e-3 * fabs(difference) + 1e-9 * f);
      if (j == 0) assert_close(r + 1, star->node_radius[i] * WD_KM_CM + 1, 1e-14);
    }
}

/* The mass between the nodes, from the profile, is the star's: the volume element is right. */
static void profile_holds_the_mass(void **state) {
  (void)state;
  double mass = 0;
  for (size_t i = 0; i + 1 < star->nodes;
       i++) { /* n_e to high order: Simpson with the density from omega_p is not */
    double a = star->electron_density[i], b = star->electron_density[i + 1];
    double r0 = star->node_radius[i] * WD_KM_CM, r1 = star->node_radius[i + 1] * WD_KM_CM;
    mass += 0.5 * (a + b) * 4 * WD_PI / 3 * (r1 * r1 * r1 - r0 * r0 * r0) * 2 * WD_AMU_CGS;
  }
  assert_close(mass / WD_M_SUN_CGS, 1, 1e-4);
}

/* Depth below the surface at which omega_p takes a value [km]: the resonances of light bosons sit there. */
static double depth_of(double frequency) {
  for (size_t i = 0; i + 1 < star->nodes; i++)
    if (star->plasma_frequency[i + 1] < frequency) {
      double t = (star->plasma_frequency[i] - frequency) /
                 (star->plasma_frequency[i] - star->plasma_frequency[i + 1]);
      return star->radius - star->node_radius[i] - t * (star->node_radius[i + 1] - star->node_radius[i]);
    }
  return 0;
}

static void outer_layers_are_resolved(void **state) {
  (void)state;
  const double frequency[] = {3000, 1000, 500, 200}, depth[] = {115.6, 22.6, 7.0, 1.0};
  for (int i = 0; i < 4; i++) assert_close(depth_of(frequency[i]), depth[i], 0.03);
}

static void luminosities(void **state) {
  (void)state;
  const double truth[] = {30.80, 9.997, 3.318e-3};
  wd_model model = wd_model_at(0, 0.2312, WD_FORMULAS_PUBLISHED);
  double L[WD_POLARIZATIONS];
  wd_emissivity_quadrature(star->profile, 0, (double)star->profile->cells, L);
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    assert_close(L[p] * (p == WD_AXIAL ? model.sum_CA2 : model.sum_CV2) / WD_L_SUN_CGS, truth[p], 5e-4);
}

/* Hotter or of other nuclei: the keys reach the star. */
static void keys_reach_the_star(void **state) {
  (void)state;
  wd_settings *other =
      test_settings((const char *[]){"star.mass=0.6", "star.composition=He4", "star.temperature=5e7",
                                     "star.gravity=tov", "star.eos=ideal", NULL});
  wd_star *helium = test_star(other);
  double R, rho;
  assert_int_equal(wd_star_structure(0.6, 2, 4, WD_EOS_IDEAL, WD_GRAVITY_TOV, &R, &rho, NULL), WD_OK);
  assert_close(helium->radius, R, 1e-9);
  assert_close(helium->temperature[0], 5e7 * WD_KELVIN, 1e-14);
  wd_star_free(helium);
  wd_settings_free(other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(radii_and_densities),
      cmocka_unit_test(relativity_shrinks),
      cmocka_unit_test(masses_beyond_the_limit),
      cmocka_unit_test(default_star),
      cmocka_unit_test(profile_is_smooth_and_monotonic),
      cmocka_unit_test(profile_holds_the_mass),
      cmocka_unit_test(outer_layers_are_resolved),
      cmocka_unit_test(luminosities),
      cmocka_unit_test(keys_reach_the_star),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
