/* Contours against laws that can be solved by hand, against scatter, and with points missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "wdscan/contour.h"
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

enum { N = 25 };

static double coupling[N], excess[N], deviation[N];

/* excess = a g^2 + b g^4 on 1e-8 ... 1e-2, four points per decade, 1 % errors. */
static void make(double a, double b) {
  for (int i = 0; i < N; i++) {
    double x = pow(10, -16 + i * 0.5);
    coupling[i] = sqrt(x);
    excess[i] = a * x + b * x * x;
    deviation[i] = 0.01 * fabs(excess[i]);
  }
}

/* The g at which a g^2 + b g^4 rises through the level. */
static double solution(double a, double b, double level) {
  if (b == 0) return sqrt(level / a);
  double root = sqrt(a * a + 4 * b * level);
  return sqrt(a > 0 ? 2 * level / (a + root) : (root - a) / (2 * b));
}

static void check(double value, double right, double tolerance) {
  if (!(fabs(value - right) <= tolerance * fabs(right))) fail_msg("%.17g is not %.17g", value, right);
}

static void exact_for_the_law_of_the_excess(void **unused) {
  static const double law[][2] = {{1e10, 0}, {0, 1e14}, {1e6, 1e13}, {3e8, 4e17}, {-1e6, 1e14}, {-2e9, 1e18}};
  static const double level[] = {0.01, 0.1, 0.3, 0.7};
  (void)unused;
  for (size_t l = 0; l < sizeof law / sizeof *law; l++)
    for (size_t k = 0; k < sizeof level / sizeof *level; k++) {
      double error;
      make(law[l][0], law[l][1]);
      check(wd_contour_crossing(N, coupling, excess, deviation, level[k], &error),
            solution(law[l][0], law[l][1], level[k]), 1e-12);
      assert_true(error > 0);
    }
}

static void close_for_other_laws(void **unused) {
  (void)unused;
  double error;
  for (int i = 0; i < N; i++) {
    coupling[i] = pow(10, -8 + 0.1 * i); /* ten points per decade */
    excess[i] = 1e20 * pow(coupling[i], 3);
    deviation[i] = 1e-3 * excess[i];
  }
  check(wd_contour_crossing(N, coupling, excess, deviation, 0.3, &error), cbrt(0.3e-20), 0.003);
}

/* On a point of the grid the error is that point's alone: s_g / g = s_eps / eps / 2 for a g^2. */
static void error_on_a_grid_point(void **unused) {
  (void)unused;
  double error;
  make(1e10, 0);
  double g = wd_contour_crossing(N, coupling, excess, deviation, excess[12], &error);
  check(g, coupling[12], 1e-12);
  check(error / g, 0.01 / 2, 1e-9);
  make(0, 1e14);
  g = wd_contour_crossing(N, coupling, excess, deviation, excess[12], &error);
  check(error / g, 0.01 / 4, 1e-9);
}

/* Between grid points: the scatter of contours of excesses with Gaussian noise. */
static void error_is_the_scatter(void **unused) {
  enum { TRIALS = 4000 };
  (void)unused;
  double right, quoted, sum = 0, square = 0;
  srand48(1);
  make(3e8, 4e17);
  for (int i = 0; i < N; i++) deviation[i] = (i % 2 ? 0.01 : 0.003) * excess[i];
  right = wd_contour_crossing(N, coupling, excess, deviation, 0.3, &quoted);
  for (int trial = 0; trial < TRIALS; trial++) {
    double noisy[N], error;
    /* one deviate for all couplings: they share samples */
    double normal = sqrt(-2 * log(1 - drand48())) * cos(2 * acos(-1) * drand48());
    for (int i = 0; i < N; i++) noisy[i] = excess[i] + deviation[i] * normal;
    double off = wd_contour_crossing(N, coupling, noisy, deviation, 0.3, &error) - right;
    sum += off;
    square += off * off;
  }
  assert_true(fabs(sum / TRIALS) < 5 * quoted / sqrt(TRIALS));
  check(sqrt(square / TRIALS), quoted, 0.05); /* 5 standard deviations of an estimate from 4000 */
}

static void missing_points(void **unused) {
  (void)unused;
  double error, right = solution(1e10, 0, 0.3);
  size_t below = 0;
  make(1e10, 0);
  while (coupling[below + 1] < right) below++;
  excess[below] = NAN; /* one missing point is bridged */
  check(wd_contour_crossing(N, coupling, excess, deviation, 0.3, &error), right, 1e-12);
  excess[below + 1] = NAN; /* two are not */
  assert_true(isnan(wd_contour_crossing(N, coupling, excess, deviation, 0.3, &error)));
  assert_true(isnan(error));
  make(1e10, 0);
  for (size_t i = 0; i < below; i++) excess[i] = NAN; /* nothing known further down */
  check(wd_contour_crossing(N, coupling, excess, deviation, 0.3, &error), right, 1e-12);
  for (size_t i = 0; i < N; i++) excess[i] = NAN;
  assert_true(isnan(wd_contour_crossing(N, coupling, excess, deviation, 0.3, &error)));
}

