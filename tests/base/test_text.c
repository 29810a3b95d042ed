/* Strict numbers, durations, UTF-8, quoting, edit distance; the message of collected mistakes. */
#include "base/text.h"
#include "config/mistakes.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void reals(void **state) {
  (void)state;
  static const char *const right[] = {"0",    "1",      "-1",      "+1.5",
                                      ".5",   "5.",     "1e8",     "1.0E-8",
                                      "1e+2", "000012", "9.9e307", "2.2250738585072014e-308"};
  static const char *const wrong[] = {"",         " ",     "1e3x",  "nan",         "NaN",    "inf",   "-inf",
                                      "infinity", "0x10",  "1e",    "e5",          ".",      "+",     "1,5",
                                      "1 ",       " 1",    "1_000", "1e999",       "1e-400", "1.2.3", "--1",
                                      "1e+",      "1e5.0", "1d3",   "1e9999999999"};
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    double value = NAN;
    assert_true(wd_text_to_real(right[i], &value));
    assert_true(value == strtod(right[i], NULL));
  }
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    double value = 7;
    if (wd_text_to_real(wrong[i], &value)) fail_msg("\"%s\" taken for a number", wrong[i]);
    assert_true(value == 7);
  }
  double zero = 1;
  assert_true(wd_text_to_real("-0.0", &zero) && !signbit(zero));
}

static void integers(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t value;
  } right[] = {{"0", 0},     {"-3", -3},      {"1e6", 1000000}, {"2.50e1", 25},
               {"10.0", 10}, {"1200e-2", 12}, {"0e99999", 0},   {"9223372036854775807", INT64_MAX},
               {"007", 7},   {".5e1", 5},     {"0.0", 0},       {"9.223372036854775807e18", INT64_MAX}};
  static const char *const wrong[] = {"1.5", "1e-1",  "9223372036854775808",     "1e19", "1e3x", "",
                                      "0x8", "1e999", "1.0000000000000000001e3", "nan",  "5e-1"};
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    int64_t value = 77;
    if (!wd_text_to_integer(right[i].text, &value)) fail_msg("\"%s\" is an integer", right[i].text);
    assert_int_equal(value, right[i].value);
  }
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    int64_t value = 77;
    if (wd_text_to_integer(wrong[i], &value)) fail_msg("\"%s\" taken for an integer", wrong[i]);
  }
}

/* Random bit patterns: what is printed reads back to the same value, in as few digits as that takes. */
static void reals_round_trip(void **state) {
  (void)state;
  uint64_t bits = 1;
  int compared = 0;
  for (int i = 0; i < 20000; i++) {
    double value, back = NAN;
    char text[WD_REAL_TEXT];
    bits = bits * 6364136223846793005u + 1442695040888963407u;
    memcpy(&value, &bits, sizeof value);
    if (!isnormal(value)) continue;
    assert_true(wd_text_to_real(wd_text_from_real(value, text), &back));
    assert_memory_equal(&value, &back, sizeof value);
    compared++;
  }
  assert_true(compared > 19000);
  char text[WD_REAL_TEXT];
  assert_string_equal(wd_text_from_real(0.1, text), "0.1");
  assert_string_equal(wd_text_from_real(1e8, text), "100000000");
  assert_string_equal(wd_text_from_real(1e-14, text), "1e-14");
  assert_string_equal(wd_text_from_real(0.1 + 0.2, text), "0.30000000000000004");
}

static void durations(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double seconds;
  } right[] = {{"01:02:03", 3723},
               {"2:03", 123},
               {"1-00:00:01", 86401},
               {"100:00:00", 360000},
               {"90:00", 5400},
               {"00:00:00", 0},
               {"UNLIMITED", INFINITY},
               {"90", 5400},
               {"0", 0},
               {"2-3", 2 * 86400 + 3 * 3600},
               {"1-2:30", 95400},
               {"10-0", 864000}};
  static const char *const wrong[] = {"",        "1:60",  "1:60:00", "1-24:00:00", "1-24",    "1-2:60",
                                      "1:2:3:4", "1:",    ":10",     "1-",         "1:-1",    "-1:00",
                                      "1:00s",   "-1",    "1.5:0",   "1-2-3:4",    "1:2-3:4", "unlimited",
                                      "1-2-3",   "1:2-3", "1.5"};
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    double seconds = -1;
    assert_true(wd_text_to_seconds(right[i].text, &seconds));
    assert_true(seconds == right[i].seconds);
  }
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    double seconds;
    if (wd_text_to_seconds(wrong[i], &seconds)) fail_msg("\"%s\" taken for a duration", wrong[i]);
  }
}

