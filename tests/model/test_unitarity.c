/* Unitarity: with `consistent` formulas the resonant emission is the production of real dark photons, the
 * width is that of the optical theorem, and off the pole the same width is in the emissivities. `published`
 * misses this by factors that are known.
 *
 * Nothing of the engine's kinematics is used here but the plasma along the radius: the dispersion relations
 * of Braaten & Segel are solved for omega at given k, in extended precision, and the delta functions are
 * resolved in the radius at given k (transverse) or in k at given radius (longitudinal), by root finding.
 */
#include "testing_star.h"

#include "base/constants.h"
#include "excess/reference.h"

static int set_up(void **state) {
  (void)state;
  return use_star(test_settings(NULL));
}

/* --- Plasmons at given k -----------------------------------------------------------------------------------
 */

typedef struct plasmon {
  long double omega2;      /* [eV^2] */
  long double slope_k;     /* d omega^2/dk at fixed plasma [eV] */
  long double slope_s;     /* d omega^2/ds at fixed k [eV^2] */
  long double Z;           /* residue */
  long double y, S, dS_dy; /* S_t or S_l at y = v_* k/omega */
} plasmon;

/* S_t = sum 3 y^2n/((2n+1)(2n+3)) or S_l = sum 3 y^2n/(2n+3), and d/dy. */
static long double S_of(bool longitudinal, long double y, long double *slope) {
  if (y < 0.01L) {
    long double a = longitudinal ? 0.6L : 0.2L, b = longitudinal ? 3 / 7.0L : 3 / 35.0L,
                c = longitudinal ? 1 / 3.0L : 1 / 21.0L, y2 = y * y;
    *slope = y * (2 * a + y2 * (4 * b + 6 * c * y2));
    return 1 + y2 * (a + y2 * (b + c * y2));
  }
  long double A = atanhl(y) / y, dA = (1 / (1 - y * y) - A) / y, y2 = y * y;
  long double S = longitudinal ? 3 * (A - 1) / y2 : 1.5L / y2 * (1 - (1 - y2) * A);
  long double d = longitudinal ? 3 * dA / y2 : 1.5L / y2 * (2 * y * A - (1 - y2) * dA);
  *slope = d - 2 * S / y;
  return S;
}

/* omega^2 = omega_p^2 S_l or k^2 + omega_p^2 S_t by Newton's method, with its slopes by implicit
 * differentiation. */
static plasmon plasmon_at(const wd_local *l, bool longitudinal, long double k) {
  long double wp2 = l->frequency2, v = sqrtl(l->v2), free2 = longitudinal ? 0 : k * k, F_x = 1;
  plasmon p = {.omega2 = longitudinal ? fmaxl(wp2, k * k) : wp2 + k * k};
  for (int i = 0; i < 60; i++) {
    p.y = v * k / sqrtl(p.omega2);
    p.S = S_of(longitudinal, p.y, &p.dS_dy);
    F_x = 1 + wp2 * p.dS_dy * p.y / (2 * p.omega2);
    long double step = (p.omega2 - free2 - wp2 * p.S) / F_x;
    p.omega2 -= step;
    if (fabsl(step) < 1e-18L * p.omega2) break;
  }
  long double dv = l->dv2 / (2 * v), omega = sqrtl(p.omega2);
  p.slope_k = (2 * k * !longitudinal + wp2 * p.dS_dy * v / omega) / F_x;
  p.slope_s = (l->dfrequency2 * p.S + wp2 * p.dS_dy * dv * k / omega) / F_x;
  long double v2k2 = p.y * p.y * p.omega2, w2 = p.omega2;
  p.Z = longitudinal
            ? 2 * (w2 - v2k2) / (3 * wp2 - (w2 - v2k2))
            : 2 * w2 * (w2 - v2k2) / (3 * wp2 * w2 + (w2 + k * k) * (w2 - v2k2) - 2 * w2 * (w2 - k * k));
  return p;
}

