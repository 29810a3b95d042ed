/* Hot matter: limits, thermodynamic identities, simulations of the plasma of ions, the table against quadrature. */
#include "testing.h"

#include "base/constants.h"
#include "matter/eos.h"
#include "matter/ions.h"
#include "matter/plasma.h"
#include "matter/thermal.h"

static wd_electron_table *table;

static const wd_composition hydrogen = {.count = 1, .share = {{1, 1, 1}}};
static const wd_composition helium = {.count = 1, .share = {{2, 4, 1}}};
static const wd_composition carbon = {.count = 1, .share = {{6, 12, 1}}};
static const wd_composition carbon_oxygen = {.count = 2, .share = {{6, 12, 0.5}, {8, 16, 0.5}}};

static wd_thermal matter(const wd_composition *composition, double density, double temperature) {
  wd_thermal out;
  wd_error err = {0};
  if (wd_thermal_at(table, composition, density, temperature, &out, &err)) fail_msg("%s", err.message);
  return out;
}

/* n in 1/cm^3, T in K. */
static wd_electrons electrons(double density, double temperature) {
  wd_electrons out;
  wd_error err = {0};
  if (wd_electrons_at(table, density * pow(WD_HBARC_CM, 3), temperature * WD_KELVIN, &out, &err))
    fail_msg("%s", err.message);
  return out;
}

/* Between 0 and 1, the same everywhere. */
static double next_random(void) {
  static uint64_t state = 20240607;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (double)(state >> 11) * 0x1p-53;
}

/* Thin hot helium: 3 particles a nucleus, and radiation; to the order of sqrt(Gamma^3) and T/m_e. */
static void classical_gas(void **state) {
  (void)state;
  const double k = WD_KELVIN * WD_EV_ERG, rho = 1e-4, T = 3e6, n = rho / WD_AMU_CGS;
  const double a = 7.565733e-15; /* erg cm^-3 K^-4 */
  wd_thermal m = matter(&helium, rho, T);
  assert_close(m.pressure, 0.75 * n * k * T + a * pow(T, 4) / 3, 1e-5);
  double order = WD_KELVIN * T / WD_M_ELECTRON; /* the electrons' mean energy is 3 T/2 (1 + 5 T/4 m_e) */
  assert_close(m.energy * rho, 1.5 * (0.75 + 0.5 * 1.25 * order) * n * k * T + a * pow(T, 4), 1e-5);
  assert_close(m.electron_density, n / 2, 1e-12);
  assert_close(m.density_slope, 1, 1e-5);
  /* mu = T ln(n lambda^3/2) to first order in T/m_e; lambda = h/sqrt(2 pi m k T) = 7.45384e-6 cm/sqrt(T/K) */
  double lambda = 7.4538381e-06 / sqrt(T);
  assert_close(m.chemical_potential, WD_KELVIN * T * (log(n / 4 * pow(lambda, 3)) - 15.0 / 8 * order), 1e-6);
  /* Sackur and Tetrode's entropy of a gas of electrons with two spins, 5/2 - ln(n lambda^3/2) */
  wd_electrons e = electrons(1e18, 1e6);
  lambda = 7.4538381e-09;
  assert_close(e.entropy / (1e18 * pow(WD_HBARC_CM, 3)), 2.5 - log(0.5e18 * pow(lambda, 3)), 1e-4);
}

/* At 1e4 K the Fermi gas is that of T = 0 with Sommerfeld's correction, of order (T/E_F)^2. */
static void cold_limit(void **state) {
  (void)state;
  const wd_eos_matter ideal = {.salpeter = 0};
  for (double n = 1e27; n < 6e33; n *= 3) {
    double x = wd_eos_relativity(n * pow(WD_HBARC_CM, 3));
    wd_electrons e = electrons(n, 1e4);
    double order = 10 / (e.degeneracy * e.degeneracy);
    assert_close(e.pressure, wd_eos_pressure(&ideal, x), 1e-9 + order);
    assert_close(e.energy / (n * pow(WD_HBARC_CM, 3)), wd_eos_energy(&ideal, x), 1e-9 + order);
  }
}

/* 300 points anywhere in the table, by quadrature at the same chemical potential. */
static void table_is_the_integral(void **state) {
  (void)state;
  const double M = WD_M_ELECTRON;
  for (int i = 0; i < 300; i++) {
    double n = 6.1e14 * exp(next_random() * log(6e33 / 6.1e14)), T = pow(10, 4 + 6 * next_random());
    wd_electrons e = electrons(n, T);
    double t = T * WD_KELVIN / M, natural = n * pow(WD_HBARC_CM, 3), mu = M + e.degeneracy * t * M;
    double pairs = exp(wd_electrons_log_pressure(-e.degeneracy - 2 / t, t));
    double P = pow(M, 4) * (exp(wd_electrons_log_pressure(e.degeneracy, t)) + pairs);
    wd_fermi_moments f = wd_fermi_integrate(mu, T * WD_KELVIN);
    assert_close(e.pressure, P, 1e-10);
    /* where pairs abound the density is a small difference */
    assert_true(fabs(f.density - natural) <
                1e-10 * natural + 1e-10 * P * pairs / (P + pairs) / (t * M) + 1e-13 * pow(M, 3) * pairs / t);
    assert_close(e.density_slope, f.density_slope * T * WD_KELVIN / natural, 1e-8);
  }
}

