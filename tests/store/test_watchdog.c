/* The watchdog, in child processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "store/watchdog.h"
#include <cmocka.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A child that has 1 s and takes 10 s or none; returns its exit code and, in text, what it wrote to stderr.
 */
static int child(bool hangs, char text[64]) {
  int tube[2], status;
  assert_int_equal(pipe(tube), 0);
  pid_t pid = fork();
  if (pid == 0) {
    dup2(tube[1], STDERR_FILENO);
    wd_watchdog_start(1, "the disk is gone");
    if (hangs) sleep(10);
    wd_watchdog_stop();
    if (!hangs) nanosleep(&(struct timespec){.tv_sec = 1, .tv_nsec = 200000000}, NULL);
    _exit(7);
  }
  close(tube[1]);
  ssize_t n = read(tube[0], text, 63);
  text[n > 0 ? n : 0] = '\0';
  close(tube[0]);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static void a_hanging_call_is_ended(void **unused) {
  (void)unused;
  char text[64];
  assert_int_equal(child(true, text), 3);
  assert_string_equal(text, "wdscan: the disk is gone\n");
}

static void a_call_that_returns_is_not(void **unused) {
  (void)unused;
  char text[64];
  assert_int_equal(child(false, text), 7);
  assert_string_equal(text, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_hanging_call_is_ended),
                                     cmocka_unit_test(a_call_that_returns_is_not)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
