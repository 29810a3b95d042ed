/* A scan as jobs; see scan/scan.h. */
#include "scan/scan.h"

#include "scan/campaign.h"
#include "scan/cooling.h"

#include "base/log.h"
#include <stdlib.h>
#include <string.h>

/* Couplings above those that share samples share theirs where it shifts emission by less than this: f_s - 1 of stars that cool is
 * not better known. */
#define LOOSE 1e-3
#define LUMINOSITY_ERROR 1e-3 /* or the target of the points, if smaller */
/* Numbers of the random streams, besides those of the grid points. */
#define LUMINOSITY_POINT (WD_POINTS_MAX - 1)
#define SHARED_POINT(mass_index) (WD_POINTS_MAX / 4 + (mass_index))

void wd_scan_axis(const wd_grid_axis *axis, double *values) {
  const bool linear = axis->spacing == WD_SPACING_LINEAR;
  double low = linear ? axis->min : log10(axis->min), high = linear ? axis->max : log10(axis->max);
  if (axis->count) {
    memcpy(values, axis->values, (size_t)axis->count * sizeof *values);
    return;
  }
  for (int64_t i = 0; i < axis->points; i++) {
    double fraction = axis->points > 1 ? (double)i / (double)(axis->points - 1) : 0;
    double place = low + (high - low) * fraction;
    values[i] = linear ? place : pow(10, place);
  }
  values[0] = axis->min;
  if (axis->points > 1) values[axis->points - 1] = axis->max;
}

double wd_scan_luminosity_error(const wd_config *config) {
  return fmin(LUMINOSITY_ERROR, config->integrator.relative_error);
}

/* How many couplings from `first` on may share samples with the smallest ones, up to a shift. */
static size_t shareable(const wd_scan *scan, size_t first, double shift) {
  size_t n = 0;
  while (first + n < scan->couplings && wd_points_shareable(scan->config, scan->coupling[first + n], shift))
    n++;
  return n;
}

static void share_samples(wd_scan *scan) {
  if (scan->config->integrator.sampling != WD_SAMPLING_SHARED) return;
  scan->shared = shareable(scan, 0, WD_SHAREABLE);
  if (scan->config->observable == WD_OBSERVABLE_COOLING) scan->loose = shareable(scan, scan->shared, LOOSE);
}

int wd_scan_give_star(wd_scan *scan, const wd_star *star, wd_error *err) {
  int status = wd_sampler_create(scan->config, star, &scan->sampler, err);
  if (status) return status;
  scan->star = star;
  wd_sampler_interrupt(scan->sampler, wd_jobs_poll);
  return WD_OK;
}

int wd_scan_create(const wd_config *config, const wd_star *star, double mass, double coupling, wd_scan **out,
                   wd_error *err) {
  wd_scan *scan = calloc(1, sizeof *scan);
  if (!scan) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a scan");
  bool single = mass > 0;
  size_t shells = (size_t)config->grid.shells;
  scan->config = config;
  scan->masses = single ? 1 : (size_t)config->grid.mass.points;
  scan->couplings = single ? 1 : (size_t)config->grid.coupling.points;
  scan->mass = malloc(scan->masses * sizeof *scan->mass);
  scan->coupling = malloc(scan->couplings * sizeof *scan->coupling);
  scan->chi2_per_dof = malloc(shells * sizeof *scan->chi2_per_dof);
  scan->relative_error = malloc(shells * sizeof *scan->relative_error);
  scan->evaluations = malloc(shells * sizeof *scan->evaluations);
  scan->iterations = malloc(shells * sizeof *scan->iterations);
  bool complete = scan->mass && scan->coupling && scan->chi2_per_dof && scan->relative_error &&
                  scan->evaluations && scan->iterations;
  int status = complete ? WD_OK
                        : wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu x %zu points", scan->masses,
                                  scan->couplings);
  if (!status && star) status = wd_scan_give_star(scan, star, err);
  if (status) {
    wd_scan_free(scan);
    return status;
  }
  if (single) {
    scan->mass[0] = mass;
    scan->coupling[0] = coupling;
  } else {
    wd_scan_axis(&config->grid.mass, scan->mass);
    wd_scan_axis(&config->grid.coupling, scan->coupling);
  }
  share_samples(scan);
  int64_t least = wd_points_least_evaluations(config);
  if (config->integrator.max_evaluations < least)
    wd_log(WD_LOG_WARNING,
           "integrator.max_evaluations: %lld; a point of %lld shells may take %lld all the same",
           (long long)config->integrator.max_evaluations, (long long)config->grid.shells, (long long)least);
  *out = scan;
  return WD_OK;
}

