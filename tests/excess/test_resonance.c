/* The resonance map: poles are located, the window is immaterial, and the parts add up to the direct integral
 * of the Breit-Wigner integrand at every width that a direct integral can resolve. */
#include "testing_star.h"

#include "base/constants.h"
#include "excess/channels.h"
#include "excess/reference.h"
#include "wdscan/vegas.h"
#include <gsl/gsl_integration.h>

static int set_up(void **state) {
  (void)state;
  return use_star(test_paper_settings(NULL));
}

static void poles_are_located(void **state) {
  (void)state;
  const wd_segment *segment = star->profile->segment;
  wd_model m = wd_model_at(1e-6, 0.2312, WD_FORMULAS_PUBLISHED);
  for (double mass = 100; mass < 7e4; mass *= 1.7) {
    wd_pole pole = wd_pole_at(star->profile, &m, mass);
    for (double e = 1; e > 1e-12; e *= 0.03) {
      double s, found;
      assert_true(wd_transverse_solve(star->profile, segment, e, pole.pole_q2, segment->low, &s));
      wd_local l = wd_local_at(star->profile, s);
      assert_close(wd_transverse_kernel_at(&l, e).q2, pole.pole_q2, 1e-13);
      /* the momentum of the pole at that radius leads back to e */
      double k = wd_transverse_pole_momentum(&pole, s);
      if (e < 0.99 && e > 1e-6)
        assert_close(pole.pole_q2 / (pole.pole_q2 + k * k), e, 1e-6 + 1e-13 / (e * l.v2));
      if (l.frequency2 < pole.pole_q2 || !wd_longitudinal_solve(&l, pole.pole_q2 * e, &found)) continue;
      assert_close(wd_longitudinal_kernel_at(&l, found, 1 - found).q2, pole.pole_q2 * e, 1e-13);
    }
  }
}

/* Near k = 0 the longitudinal solution is as exact as near the light cone: q^2 and with it the Lorentzian variable u of
 * mirrored pairs must not be off by more than rounding, however narrow the window. */
static void longitudinal_solution_is_exact(void **state) {
  (void)state;
  for (double s = 1; s < (double)star->profile->cells; s += 97)
    for (double gap = 0.5; gap > 1e-15; gap *= 0.3) {
      wd_local l = wd_local_at(star->profile, s);
      double e, q2 = l.frequency2 * (1 - gap);
      assert_true(wd_longitudinal_solve(&l, q2, &e));
      assert_close(wd_longitudinal_kernel_at(&l, e, 1 - e).q2, q2, 1e-14);
    }
}

static void window_remainder(void **state) {
  (void)state;
  assert_close(wd_window_remainder(0), 16.0 / 3, 1e-14);
  assert_close(wd_window_remainder(1e-20), 16.0 / 3, 1e-14);
  assert_close(wd_window_remainder(2 - 1e-13), wd_window_remainder(2 + 1e-13), 1e-12);
  assert_close(wd_window_remainder(1e9), WD_PI * 1e-9, 1e-8);
  for (double c = 0.01; c < 100; c *= 3) { /* pi/c - int (1-t^2)^2/(t^2+c^2), by midpoint sums */
    double sum = 0;
    for (int i = 0; i < 200000; i++) {
      double t = (i + 0.5) / 200000;
      sum += 2 * wd_window(t) / (t * t + c * c) / 200000;
    }
    assert_close(wd_window_remainder(c), WD_PI / c - sum, 1e-5);
  }
}

/* --- Sums of the channels by VEGAS+ --- */

typedef struct sum {
  double resonant, off, variance; /* of one polarisation [erg/s]; variance of resonant + off */
} sum;

/* Where a polarisation's components are: resonant (or none), linear, square. */
typedef struct components {
  int resonant, linear, square;
} components;

