/* A scan of the (mass, coupling) plane over all MPI ranks, into a result file that is also its checkpoint
 * (docs/file-format.md). What `wdscan run` does. */
#ifndef WDSCAN_RUN_H
#define WDSCAN_RUN_H

#include "wdscan/config.h"

#ifdef __cplusplus
extern "C" {
#endif

/* WD_PROGRESS_AUTO: a bar on a terminal, else lines. */
enum wd_progress_form { WD_PROGRESS_AUTO, WD_PROGRESS_BAR, WD_PROGRESS_LINES, WD_PROGRESS_NONE };

typedef struct wd_run_options {
  const wd_settings *settings; /* the whole scan; output.file names the result */
  bool fresh;                  /* start over where there is a result already */
  double max_time;             /* [s]; INFINITY: no limit */
  int progress;                /* enum wd_progress_form: how it is shown on standard error */
  /* Compute every shares-th job only, from the share-th on, 1 to shares: one of several runs, each with a file of its own, which
   * `wdscan merge` puts together. 0, 0: all. */
  int share, shares;
} wd_run_options;

/* Initialises MPI, computes what the file lacks of this share, draws the contours when all is there, finalises MPI; signals that ask
 * for an end are caught meanwhile. Collective over MPI_COMM_WORLD. Errors, the same on all ranks: WD_ERR_STOPPED (the
 * file is in order, go on by the same call), WD_ERR_POINTS (complete, but points failed), WD_ERR_CONFIG,
 * WD_ERR_USAGE, WD_ERR_IO, WD_ERR_MEMORY. */
int wd_run(const wd_run_options *options, wd_error *err);

#ifdef __cplusplus
}
#endif

#endif
