/* Progress of a scan for the user: done/total, rate, time left, failures.
 *
 * As a bar that is rewritten, or in whole lines, after 5 s and then ever more rarely, down to one a minute. The
 * clock is a function of the caller (MPI_Wtime). Printed through base/log.h, at level info.
 */
#ifndef WDSCAN_PROGRESS_H
#define WDSCAN_PROGRESS_H

#include "wdscan/run.h"
#include <stdbool.h>
#include <stdint.h>

extern const char *const wd_progress_forms[]; /* their names; ends with NULL */

typedef struct wd_progress {
  int form;            /* enum wd_progress_form, but AUTO */
  double (*now)(void); /* s */
  double start, next, interval;
  uint64_t total, before;        /* points of the scan; those of them done before this run */
  uint64_t done, missed, failed; /* in this run: target reached, target missed, failed */
} wd_progress;

/* `before` of `total` points are done already. */
void wd_progress_start(wd_progress *progress, int form, uint64_t total, uint64_t before, double (*now)(void));

/* Counts points that ended with an enum wd_row_status. */
void wd_progress_count(wd_progress *progress, int status, uint64_t points);

/* Shows the progress if it is time to; call it often. */
void wd_progress_show(wd_progress *progress);

/* Removes the bar and says what this run did. */
void wd_progress_end(wd_progress *progress);

#endif
