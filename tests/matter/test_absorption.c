/* Absorption in the plasma: matrix elements against traces of Dirac matrices, the structure factor against
 * simulations, and the limits that are known: Drude, Kramers, Thomson, Klein and Nishina, detailed balance. */
#include "testing.h"

#include "base/constants.h"
#include "matter/absorption.h"
#include "matter/plasma.h"
#include <complex.h>
#include <gsl/gsl_sf_bessel.h>
#include <string.h>

#define M WD_M_ELECTRON

static wd_structure_factor *ions;

static int make_ions(void **state) {
  wd_error err = {0};
  (void)state;
  return wd_structure_factor_create(WD_COUPLING_FREEZING, &ions, &err);
}

static int free_ions(void **state) {
  (void)state;
  wd_structure_factor_free(ions);
  return 0;
}

static double per_cm3(double n) {
  return n * pow(WD_HBARC_CM, 3);
}

/* One kind of ion. */
static wd_absorber gas_of(double electrons_per_cm3, double temperature, double Z) {
  wd_gas gas = {per_cm3(electrons_per_cm3), temperature, Z, 1 / Z};
  wd_absorber a;
  wd_error err = {0};
  if (wd_absorber_at(&gas, ions, &a, &err)) fail_msg("%s", err.message);
  return a;
}

/* --- Dirac matrices --- */

typedef struct matrix {
  double complex at[4][4];
} matrix;

static matrix product(matrix a, matrix b) {
  matrix c;
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++) {
      c.at[i][j] = 0;
      for (int k = 0; k < 4; k++) c.at[i][j] += a.at[i][k] * b.at[k][j];
    }
  return c;
}

static matrix sum(matrix a, double complex factor, matrix b) {
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++) a.at[i][j] += factor * b.at[i][j];
  return a;
}

static matrix gamma_of(int mu) {
  static const double complex pauli[3][2][2] = {{{0, 1}, {1, 0}}, {{0, -I}, {I, 0}}, {{1, 0}, {0, -1}}};
  matrix g;
  memset(&g, 0, sizeof g);
  for (int i = 0; i < 2; i++) {
    if (mu == 0) g.at[i][i] = 1, g.at[i + 2][i + 2] = -1;
    for (int j = 0; j < 2 && mu > 0; j++) {
      g.at[i][j + 2] = pauli[mu - 1][i][j];
      g.at[i + 2][j] = -pauli[mu - 1][i][j];
    }
  }
  return g;
}

/* pslash + m */
static matrix slash(const double p[4], double mass) {
  matrix s;
  memset(&s, 0, sizeof s);
  for (int i = 0; i < 4; i++) s.at[i][i] = mass;
  for (int mu = 0; mu < 4; mu++) s = sum(s, mu == 0 ? p[mu] : -p[mu], gamma_of(mu));
  return s;
}

/* tr[(p2slash + m) O (p1slash + m) Obar] */
static double squared(const double p2[4], matrix O, const double p1[4]) {
  matrix dagger, g0 = gamma_of(0);
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++) dagger.at[i][j] = conj(O.at[j][i]);
  matrix m = product(product(slash(p2, M), O), product(slash(p1, M), product(g0, product(dagger, g0))));
  return creal(m.at[0][0] + m.at[1][1] + m.at[2][2] + m.at[3][3]);
}

static double dot(const double a[4], const double b[4]) {
  return a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3];
}

/* The propagator (pslash + m)/(p^2 - m^2). */
static matrix propagator(const double p[4]) {
  matrix zero;
  memset(&zero, 0, sizeof zero);
  return sum(zero, 1 / (dot(p, p) - M * M), slash(p, M));
}

/* Both diagrams, with gamma^0 of the ion's field: sum over the three polarisations = 8 t/(omega E_total)^2 (P.36). */
static void bremsstrahlung_is_that_of_the_diagrams(void **state) {
  (void)state;
  for (int i = 1; i < 6; i++) {
    double E = M * (1 + 0.3 * i * i), omega = M * 0.2 * i, p = sqrt(E * E - M * M),
           p2 = sqrt((E + omega) * (E + omega) - M * M), c = 1 - 0.35 * i;
    double in[4] = {E, 0, 0, p}, out[4] = {E + omega, p2 * sqrt(1 - c * c), 0, p2 * c};
    double after[4] = {E + omega, 0, 0, p}, before[4] = {E, out[1], 0, out[3]}, total = 0;
    for (int k = 1; k < 4; k++) {
      matrix O = product(product(gamma_of(0), propagator(after)), gamma_of(k));
      total += squared(out, sum(O, 1, product(product(gamma_of(k), propagator(before)), gamma_of(0))), in);
    }
    double q2 = p * p + p2 * p2 - 2 * p * p2 * c, sum_E = 2 * E + omega;
    assert_close(8 * wd_bremsstrahlung_square(sum_E, omega, q2) / (omega * omega * sum_E * sum_E), total,
                 1e-10);
  }
}

