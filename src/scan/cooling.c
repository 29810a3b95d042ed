/* A scan of bounds from stars that cool as jobs; see scan/cooling.h. */
#include "scan/cooling.h"

#include "bound/bound.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WHOLE = sizeof(wd_emission_whole) / sizeof(double) };

void wd_scan_give_bound(wd_scan *scan, struct wd_bound *bound) {
  scan->bound = bound;
  scan->bound_stars = wd_bound_stars(bound);
}

/* Sizes of a scan's tables. */
typedef struct sizes {
  size_t stars, shells, couplings; /* couplings: of the largest block */
} sizes;

static wd_scan *scan_of(void *ctx) {
  return *(wd_scan **)ctx;
}

static sizes sizes_of(const wd_scan *scan) {
  return (sizes){scan->bound_stars, (size_t)scan->config->grid.shells, wd_scan_largest_block(scan)};
}

/* A job between rounds, and what travels; all plain data. `real` has, of the state, the tables of all couplings one
 * after the other; of an order, those of one coupling; of a result, of a star, the excess [coupling * shells + shell], its errors, then
 * that of the whole star [coupling]. A table is the excess [star * shells + shell], its errors, then that of the whole stars [star]. */
typedef struct job_state {
  uint64_t job;
  int32_t round, failure; /* enum wd_failure: the first one, of the whole job */
  double real[];
} job_state;

typedef struct job_order {
  uint64_t job;
  int32_t round;
  uint32_t part;
  double table[];
} job_order;

typedef struct job_result {
  int32_t failure; /* enum wd_failure */
  wd_bound_result bound;
  wd_point_result luminosity; /* of job 0 */
  double real[];
} job_result;

static size_t table_size(const sizes *n) {
  return n->stars * (2 * n->shells + WHOLE);
}

static double *table_of(const sizes *n, job_state *state, size_t coupling) {
  return state->real + coupling * table_size(n);
}

/* Behind the tables: the outcome for each coupling. */
typedef struct outcome {
  wd_bound_result bound;
  int32_t failure; /* enum wd_failure */
} outcome;

static outcome *outcome_of(const sizes *n, job_state *state) {
  return (outcome *)(state->real + n->couplings * table_size(n));
}

/* Of job 0: the luminosity of the star in the middle of the window. */
static wd_point_result *luminosity_of(const sizes *n, job_state *state) {
  return (wd_point_result *)(outcome_of(n, state) + n->couplings);
}

static void begin(void *ctx, uint64_t job, void *state) {
  (void)ctx;
  *(job_state *)state = (job_state){.job = job};
}

static void order(void *ctx, const void *state, uint32_t part, void *out) {
  const sizes n = sizes_of(scan_of(ctx));
  const job_state *s = state;
  job_order *o = out;
  memset(o, 0, sizeof *o + table_size(&n) * sizeof(double));
  *o = (job_order){.job = s->job, .round = s->round, .part = part};
  if (s->round == 1 && part < n.couplings)
    memcpy(o->table, s->real + part * table_size(&n), table_size(&n) * sizeof(double));
}

/* Why there is no result. */
static int32_t failure_of(int status) {
  return status == WD_OK ? WD_FAILURE_NONE : status == WD_ERR_MEMORY ? WD_FAILURE_MEMORY : WD_FAILURE_COOLING;
}

static void compute_luminosity(wd_scan *scan, job_result *result) {
  wd_point *point = malloc(wd_point_size(scan->config));
  if (!point) {
    result->failure = WD_FAILURE_MEMORY;
    return;
  }
  wd_scan_begin(scan, 0, point);
  wd_point_compute(scan->sampler, scan->config, point);
  wd_point_result_of(point, &result->luminosity);
  free(point);
}

static void compute(void *ctx, const void *what, void *out) {
  wd_scan *scan = scan_of(ctx);
  const sizes n = sizes_of(scan);
  const job_order *o = what;
  job_result *r = out;
  wd_error err;
  memset(r, 0, sizeof *r + n.couplings * (2 * n.shells + WHOLE) * sizeof(double));
  if (o->job == 0) {
    if (o->part == 0) compute_luminosity(scan, r);
    return;
  }
  const wd_scan_block b = wd_scan_block_of(scan, o->job);
  if (o->round == 0 && o->part < n.stars) {
    wd_emission_whole *whole = (wd_emission_whole *)(r->real + 2 * n.couplings * n.shells);
    r->failure = failure_of(wd_bound_compute(scan->bound, o->part, o->job, scan->mass[b.mass], b.couplings,
                                             scan->coupling + b.coupling, r->real,
                                             r->real + n.couplings * n.shells, whole, &err));
  }
  if (o->round == 1 && o->part < b.couplings) {
    const wd_emission_whole *whole = (const wd_emission_whole *)(o->table + 2 * n.stars * n.shells);
    r->failure = failure_of(
        wd_bound_evaluate(scan->bound, o->table, o->table + n.stars * n.shells, whole, &r->bound, &err));
  }
}

