/* The model: numbers of the paper, and what the two editions of the formulas change. */
#include "testing.h"

#include "base/constants.h"
#include "wdscan/model.h"

static const double s2 = 0.2312;

static wd_config config_of(int group, int formulas) {
  wd_settings *settings = test_settings(NULL);
  wd_config config = *wd_settings_config(settings);
  wd_settings_free(settings);
  config.physics.model.group = group;
  config.physics.formulas = formulas;
  return config;
}

static void couplings(void **state) {
  (void)state;
  const double g = 1e-3, e = sqrt(4 * WD_PI * WD_ALPHA);
  wd_model m = wd_model_at(g, s2, WD_FORMULAS_PUBLISHED);
  assert_close(m.epsilon, -g / 70, 0.05); /* Eq. (3), rounded there */
  assert_close(m.epsilon, e * g / (6 * WD_PI * WD_PI) * log(105.6583755 / 1776.86), 1e-12);
  assert_close(m.d_V + m.d_A * (1 - 4 * s2), e * m.epsilon, 1e-12); /* Eqs. (12), (13) */
  assert_close(m.d_A, e * m.epsilon * s2 / (1 - s2) / 8, 1e-12);
  assert_close(m.k[WD_NU_MU] - m.k[WD_NU_TAU], g, 1e-14);
  assert_close(m.k[WD_NU_E], m.d_A, 1e-14);
  assert_close(m.sum_k2, g * g / 2 + 3 * m.d_A * m.d_A, 1e-12);
  assert_close(m.sum_CV2, pow(2 * s2 + 0.5, 2) + 2 * pow(2 * s2 - 0.5, 2), 1e-12);
  assert_close(m.sum_CA2, 0.75, 1e-12);
  assert_close(m.sum_CVk, m.d_A * (6 * s2 - 0.5), 1e-9);
  assert_close(m.r_bsm, (m.d_V * m.d_V + m.d_A * m.d_A) / (e * e), 1e-12);
}

/* The Z has its mass: a boson far below it does not see the weak current, so that electrons couple with
 * e epsilon_A, neutrinos with their charge, and the vector coefficients of nu_mu and nu_tau cancel. */
static void consistent_couplings(void **state) {
  (void)state;
  const double g = 1e-3, e = sqrt(4 * WD_PI * WD_ALPHA);
  wd_model m = wd_model_at(g, s2, WD_FORMULAS_CONSISTENT);
  assert_close(m.d_V, e * m.epsilon, 1e-14);
  assert_true(m.d_A == 0 && m.k[WD_NU_E] == 0);
  assert_true(m.k[WD_NU_MU] == g / 2 && m.k[WD_NU_TAU] == -g / 2);
  assert_close(m.sum_k2, g * g / 2, 1e-14);
  assert_true(m.sum_CVk == 0 && m.sum_CAk == 0);
  for (int p = 0; p < WD_POLARIZATIONS; p++) assert_true(m.interference[p] == 0);
  assert_true(m.square[WD_AXIAL] == 0);
  /* docs/models.md: what the terms of Eqs. (12)-(14) are worth, and the mixing angle */
  wd_model published = wd_model_at(g, s2, WD_FORMULAS_PUBLISHED),
           now = wd_model_at(g, 0.23863, WD_FORMULAS_CONSISTENT);
  assert_close(m.d_V / published.d_V, 1.002833, 1e-5);
  assert_close(m.square[WD_TRANSVERSE] / m.width / (published.square[WD_TRANSVERSE] / (4 * published.width)),
               1.00568, 1e-5);
  assert_close(now.sum_CV2 / m.sum_CV2, 1.029095, 1e-5);
}

/* Both coefficients of Eq. (21), 1.503e17 and -1.658e5; consistent: the first without the Z's share, and no other. */
static void heavy_limit(void **state) {
  (void)state;
  const double quartic = 1.503e17, quadratic = -1.658e5, z_share = 1 - s2 / (1 - s2) * (1 - 4 * s2) / 8;
  for (double g = 1e-8; g < 1e-2; g *= 7) {
    wd_model published = wd_model_at(g, s2, WD_FORMULAS_PUBLISHED),
             consistent = wd_model_at(g, s2, WD_FORMULAS_CONSISTENT);
    double q4 = quartic * pow(g, 4), q2 = quadratic * g * g; /* at 1 MeV */
    assert_close(wd_model_heavy_excess(&published, 1e6), q4 + q2, 5e-4 * (q4 - q2) / fabs(q4 + q2));
    assert_close(wd_model_heavy_excess(&consistent, 1e6), q4 / (z_share * z_share), 5e-4);
  }
}

