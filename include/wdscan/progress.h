/* Progress of a scan for the user: done/total, rate, time left, failures.
 *
 * On a terminal one line that is rewritten; elsewhere whole lines, after 5 s and then ever more rarely, down
 * to one a minute. The clock is a function of the caller (MPI_Wtime).
 */
#ifndef WDSCAN_PROGRESS_H
#define WDSCAN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct wd_progress {
  FILE *out; /* NULL: quiet */
  bool terminal;
  double (*now)(void); /* s */
  double start, next, interval;
  uint64_t total, before;        /* points of the scan; those of them done before this run */
  uint64_t done, missed, failed; /* in this run: target reached, target missed, failed */
} wd_progress;

/* `before` of `total` points are done already. `out` is usually stderr. */
void wd_progress_start(wd_progress *progress, FILE *out, bool quiet, uint64_t total, uint64_t before,
                       double (*now)(void));

/* Counts a point that ended with an enum wd_row_status. */
void wd_progress_count(wd_progress *progress, int status);

/* Shows the progress if it is time to; call it often. */
void wd_progress_show(wd_progress *progress);

/* Shows the final summary. */
void wd_progress_end(wd_progress *progress);

#endif
