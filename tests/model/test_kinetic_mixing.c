/* Kinetic mixing at one loop: limits, thresholds, closed form, dispersion relation, and what the mixing with
 * the Z means for a light boson. */
#include "testing.h"

#include "base/constants.h"
#include "model/mixing.h"
#include "wdscan/model.h"
#include <gsl/gsl_eigen.h>

static const double lepton[] = {WD_M_ELECTRON, WD_M_MUON, WD_M_TAU};
static const double s2 = 0.2312;

/* int_0^1 dx x(1-x) ln(m^2 - x(1-x) q^2 - i0) in closed form: with beta = sqrt(1 - 4 m^2/q^2),
 *   6 int = ln m^2 - 5/3 - 4 m^2/q^2 + (1 + 2 m^2/q^2) beta ln[(beta + 1)/(beta - 1)]. */
static double complex closed_form(double m, double q2) {
  double r = m * m / q2, b = sqrt(fabs(1 - 4 * r));
  double complex beta_logarithm; /* continued from q^2 < 0, above the cut */
  if (fabs(r) > 0.25)
    beta_logarithm = 2 * b * (q2 > 0 ? atan(1 / b) : atanh(1 / b));
  else
    beta_logarithm = b * (log((1 + b) * (1 + b) / (4 * fabs(r))) - (q2 > 0 ? I * WD_PI : 0));
  return (2 * log(m) - 5.0 / 3 - 4 * r + (1 + 2 * r) * beta_logarithm) / 6;
}

static void against_closed_form(void **state) {
  (void)state;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      for (double scale = 0.02; scale < 1e4; scale *= 2.7)
        for (int sign = -1; sign <= 1; sign += 2) {
          if (i == j) continue;
          double q2 = sign * scale * lepton[i] * lepton[i];
          double complex value = wd_mixing_loop(lepton[i], lepton[j], q2);
          double complex truth = closed_form(lepton[i], q2) - closed_form(lepton[j], q2);
          /* rounding in the closed form, where m^2/q^2 may be 1e9 and cancels */
          double rounding = 1e-15 * (10 + (pow(lepton[i], 2) + pow(lepton[j], 2)) / fabs(q2));
          assert_true(cabs(value - truth) < 1e-9 * cabs(truth) + rounding);
        }
}

/* Eqs. (A7), (A8), and the first correction: ln(1 - x(1-x) q^2/m^2) gives -q^2/30 m^2. */
static void low_energies(void **state) {
  (void)state;
  const double g = 1e-3, e = sqrt(4 * WD_PI * WD_ALPHA), tan_w = sqrt(s2 / (1 - s2));
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      wd_mixing_masses m = {{lepton[i], lepton[j]}, {0, 0}};
      wd_kinetic_mixing zero = wd_kinetic_mixing_at(g, s2, &m, 0);
      double truth = i == j ? 0 : e * g / (6 * WD_PI * WD_PI) * log(lepton[i] / lepton[j]);
      assert_close(creal(zero.A), truth, 1e-14);
      assert_close(wd_kinetic_mixing_low(g, lepton[i], lepton[j]), truth, 1e-14);
      assert_close(creal(zero.Z), -0.5 * tan_w * truth, 1e-14);
      if (i == j) continue;
      double q2 = 1e-3 * pow(fmin(lepton[i], lepton[j]), 2);
      wd_kinetic_mixing near = wd_kinetic_mixing_at(g, s2, &m, q2);
      double shift = -q2 / 30 * (pow(lepton[i], -2) - pow(lepton[j], -2));
      assert_true(cimag(near.A) == 0);
      assert_close(creal(near.A) - truth, 4 * e * g / (8 * WD_PI * WD_PI) * shift, 1e-3);
    }
}

/* Plasmons have q^2 up to (80 keV)^2: what the low-energy limit neglects. */
static void stellar_plasmons(void **state) {
  (void)state;
  const double q2 = 8e4 * 8e4, bound[] = {1e-3, 1e-7};
  for (int i = 0; i < 2; i++) { /* e-mu and mu-tau */
    double complex exact = wd_mixing_loop(lepton[i], lepton[i + 1], q2);
    double low = wd_mixing_loop(lepton[i], lepton[i + 1], 0);
    assert_true(cimag(exact) == 0);
    assert_true(fabs(creal(exact) / low - 1) < bound[i]);
    assert_true(creal(exact) != low);
  }
}

