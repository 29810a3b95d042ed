/* A scan of bounds from stars that cool as jobs; see scan/cooling.h. */
#include "scan/cooling.h"

#include "bound/bound.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WHOLE = sizeof(wd_emission_whole) / sizeof(double) };

/* Sizes of a scan's tables. */
typedef struct sizes {
  size_t stars, shells, couplings; /* couplings: of the largest block */
} sizes;

static wd_scan *scan_of(void *ctx) {
  return *(wd_scan **)ctx;
}

static sizes sizes_of(const wd_scan *scan) {
  const wd_emission *e = wd_bound_emission(scan->bound);
  return (sizes){wd_bound_stars(scan->bound), wd_emission_shells(e), wd_scan_largest_block(scan)};
}

/* A job between rounds, and what travels; all plain data. `real` has, of the state, the tables of all couplings one
 * after the other; of an order, those of one coupling; of a result, of a star, the excess [coupling * shells + shell], then
 * of the whole star [coupling]. A table is the excess [star * shells + shell], then that of the whole stars [star]. */
typedef struct job_state {
  uint64_t job;
  int32_t round, failure;
  double real[];
} job_state;

typedef struct job_order {
  uint64_t job;
  int32_t round;
  uint32_t part;
  double table[];
} job_order;

typedef struct job_result {
  int32_t failure; /* 1: yes */
  wd_bound_result bound;
  wd_point_result luminosity; /* of job 0 */
  double real[];
} job_result;

static size_t table_size(const sizes *n) {
  return n->stars * (n->shells + WHOLE);
}

static double *table_of(const sizes *n, job_state *state, size_t coupling) {
  return state->real + coupling * table_size(n);
}

/* Behind the tables: the outcome for each coupling. */
static wd_bound_result *outcome_of(const sizes *n, job_state *state) {
  return (wd_bound_result *)(state->real + n->couplings * table_size(n));
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

static void compute_luminosity(wd_scan *scan, job_result *result) {
  wd_point *point = malloc(wd_point_size(scan->config));
  result->failure = !point;
  if (!point) return;
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
  memset(r, 0, sizeof *r + n.couplings * (n.shells + WHOLE) * sizeof(double));
  if (o->job == 0) {
    if (o->part == 0) compute_luminosity(scan, r);
    return;
  }
  const wd_scan_block b = wd_scan_block_of(scan, o->job);
  if (o->round == 0 && o->part < n.stars) {
    wd_emission_whole *whole = (wd_emission_whole *)(r->real + n.couplings * n.shells);
    r->failure = wd_bound_compute(scan->bound, o->part, o->job, scan->mass[b.mass], b.couplings,
                                  scan->coupling + b.coupling, r->real, whole, &err) != WD_OK;
  }
  if (o->round == 1 && o->part < b.couplings) {
    const wd_emission_whole *whole = (const wd_emission_whole *)(o->table + n.stars * n.shells);
    r->failure = wd_bound_evaluate(scan->bound, o->table, whole, &r->bound, &err) != WD_OK;
  }
}

/* Round 0: the star `part` into the tables of all couplings. */
static void take_star(const sizes *n, job_state *s, uint32_t part, const job_result *r) {
  for (size_t i = 0; i < n->couplings; i++) {
    double *table = table_of(n, s, i);
    memcpy(table + part * n->shells, r->real + i * n->shells, n->shells * sizeof *table);
    memcpy(table + n->stars * n->shells + part * WHOLE, r->real + n->couplings * n->shells + i * WHOLE,
           sizeof(wd_emission_whole));
  }
}

static void absorb(void *ctx, void *state, uint32_t part, const void *result) {
  const sizes n = sizes_of(scan_of(ctx));
  job_state *s = state;
  const job_result *r = result;
  if (s->job == 0) {
    if (part == 0) *luminosity_of(&n, s) = r->luminosity;
    return;
  }
  if (s->round == 0 && part < n.stars) {
    s->failure |= r->failure;
    take_star(&n, s, part, r);
  }
  if (s->round == 1 && part < n.couplings) {
    outcome_of(&n, s)[part] = r->bound;
    if (r->failure) outcome_of(&n, s)[part].status = WD_ROW_FAILED;
  }
}

static bool advance(void *ctx, void *state) {
  (void)ctx;
  job_state *s = state;
  return s->job > 0 && !s->failure && s->round++ == 0;
}

static int put_row(wd_scan *scan, wd_scan_block b, size_t which, const wd_bound_result *r, wd_error *err) {
  if (wd_store_keeps(scan->store, b.mass, b.coupling + which)) return WD_OK;
  const bool failed = r->status == WD_ROW_FAILED;
  wd_row row = {.mass_index = b.mass,
                .coupling_index = b.coupling + which,
                .excess = failed ? NAN : r->f_s,
                .excess_error = failed ? NAN : r->f_s_error,
                .minus_two_delta_lnl = failed ? NAN : r->minus_two_delta_lnl,
                .minus_two_delta_lnl_error = failed ? NAN : r->minus_two_delta_lnl_error,
                .status = r->status,
                .failure = failed ? WD_FAILURE_COOLING : WD_FAILURE_NONE};
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    row.resonant[p] = row.offresonant[p] = row.continuum[p] = NAN;
    row.resonant_error[p] = row.offresonant_error[p] = row.continuum_error[p] = NAN;
  }
  return wd_store_put_row(scan->store, &row, err);
}

static int finish(void *ctx, const void *state, void *out, wd_error *err) {
  wd_scan *scan = scan_of(ctx);
  const sizes n = sizes_of(scan);
  job_state *s = (job_state *)state;
  wd_scan_report *report = out;
  if (s->job == 0) {
    const wd_point_result *l = luminosity_of(&n, s);
    return scan->store
               ? wd_store_write_luminosity(scan->store, 0, l->luminosity_sm, l->luminosity_sm_error, err)
               : WD_OK;
  }
  const wd_scan_block b = wd_scan_block_of(scan, s->job);
  int status = WD_OK;
  for (size_t i = 0; i < b.couplings && !status; i++) {
    wd_bound_result r = outcome_of(&n, s)[i];
    if (s->failure) r.status = WD_ROW_FAILED;
    const wd_point_result counted = {
        .status = r.status, .failure = r.status == WD_ROW_FAILED ? WD_FAILURE_COOLING : WD_FAILURE_NONE};
    wd_scan_report_point(report, (uint64_t)(b.mass * scan->couplings + b.coupling + i), &counted);
    if (scan->store) status = put_row(scan, b, i, &r, err);
  }
  return status;
}

void wd_scan_fill_cooling_ops(const wd_scan *scan, wd_job_ops *ops) {
  const sizes n = sizes_of(scan);
  ops->jobs = wd_scan_jobs(scan);
  ops->parts = (uint32_t)(n.stars > n.couplings ? n.stars : n.couplings);
  ops->state_size = sizeof(job_state) +
                    n.couplings * (table_size(&n) * sizeof(double) + sizeof(wd_bound_result)) +
                    sizeof(wd_point_result);
  ops->order_size = sizeof(job_order) + table_size(&n) * sizeof(double);
  ops->result_size = sizeof(job_result) + n.couplings * (n.shells + WHOLE) * sizeof(double);
  ops->report_size = sizeof(wd_scan_report);
  ops->begin = begin;
  ops->order = order;
  ops->compute = compute;
  ops->absorb = absorb;
  ops->advance = advance;
  ops->finish = finish;
}
