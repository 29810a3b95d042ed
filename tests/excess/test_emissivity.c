/* Emissivities at one density against published checks, and the complex kernels of the second method against
 * the real ones. */
#include "testing.h"

#include "base/constants.h"
#include "excess/emissivity.h"
#include "excess/reference.h"
#include "matter/plasma.h"
#include "wdscan/model.h"

static const double T = 1e8 * WD_KELVIN;

/* A shell of unit volume [cm^3] per unit s with the plasma at rho/mu_e [g/cm^3]. */
static wd_profile *uniform(double rho_over_mu) {
  enum { NODES = 8 };
  wd_plasma plasma;
  wd_error err = {0};
  if (wd_plasma_compute(rho_over_mu / WD_AMU_CGS * pow(WD_HBARC_CM, 3), T, WD_PLASMA_EXACT, 1, &plasma, &err))
    fail_msg("%s", err.message);
  double r[NODES], f[NODES], v[NODES], a[NODES], t[NODES];
  for (int i = 0; i < NODES; i++) {
    r[i] = cbrt(3 / (4 * WD_PI) * i);
    f[i] = plasma.frequency * plasma.frequency;
    v[i] = plasma.v_star, a[i] = plasma.omega_axial, t[i] = T;
  }
  const double *values[] = {r, f, v, a, t};
  wd_profile *profile;
  assert_int_equal(wd_profile_create(values, NODES, &profile, &err), WD_OK);
  return profile;
}

/* Q_L, Q_T, Q_A in erg cm^-3 s^-1 at rho/mu_e = 1e4, 1e6, 1e8 and T = 1e8 K. */
static void published_emissivities(void **state) {
  (void)state;
  const double rho[] = {1e4, 1e6, 1e8};
  const double truth[][3] = {{891.1, 1.369, 2.04e-4}, {1.069e8, 1.156e7, 6.68e3}, {6.564e7, 5.988e7, 5.80e3}};
  wd_model m = wd_model_at(0, 0.2312, WD_FORMULAS_PUBLISHED);
  for (int i = 0; i < 3; i++) {
    wd_profile *profile = uniform(rho[i]);
    double L[WD_POLARIZATIONS], volume = 4 * WD_PI / 3 * pow(cbrt(3 / (4 * WD_PI) * 7), 3);
    wd_emissivity_quadrature(profile, 0, 7, L);
    for (int p = 0; p < WD_POLARIZATIONS; p++)
      assert_close(L[p] * (p == WD_AXIAL ? m.sum_CA2 : m.sum_CV2) / volume, truth[i][p],
                   p == WD_AXIAL ? 3e-3 : 1e-3);
    wd_profile_free(profile);
  }
}

/* The second method's own kernels give the same Standard-Model luminosities. */
static void second_method_agrees(void **state) {
  (void)state;
  wd_settings *settings = test_paper_settings(NULL);
  wd_star *star = test_star(settings);
  wd_model m = wd_model_at(1e-9, 0.2312, WD_FORMULAS_PUBLISHED);
  wd_pole pole = wd_pole_at(star->profile, &m, 1e6);
  double L[WD_POLARIZATIONS], error;
  wd_emissivity_quadrature(star->profile, 0, (double)star->profile->cells, L);
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    assert_close(wd_reference_standard(&pole, p, 0, &error), L[p] * (p == WD_AXIAL ? m.sum_CA2 : m.sum_CV2),
                 1e-6);
  wd_star_free(star);
  wd_settings_free(settings);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(published_emissivities),
                                     cmocka_unit_test(second_method_agrees)};
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
