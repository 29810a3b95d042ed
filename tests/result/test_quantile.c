/* Quantiles: of known samples, beyond what is known, and their errors against the scatter of samples. */
#include "result/quantile.h"
#include "testing.h"

#include <math.h>
#include <stdlib.h>

static void known(void **state) {
  (void)state;
  const double x[] = {1, 2, 3, 4, 5};
  double error;
  assert_true(wd_quantile(x, 5, 0, &error) == 1 && wd_quantile(x, 5, 1, &error) == 5);
  assert_true(wd_quantile(x, 5, 0.5, &error) == 3 && wd_quantile(x, 5, 0.625, &error) == 3.5);
  assert_true(wd_quantile(x, 1, 0.5, &error) == 1 && isnan(error));
}

static void beyond(void **state) {
  (void)state;
  const double x[] = {-INFINITY, -INFINITY, 3, 4, INFINITY};
  double error;
  assert_true(wd_quantile(x, 5, 0.1, &error) == -INFINITY);
  assert_true(wd_quantile(x, 5, 0.5, &error) == 3 && isnan(error));
  assert_true(wd_quantile(x, 5, 0.9, &error) == INFINITY);
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Number k of n sorted uniform numbers has the mean (k + 1)/(n + 1); the mean error is the scatter, to a tenth. */
static void errors(void **state) {
  enum { SAMPLES = 4000, N = 100 };
  const double wanted[] = {0.16, 0.5, 0.84};
  (void)state;
  uint64_t seed = 1;
  double sum[3] = {0}, squares[3] = {0}, errors[3] = {0};
  for (int s = 0; s < SAMPLES; s++) {
    double x[N], error;
    for (int i = 0; i < N; i++) {
      seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      x[i] = (double)(seed >> 11) * 0x1p-53;
    }
    qsort(x, N, sizeof *x, compare);
    for (int k = 0; k < 3; k++) {
      const double mean = ((N - 1) * wanted[k] + 1) / (N + 1),
                   d = wd_quantile(x, N, wanted[k], &error) - mean;
      sum[k] += d, squares[k] += d * d, errors[k] += error;
    }
  }
  for (int k = 0; k < 3; k++) {
    const double scatter = sqrt(squares[k] / SAMPLES);
    assert_true(fabs(sum[k] / SAMPLES) < 0.1 * scatter);
    assert_true(fabs(errors[k] / SAMPLES / scatter - 1) < 0.1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(known), cmocka_unit_test(beyond),
                                     cmocka_unit_test(errors)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