static void add_channel(wd_shell *shell, int channel, components at, int polarization, bool full,
                        uint64_t stream, sum *out) {
  static const wd_vegas_integrand integrand[] = {wd_channel_plane, wd_channel_transverse,
                                                 wd_channel_longitudinal};
  enum { ITERATIONS = 10, WARM_UP = 5, EVALUATIONS = 4000 };
  const wd_model *m = shell->pole->model;
  size_t n = wd_channel_components(channel);
  double train[WD_PLANE_COMPONENTS] = {0}, coefficient[WD_PLANE_COMPONENTS] = {0};
  if (!wd_shell_has(shell, channel)) return;
  train[at.square] = 1;
  coefficient[at.linear] = m->interference[polarization];
  coefficient[at.square] = m->square[polarization];
  if (full && at.resonant >= 0) coefficient[at.resonant] = m->square[polarization] / m->width;
  wd_vegas_options options = wd_vegas_default_options(2, n);
  options.train = train;
  wd_vegas *vegas;
  assert_int_equal(wd_vegas_create(&options, &vegas), WD_VEGAS_OK);
  for (int i = 0; i < ITERATIONS; i++) {
    wd_vegas_iteration it;
    wd_stream key = {1, stream << 4 | (uint64_t)channel};
    assert_int_equal(
        wd_vegas_iterate(vegas, integrand[channel], shell, key, (uint64_t)i, EVALUATIONS, true, &it), 0);
    if (i < WARM_UP) continue;
    const double share = 1.0 / (ITERATIONS - WARM_UP);
    for (size_t a = 0; a < n; a++) {
      *((int)a == at.resonant ? &out->resonant : &out->off) += share * coefficient[a] * it.mean[a];
      for (size_t b = 0; b < n; b++)
        out->variance += share * share * coefficient[a] * coefficient[b] * it.covariance[a * n + b];
    }
  }
  wd_vegas_free(vegas);
}

static sum by_channels(const wd_pole *pole, int polarization, bool full) {
  enum { SHELLS = 8 };
  const components plane = {-1, WD_PLANE_LINEAR + polarization, WD_PLANE_SQUARE + polarization};
  const components transverse = {WD_TPOLE_RESONANT, WD_TPOLE_LINEAR, WD_TPOLE_SQUARE};
  const components longitudinal = {WD_LPOLE_RESONANT, WD_LPOLE_LINEAR, WD_LPOLE_SQUARE};
  sum out = {0};
  for (uint64_t i = 0; i < SHELLS; i++) {
    wd_shell shell;
    double n = (double)star->profile->cells, low = n * (double)i / SHELLS,
           high = n * (double)(i + 1) / SHELLS;
    assert_int_equal(wd_shell_prepare(pole, wd_settings_config(settings), low, high, &shell, NULL), WD_OK);
    add_channel(&shell, WD_CHANNEL_PLANE, plane, polarization, full, i, &out);
    if (polarization == WD_TRANSVERSE)
      add_channel(&shell, WD_CHANNEL_TRANSVERSE, transverse, polarization, full, i, &out);
    else
      add_channel(&shell, WD_CHANNEL_LONGITUDINAL, longitudinal, polarization, full, i, &out);
  }
  return out;
}

/* The off-resonance part must not depend on the window, and must be that of the contour method. */
static void window_is_immaterial(void **state) {
  (void)state;
  wd_model m = wd_model_at(1e-6, 0.2312, WD_FORMULAS_PUBLISHED);
  const double masses[] = {3e3, 3e4, 6e4}, windows[] = {0.2, 0.5, 0.8};
  for (int i = 0; i < 3; i++)
    for (int p = 0; p < 2; p++) {
      wd_pole pole = wd_pole_at(star->profile, &m, masses[i]);
      double error, truth = wd_reference_offresonant(&pole, p, 0, &error);
      for (int w = 0; w < 3; w++) {
        pole.window = windows[w];
        /* without the resonant part, which is 1e13 times larger here */
        sum s = by_channels(&pole, p, /*full=*/false);
        assert_pull(s.off, sqrt(s.variance), truth, 5);
        assert_true(sqrt(s.variance) < 0.03 * 1.6e34); /* 3 % of the values between which it changes sign */
      }
    }
}

/* A mixing that changes much with q^2, by hand: off resonance as by the contour method, the resonant part by its value
 * at the pole. */
static void mixing_changes_with_momentum(void **state) {
  (void)state;
  const double masses[] = {3e4, 6e4, 1.5e5}, drift = 0.8 / (6e4 * 6e4);
  for (int i = 0; i < 3; i++)
    for (int p = 0; p < 2; p++) {
      wd_model m = wd_model_at(1e-6, 0.2312, WD_FORMULAS_CONSISTENT), still = m;
      m.drift[0] = drift, m.drift[1] = 0.3 * drift * drift, m.drift[4] = 0.01 * pow(drift, 5);
      wd_pole pole = wd_pole_at(star->profile, &m, masses[i]),
              plain = wd_pole_at(star->profile, &still, masses[i]);
      double error, truth = wd_reference_offresonant(&pole, p, 0, &error),
                    without = wd_reference_offresonant(&plain, p, 0, &error);
      sum s = by_channels(&pole, p, /*full=*/false);
      assert_pull(s.off, sqrt(s.variance), truth, 5);
      printf("%g %d: %g\n", masses[i], p, fabs(truth - without) / sqrt(s.variance));
      if (masses[i] > 7e4) continue; /* no plasmon resonates */
      const double q2 = masses[i] * masses[i], t = drift * q2,
                   expected = pow(1 + t + 0.3 * t * t + 0.01 * pow(t, 5), 2),
                   scale = wd_reference_resonant(&plain, p, 0, &error);
      assert_close(wd_reference_resonant(&pole, p, 0, &error), expected * scale, 1e-6);
      s = by_channels(&pole, p, /*full=*/true);
      assert_close(s.resonant, expected * scale, 0.01);
    }
}

