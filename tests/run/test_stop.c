/* Requests to stop, with a clock that the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "run/stop.h"
#include <cmocka.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static double present; /* s */
static char folder[] = "/tmp/wdscan_stop_XXXXXX", result[64], stop_file[72];

static double now(void) {
  return present;
}

static int make_folder(void **unused) {
  (void)unused;
  if (!mkdtemp(folder)) return 1;
  snprintf(result, sizeof result, "%s/x.h5", folder);
  snprintf(stop_file, sizeof stop_file, "%s.stop", result);
  return 0;
}

static int remove_folder(void **unused) {
  (void)unused;
  return rmdir(folder);
}

static wd_stop started(double max_time) {
  wd_stop stop;
  present = 1000;
  wd_stop_catch_signals();
  wd_stop_start(&stop, max_time, result, now);
  return stop;
}

static void nothing_stops_without_a_reason(void **unused) {
  (void)unused;
  wd_stop stop = started(INFINITY);
  assert_false(wd_stop_asked(&stop));
  present = 1e12;
  assert_false(wd_stop_asked(&stop));
  assert_string_equal(stop.reason, "");
}

static void a_time_limit(void **unused) {
  (void)unused;
  wd_stop stop = started(3600);
  present = 1000 + 3599.9;
  assert_false(wd_stop_asked(&stop));
  present = 1000 + 3600;
  assert_true(wd_stop_asked(&stop));
  assert_string_equal(stop.reason, "the time limit of 3600 s is reached");
  present = 1000;
  assert_true(wd_stop_asked(&stop)); /* once asked, always */
}

static void a_time_limit_of_nothing(void **unused) {
  (void)unused;
  wd_stop stop = started(0);
  assert_true(wd_stop_asked(&stop));
}

static void each_signal(void **unused) {
  static const int number[] = {SIGTERM, SIGUSR1, SIGINT};
  static const char *const reason[] = {"SIGTERM received", "SIGUSR1 received", "SIGINT received"};
  (void)unused;
  for (int i = 0; i < 3; i++) {
    wd_stop stop = started(INFINITY);
    assert_false(wd_stop_asked(&stop));
    raise(number[i]);
    assert_true(wd_stop_asked(&stop));
    assert_string_equal(stop.reason, reason[i]);
  }
}

/* The signal that ends a child which raises `number` twice; 0 if it survives. */
static int end_of_child(int number) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    wd_stop_catch_signals();
    raise(number);
    raise(number);
    _exit(0);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void only_a_second_interrupt_kills(void **unused) {
  (void)unused;
  assert_int_equal(end_of_child(SIGTERM), 0);
  assert_int_equal(end_of_child(SIGUSR1), 0);
  assert_int_equal(end_of_child(SIGXFSZ), 0);
  assert_int_equal(end_of_child(SIGINT), SIGINT);
}

static void a_stop_file(void **unused) {
  (void)unused;
  wd_stop stop = started(INFINITY);
  assert_false(wd_stop_asked(&stop));
  fclose(fopen(stop_file, "w"));
  present += 0.5;
  assert_false(wd_stop_asked(&stop)); /* not looked for yet */
  present += 0.5;
  assert_true(wd_stop_asked(&stop));
  assert_non_null(strstr(stop.reason, "x.h5.stop found"));
  assert_int_equal(access(stop_file, F_OK), -1); /* does not stop the next run */
  stop = started(INFINITY);
  assert_false(wd_stop_asked(&stop));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_stops_without_a_reason), cmocka_unit_test(a_time_limit),
      cmocka_unit_test(a_time_limit_of_nothing),        cmocka_unit_test(each_signal),
      cmocka_unit_test(only_a_second_interrupt_kills),  cmocka_unit_test(a_stop_file),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