/* Below the thresholds the series is the loop; the model's drift is the change of d_V, and none of published ones. */
static void series_of_the_mixing(void **state) {
  (void)state;
  const int family[][2] = {[WD_GROUP_MU_TAU] = {1, 2}, [WD_GROUP_E_MU] = {0, 1}, [WD_GROUP_E_TAU] = {0, 2}};
  const char *const group[] = {"physics.model=mu-tau", "physics.model=e-mu", "physics.model=e-tau"};
  for (int g = 0; g < 3; g++) {
    const double a = lepton[family[g][0]], b = lepton[family[g][1]];
    wd_settings *settings = test_settings((const char *[]){group[g], "physics.mixing=q2", NULL});
    const double coupling = 1e-6, e = sqrt(4 * WD_PI * WD_ALPHA);
    wd_model m = wd_model_of(wd_settings_config(settings), coupling);
    for (double q = 1e4; q < 3.1e5; q *= 1.5) {
      double change[WD_DRIFTS], sum = 0;
      wd_mixing_series(a, b, WD_DRIFTS, change);
      for (int n = WD_DRIFTS; n-- > 0;) sum = (sum + change[n]) * q * q;
      const double exact = creal(wd_mixing_loop(a, b, q * q)) - log(a / b) / 3;
      if (fabs(exact) > 1e-7) assert_close(sum, exact, 1e-4);
      const double d_V =
          e * 4 * e * coupling / (8 * WD_PI * WD_PI) * (log(a / b) / 3 + sum) + coupling * m.charge[WD_NU_E];
      assert_close(m.d_V * wd_model_drift(&m, q * q), d_V, 1e-12);
      assert_close(wd_model_mixing2(&m, q * q), d_V * d_V / (e * e), 1e-11);
    }
    wd_settings_free(settings);
  }
  wd_model plain = wd_model_at(1e-6, 0.2312, WD_FORMULAS_PUBLISHED);
  assert_true(wd_model_drift(&plain, 1e10) == 1);
}

/* Far above all thresholds the mixing vanishes like (m_j^2 - m_i^2)/q^2. */
static void high_energies(void **state) {
  (void)state;
  for (double q = 1e12; q < 1e14; q *= 10)
    for (int sign = -1; sign <= 1; sign += 2) {
      double q2 = sign * q * q, truth = (WD_M_TAU * WD_M_TAU - WD_M_MUON * WD_M_MUON) / q2;
      double complex value = wd_mixing_loop(WD_M_MUON, WD_M_TAU, q2);
      assert_close(creal(value), truth, 100 * WD_M_TAU * WD_M_TAU / (q * q));
      assert_true(fabs(cimag(value)) < 100 * truth * truth);
    }
}

/* No imaginary part below the lower threshold; between them that of one pair; the sign is that of q^2 + i0.
 */
static void thresholds(void **state) {
  (void)state;
  const double m = WD_M_ELECTRON, M = WD_M_MUON;
  assert_true(cimag(wd_mixing_loop(m, M, 4 * m * m * (1 - 1e-12))) == 0);
  assert_true(cimag(wd_mixing_loop(m, M, -1e20)) == 0);
  for (double q2 = 4.1 * m * m; q2 < 4 * M * M; q2 *= 3) {
    double beta = sqrt(1 - 4 * m * m / q2);
    assert_close(cimag(wd_mixing_loop(m, M, q2)), -WD_PI * beta * (3 - beta * beta) / 12, 1e-14);
    assert_close(cimag(wd_mixing_loop(M, m, q2)), WD_PI * beta * (3 - beta * beta) / 12, 1e-14);
  }
  /* continuous through a threshold */
  double complex below = wd_mixing_loop(m, M, 4 * m * m * (1 - 1e-10)),
                 above = wd_mixing_loop(m, M, 4 * m * m * (1 + 1e-10));
  assert_true(cabs(below - above) < 1e-4);
}

/* Once-subtracted dispersion relation: Re Lambda(q^2) - Lambda(0) = (q^2/pi) int ds Im Lambda(s)/[s (s -
 * q^2)] at q^2 < 0, with s = 4 m^2/(1 - b^2), by midpoint sums. */
static void dispersion_relation(void **state) {
  (void)state;
  const double mass[] = {WD_M_ELECTRON, WD_M_MUON}, q2 = -3 * WD_M_MUON * WD_M_MUON;
  double sum = 0;
  enum { STEPS = 20000 };
  for (int i = 0; i < 2; i++)
    for (int n = 0; n < STEPS; n++) {
      double u = (n + 0.5) / STEPS, b = 1 - u * u * u, ds_s = 2 * b / (1 - b * b) * 3 * u * u / STEPS;
      double s = 4 * mass[i] * mass[i] / (1 - b * b);
      sum += (i ? 1 : -1) * b * (3 - b * b) / 12 * ds_s / (s - q2) * q2;
    }
  double complex value = wd_mixing_loop(mass[0], mass[1], q2);
  assert_close(creal(value) - log(mass[0] / mass[1]) / 3, sum, 1e-6);
}

/* Neutrinos of sub-eV masses drop out at plasmon momenta, Eq. (A5). */
static void neutrinos_drop_out(void **state) {
  (void)state;
  const double q2 = 1e4 * 1e4;
  wd_mixing_masses massless = {{WD_M_MUON, WD_M_TAU}, {0, 0}},
                   massive = {{WD_M_MUON, WD_M_TAU}, {0.05, 0.01}};
  wd_kinetic_mixing a = wd_kinetic_mixing_at(1, s2, &massless, q2),
                    b = wd_kinetic_mixing_at(1, s2, &massive, q2);
  assert_true(cabs(wd_mixing_loop(0.05, 0.01, q2)) < 2 * 0.05 * 0.05 / q2);
  assert_true(cabs(wd_mixing_loop(0.05, 0, q2)) < 2 * 0.05 * 0.05 / q2);
  assert_close(creal(a.Z), creal(b.Z), 1e-9);
  assert_close(creal(a.B), creal(b.B), 1e-9);
  assert_true(a.A == b.A);
  massive.neutrino[1] = 3e8; /* a heavy one does not */
  assert_true(fabs(creal(wd_kinetic_mixing_at(1, s2, &massive, q2).Z / a.Z)) > 2);
}