/* Where windows close, at k = 0 or the centre, samples of the plane must not grow without bound: <f^4>/<f^2>^2. */
static void samples_are_bounded(void **state) {
  (void)state;
  enum { SHELLS = 32, POINTS = 200000, BATCH = 1000 };
  const double masses[] = {2e4, 5e4, 65e3, 66.8e3, 72e3, 76e3};
  double x[2 * BATCH], f[WD_PLANE_COMPONENTS * BATCH];
  wd_model m = wd_model_at(1e-6, 0.2312, WD_FORMULAS_PUBLISHED);
  for (size_t i = 0; i < sizeof masses / sizeof *masses; i++)
    for (int s = 0; s < SHELLS; s++) {
      wd_shell shell;
      wd_pole pole = wd_pole_at(star->profile, &m, masses[i]);
      double n = (double)star->profile->cells, square[2] = {0}, fourth[2] = {0};
      assert_int_equal(wd_shell_prepare(&pole, wd_settings_config(settings), n * s / SHELLS,
                                        n * (s + 1) / SHELLS, &shell, NULL),
                       0);
      if (shell.radius.count == 1 && shell.plasmon.count == 1) continue; /* none closes here */
      for (int j = 0; j < POINTS; j++) {                                 /* a lattice */
        x[j % BATCH] = fmod(0.5 + j * 0.7548776662466927, 1);
        x[BATCH + j % BATCH] = fmod(0.5 + j * 0.5698402909980532, 1);
        if (j % BATCH < BATCH - 1) continue;
        assert_int_equal(wd_channel_plane(&shell, BATCH, BATCH, x, f), 0);
        for (int p = 0; p < 2; p++)
          for (int k = 0; k < BATCH; k++) {
            double f2 = pow(f[(WD_PLANE_SQUARE + p) * BATCH + k] * 1e-20, 2);
            square[p] += f2 / POINTS, fourth[p] += f2 * f2 / POINTS;
          }
      }
      for (int p = 0; p < 2; p++)
        if (!(fourth[p] < 70 * square[p] * square[p]))
          fail_msg("m = %g, shell %d, %s: kurtosis %.0f", masses[i], s, wd_polarization_names[p],
                   fourth[p] / (square[p] * square[p]));
    }
}

/* --- Direct integration of A Re(1/D) + B/|D|^2 --- */

typedef struct direct {
  const wd_pole *pole;
  int polarization;
  wd_local local;
  double low, high;
  gsl_integration_workspace *inner;
} direct;

static double direct_plasmon(double x, void *params) {
  const direct *d = params;
  const wd_model *m = d->pole->model;
  double e, G, q2, steep = 1;
  if (d->polarization == WD_TRANSVERSE) {
    double dw = wd_transverse_coordinate(wd_transverse_scale(&d->local), x, &e);
    wd_transverse_kernel k = wd_transverse_kernel_at(&d->local, e);
    G = k.vector * dw, q2 = k.q2;
  } else {
    wd_longitudinal_kernel k = wd_longitudinal_kernel_at(&d->local, (1 - x) * (1 + x), x * x);
    G = k.vector, q2 = k.q2;
    if (m->formulas == WD_FORMULAS_PUBLISHED) steep = k.q2_over_k2;
  }
  double z = q2 * d->pole->unity - d->pole->m2, gamma = m->width * q2 * steep;
  return G * (m->interference[d->polarization] * z + m->square[d->polarization]) / (z * z + gamma * gamma);
}

static double direct_radius(double s, void *params) {
  direct *d = params;
  double value, error;
  gsl_function f = {direct_plasmon, d};
  d->local = wd_local_at(d->pole->profile, s);
  gsl_integration_qag(&f, 0, 1, 0, 1e-8, 5000, GSL_INTEG_GAUSS21, d->inner, &value, &error);
  return value;
}

