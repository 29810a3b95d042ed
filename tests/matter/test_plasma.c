/* Plasma integrals: published numbers, the limits, the dispersion relations, the one-loop integrals that they
 * stand for, and a published fit of the emissivity. */
#include "testing.h"
#include "testing_fit.h"

#include "base/constants.h"
#include "excess/emissivity.h"
#include "matter/dispersion.h"
#include "matter/plasma.h"
#include <gsl/gsl_integration.h>

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

/* Up to the densest stars, with the correction of Sommerfeld's expansion to n_e: at fixed n_e the chemical
 * potential falls by (pi^2 T^2/6) (d ln(p E)/dE) = (pi^2 T^2/6) (p^2 + E^2)/(p^2 E). */
static void relativistic_degenerate_gas(void **state) {
  (void)state;
  for (double x = 3; x < 2000; x *= 3) {
    double n = pow(x * WD_M_ELECTRON, 3) / (3 * WD_PI * WD_PI);
    wd_plasma cold = plasma_of(n, 1e-3 * T, WD_PLASMA_EXACT), warm = plasma_of(n, 0.1 * T, WD_PLASMA_EXACT);
    wd_plasma limit = plasma_of(n, T, WD_PLASMA_DEGENERATE);
    double p = x * WD_M_ELECTRON, E = limit.chemical_potential;
    double fall = WD_PI * WD_PI * 0.01 * T * T / 6 * (p * p + E * E) / (p * p * E);
    assert_close(warm.chemical_potential, E - fall, 1e-13 + 1e-3 * fall / E);
    assert_close(cold.frequency, limit.frequency, 1e-9);
    assert_close(cold.v_star, limit.v_star, 1e-9);
    assert_close(cold.omega_axial, limit.omega_axial, 1e-9);
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

/* --- The one-loop polarisation functions, Braaten & Segel's integrals over the electrons' momenta --- */

enum { LOOP_TRANSVERSE, LOOP_LONGITUDINAL, LOOP_AXIAL };

typedef struct loop {
  double mu, temperature, omega, k; /* [eV] */
  int polarization;
} loop;

/* atanh(a)/a */
static double atanh_over(double a) {
  return a < 1e-3 ? 1 + a * a / 3 : atanh(a) / a;
}

/* The integrand of Pi_T, Pi_L [eV] or Pi_A k/(omega^2 - k^2) [1], without the factors before the integral. */
static double loop_integrand(double p, void *params) {
  const loop *l = params;
  double E = hypot(p, WD_M_ELECTRON), v = p / E, w = l->k / l->omega, e = 1 - w * w, A = atanh_over(v * w);
  double f = 1 / (exp((E - l->mu) / l->temperature) + 1), anti = 1 / (exp((E + l->mu) / l->temperature) + 1);
  double pole = e / (1 - v * v * w * w);
  switch (l->polarization) {
  case LOOP_TRANSVERSE:
    return p * v * (f + anti) * (1 - e * A) / (w * w);
  case LOOP_LONGITUDINAL:
    return p * v * (f + anti) * (2 * A - 1 - pole);
  default:
    return v * v * (f - anti) * (A - pole);
  }
}

static double one_loop(const wd_plasma *plasma, double temperature, double omega, double k,
                       int polarization) {
  loop l = {plasma->chemical_potential, temperature, omega, k, polarization};
  gsl_function f = {loop_integrand, &l};
  gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(1000);
  double edge = fmax(l.mu, WD_M_ELECTRON), top = edge + 45 * temperature, sum = 0, low = 0;
  double ends[] = {edge - 20 * temperature, edge, edge + 8 * temperature, top};
  for (int i = 0; i < 4; i++) {
    if (ends[i] <= WD_M_ELECTRON) continue;
    double high = sqrt(ends[i] * ends[i] - WD_M_ELECTRON * WD_M_ELECTRON), value, error;
    assert_int_equal(
        gsl_integration_qag(&f, low, high, 0, 1e-10, 1000, GSL_INTEG_GAUSS31, workspace, &value, &error),
        GSL_SUCCESS);
    sum += value;
    low = high;
  }
  gsl_integration_workspace_free(workspace);
  if (polarization == LOOP_AXIAL) return 2 * WD_ALPHA / WD_PI * (omega * omega - k * k) / k * sum;
  return 4 * WD_ALPHA / WD_PI * sum;
}

/* Largest relative differences of Pi_T, Pi_A on the transverse branch and Pi_L on the longitudinal one
 * between the v_* forms and the one-loop integrals. */
static void largest_differences(double rho_over_mu, double temperature, double worst[3]) {
  wd_plasma p = plasma_of(density_at(rho_over_mu), temperature, WD_PLASMA_EXACT);
  double v = p.v_star, wp2 = p.frequency * p.frequency;
  worst[0] = worst[1] = worst[2] = 0;
  for (double w = 0.05; w < 1; w = w < 0.9 ? w + 0.15 : 1 - 0.3 * (1 - w) - 1e-9) {
    double Y = v * v * w * w, e = 1 - w * w;
    wd_dispersion d = wd_dispersion_at(Y);
    double omega_t = sqrt(wp2 * d.S_t / e), omega_l = sqrt(wp2 * d.S_l), k_t = w * omega_t, k_l = w * omega_l;
    double form[3] = {wp2 * d.S_t, wp2 * w * w * d.S_l,
                      p.omega_axial * k_t * e / (1 - Y) * (3 * wp2 - 2 * omega_t * omega_t * e) / wp2};
    for (int i = 0; i < 3; i++) {
      double exact = one_loop(&p, temperature, i == 1 ? omega_l : omega_t, i == 1 ? k_l : k_t, i);
      worst[i] = fmax(worst[i], fabs(form[i] / exact - 1));
    }
    if (1 - w < 1e-4) break;
  }
}

/* Up to 2e8 K, hotter than any star of this program. WDSCAN_TABLE=1 prints the table of
 * docs/plasma-accuracy.md. */
static void one_loop_integrals(void **state) {
  (void)state;
  const double temperature[] = {1e7, 3e7, 1e8, 2e8, 5e8, 1e9}; /* [K] */
  for (int i = 0; i < 6; i++)
    for (double rho = 1e2; rho < 2e10; rho *= 100) {
      double worst[3], kelvin = temperature[i];
      largest_differences(rho, kelvin * WD_KELVIN, worst);
      if (getenv("WDSCAN_TABLE"))
        print_message("| %.0e | %.0e | %.3f | %.3f | %.3f | %.3f |\n", kelvin, rho,
                      plasma_of(density_at(rho), kelvin * WD_KELVIN, WD_PLASMA_EXACT).v_star, 100 * worst[0],
                      100 * worst[1], 100 * worst[2]);
      for (int j = 0; j < 3 && kelvin < 3e8; j++)
        if (!(worst[j] < 5e-3))
          fail_msg("T = %g K, rho/mu_e = %g g/cm^3: %d differs by %.2g", kelvin, rho, j, worst[j]);
    }
}

/* The largest momentum of longitudinal plasmons, k^2 = Pi_L(k, k), at the golden point: 20.7573 keV. */
static void largest_longitudinal_momentum(void **state) {
  (void)state;
  wd_plasma p = plasma_of(density_at(0.5e6), T, WD_PLASMA_EXACT);
  double k2 = one_loop(&p, T, 1e4, 1e4, LOOP_LONGITUDINAL);
  assert_close(sqrt(k2), 20757.3, 3e-6);
  assert_close(p.frequency * sqrt(wd_dispersion_at(p.v_star * p.v_star).S_l), sqrt(k2), 5e-4);
}

/* --- Limits of the dispersion relations --- */

static void dispersion_limits(void **state) {
  (void)state;
  /* k -> 0: omega_t = omega_l = omega_p, with Z = 1; omega_t^2 = omega_p^2 + (1 + v^2/5) k^2, omega_l^2 =
   * omega_p^2 + 3/5 v^2 k^2 */
  for (double v = 0; v < 1; v += 0.199) {
    double w = 1e-3, Y = v * v * w * w, e = 1 - w * w;
    wd_dispersion d = wd_dispersion_at(Y);
    double omega2_t = d.S_t / e, omega2_l = d.S_l;
    assert_close((omega2_t - 1) / (w * w * omega2_t), 1 + v * v / 5, 1e-5);
    if (v > 0) assert_close((omega2_l - 1) / (w * w * omega2_l), 0.6 * v * v, 1e-5);
    assert_close(wd_residue_transverse(e, Y, &d), 1, 2e-6);
    assert_close(wd_residue_longitudinal(Y, &d), 1, 2e-6);
  }
  /* v -> 0: omega_t^2 = omega_p^2 + k^2, omega_l = omega_p, whatever k */
  wd_dispersion cold = wd_dispersion_at(1e-14);
  assert_close(cold.S_t, 1, 1e-13);
  assert_close(cold.S_l, 1, 1e-13);
  for (double e = 1; e > 1e-6; e *= 0.1) assert_close(wd_residue_transverse(e, 1e-14, &cold), 1, 1e-12);
  /* v -> 1: the transverse mass at large k is sqrt(3/2) omega_p, and longitudinal plasmons have no largest k
   */
  assert_close(wd_dispersion_at(1 - 1e-12).S_t, 1.5, 1e-10);
  assert_true(wd_dispersion_at(1 - 1e-12).S_l > 30);
}

/* --- Emissivity --- */

/* Q_T + Q_L per unit sum of C_V^2 [erg cm^-3 s^-1]. */
static double emissivity(double rho_over_mu, double temperature, double parts[2]) {
  enum { NODES = 200 };
  wd_plasma p = plasma_of(density_at(rho_over_mu), temperature, WD_PLASMA_EXACT);
  wd_local l = {.volume = 1,
                .frequency2 = p.frequency * p.frequency,
                .v2 = p.v_star * p.v_star,
                .omega_axial = p.omega_axial,
                .temperature = temperature};
  gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(NODES);
  double scale = wd_transverse_scale(&l);
  parts[0] = parts[1] = 0;
  for (size_t i = 0; i < NODES; i++) {
    double x, weight, e;
    gsl_integration_glfixed_point(0, 1, i, &x, &weight, table);
    double dw = wd_transverse_coordinate(scale, x, &e);
    parts[0] += weight * dw * wd_transverse_kernel_at(&l, e).vector;
    parts[1] += weight * wd_longitudinal_kernel_at(&l, (1 - x) * (1 + x), x * x).vector;
  }
  gsl_integration_glfixed_table_free(table);
  return parts[0] + parts[1];
}

/* At T = 1e8 K, by an independent evaluation of Eqs. (16) and (17); sin^2 theta_W = 0.2312. */
static void known_emissivities(void **state) {
  (void)state;
  const double rho[] = {1e4, 1e6, 1e8}, longitudinal[] = {1.369, 1.156e7, 5.988e7},
               transverse[] = {891.1, 1.069e8, 6.564e7};
  double C_e = 2 * 0.2312 + 0.5, C_x = 2 * 0.2312 - 0.5, sum = C_e * C_e + 2 * C_x * C_x, parts[2];
  for (int i = 0; i < 3; i++) {
    emissivity(rho[i], T, parts);
    assert_close(parts[0] * sum, transverse[i], 1e-3);
    assert_close(parts[1] * sum, longitudinal[i], 1e-3);
  }
}

/* Within 5 % where the plasma process is the strongest one and the fit is meant to hold, about 1 < gamma < 8
 * (a thinner plasma emits by the photo process, a denser one by bremsstrahlung). */
static void fit_of_the_emissivity(void **state) {
  (void)state;
  double squares = 0;
  int count = 0;
  for (double t = 1e7; t < 2e9; t *= sqrt(10))
    for (double rho = 1e2; rho < 2e10; rho *= 10) {
      wd_plasma p = plasma_of(density_at(rho), t * WD_KELVIN, WD_PLASMA_EXACT);
      double gamma = p.frequency / (t * WD_KELVIN), parts[2];
      if (gamma < 1 || gamma > 8) continue;
      double ratio = emissivity(rho, t * WD_KELVIN, parts) / haft_raffelt_weiss(rho, t);
      if (!(fabs(ratio - 1) < 0.05))
        fail_msg("T = %g K, rho/mu_e = %g g/cm^3: %.3f of the fit", t, rho, ratio);
      squares += (ratio - 1) * (ratio - 1);
      count++;
    }
  assert_true(count >= 10);
  assert_true(sqrt(squares / count) < 0.03);
}

/* However cold, there is an answer at once: the limit of T = 0, to rounding where the thermal corrections (T/E_F)^2 are. */
static void cold_plasmas(void **state) {
  (void)state;
  const double density[] = {1e12, 7.7e16, 1e20}; /* [eV^3] */
  for (size_t i = 0; i < sizeof density / sizeof *density; i++) {
    wd_plasma limit, cold;
    assert_int_equal(wd_plasma_compute(density[i], 1, WD_PLASMA_DEGENERATE, 1, &limit, NULL), WD_OK);
    for (double kT = 1e-6; kT > 1e-300; kT *= 1e-3) {
      assert_int_equal(wd_plasma_compute(density[i], kT, WD_PLASMA_EXACT, 1, &cold, NULL), WD_OK);
      assert_close(cold.chemical_potential, limit.chemical_potential, 1e-12);
      assert_close(cold.frequency, limit.frequency, 1e-9);
      assert_close(cold.v_star, limit.v_star, 1e-9);
      assert_close(cold.omega_axial, limit.omega_axial, 1e-9);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cold_plasmas),
      cmocka_unit_test(golden_point),
      cmocka_unit_test(density_is_reproduced),
      cmocka_unit_test(degenerate_limit),
      cmocka_unit_test(relativistic_degenerate_gas),
      cmocka_unit_test(classical_limit),
      cmocka_unit_test(piecewise_switches_at_the_key),
      cmocka_unit_test(classical_model_refuses_hot_plasma),
      cmocka_unit_test(dispersion_golden_point),
      cmocka_unit_test(dispersion_identities),
      cmocka_unit_test(transverse_residue_is_derivative),
      cmocka_unit_test(dispersion_limits),
      cmocka_unit_test(one_loop_integrals),
      cmocka_unit_test(largest_longitudinal_momentum),
      cmocka_unit_test(known_emissivities),
      cmocka_unit_test(fit_of_the_emissivity),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