/* --- Production of dark photons on their mass shell --------------------------------------------------------
 */

static const double to_cgs = WD_EV_ERG / (WD_HBARC_CM * WD_HBARC_CM * WD_HBARC_CM * WD_HBAR_S); /* of eV^5 */

static double bose(const wd_local *l, const plasmon *p) {
  return 1 / expm1((double)sqrtl(p->omega2) / l->temperature);
}

/* q^2 - m^2 of the plasmon with momentum k at s. */
static long double off_shell(bool longitudinal, long double k, double s, double m2) {
  wd_local l = wd_local_at(star->profile, s);
  return plasmon_at(&l, longitudinal, k).omega2 - k * k - m2;
}

/* The s at which transverse plasmons of momentum k are on the mass shell. */
static double radius_of(long double k, double m2) {
  double low = 0, high = (double)star->profile->cells;
  for (int i = 0; i < 60 && high - low > 1e-13 * high; i++) {
    double middle = 0.5 * (low + high);
    if (off_shell(false, k, middle, m2) > 0)
      low = middle;
    else
      high = middle;
  }
  return 0.5 * (low + high);
}

/* The k at which longitudinal plasmons at this radius are on the mass shell. */
static long double momentum_of(const wd_local *l, double m2) {
  long double slope, low = 0, high = sqrtl(l->frequency2 * S_of(true, sqrtl(l->v2), &slope));
  for (int i = 0; i < 80; i++) {
    long double k = 0.5L * (low + high);
    if (plasmon_at(l, true, k).omega2 - k * k > m2)
      low = k;
    else
      high = k;
  }
  return 0.5L * (low + high);
}

/* 4 pi r^2 dr Q_T with Q_T = (eps^2 m^4/pi) int k^2 dk Z_t n_B delta(omega_t^2 - k^2 - m^2): per dk. */
static double transverse_integrand(double k, double m2, double eps2) {
  wd_local l = wd_local_at(star->profile, radius_of(k, m2));
  plasmon p = plasmon_at(&l, false, k);
  return l.volume * eps2 * m2 * m2 / WD_PI * k * k * (double)(p.Z / fabsl(p.slope_s)) * bose(&l, &p) * to_cgs;
}

/* The same for Q_L = (eps^2 m^2/2 pi) int k^2 dk Z_l omega^2 n_B delta(omega_l^2 - k^2 - m^2): per ds, also
 * times 4 k^2/m^2. */
static double longitudinal_integrand(double s, double m2, double eps2, double *published) {
  wd_local l = wd_local_at(star->profile, s);
  long double k = momentum_of(&l, m2);
  plasmon p = plasmon_at(&l, true, k);
  double value = l.volume * eps2 * m2 / (2 * WD_PI) * to_cgs * bose(&l, &p) *
                 (double)(k * k * p.Z * p.omega2 / fabsl(p.slope_k - 2 * k));
  *published = value * 4 * (double)(k * k) / m2;
  return value;
}

/* Nodes and weights of three-point Gauss-Legendre quadrature on panel i of n of (0, 1). */
static double node(int i, int n, int j, double *weight) {
  static const double x[] = {-0.774596669241483377, 0, 0.774596669241483377}, w[] = {5, 8, 5};
  *weight = w[j] / 18 / n;
  return (i + 0.5 * (1 + x[j])) / n;
}

static double transverse_production(double mass, double eps2) {
  enum { PANELS = 1500 };
  double m2 = mass * mass, first = 0, last = 60 * star->temperature[0], sum = 0;
  if (off_shell(false, 1, 0, m2) < 0) { /* only above some momentum */
    double low = 1, high = last;
    while (high - low > 1e-14 * high) {
      first = 0.5 * (low + high);
      if (off_shell(false, first, 0, m2) < 0)
        low = first;
      else
        high = first;
    }
  }
  for (int i = 0; i < PANELS; i++)
    for (int j = 0; j < 3; j++) { /* k - first ~ t^2: dense where the poles begin */
      double weight, t = node(i, PANELS, j, &weight);
      sum += weight * 2 * t * (last - first) * transverse_integrand(first + (last - first) * t * t, m2, eps2);
    }
  return sum;
}