static double by_direct_quadrature(const wd_pole *pole, int polarization) {
  direct d = {.pole = pole, .polarization = polarization, .inner = gsl_integration_workspace_alloc(5000)};
  gsl_integration_workspace *outer = gsl_integration_workspace_alloc(5000);
  gsl_function f = {direct_radius, &d};
  double total = 0, cells = (double)pole->profile->cells;
  for (int i = 0; i < 16; i++) {
    double value, error;
    gsl_integration_qag(&f, cells * i / 16, cells * (i + 1) / 16, 1e-7 * fabs(total), 1e-7, 5000,
                        GSL_INTEG_GAUSS21, outer, &value, &error);
    total += value;
  }
  gsl_integration_workspace_free(outer);
  gsl_integration_workspace_free(d.inner);
  return total;
}

/* Widths set by hand, large enough for a direct integral: contour method and channels must both give it. */
static void wide_resonances(void **state) {
  (void)state;
  const double widths[] = {2e-3, 5e-2, 0.5};
  for (int formulas = 0; formulas < 2; formulas++)
    for (int p = 0; p < 2; p++)
      for (int i = 0; i < 3; i++) {
        wd_model m = wd_model_at(1e-6, 0.2312, formulas);
        m.width = widths[i];
        wd_pole pole = wd_pole_at(star->profile, &m, 3e4);
        double error, truth = by_direct_quadrature(&pole, p);
        double contour =
            wd_reference_resonant(&pole, p, 0, &error) + wd_reference_offresonant(&pole, p, 0, &error);
        assert_close(contour, truth, 2e-5);
        sum s = by_channels(&pole, p, /*full=*/true);
        assert_pull(s.resonant + s.off, sqrt(s.variance), truth, 5);
        assert_true(sqrt(s.variance) < 0.01 * fabs(truth));
      }
}

/* From 1e-30 to 1e-6 the width is a mere factor of the resonant part, sample by sample, and the off-resonance part
 * does not feel it but for terms of its first order. */
static void narrow_resonances_scale(void **state) {
  (void)state;
  enum { POINTS = 500 };
  static const wd_vegas_integrand integrand[] = {wd_channel_transverse, wd_channel_longitudinal};
  static const int resonant[] = {WD_TPOLE_RESONANT, WD_LPOLE_RESONANT},
                   off[] = {WD_TPOLE_SQUARE, WD_LPOLE_SQUARE};
  double x[2 * POINTS], f[WD_TPOLE_COMPONENTS * POINTS], first[2][2][POINTS], scale[2] = {0};
  for (int i = 0; i < POINTS; i++) { /* a lattice */
    x[i] = (i + 0.5) / POINTS;
    x[POINTS + i] = fmod(0.5 + i * 0.6180339887498949, 1);
  }
  for (double width = 1e-30; width < 1e-5; width *= 1e6)
    for (int p = 0; p < 2; p++) {
      wd_model m = wd_model_at(1e-9, 0.2312, WD_FORMULAS_CONSISTENT);
      m.width = width;
      wd_pole pole = wd_pole_at(star->profile, &m, 2e4);
      wd_shell shell;
      assert_int_equal(wd_shell_prepare(&pole, wd_settings_config(settings), 0, (double)star->profile->cells,
                                        &shell, NULL),
                       0);
      assert_int_equal(integrand[p](&shell, POINTS, POINTS, x, f), 0);
      for (int i = 0; i < POINTS; i++) {
        double res = f[resonant[p] * POINTS + i], rest = f[off[p] * POINTS + i];
        if (width < 2e-30) first[p][0][i] = res, first[p][1][i] = rest;
        assert_close(res, first[p][0][i], 1e-14);
        scale[p] = fmax(scale[p], fabs(first[p][1][i]));
        /* first order in the width over the window, which closes towards x = 1 */
        if (x[i] < 0.98)
          assert_true(fabs(rest - first[p][1][i]) <= (1e-9 + 10 * width / (1 - x[i])) * scale[p]);
      }
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(poles_are_located),
      cmocka_unit_test(window_remainder),
      cmocka_unit_test(longitudinal_solution_is_exact),
      cmocka_unit_test(window_is_immaterial),
      cmocka_unit_test(samples_are_bounded),
      cmocka_unit_test(mixing_changes_with_momentum),
      cmocka_unit_test(wide_resonances),
      cmocka_unit_test(narrow_resonances_scale),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
