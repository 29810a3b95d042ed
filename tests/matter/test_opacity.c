/* Opacities of fully ionised matter: limits that are known, published tables, the absorption of matter/absorption.h, the
 * rules against fine ones, smoothness. */
#include "testing.h"

#include "base/constants.h"
#include "matter/absorption.h"
#include "matter/conduction.h"
#include "matter/opacity.h"
#include "matter/plasma.h"
#include <gsl/gsl_sf_bessel.h>
#include <time.h>

#define M WD_M_ELECTRON

static wd_composition pure(int Z) {
  return (wd_composition){.count = 1, .share = {{.Z = Z, .A = Z == 1 ? 1 : 2 * Z, .fraction = 1}}};
}

/* Electrons' chemical potential without the rest mass [eV]. */
static double potential(const wd_composition *c, double rho, double kelvin) {
  const wd_ionised m = wd_ionised_at(c, rho, kelvin, 0);
  wd_plasma plasma;
  wd_error err = {0};
  if (wd_plasma_compute(m.electrons, m.temperature, WD_PLASMA_EXACT, 1, &plasma, &err))
    fail_msg("%s", err.message);
  return plasma.chemical_potential - M;
}

static double radiative(const wd_composition *c, double rho, double kelvin) {
  return wd_opacity_radiative(c, rho, kelvin, potential(c, rho, kelvin));
}

static double conductive(const wd_composition *c, double rho, double kelvin) {
  return wd_opacity_conductive(c, rho, kelvin, potential(c, rho, kelvin));
}

/* [erg cm^-1 s^-1 K^-1] from kappa = 16 sigma T^3/(3 rho K) */
static double conductivity(const wd_composition *c, double rho, double kelvin) {
  return 16 * 5.670374419e-5 * pow(kelvin, 3) / (3 * rho * conductive(c, rho, kelvin));
}

/* --- Limits --- */

/* 0.2 (1 + X) in a thin gas, less the recoil, which OPAL has as 2.0 % at 1e7 and 19 % at 1e8 K. */
static void thomson(void **state) {
  (void)state;
  for (int i = 0; i <= 10; i++) {
    const double X = 0.1 * i;
    const wd_composition c = {2, {{.Z = 1, .A = 1, .fraction = X}, {.Z = 2, .A = 4, .fraction = 1 - X}}};
    assert_close(radiative(&c, 1e-8, 1e6), 0.2 * (1 + X), 0.01);
    assert_close(radiative(&c, 1e-8, 1e7), 0.98 * 0.2 * (1 + X), 0.015);
    assert_close(radiative(&c, 1e-8, 1e8), 0.81 * 0.2 * (1 + X), 0.015);
  }
}

/* Kramers: 3.68e22 g (1 + X) rho T^-3.5 with a mean Gaunt factor g. */
static void kramers(void **state) {
  (void)state;
  const wd_composition hydrogen = pure(1), helium = pure(2);
  const double T[] = {1e5, 3e5};
  for (int i = 0; i < 2; i++) {
    const double rho = 0.3 * pow(T[i] / 1e6, 2), law = 3.68e22 * rho * pow(T[i], -3.5);
    const double h = (radiative(&hydrogen, rho, T[i]) - 0.4) / (2 * law);
    const double he = (radiative(&helium, rho, T[i]) - 0.2) / law;
    if (!(h > 0.9 && h < 1.3 && he > 0.9 && he < 1.3))
      fail_msg("T = %g K: %.3f of H, %.3f of He", T[i], h, he);
  }
}

