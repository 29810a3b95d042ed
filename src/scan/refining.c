/* Rows between computed masses; see scan/refining.h. */
#include "scan/refining.h"

#include "result/interpolation.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- What computed masses tell --- */

/* One mass over the couplings. */
typedef struct profile {
  double zero;            /* what a row has without an A' */
  double *excess, *error; /* [couplings], above it */
} profile;

static void take_excess(void *ctx, const wd_row *row, bool damaged) {
  const profile *p = ctx;
  bool usable = !damaged && wd_row_has_result(row);
  p->excess[row->coupling_index] = usable ? row->excess - p->zero : NAN;
  p->error[row->coupling_index] = usable ? row->excess_error : NAN;
}

static void find_contours(const wd_scan *scan, const profile *p, size_t mass, wd_refinement *r) {
  for (size_t l = 0; l < r->levels; l++) {
    const size_t i = l * r->masses + mass, n = scan->couplings;
    const double level = scan->config->output.contour_levels[l] - p->zero;
    r->coupling[i] = wd_contour_crossing(n, scan->coupling, p->excess, p->error, level, &r->error[i]);
    r->state[i] = (int8_t)wd_contour_state(n, scan->coupling, p->excess, level);
  }
}

int wd_scan_learn(const wd_scan *scan, size_t member, wd_refinement *r, bool *known, wd_error *err) {
  double *memory = malloc(2 * scan->couplings * sizeof *memory);
  if (!memory) return wd_fail(err, WD_ERR_MEMORY, "out of memory for the contours of a mass");
  profile p = {wd_store_zero(scan->store), memory, memory + scan->couplings};
  int status = WD_OK;
  for (size_t mass = 0; mass < r->masses && !status; mass++) {
    if (!r->chosen[mass] || known[mass]) continue;
    const uint64_t row = member * scan->masses + mass;
    status = wd_store_rows_of(scan->store, row, row + 1, take_excess, &p, err);
    if (!status) find_contours(scan, &p, mass, r);
    known[mass] = !status;
  }
  free(memory);
  return status;
}

/* --- Rows from those of other masses --- */

enum { BESIDE = WD_INTERPOLATION_NODES - 1, NODES = 2 * BESIDE }; /* masses that may be used */

/* The chosen masses around a gap between two of them. */
typedef struct surroundings {
  const wd_scan *scan;
  size_t member;
  double zero;
  size_t nodes, gap;  /* the gap follows node number `gap` */
  size_t under_way;   /* the node that is read */
  double x[NODES];    /* ln of the mass */
  wd_row *row[NODES]; /* [couplings] */
} surroundings;

static void keep_row(void *ctx, const wd_row *row, bool damaged) {
  surroundings *s = ctx;
  wd_row *kept = &s->row[s->under_way][row->coupling_index];
  *kept = *row;
  if (damaged) kept->status = WD_ROW_PENDING;
}

/* A quantity of the rows of one coupling at the nodes; NaN where there is none. */
typedef struct curve {
  double value[NODES], error[NODES];
} curve;

static curve excess_of(const surroundings *s, size_t coupling) {
  curve c = {0};
  for (size_t k = 0; k < s->nodes; k++) {
    const wd_row *row = &s->row[k][coupling];
    c.value[k] = wd_row_has_result(row) ? row->excess - s->zero : NAN;
    c.error[k] = wd_row_has_result(row) ? row->excess_error : NAN;
  }
  return c;
}

/* From `c`, at ln(mass) = x: in logarithms, of the nodes that have the sign of the two beside the place; where these have
 * not the same, or are 0, a line between them. NaN between points that failed. */
static wd_interpolated mix(const surroundings *s, curve c, double x) {
  const double low = c.value[s->gap], high = c.value[s->gap + 1], sign = low < 0 ? -1 : 1;
  const bool logarithmic = sign * low > 0 && sign * high > 0;
  for (size_t k = 0; k < s->nodes; k++) {
    const bool beside = k == s->gap || k == s->gap + 1;
    const double value = c.value[k];
    if (logarithmic) c.error[k] /= fabs(value);
    if (logarithmic) c.value[k] = sign * value > 0 ? log(sign * value) : NAN;
    if (!logarithmic && !beside) c.value[k] = NAN;
  }
  const wd_interpolation law = wd_interpolation_at(s->nodes, s->x, c.value, s->gap, x);
  wd_interpolated v = wd_interpolate(&law, c.value, c.error);
  if (!logarithmic) return v;
  v.value = sign * exp(v.value);
  v.deviation *= fabs(v.value);
  v.error *= fabs(v.value);
  return v;
}

/* The shares of the excess, numbered through. */
enum { SHARES = 3 * WD_POLARIZATIONS };

static double *share_of(wd_row *row, int i) {
  double *const of[] = {row->resonant, row->offresonant, row->continuum};
  return of[i / WD_POLARIZATIONS] + i % WD_POLARIZATIONS;
}

static double *share_error_of(wd_row *row, int i) {
  double *const of[] = {row->resonant_error, row->offresonant_error, row->continuum_error};
  return of[i / WD_POLARIZATIONS] + i % WD_POLARIZATIONS;
}

