/* What rank 0 does with a complete map: it draws the contours into the file and counts. */
#ifndef WDSCAN_RUN_DRAWING_H
#define WDSCAN_RUN_DRAWING_H

#include "store/store.h"

/* What a finished map holds. */
typedef struct wd_tally {
  uint64_t failed, missed, interpolated; /* points that failed; that missed the target error; not computed */
  double error, error_mass, error_coupling; /* the largest relative error of a computed one, and where [eV] */
} wd_tally;

/* Reads the rows, one mass at a time, writes the contours unless the file has them already, and fills `total`. Errors:
 * those of the store, WD_ERR_MEMORY. */
int wd_run_draw(wd_store *store, wd_tally *total, wd_error *err);

#endif
