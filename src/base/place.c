/* See base/place.h. */
#include "base/place.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { PATIENCE = 1000 /* ms */, LINKS_MAX = 40 };

static int place_of_mode(mode_t mode) {
  if (S_ISREG(mode)) return WD_PLACE_FILE;
  if (S_ISDIR(mode)) return WD_PLACE_FOLDER;
  if (S_ISFIFO(mode)) return WD_PLACE_PIPE;
  return S_ISSOCK(mode) ? WD_PLACE_SOCKET : WD_PLACE_DEVICE;
}

int wd_place_of(const char *name) {
  struct stat info;
  return stat(name, &info) ? WD_PLACE_NOTHING : place_of_mode(info.st_mode);
}

const char *wd_place_text(int place) {
  static const char *const texts[] = {"nothing", "a file", "a folder", "a pipe", "a device", "a socket"};
  return texts[place];
}

/* Replaces path by the target of the link that it is; a relative one counts from the link's folder. */
static bool follow(char *path, size_t size) {
  char target[PATH_MAX], copy[PATH_MAX];
  ssize_t n = readlink(path, target, sizeof target - 1);
  if (n < 0) return false;
  target[n] = '\0';
  if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy) return false;
  int length = target[0] == '/' ? snprintf(path, size, "%s", target)
                                : snprintf(path, size, "%s/%s", dirname(copy), target);
  return length < (int)size;
}

int wd_place_target(const char *name, char *path, size_t size, wd_error *err) {
  struct stat info;
  if (snprintf(path, size, "%s", name) >= (int)size)
    return wd_fail(err, WD_ERR_IO, "%.64s...: the name is too long", name);
  for (int i = 0; i < LINKS_MAX; i++) {
    if (lstat(path, &info) || !S_ISLNK(info.st_mode)) return WD_OK;
    if (!follow(path, size)) break;
  }
  return wd_fail(err, WD_ERR_IO, "%s: a symbolic link that leads nowhere", name);
}

/* Waits until there is something to read in the pipe, or its writer is gone again. */
static bool has_writer(int fd) {
  struct pollfd one = {.fd = fd, .events = POLLIN};
  return poll(&one, 1, PATIENCE) > 0;
}

/* Why it is no input; NULL: it is one. */
static const char *objection(int fd, struct stat *info) {
  if (fd < 0 || fstat(fd, info)) return strerror(errno);
  int place = place_of_mode(info->st_mode);
  if (place == WD_PLACE_FOLDER) return strerror(EISDIR);
  const bool ends = isatty(fd) || (major(info->st_rdev) == 1 && minor(info->st_rdev) == 3); /* /dev/null */
  if (place == WD_PLACE_DEVICE && !ends) return "it is a device";
  if (place == WD_PLACE_PIPE && !has_writer(fd)) return "it is a pipe into which nobody writes";
  return NULL;
}

int wd_place_open_input(const char *what, const char *name, FILE **file, wd_error *err) {
  struct stat info;
  int fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const char *wrong = objection(fd, &info);
  if (!wrong && fcntl(fd, F_SETFL, 0) == 0 && (*file = fdopen(fd, "r"))) return WD_OK;
  if (!wrong) wrong = strerror(errno);
  int status = wd_fail(err, WD_ERR_IO, "%s: %s%s", name, what, wrong);
  if (fd >= 0) close(fd);
  return status;
}
