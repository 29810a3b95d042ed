/* Status codes and error messages; see wdscan/status.h. */
#include "wdscan/status.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const char *text;
  int exit_code;
} table[] = {
#define X(name, exit_code, text) {text, exit_code},
    WD_STATUS_LIST(X)
#undef X
};

static int valid(int status) {
  return status >= 0 && status < WD_STATUS_COUNT;
}

int wd_fail(wd_error *err, int status, const char *format, ...) {
  if (err) {
    va_list args;
    va_start(args, format);
    err->status = status;
    err->said = false;
    wd_text_format(err->message, sizeof err->message, format, args);
    va_end(args);
  }
  return status;
}

int wd_fail_context(wd_error *err, int status, const char *format, ...) {
  if (!err) return status;
  char prefix[512], old[sizeof err->message];
  va_list args;
  va_start(args, format);
  wd_text_format(prefix, sizeof prefix, format, args);
  va_end(args);
  memcpy(old, err->message, sizeof old);
  snprintf(err->message, sizeof err->message, "%s: %.1500s", prefix, old);
  return err->status;
}

const char *wd_status_text(int status) {
  return valid(status) ? table[status].text : "unknown status";
}

int wd_exit_code(int status) {
  return valid(status) ? table[status].exit_code : 1;
}
