/* The states of a row; see wdscan/row.h. */
#include "wdscan/row.h"

const char *wd_row_status_name(int status) {
  static const char *const names[] = {"pending",       "done",        "failed",
                                      "target_missed", "lower_limit", "interpolated"};
  return status >= WD_ROW_PENDING && status < WD_ROW_STATUSES ? names[status] : "unknown";
}

const char *wd_failure_name(int failure) {
  static const char *const names[] = {
#define X(name, text) text,
      WD_FAILURE_LIST(X)
#undef X
  };
  return failure >= 0 && failure < WD_FAILURE_COUNT ? names[failure] : "unknown";
}

bool wd_row_has_result(const wd_row *row) {
  return row->status != WD_ROW_PENDING && row->status != WD_ROW_FAILED;
}