typedef struct derivative {
  double pressure, energy, entropy;
} derivative;

/* With respect to ln rho or ln T, of fourth order. */
static derivative slope(const wd_composition *c, double rho, double T, bool density) {
  const double h = 2e-3, shifts[] = {-2, -1, 1, 2}, weights[] = {1.0 / 12, -2.0 / 3, 2.0 / 3, -1.0 / 12};
  derivative d = {0};
  for (int i = 0; i < 4; i++) {
    double factor = exp(h * shifts[i]);
    wd_thermal m = matter(c, density ? rho * factor : rho, density ? T : T * factor);
    d.pressure += weights[i] * m.pressure / h;
    d.energy += weights[i] * m.energy / h;
    d.entropy += weights[i] * m.entropy / h;
  }
  return d;
}

/* du = T ds + P drho/rho^2: three identities, at all densities and temperatures. */
static void first_law(void **state) {
  (void)state;
  const wd_composition *all[] = {&carbon_oxygen, &helium, &hydrogen};
  for (int c = 0; c < 3; c++)
    for (double rho = 1e-7; rho < 8e9; rho *= 7)
      for (double T = 1.5e4; T < 9e9; T *= 2.3) {
        wd_thermal m = matter(all[c], rho, T);
        derivative by_rho = slope(all[c], rho, T, true), by_T = slope(all[c], rho, T, false);
        double scale = fabs(m.pressure) / rho; /* the electrons' part of the energy; rounding is of it */
        assert_true(fabs(by_rho.energy - (m.pressure - by_T.pressure) / rho) <
                    1e-8 * (scale + fabs(by_T.pressure) / rho));
        assert_true(fabs(by_T.energy - T * by_T.entropy) < 1e-8 * fabs(by_T.energy) + 1e-10 * scale);
        assert_true(fabs(T * by_rho.entropy + by_T.pressure / rho) <
                    1e-7 * T * fabs(by_rho.entropy) + 1e-10 * scale);
      }
}

/* The fit of Slattery, Doolen & DeWitt, Phys. Rev. A 26 (1982) 2255, to Monte Carlo energies; Debye & Hueckel. */
static void energies_of_the_plasma(void **state) {
  (void)state;
  for (double G = 1; G < 170; G *= 1.5) {
    double published = -0.897744 * G + 0.95043 * pow(G, 0.25) + 0.18956 * pow(G, -0.25) - 0.81487;
    assert_close(wd_ion_at(G, 0).energy - 1.5, published, G < 2 ? 4e-3 : 6e-4);
  }
  assert_close(wd_ion_at(1, 0).energy - 1.5, -0.572, 2e-3);
  assert_close(wd_ion_at(10, 0).energy - 1.5, -7.996, 1e-3);
  assert_close(wd_ion_at(100, 0).energy - 1.5, -87.524, 1e-4);
  for (double G = 1e-6; G < 1e-3; G *= 10)
    assert_close(wd_ion_at(G, 0).energy - 1.5, -sqrt(3) / 2 * pow(G, 1.5), 2 * sqrt(G) + 1e-16 / pow(G, 1.5));
}

/* Energy and heat capacity are derivatives of the free energy; P/nT = 1 + dF/dln n. */
static void ions_are_consistent(void **state) {
  (void)state;
  for (double G = 1e-3; G < 200; G *= 3.1)
    for (double q = 1e-3; q < 200; q *= 2.9) {
      const double h = 1e-4, a = exp(h), b = exp(-h);
      wd_ion ion = wd_ion_at(G, q), hot = wd_ion_at(G * b, q * b), cold = wd_ion_at(G * a, q * a);
      double scale = 1e-7 * (1 + fabs(ion.energy) + q);
      assert_true(fabs((cold.free_energy - hot.free_energy) / (2 * h) - (ion.energy - 1.5)) < scale);
      assert_true(fabs((hot.energy - cold.energy) / (2 * h) + ion.energy - wd_ion_heat_capacity(G, q)) <
                  scale);
      wd_ion dense = wd_ion_at(G * cbrt(a), q * sqrt(a)), thin = wd_ion_at(G * cbrt(b), q * sqrt(b));
      assert_true(fabs((dense.free_energy - thin.free_energy) / (2 * h) - (ion.pressure - 1)) < scale);
    }
}