/* m Gamma(A' -> nu nubar) = sum k^2 m^2/6 pi: the optical theorem; published: a quarter. */
static void widths(void **state) {
  (void)state;
  wd_model published = wd_model_at(1e-6, s2, WD_FORMULAS_PUBLISHED),
           consistent = wd_model_at(1e-6, s2, WD_FORMULAS_CONSISTENT);
  assert_close(consistent.width, consistent.sum_k2 / (6 * WD_PI), 1e-12);
  assert_close(consistent.width, 1e-12 / (12 * WD_PI), 1e-12); /* two flavours of g^2 m/24 pi each */
  assert_close(published.width, published.sum_k2 / (24 * WD_PI), 1e-12);
  /* the printed signs, Eq. (15) */
  assert_close(published.interference[WD_TRANSVERSE],
               2 * sqrt(2) / 1.1663788e-23 * published.d_V * published.sum_CVk, 1e-6);
  assert_close(published.interference[WD_AXIAL],
               -2 * sqrt(2) / 1.1663788e-23 * published.d_A * published.sum_CAk, 1e-6);
}

/* Eq. (8): heavy muon limit g^2/8 pi^2, and the numbers of Eq. (11) at 10 MeV. */
static void anomalous_moment(void **state) {
  (void)state;
  assert_close(wd_model_delta_a_mu(1, 1e-3), 1e-6 / (8 * WD_PI * WD_PI), 1e-4);
  double m = 1e11; /* heavy boson: g^2 m_mu^2/12 pi^2 m^2 */
  assert_close(wd_model_delta_a_mu(m, 1e-3), 1e-6 * pow(WD_M_MUON / m, 2) / (12 * WD_PI * WD_PI), 1e-4);
  double a = wd_model_delta_a_mu(1e7, 4.5e-4);
  assert_true(fabs(a - 249e-11) < 2 * 48e-11);
  /* central values of the band, recomputed from Eq. (8) to three digits */
  const double mass[] = {1e6, 1e7, 1e8}, coupling[] = {4.5e-4, 5.01e-4, 9.42e-4};
  for (int i = 0; i < 3; i++) assert_close(wd_model_delta_a_mu(mass[i], coupling[i]), 249e-11, 5e-3);
}

/* Inverse of Eq. (8), and the band of the paper's configuration. */
static void band_of_the_anomaly(void **state) {
  (void)state;
  wd_config config = config_of(WD_GROUP_MU_TAU, WD_FORMULAS_PUBLISHED);
  const double sigma = 48e-11; /* Eq. (11) */
  config.physics.delta_a_mu = 249e-11, config.physics.delta_a_mu_error = sigma;
  for (double mass = 1; mass < 1e12; mass *= 30) {
    double band[2], g = wd_model_delta_a_mu_coupling(mass, 249e-11);
    assert_close(wd_model_delta_a_mu(mass, g), 249e-11, 1e-12);
    wd_model_delta_a_mu_band(&config, mass, band);
    assert_close(wd_model_delta_a_mu(mass, band[0]), 249e-11 - 2 * sigma, 1e-12);
    assert_close(wd_model_delta_a_mu(mass, band[1]), 249e-11 + 2 * sigma, 1e-12);
    assert_true(band[0] < g && g < band[1]);
  }
  assert_true(isnan(wd_model_delta_a_mu_coupling(1e7, -1e-11)));
}