static double longitudinal_production(double mass, double eps2, double *published) {
  enum { PANELS = 3000 };
  double m2 = mass * mass, cells = (double)star->profile->cells, end = cells, sum = 0;
  if (off_shell(false, 1e-3L, cells, m2) < 0) end = radius_of(1e-3L, m2); /* omega_p = m */
  *published = 0;
  for (int i = 0; i < PANELS; i++)
    for (int j = 0; j < 3; j++) {
      double weight, other, t = node(i, PANELS, j, &weight);
      sum += weight * 2 * t * end * longitudinal_integrand(end * (1 - t * t), m2, eps2, &other);
      *published += weight * 2 * t * end * other;
    }
  return sum;
}

/* Resonant emission is production on the mass shell; `published` has 4 times that, and 4 k^2/m^2, of its own d_V. */
static void resonant_emission_is_production(void **state) {
  (void)state;
  const double masses[] = {300, 2e3, 1e4, 3e4, 6e4, 72e3};
  for (size_t i = 0; i < sizeof masses / sizeof *masses; i++) {
    wd_model consistent = wd_model_at(1e-10, 0.2312, WD_FORMULAS_CONSISTENT),
             published = wd_model_at(1e-10, 0.2312, WD_FORMULAS_PUBLISHED);
    wd_pole pole[2] = {wd_pole_at(star->profile, &consistent, masses[i]),
                       wd_pole_at(star->profile, &published, masses[i])};
    double error, steep, eps2 = consistent.d_V * consistent.d_V / (4 * WD_PI * WD_ALPHA);
    const double of_paper = pow(published.d_V / consistent.d_V, 2);
    double production = transverse_production(masses[i], eps2);
    assert_close(wd_reference_resonant(&pole[0], WD_TRANSVERSE, 0, &error), production, 1e-6);
    assert_close(wd_reference_resonant(&pole[1], WD_TRANSVERSE, 0, &error), 4 * of_paper * production, 1e-6);
    if (masses[i] > star->plasma_frequency[0]) continue; /* no longitudinal plasmon has this q^2 */
    production = longitudinal_production(masses[i], eps2, &steep);
    assert_close(wd_reference_resonant(&pole[0], WD_LONGITUDINAL, 0, &error), production, 1e-6);
    assert_close(wd_reference_resonant(&pole[1], WD_LONGITUDINAL, 0, &error), of_paper * steep, 1e-6);
  }
}

/* Dark photons have no width, and the same production. */
static void dark_photons_are_produced(void **state) {
  (void)state;
  const double mass = 3e4, epsilon = 1e-12;
  wd_config config = *wd_settings_config(settings);
  config.physics.model.group = WD_GROUP_DARK_PHOTON;
  wd_model m = wd_model_of(&config, epsilon);
  wd_pole pole = wd_pole_at(star->profile, &m, mass);
  double error, ignored, eps2 = epsilon * epsilon;
  assert_close(wd_reference_resonant(&pole, WD_TRANSVERSE, 0, &error), transverse_production(mass, eps2),
               1e-6);
  assert_close(wd_reference_resonant(&pole, WD_LONGITUDINAL, 0, &error),
               longitudinal_production(mass, eps2, &ignored), 1e-6);
}

/* Slow electrons (v_* -> 0), where the rates of An, Pospelov & Pradler, arXiv:1302.3884, and Redondo & Raffelt,
 * arXiv:1305.2920, have a closed form: longitudinal plasmons, omega = omega_p at all k, give
 *   Q = eps^2 m^2 omega_p^2 sqrt(omega_p^2 - m^2)/4 pi (e^(omega_p/T) - 1);
 * transverse ones, omega^2 = omega_p^2 + k^2, resonate where omega_p = m:
 *   dL/dk = (eps^2 m^4/pi) k^2/(e^(omega/T) - 1) dV/d(omega_p^2). */