static void mix_shares(const surroundings *s, size_t coupling, double x, wd_row *row) {
  for (int i = 0; i < SHARES; i++) {
    curve c = {0};
    for (size_t k = 0; k < s->nodes; k++) {
      wd_row *node = &s->row[k][coupling];
      c.value[k] = wd_row_has_result(node) ? *share_of(node, i) : NAN;
      c.error[k] = *share_error_of(node, i);
    }
    const wd_interpolated v = mix(s, c, x);
    *share_of(row, i) = v.value;
    *share_error_of(row, i) = hypot(v.deviation, v.error);
  }
}

/* The largest share makes up what is missing in the sum. */
static void complete_shares(wd_row *row, double excess) {
  int largest = 0;
  for (int i = 0; i < SHARES; i++) {
    if (fabs(*share_of(row, i)) > fabs(*share_of(row, largest))) largest = i;
    excess -= *share_of(row, i);
  }
  double *error = share_error_of(row, largest);
  *share_of(row, largest) += excess;
  *error = hypot(*error, excess);
}

static curve likelihood_of(const surroundings *s, size_t coupling) {
  curve c = {0};
  for (size_t k = 0; k < s->nodes; k++) {
    const wd_row *node = &s->row[k][coupling];
    c.value[k] = wd_row_has_result(node) ? node->minus_two_delta_lnl : NAN;
    c.error[k] = node->minus_two_delta_lnl_error;
  }
  return c;
}

static int failure_beside(const surroundings *s, size_t coupling) {
  const int low = s->row[s->gap][coupling].failure;
  return low != WD_FAILURE_NONE ? low : s->row[s->gap + 1][coupling].failure;
}

static void make_row(const surroundings *s, size_t coupling, double x, wd_row *row) {
  const wd_interpolated excess = mix(s, excess_of(s, coupling), x),
                        likelihood = mix(s, likelihood_of(s, coupling), x);
  const bool good = !isnan(excess.value);
  row->excess = s->zero + excess.value;
  row->excess_error = hypot(excess.deviation, excess.error);
  row->minus_two_delta_lnl = likelihood.value;
  row->minus_two_delta_lnl_error = hypot(likelihood.deviation, likelihood.error);
  mix_shares(s, coupling, x, row);
  complete_shares(row, excess.value);
  row->status = good ? WD_ROW_INTERPOLATED : WD_ROW_FAILED;
  row->failure = good ? WD_FAILURE_NONE : failure_beside(s, coupling);
}

/* --- The map --- */

/* Puts the pending rows of a mass. */
static int fill_mass(const surroundings *s, size_t mass, const int8_t *row_status, wd_error *err) {
  const wd_scan *scan = s->scan;
  const double x = log(scan->mass[mass]);
  int status = WD_OK;
  for (size_t c = 0; c < scan->couplings && !status; c++) {
    if (row_status[mass * scan->couplings + c] != WD_ROW_PENDING) continue;
    wd_row row = {.mass_index = s->member * scan->masses + mass,
                  .coupling_index = c}; /* no shell of it was integrated */
    make_row(s, c, x, &row);
    status = wd_store_put_row(scan->store, &row, err);
  }
  return status;
}

static bool is_pending(const wd_scan *scan, const int8_t *row_status, size_t first, size_t end) {
  return memchr(row_status + first * scan->couplings, WD_ROW_PENDING, (end - first) * scan->couplings);
}

/* Reads the masses around the gap after number `low` of n chosen ones. */
static int read_around(surroundings *s, const size_t *index, size_t low, size_t n, wd_error *err) {
  const size_t first = low < BESIDE - 1 ? 0 : low - (BESIDE - 1),
               end = low + BESIDE < n ? low + 1 + BESIDE : n;
  int status = WD_OK;
  s->nodes = end - first;
  s->gap = low - first;
  for (size_t k = 0; k < s->nodes && !status; k++) {
    const uint64_t row = s->member * s->scan->masses + index[first + k];
    s->under_way = k;
    s->x[k] = log(s->scan->mass[index[first + k]]);
    status = wd_store_rows_of(s->scan->store, row, row + 1, keep_row, s, err);
  }
  return status;
}

static int fill_gaps(surroundings *s, const size_t *index, size_t n, const int8_t *row_status,
                     wd_error *err) {
  int status = WD_OK;
  for (size_t k = 0; k + 1 < n && !status; k++) {
    if (!is_pending(s->scan, row_status, index[k] + 1, index[k + 1])) continue;
    status = read_around(s, index, k, n, err);
    for (size_t mass = index[k] + 1; mass < index[k + 1] && !status; mass++)
      status = fill_mass(s, mass, row_status, err);
  }
  if (!status) status = wd_store_commit_rows(s->scan->store, err);
  return status ? status : wd_store_sync(s->scan->store, err);
}

int wd_scan_interpolate(const wd_scan *scan, size_t member, const wd_refinement *r, const int8_t *row_status,
                        wd_error *err) {
  surroundings s = {.scan = scan, .member = member, .zero = wd_store_zero(scan->store)};
  size_t *index = malloc(r->masses * sizeof *index), n = 0;
  wd_row *rows = malloc(NODES * scan->couplings * sizeof *rows);
  int status =
      index && rows ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for the rows between masses");
  for (size_t i = 0; i < r->masses && !status; i++)
    if (r->chosen[i]) index[n++] = i;
  for (size_t k = 0; k < NODES && !status; k++) s.row[k] = rows + k * scan->couplings;
  if (!status) status = fill_gaps(&s, index, n, row_status, err);
  free(index);
  free(rows);
  return status;
}