static void for_people(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *seconds, *bytes;
  } cases[] = {{0.004, "under 0.1 s", "4e-06 kB"}, {0.29, "0.3 s", "0.00029 kB"}, {42, "42 s", "0.042 kB"},
               {99.9, "100 s", "0.0999 kB"},       {600, "10 min", "0.6 kB"},     {3600, "60 min", "3.6 kB"},
               {1.2e4, "3.3 h", "12 kB"},          {2.5e5, "69 h", "250 kB"},     {1e6, "12 days", "1 MB"},
               {1.02e9, "11806 days", "1.02 GB"}};
  char buffer[WD_REAL_TEXT];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_string_equal(wd_text_from_seconds(cases[i].value, buffer), cases[i].seconds);
    assert_string_equal(wd_text_from_bytes(cases[i].value, buffer), cases[i].bytes);
  }
  assert_string_equal(wd_text_from_bytes(3.94e11, buffer), "394 GB");
  assert_string_equal(wd_text_from_bytes(9.996e11, buffer), "1 TB");
  assert_string_equal(wd_text_from_bytes(1e15, buffer), "1 PB");
}

static void utf8(void **state) {
  (void)state;
  assert_true(wd_text_is_printable("plain, \xc3\xa9, \xe2\x82\xac, \xf0\x9f\x8c\x9f"));
  assert_true(wd_text_is_printable(""));
  static const char *const wrong[] = {
      "\n",   "\x1b[31m", "\x7f",         "\xc2\x85",     "\xe2\x80\xa8",     "\xff",
      "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xef\xbb\xbf", "\xf4\x90\x80\x80", "\x80"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_false(wd_text_is_printable(wrong[i]));
}

static void quoting(void **state) {
  (void)state;
  char buffer[WD_QUOTED_TEXT], longest[3 * WD_QUOTED_TEXT];
  assert_string_equal(wd_text_quoted("a b", buffer), "\"a b\"");
  assert_string_equal(wd_text_quoted("\x1b[31m\xff", buffer), "\"?[31m?\"");
  for (size_t n = 0; n < sizeof longest - 2; n++) { /* every length, of two-byte characters */
    longest[n] = n % 2 ? '\xa9' : '\xc3';
    longest[n + 1] = '\0';
    wd_text_quoted(longest, buffer);
    assert_true(strlen(buffer) < WD_QUOTED_TEXT);
    assert_true(buffer[strlen(buffer) - 1] == '"');
    if (n % 2) assert_true(wd_text_is_printable(buffer));
  }
  assert_non_null(strstr(buffer, "...\""));
}

static void distances(void **state) {
  (void)state;
  assert_int_equal(wd_text_distance("", ""), 0);
  assert_int_equal(wd_text_distance("abc", ""), 3);
  assert_int_equal(wd_text_distance("", "abc"), 3);
  assert_int_equal(wd_text_distance("kitten", "sitting"), 3);
  assert_int_equal(wd_text_distance("mass", "msas"), 1);
  assert_int_equal(wd_text_distance("Mass", "mass"), 0);
  assert_int_equal(wd_text_distance("sitting", "kitten"), 3);
}

static void mistakes_that_fit(void **state) {
  (void)state;
  wd_error err = {0};
  wd_mistakes m = {.source = "a.yaml"};
  assert_int_equal(wd_mistakes_status(&m, &err), WD_OK);
  wd_mistakes_add(&m, 3, 4, "x.y", "wrong %d", 1);
  wd_mistakes_add(&m, 0, 0, NULL, "also");
  assert_int_equal(wd_mistakes_status(&m, &err), WD_ERR_CONFIG);
  assert_string_equal(err.message, "a.yaml:3:4: x.y: wrong 1\na.yaml: also");
}

static void mistakes_that_do_not_fit(void **state) {
  (void)state;
  wd_error err = {0};
  wd_mistakes m = {.source = "a.yaml"};
  for (int i = 1; i <= 1000; i++) wd_mistakes_add(&m, i, 1, "key", "wrong");
  assert_int_equal(wd_mistakes_status(&m, &err), WD_ERR_CONFIG);
  const char *rest = strstr(err.message, "\n... and ");
  assert_non_null(rest);
  size_t lines = 0, more = strtoul(rest + strlen("\n... and "), NULL, 10);
  for (const char *s = err.message; s < rest; s = strchr(s + 1, '\n')) lines++;
  assert_int_equal(lines + more, 1000);
}

static void words_of_a_shell(void **unused) {
  (void)unused;
  static const char *const cases[][2] = {{"folder/a-1.h5", "folder/a-1.h5"},
                                         {"", "''"},
                                         {"a b", "'a b'"},
                                         {"$HOME", "'$HOME'"},
                                         {"it's", "'it'\\''s'"},
                                         {"'", "''\\'''"},
                                         {"*", "'*'"}};
  char buffer[40];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(wd_text_for_shell(cases[i][0], buffer, sizeof buffer), cases[i][1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_of_a_shell),
      cmocka_unit_test(reals),
      cmocka_unit_test(integers),
      cmocka_unit_test(reals_round_trip),
      cmocka_unit_test(durations),
      cmocka_unit_test(for_people),
      cmocka_unit_test(utf8),
      cmocka_unit_test(quoting),
      cmocka_unit_test(distances),
      cmocka_unit_test(mistakes_that_fit),
      cmocka_unit_test(mistakes_that_do_not_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
