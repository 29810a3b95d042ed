/* The description of the platform: always the same, but not with other arithmetic. */
#include "base/platform.h"
#include "testing.h"

#include <fenv.h>

static char *description(void) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  wd_platform_write(out);
  fclose(out);
  return text;
}

static void it_is_always_the_same(void **unused) {
  (void)unused;
  char *first = description(), *second = description();
  assert_string_equal(first, second);
  assert_non_null(strstr(first, "vector code: "));
  free(first);
  free(second);
}

static void other_arithmetic_is_seen(void **unused) {
  (void)unused;
  static const char name[] = "checksum of elementary functions: ";
  char *nearest = description();
  fesetround(FE_UPWARD);
  char *upward = description();
  fesetround(FE_TONEAREST);
  assert_non_null(strstr(nearest, name));
  assert_string_not_equal(strstr(nearest, name), strstr(upward, name));
  free(nearest);
  free(upward);
}

/* Flushing numbers below the normal ones to zero, as a library made with -ffast-math does for the whole process. */
static void flushed_numbers_are_seen(void **unused) {
  (void)unused;
#ifdef __SSE2__
  enum { FLUSH = 0x8040 };
  char *usual = description();
  unsigned mode = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(mode | FLUSH);
  char *flushed = description();
  __builtin_ia32_ldmxcsr(mode);
  assert_string_not_equal(usual, flushed);
  free(usual);
  free(flushed);
#else
  skip();
#endif
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(it_is_always_the_same),
                                     cmocka_unit_test(other_arithmetic_is_seen),
                                     cmocka_unit_test(flushed_numbers_are_seen)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
