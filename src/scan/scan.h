/* A scan as jobs: grid points in, rows out. A scan with axes has the jobs of each of its members (scan/campaign.h); of one member
 * job 0 is the Standard-Model luminosity; job 1 + i is grid point
 * i, mass by mass. What a job needs is here; who computes it is decided in jobs/jobs.h. */
#ifndef WDSCAN_SCAN_H
#define WDSCAN_SCAN_H

#include "excess/point.h"
#include "jobs/jobs.h"
#include "store/store.h"

enum { WD_REPORT_FAILURES = 20 };

/* What rank 0 learns of finished jobs. Points are numbered mass * couplings + coupling, member after member. */
typedef struct wd_scan_report {
  uint64_t points[WD_ROW_STATUSES]; /* how many, by enum wd_row_status */
  uint64_t last;                    /* of the points */
  int64_t evaluations;
  wd_point_result result; /* of the first coupling of the last job */
  struct {
    uint64_t point;
    int failure;
  } failed[WD_REPORT_FAILURES]; /* the first of those that failed */
} wd_scan_report;

/* The grid points of a job. */
typedef struct wd_scan_block {
  size_t mass, coupling, couplings; /* indices of the mass and of the first coupling, number of couplings */
} wd_scan_block;

struct wd_bound;
struct wd_campaign;

typedef struct wd_scan {
  const wd_config *config;
  const wd_star *star; /* NULL: not given yet */
  wd_sampler *sampler;
  size_t member; /* in scan/campaign.h: its place in the store */
  struct wd_bound *
      bound; /* observable: cooling; else NULL. Belongs to the caller, who gives it by wd_scan_give_bound() */
  size_t bound_stars; /* of wd_bound_stars(): known before the bound is there, if only others compute */
  struct wd_campaign
      *campaign; /* with axes, then of a member `masses` and `couplings`; else NULL. Belongs to the caller */
  size_t masses, couplings;
  double *mass, *coupling; /* [masses] eV, [couplings] */
  size_t shared;           /* how many couplings, from the first on, share samples */
  size_t loose;            /* how many after these do among themselves; observable: cooling only */
  wd_store *store;         /* where rows go; NULL: nowhere */
  /* row buffers, [shells] */
  float *chi2_per_dof, *relative_error;
  int64_t *evaluations;
  int32_t *iterations;
} wd_scan;

/* The grid of the configuration (or, with mass > 0, the single point (mass, coupling)) on a star, which must
 * outlive the scan. Without a star nothing can be computed until wd_scan_give_star(). */
int wd_scan_create(const wd_config *config, const wd_star *star, double mass, double coupling, wd_scan **out,
                   wd_error *err);
void wd_scan_free(wd_scan *scan);
int wd_scan_give_star(wd_scan *scan, const wd_star *star, wd_error *err);

/* Fills what concerns the computation: sizes and begin ... finish; the caller adds ctx (a struct that starts
 * with a wd_scan *), left, wanted, report and should_stop. `finish` puts rows into the store; the caller commits
 * them. */
void wd_scan_fill_ops(const wd_scan *scan, wd_job_ops *ops);

/* Makes the result of a part, as `compute` does, of one that could not be computed for want of memory. */
void wd_scan_fail_part(const wd_scan *scan, void *result);

uint64_t wd_scan_jobs(const wd_scan *scan);

/* Members; 1 without axes. */
size_t wd_scan_members(const wd_scan *scan);

/* Is the job the Standard-Model luminosity of a member, *member? */
bool wd_scan_luminosity_of(const wd_scan *scan, uint64_t job, size_t *member);

/* The grid points of another job: a run in the order mass * couplings + coupling. Returns its first. */
uint64_t wd_scan_points_of(const wd_scan *scan, uint64_t job, size_t *points);

/* The same by indices. */
wd_scan_block wd_scan_block_of(const wd_scan *scan, uint64_t job);

/* The most grid points of a job. */
size_t wd_scan_largest_block(const wd_scan *scan);

/* Counts a grid point in a report. */
void wd_scan_report_point(wd_scan_report *report, uint64_t point, const wd_point_result *r);

/* Begins a job, for those who compute it by themselves: round 0 of what wd_point_compute() takes. */
void wd_scan_begin(const wd_scan *scan, uint64_t job, wd_point *point);

/* The axis->points values of an axis: listed, or equally spaced, logarithmically or linearly. */
void wd_scan_axis(const wd_grid_axis *axis, double *values);

/* The accuracy of the Standard-Model luminosity that a scan stores. */
double wd_scan_luminosity_error(const wd_config *config);

#endif
