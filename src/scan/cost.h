/* What a scan will cost: some of its jobs are tried out. */
#ifndef WDSCAN_COST_H
#define WDSCAN_COST_H

#include "scan/scan.h"

/* Evaluations grow as error^-WD_COST_EXPONENT, as measured between 0.02 and 0.0002. */
#define WD_COST_EXPONENT 1.3

/* Number i of `tries` out of n, all if there are no more: spread by multiples of the golden section, so that neither masses nor
 * couplings are preferred. */
uint64_t wd_cost_pick(uint64_t n, uint64_t tries, uint64_t i);

typedef struct wd_cost {
  double points, jobs;
  double file_bytes;
  double trials;      /* jobs that were tried out */
  double evaluations; /* of the integrand, of the whole scan */
  double seconds;     /* of one core such as this one */
  /* observable: cooling; each rank's start, which `seconds` do not contain, a job's tables, a point */
  double start_seconds, job_seconds, point_seconds;
  double stars; /* with axes: members, whose starts `seconds` contain, before the scan and in it; else 0 */
  double rank_bytes;      /* memory of each rank */
  double root_bytes;      /* memory of rank 0 besides, */
  double root_rank_bytes; /* and for each other rank */
} wd_cost;

/* What the configuration says without a computation: points and size of the file. */
wd_cost wd_cost_of_grid(const wd_config *config);

/* Tries out some jobs and adds the rest; takes seconds for any grid. The numbers other than `seconds` are the same on any machine. Errors: WD_ERR_MEMORY and those of
 * wd_scan_create. */
int wd_cost_estimate(const wd_config *config, const wd_star *star, wd_cost *cost, wd_error *err);

/* The same for `observable: cooling`: no evaluations, and the times of its parts. Errors: WD_ERR_MEMORY and those of wd_bound_create and
 * wd_scan_create. */
int wd_cost_estimate_cooling(const wd_config *config, wd_cost *cost, wd_error *err);

/* Print it as YAML comments: what wd_cost_of_grid() says, and what the estimates add. */
void wd_cost_print_grid(const wd_cost *cost, const wd_config *config, FILE *out);
void wd_cost_print(const wd_cost *cost, const wd_config *config, FILE *out);

#endif
