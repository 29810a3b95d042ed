/* A host program may have chosen a locale whose decimal point is a comma: numbers in configurations, profiles,
 * texts and messages stay what they are, and no call changes the host's locale. */
#include "testing.h"

#include "wdscan/config.h"
#include "wdscan/point.h"
#include "wdscan/star.h"
#include <locale.h>
#include <unistd.h>

static char folder[] = "/tmp/wdscan-locale-XXXXXX";

/* A locale of our own, since few machines have others than "C". */
static void choose_comma(void) {
  char command[400], source[64];
  assert_non_null(mkdtemp(folder));
  snprintf(source, sizeof source, "%s/source", folder);
  FILE *f = fopen(source, "w");
  assert_non_null(f);
  fputs("LC_NUMERIC\ndecimal_point \",\"\nthousands_sep \".\"\ngrouping 3;3\nEND LC_NUMERIC\n", f);
  assert_int_equal(fclose(f), 0);
  snprintf(command, sizeof command,
           "localedef -c -i %s -f ANSI_X3.4-1968 %s/comma >%s/log 2>&1; test -d %s/comma", source, folder,
           folder, folder);
  if (system(command) != 0 || setenv("LOCPATH", folder, 1) != 0 || !setlocale(LC_NUMERIC, "comma")) {
    print_message("no locale could be made\n");
    skip();
  }
}

typedef struct answer {
  char text[16384], message[2048];
  wd_point_result point;
} answer;

static answer ask(void) {
  answer a = {0};
  wd_error err = {0};
  wd_settings *settings =
      test_settings((const char *const[]){"star.profile=tests/data/profile.data", "grid.coupling.min=1.5e-9",
                                          "integrator.relative_error=2.5e-2", NULL});
  char *effective = wd_settings_text(settings);
  assert_non_null(effective);
  snprintf(a.text, sizeof a.text, "%s", effective);
  free(effective);
  wd_star *star = test_star(settings);
  wd_engine *engine;
  if (wd_engine_create(wd_settings_config(settings), star, &engine, &err)) fail_msg("%s", err.message);
  const double coupling = 2.5e-7;
  if (wd_engine_points(engine, 1.25e4, 1, &coupling, &a.point, &err)) fail_msg("%s", err.message);
  assert_int_not_equal(wd_engine_points(engine, -1.5, 1, &coupling, &a.point, &err), WD_OK);
  snprintf(a.message, sizeof a.message, "%s", err.message);
  wd_engine_free(engine);
  wd_star_free(star);
  assert_int_not_equal(wd_settings_set(settings, "integrator.relative_error=2,5", NULL), WD_OK);
  assert_int_not_equal(wd_settings_set(settings, "star.composition={C12: 0.5}", &err), WD_OK);
  size_t n = strlen(a.message);
  snprintf(a.message + n, sizeof a.message - n, "; %s", err.message);
  wd_settings_free(settings);
  return a;
}

static void a_comma(void **state) {
  (void)state;
  const answer before = ask();
  assert_non_null(strstr(before.message, "-1.5"));
  assert_non_null(strstr(before.message, "add up to 0.5"));
  assert_non_null(strstr(before.text, "1.5e-09"));
  choose_comma();
  char text[8];
  snprintf(text, sizeof text, "%g", 1.5);
  assert_string_equal(text, "1,5");
  const answer after = ask();
  snprintf(text, sizeof text, "%g", 1.5);
  assert_string_equal(text, "1,5");
  assert_string_equal(after.text, before.text);
  assert_string_equal(after.message, before.message);
  assert_memory_equal(&after.point.excess, &before.point.excess, sizeof(double));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_comma)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  char command[100];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command) != 0 || failed;
}
