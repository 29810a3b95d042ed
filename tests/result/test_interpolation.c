/* Interpolation of curves whose values between the nodes are known: polynomials, smooth ones, ones with a jump, with holes. */
#include "testing.h"

#include "result/interpolation.h"

enum { N = 12 };

static double x[N], y[N], deviation[N];

static void make(double (*f)(double)) {
  for (int i = 0; i < N; i++) {
    x[i] = 0.1 * i * (1 + 0.02 * i); /* not quite evenly */
    y[i] = f(x[i]);
    deviation[i] = 0;
  }
}

static wd_interpolated at(size_t gap, double place) {
  const wd_interpolation p = wd_interpolation_at(N, x, y, gap, place);
  return wd_interpolate(&p, y, deviation);
}

static double parabola(double t) {
  return 3 - 2 * t + 5 * t * t;
}

static double cubic(double t) {
  return parabola(t) + 7 * t * t * t;
}

static double wave(double t) {
  return sin(3 * t);
}

static double step_at_045(double t) {
  return t < 0.45 ? wave(t) : 20 + t;
}

static void exact_for_polynomials(void **unused) {
  (void)unused;
  make(cubic);
  for (size_t k = 0; k + 1 < N; k++)
    for (double f = 0; f <= 1; f += 0.25) {
      const double place = x[k] + f * (x[k + 1] - x[k]);
      assert_close(at(k, place).value, cubic(place), 1e-12);
    }
  assert_true(at(3, 0.5 * (x[3] + x[4])).error > 1e-4); /* two parabolas do not agree on it */
  make(parabola);
  assert_true(at(3, 0.5 * (x[3] + x[4])).error < 1e-13);
}

/* Of smooth curves the error is smaller than said. */
static void the_error_is_no_smaller_than_the_truth(void **unused) {
  (void)unused;
  make(wave);
  for (size_t k = 0; k + 1 < N; k++) {
    const double place = 0.5 * (x[k] + x[k + 1]);
    const wd_interpolated v = at(k, place);
    assert_true(fabs(v.value - wave(place)) < v.error && v.error < 0.04);
  }
}

/* A jump is seen where it is, and nowhere else. */
static void a_jump_spoils_its_own_gap_only(void **unused) {
  (void)unused;
  make(step_at_045);
  for (size_t k = 0; k + 1 < N; k++) {
    const double place = 0.5 * (x[k] + x[k + 1]);
    const wd_interpolated v = at(k, place);
    const bool jump = x[k] < 0.45 && x[k + 1] >= 0.45;
    if (jump)
      assert_true(v.error > 4); /* no smaller than half the largest there can be, which is half the jump */
    else
      assert_true(v.error < 0.02 && fabs(v.value - step_at_045(place)) < 0.02);
  }
}

static double kink(double t) {
  return fabs(t - 0.5 * (x[4] + x[5]));
}

/* Half of the nodes on each side of it: the parabolas agree on something that is not there. */
static void a_kink_in_the_middle_is_seen(void **unused) {
  (void)unused;
  make(parabola); /* x, on which the kink depends */
  make(kink);
  const wd_interpolated v = at(4, 0.5 * (x[4] + x[5]));
  assert_true(v.value > 0.01 && v.error > 0.4 * v.value);
}

/* Two nodes make a line, one makes nothing. */
static void holes_are_not_crossed(void **unused) {
  (void)unused;
  make(cubic);
  y[2] = y[5] = NAN;
  const double place = 0.5 * (x[3] + x[4]);
  const wd_interpolation p = wd_interpolation_at(N, x, y, 3, place);
  assert_true(p.first == 3 && p.nodes == 2);
  assert_close(at(3, place).value, 0.5 * (y[3] + y[4]), 1e-13);
  assert_close(at(3, place).error, 0.25 * fabs(y[4] - y[3]), 1e-13);
  assert_true(isnan(at(1, x[1]).value) && isnan(at(4, x[4]).error));
  y[2] = cubic(x[2]);
  assert_true(wd_interpolation_at(N, x, y, 3, place).nodes == WD_INTERPOLATION_NODES);
}

/* The deviation is that of a weighted sum of independent values. */
static void deviations_add_up(void **unused) {
  (void)unused;
  double moved[N], square = 0, error_square = 0;
  make(wave);
  const double place = x[4] + 0.3 * (x[5] - x[4]);
  const wd_interpolation p = wd_interpolation_at(N, x, y, 4, place);
  const wd_interpolated v = wd_interpolate(&p, y, deviation);
  for (int i = 0; i < N; i++) deviation[i] = 0.001 * (1 + i);
  for (int i = 0; i < N; i++) {
    memcpy(moved, y, sizeof moved);
    moved[i] += 1e-4 * deviation[i];
    const wd_interpolated w = wd_interpolate(&p, moved, deviation);
    square += pow((w.value - v.value) * 1e4, 2);
    error_square += pow((w.error - v.error) * 1e4, 2);
  }
  assert_close(wd_interpolate(&p, y, deviation).deviation, sqrt(square), 1e-6);
  assert_close(wd_interpolate(&p, y, deviation).error_deviation, sqrt(error_square), 1e-6);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exact_for_polynomials),
      cmocka_unit_test(the_error_is_no_smaller_than_the_truth),
      cmocka_unit_test(a_jump_spoils_its_own_gap_only),
      cmocka_unit_test(a_kink_in_the_middle_is_seen),
      cmocka_unit_test(holes_are_not_crossed),
      cmocka_unit_test(deviations_add_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