/* Born's factor for fast electrons, and Kramers's 1 for slow ones with the first term of Menzel & Pekeris's expansion. */
static void gaunt_factors(void **state) {
  (void)state;
  for (double u = 0.01; u < 30; u *= 2) {
    const double born = sqrt(3) / WD_PI * gsl_sf_bessel_K0_scaled(u / 2);
    assert_close(wd_gaunt_factor(u, 1e-3), born, 0.1);
    assert_close(wd_gaunt_factor(u, 1e-2) / wd_gaunt_factor(u, 1e-3), 1.1, 0.12);
  }
  for (double u = 1; u < 10; u *= 2)
    assert_close(wd_gaunt_factor(u, 1e3), 1 + 0.1728 * pow(u / 1e3, 1.0 / 3) * (1 + 2 / u), 0.02);
}

/* Hot and thin: L. Spitzer, Physics of Fully Ionized Gases, Eq. (5-46) with the factors of Table 5.4, and Born's
 * logarithm for electrons of the energy 5 T that matter. */
static void spitzer(void **state) {
  (void)state;
  const double factor[] = {0.419 * 0.225, 0.410 * 0.356};
  for (int Z = 1; Z <= 2; Z++)
    for (double kelvin = 1e7; kelvin < 2e8; kelvin *= 3) {
      const wd_composition c = pure(Z);
      const double rho = 1e-4, T = kelvin * WD_KELVIN;
      const wd_ionised m = wd_ionised_at(&c, rho, kelvin, 0);
      const double logarithm = log(2 * sqrt(10 * M * T) / sqrt(m.electrons2 + m.ions2)) - 0.5;
      const double K = factor[Z - 1] * 20 * pow(2 / WD_PI, 1.5) * pow(T, 2.5) /
                       (sqrt(M) * WD_ALPHA * WD_ALPHA * Z * logarithm);
      const double unit = WD_EV_ERG / (WD_HBAR_S * WD_HBARC_CM) * WD_KELVIN; /* eV^2 in erg cm^-1 s^-1 K^-1 */
      assert_close(conductivity(&c, rho, kelvin), K * unit, 0.12);
    }
}

/* D. G. Yakovlev & V. A. Urpin, Sov. Astron. 24 (1980) 303: electrons scatter off the ions of a liquid only. */
static void yakovlev_urpin(void **state) {
  (void)state;
  for (double rho = 1e5; rho < 2e7; rho *= 10)
    for (double kelvin = 3e6; kelvin < 4e7; kelvin *= 2) {
      const wd_composition c = pure(6);
      const wd_ionised m = wd_ionised_at(&c, rho, kelvin, potential(&c, rho, kelvin));
      if (m.degeneracy < 40 || m.coupling > 40 || m.coupling < 2) continue;
      const double x = m.fermi_momentum / M, E = hypot(1, x);
      const double L = log(cbrt(4 * WD_PI) * sqrt(1.5 + 3 / m.coupling)) - x * x / (2 * E * E);
      const double rate = 4 * 6 * WD_ALPHA * WD_ALPHA * E * M * L / (3 * WD_PI); /* [eV] */
      const double K = WD_PI * WD_PI * m.temperature * m.electrons / (3 * E * M * rate);
      assert_close(wd_conductivity(&m), K, 0.13);
    }
}

/* --- Published tables --- */

/* log10 of the conductivity [erg cm^-1 s^-1 K^-1] at log T = 6, 6.5, 7, 7.5, 8: table condtabl of A. Y. Potekhin (2011),
 * an update of Cassisi et al. (2007). */
