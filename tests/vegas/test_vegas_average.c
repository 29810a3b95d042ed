/* Averages of iterations and the verdicts on them: formulas against hand-made iterations, Q against GSL. */
#include "integrands.h"
#include "testing.h"

#include <gsl/gsl_cdf.h>

static wd_vegas_average *make(size_t components, enum wd_vegas_averaging how) {
  wd_vegas_average *a;
  assert_int_equal(wd_vegas_average_create(components, how, &a), 0);
  return a;
}

/* A hand-made iteration of one component. */
static void add(wd_vegas_average *a, size_t evaluations, double mean, double error) {
  const double variance = error * error;
  assert_int_equal(
      wd_vegas_average_add(
          a, &(wd_vegas_iteration){.evaluations = evaluations, .mean = &mean, .covariance = &variance}),
      0);
}

static void weights_by_evaluations(void **state) {
  (void)state;
  wd_vegas_average *a = make(1, WD_VEGAS_BY_EVALUATIONS);
  wd_vegas_result r;
  add(a, 100, 1, 0.1);
  add(a, 300, 2, 0.5);
  wd_vegas_average_result(a, &r);
  assert_int_equal(r.iterations, 2);
  assert_int_equal(r.evaluations, 400);
  assert_int_equal(r.dof, 1);
  assert_close(r.mean[0], 1.75, 1e-14);
  assert_close(r.error[0], sqrt(0.0625 * 0.01 + 0.5625 * 0.25), 1e-14);
  assert_close(r.covariance[0], r.error[0] * r.error[0], 1e-14);
  wd_vegas_average_reset(a);
  wd_vegas_average_result(a, &r);
  assert_int_equal(r.iterations, 0);
  assert_int_equal(r.flags, 0);
  wd_vegas_average_free(a);
  wd_vegas_average_free(NULL);
}

static void weights_by_variance(void **state) {
  (void)state;
  wd_vegas_average *a = make(1, WD_VEGAS_BY_VARIANCE);
  wd_vegas_result r;
  add(a, 100, 1, 0.1);
  add(a, 300, 2, 0.5);
  wd_vegas_average_result(a, &r);
  assert_close(r.mean[0], (1 / 0.01 + 2 / 0.25) / (1 / 0.01 + 1 / 0.25), 1e-14);
  assert_close(r.error[0], sqrt(1 / (1 / 0.01 + 1 / 0.25)), 1e-14);
  assert_close(r.chi2[0], 1 / (0.01 + 0.25), 1e-12); /* of two: difference squared over summed variances */
  wd_vegas_average_free(a);
}

static void q_agrees_with_gsl(void **state) {
  (void)state;
  for (int iterations = 2; iterations < 400; iterations += 1 + iterations / 3) {
    wd_vegas_average *a = make(1, WD_VEGAS_BY_EVALUATIONS);
    wd_vegas_result r;
    for (int i = 0; i < iterations; i++) add(a, 10, i % 2 ? 1 : 1.3, 0.1 + 0.05 * i / iterations);
    wd_vegas_average_result(a, &r);
    const double q = gsl_cdf_chisq_Q(r.chi2[0], (double)r.dof);
    if (fabs(r.q[0] - q) > 1e-10 * q) fail_msg("%d iterations: %g, GSL %g", iterations, r.q[0], q);
    wd_vegas_average_free(a);
  }
}

static void objections(void **state) {
  (void)state;
  wd_vegas_result r;
  wd_vegas_average *a = make(1, WD_VEGAS_BY_EVALUATIONS);
  for (int i = 0; i < 10; i++) add(a, 100, 1 + 0.1 * (i % 3), 0.1);
  wd_vegas_average_result(a, &r);
  assert_int_equal(r.flags, 0);
  wd_vegas_average_reset(a);
  for (int i = 0; i < 10; i++) add(a, 100, 1 + 0.1 * (i % 3), 0.01);
  wd_vegas_average_result(a, &r);
  assert_int_equal(r.flags, WD_VEGAS_CONFLICT);
  wd_vegas_average_reset(a);
  for (int i = 0; i < 10; i++) add(a, 100, 1 + 0.04 * i, 0.1); /* slowly, so that no single one conflicts */
  for (int i = 0; i < 10; i++) add(a, 100, 1.4 + 0.04 * i, 0.1);
  wd_vegas_average_result(a, &r);
  assert_true(r.flags & WD_VEGAS_GROWING);
  assert_true(r.verdict[0].growth > 4);
  wd_vegas_average_reset(a);
  for (int i = 0; i < 5; i++) { /* a hidden peak: seldom seen, and then with a large error */
    add(a, 100, 1, 0.01);
    add(a, 100, 3, 1);
  }
  wd_vegas_average_result(a, &r);
  assert_true(r.verdict[0].bias < -3);
  assert_int_equal(r.flags, WD_VEGAS_BIASED);
  wd_vegas_average_free(a);
}