/* The photon's mixing is the rotation of (A1) and (A2) at every q^2. The Z's, as printed, is not. */
static void rotations(void **state) {
  (void)state;
  const double s = sqrt(s2), c = sqrt(1 - s2);
  for (int i = 0; i < 4; i++) {
    const double q2[] = {1e8, -1e18, 1e17, 1e19};
    wd_mixing_masses m = {{WD_M_ELECTRON, WD_M_TAU}, {1e-2, 2e8}};
    wd_kinetic_mixing mix = wd_kinetic_mixing_at(1e-2, s2, &m, q2[i]);
    assert_true(cabs(c * mix.B + s * mix.W - mix.A) < 1e-14 * cabs(mix.B));
  }
  wd_mixing_masses m = {{WD_M_MUON, WD_M_TAU}, {0, 0}};
  wd_kinetic_mixing mix = wd_kinetic_mixing_at(1e-2, s2, &m, 0);
  assert_close(creal(mix.Z_rotated), creal(mix.A) * (1 - 4 * s2) / (4 * s * c), 1e-12);
  assert_true(fabs(creal(mix.Z_rotated / mix.Z) - 1) > 0.5);
}

/* Diagonalises Eq. (1), with the mass term of the photon-less combination g W - g' B, for a boson of mass
 * `mass_x` in units of m_Z; returns the couplings of the light boson to the currents, relative to -e eps_A
 * and -g_Z eps_Z. */
static void light_boson(double mass_x, double *to_em, double *to_z) {
  const double s = sqrt(s2), c = sqrt(1 - s2), eps_B = 1e-3, eps_W = -0.7e-3;
  double mass[] = {s2, -s * c, 0, -s * c, c * c, 0, 0, 0, mass_x * mass_x};
  double kinetic[] = {1, 0, eps_B, 0, 1, eps_W, eps_B, eps_W, 1}, values[3], vectors[9];
  gsl_matrix_view M = gsl_matrix_view_array(mass, 3, 3), K = gsl_matrix_view_array(kinetic, 3, 3),
                  V = gsl_matrix_view_array(vectors, 3, 3);
  gsl_vector_view E = gsl_vector_view_array(values, 3);
  gsl_eigen_gensymmv_workspace *w = gsl_eigen_gensymmv_alloc(3);
  assert_int_equal(gsl_eigen_gensymmv(&M.matrix, &K.matrix, &E.vector, &V.matrix, w), 0);
  gsl_eigen_gensymmv_free(w);
  gsl_eigen_gensymmv_sort(&E.vector, &V.matrix, GSL_EIGEN_SORT_VAL_ASC); /* photon, A', Z */
  double norm = 0, x[3];                                                 /* B, W3, X in terms of A' */
  for (int i = 0; i < 3; i++) x[i] = vectors[3 * i + 1];
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      norm += x[i] * x[j] * ((i == j) + (i + j == 2 && i != j) * eps_B + (i + j == 3) * eps_W);
  for (int i = 0; i < 3; i++) x[i] /= copysign(sqrt(norm), vectors[7]);
  /* g' j_Y B + g j_3 W with j_Y = j_EM - j_3, j_3 = j_Z + s^2 j_EM; g' = e/c, g = e/s */
  double z = x[1] / s - x[0] / c, em = x[0] / c + s2 * z;
  *to_em = -em / (c * eps_B + s * eps_W);
  *to_z = -z * s * c / (c * eps_W - s * eps_B);
}

/* A light boson couples to the electromagnetic current with e epsilon_A, but to the Z current only with
 * -(m/m_Z)^2 of g_Z epsilon_Z: the terms of Eqs. (12)-(14) with tan^2(theta_W) are not there at q^2 << m_Z^2.
 */
static void z_current_decouples(void **state) {
  (void)state;
  for (double mass = 1e-3; mass < 0.2; mass *= 3) {
    double to_em, to_z;
    light_boson(mass, &to_em, &to_z);
    assert_close(to_em, 1, 1e-2 * mass * mass + 3e-6);
    assert_close(to_z, -mass * mass / (1 - mass * mass), 1e-3);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(against_closed_form), cmocka_unit_test(low_energies),
      cmocka_unit_test(stellar_plasmons),    cmocka_unit_test(high_energies),
      cmocka_unit_test(thresholds),          cmocka_unit_test(dispersion_relation),
      cmocka_unit_test(neutrinos_drop_out),  cmocka_unit_test(rotations),
      cmocka_unit_test(z_current_decouples), cmocka_unit_test(series_of_the_mixing),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
