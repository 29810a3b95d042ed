/* Messages and progress lines, with a clock that the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "run/progress.h"
#include "store/store.h"
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static double present; /* s */

static double now(void) {
  return present;
}

/* What has been written to `file`, which is emptied. */
static const char *written(FILE *file) {
  static char text[1024];
  rewind(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  assert_int_equal(ftruncate(fileno(file), 0), 0);
  rewind(file);
  return text;
}

/* A file that takes the place of the terminal. */
static FILE *begin(int level) {
  FILE *out = tmpfile();
  wd_log_start(out, level);
  return out;
}

static void whole_lines_ever_more_rarely(void **unused) {
  (void)unused;
  static const double due[] = {5, 15, 35, 75, 135, 195, 255};
  wd_progress p;
  FILE *out = begin(WD_LOG_INFO);
  size_t lines = 0;
  present = 100;
  wd_progress_start(&p, WD_PROGRESS_AUTO, 1000, 200, now);
  assert_int_equal(p.form, WD_PROGRESS_LINES);
  for (int tenth = 0; tenth <= 2600; tenth++) {
    present = 100 + tenth / 10.0;
    if (tenth % 10 == 1) wd_progress_count(&p, WD_ROW_DONE, 1);
    wd_progress_show(&p);
    if (!*written(out)) continue;
    assert_true(lines < sizeof due / sizeof *due);
    assert_int_equal(tenth, (int)(10 * due[lines]));
    lines++;
  }
  assert_int_equal(lines, sizeof due / sizeof *due);
  fclose(out);
}

static void a_line_says_it_all(void **unused) {
  (void)unused;
  wd_progress p;
  FILE *out = begin(WD_LOG_INFO);
  present = 100;
  wd_progress_start(&p, WD_PROGRESS_LINES, 1000, 200, now);
  present = 110;
  wd_progress_show(&p);
  assert_string_equal(written(out), "wdscan: 200/1000 points (20.0 %)\n"); /* no rate yet */
  for (int i = 0; i < 20; i++) wd_progress_count(&p, WD_ROW_DONE, 1);
  wd_progress_count(&p, WD_ROW_FAILED, 1);
  for (int i = 0; i < 4; i++) wd_progress_count(&p, WD_ROW_TARGET_MISSED, 1);
  present = 150;
  wd_progress_show(&p);
  assert_string_equal(
      written(out),
      "wdscan: 225/1000 points (22.5 %), 0.5/s, 0:25:50 left, 4 missed the target error, 1 failed\n");
  present = 160;
  wd_progress_end(&p);
  assert_string_equal(
      written(out), "wdscan: 25 points in 0:01:00, 225 of 1000 done, 4 missed the target error, 1 failed\n");
  fclose(out);
}

static void a_bar_is_rewritten(void **unused) {
  (void)unused;
  wd_progress p;
  FILE *out = begin(WD_LOG_INFO);
  setenv("COLUMNS", "80", 1);
  present = 0;
  wd_progress_start(&p, WD_PROGRESS_BAR, 10, 0, now);
  for (int i = 0; i < 5; i++) wd_progress_count(&p, WD_ROW_DONE, 1);
  present = 0.4;
  wd_progress_show(&p);
  assert_string_equal(written(out), ""); /* not yet */
  present = 1;
  wd_progress_show(&p);
  assert_string_equal(written(out), "[############............] 5/10 points (50.0 %), 5.0/s, 0:00:01 left");
  present = 2;
  wd_progress_show(&p);
  assert_string_equal(written(out),
                      "\r\033[K[############............] 5/10 points (50.0 %), 2.5/s, 0:00:02 left");
  wd_log(WD_LOG_WARNING, "above the bar");
  assert_string_equal(written(out), "\r\033[Kwdscan: warning: above the bar\n");
  present = 3;
  wd_progress_show(&p);
  written(out);
  wd_progress_end(&p);
  assert_string_equal(written(out), "\r\033[Kwdscan: 5 points in 0:00:03, 5 of 10 done\n");
  fclose(out);
}

static void a_bar_fits_its_terminal(void **unused) {
  (void)unused;
  static const size_t state = sizeof "5/10 points (50.0 %), 5.0/s, 0:00:01 left" - 1;
  FILE *out = begin(WD_LOG_INFO);
  for (int columns = 1; columns < 100; columns++) {
    char text[16];
    wd_progress p;
    snprintf(text, sizeof text, "%d", columns);
    setenv("COLUMNS", text, 1);
    present = 0;
    wd_progress_start(&p, WD_PROGRESS_BAR, 10, 0, now);
    for (int i = 0; i < 5; i++) wd_progress_count(&p, WD_ROW_DONE, 1);
    present = 1;
    wd_log_bar(NULL);
    written(out);
    wd_progress_show(&p);
    const char *shown = written(out);
    size_t room = (size_t)columns - 1, least = state + 8 + 3, most = state + 24 + 3;
    size_t expected = room >= most ? most : room >= least ? room : room < state ? room : state;
    assert_int_equal(strlen(shown), expected);
    assert_int_equal(*shown == '[', room >= least);
  }
  fclose(out);
}

static void quiet_says_nothing(void **unused) {
  (void)unused;
  for (int form = WD_PROGRESS_BAR; form <= WD_PROGRESS_NONE; form++) {
    wd_progress p;
    FILE *out = begin(form == WD_PROGRESS_NONE ? WD_LOG_INFO : WD_LOG_WARNING);
    present = 0;
    wd_progress_start(&p, form, 10, 0, now);
    present = 1000;
    wd_progress_count(&p, WD_ROW_FAILED, 1);
    wd_progress_show(&p);
    assert_int_equal(ftell(out), 0);
    wd_progress_end(&p);
    assert_int_equal(ftell(out) > 0, form == WD_PROGRESS_NONE);
    assert_int_equal(p.failed, 1);
    fclose(out);
  }
}

static void levels(void **unused) {
  (void)unused;
  static const char *const expected[] = {
      "wdscan: e\n", "wdscan: e\nwdscan: warning: w\n",
      "wdscan: e\nwdscan: warning: w\nwdscan: i\nwdscan: j\n",
      "wdscan: e\nwdscan: warning: w\nwdscan: i\nwdscan: j\nwdscan: d 1\n"};
  for (int level = WD_LOG_ERROR; level <= WD_LOG_DEBUG; level++) {
    FILE *out = begin(level);
    wd_log(WD_LOG_ERROR, "e");
    wd_log(WD_LOG_WARNING, "w");
    wd_log(WD_LOG_INFO, "i\nj\n");
    wd_log(WD_LOG_DEBUG, "d %d", 1);
    assert_string_equal(written(out), expected[level]);
    assert_string_equal(wd_log_levels[level], ((const char *[]){"error", "warning", "info", "debug"})[level]);
    fclose(out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whole_lines_ever_more_rarely), cmocka_unit_test(a_line_says_it_all),
      cmocka_unit_test(a_bar_is_rewritten),           cmocka_unit_test(a_bar_fits_its_terminal),
      cmocka_unit_test(quiet_says_nothing),           cmocka_unit_test(levels),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
