/* The JSON writer: layout, escapes, numbers. */
#include "base/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Runs `write` on a writer and compares what it wrote. */
static void expect(void (*write)(wd_json *json), const char *expected) {
  char *text = NULL;
  size_t length;
  wd_json json;
  FILE *out = open_memstream(&text, &length);
  assert_non_null(out);
  wd_json_begin(&json, out);
  write(&json);
  wd_json_finish(&json);
  fclose(out);
  assert_string_equal(text, expected);
  free(text);
}

static void write_nested(wd_json *json) {
  wd_json_object(json, NULL);
  wd_json_double(json, "third", 1.0 / 3);
  wd_json_object(json, "inner");
  wd_json_int(json, "n", INT64_MIN);
  wd_json_bool(json, "yes", true);
  wd_json_end_object(json);
  wd_json_array(json, "list");
  wd_json_string(json, NULL, "a");
  wd_json_bool(json, NULL, false);
  wd_json_end_array(json);
  wd_json_array(json, "none");
  wd_json_end_array(json);
  wd_json_object(json, "empty");
  wd_json_end_object(json);
  wd_json_string(json, "after", NULL);
  wd_json_end_object(json);
}

static void nested(void **state) {
  (void)state;
  expect(write_nested, "{\n"
                       "  \"third\": 0.33333333333333331,\n"
                       "  \"inner\": {\n"
                       "    \"n\": -9223372036854775808,\n"
                       "    \"yes\": true\n"
                       "  },\n"
                       "  \"list\": [\n"
                       "    \"a\",\n"
                       "    false\n"
                       "  ],\n"
                       "  \"none\": [],\n"
                       "  \"empty\": {},\n"
                       "  \"after\": null\n"
                       "}\n");
}

static void write_strings(wd_json *json) {
  wd_json_array(json, NULL);
  wd_json_string(json, NULL, "\"quoted\" \\ \n \x01 \xc3\xa9 \xff.");
  wd_json_end_array(json);
}

static void strings(void **state) {
  (void)state;
  expect(write_strings, "[\n  \"\\\"quoted\\\" \\\\ \\u000a \\u0001 \xc3\xa9 \\ufffd.\"\n]\n");
}

static void write_numbers(wd_json *json) {
  const double values[] = {0.1, -2, NAN, INFINITY, 1e300};
  wd_json_object(json, NULL);
  wd_json_doubles(json, "some", values, 5);
  wd_json_doubles(json, "none", values, 0);
  wd_json_double(json, "nan", NAN);
  wd_json_double(json, "inf", -INFINITY);
  wd_json_end_object(json);
}

static void numbers(void **state) {
  (void)state;
  expect(write_numbers, "{\n"
                        "  \"some\": [0.10000000000000001, -2, null, null, 1.0000000000000001e+300],\n"
                        "  \"none\": [],\n"
                        "  \"nan\": null,\n"
                        "  \"inf\": null\n"
                        "}\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(nested), cmocka_unit_test(strings),
                                     cmocka_unit_test(numbers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
