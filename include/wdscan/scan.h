/* A scan as jobs: grid points in, rows out. Job 0 is the Standard-Model luminosity; job 1 + i is grid point
 * i, mass by mass. What a job needs is here; who computes it is decided in wdscan/jobs.h. */
#ifndef WDSCAN_SCAN_H
#define WDSCAN_SCAN_H

#include "wdscan/jobs.h"
#include "wdscan/point.h"
#include "wdscan/store.h"

/* A finished job, as rank 0 learns of it. */
typedef struct wd_scan_report {
  uint64_t job;
  wd_point_result result; /* of its first coupling */
  /* statuses (enum wd_row_status) follow: one byte for each coupling of the job */
  int8_t status[];
} wd_scan_report;

/* The grid points of a job. */
typedef struct wd_scan_block {
  size_t mass, coupling, couplings; /* indices of the mass and of the first coupling, number of couplings */
} wd_scan_block;

typedef struct wd_scan {
  const wd_config *config;
  const wd_star *star;
  wd_sampler *sampler;
  size_t masses, couplings;
  double *mass, *coupling; /* [masses] eV, [couplings] */
  size_t shared;           /* how many couplings, from the first on, share samples */
  wd_store *store;         /* where rows go; NULL: nowhere */
  /* row buffers, [shells] */
  double *chi2_per_dof, *relative_error;
  int64_t *evaluations;
  int32_t *iterations;
} wd_scan;

/* The grid of the configuration (or, with mass > 0, the single point (mass, coupling)) on a star, which must
 * outlive the scan. */
int wd_scan_create(const wd_config *config, const wd_star *star, double mass, double coupling, wd_scan **out,
                   wd_error *err);
void wd_scan_free(wd_scan *scan);

/* Fills what concerns the computation: sizes and begin ... finish; the caller adds ctx (a struct that starts
 * with a wd_scan *), wanted, report and should_stop. */
void wd_scan_fill_ops(const wd_scan *scan, wd_job_ops *ops);

/* The grid points of job > 0. */
wd_scan_block wd_scan_block_of(const wd_scan *scan, uint64_t job);

/* Logarithmically spaced axis: axis->points values. */
void wd_scan_axis(const wd_grid_axis *axis, double *values);

/* The accuracy of the Standard-Model luminosity that a scan stores. */
double wd_scan_luminosity_error(const wd_config *config);

/* Prints the expected cost of a scan, as YAML comments. */
void wd_scan_print_cost(const wd_config *config, FILE *out);

#endif
