/* Contours between the masses of a grid, of curves that are known. */
#include "testing.h"

#include "result/between.h"

enum { N = 13 };

static double mass[N], coupling[N], error[N];
static int state[N];

/* A power law with a threshold at `threshold` eV, behind which it is a thousand times higher; masses 1 to 1e6 eV. */
static double law(double m, double threshold) {
  return 1e-10 * pow(m, -0.7) * (1 + 1e-5 * m) * (m > threshold ? 1e3 : 1);
}

static void make(double threshold) {
  for (int i = 0; i < N; i++) {
    mass[i] = pow(10, 0.5 * i);
    coupling[i] = law(mass[i], threshold);
    error[i] = 1e-3 * coupling[i];
    state[i] = WD_CONTOUR_CROSSING;
  }
}

static int at(double m, double *value, double *deviation) {
  return wd_contour_between(N, mass, coupling, error, state, m, value, deviation);
}

static void right_within_the_error(void **unused) {
  double value, deviation;
  (void)unused;
  make(INFINITY);
  for (double m = 1; m < 1e6; m *= 1.37) {
    assert_int_equal(at(m, &value, &deviation), WD_CONTOUR_CROSSING);
    assert_pull(value, deviation, law(m, INFINITY), 1);
    assert_true(deviation > 5e-4 * value && deviation < 0.12 * value);
  }
}

/* Nothing is added at a mass that is there. */
static void at_the_masses_what_is_there(void **unused) {
  double value, deviation;
  (void)unused;
  make(INFINITY);
  for (int i = 0; i < N; i++) {
    assert_int_equal(at(mass[i], &value, &deviation), WD_CONTOUR_CROSSING);
    assert_true(value == coupling[i] && deviation == error[i]);
  }
}

/* Not across it, but right beside. */
static void a_threshold_is_refused(void **unused) {
  double value, deviation;
  (void)unused;
  make(2e3);
  assert_int_equal(at(1.5e3, &value, &deviation), WD_CONTOUR_UNFINISHED);
  assert_true(isnan(value) && isnan(deviation));
  assert_int_equal(at(900, &value, &deviation), WD_CONTOUR_CROSSING);
  assert_pull(value, deviation, law(900, 2e3), 1);
  assert_int_equal(at(4e3, &value, &deviation), WD_CONTOUR_CROSSING);
  assert_pull(value, deviation, law(4e3, 2e3), 1);
}

static void states_of_the_neighbours(void **unused) {
  double value, deviation;
  (void)unused;
  make(INFINITY);
  for (int i = 8; i < N; i++) {
    coupling[i] = error[i] = NAN;
    state[i] = WD_CONTOUR_BELOW;
  }
  assert_int_equal(at(2e4, &value, &deviation), WD_CONTOUR_BELOW);
  assert_true(isnan(value));
  assert_int_equal(at(5e3, &value, &deviation), WD_CONTOUR_UNFINISHED); /* somewhere it ends */
  assert_int_equal(at(2e3, &value, &deviation), WD_CONTOUR_CROSSING);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(right_within_the_error),
      cmocka_unit_test(at_the_masses_what_is_there),
      cmocka_unit_test(a_threshold_is_refused),
      cmocka_unit_test(states_of_the_neighbours),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