static void closed_form_of_slow_electrons(void **state) {
  (void)state;
  const double omega_p = 290, T = 1330, epsilon = 1e-10, volume = 3e20,
               slope = -4e3; /* [eV]; of dV/ds, domega_p^2/ds */
  wd_config config = *wd_settings_config(settings);
  config.physics.model.group = WD_GROUP_DARK_PHOTON;
  wd_model m = wd_model_of(&config, epsilon);
  for (double ratio = 0.01; ratio < 1; ratio += 0.07) {
    const double mass = ratio * omega_p, m2 = mass * mass;
    wd_local l = {.volume = volume, .frequency2 = omega_p * omega_p, .v2 = 1e-12, .temperature = T};
    double e, k2 = l.frequency2 - m2;
    assert_true(wd_longitudinal_solve(&l, m2, &e));
    wd_longitudinal_kernel g = wd_longitudinal_kernel_at(&l, e, 1 - e);
    double Q = epsilon * epsilon * m2 * l.frequency2 * sqrt(k2) / (4 * WD_PI * expm1(omega_p / T));
    assert_close(WD_PI * wd_model_resonant(&m, WD_LONGITUDINAL) * g.vector / (m2 * fabs(g.dq2)),
                 Q * volume * to_cgs, 1e-9);
    l.frequency2 = m2, l.dfrequency2 = slope;
    const double w = 0.9 * ratio, k = w * mass / sqrt(1 - w * w), omega = hypot(mass, k);
    wd_transverse_kernel t = wd_transverse_kernel_at(&l, 1 - w * w);
    double dk_dw = omega / (1 - w * w);
    double dL = epsilon * epsilon * m2 * m2 / WD_PI * k * k / expm1(omega / T) * dk_dw * volume / fabs(slope);
    assert_close(WD_PI * wd_model_resonant(&m, WD_TRANSVERSE) * t.vector / (m2 * fabs(t.dq2)), dL * to_cgs,
                 1e-9);
  }
}

/* --- The optical theorem -----------------------------------------------------------------------------------
 */

/* Half the phase-space integral of |M|^2 for a vector with frequency omega and momentum k along z, polarised
 * along e, that decays to massless neutrinos by the coupling nu gamma (1 - gamma_5) nu: the imaginary part of
 * its self-energy. With e.q = 0, e^2 = -1: |M|^2 = 8 [q^2/2 - 2 (e.p)^2]; two-body phase space in this frame
 * is dOmega E/(16 pi^2 (omega - k cos)) with the energy E = q^2/2 (omega - k cos) of one neutrino. */
static double imaginary_part(double omega, double k, bool longitudinal) {
  enum { PANELS = 400, ANGLES = 16 };
  double q2 = omega * omega - k * k, sum = 0;
  for (int i = 0; i < PANELS; i++)
    for (int j = 0; j < 3; j++)
      for (int n = 0; n < ANGLES; n++) {
        double weight, t = node(i, PANELS, j, &weight), c = 1 - 2 * t * t, phi = 2 * WD_PI * n / ANGLES;
        double E = q2 / (2 * (omega - k * c));
        double ep = longitudinal ? E * (k - omega * c) / sqrt(q2) : -E * sqrt(1 - c * c) * cos(phi);
        double phase_space = E / (16 * WD_PI * WD_PI * (omega - k * c));
        sum += 4 * t * weight * 2 * WD_PI / ANGLES * phase_space * 8 * (q2 / 2 - 2 * ep * ep);
      }
  return 0.5 * sum;
}