/* For omega -> 0 the elastic (Mott) square 8 E^2 (1 - q^2/4E^2) times the eikonal factor (q/E)^2/omega^2 of Low: what
 * Bethe and Heitler have for slow electrons, and for fast ones if k << omega. */
static void soft_vectors_come_from_the_outer_legs(void **state) {
  (void)state;
  for (double E = 1.001 * M; E < 10 * M; E *= 1.7) {
    double omega = 1e-7 * M, q2 = 1.3 * (E * E - M * M);
    double mott = 8 * E * E * (1 - q2 / (4 * E * E)), eikonal = q2 / (E * E) / (omega * omega);
    double total = 2 * E + omega;
    assert_close(8 * wd_bremsstrahlung_square(total, omega, q2) / (omega * omega * total * total),
                 mott * eikonal, 1e-6);
  }
}

static void compton_is_that_of_the_diagrams(void **state) {
  (void)state;
  for (int i = 1; i < 6; i++) {
    double mass = 0.2 * i * M, p[4] = {0, 0.1 * i * M, 0.3 * M, -0.2 * i * M},
           k[4] = {0, -0.1 * M, 0.2 * M, 0.3 * M};
    p[0] = sqrt(M * M + p[1] * p[1] + p[2] * p[2] + p[3] * p[3]);
    k[0] = sqrt(mass * mass + k[1] * k[1] + k[2] * k[2] + k[3] * k[3]);
    double P[4], n[4] = {1, 0.6, 0, 0.8}, photon[4], out[4], rest[4];
    for (int mu = 0; mu < 4; mu++) P[mu] = p[mu] + k[mu];
    for (int mu = 0; mu < 4; mu++) {
      photon[mu] = (dot(P, P) - M * M) / (2 * dot(P, n)) * n[mu];
      out[mu] = P[mu] - photon[mu];
      rest[mu] = p[mu] - photon[mu];
    }
    double total = 0;
    for (int a = 0; a < 4; a++)
      for (int b = 0; b < 4; b++) {
        matrix O = product(product(gamma_of(b), propagator(P)), gamma_of(a));
        O = sum(O, 1, product(product(gamma_of(a), propagator(rest)), gamma_of(b)));
        total += (a == 0 ? 1 : -1) * (b == 0 ? 1 : -1) * squared(out, O, p);
      }
    assert_close(wd_compton_square(mass * mass, dot(P, P) - M * M, dot(rest, rest) - M * M), total, 1e-10);
  }
}

/* Massless: the total cross-section of Klein and Nishina, by its textbook formula. */
static void compton_of_photons_is_klein_nishina(void **state) {
  (void)state;
  for (double x = 0.01; x < 5; x *= 3) {
    double sigma = 0, omega = x * M;
    for (int i = 0; i < 2000; i++) {
      double c = -1 + (i + 0.5) / 1000, photon = omega / (1 + x * (1 - c));
      double square = wd_compton_square(0, 2 * M * omega, -2 * M * photon) / 4; /* averaged */
      sigma += 1e-3 * 2 * WD_PI * photon * photon / (omega * omega) * square * pow(WD_ALPHA / M, 2) / 4;
    }
    double l = log1p(2 * x);
    double textbook = 2 * WD_PI * pow(WD_ALPHA / M, 2) *
                      ((1 + x) / (x * x) * (2 * (1 + x) / (1 + 2 * x) - l / x) + l / (2 * x) -
                       (1 + 3 * x) / ((1 + 2 * x) * (1 + 2 * x)));
    assert_close(sigma, textbook, 1e-5);
  }
}

/* --- The ions --- */

