/* The verdicts of `wdscan verify`: a wrong result must be found out, by its size, and an imprecise or missing one
 * must not pass. */
#include "testing.h"

#include "excess/verify.h"

static wd_check check_of(double excess, double error, double reference, double reference_error) {
  wd_check c = {
      .excess = excess, .excess_error = error, .reference = reference, .reference_error = reference_error};
  wd_check_judge(&c);
  return c;
}

static void verdicts(void **state) {
  (void)state;
  const struct {
    double excess, error, reference, reference_error;
    int verdict;
  } cases[] = {
      {0.3, 0.001, 0.3, 1e-6, WD_VERDICT_OK},
      {0.3049, 0.001, 0.3, 1e-9, WD_VERDICT_OK},
      {0.3051, 0.001, 0.3, 1e-9, WD_VERDICT_DISAGREES},
      {0.2949, 0.001, 0.3, 1e-9, WD_VERDICT_DISAGREES},
      {0.3051, 0.001, 0.3, 5e-4, WD_VERDICT_OK}, /* both errors count */
      {-0.3, 0.001, 0.3, 1e-9, WD_VERDICT_DISAGREES},
      {-0.3, 0.001, -0.3, 1e-9, WD_VERDICT_OK},
      {0.31, 0.05, 0.3, 1e-9, WD_VERDICT_IMPRECISE},
      {0.31, 0.001, 0.3, 0.05, WD_VERDICT_IMPRECISE},
      {0, 0.05, 0.3, 1e-9, WD_VERDICT_DISAGREES}, /* wrong, even though imprecise */
      {NAN, 0.001, 0.3, 1e-9, WD_VERDICT_FAILED},
      {0.3, 0.001, -INFINITY, 1e-9, WD_VERDICT_FAILED},
      {0.3, NAN, 0.3, 1e-9, WD_VERDICT_FAILED},
      {0.3, 0, 0.3, 0, WD_VERDICT_FAILED}, /* no errors at all: nothing was computed */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    wd_check c = check_of(cases[i].excess, cases[i].error, cases[i].reference, cases[i].reference_error);
    if (c.verdict != cases[i].verdict)
      fail_msg("case %zu: %s, expected %s", i, wd_verdict_name(c.verdict), wd_verdict_name(cases[i].verdict));
  }
  assert_close(check_of(0.302, 3e-4, 0.3, 4e-4).pull, 4, 1e-9);
}

/* What the engine finds in one check passes; the same number off by a known error of the past does not: a factor 4
 * in the width, one part in twenty, a polarisation left out. */
typedef struct memory {
  wd_check checks[128];
  int count;
} memory;

static void remember(void *ctx, const wd_check *check) {
  memory *m = ctx;
  m->checks[m->count++] = *check;
}

static void errors_would_be_found(void **state) {
  (void)state;
  wd_settings *settings = test_settings((const char *[]){"physics.formulas=consistent", NULL});
  wd_star *star = test_star(settings);
  wd_error err = {0};
  memory m = {.count = 0};
  assert_int_equal(wd_verify(wd_settings_config(settings), star, remember, &m, &err), WD_OK);
  int methods = 0, editions = 0;
  for (int i = 0; i < m.count; i++) {
    wd_check *c = &m.checks[i];
    const double factors[] = {0.25, 4, 0.95, 1.05, 0.7};
    assert_int_equal(c->verdict, WD_VERDICT_OK);
    methods |= 1 << c->method, editions |= 1 << c->formulas;
    for (int f = 0; f < 5; f++) {
      wd_check wrong = *c;
      wrong.excess *= factors[f], wrong.excess_error *= factors[f];
      wd_check_judge(&wrong);
      assert_int_equal(wrong.verdict, WD_VERDICT_DISAGREES);
    }
  }
  assert_int_equal(methods, (1 << WD_CHECK_METHOD_COUNT) - 1);
  assert_int_equal(editions, 3);
  wd_star_free(star);
  wd_settings_free(settings);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(verdicts), cmocka_unit_test(errors_would_be_found)};
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
