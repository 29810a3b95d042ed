/* One scan per result file: the lock, among processes that end well and badly. And the checksum's known
 * answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checksum.h"
#include "run/lock.h"
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/wdscan_lock_XXXXXX", file[64], lock_file[72];

/* A child that takes the lock, says so, and sleeps until it is killed. */
static pid_t start_holder(void) {
  int ready[2];
  char byte;
  assert_int_equal(pipe(ready), 0);
  pid_t child = fork();
  if (child == 0) {
    wd_lock lock;
    alarm(60); /* should the parent die */
    if (wd_lock_acquire(&lock, file, NULL) == WD_OK && write(ready[1], "x", 1) == 1) pause();
    _exit(1);
  }
  close(ready[1]);
  assert_int_equal(read(ready[0], &byte, 1), 1);
  close(ready[0]);
  return child;
}

static void a_second_scan_is_refused(void **unused) {
  (void)unused;
  wd_lock lock;
  wd_error err;
  char owner[32];
  pid_t holder = start_holder();
  assert_int_equal(wd_lock_acquire(&lock, file, &err), WD_ERR_IO);
  snprintf(owner, sizeof owner, " %ld)", (long)holder);
  assert_non_null(strstr(err.message, file));
  assert_non_null(strstr(err.message, owner)); /* the message names the process */
  wd_lock_release(&lock);                      /* harmless */
  assert_int_equal(access(lock_file, F_OK), 0);
  kill(holder, SIGKILL);
  waitpid(holder, NULL, 0);
}

static void a_killed_scan_leaves_no_lock(void **unused) {
  (void)unused;
  wd_lock lock;
  wd_error err;
  pid_t holder = start_holder();
  kill(holder, SIGKILL);
  waitpid(holder, NULL, 0);
  assert_int_equal(access(lock_file, F_OK), 0); /* the file is left, the lock is not */
  assert_int_equal(wd_lock_acquire(&lock, file, &err), WD_OK);
  wd_lock_release(&lock);
}

static void a_released_lock_is_gone(void **unused) {
  (void)unused;
  wd_lock lock;
  wd_error err;
  for (int i = 0; i < 2; i++) {
    assert_int_equal(wd_lock_acquire(&lock, file, &err), WD_OK);
    assert_int_equal(access(lock_file, F_OK), 0);
    wd_lock_release(&lock);
    assert_int_equal(access(lock_file, F_OK), -1);
  }
}

static void who_looks_sees_whether_a_scan_runs(void **unused) {
  (void)unused;
  wd_lock lock;
  wd_error err;
  char owner[WD_LOCK_MARK], process[32];
  assert_int_equal(wd_lock_look(file, owner), WD_LOCK_FREE);
  assert_string_equal(owner, "");
  pid_t holder = start_holder();
  snprintf(process, sizeof process, " %ld", (long)holder);
  assert_int_equal(wd_lock_look(file, owner), WD_LOCK_HELD);
  assert_string_equal(strchr(owner, ' '), process);
  kill(holder, SIGKILL);
  waitpid(holder, NULL, 0);
  assert_int_equal(wd_lock_look(file, owner), WD_LOCK_FREE); /* killed, on this host */
  FILE *foreign = fopen(lock_file, "w");
  fputs("another-host 1\n0\n", foreign);
  fclose(foreign);
  assert_int_equal(wd_lock_look(file, owner), WD_LOCK_UNKNOWN);
  assert_string_equal(owner, "another-host 1");
  assert_int_equal(wd_lock_acquire(&lock, file, &err), WD_OK);
  assert_int_equal(wd_lock_look(file, owner), WD_LOCK_HELD);
  wd_lock_release(&lock);
  assert_int_equal(wd_lock_look(file, owner), WD_LOCK_FREE);
}

/* A scan under another name of its file. */
static void a_lock_is_seen_under_each_name(void **unused) {
  (void)unused;
  wd_lock lock;
  wd_error err;
  char owner[WD_LOCK_MARK], second[sizeof folder + 16];
  snprintf(second, sizeof second, "%s/second.h5", folder);
  fclose(fopen(file, "w"));
  assert_int_equal(link(file, second), 0);
  pid_t holder = start_holder();
  assert_int_equal(wd_lock_look(second, owner), WD_LOCK_HELD);
  kill(holder, SIGKILL);
  waitpid(holder, NULL, 0);
  assert_int_equal(wd_lock_look(second, owner), WD_LOCK_FREE);
  unlink(second);
  unlink(file);
  assert_int_equal(wd_lock_acquire(&lock, file, &err), WD_OK); /* and the lock file goes */
  wd_lock_release(&lock);
}

/* Of another folder, or of an earlier run: not seen. */
static void the_mark_of_a_lock_is_seen_in_its_folder(void **unused) {
  (void)unused;
  wd_lock lock, other;
  wd_error err;
  char elsewhere[sizeof folder + 16];
  snprintf(elsewhere, sizeof elsewhere, "%s/y.h5", folder);
  assert_int_equal(wd_lock_acquire(&lock, file, &err), WD_OK);
  assert_true(wd_lock_seen(file, lock.mark));
  assert_false(wd_lock_seen(elsewhere, lock.mark));
  assert_int_equal(wd_lock_acquire(&other, elsewhere, &err), WD_OK);
  assert_false(wd_lock_seen(elsewhere, lock.mark));
  wd_lock_release(&other);
  wd_lock_release(&lock);
  other = lock;
  assert_int_equal(wd_lock_acquire(&lock, file, &err), WD_OK);
  assert_true(wd_lock_seen(file, lock.mark));
  assert_false(wd_lock_seen(file, other.mark));
  wd_lock_release(&lock);
}

static void a_missing_folder_is_named(void **unused) {
  (void)unused;
  wd_lock lock;
  wd_error err;
  assert_int_equal(wd_lock_acquire(&lock, "/nowhere/x.h5", &err), WD_ERR_IO);
  assert_string_equal(err.message, "/nowhere/x.h5.lock: No such file or directory");
}

/* From the FNV reference. */
static void known_checksums(void **unused) {
  (void)unused;
  assert_true(wd_checksum(wd_checksum_start, "", 0) == 0xcbf29ce484222325u);
  assert_true(wd_checksum(wd_checksum_start, "a", 1) == 0xaf63dc4c8601ec8cu);
  assert_true(wd_checksum(wd_checksum_start, "foobar", 6) == 0x85944171f73967e8u);
  assert_true(wd_checksum(wd_checksum(wd_checksum_start, "foo", 3), "bar", 3) == 0x85944171f73967e8u);
}

static int make_folder(void **unused) {
  (void)unused;
  if (!mkdtemp(folder)) return 1;
  snprintf(file, sizeof file, "%s/x.h5", folder);
  snprintf(lock_file, sizeof lock_file, "%s.lock", file);
  return 0;
}

static int remove_folder(void **unused) {
  (void)unused;
  return rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_second_scan_is_refused),
      cmocka_unit_test(a_killed_scan_leaves_no_lock),
      cmocka_unit_test(a_released_lock_is_gone),
      cmocka_unit_test(a_missing_folder_is_named),
      cmocka_unit_test(who_looks_sees_whether_a_scan_runs),
      cmocka_unit_test(a_lock_is_seen_under_each_name),
      cmocka_unit_test(known_checksums),
      cmocka_unit_test(the_mark_of_a_lock_is_seen_in_its_folder),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