/* Fit of Potekhin & Chabrier, Phys. Rev. E 62 (2000) 8554, Eq. (17), to simulations of the liquid. */
static double simulated_energy(double G) {
  const double A1 = -0.907347, A2 = 0.62849, A3 = -0.5 * sqrt(3) - A1 / sqrt(A2);
  return pow(G, 1.5) * (A1 / sqrt(A2 + G) + A3 / (1 + G)) + 0.0045 * G * G / (170 + G) -
         8.4e-5 * G * G / (0.0037 + G * G);
}

static void ions_have_the_energy_of_simulations(void **state) {
  (void)state;
  for (double G = 0.1; G < WD_COUPLING_FREEZING; G *= 1.35)
    assert_close(wd_structure_factor_energy(ions, G), simulated_energy(G), 0.01);
}

static void weakly_coupled_ions_are_debye_and_hueckels(void **state) {
  (void)state;
  wd_absorber a = gas_of(1e20, 1e3, 1);
  assert_true(wd_gas_coupling(&a.gas) < 0.02);
  double both = a.electrons2 + a.ions2;
  assert_close(a.electrons2, a.ions2, 1e-3); /* of a thin gas of hydrogen */
  for (double q = 0.1; q < 10; q *= 2) {
    double q2 = q * q * both, expected = q2 * q2 / ((q2 + a.electrons2) * (q2 + both));
    assert_close(wd_absorber_screening(&a, q2), expected, 0.02);
  }
}

/* --- Limits of the absorption --- */

/* omega << T: omega_p^2 nu/omega^2 with the collision frequency of Yakovlev & Urpin, Sov. Astron. 24 (1980) 303. */
static void slow_fields_meet_drudes_friction(void **state) {
  (void)state;
  for (double n = 1e28; n < 1e33; n *= 10) {
    wd_absorber a = gas_of(n, n < 3e30 ? 250 : 1250, 6);
    double E = a.chemical_potential, p = sqrt(E * E - M * M), logarithm = 0, omega = 1;
    for (int i = 0; i < 20000; i++) {
      double q = (i + 0.5) * 1e-4 * p;
      logarithm += 1e-4 * p / q * wd_absorber_screening(&a, q * q) * (1 - q * q / (4 * E * E));
    }
    double nu = 4 * 6 * WD_ALPHA * WD_ALPHA * E * logarithm / (3 * WD_PI);
    assert_close(wd_absorption_bremsstrahlung(&a, omega), a.frequency2 * nu / (omega * omega), 3e-3);
  }
}

/* Thin and slow: Kramers' formula with the Gaunt factor of the Born approximation (Karzas & Latter, Astrophys. J.
 * Suppl. 6 (1961) 167, Eq. 26), sqrt(3)/pi e^(u/2) K_0(u/2); see Redondo & Raffelt, arXiv:1305.2920. */
static void thin_gas_absorbs_as_kramers_says(void **state) {
  (void)state;
  double T = 4;
  wd_absorber a = gas_of(1e11, T, 2);
  for (double u = 0.003; u < 60; u *= 2) {
    double n = a.gas.electron_density, omega = u * T;
    double gaunt = sqrt(3) / WD_PI * exp(u / 2) * gsl_sf_bessel_K0(u / 2);
    double kramers = 16 * WD_PI * WD_PI * pow(WD_ALPHA, 3) / (3 * M * M * pow(omega, 3)) *
                     sqrt(2 * WD_PI * M / (3 * T)) * n * 2 * n * gaunt * -expm1(-u);
    assert_close(wd_absorption_bremsstrahlung(&a, omega), kramers, 1e-3);
  }
}

static void soft_compton_is_thomsons(void **state) {
  (void)state;
  double T = 4;
  wd_absorber a = gas_of(1e11, T, 1);
  double thomson = 8 * WD_PI / 3 * pow(WD_ALPHA / M, 2) * a.gas.electron_density;
  for (double u = 0.05; u < 20; u *= 3) assert_close(wd_absorption_compton(&a, u * T), thomson, 1e-3);
}