/* Im Pi_T = Im Pi_L = K q^2 in every frame, k^2/6 pi a flavour. */
static void both_polarisations_have_one_width(void **state) {
  (void)state;
  wd_model m = wd_model_at(1e-3, 0.2312, WD_FORMULAS_CONSISTENT);
  const double velocity[] = {0, 0.1, 0.5, 0.9, 0.99};
  for (int i = 0; i < 5; i++) {
    double omega = 2.3e4, k = velocity[i] * omega, q2 = omega * omega - k * k;
    double T = imaginary_part(omega, k, false), L = imaginary_part(omega, k, true);
    assert_close(T, q2 / (6 * WD_PI), 1e-9);
    assert_close(L, T, 1e-9);
    assert_close(m.sum_k2 * T / q2, m.width, 1e-9);
  }
}

/* Off the pole a plasmon mixes into an A' that decays: omega Gamma = Z (d_V/e)^2 q^4 Im Pi/|D|^2 (times
 * omega^2/q^2 for longitudinal ones, as their residue is normalised), and Q = sum_pol int d^3k/(2 pi)^3 omega
 * n_B Gamma. The kernels of Eqs. (16), (17) with C -> k d_V sqrt2/(G_F D) must say the same. */
static void emissivity_is_decay(void **state) {
  (void)state;
  wd_model m = wd_model_at(1e-3, 0.2312, WD_FORMULAS_CONSISTENT);
  double mixing2 = m.d_V * m.d_V / (4 * WD_PI * WD_ALPHA);
  for (double s = 0.03; s < 1; s += 0.19)
    for (double w = 0.05; w < 1; w += 0.13)
      for (int longitudinal = 0; longitudinal < 2; longitudinal++) {
        wd_local l = wd_local_at(star->profile, s * (double)star->profile->cells);
        double e = (1 - w) * (1 + w), step = 1e-4 * e, k[3], kernel;
        for (int i = 0; i < 3; i++) {
          double here = w + (i - 1) * step, wp2 = l.frequency2;
          long double slope, S = S_of(longitudinal, sqrtl(l.v2) * here, &slope);
          k[i] = here * sqrt(wp2 * (double)S / (longitudinal ? 1 : (1 - here) * (1 + here)));
        }
        double dk_dw = (k[2] - k[0]) / (2 * step);
        plasmon p = plasmon_at(&l, longitudinal, k[1]);
        double omega = (double)sqrtl(p.omega2), q2 = omega * omega - k[1] * k[1];
        double rate = (double)p.Z * mixing2 * q2 * q2 * m.sum_k2 * imaginary_part(omega, k[1], longitudinal);
        if (longitudinal) {
          rate *= omega * omega / q2;
          kernel = wd_longitudinal_kernel_at(&l, e, w * w).vector * m.square[WD_LONGITUDINAL];
        } else {
          rate *= 2; /* polarisations */
          kernel = wd_transverse_kernel_at(&l, e).vector * m.square[WD_TRANSVERSE];
        }
        double emitted = l.volume * k[1] * k[1] / (2 * WD_PI * WD_PI) * dk_dw * bose(&l, &p) * rate * to_cgs;
        assert_close(kernel, emitted, 1e-6);
      }
}

/* A coupling with r_BSM > 1 has no resonance, and still an emission. */
static void no_pole_beyond_perturbation_theory(void **state) {
  (void)state;
  wd_config config = *wd_settings_config(settings);
  config.physics.model.group = WD_GROUP_E_MU;
  wd_model m = wd_model_of(&config, 0.5);
  wd_pole pole = wd_pole_at(star->profile, &m, 3e4);
  double error;
  assert_true(m.r_bsm > 1);
  for (int p = 0; p < 2; p++) {
    assert_true(wd_reference_resonant(&pole, p, 0, &error) == 0);
    assert_true(wd_reference_offresonant(&pole, p, 0, &error) > 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(resonant_emission_is_production),
      cmocka_unit_test(dark_photons_are_produced),
      cmocka_unit_test(closed_form_of_slow_electrons),
      cmocka_unit_test(both_polarisations_have_one_width),
      cmocka_unit_test(emissivity_is_decay),
      cmocka_unit_test(no_pole_beyond_perturbation_theory),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