static const struct {
  int Z;
  double log_rho, log_K[5];
} conduction[] = {
    {1, 1, {10.417, 11.274, 12.309, 13.416, 14.555}}, {1, 2, {11.320, 11.709, 12.532, 13.559, 14.661}},
    {1, 3, {12.533, 12.720, 13.023, 13.793, 14.805}}, {1, 4, {13.611, 13.937, 14.123, 14.356, 15.051}},
    {1, 5, {14.659, 14.989, 15.267, 15.454, 15.654}}, {2, 1, {10.159, 11.099, 12.165, 13.285, 14.429}},
    {2, 2, {10.838, 11.436, 12.355, 13.415, 14.528}}, {2, 3, {11.921, 12.213, 12.727, 13.612, 14.659}},
    {2, 4, {12.947, 13.350, 13.612, 14.033, 14.864}}, {2, 5, {13.948, 14.375, 14.744, 14.987, 15.331}},
    {2, 6, {14.985, 15.297, 15.682, 15.990, 16.217}}, {6, 3, {11.398, 11.840, 12.467, 13.374, 14.420}},
    {6, 4, {12.455, 12.822, 13.254, 13.787, 14.632}}, {6, 5, {13.574, 13.834, 14.248, 14.659, 15.103}},
    {6, 6, {14.750, 14.841, 15.157, 15.577, 15.950}}, {6, 7, {15.810, 15.805, 15.954, 16.278, 16.664}},
};

static void tables_of_conduction(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof conduction / sizeof *conduction; i++)
    for (int j = 0; j < 5; j++) {
      const wd_composition c = pure(conduction[i].Z);
      const double rho = pow(10, conduction[i].log_rho), T = pow(10, 6 + 0.5 * j);
      const double frozen = wd_ionised_at(&c, rho, T, 0).coupling > 100;
      assert_close(conductivity(&c, rho, T), pow(10, conduction[i].log_K[j]), frozen ? 0.09 : 0.012);
    }
}

/* log10 of OPAL's opacity [cm^2 g^-1], C. A. Iglesias & F. J. Rogers, Astrophys. J. 464 (1996) 943, tables 1 and 115 (pure
 * helium, pure hydrogen), at log R = -3, -2, -1, 0, R = rho/T_6^3; 9 where there is none. */
static const struct {
  int Z;
  double log_T, log_kappa[4];
} opal[] = {
    {2, 7.0, {-0.628, -0.420, 0.044, 0.758}}, {2, 7.5, {-0.688, -0.554, -0.232, 9}},
    {2, 8.0, {-0.769, -0.716, -0.566, 9}},    {1, 6.5, {-0.294, -0.036, 0.510, 1.326}},
    {1, 7.0, {-0.349, -0.173, 0.255, 0.916}}, {1, 7.5, {-0.396, -0.292, -0.025, 9}},
    {1, 8.0, {-0.481, -0.475, -0.397, 9}},
};

/* Within 2 % for eta < -1, 6 % for eta < 1, and 13 % where conduction is not yet stronger; OPAL lets photons of any energy pass. */
static void tables_of_radiation(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof opal / sizeof *opal; i++)
    for (int j = 0; j < 4; j++) {
      if (opal[i].log_kappa[j] > 8) continue;
      const wd_composition c = pure(opal[i].Z);
      const double T = pow(10, opal[i].log_T), rho = pow(10, j - 3) * pow(1e-6 * T, 3);
      const double eta = potential(&c, rho, T) / (T * WD_KELVIN);
      const double kappa = radiative(&c, rho, T);
      assert_close(kappa, pow(10, opal[i].log_kappa[j]), eta < -1 ? 0.02 : eta < 1 ? 0.06 : 0.13);
    }
}

/* Bound electrons, which this module leaves out: how much of OPAL's opacity of helium they make. */
static void bound_electrons(void **state) {
  (void)state;
  const wd_composition c = pure(2);
  assert_close(radiative(&c, 0.1, 1e6), 0.37 * pow(10, 1.049), 0.05);
  assert_close(radiative(&c, 10, 1e6), 0.93 * pow(10, 2.517), 0.05);
  assert_close(radiative(&c, pow(10, 0.5), pow(10, 6.5)), 0.80 * pow(10, 0.420), 0.05);
  assert_close(radiative(&c, pow(10, 1.5), pow(10, 6.5)), pow(10, 1.180), 0.05);
}

/* --- Second methods --- */

/* Blocking, screening and the structure of the liquid, against the relativistic integrals over electrons and momentum
 * transfers, times the exact over Born's Gaunt factor, from eta = -6 to 28. */
