/* A scan of which only some masses are computed (grid.refine): what rank 0 learns of them from the file, so that more can be
 * chosen (result/refinement.h), and the rows of the others, which it interpolates at the end. */
#ifndef WDSCAN_SCAN_REFINING_H
#define WDSCAN_SCAN_REFINING_H

#include "result/refinement.h"
#include "scan/scan.h"

/* Reads the rows of the chosen masses of a member (0 without axes) that are new to it and finds their contours. `known` [masses] says
 * which are, and is brought up to date. Errors: those of the store, WD_ERR_MEMORY. */
int wd_scan_learn(const wd_scan *scan, size_t member, wd_refinement *refinement, bool *known, wd_error *err);

/* Writes the rows of masses of a member that are not chosen and pending in row_status [mass * couplings + coupling], from up to
 * three chosen masses on each side. The excess and each of its shares are interpolated in their logarithms and that of the
 * mass, from masses at which they have one sign; where the sign changes, on a line. The largest share is what
 * is missing in the sum of the others. Errors contain Monte Carlo and the
 * estimate of interpolation. Between failed points rows fail. Errors: those of the store, WD_ERR_MEMORY. */
int wd_scan_interpolate(const wd_scan *scan, size_t member, const wd_refinement *refinement,
                        const int8_t *row_status, wd_error *err);

#endif
