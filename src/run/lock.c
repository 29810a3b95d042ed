/* One running scan per result file; see run/lock.h.
 *
 * flock() on FILE.lock, which holds "host pid" for the message to others, and a random number. Since the holder removes the file
 * at the end, a newcomer may find itself holding a lock on a file that is gone: it compares the file it
 * locked with the one of that name, and tries again.
 */
#include "run/lock.h"

#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool is_still_the_named_file(const wd_lock *lock) {
  struct stat held, named;
  return fstat(lock->fd, &held) == 0 && stat(lock->path, &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

static void name_lock(const char *file, char path[sizeof((wd_lock *)0)->path]) {
  snprintf(path, sizeof((wd_lock *)0)->path, "%s.lock", file);
}

/* On disk, so that other hosts see it while the file is open here. Where the disk is full, an empty file has to do. */
static void write_mark(wd_lock *lock) {
  char host[256] = "";
  uint64_t number = 0;
  gethostname(host, sizeof host - 1);
  if (getrandom(&number, sizeof number, 0) < 0) number = (uint64_t)time(NULL);
  int n = snprintf(lock->mark, sizeof lock->mark, "%s %ld\n%016" PRIx64 "\n", host, (long)getpid(), number);
  bool empty = ftruncate(lock->fd, 0) == 0;
  if (empty && write(lock->fd, lock->mark, (size_t)n) == n && (fsync(lock->fd) == 0 || errno == EINVAL))
    return;
  if (ftruncate(lock->fd, 0) == 0) lock->mark[0] = '\0';
}

static int refuse(wd_lock *lock, const char *file, wd_error *err) {
  char owner[300] = "";
  ssize_t n = pread(lock->fd, owner, sizeof owner - 1, 0);
  owner[n > 0 ? strcspn(owner, "\n") : 0] = '\0';
  close(lock->fd);
  lock->fd = -1;
  return wd_fail(
      err, WD_ERR_IO,
      "%s: another scan is writing to this file (host and process: %s); wait for its end or choose "
      "another file with -o",
      file, *owner ? owner : "unknown");
}

/* Locks a file that has other names than `file`, under which FILE.lock is another one. */
static int lock_all_names(wd_lock *lock, const char *file, wd_error *err) {
  struct stat info;
  struct flock byte = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = INT64_MAX - 1, .l_len = 1};
  if (stat(file, &info) || !S_ISREG(info.st_mode) || info.st_nlink < 2) return WD_OK;
  lock->file = open(file, O_RDWR | O_CLOEXEC);
  if (lock->file < 0 || fcntl(lock->file, F_OFD_SETLK, &byte) == 0 || (errno != EAGAIN && errno != EACCES))
    return WD_OK; /* what cannot be opened is refused when it is needed */
  wd_lock_release(lock);
  return wd_fail(
      err, WD_ERR_IO,
      "%s: another scan is writing to this file under another of its %lu names; wait for its end or choose "
      "another file with -o",
      file, (unsigned long)info.st_nlink);
}

/* flock() without waiting, but for the moment in which somebody looks whether there is a lock. */
static bool take(int fd) {
  enum { TRIES = 5 };
  const struct timespec pause = {0, 20000000}; /* 20 ms */
  for (int i = 0; i < TRIES; i++) {
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK) return false;
    nanosleep(&pause, NULL);
  }
  errno = EWOULDBLOCK;
  return false;
}

int wd_lock_acquire(wd_lock *lock, const char *file, wd_error *err) {
  lock->file = -1;
  name_lock(file, lock->path);
  while (true) {
    lock->fd = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock->fd < 0) return wd_fail(err, WD_ERR_IO, "%s: %s", lock->path, strerror(errno));
    if (!take(lock->fd)) {
      if (errno == EWOULDBLOCK) return refuse(lock, file, err);
      wd_log(WD_LOG_WARNING, "%s cannot be locked (%s): start no other scan that writes to %s", lock->path,
             strerror(errno), file);
      break;
    }
    if (is_still_the_named_file(lock)) break;
    close(lock->fd);
  }
  write_mark(lock);
  return lock_all_names(lock, file, err);
}

/* Under another name of the file? */
static bool is_locked_itself(const char *file) {
  struct flock byte = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = INT64_MAX - 1, .l_len = 1};
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  bool locked = fcntl(fd, F_OFD_GETLK, &byte) == 0 && byte.l_type != F_UNLCK;
  close(fd);
  return locked;
}

int wd_lock_look(const char *file, char owner[WD_LOCK_MARK]) {
  char path[sizeof((wd_lock *)0)->path], host[256] = "";
  name_lock(file, path);
  *owner = '\0';
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno != ENOENT) return WD_LOCK_UNKNOWN;
  if (fd < 0) return is_locked_itself(file) ? WD_LOCK_HELD : WD_LOCK_FREE;
  ssize_t n = pread(fd, owner, WD_LOCK_MARK - 1, 0);
  owner[n > 0 ? n : 0] = '\0';
  owner[strcspn(owner, "\n")] = '\0';
  bool free = flock(fd, LOCK_SH | LOCK_NB) == 0, held = !free && errno == EWOULDBLOCK;
  close(fd);
  gethostname(host, sizeof host - 1);
  size_t length = strlen(host);
  bool here = strncmp(owner, host, length) == 0 && owner[length] == ' ';
  return held ? WD_LOCK_HELD : free && here ? WD_LOCK_FREE : WD_LOCK_UNKNOWN;
}

static bool holds_mark(const char *path, const char *mark) {
  char text[WD_LOCK_MARK] = "";
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  return n >= 0 && strcmp(text, mark) == 0;
}

bool wd_lock_seen(const char *file, const char *mark) {
  enum { TRIES = 20 };
  const struct timespec pause = {0, 50000000}; /* 50 ms */
  char path[sizeof((wd_lock *)0)->path];
  name_lock(file, path);
  for (int i = 0; i < TRIES; i++) {
    if (holds_mark(path, mark)) return true;
    nanosleep(&pause, NULL);
  }
  return false;
}

void wd_lock_release(wd_lock *lock) {
  if (lock->fd < 0) return;
  unlink(lock->path);
  close(lock->fd);
  if (lock->file >= 0) close(lock->file);
  lock->fd = lock->file = -1;
}