static void band_at_its_limits(void **state) {
  (void)state;
  double band[2], same[2];
  wd_config config = config_of(WD_GROUP_MU_TAU, WD_FORMULAS_PUBLISHED);
  assert_true(config.physics.delta_a_mu == 38e-11 && config.physics.delta_a_mu_error == 63e-11);
  /* the default, of 2025: zero is within, the band an upper limit */
  wd_model_delta_a_mu_band(&config, 1e7, band);
  assert_true(band[0] == 0);
  assert_close(wd_model_delta_a_mu(1e7, band[1]), 164e-11, 1e-12);
  config.physics.model.group = WD_GROUP_E_MU; /* the square of the charge counts */
  wd_model_delta_a_mu_band(&config, 1e7, same);
  assert_true(same[1] == band[1]);
  config.physics.model.group = WD_GROUP_E_TAU;
  wd_model_delta_a_mu_band(&config, 1e7, band);
  assert_true(isnan(band[0]) && isnan(band[1]));
  config = config_of(WD_GROUP_MU_TAU, WD_FORMULAS_PUBLISHED);
  config.physics.delta_a_mu = -200e-11; /* more than two deviations below what any coupling gives */
  wd_model_delta_a_mu_band(&config, 1e7, band);
  assert_true(isnan(band[0]) && isnan(band[1]));
}

/* --- The other groups --------------------------------------------------------------------------------------
 */

static void electrons_at_tree_level(void **state) {
  (void)state;
  const double g = 1e-6, e = sqrt(4 * WD_PI * WD_ALPHA);
  const double loop[] = {log(105.6583755 / 1776.86), log(0.51099895 / 105.6583755),
                         log(0.51099895 / 1776.86)};
  for (int group = 0; group < 3; group++) {
    wd_config config = config_of(group, WD_FORMULAS_CONSISTENT);
    wd_model m = wd_model_of(&config, g);
    assert_close(m.epsilon, e * g / (6 * WD_PI * WD_PI) * loop[group], 1e-12);
    assert_close(m.d_V, e * m.epsilon + (group == WD_GROUP_MU_TAU ? 0 : g), 1e-12);
    assert_true(m.d_A == 0);
    assert_close(m.r_bsm, m.d_V * m.d_V / (e * e), 1e-12);
    /* one flavour of charge 1, one of -1, one of 0: the width is the same */
    double charges = 0, squares = 0;
    for (int a = 0; a < WD_FLAVOURS; a++) {
      charges += m.charge[a], squares += m.charge[a] * m.charge[a];
      assert_true(m.k[a] == m.charge[a] * g / 2);
    }
    assert_true(charges == 0 && squares == 2);
    assert_close(m.width, g * g / (12 * WD_PI), 1e-12);
  }
  wd_config config = config_of(WD_GROUP_MU_TAU, WD_FORMULAS_CONSISTENT);
  wd_model a = wd_model_of(&config, g),
           b = wd_model_at(g, config.physics.sin2_theta_w, WD_FORMULAS_CONSISTENT);
  assert_memory_equal(&a, &b, sizeof a);
}

/* Exchange of a heavy boson, flavour by flavour, from the Lagrangian
 *   -(G_F/sqrt 2) nu gamma (1 - gamma_5) nu  e gamma (C_V - C_A gamma_5) e
 *   - A' [s_a g/2 nu gamma (1 - gamma_5) nu + (s_e g + e epsilon_A) e gamma e],
 * whose second line gives -(1/m^2) times the product of its currents. */
static double effective_theory(const double charge[3], double loop, double g, double mass, double sin2) {
  const double e2 = 4 * WD_PI / 137.035999084;
  double d_V = e2 * g / (6 * WD_PI * WD_PI) * loop + g * charge[0];
  double sum = 0, standard = 0;
  for (int a = 0; a < 3; a++) {
    double C = 2 * sin2 + (a == 0 ? 0.5 : -0.5), k = charge[a] * g / 2;
    double fermi = 1.1663788e-23 / sqrt(2) * C + k * d_V / (mass * mass);
    sum += pow(fermi * sqrt(2) / 1.1663788e-23, 2);
    standard += C * C;
  }
  return sum / standard - 1;
}