void wd_scan_fail_cooling_part(void *result) {
  memset(result, 0, sizeof(job_result));
  ((job_result *)result)->failure = WD_FAILURE_MEMORY;
}

/* Round 0: the star `part` into the tables of all couplings. */
static void take_star(const sizes *n, job_state *s, uint32_t part, const job_result *r) {
  for (size_t i = 0; i < n->couplings; i++) {
    double *table = table_of(n, s, i);
    for (size_t k = 0; k < 2; k++) /* excess, errors */
      memcpy(table + (k * n->stars + part) * n->shells, r->real + (k * n->couplings + i) * n->shells,
             n->shells * sizeof *table);
    memcpy(table + 2 * n->stars * n->shells + part * WHOLE,
           r->real + 2 * n->couplings * n->shells + i * WHOLE, sizeof(wd_emission_whole));
  }
}

static void absorb(void *ctx, void *state, uint32_t part, const void *result) {
  const sizes n = sizes_of(scan_of(ctx));
  job_state *s = state;
  const job_result *r = result;
  if (s->failure == WD_FAILURE_NONE && s->round == 0) s->failure = r->failure;
  if (s->job == 0) {
    if (part == 0) *luminosity_of(&n, s) = r->luminosity;
    return;
  }
  if (s->round == 0 && part < n.stars) take_star(&n, s, part, r);
  if (s->round == 1 && part < n.couplings) outcome_of(&n, s)[part] = (outcome){r->bound, r->failure};
}

static bool advance(void *ctx, void *state) {
  (void)ctx;
  job_state *s = state;
  return s->job > 0 && !s->failure && s->round++ == 0;
}

static int put_row(wd_scan *scan, wd_scan_block b, size_t which, const outcome *o, wd_error *err) {
  const uint64_t mass = scan->member * scan->masses + b.mass;
  if (wd_store_keeps(scan->store, mass, b.coupling + which)) return WD_OK;
  const wd_bound_result *r = &o->bound;
  const bool failed = o->failure != WD_FAILURE_NONE;
  wd_row row = {.mass_index = mass,
                .coupling_index = b.coupling + which,
                .excess = failed ? NAN : r->f_s,
                .excess_error = failed ? NAN : r->f_s_error,
                .minus_two_delta_lnl = failed ? NAN : r->minus_two_delta_lnl,
                .minus_two_delta_lnl_error = failed ? NAN : r->minus_two_delta_lnl_error,
                .status = failed ? WD_ROW_FAILED : r->status,
                .failure = o->failure};
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    row.resonant[p] = row.offresonant[p] = row.continuum[p] = NAN;
    row.resonant_error[p] = row.offresonant_error[p] = row.continuum_error[p] = NAN;
  }
  return wd_store_put_row(scan->store, &row, err);
}

/* Without it the file would have a luminosity that nobody computed. */
static int finish_luminosity(wd_scan *scan, job_state *s, wd_error *err) {
  const sizes n = sizes_of(scan);
  const wd_point_result *l = luminosity_of(&n, s);
  if (s->failure)
    return wd_fail(err, WD_ERR_MEMORY, "out of memory for the luminosity of the Standard Model");
  return scan->store ? wd_store_write_luminosity(scan->store, scan->member, l->luminosity_sm,
                                                 l->luminosity_sm_error, err)
                     : WD_OK;
}

static int finish(void *ctx, const void *state, void *out, wd_error *err) {
  wd_scan *scan = scan_of(ctx);
  const sizes n = sizes_of(scan);
  job_state *s = (job_state *)state;
  wd_scan_report *report = out;
  if (s->job == 0) return finish_luminosity(scan, s, err);
  const wd_scan_block b = wd_scan_block_of(scan, s->job);
  int status = WD_OK;
  for (size_t i = 0; i < b.couplings && !status; i++) {
    outcome o = outcome_of(&n, s)[i];
    if (s->failure) o.failure = s->failure;
    const wd_point_result counted = {.status = o.failure ? WD_ROW_FAILED : o.bound.status,
                                     .failure = o.failure};
    wd_scan_report_point(report, (scan->member * scan->masses + b.mass) * scan->couplings + b.coupling + i,
                         &counted);
    if (scan->store) status = put_row(scan, b, i, &o, err);
  }
  return status;
}

void wd_scan_fill_cooling_ops(const wd_scan *scan, wd_job_ops *ops) {
  const sizes n = sizes_of(scan);
  ops->jobs = wd_scan_jobs(scan);
  ops->parts = (uint32_t)(n.stars > n.couplings ? n.stars : n.couplings);
  ops->state_size = sizeof(job_state) + n.couplings * (table_size(&n) * sizeof(double) + sizeof(outcome)) +
                    sizeof(wd_point_result);
  ops->order_size = sizeof(job_order) + table_size(&n) * sizeof(double);
  ops->result_size = sizeof(job_result) + n.couplings * (2 * n.shells + WHOLE) * sizeof(double);
  ops->report_size = sizeof(wd_scan_report);
  ops->begin = begin;
  ops->order = order;
  ops->compute = compute;
  ops->absorb = absorb;
  ops->advance = advance;
  ops->finish = finish;
}
