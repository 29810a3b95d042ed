/* Which values two axes have in common, and what they make together. */
#include "testing.h"

#include "result/axis.h"

static void values_are_found_to_rounding(void **unused) {
  (void)unused;
  const double axis[] = {10, 31.6227766016838, 100, 1000};
  assert_int_equal(wd_axis_find(axis, 4, 10), 0);
  assert_int_equal(wd_axis_find(axis, 4, 100 * (1 + 5e-13)), 2);
  assert_int_equal(wd_axis_find(axis, 4, 100 * (1 - 5e-13)), 2);
  assert_int_equal(wd_axis_find(axis, 4, 100 * (1 + 3e-12)), 4);
  assert_int_equal(wd_axis_find(axis, 4, 1), 4);
  assert_int_equal(wd_axis_find(axis, 4, 1e4), 4);
  assert_int_equal(wd_axis_find(axis, 0, 1), 0);
}

static void the_same_axes(void **unused) {
  (void)unused;
  const double a[] = {1, 2, 3}, b[] = {1, 2 * (1 + 1e-13), 3}, c[] = {1, 2.1, 3};
  assert_true(wd_axis_same(a, 3, b, 3));
  assert_false(wd_axis_same(a, 3, c, 3));
  assert_false(wd_axis_same(a, 3, b, 2));
}

static void check_union(const double *a, size_t n, const double *b, size_t m, const double *right,
                        size_t count) {
  double out[16];
  assert_int_equal(wd_axis_union(a, n, b, m, out), count);
  assert_memory_equal(out, right, count * sizeof *out);
}

static void unions_rise_and_have_each_value_once(void **unused) {
  (void)unused;
  const double low[] = {1, 2, 4}, high[] = {4 * (1 + 1e-13), 8}, odd[] = {1.5, 3}, none[1] = {0};
  const double touching[] = {1, 2, 4, 8}, comb[] = {1, 1.5, 2, 3, 4}, other[] = {1, 2, 4 * (1 + 1e-13), 8};
  check_union(low, 3, high, 2, touching, 4); /* the value of the first */
  check_union(high, 2, low, 3, other, 4);
  check_union(low, 3, odd, 2, comb, 5);
  check_union(low, 3, low, 3, low, 3);
  check_union(low, 3, none, 0, low, 3);
  check_union(none, 0, low, 3, low, 3);
}

static void ranges_include_their_ends(void **unused) {
  (void)unused;
  const double axis[] = {1, 2, 4, 8};
  size_t first;
  assert_int_equal(wd_axis_range(axis, 4, 2, 4, &first), 2);
  assert_int_equal(first, 1);
  assert_int_equal(wd_axis_range(axis, 4, 2 * (1 + 1e-13), 4 * (1 - 1e-13), &first), 2);
  assert_int_equal(wd_axis_range(axis, 4, 0.1, 100, &first), 4);
  assert_int_equal(wd_axis_range(axis, 4, 5, 7, &first), 0);
  assert_int_equal(wd_axis_range(axis, 4, 9, 10, &first), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_are_found_to_rounding),
      cmocka_unit_test(the_same_axes),
      cmocka_unit_test(unions_rise_and_have_each_value_once),
      cmocka_unit_test(ranges_include_their_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
