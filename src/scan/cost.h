/* What a scan will cost: some of its jobs are tried out. */
#ifndef WDSCAN_COST_H
#define WDSCAN_COST_H

#include "scan/scan.h"

typedef struct wd_cost {
  double points, jobs;
  double evaluations; /* of the integrand, of the whole scan */
  double seconds;     /* of one core such as this one */
  /* observable: cooling; of it each rank's start, which `seconds` do not contain, a job's tables, a point; and the jobs tried out */
  double start_seconds, job_seconds, point_seconds, tried;
  double rank_bytes;      /* memory of each rank */
  double root_bytes;      /* memory of rank 0 besides, */
  double root_rank_bytes; /* and for each other rank */
  double file_bytes;
} wd_cost;

/* The numbers other than `seconds` are the same on any machine. Errors: WD_ERR_MEMORY and those of
 * wd_scan_create. */
int wd_cost_estimate(const wd_config *config, const wd_star *star, wd_cost *cost, wd_error *err);

/* The same for `observable: cooling`: no evaluations. Errors: WD_ERR_MEMORY and those of wd_bound_create and
 * wd_scan_create. */
int wd_cost_estimate_cooling(const wd_config *config, wd_cost *cost, wd_error *err);

/* Prints it as YAML comments. */
void wd_cost_print(const wd_cost *cost, const wd_config *config, FILE *out);

#endif
