/* Plasma integrals: published numbers, the limits, and the dispersion relations. */
#include "testing.h"

#include "wdscan/constants.h"
#include "wdscan/dispersion.h"
#include "wdscan/plasma.h"

static const double T = 1e8 * WD_KELVIN;

static double density_at(double rho_over_mu) {
  return rho_over_mu / WD_AMU_CGS * pow(WD_HBARC_CM, 3);
}

static wd_plasma plasma_of(double density, double temperature, int model) {
  wd_plasma plasma;
  wd_error err = {0};
  if (wd_plasma_compute(density, temperature, model, 1, &plasma, &err)) fail_msg("%s", err.message);
  return plasma;
}

/* T = 1e8 K, rho = 1e6 g/cm^3, mu_e = 2. */
static void golden_point(void **state) {
  (void)state;
  wd_plasma p = plasma_of(density_at(0.5e6), T, WD_PLASMA_EXACT);
  assert_close(p.chemical_potential, 653961.759, 1e-8);
  assert_close(p.frequency, 17977.391, 1e-7);
  assert_close(p.v_star, 0.6269259, 1e-7);
  assert_close(p.omega_axial, 246.2996, 1e-6);
}

/* From the thinnest to the densest gas; the hot ones dense enough not to drown in their pairs. */
static void density_is_reproduced(void **state) {
  (void)state;
  for (double t = 0.01 * T; t < 200 * T; t *= 9)
    for (double n = t < 2 * T ? 1 : 1e-2 * t * t * t; n < 1e20; n *= 1e2) {
      wd_plasma p = plasma_of(n, t, WD_PLASMA_EXACT);
      assert_close(wd_fermi_integrate(p.chemical_potential, t).density, n, 1e-10);
    }
}

static void degenerate_limit(void **state) {
  (void)state;
  for (double rho = 1e4; rho < 1e11; rho *= 10) {
    wd_plasma cold = plasma_of(density_at(rho), 1e-4 * T, WD_PLASMA_EXACT);
    wd_plasma limit = plasma_of(density_at(rho), T, WD_PLASMA_DEGENERATE);
    assert_close(cold.frequency, limit.frequency, 1e-6);
    assert_close(cold.v_star, limit.v_star, 1e-6);
    assert_close(cold.omega_axial, limit.omega_axial, 1e-6);
    assert_close(limit.omega_axial, limit.frequency * limit.frequency / (2 * limit.chemical_potential),
                 1e-12);
  }
}

/* Classical to first order in T/m; corrections are of second order. */
static void classical_limit(void **state) {
  (void)state;
  for (double t = 30; t < 3000; t *= 10) {
    wd_plasma thin = plasma_of(1e-3, t, WD_PLASMA_EXACT), limit = plasma_of(1e-3, t, WD_PLASMA_CLASSICAL);
    double order = 30 * (t / WD_M_ELECTRON) * (t / WD_M_ELECTRON) + 1e-9;
    assert_close(thin.frequency, limit.frequency, order);
    assert_close(thin.omega_axial, limit.omega_axial, order);
    assert_close(thin.v_star, limit.v_star, 10 * t / WD_M_ELECTRON);
    assert_close(thin.chemical_potential - WD_M_ELECTRON, limit.chemical_potential - WD_M_ELECTRON, 1e-3);
  }
}

static void piecewise_switches_at_the_key(void **state) {
  (void)state;
  double n = density_at(1e4), p_F = cbrt(3 * WD_PI * WD_PI * n);
  double ratio = (sqrt(p_F * p_F + WD_M_ELECTRON * WD_M_ELECTRON) - WD_M_ELECTRON) / T;
  wd_plasma above, below, degenerate = plasma_of(n, T, WD_PLASMA_DEGENERATE),
                          classical = plasma_of(n, T, WD_PLASMA_CLASSICAL);
  assert_int_equal(wd_plasma_compute(n, T, WD_PLASMA_PIECEWISE, 0.99 * ratio, &above, NULL), WD_OK);
  assert_int_equal(wd_plasma_compute(n, T, WD_PLASMA_PIECEWISE, 1.01 * ratio, &below, NULL), WD_OK);
  assert_true(above.frequency == degenerate.frequency && above.v_star == degenerate.v_star);
  assert_true(below.frequency == classical.frequency && below.v_star == classical.v_star);
}

static void classical_model_refuses_hot_plasma(void **state) {
  (void)state;
  wd_plasma plasma;
  wd_error err = {0};
  assert_int_equal(wd_plasma_compute(1, 0.3 * WD_M_ELECTRON, WD_PLASMA_CLASSICAL, 1, &plasma, &err),
                   WD_ERR_NUMERIC);
}

