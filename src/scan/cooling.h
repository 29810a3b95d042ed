/* A scan of bounds from stars that cool as jobs: the same grid points as in scan/scan.h, other parts.
 *
 * A job is a mass with the couplings that share samples, or a single point. In its first round the parts are the stars of
 * bound/bound.h, each for all couplings of the job; in the second they are the couplings, each with the tables of all
 * stars. */
#ifndef WDSCAN_SCAN_COOLING_H
#define WDSCAN_SCAN_COOLING_H

#include "scan/scan.h"

/* Gives a scan what it computes with. */
void wd_scan_give_bound(wd_scan *scan, struct wd_bound *bound);

/* Like wd_scan_fill_ops, for a scan that computes with scan->bound, and wd_scan_fail_part. */
void wd_scan_fill_cooling_ops(const wd_scan *scan, wd_job_ops *ops);
void wd_scan_fail_cooling_part(void *result);

#endif