static void heavy_limit_of_all_groups(void **state) {
  (void)state;
  const struct {
    int group;
    double charge[3], loop;
  } models[] = {{WD_GROUP_MU_TAU, {0, 1, -1}, log(105.6583755 / 1776.86)},
                {WD_GROUP_E_MU, {1, -1, 0}, log(0.51099895 / 105.6583755)},
                {WD_GROUP_E_TAU, {1, 0, -1}, log(0.51099895 / 1776.86)},
                {WD_GROUP_B_L, {-1, -1, -1}, 0}};
  for (size_t i = 0; i < sizeof models / sizeof *models; i++)
    for (double g = 1e-7; g < 1e-2; g *= 7) {
      wd_config config = config_of(models[i].group, WD_FORMULAS_CONSISTENT);
      wd_model m = wd_model_of(&config, g);
      double truth = effective_theory(models[i].charge, models[i].loop, g, 1e7, config.physics.sin2_theta_w);
      double value = wd_model_heavy_excess(&m, 1e7);
      assert_true(fabs(value - truth) < 1e-9 * fabs(truth) + 1e-14);
      assert_true(value > 0); /* electron neutrinos interfere constructively, the others not at all */
    }
}

/* Where only the tree couplings count: e-mu and e-tau are the same, and 2 sqrt2 g^2/(G_F m^2) (C_e - C_mu)/2
 * over sum C^2 is the interference. */
static void tree_level_limit(void **state) {
  (void)state;
  const double g = 1e-9, mass = 1e7;
  double excess[2], standard = 0;
  for (int i = 0; i < 2; i++) {
    wd_config config = config_of(i ? WD_GROUP_E_TAU : WD_GROUP_E_MU, WD_FORMULAS_CONSISTENT);
    wd_model m = wd_model_of(&config, g);
    excess[i] = wd_model_heavy_excess(&m, mass);
    standard = m.sum_CV2;
  }
  assert_close(excess[0], excess[1], 0.01);
  assert_close(excess[0], sqrt(2) * g * g / (1.1663788e-23 * mass * mass) / standard, 0.02);
}

/* --- Dark photons, B - L, charges ---------------------------------------------------------------------------
 */

/* No neutrinos: nothing but real A', which are made as those of mu-tau with the same mixing. */
static void dark_photons(void **state) {
  (void)state;
  const double e = sqrt(4 * WD_PI * WD_ALPHA), g = 1e-9;
  wd_config config = config_of(WD_GROUP_MU_TAU, WD_FORMULAS_CONSISTENT);
  wd_model other = wd_model_of(&config, g);
  config.physics.model.group = WD_GROUP_DARK_PHOTON;
  wd_model m = wd_model_of(&config, fabs(other.epsilon));
  assert_close(m.d_V, e * m.coupling, 1e-15);
  assert_close(m.r_bsm, m.coupling * m.coupling, 1e-14);
  assert_true(m.width == 0 && m.d_A == 0 && m.sum_k2 == 0);
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    assert_true(m.interference[p] == 0 && m.square[p] == 0);
    assert_true(p == WD_AXIAL ? wd_model_resonant(&m, p) == 0 : wd_model_resonant(&m, p) > 0);
    if (p != WD_AXIAL) assert_close(wd_model_resonant(&m, p), wd_model_resonant(&other, p), 1e-14);
  }
  assert_close(wd_model_mixing2(&m, 1e10), wd_model_mixing2(&other, 1e10), 1e-14);
  assert_true(wd_model_heavy_excess(&m, 1e7) == 0);
}

/* What decays into nothing but pairs of electrons stays in the star. */
static void who_escapes(void **state) {
  (void)state;
  const double threshold = 2 * WD_M_ELECTRON;
  for (int group = 0; group < WD_GROUP_CHARGES; group++) {
    wd_config config = config_of(group, WD_FORMULAS_CONSISTENT);
    wd_model m = wd_model_of(&config, 1e-9);
    assert_true(wd_model_escapes(&m, 0.999 * threshold));
    assert_true(wd_model_escapes(&m, threshold) == (group != WD_GROUP_DARK_PHOTON));
  }
}

static wd_model model_with(const wd_charges *charges, double g) {
  wd_config config = config_of(WD_GROUP_CHARGES, WD_FORMULAS_CONSISTENT);
  config.physics.model.charges = *charges;
  config.physics.mixing = charges->loop ? WD_MIXING_Q2 : WD_MIXING_ZERO;
  return wd_model_of(&config, g);
}