/* At k = omega_p, in units of omega_p: solved by bisection in w from the explicit relations. */
static void dispersion_golden_point(void **state) {
  (void)state;
  double v = 0.6269259, truth_omega[2] = {1.42900560, 1.11626610}, truth_Z[2] = {0.97794044, 0.79461522};
  for (int longitudinal = 0; longitudinal < 2; longitudinal++) {
    double low = 0, high = 1, omega = 0, e = 1;
    wd_dispersion d = wd_dispersion_at(0);
    for (int i = 0; i < 100; i++) {
      double w = 0.5 * (low + high);
      e = 1 - w * w;
      d = wd_dispersion_at(v * v * w * w);
      omega = sqrt(longitudinal ? d.S_l : d.S_t / e);
      if (w * omega < 1)
        low = w;
      else
        high = w;
    }
    assert_close(omega, truth_omega[longitudinal], 1e-7);
    double Y = v * v * (1 - e),
           Z = longitudinal ? wd_residue_longitudinal(Y, &d) : wd_residue_transverse(e, Y, &d);
    assert_close(Z, truth_Z[longitudinal], 1e-7);
  }
  /* k_max = omega_p sqrt(S_l(v_*)) is within 5e-4 of the one-loop value, 20.7573 keV */
  assert_close(17977.391 * sqrt(wd_dispersion_at(v * v).S_l), 20757.3, 5e-4);
}

static void dispersion_identities(void **state) {
  (void)state;
  assert_true(wd_dispersion_at(0).S_t == 1 && wd_dispersion_at(0).S_l == 1);
  for (double Y = 1e-8; Y < 0.9999; Y = Y < 0.05 ? Y * 1.9 : Y + 0.013) {
    wd_dispersion d = wd_dispersion_at(Y), above = wd_dispersion_at(Y * (1 + 1e-5)),
                  below = wd_dispersion_at(Y * (1 - 1e-5));
    assert_close(2 * d.S_t + (1 - Y) * d.S_l, 3, 1e-14);
    assert_close(d.dS_t, (above.S_t - below.S_t) / (2e-5 * Y), fmax(1e-6, 1e-9 / Y));
    assert_close(d.dS_l, (above.S_l - below.S_l) / (2e-5 * Y), fmax(1e-6, 1e-9 / Y));
  }
  wd_dispersion series = wd_dispersion_at(0.1 * (1 - 1e-12)), closed = wd_dispersion_at(0.1);
  assert_close(series.S_l, closed.S_l, 1e-13);
  assert_close(series.dS_l, closed.dS_l, 1e-12);
}

/* Z = (1 - d omega^2/d...)^-1 and dk/dw follow from the dispersion relation; check both against differences
 * along the branch, for the transverse residue Z_t = [1 - dPi_T/d omega^2]^-1 with Pi_T(omega, k) of Braaten
 * & Segel. */
static double pi_transverse(double omega, double k, double v) {
  double r = omega / (v * k);
  return 1.5 * omega * omega / (v * v * k * k) * (1 - (1 - 1 / (r * r)) * r * atanh(1 / r)); /* omega_p = 1 */
}

static void transverse_residue_is_derivative(void **state) {
  (void)state;
  for (double v = 0.1; v < 1; v += 0.2)
    for (double w = 0.1; w < 0.999; w += 0.17) {
      double Y = v * v * w * w, e = 1 - w * w;
      wd_dispersion d = wd_dispersion_at(Y);
      double omega = sqrt(d.S_t / e), k = w * omega, h = 1e-5;
      double slope = (pi_transverse(omega * (1 + h), k, v) - pi_transverse(omega * (1 - h), k, v)) /
                     (4 * h * omega * omega);
      assert_close(wd_residue_transverse(e, Y, &d), 1 / (1 - slope), 1e-6);
      double above = 1e-6 + w, S = wd_dispersion_at(v * v * above * above).S_t;
      double dk = above * sqrt(S / (1 - above * above)) - k;
      assert_close(omega * (1 / e + Y * d.dS_t / d.S_t), dk / 1e-6, 1e-4);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(golden_point),
      cmocka_unit_test(density_is_reproduced),
      cmocka_unit_test(degenerate_limit),
      cmocka_unit_test(classical_limit),
      cmocka_unit_test(piecewise_switches_at_the_key),
      cmocka_unit_test(classical_model_refuses_hot_plasma),
      cmocka_unit_test(dispersion_golden_point),
      cmocka_unit_test(dispersion_identities),
      cmocka_unit_test(transverse_residue_is_derivative),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
