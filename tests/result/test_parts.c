/* Parts of the excess: their names, their sums, their errors. */
#include "testing.h"

#include "result/parts.h"

static const wd_row row = {.excess = 45.5,
                           .excess_error = 0.01,
                           .resonant = {1, 2, 3},
                           .offresonant = {4, 5, 6},
                           .continuum = {7, 8, 9},
                           .resonant_error = {0.1, 0.2, 0.3},
                           .offresonant_error = {0.4, 0.5, 0.6},
                           .continuum_error = {0.7, 0.8, 0.9}};

static void sums(void **state) {
  (void)state;
  const struct {
    const char *text;
    double sum, error;
  } cases[] = {{"transverse.resonant", 1, 0.1},
               {"longitudinal.offresonant", 5, 0.5},
               {"axial.continuum", 9, 0.9},
               {"transverse", 12, 1.2},
               {"resonant", 6, 0.6},
               {"transverse.resonant,longitudinal.offresonant", 6, 0.6},
               {"transverse,offresonant", 12 + 11, 1.2 + 1.1},
               {"offresonant,offresonant", 15, 1.5},
               {"transverse,longitudinal,axial", 45.5, 0.01},
               {"resonant,offresonant,continuum", 45.5, 0.01}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    unsigned mask;
    double error;
    wd_error err = {0};
    if (wd_parts_read(cases[i].text, &mask, &err)) fail_msg("%s", err.message);
    assert_close(wd_parts_sum(&row, mask, &error), cases[i].sum, 1e-15);
    assert_close(error, cases[i].error, 1e-15);
  }
}

static void mistakes(void **state) {
  (void)state;
  static const char *const wrong[] = {
      "", ",", "transvers", "transverse,", "resonant.transverse", "transverse.", "all"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    unsigned mask = 77;
    wd_error err = {0};
    assert_int_equal(wd_parts_read(wrong[i], &mask, &err), WD_ERR_USAGE);
    assert_non_null(strstr(err.message, "is unknown; expected a list of transverse"));
    assert_int_equal(mask, 77);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(sums), cmocka_unit_test(mistakes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
