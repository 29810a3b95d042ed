/* Status codes and error messages.
 *
 * Every function that can fail on user input, files, MPI or numerics returns an `int` status (WD_OK = 0) and
 * takes a `wd_error *` (may be NULL) as its last argument, which receives a message fit for the user: it
 * names the file, line or key, what is wrong and what would be right. Programming errors are `assert`s.
 *
 * wd_fail()      fills the error and returns the status, so that callers write `return wd_fail(err, ...)`.
 * wd_exit_code() maps a status to the exit code of the command-line contract.
 */
#ifndef WDSCAN_STATUS_H
#define WDSCAN_STATUS_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WD_STATUS_LIST(X)                                                                                    \
  X(WD_OK, 0, "success")                                                                                     \
  X(WD_ERR_INTERNAL, 1, "internal error")                                                                    \
  X(WD_ERR_NUMERIC, 1, "a computation failed")                                                               \
  X(WD_ERR_MEMORY, 1, "out of memory")                                                                       \
  X(WD_ERR_POINTS, 1, "some grid points failed")                                                             \
  X(WD_ERR_USAGE, 2, "wrong command line")                                                                   \
  X(WD_ERR_CONFIG, 2, "wrong configuration")                                                                 \
  X(WD_ERR_IO, 3, "file or I/O error")                                                                       \
  X(WD_ERR_VERIFY, 4, "verification disagrees")                                                              \
  X(WD_ERR_STOPPED, 75, "stopped early, resumable")                                                          \
  X(WD_ERR_DIFFER, 1, "results differ")

enum wd_status {
#define X(name, exit_code, text) name,
  WD_STATUS_LIST(X)
#undef X
      WD_STATUS_COUNT
};

typedef struct wd_error {
  int status;         /* one of enum wd_status */
  char message[2048]; /* several lines when several things are wrong; no trailing newline */
  bool said;          /* has been printed, or is another rank's to print */
} wd_error;

/* Fills *err (if not NULL) with `status` and the formatted message; returns `status`. */
int wd_fail(wd_error *err, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Puts a formatted prefix and ": " before the message of *err; returns err->status (or `status` if err is
 * NULL). */
int wd_fail_context(wd_error *err, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

const char *wd_status_text(int status); /* short description */
int wd_exit_code(int status);           /* 0, 1, 2, 3, 4 or 75 */

#ifdef __cplusplus
}
#endif

#endif
