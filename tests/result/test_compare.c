/* Deviations of results in units of their errors. */
#include "testing.h"

#include "result/compare.h"

static void deviations_in_sigma(void **unused) {
  (void)unused;
  assert_true(wd_deviation(1, 0.3, 3, 0.4) == 4);
  assert_true(wd_deviation(3, 0.3, 1, 0.4) == 4);
  assert_true(wd_deviation(1, 0, 1, 0) == 0);
  assert_true(wd_deviation(1, 0, 1 + 1e-13, 0) == 0); /* rounding */
  assert_true(wd_deviation(1e-45, 0, 3e-45, 0) == 0); /* beyond single precision */
  assert_true(isinf(wd_deviation(1e-37, 0, 3e-37, 0)));
  assert_true(isinf(wd_deviation(1, 0, 1.1, 0)));
  assert_true(isinf(wd_deviation(NAN, 1, 1, 1)));
  assert_true(isinf(wd_deviation(1, NAN, 2, 1)));
  assert_true(wd_deviation(NAN, NAN, NAN, NAN) == 0);
  assert_true(wd_deviation(INFINITY, 1, INFINITY, 1) == 0);
}

static void the_largest_deviation_and_its_place(void **unused) {
  (void)unused;
  wd_comparison q[WD_COMPARED];
  wd_row a = {.excess = 1, .excess_error = 0.1}, b = a;
  wd_compare_begin(q, WD_COMPARED);
  assert_true(isnan(q[0].largest) && isnan(q[0].mass));
  wd_compare_rows(q, true, (wd_compared_point){5, 10, 1e-9}, &a, &b);
  assert_true(q[0].largest == 0 && q[0].compared == 1 && q[0].other_bits == 0);
  b.excess = 2;
  wd_compare_rows(q, true, (wd_compared_point){6, 20, 2e-9}, &a, &b);
  b.excess = 0.9;
  wd_compare_rows(q, true, (wd_compared_point){7, 30, 3e-9}, &a, &b);
  assert_int_equal(q[0].compared, 3);
  assert_int_equal(q[0].other_bits, 2);
  assert_int_equal(q[0].beyond, 1);
  assert_close(q[0].largest, 1 / hypot(0.1, 0.1), 1e-12);
  assert_true(q[0].member == 6 && q[0].mass == 20 && q[0].coupling == 2e-9 && q[0].a == 1 && q[0].b == 2);
  assert_close(q[0].square, 50 + 0.5, 1e-12);
}

/* Each part is compared with its like, and without parts none is. */
static void every_part_has_its_place(void **unused) {
  (void)unused;
  for (int i = 1; i < WD_COMPARED_LIKELIHOOD; i++) {
    wd_comparison q[WD_COMPARED];
    wd_row a = {.excess_error = 1}, b = {.excess_error = 1};
    const int p = (i - 1) / WD_COMPARED_PARTS, part = (i - 1) % WD_COMPARED_PARTS;
    double *value[] = {b.resonant, b.offresonant, b.continuum},
           *error[] = {b.resonant_error, b.offresonant_error, b.continuum_error};
    value[part][p] = 6;
    error[part][p] = 2;
    wd_compare_begin(q, WD_COMPARED);
    wd_compare_rows(q, true, (wd_compared_point){7, 1, 1}, &a, &b);
    for (int k = 0; k < WD_COMPARED; k++) assert_true(q[k].largest == (k == i ? 3 : 0));
    wd_compare_rows(q, false, (wd_compared_point){7, 1, 1}, &a, &b);
    assert_true(q[0].compared == 2 && q[i].compared == 1);
  }
  char text[64];
  assert_string_equal(wd_compared_part(1, text), "transverse.resonant");
  assert_string_equal(wd_compared_part(WD_COMPARED_LIKELIHOOD - 1, text), "axial.continuum");
}

/* Of f_s there are no parts; the likelihood counts where both have one. */
static void likelihoods(void **unused) {
  (void)unused;
  wd_comparison q[WD_COMPARED];
  wd_row a = {.excess = 2, .minus_two_delta_lnl = 7, .minus_two_delta_lnl_error = 0.3}, b = a;
  b.minus_two_delta_lnl = 4;
  b.minus_two_delta_lnl_error = 0.4;
  wd_compare_begin(q, WD_COMPARED);
  wd_compare_rows(q, false, (wd_compared_point){7, 1, 1}, &a, &b);
  b.minus_two_delta_lnl = NAN;
  wd_compare_rows(q, false, (wd_compared_point){7, 1, 1}, &a, &b);
  assert_true(q[0].compared == 2 && q[0].largest == 0 && q[1].compared == 0);
  assert_int_equal(q[WD_COMPARED_LIKELIHOOD].compared, 1);
  assert_close(q[WD_COMPARED_LIKELIHOOD].largest, 6, 1e-12);
  assert_int_equal(q[WD_COMPARED_LIKELIHOOD].beyond, 1);
  char text[64];
  assert_string_equal(wd_compared_part(WD_COMPARED_LIKELIHOOD, text), "minus_two_delta_lnl");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(deviations_in_sigma),
      cmocka_unit_test(the_largest_deviation_and_its_place),
      cmocka_unit_test(every_part_has_its_place),
      cmocka_unit_test(likelihoods),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
