/* The cost of a scan of bounds from stars that cool; see scan/cost.h.
 *
 * TRIES jobs, spread over the grid, are computed as a scan does it: the tables of all stars, though to no smaller an error than
 * TABLE_ERROR, and then some of the couplings. Evaluations grow as a power of the error.
 */
#include "bound/bound.h"
#include "scan/cooling.h"
#include "scan/cost.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { TRIES = 6, COUPLINGS = 3 };
#define TABLE_ERROR 0.002
#define RANK_BYTES 55e6 /* of a rank, with its libraries and stars, besides what follows */

static double now(void) {
  return (double)clock() / CLOCKS_PER_SEC;
}

/* What a job works with. */
typedef struct work {
  const wd_scan *scan; /* first: see wd_scan_fill_ops */
  wd_job_ops ops;
  void *state, *order, *result;
} work;

static int make_work(const wd_scan *scan, work *w, wd_error *err) {
  w->scan = scan;
  wd_scan_fill_ops(scan, &w->ops);
  w->state = malloc(w->ops.state_size);
  w->order = malloc(w->ops.order_size);
  w->result = malloc(w->ops.result_size);
  return w->state && w->order && w->result
             ? WD_OK
             : wd_fail(err, WD_ERR_MEMORY, "out of memory for the estimate of the cost");
}

static void free_work(work *w) {
  free(w->state);
  free(w->order);
  free(w->result);
}

/* Seconds for one part of the present round. */
static double compute_part(work *w, uint32_t part) {
  const double start = now();
  w->ops.order(w, w->state, part, w->order);
  w->ops.compute(w, w->order, w->result);
  w->ops.absorb(w, w->state, part, w->result);
  return now() - start;
}

/* Adds a job's seconds for its tables, and those of some of its couplings, `tried` of them. */
static void try_job(work *w, uint64_t job, double *tables, double *couplings, double *tried) {
  const size_t n = wd_scan_block_of(w->scan, job).couplings, few = n < COUPLINGS ? n : COUPLINGS;
  w->ops.begin(w, job, w->state);
  for (uint32_t part = 0; part < w->ops.parts; part++) *tables += compute_part(w, part);
  if (!w->ops.advance(w, w->state)) return; /* the point failed */
  for (size_t i = 0; i < few; i++) *couplings += compute_part(w, (uint32_t)wd_cost_pick(n, few, i));
  *tried += (double)few;
}

static void try_out(work *w, const wd_config *config, wd_cost *cost) {
  const uint64_t jobs = wd_scan_jobs(w->scan) - 1, tries = jobs < TRIES ? jobs : TRIES;
  const double ratio = w->scan->config->integrator.relative_error / config->integrator.relative_error;
  double tables = 0, couplings = 0, tried = 0;
  for (uint64_t i = 0; i < tries; i++)
    try_job(w, 1 + wd_cost_pick(jobs, tries, i), &tables, &couplings, &tried);
  cost->trials = (double)tries;
  cost->job_seconds = tables / (double)tries * pow(ratio, WD_COST_EXPONENT);
  cost->point_seconds = tried > 0 ? couplings / tried : 0;
  cost->seconds = cost->jobs * cost->job_seconds + cost->points * cost->point_seconds;
}

static void add_sizes(const work *w, wd_cost *cost) {
  const double task = (double)(w->ops.state_size + w->ops.order_size + w->ops.result_size);
  cost->rank_bytes = RANK_BYTES + task;
  cost->root_bytes = cost->points + task;
  cost->root_rank_bytes = (double)(w->ops.order_size + w->ops.result_size);
}

int wd_cost_estimate_cooling(const wd_config *config, wd_cost *cost, wd_error *err) {
  wd_config limited = *config;
  wd_bound *bound = NULL;
  wd_scan *scan = NULL;
  work w = {0};
  limited.integrator.relative_error = fmax(config->integrator.relative_error, TABLE_ERROR);
  const double start = now();
  int status = wd_bound_create(&limited, &bound, err);
  if (!status) status = wd_scan_create(&limited, wd_bound_star(bound), 0, 0, &scan, err);
  if (!status) {
    *cost = wd_cost_of_grid(config);
    cost->jobs = (double)wd_scan_jobs(scan) - 1;
    cost->start_seconds = now() - start;
    wd_scan_give_bound(scan, bound);
    status = make_work(scan, &w, err);
  }
  if (!status) {
    try_out(&w, config, cost);
    add_sizes(&w, cost);
  }
  free_work(&w);
  wd_scan_free(scan);
  wd_bound_free(bound);
  return status;
}
