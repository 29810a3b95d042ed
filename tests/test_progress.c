/* Progress lines, with a clock that the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "wdscan/progress.h"
#include "wdscan/store.h"
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

static void whole_lines_ever_more_rarely(void **unused) {
  (void)unused;
  static const double due[] = {5, 15, 35, 75, 135, 195, 255};
  wd_progress p;
  FILE *out = tmpfile();
  size_t lines = 0;
  present = 100;
  wd_progress_start(&p, out, false, 1000, 200, now);
  assert_false(p.terminal);
  for (int tenth = 0; tenth <= 2600; tenth++) {
    present = 100 + tenth / 10.0;
    if (tenth % 10 == 1) wd_progress_count(&p, WD_ROW_DONE);
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
  FILE *out = tmpfile();
  present = 100;
  wd_progress_start(&p, out, false, 1000, 200, now);
  present = 110;
  wd_progress_show(&p);
  assert_string_equal(written(out), "wdscan: 200/1000 points (20.0 %)\n"); /* no rate yet */
  for (int i = 0; i < 20; i++) wd_progress_count(&p, WD_ROW_DONE);
  wd_progress_count(&p, WD_ROW_FAILED);
  for (int i = 0; i < 4; i++) wd_progress_count(&p, WD_ROW_TARGET_MISSED);
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

static void one_line_on_a_terminal(void **unused) {
  (void)unused;
  wd_progress p;
  FILE *out = tmpfile();
  present = 0;
  wd_progress_start(&p, out, false, 10, 0, now);
  p.terminal = true;
  p.next = 0.5;
  for (int i = 0; i < 5; i++) wd_progress_count(&p, WD_ROW_DONE);
  present = 1;
  wd_progress_show(&p);
  const char *text = written(out);
  assert_int_equal(*text, '\r');
  assert_non_null(strstr(text, "[############............] 5/10 points (50.0 %), 5/s, 0:00:01 left"));
  assert_null(strchr(text, '\n'));
  wd_progress_end(&p);
  text = written(out);
  assert_int_equal(*text, '\r');
  assert_int_equal(text[strlen(text) - 1], '\n');
  fclose(out);
}

static void quiet_says_nothing(void **unused) {
  (void)unused;
  wd_progress p;
  FILE *out = tmpfile();
  present = 0;
  wd_progress_start(&p, out, true, 10, 0, now);
  present = 1000;
  wd_progress_count(&p, WD_ROW_FAILED);
  wd_progress_show(&p);
  wd_progress_end(&p);
  assert_int_equal(ftell(out), 0);
  assert_int_equal(p.failed, 1);
  fclose(out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whole_lines_ever_more_rarely),
      cmocka_unit_test(a_line_says_it_all),
      cmocka_unit_test(one_line_on_a_terminal),
      cmocka_unit_test(quiet_says_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
