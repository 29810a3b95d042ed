/* The formats of limits, on four masses: two have a limit, one is above the level at all couplings, one below it at all. */
#include "cli/limits.h"
#include "testing.h"
#include "wdscan/contour.h"
#include "wdscan/model.h"

enum { MASSES = 4 };

static const double mass[MASSES] = {1e3, 2e3, 4e3, 8e3}, level[2] = {0.3, 0.5};
static const double coupling[2 * MASSES] = {5e-12, NAN, NAN, 1.25e-12, NAN, NAN, NAN, NAN};
static const double error[2 * MASSES] = {1e-13, NAN, NAN, 1e-14, NAN, NAN, NAN, NAN};
static const int state[2 * MASSES] = {WD_CONTOUR_CROSSING, WD_CONTOUR_ABOVE,      WD_CONTOUR_BELOW,
                                      WD_CONTOUR_CROSSING, WD_CONTOUR_UNFINISHED, WD_CONTOUR_BELOW,
                                      WD_CONTOUR_BELOW,    WD_CONTOUR_BELOW};

static wd_limits limits_of(const wd_settings *settings) {
  return (wd_limits){.masses = MASSES,
                     .levels = 1,
                     .mass = mass,
                     .level = level,
                     .coupling = coupling,
                     .error = error,
                     .state = state,
                     .lowest = 1e-14,
                     .highest = 1e-2,
                     .settings = settings,
                     .version = "1.2.3",
                     .commit = "abcdef",
                     .created = "2026-01-01T00:00:00Z"};
}

/* What is written, as a malloc'ed string. */
static char *text_of(const wd_limits *limits, int format) {
  char *text = NULL;
  size_t size = 0;
  wd_error err = {0};
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  if (wd_limits_write(out, limits, format, &err)) fail_msg("%s", err.message);
  fclose(out);
  return text;
}

/* The lines of a text that are no comments. */
static char *bare(char *text) {
  char *to = text;
  for (char *line = text, *next; *line; line = next) {
    next = strchr(line, '\n') + 1;
    if (*line == '#') continue;
    memmove(to, line, (size_t)(next - line));
    to += next - line;
  }
  *to = '\0';
  return text;
}

static void expect_bare(const wd_limits *limits, int format, const char *expected) {
  char *text = bare(text_of(limits, format));
  assert_string_equal(text, expected);
  free(text);
}

static void expect_in(const wd_limits *limits, int format, const char *expected) {
  char *text = text_of(limits, format);
  if (!strstr(text, expected)) fail_msg("expected '%s' in:\n%s", expected, text);
  free(text);
}

static void test_csv(void **unused) {
  (void)unused;
  wd_settings *settings = test_settings((const char *const[]){NULL});
  wd_limits limits = limits_of(settings);
  limits.levels = 2;
  expect_bare(&limits, WD_LIMITS_CSV,
              "level,mass_eV,coupling,coupling_error,state\n"
              "0.3,1000,5e-12,1e-13,crossing\n0.3,2000,nan,nan,above\n0.3,4000,nan,nan,below\n"
              "0.3,8000,1.25e-12,1e-14,crossing\n0.5,1000,nan,nan,unfinished\n0.5,2000,nan,nan,below\n"
              "0.5,4000,nan,nan,below\n0.5,8000,nan,nan,below\n");
  wd_settings_free(settings);
}

