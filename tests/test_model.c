/* The model: numbers of the paper, and what the two editions of the formulas change. */
#include "testing.h"

#include "wdscan/constants.h"
#include "wdscan/model.h"

static const double s2 = 0.2312;

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

/* Both coefficients of Eq. (21): 1.503e17 and -1.658e5. */
static void heavy_limit(void **state) {
  (void)state;
  double quartic = 1.503e17, quadratic = -1.658e5;
  for (double g = 1e-8; g < 1e-2; g *= 7) {
    wd_model published = wd_model_at(g, s2, WD_FORMULAS_PUBLISHED),
             consistent = wd_model_at(g, s2, WD_FORMULAS_CONSISTENT);
    double q4 = quartic * pow(g, 4), q2 = quadratic * g * g; /* at 1 MeV */
    assert_close(wd_model_heavy_excess(&published, 1e6), q4 + q2, 5e-4 * (q4 - q2) / fabs(q4 + q2));
    assert_close(wd_model_heavy_excess(&consistent, 1e6), q4 - q2, 5e-4);
  }
}

/* m Gamma(A' -> nu nubar) = sum k^2 m^2/6 pi: the optical theorem; published: a quarter. */
static void widths(void **state) {
  (void)state;
  wd_model published = wd_model_at(1e-6, s2, WD_FORMULAS_PUBLISHED),
           consistent = wd_model_at(1e-6, s2, WD_FORMULAS_CONSISTENT);
  assert_close(consistent.width, consistent.sum_k2 / (6 * WD_PI), 1e-12);
  assert_close(consistent.width, 1e-12 / (12 * WD_PI), 1e-3); /* two flavours of g^2 m/24 pi each */
  assert_close(published.width, consistent.width / 4, 1e-12);
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    assert_true(published.interference[p] == -consistent.interference[p]);
    assert_true(published.square[p] == consistent.square[p]);
  }
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(couplings),
      cmocka_unit_test(heavy_limit),
      cmocka_unit_test(widths),
      cmocka_unit_test(anomalous_moment),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