static void no_crossing_in_the_grid(void **unused) {
  (void)unused;
  double error = 0;
  make(1e10, 0);
  assert_true(isnan(wd_contour_crossing(N, coupling, excess, deviation, 1e9, &error)) && isnan(error));
  assert_true(isnan(wd_contour_crossing(N, coupling, excess, deviation, 1e-9, &error)) && isnan(error));
  assert_true(isnan(wd_contour_crossing(0, coupling, excess, deviation, 0.3, &error)));
  assert_true(isnan(wd_contour_crossing(1, coupling, excess, deviation, 0.3, &error)));
}

/* "Not found" is not "no effect": above and below the level are two states, and missing points a third. */
static void states(void **unused) {
  (void)unused;
  make(1e10, 0);
  assert_int_equal(wd_contour_state(N, coupling, excess, 0.3), WD_CONTOUR_CROSSING);
  assert_int_equal(wd_contour_state(N, coupling, excess, 1e-30), WD_CONTOUR_ABOVE);
  assert_int_equal(wd_contour_state(N, coupling, excess, 1e30), WD_CONTOUR_BELOW);
  assert_int_equal(wd_contour_state(0, coupling, excess, 0.3), WD_CONTOUR_UNFINISHED);
  double right = solution(1e10, 0, 0.3);
  size_t below = 0;
  while (coupling[below + 1] < right) below++;
  excess[below] = excess[below + 1] = NAN; /* the crossing lies among them */
  assert_int_equal(wd_contour_state(N, coupling, excess, 0.3), WD_CONTOUR_UNFINISHED);
  make(1e10, 0);
  excess[0] = NAN; /* what lies above further up may begin below */
  assert_int_equal(wd_contour_state(N, coupling, excess, 1e-30), WD_CONTOUR_UNFINISHED);
  assert_int_equal(wd_contour_state(N, coupling, excess, 0.3), WD_CONTOUR_CROSSING);
  make(1e10, 0);
  excess[N - 1] = NAN;
  assert_int_equal(wd_contour_state(N, coupling, excess, 1e30), WD_CONTOUR_UNFINISHED);
  assert_string_equal(wd_contour_states[WD_CONTOUR_BELOW], "below");
}

/* A deficit is an excess with the other sign. */
static void negative_levels(void **unused) {
  (void)unused;
  double error, mirrored_error;
  make(-1e10, 0);
  check(wd_contour_crossing(N, coupling, excess, deviation, -0.3, &error), sqrt(0.3e-10), 1e-12);
  assert_int_equal(wd_contour_state(N, coupling, excess, -0.3), WD_CONTOUR_CROSSING);
  assert_int_equal(wd_contour_state(N, coupling, excess, -1e-30), WD_CONTOUR_BELOW); /* from the first on */
  assert_int_equal(wd_contour_state(N, coupling, excess, -1e30), WD_CONTOUR_ABOVE);
  assert_true(isnan(wd_contour_crossing(N, coupling, excess, deviation, 0.3, &error)));
  assert_int_equal(wd_contour_state(N, coupling, excess, 0.3), WD_CONTOUR_BELOW);
  make(-2e9, 1e18); /* first a deficit, at most -1, then an excess: each level has its own crossing */
  double g = wd_contour_crossing(N, coupling, excess, deviation, -0.3, &error);
  assert_true(g < wd_contour_crossing(N, coupling, excess, deviation, 0.3, &mirrored_error));
  check(g * g, (2e9 - sqrt(4e18 - 4e18 * 0.3)) / 2e18, 1e-12);
  for (int i = 0; i < N; i++) excess[i] = -excess[i];
  check(wd_contour_crossing(N, coupling, excess, deviation, 0.3, &mirrored_error), g, 0);
  assert_true(error > 0 && error == mirrored_error);
}

static void a_map_is_ordered_by_level_and_mass(void **unused) {
  enum { MASSES = 3, LEVELS = 2 };
  static const double level[LEVELS] = {0.1, 0.3}, a[MASSES] = {1e10, 1e-10, 4e10};
  double map[MASSES * N], error[MASSES * N], crossing[LEVELS * MASSES], crossing_error[LEVELS * MASSES];
  (void)unused;
  for (int m = 0; m < MASSES; m++) {
    make(a[m], 0);
    for (int i = 0; i < N; i++) {
      map[m * N + i] = excess[i];
      error[m * N + i] = deviation[i];
    }
  }
  wd_contour_map(MASSES, N, coupling, map, error, LEVELS, level, crossing, crossing_error);
  for (int l = 0; l < LEVELS; l++)
    for (int m = 0; m < MASSES; m++) {
      if (m == 1)
        assert_true(isnan(crossing[l * MASSES + m]) && isnan(crossing_error[l * MASSES + m]));
      else
        check(crossing[l * MASSES + m], sqrt(level[l] / a[m]), 1e-12);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exact_for_the_law_of_the_excess),
      cmocka_unit_test(close_for_other_laws),
      cmocka_unit_test(error_on_a_grid_point),
      cmocka_unit_test(error_is_the_scatter),
      cmocka_unit_test(missing_points),
      cmocka_unit_test(no_crossing_in_the_grid),
      cmocka_unit_test(states),
      cmocka_unit_test(negative_levels),
      cmocka_unit_test(a_map_is_ordered_by_level_and_mass),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