static void absorption_of_degenerate_electrons(void **state) {
  (void)state;
  wd_structure_factor *ions;
  wd_error err = {0};
  if (wd_structure_factor_create(20, &ions, &err)) fail_msg("%s", err.message);
  int count = 0;
  for (int Z = 1; Z <= 2; Z++)
    for (double kelvin = 1e6; kelvin < 4e7; kelvin *= sqrt(10))
      for (double rho = 0.1; rho < 2e5; rho *= 10) {
        const wd_composition c = pure(Z);
        const wd_ionised m = wd_ionised_at(&c, rho, kelvin, potential(&c, rho, kelvin));
        if (m.degeneracy < -6 || m.degeneracy > 30 || m.coupling > 4) continue;
        const wd_gas gas = {m.electrons, m.temperature, Z, 1.0 / Z};
        wd_absorber a;
        if (wd_absorber_at(&gas, ions, &a, &err)) fail_msg("%s", err.message);
        for (double u = 1; u < 10; u *= 2) {
          const double gamma2 = Z * Z * 13.605693 / (m.temperature * m.stiffness);
          const double exact =
              wd_gaunt_factor(u, gamma2) / (sqrt(3) / WD_PI * gsl_sf_bessel_K0_scaled(u / 2));
          const double kappa =
              wd_absorption_bremsstrahlung(&a, u * m.temperature) / (WD_HBARC_CM * rho) * exact;
          const double eta = m.degeneracy * m.temperature;
          assert_close(wd_opacity_free_free(&c, rho, kelvin, eta, u), kappa, u < 5 ? 0.07 : 0.11);
          count++;
        }
      }
  assert_true(count > 100);
  wd_structure_factor_free(ions);
}

/* The mean over photons by 6 points, against 4000. Scattering is the mean where there is nothing else. */
static void rosseland_mean(void **state) {
  (void)state;
  for (double kelvin = 1e5; kelvin < 2e7; kelvin *= 10)
    for (double eta = -6; eta < 11; eta += 4) {
      const wd_composition c = pure(2);
      const double T = kelvin * WD_KELVIN;
      double low = 1e-9, high = 1e6, sum = 0, weights = 0;
      for (int i = 0; i < 60; i++) {
        const double rho = sqrt(low * high);
        *(potential(&c, rho, kelvin) < eta * T ? &low : &high) = rho;
      }
      const wd_ionised m = wd_ionised_at(&c, low, kelvin, eta * T);
      const double cut2 = 4 * WD_PI * WD_ALPHA * m.electrons / (hypot(m.fermi_momentum, M) * T * T);
      const double thomson =
          8 * WD_PI * WD_ALPHA * WD_ALPHA / (3 * M * M) * m.electrons / m.stiffness / (WD_HBARC_CM * low);
      const double recoil = 1 + pow(T / 43.3e3, 0.885), followers = m.ions2 / (1 + 0.4 * m.coupling);
      for (double k = 0.005; k < 40; k += 0.01) {
        const double u = sqrt(k * k + cut2), q2 = 2 * k * k * T * T + followers;
        const double es = thomson / recoil * k / u * q2 / (q2 + m.electrons2);
        const double weight = pow(k, 4) * exp(u) / pow(expm1(u), 2);
        sum += 0.01 * weight / (es + wd_opacity_free_free(&c, low, kelvin, eta * T, u));
        weights += 0.01 * pow(k, 4) * exp(k) / pow(expm1(k), 2);
      }
      assert_close(wd_opacity_radiative(&c, low, kelvin, eta * T), weights / sum, 2e-3);
    }
}

/* --- What is expected of a function --- */

