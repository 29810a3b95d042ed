/* Status codes: their exit codes, as the contract has them, and what becomes of messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "wdscan/status.h"
#include <cmocka.h>
#include <string.h>

static void every_status_has_its_exit_code(void **unused) {
  (void)unused;
  static const struct {
    int status, code;
  } expected[] = {
      {WD_OK, 0},         {WD_ERR_INTERNAL, 1}, {WD_ERR_NUMERIC, 1}, {WD_ERR_MEMORY, 1},
      {WD_ERR_POINTS, 1}, {WD_ERR_USAGE, 2},    {WD_ERR_CONFIG, 2},  {WD_ERR_IO, 3},
      {WD_ERR_VERIFY, 4}, {WD_ERR_STOPPED, 75}, {WD_ERR_DIFFER, 1},
  };
  assert_int_equal(sizeof expected / sizeof *expected, WD_STATUS_COUNT);
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    assert_int_equal(wd_exit_code(expected[i].status), expected[i].code);
    assert_true(strlen(wd_status_text(expected[i].status)) > 0);
  }
}

static void what_is_no_status_is_a_failure(void **unused) {
  (void)unused;
  static const int wrong[] = {-1, WD_STATUS_COUNT, 1000};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(wd_exit_code(wrong[i]), 1);
    assert_string_equal(wd_status_text(wrong[i]), "unknown status");
  }
}

static void a_context_goes_before_the_message(void **unused) {
  (void)unused;
  wd_error err = {0};
  assert_int_equal(wd_fail(&err, WD_ERR_IO, "%s: no such file", "map.h5"), WD_ERR_IO);
  assert_int_equal(wd_fail_context(&err, WD_ERR_IO, "checkpoint %d", 3), WD_ERR_IO);
  assert_int_equal(err.status, WD_ERR_IO);
  assert_string_equal(err.message, "checkpoint 3: map.h5: no such file");
}

static void without_an_error_the_status_comes_through(void **unused) {
  (void)unused;
  assert_int_equal(wd_fail(NULL, WD_ERR_CONFIG, "ignored"), WD_ERR_CONFIG);
  assert_int_equal(wd_fail_context(NULL, WD_ERR_CONFIG, "ignored"), WD_ERR_CONFIG);
}

static void long_messages_are_cut(void **unused) {
  (void)unused;
  wd_error err = {0};
  char text[4000];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  wd_fail(&err, WD_ERR_CONFIG, "%s", text);
  assert_int_equal(strlen(err.message), sizeof err.message - 1);
  wd_fail_context(&err, WD_ERR_CONFIG, "%s", text);
  assert_true(strlen(err.message) < sizeof err.message);
  assert_non_null(strstr(err.message, "x: x"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_status_has_its_exit_code),
      cmocka_unit_test(what_is_no_status_is_a_failure),
      cmocka_unit_test(a_context_goes_before_the_message),
      cmocka_unit_test(without_an_error_the_status_comes_through),
      cmocka_unit_test(long_messages_are_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
