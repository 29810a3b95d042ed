/* A library to be preloaded (LD_PRELOAD) that makes system calls on one file fail, or the process die there.
 *
 *   FAULT_FILE   the file: its absolute path, which the program is to be given too; names that begin with it
 *                count as well (FILE.tmp)
 *   FAULT_CALL   write, fsync, truncate, allocate, rename (and link), open
 *   FAULT_FROM   the first such call that fails, from 1; all later ones fail as well
 *   FAULT_ERROR  its errno, or "kill": SIGKILL instead of the call, "half": after half of a write, or "late":
 *                nothing but 0.1 s later
 *   FAULT_RANK   of which MPI rank; without it, of all
 *   FAULT_COUNT  a file to which the number of such calls is appended at exit
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SUCCEED, FAIL, HALF };

static const char *file, *call;
static long from;
static _Atomic long calls;
static int error; /* errno; KILL, KILL_HALF */
/* A libc function that calls another one counts once. MPI's threads write, too, while ours does. */
static _Thread_local int depth;
enum { KILL = -1, KILL_HALF = -2, LATE = -3 };

static int error_of(const char *name) {
  static const struct {
    const char *name;
    int value;
  } known[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO},   {"EDQUOT", EDQUOT},  {"EROFS", EROFS},
               {"EACCES", EACCES}, {"kill", KILL}, {"half", KILL_HALF}, {"late", LATE}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(name, known[i].name) == 0) return known[i].value;
  fprintf(stderr, "fault: unknown FAULT_ERROR %s\n", name);
  _exit(1);
}

__attribute__((constructor)) static void begin(void) {
  const char *rank = getenv("FAULT_RANK"), *mine = getenv("OMPI_COMM_WORLD_RANK");
  file = getenv("FAULT_FILE");
  call = getenv("FAULT_CALL");
  if (!file || !call || (rank && (!mine || strcmp(rank, mine) != 0))) {
    file = NULL;
    return;
  }
  from = getenv("FAULT_FROM") ? atol(getenv("FAULT_FROM")) : LONG_MAX;
  error = error_of(getenv("FAULT_ERROR") ? getenv("FAULT_ERROR") : "EIO");
}

__attribute__((destructor)) static void end(void) {
  const char *name = getenv("FAULT_COUNT");
  if (!name || !file || calls == 0) return;
  FILE *out = fopen(name, "a");
  if (out) fprintf(out, "%ld\n", calls);
  if (out) fclose(out);
}

/* What is to become of this call on the file of that name? */
static int fate(const char *what, const char *path) {
  if (!file || depth > 0 || strcmp(what, call) != 0 || strncmp(path, file, strlen(file)) != 0) return SUCCEED;
  if (++calls < from) return SUCCEED;
  if (error == KILL_HALF && strcmp(what, "write") == 0) return HALF;
  if (error == LATE) {
    usleep(100000);
    return SUCCEED;
  }
  if (error < 0) kill(getpid(), SIGKILL);
  errno = error;
  return FAIL;
}

static int fate_of(const char *what, int fd) {
  char link[64], path[PATH_MAX];
  if (!file) return SUCCEED;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  path[n > 0 ? n : 0] = '\0';
  return fate(what, path);
}

#define REAL(name)                                                                                           \
  static __typeof__(name) *real;                                                                             \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* The function `name` with its arguments; `half`: the call that does half of it. */
#define WRAP(type, name, what, fd, parameters, arguments, half)                                              \
  type name parameters {                                                                                     \
    REAL(name);                                                                                              \
    int f = fate_of(what, fd);                                                                               \
    if (f == FAIL) return -1;                                                                                \
    if (f == HALF) {                                                                                         \
      (void)!half;                                                                                           \
      kill(getpid(), SIGKILL);                                                                               \
    }                                                                                                        \
    depth++;                                                                                                 \
    type result = real arguments;                                                                            \
    depth--;                                                                                                 \
    return result;                                                                                           \
  }

WRAP(ssize_t, write, "write", fd, (int fd, const void *data, size_t n), (fd, data, n), real(fd, data, n / 2))
WRAP(ssize_t, pwrite, "write", fd, (int fd, const void *data, size_t n, off_t at), (fd, data, n, at),
     real(fd, data, n / 2, at))
WRAP(ssize_t, pwrite64, "write", fd, (int fd, const void *data, size_t n, off64_t at), (fd, data, n, at),
     real(fd, data, n / 2, at))
WRAP(ssize_t, writev, "write", fd, (int fd, const struct iovec *data, int n), (fd, data, n), 0)
WRAP(ssize_t, pwritev, "write", fd, (int fd, const struct iovec *data, int n, off_t at), (fd, data, n, at), 0)
WRAP(ssize_t, pwritev64, "write", fd, (int fd, const struct iovec *data, int n, off64_t at),
     (fd, data, n, at), 0)
WRAP(int, fsync, "fsync", fd, (int fd), (fd), 0)
WRAP(int, fdatasync, "fsync", fd, (int fd), (fd), 0)
WRAP(int, ftruncate, "truncate", fd, (int fd, off_t n), (fd, n), 0)
WRAP(int, ftruncate64, "truncate", fd, (int fd, off64_t n), (fd, n), 0)

int posix_fallocate(int fd, off_t at, off_t n) {
  REAL(posix_fallocate);
  return fate_of("allocate", fd) == FAIL ? errno : real(fd, at, n);
}

int posix_fallocate64(int fd, off64_t at, off64_t n) {
  REAL(posix_fallocate64);
  return fate_of("allocate", fd) == FAIL ? errno : real(fd, at, n);
}

int link(const char *old, const char *new) {
  REAL(link);
  return fate("rename", new) == FAIL ? -1 : real(old, new);
}

int rename(const char *old, const char *new) {
  REAL(rename);
  return fate("rename", new) == FAIL ? -1 : real(old, new);
}

/* Opening for writing only; the mode is passed on whether there is one or not. */
static bool to_write(int flags) {
  return (flags & O_ACCMODE) != O_RDONLY;
}

int open(const char *path, int flags, ...) {
  REAL(open);
  __builtin_va_list more;
  __builtin_va_start(more, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? __builtin_va_arg(more, mode_t) : 0;
  __builtin_va_end(more);
  return to_write(flags) && fate("open", path) == FAIL ? -1 : real(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  REAL(open64);
  __builtin_va_list more;
  __builtin_va_start(more, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? __builtin_va_arg(more, mode_t) : 0;
  __builtin_va_end(more);
  return to_write(flags) && fate("open", path) == FAIL ? -1 : real(path, flags, mode);
}