static void sum_of_both(void **state) {
  (void)state;
  const wd_composition c = pure(2);
  for (double rho = 1e-8; rho < 2e9; rho *= 10) {
    const double mu = potential(&c, rho, 3e6), r = wd_opacity_radiative(&c, rho, 3e6, mu),
                 k = wd_opacity_conductive(&c, rho, 3e6, mu);
    assert_true(r > 0 && k > 0);
    assert_close(1 / wd_opacity(&c, rho, 3e6, mu), 1 / r + 1 / k, 1e-12);
  }
}

/* Fractions count relative to their sum, and parts of the same kind add up. */
static void mixtures(void **state) {
  (void)state;
  const wd_composition c = pure(6), parts = {3, {{6, 12, 0.3}, {6, 12, 0.5}, {8, 16, 0}}};
  const double mu = potential(&c, 1e4, 1e7);
  assert_close(wd_opacity(&parts, 1e4, 1e7, mu), wd_opacity(&c, 1e4, 1e7, mu), 1e-12);
  const wd_composition oxygen = pure(8), both = {2, {{6, 12, 0.5}, {8, 16, 0.5}}};
  const double a = conductive(&c, 1e6, 3e7), b = conductive(&both, 1e6, 3e7),
               d = conductive(&oxygen, 1e6, 3e7);
  assert_true(b > a && b < d);
}

static double log_opacity(const wd_composition *c, double log_rho, double log_T) {
  const double rho = exp(log_rho), T = exp(log_T);
  return log(wd_opacity(c, rho, T, potential(c, rho, T)));
}

/* Derivatives by steps of 1e-5 are those by steps of 1e-3. */
static void smoothness(void **state) {
  (void)state;
  for (int Z = 1; Z <= 6; Z += Z)
    for (double log_T = log(3e4); log_T < log(3.1e8); log_T += 0.77)
      for (double log_rho = log(1e-8); log_rho < log(1e9); log_rho += 0.93) {
        const wd_composition c = pure(Z);
        double slope[2][2];
        for (int i = 0; i < 2; i++) {
          const double h = i ? 1e-3 : 1e-5;
          slope[0][i] = (log_opacity(&c, log_rho + h, log_T) - log_opacity(&c, log_rho - h, log_T)) / (2 * h);
          slope[1][i] = (log_opacity(&c, log_rho, log_T + h) - log_opacity(&c, log_rho, log_T - h)) / (2 * h);
        }
        for (int j = 0; j < 2; j++)
          if (!(fabs(slope[j][0] - slope[j][1]) < 1e-3))
            fail_msg("Z = %d, rho = %g, T = %g: slopes %.6f and %.6f", Z, exp(log_rho), exp(log_T),
                     slope[j][0], slope[j][1]);
      }
}

/* WDSCAN_TABLE=1 prints the time of a call. */
static void cost(void **state) {
  (void)state;
  enum { CALLS = 20000 };
  const wd_composition c = pure(2);
  const double mu = potential(&c, 1e3, 1e7);
  double sum = 0;
  const clock_t start = clock();
  for (int i = 0; i < CALLS; i++) sum += wd_opacity(&c, 1e3, 1e7 * (1 + 1e-6 * i), mu);
  const double microseconds = 1e6 * (double)(clock() - start) / CLOCKS_PER_SEC / CALLS;
  if (getenv("WDSCAN_TABLE")) print_message("%.2f microseconds, mean %.4g\n", microseconds, sum / CALLS);
  assert_true(microseconds < 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(thomson),
      cmocka_unit_test(kramers),
      cmocka_unit_test(gaunt_factors),
      cmocka_unit_test(spitzer),
      cmocka_unit_test(yakovlev_urpin),
      cmocka_unit_test(tables_of_conduction),
      cmocka_unit_test(tables_of_radiation),
      cmocka_unit_test(bound_electrons),
      cmocka_unit_test(absorption_of_degenerate_electrons),
      cmocka_unit_test(rosseland_mean),
      cmocka_unit_test(sum_of_both),
      cmocka_unit_test(mixtures),
      cmocka_unit_test(smoothness),
      cmocka_unit_test(cost),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