/* A level that is exceeded everywhere is a limit at the edge; where none is, the region has a gap. */
static void test_axionlimits(void **unused) {
  (void)unused;
  wd_settings *settings = test_settings((const char *const[]){NULL});
  wd_limits limits = limits_of(settings);
  expect_bare(&limits, WD_LIMITS_AXIONLIMITS, "1000 5e-12\n2000 1e-14\n8000 1.25e-12\n");
  limits.closed = true;
  expect_bare(&limits, WD_LIMITS_AXIONLIMITS,
              "1000 0.01\n1000 5e-12\n2000 1e-14\n2000 0.01\n8000 0.01\n8000 1.25e-12\n8000 0.01\n");
  expect_in(&limits, WD_LIMITS_AXIONLIMITS, "\n# mass_eV coupling\n");
  expect_in(&limits, WD_LIMITS_AXIONLIMITS,
            "# source: wdscan 1.2.3 (commit abcdef), scan of 2026-01-01T00:00:00Z\n");
  expect_in(&limits, WD_LIMITS_AXIONLIMITS, "# accuracy: Monte Carlo: at most 2 % of the coupling");
  expect_in(&limits, WD_LIMITS_AXIONLIMITS, "# masses with a limit: 3 of 4; at 1 the level");
  wd_settings_free(settings);
}

/* |epsilon_A| = e ln(m_tau/m_mu)/(6 pi^2) g, Eq. (A7): a seventieth. */
static void test_mixing(void **unused) {
  (void)unused;
  wd_settings *settings = test_settings((const char *const[]){NULL});
  wd_limits limits = limits_of(settings);
  limits.mixing = true;
  char *text = bare(text_of(&limits, WD_LIMITS_AXIONLIMITS));
  double m, epsilon;
  assert_int_equal(sscanf(text, "%lf %lf", &m, &epsilon), 2);
  assert_close(epsilon, 5e-12 * sqrt(4 * M_PI / 137.036) * log(1776.86 / 105.6584) / (6 * M_PI * M_PI), 1e-4);
  free(text);
  wd_settings_free(settings);
}

static void test_darkcast(void **unused) {
  (void)unused;
  wd_settings *settings = test_settings((const char *const[]){NULL});
  wd_limits limits = limits_of(settings);
  expect_bare(&limits, WD_LIMITS_DARKCAST, "1e-06 5e-12\n2e-06 1e-14\n4e-06 1e+05\n8e-06 1.25e-12\n");
  char *text = text_of(&limits, WD_LIMITS_DARKCAST);
  assert_memory_equal(text, "# mass lower\n", 13);
  free(text);
  limits.closed = true;
  expect_bare(&limits, WD_LIMITS_DARKCAST,
              "1e-06 5e-12 0.01\n2e-06 1e-14 0.01\n4e-06 1e+05 1e+05\n8e-06 1.25e-12 0.01\n");
  text = text_of(&limits, WD_LIMITS_DARKCAST);
  assert_memory_equal(text, "# mass lower upper\n", 19);
  free(text);
  wd_settings_free(settings);
}

static void test_hepdata(void **unused) {
  (void)unused;
  wd_settings *settings = test_settings((const char *const[]){NULL});
  wd_limits limits = limits_of(settings);
  expect_in(&limits, WD_LIMITS_HEPDATA,
            "  values:\n"
            "  - {value: 5.0e-12, errors: [{symerror: 1.0e-13, label: Monte Carlo}]}\n"
            "  - {value: 1.0e-14}\n"
            "  - {value: '-'}\n"
            "  - {value: 1.25e-12, errors: [{symerror: 1.0e-14, label: Monte Carlo}]}\n");
  expect_in(&limits, WD_LIMITS_HEPDATA, "  - {name: level, value: \"0.3\"}\n");
  wd_settings_free(settings);
}

static void test_one_level(void **unused) {
  (void)unused;
  wd_settings *settings = test_settings((const char *const[]){NULL});
  wd_limits limits = limits_of(settings);
  limits.levels = 2;
  wd_error err;
  assert_int_equal(wd_limits_write(stdout, &limits, WD_LIMITS_DARKCAST, &err), WD_ERR_USAGE);
  assert_string_equal(err.message,
                      "--format darkcast holds one limit, and there are 2 levels; expected one --level X");
  wd_settings_free(settings);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_csv),     cmocka_unit_test(test_axionlimits),
                                     cmocka_unit_test(test_mixing),  cmocka_unit_test(test_darkcast),
                                     cmocka_unit_test(test_hepdata), cmocka_unit_test(test_one_level)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
