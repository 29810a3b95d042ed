/* Elementary functions of vectorised loops against the C library's in long double: a few ulp, and right at the edges. */
#include "testing.h"

#include "base/vector_math.h"
#include <float.h>

/* |value - truth| in units of epsilon times truth. */
static double deviation(double value, long double truth) {
  return (double)(fabsl((long double)value - truth) / fabsl(truth)) / DBL_EPSILON;
}

static void expm1_is_accurate(void **state) {
  (void)state;
  double worst = 0;
  for (double x = 1e-300; x < 709.7; x *= 1.000731) {
    worst = fmax(worst, deviation(wd_expm1(x), expm1l(x)));
    worst = fmax(worst, deviation(wd_expm1(-x), expm1l(-x)));
  }
  for (double x = -40; x < 40; x += 0.0007) /* where x = n ln 2 + r changes its n */
    if (fabs(x) > 1e-9) worst = fmax(worst, deviation(wd_expm1(x), expm1l(x)));
  if (!(worst < 2)) fail_msg("expm1 is off by %g epsilon", worst);
}

static void expm1_at_the_edges(void **state) {
  (void)state;
  assert_true(wd_expm1(0) == 0);
  assert_true(isfinite(wd_expm1(709.78)) && wd_expm1(709.79) == INFINITY);
  assert_true(wd_expm1(INFINITY) == INFINITY && wd_expm1(1e308) == INFINITY);
  assert_true(wd_expm1(-INFINITY) == -1 && wd_expm1(-1e308) == -1 && wd_expm1(-800) == -1);
  assert_true(isnan(wd_expm1(NAN)) && isnan(wd_expm1(-NAN)));
  assert_true(wd_expm1(DBL_MIN) == DBL_MIN && wd_expm1(-DBL_MIN) == -DBL_MIN);
}

/* Where ln x is small in units of epsilon itself. */
static void ln_is_accurate(void **state) {
  (void)state;
  double worst = 0;
  for (double x = 1e-307; x < 1e307; x *= 1.000731)
    worst = fmax(worst, fabs(wd_ln(x) - (double)logl(x)) / fmax(1e-3, fabs((double)logl(x))) / DBL_EPSILON);
  for (double x = 0.5; x < 2; x += 1e-5)
    worst = fmax(worst, fabs(wd_ln(x) - (double)logl(x)) / fmax(1e-3, fabs((double)logl(x))) / DBL_EPSILON);
  if (!(worst < 2)) fail_msg("ln is off by %g epsilon", worst);
}

/* (artanh(y)/y - 1)/Y and its derivative, by series or in closed form. */
static void artanh_in_long_double(double Y, long double *value, long double *slope) {
  if (Y < 0.3) {
    *value = *slope = 0;
    for (int n = 80; n > 0; n--) {
      *value = *value * Y + 1.0L / (2 * n + 3);
      *slope = *slope * Y + (long double)n / (2 * n + 3);
    }
    *value = *value * Y + 1.0L / 3;
  } else {
    const long double y = sqrtl(Y);
    *value = (logl((1 + y) * (1 + y) / (1 - (long double)Y)) / (2 * y) - 1) / Y;
    *slope = 0.5L / Y * (1 / (1 - (long double)Y) - 3 * *value);
  }
}

/* The series is good to rounding; the closed form subtracts, which is worst at its lower end. */
static void artanh_is_accurate(void **state) {
  (void)state;
  const struct {
    double low, high, value, slope; /* range of Y and bounds */
  } range[] = {{0, 0.1, 1.5, 20}, {0.1, 0.3, 100, 2500}, {0.3, 1, 50, 500}};
  for (size_t r = 0; r < sizeof range / sizeof *range; r++)
    for (int i = 0; i < 40000; i++) {
      const double Y = range[r].low + (range[r].high - range[r].low) * i / 40000;
      long double value, slope;
      double s, v = wd_artanh_rest(Y, &s);
      artanh_in_long_double(Y, &value, &slope);
      if (!(deviation(v, value) < range[r].value && deviation(s, slope) < range[r].slope))
        fail_msg("Y = %.17g: off by %g and %g epsilon", Y, deviation(v, value), deviation(s, slope));
    }
}

static void artanh_at_the_edges(void **state) {
  (void)state;
  double slope;
  assert_true(wd_artanh_rest(0, &slope) == 1.0 / 3 && slope == 1.0 / 5);
  for (double gap = 0.1; gap > 1e-15; gap *= 0.1) { /* near 1 the logarithm of 1 - Y counts */
    long double value, s;
    artanh_in_long_double(1 - gap, &value, &s);
    assert_true(deviation(wd_artanh_rest(1 - gap, &slope), value) < 20);
  }
  assert_true(isnan(wd_artanh_rest(NAN, &slope)) && isnan(slope));
}

/* Loops give the same bits whether vectorised or not: here of one and of many elements. */
static void loops_give_the_same_bits(void **state) {
  (void)state;
  enum { N = 103 };
  double x[N], all[N], rest[N], slopes[N];
  for (int i = 0; i < N; i++) x[i] = (i + 0.5) / N;
  for (int i = 0; i < N; i++) all[i] = wd_expm1(30 * x[i]);
  for (int i = 0; i < N; i++) rest[i] = wd_artanh_rest(x[i], &slopes[i]);
  for (int i = 0; i < N; i++) {
    volatile double one = x[i]; /* not to be computed with the others */
    double slope, value = wd_artanh_rest(one, &slope);
    assert_true(wd_expm1(30 * one) == all[i] && value == rest[i] && slope == slopes[i]);
  }
}

static void extrema(void **state) {
  (void)state;
  assert_true(wd_min(1, 2) == 1 && wd_min(2, 1) == 1 && wd_max(1, 2) == 2 && wd_max(2, 1) == 2);
  assert_true(wd_min(NAN, 1) == 1 && isnan(wd_min(1, NAN)) && wd_max(NAN, 1) == 1 && isnan(wd_max(1, NAN)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(expm1_is_accurate),
      cmocka_unit_test(expm1_at_the_edges),
      cmocka_unit_test(ln_is_accurate),
      cmocka_unit_test(artanh_is_accurate),
      cmocka_unit_test(artanh_at_the_edges),
      cmocka_unit_test(loops_give_the_same_bits),
      cmocka_unit_test(extrema),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