void wd_scan_free(wd_scan *scan) {
  if (!scan) return;
  wd_sampler_free(scan->sampler);
  free(scan->mass);
  free(scan->coupling);
  free(scan->chi2_per_dof);
  free(scan->relative_error);
  free(scan->evaluations);
  free(scan->iterations);
  free(scan);
}

/* --- The functions of wd_job_ops --- */

/* What travels and waits between rounds: the job's number and the point's state. */
typedef struct job_state {
  uint64_t job;
  max_align_t point[]; /* wd_point */
} job_state;

static wd_scan *scan_of(void *ctx) {
  return *(wd_scan **)ctx;
}
static wd_point *point_of(void *state) {
  return (wd_point *)((job_state *)state)->point;
}
static const wd_point *point_in(const void *state) {
  return (const wd_point *)((const job_state *)state)->point;
}

static size_t jobs_per_mass(const wd_scan *scan) {
  return (scan->shared > 0) + (scan->loose > 0) + scan->couplings - scan->shared - scan->loose;
}

/* The most couplings of a job. */
size_t wd_scan_largest_block(const wd_scan *scan) {
  const size_t largest = scan->shared > scan->loose ? scan->shared : scan->loose;
  return largest > 1 ? largest : 1;
}

size_t wd_scan_members(const wd_scan *scan) {
  return scan->campaign ? wd_campaign_members(scan->campaign)->count : 1;
}

bool wd_scan_luminosity_of(const wd_scan *scan, uint64_t job, size_t *member) {
  if (scan->campaign) return wd_campaign_luminosity_of(scan->campaign, job, member);
  *member = 0;
  return job == 0;
}

uint64_t wd_scan_jobs(const wd_scan *scan) {
  if (scan->campaign) return wd_campaign_jobs(scan->campaign);
  return 1 + (uint64_t)scan->masses * jobs_per_mass(scan);
}

uint64_t wd_scan_points_of(const wd_scan *scan, uint64_t job, size_t *points) {
  if (scan->campaign) return wd_campaign_points_of(scan, job, points);
  size_t jobs = jobs_per_mass(scan);
  *points = 1;
  if (jobs == scan->couplings) return job - 1;
  uint64_t mass = (job - 1) / jobs, which = (job - 1) % jobs;
  const size_t block[2] = {scan->shared, scan->loose};
  uint64_t first = mass * scan->couplings;
  for (int i = 0; i < 2; i++) {
    if (block[i] == 0) continue;
    if (which-- == 0) {
      *points = block[i];
      return first;
    }
    first += block[i];
  }
  return first + which;
}

wd_scan_block wd_scan_block_of(const wd_scan *scan, uint64_t job) {
  wd_scan_block block;
  uint64_t first = wd_scan_points_of(scan, job, &block.couplings);
  block.mass = (size_t)(first / scan->couplings);
  block.coupling = (size_t)(first % scan->couplings);
  return block;
}

void wd_scan_begin(const wd_scan *scan, uint64_t job, wd_point *point) {
  const wd_config *config = scan->config;
  if (job == 0) {
    wd_point_begin(point, config, LUMINOSITY_POINT, scan->mass[0], 0, wd_scan_luminosity_error(config));
    return;
  }
  wd_scan_block b = wd_scan_block_of(scan, job);
  uint64_t number = b.couplings > 1 ? SHARED_POINT(b.mass) : (uint64_t)b.mass * scan->couplings + b.coupling;
  wd_points_begin(point, config, number, scan->mass[b.mass], scan->coupling + b.coupling, b.couplings,
                  config->integrator.relative_error);
}

static void begin(void *ctx, uint64_t job, void *state) {
  ((job_state *)state)->job = job;
  wd_scan_begin(scan_of(ctx), job, point_of(state));
}

static void order(void *ctx, const void *state, uint32_t part, void *out) {
  (void)ctx;
  wd_point_order(point_in(state), part, out);
}

static void compute(void *ctx, const void *what, void *result) {
  wd_sampler_compute(scan_of(ctx)->sampler, what, result);
}

static void absorb(void *ctx, void *state, uint32_t part, const void *result) {
  (void)ctx;
  wd_point_absorb(point_of(state), part, result);
}

static bool advance(void *ctx, void *state) {
  return wd_point_advance(point_of(state), scan_of(ctx)->config);
}