/* Absorption and emission by quadratures of their own: their ratio is e^(omega/T), their difference Gamma. */
static void balance_is_detailed(void **state) {
  (void)state;
  const double densities[] = {1e26, 1e29, 1e31}, T = 8617;
  for (int i = 0; i < 3; i++) {
    wd_absorber a = gas_of(densities[i], T, 6);
    double omega = 3 * T, absorbed = 0, emitted = 0;
    double low = fmax(0, a.chemical_potential - M - omega - 30 * T),
           high = fmax(a.chemical_potential - M, 0) + 30 * T;
    const int steps = 600, transfers = 1000;
    for (int k = 0; k < steps; k++) {
      double x0 = sqrt(low), dx = (sqrt(high) - x0) / steps, x = x0 + (k + 0.5) * dx, E = M + x * x;
      double z = (E - a.chemical_potential) / T, z2 = z + omega / T, p = sqrt(E * E - M * M),
             p2 = sqrt((E + omega) * (E + omega) - M * M), kernel = 0, span = log((p2 + p) / (p2 - p));
      for (int j = 0; j < transfers; j++) {
        double q = (p2 - p) * exp(span * (j + 0.5) / transfers);
        kernel += span / transfers * wd_bremsstrahlung_square(2 * E + omega, omega, q * q) / (q * q) *
                  wd_absorber_screening(&a, q * q) / pow(2 * E + omega, 2);
      }
      absorbed += 2 * x * dx * kernel / (exp(z) + 1) / (exp(-z2) + 1);
      emitted += 2 * x * dx * kernel / (exp(z2) + 1) / (exp(-z) + 1);
    }
    double strength = 16 * pow(WD_ALPHA, 3) * 6 * a.gas.electron_density / (3 * pow(omega, 3));
    assert_close(absorbed / emitted, exp(omega / T), 1e-9);
    assert_close(wd_absorption_bremsstrahlung(&a, omega), strength * (absorbed - emitted), 1e-4);
  }
}

/* Pauli blocks nearly all Compton scattering off a cold, dense gas. */
static void dense_gas_blocks_compton(void **state) {
  (void)state;
  wd_absorber a = gas_of(1e31, 8617, 6);
  double thomson = 8 * WD_PI / 3 * pow(WD_ALPHA / M, 2) * a.gas.electron_density;
  double gamma = wd_absorption_compton(&a, 1e5);
  assert_true(gamma > 0 && gamma < 1e-2 * thomson);
  assert_true(wd_absorption_compton(&a, 0.5 * sqrt(a.frequency2)) < 1e-6 * thomson);
}

/* --- The table --- */

static void table_is_what_it_tabulates(void **state) {
  (void)state;
  enum { CELLS = 200 };
  wd_gas gas[CELLS + 1];
  wd_absorption *table;
  wd_error err = {0};
  for (int i = 0; i <= CELLS; i++) {
    double x = (double)i / CELLS;
    gas[i] = (wd_gas){per_cm3(1e31 * exp(-14 * x * x)), 8617 * exp(-2 * x * x), 6, 1.0 / 6};
  }
  if (wd_absorption_create(gas, CELLS, &table, &err)) fail_msg("%s", err.message);
  for (int i = 0; i <= CELLS; i += 8) {
    wd_absorber a;
    assert_int_equal(wd_absorber_at(&gas[i], ions, &a, &err), WD_OK);
    double ratio = 2e-3 * pow(1.55, i / 8), omega = ratio * gas[i].temperature;
    double gamma = wd_absorption_bremsstrahlung(&a, omega) + wd_absorption_compton(&a, omega);
    assert_close(wd_absorption_at(table, i, ratio), gamma, 1e-3);
  }
  assert_close(wd_absorption_at(table, 30, 1e-6), 1e6 * wd_absorption_at(table, 30, 1e-3), 1e-9);
  wd_absorption_free(table);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bremsstrahlung_is_that_of_the_diagrams),
      cmocka_unit_test(soft_vectors_come_from_the_outer_legs),
      cmocka_unit_test(compton_is_that_of_the_diagrams),
      cmocka_unit_test(compton_of_photons_is_klein_nishina),
      cmocka_unit_test(ions_have_the_energy_of_simulations),
      cmocka_unit_test(weakly_coupled_ions_are_debye_and_hueckels),
      cmocka_unit_test(slow_fields_meet_drudes_friction),
      cmocka_unit_test(thin_gas_absorbs_as_kramers_says),
      cmocka_unit_test(soft_compton_is_thomsons),
      cmocka_unit_test(balance_is_detailed),
      cmocka_unit_test(dense_gas_blocks_compton),
      cmocka_unit_test(table_is_what_it_tabulates),
  };
  return cmocka_run_group_tests(tests, make_ions, free_ions);
}