/* Wigner and Kirkwood's q^2/24; the zero-point energy sqrt(3)/2 q; heat capacities between. */
static void quantum_limits(void **state) {
  (void)state;
  for (double q = 1e-4; q < 0.1; q *= 3)
    assert_close(wd_ion_at(1, q).energy - wd_ion_at(1, 0).energy, q * q / 12, 1e-2 * q * q + 1e-14 / (q * q));
  assert_close(wd_ion_at(1, 1e4).energy - wd_ion_at(1, 0).energy, sqrt(3) / 2 * 1e4, 1e-3);
  for (double q = 0.33; q < 0.36; q += 1e-4) /* where the series ends */
    assert_close(wd_ion_at(1, q + 1e-9).energy - wd_ion_at(1, q).energy, 1e-9 * q / 6, 0.02);
  /* q/Gamma = sqrt(3 hbar^2/(a M (Z e)^2)) is 0.04 for carbon and 0.24 for helium at 1e9 g/cm^3 */
  for (double G = 30; G < 175; G += 10) {
    assert_true(wd_ion_heat_capacity(G, 0) > 2.4 && wd_ion_heat_capacity(G, 0) < 3.5);
    assert_true(wd_ion_heat_capacity(G, 0.04 * G) > 1);
    assert_true(wd_ion_heat_capacity(G, 0.24 * G) > -0.25);
  }
}

/* Carbon near Gamma = 100: almost 3 k a nucleus, and Sommerfeld's pi^2 T E_F/p_F^2 for each of six electrons. */
static void degenerate_heat_capacity(void **state) {
  (void)state;
  const double rho = 1e6, T = 3.57e6, k = WD_KELVIN * WD_EV_ERG, t = T * WD_KELVIN;
  wd_thermal m = matter(&carbon, rho, T);
  assert_close(m.coupling, 100, 0.02);
  double x = wd_eos_relativity(m.electron_density * pow(WD_HBARC_CM, 3)), M = WD_M_ELECTRON;
  double per_electron = WD_PI * WD_PI * t * sqrt(1 + x * x) / (x * x * M);
  double omega = sqrt(4 * WD_PI * WD_ALPHA * m.electron_density * pow(WD_HBARC_CM, 3) / (2 * WD_M_AMU));
  double ion = wd_ion_heat_capacity(m.coupling, omega / t), classical = wd_ion_heat_capacity(m.coupling, 0);
  derivative by_T = slope(&carbon, rho, T, false);
  double radiation = 4 * 7.565733e-15 * pow(T, 3);
  double capacity = (by_T.energy / T - radiation / rho) * 12 * WD_AMU_CGS / k;
  assert_close(capacity, ion + 6 * per_electron, 1e-4);
  assert_close(classical, 3.03, 0.01);
  assert_true(6 * per_electron > 0.02 && 6 * per_electron < 0.3);
}

/* Derivatives by small steps: second differences of step h and 2h are in the ratio 1:4 along lines that cross the
 * cells of the table, up to rounding; that of the entropy and of dn/dmu is magnified by degeneracy. */
static void smooth(void **state) {
  (void)state;
  const double h = 1e-3;
  for (int line = 0; line < 3; line++)
    for (int i = 0; i < 3000; i++) {
      double f[5][4];
      for (int k = 0; k < 5; k++) {
        double at = 8e-3 * i + (k - 2) * h;
        double rho = line == 0 ? exp(-1 + at) : line == 1 ? 1e6 : 3e-5 * exp(at / 4);
        double T = line == 0 ? 2e7 : line == 1 ? 2e6 * exp(at / 4) : 3e8 * exp(at / 12);
        wd_thermal m = matter(&carbon_oxygen, rho, T);
        f[k][0] = log(m.pressure), f[k][1] = log(m.energy), f[k][2] = log(m.entropy);
        f[k][3] = log(m.density_slope);
      }
      for (int q = 0; q < 4; q++) {
        double narrow = f[1][q] - 2 * f[2][q] + f[3][q], wide = f[0][q] - 2 * f[2][q] + f[4][q];
        if (fabs(wide - 4 * narrow) > 1e-11 * (q < 2 ? 1 : 50))
          fail_msg("line %d, %d, quantity %d: %.3g", line, i, q, wide - 4 * narrow);
      }
    }
}

static void refuses_what_it_does_not_know(void **state) {
  (void)state;
  const double outside[][2] = {{1e-10, 1e7}, {3e10, 1e7}, {1, 5e3}, {1, 2e10},
                               {NAN, 1e7},   {1, NAN},    {-1, 1e7}};
  for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
    wd_thermal m;
    wd_error err = {0};
    assert_int_equal(wd_thermal_at(table, &helium, outside[i][0], outside[i][1], &m, &err), WD_ERR_NUMERIC);
    assert_non_null(strstr(err.message, "g/cm^3"));
  }
  matter(&helium, 2e-9, 1e4), matter(&helium, 2e10, 1e4), matter(&helium, 2e-9, 1e10),
      matter(&helium, 2e10, 1e10);
}

static int make_table(void **state) {
  (void)state;
  return wd_electron_table_create(&table, NULL);
}

static int free_table(void **state) {
  (void)state;
  wd_electron_table_free(table);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(classical_gas),
      cmocka_unit_test(cold_limit),
      cmocka_unit_test(table_is_the_integral),
      cmocka_unit_test(first_law),
      cmocka_unit_test(energies_of_the_plasma),
      cmocka_unit_test(ions_are_consistent),
      cmocka_unit_test(quantum_limits),
      cmocka_unit_test(degenerate_heat_capacity),
      cmocka_unit_test(smooth),
      cmocka_unit_test(refuses_what_it_does_not_know),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, make_table, free_table);
}
