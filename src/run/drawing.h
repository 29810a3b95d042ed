/* What is done with a complete map: contours are drawn into the file, and points counted. */
#ifndef WDSCAN_RUN_DRAWING_H
#define WDSCAN_RUN_DRAWING_H

#include "run/session.h"
#include "store/store.h"
#include "wdscan/contour.h"

/* What a finished map holds. */
typedef struct wd_tally {
  uint64_t failed, missed, interpolated; /* points that failed; missed the target error; not computed */
  uint64_t state[WD_LEVELS_MAX][WD_CONTOUR_STATES]; /* masses at which a level is crossed, ... */
  double error;                                     /* the largest relative error of a computed one */
  uint64_t error_point;                             /* and where: mass * couplings + coupling */
} wd_tally;

/* Reads the rows, some masses at a time, writes the contours unless the file has them already, fills `total` and says what
 * was found. Errors: those of the store, WD_ERR_MEMORY. Not collective, without MPI. */
int wd_run_draw(wd_store *store, wd_tally *total, wd_error *err);

/* The same by all ranks, each its part of the masses; `total` on rank 0. Collective. */
int wd_run_draw_together(const wd_session *session, wd_store *store, wd_tally *total, wd_error *err);

#endif
