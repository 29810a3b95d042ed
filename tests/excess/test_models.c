/* Grid points of the models that are not of L_i - L_j: dark photons, B - L, charges. */
#include "testing_star.h"

#include "base/constants.h"

static int set_up(void **state) {
  (void)state;
  return use_star(test_settings(NULL));
}

static wd_config config_of(int group) {
  wd_config config = *wd_settings_config(settings);
  config.physics.model.group = group;
  return config;
}

static wd_point_result point_of(const wd_config *config, double mass, double coupling) {
  wd_point_result r = point_in(star, config, 7, mass, coupling);
  assert_int_equal(r.failure, WD_FAILURE_NONE);
  assert_int_equal(r.status, WD_ROW_DONE);
  return r;
}

/* On resonance an A' that decays into neutrinos alone and one that does not decay are the same; off shell there is only
 * the first. */
static void dark_photons_have_the_real_parts(void **state) {
  (void)state;
  const double masses[] = {30, 3e3, 3e4, 72e3, 77e3, 1e5}, g = 1e-11;
  const wd_config mu_tau = config_of(WD_GROUP_MU_TAU), dark = config_of(WD_GROUP_DARK_PHOTON);
  wd_model m = wd_model_of(&mu_tau, g);
  for (size_t i = 0; i < sizeof masses / sizeof *masses; i++) {
    wd_point_result a = point_of(&mu_tau, masses[i], g), b = point_of(&dark, masses[i], fabs(m.epsilon));
    assert_pull(b.excess, hypot(a.excess_error, b.excess_error), a.excess, 4);
    for (int p = 0; p < WD_POLARIZATIONS; p++) {
      assert_true(b.offresonant[p] == 0 && b.offresonant_error[p] == 0);
      if (a.resonant[p] > 0)
        assert_pull(b.resonant[p], hypot(a.resonant_error[p], b.resonant_error[p]), a.resonant[p], 4);
      else
        assert_true(b.resonant[p] == 0);
    }
  }
}

/* eps^2, exactly; with or without the parts that there are. */
static void excess_goes_with_the_square_of_the_mixing(void **state) {
  (void)state;
  wd_config config = config_of(WD_GROUP_DARK_PHOTON);
  wd_point_result a = point_of(&config, 3e4, 1e-13), b = point_of(&config, 3e4, 2e-13);
  assert_close(b.excess, 4 * a.excess, 1e-12);
  config.physics.resonance = WD_RESONANCE_OFF;
  wd_point_result off = point_of(&config, 3e4, 1e-13);
  assert_true(off.resonant[WD_TRANSVERSE] == 0 && off.resonant[WD_LONGITUDINAL] == 0);
  for (int p = 0; p <= WD_LONGITUDINAL; p++)
    assert_pull(off.continuum[p], hypot(off.continuum_error[p], a.continuum_error[p]), a.continuum[p], 4);
  config.physics.continuum = WD_CONTINUUM_OFF;
  wd_point_result none = point_of(&config, 3e4, 1e-13);
  assert_true(none.excess == 0 && none.excess_error == 0 && none.luminosity_total > 0);
}

/* Above 2 m_e dark photons decay within the star, and nothing is lost. */
static void pairs_stay_in_the_star(void **state) {
  (void)state;
  const wd_config config = config_of(WD_GROUP_DARK_PHOTON);
  wd_point_result below = point_of(&config, 1.98 * WD_M_ELECTRON, 1e-9),
                  above = point_of(&config, 2.02 * WD_M_ELECTRON, 1e-9);
  assert_true(below.excess > 0);
  assert_true(above.excess == 0 && above.excess_error == 0);
}

/* B - L: the production goes with the charge of the electron, the virtual A' of a heavy boson is (P.6). */
static void baryons_minus_leptons(void **state) {
  (void)state;
  const wd_config config = config_of(WD_GROUP_B_L), dark = config_of(WD_GROUP_DARK_PHOTON);
  const double g = 1e-13, e = sqrt(4 * WD_PI * WD_ALPHA);
  wd_model m = wd_model_of(&config, 1e-5);
  wd_point_result a = point_of(&config, 3e4, g), b = point_of(&dark, 3e4, g / e);
  assert_pull(a.excess, hypot(a.excess_error, b.excess_error), b.excess, 4);
  wd_point_result heavy = point_of(&config, 1e8, 1e-5);
  assert_close(heavy.excess, wd_model_heavy_excess(&m, 1e8), 3e-4); /* 1e-4 of the luminosity is axial */
}

/* A degenerate core of helium: along the published line of red giants (arXiv:2304.12907, scripts/limits/
 * red_giant_dark_photon.csv), where transverse dark photons are resonant, it loses the same in them at every mass. */
static void red_giants_lose_as_published(void **state) {
  (void)state;
  const double line[][2] = {{1615.8, 2.1469e-14},
                            {2268.4, 1.3622e-14},
                            {3109, 8.4735e-15},
                            {4626.6, 5.2318e-15},
                            {6874.4, 3.2812e-15}};
  enum { N = sizeof line / sizeof *line };
  wd_settings *own =
      test_settings((const char *[]){"physics.model=dark-photon", "star.mass=0.48", "star.composition=He4",
                                     "star.temperature=1e8", "physics.polarizations=[transverse]", NULL});
  wd_star *core = test_star(own);
  double excess[N], mean = 0;
  for (int i = 0; i < N; i++) {
    excess[i] = point_in(core, wd_settings_config(own), 7, line[i][0], line[i][1]).excess;
    mean += excess[i] / N;
  }
  for (int i = 0; i < N; i++)
    assert_close(excess[i], mean, 0.15); /* some per cent of the mixing in reading */
  wd_star_free(core);
  wd_settings_free(own);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dark_photons_have_the_real_parts),
      cmocka_unit_test(excess_goes_with_the_square_of_the_mixing),
      cmocka_unit_test(pairs_stay_in_the_star),
      cmocka_unit_test(baryons_minus_leptons),
      cmocka_unit_test(red_giants_lose_as_published),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