/* Into the row of coupling number `which` of a block. */
static void add_shells(wd_scan *scan, const wd_point *point, size_t which, const wd_point_result *r,
                       wd_row *row) {
  for (uint32_t s = 0; s < (uint32_t)scan->config->grid.shells; s++) {
    double chi2, error;
    wd_points_shell(point, which, r, s, &chi2, &scan->evaluations[s], &error, &scan->iterations[s]);
    scan->chi2_per_dof[s] = r->status == WD_ROW_FAILED ? NAN : (float)chi2;
    scan->relative_error[s] = r->status == WD_ROW_FAILED ? NAN : (float)error;
  }
  row->chi2_per_dof = scan->chi2_per_dof;
  row->relative_error = scan->relative_error;
  row->evaluations = scan->evaluations;
  row->iterations = scan->iterations;
}

/* Puts down the row of coupling number `which` of a block, unless the file has it from another one. */
static int put_row(wd_scan *scan, wd_scan_block b, size_t which, const wd_point *point,
                   const wd_point_result *r, wd_error *err) {
  const uint64_t mass = scan->member * scan->masses + b.mass;
  if (wd_store_keeps(scan->store, mass, b.coupling + which)) return WD_OK;
  bool failed = r->status == WD_ROW_FAILED;
  wd_row row = {.mass_index = mass,
                .coupling_index = b.coupling + which,
                .excess = failed ? NAN : r->excess,
                .excess_error = failed ? NAN : r->excess_error,
                .status = r->status,
                .failure = r->failure};
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    row.resonant[p] = failed ? NAN : r->resonant[p];
    row.offresonant[p] = failed ? NAN : r->offresonant[p];
    row.resonant_error[p] = failed ? NAN : r->resonant_error[p];
    row.offresonant_error[p] = failed ? NAN : r->offresonant_error[p];
    row.continuum[p] = failed ? NAN : r->continuum[p];
    row.continuum_error[p] = failed ? NAN : r->continuum_error[p];
  }
  if (wd_store_wants_shells(scan->store, b.coupling + which)) add_shells(scan, point, which, r, &row);
  return wd_store_put_row(scan->store, &row, err);
}

void wd_scan_report_point(wd_scan_report *report, uint64_t point, const wd_point_result *r) {
  uint64_t failures = report->points[WD_ROW_FAILED];
  if (r->status == WD_ROW_FAILED && failures < WD_REPORT_FAILURES) {
    report->failed[failures].point = point;
    report->failed[failures].failure = r->failure;
  }
  report->points[r->status]++;
  report->last = point;
}

static int finish(void *ctx, const void *state, void *out, wd_error *err) {
  wd_scan *scan = scan_of(ctx);
  const wd_point *point = point_in(state);
  wd_scan_report *report = out;
  uint64_t job = ((const job_state *)state)->job;
  wd_point_result_of(point, &report->result);
  report->evaluations += report->result.evaluations;
  if (job == 0)
    return scan->store ? wd_store_write_luminosity(scan->store, scan->member, report->result.luminosity_sm,
                                                   report->result.luminosity_sm_error, err)
                       : WD_OK;
  wd_scan_block b = wd_scan_block_of(scan, job);
  for (size_t i = 0; i < b.couplings; i++) {
    wd_point_result r;
    wd_points_result_of(point, i, &r);
    wd_scan_report_point(report, (scan->member * scan->masses + b.mass) * scan->couplings + b.coupling + i,
                         &r);
    int status = scan->store ? put_row(scan, b, i, point, &r, err) : WD_OK;
    if (status) return status;
  }
  return WD_OK;
}

void wd_scan_fail_part(const wd_scan *scan, void *result) {
  if (scan->config->observable == WD_OBSERVABLE_COOLING) {
    wd_scan_fail_cooling_part(result);
    return;
  }
  memset(result, 0, sizeof(wd_shell_result));
  ((wd_shell_result *)result)->failure = WD_FAILURE_MEMORY;
}

void wd_scan_fill_ops(const wd_scan *scan, wd_job_ops *ops) {
  if (scan->campaign) {
    wd_campaign_fill_ops(scan, ops);
    return;
  }
  if (scan->config->observable == WD_OBSERVABLE_COOLING) {
    wd_scan_fill_cooling_ops(scan, ops);
    return;
  }
  ops->jobs = wd_scan_jobs(scan);
  ops->parts = (uint32_t)scan->config->grid.shells;
  ops->state_size = sizeof(job_state) + wd_points_size(scan->config, wd_scan_largest_block(scan));
  ops->order_size = sizeof(wd_shell_order);
  ops->result_size = sizeof(wd_shell_result);
  ops->report_size = sizeof(wd_scan_report);
  ops->begin = begin;
  ops->order = order;
  ops->compute = compute;
  ops->absorb = absorb;
  ops->advance = advance;
  ops->finish = finish;
}