/* The first component vanishes nearly everywhere, the second everywhere. */
static int nothing_to_see(void *params, size_t n, size_t stride, const double *x, double *f) {
  (void)params;
  for (size_t i = 0; i < n; i++) {
    f[i] = x[i] < 1e-3 ? exp(-1e4 * x[i] * x[i + stride]) : 0;
    f[stride + i] = 0;
  }
  return 0;
}

static void zero_is_doubted(void **state) {
  (void)state;
  const wd_vegas_options options = wd_vegas_default_options(2, 2);
  const wd_vegas_plan plan = {.stream = {3, 4}, .evaluations = 5000, .warmup = 5, .iterations = 5};
  wd_vegas *v;
  wd_vegas_outcome out;
  wd_vegas_average *a = make(2, WD_VEGAS_BY_EVALUATIONS);
  assert_int_equal(wd_vegas_create(&options, &v), 0);
  assert_int_equal(wd_vegas_integrate(v, nothing_to_see, NULL, &plan, a, &out), 0);
  assert_int_equal(out.result.verdict[0].flags, 0);
  assert_int_equal(out.result.verdict[1].flags, WD_VEGAS_ALL_ZERO);
  assert_true(out.result.mean[1] == 0 && out.result.error[1] == 0);
  wd_vegas_free(v);
  wd_vegas_average_free(a);
}

/* Ratios and differences: over 200 seeds, the pulls of a correlated difference scatter by one. */
static int correlated(void *params, size_t n, size_t stride, const double *x, double *f) {
  (void)params;
  for (size_t i = 0; i < n; i++) {
    f[i] = 1 / (0.1 + x[i] + x[stride + i]);
    f[stride + i] = f[i] * (1 + 0.01 * x[i] * x[i]);
  }
  return 0;
}

static void covariance_predicts_differences(void **state) {
  (void)state;
  enum { seeds = 200 };
  const wd_vegas_options options = wd_vegas_default_options(2, 2);
  double difference[seeds], error[seeds], single = 0, mean = 0, chi2 = 0;
  wd_vegas *v;
  wd_vegas_average *a = make(2, WD_VEGAS_BY_EVALUATIONS);
  assert_int_equal(wd_vegas_create(&options, &v), 0);
  for (size_t s = 0; s < seeds; s++) {
    const wd_vegas_plan plan = {.stream = {s, 1}, .evaluations = 500, .warmup = 3, .iterations = 5};
    wd_vegas_outcome out;
    wd_vegas_reset(v);
    wd_vegas_average_reset(a);
    assert_int_equal(wd_vegas_integrate(v, correlated, NULL, &plan, a, &out), 0);
    const double *c = out.result.covariance;
    difference[s] = out.result.mean[1] - out.result.mean[0];
    error[s] = sqrt(c[0] + c[3] - 2 * c[1]);
    single += sqrt(c[0]) / seeds;
    mean += difference[s] / seeds;
  }
  for (size_t s = 0; s < seeds; s++) chi2 += pow((difference[s] - mean) / error[s], 2) / (seeds - 1);
  assert_true(error[0] < 0.1 * single);
  assert_true(chi2 > 0.64 && chi2 < 1.44);
  wd_vegas_free(v);
  wd_vegas_average_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(weights_by_evaluations), cmocka_unit_test(weights_by_variance),
      cmocka_unit_test(q_agrees_with_gsl),      cmocka_unit_test(objections),
      cmocka_unit_test(zero_is_doubted),        cmocka_unit_test(covariance_predicts_differences),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