/* The models with names, by their charges: to the bit, the running of their mixing included. */
static void names_are_charges(void **state) {
  (void)state;
  const wd_charges charges[] = {[WD_GROUP_MU_TAU] = {.lepton = {0, 1, -1}, .loop = true},
                                [WD_GROUP_E_MU] = {.lepton = {1, -1, 0}, .loop = true},
                                [WD_GROUP_E_TAU] = {.lepton = {1, 0, -1}, .loop = true},
                                [WD_GROUP_DARK_PHOTON] = {.mixing = 1},
                                [WD_GROUP_B_L] = {.lepton = {-1, -1, -1}, .baryon = 1}};
  for (int group = 0; group < WD_GROUP_CHARGES; group++) {
    wd_config config = config_of(group, WD_FORMULAS_CONSISTENT);
    config.physics.mixing = WD_MIXING_Q2;
    wd_model by_name = wd_model_of(&config, 1e-6), by_charges = model_with(&charges[group], 1e-6);
    assert_memory_equal(&by_name, &by_charges, sizeof by_name);
  }
}

/* L_e + L_mu - 2 L_tau: loops add up, be it (e - tau) + (mu - tau) or any other way. */
static void loops_of_three_families(void **state) {
  (void)state;
  const double e = sqrt(4 * WD_PI * WD_ALPHA), g = 1e-6, q2 = 1e10;
  wd_model m = model_with(&(wd_charges){.lepton = {1, 1, -2}, .loop = true}, g);
  wd_model a = model_with(&(wd_charges){.lepton = {1, 0, -1}, .loop = true}, g),
           b = model_with(&(wd_charges){.lepton = {0, 1, -1}, .loop = true}, g);
  assert_close(m.epsilon, e * g / (6 * WD_PI * WD_PI) * log(0.51099895 * 105.6583755 / pow(1776.86, 2)),
               1e-12);
  assert_close(m.d_V, a.d_V + b.d_V, 1e-14);
  assert_close(m.d_V * wd_model_drift(&m, q2),
               a.d_V * wd_model_drift(&a, q2) + b.d_V * wd_model_drift(&b, q2), 1e-14);
  assert_close(m.sum_k2, 6 * g * g / 4, 1e-14);
  wd_model given = model_with(&(wd_charges){.lepton = {1, 1, -2}, .mixing = -0.1}, g);
  assert_close(given.d_V, g - 0.1 * e * g, 1e-14);
}

/* Muons couple to dark photons with e epsilon: alpha epsilon^2/2 pi if these are light; to B - L with g. */
static void bands_of_the_others(void **state) {
  (void)state;
  double band[2], reference[2];
  wd_config config = config_of(WD_GROUP_MU_TAU, WD_FORMULAS_CONSISTENT);
  wd_model_delta_a_mu_band(&config, 1e6, reference);
  config.physics.model.group = WD_GROUP_B_L;
  wd_model_delta_a_mu_band(&config, 1e6, band);
  assert_true(band[0] == reference[0] && band[1] == reference[1]);
  config.physics.model.group = WD_GROUP_DARK_PHOTON;
  wd_model_delta_a_mu_band(&config, 1, band);
  assert_close(WD_ALPHA * band[1] * band[1] / (2 * WD_PI), 164e-11, 1e-4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(couplings),
      cmocka_unit_test(consistent_couplings),
      cmocka_unit_test(heavy_limit),
      cmocka_unit_test(widths),
      cmocka_unit_test(anomalous_moment),
      cmocka_unit_test(band_of_the_anomaly),
      cmocka_unit_test(band_at_its_limits),
      cmocka_unit_test(electrons_at_tree_level),
      cmocka_unit_test(heavy_limit_of_all_groups),
      cmocka_unit_test(tree_level_limit),
      cmocka_unit_test(dark_photons),
      cmocka_unit_test(who_escapes),
      cmocka_unit_test(names_are_charges),
      cmocka_unit_test(loops_of_three_families),
      cmocka_unit_test(bands_of_the_others),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
