/* `wdscan contour`: the contours of a result file, computed anew from its points, so that it works on any levels and on
 * files that are still being written; or, with --refine, those of a configuration by root finding. What is printed, and
 * in which form, is in cli/limits.c. */
#include "wdscan/contour.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/axes.h"
#include "cli/commands.h"
#include "cli/limits.h"
#include "excess/refine.h"
#include "result/between.h"
#include "result/parts.h"
#include "result/quantile.h"
#include "scan/scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct map {
  size_t masses, couplings, levels;
  size_t computed;                   /* of the masses: with --mass */
  double zero;                       /* what is subtracted from values and levels */
  double *mass, *coupling, *level;   /* level: as the user counts */
  double *excess, *excess_error;     /* [mass * couplings + coupling] */
  int8_t *status;                    /* likewise */
  double *crossing, *crossing_error; /* [level * masses + mass] */
  int *state;                        /* likewise */
} map;

static void free_map(map *m) {
  free(m->mass);
  free(m->coupling);
  free(m->level);
  free(m->excess);
  free(m->excess_error);
  free(m->status);
  free(m->crossing);
  free(m->crossing_error);
  free(m->state);
}

static int allocate(map *m, wd_error *err) {
  size_t points = m->masses * m->couplings, curves = m->levels * m->masses;
  m->mass = malloc(m->masses * sizeof *m->mass);
  m->coupling = malloc(m->couplings * sizeof *m->coupling);
  m->level = malloc((m->levels + 1) * sizeof *m->level);
  m->excess = malloc(points * sizeof *m->excess);
  m->excess_error = malloc(points * sizeof *m->excess_error);
  m->status = malloc(points);
  m->crossing = malloc((curves + 1) * sizeof *m->crossing);
  m->crossing_error = malloc((curves + 1) * sizeof *m->crossing_error);
  m->state = malloc((curves + 1) * sizeof *m->state);
  bool complete = m->mass && m->coupling && m->level && m->excess && m->excess_error && m->status &&
                  m->crossing && m->crossing_error && m->state;
  return complete ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu points", points);
}

/* Says on stderr what the contours are missing. */
static void warn(const wd_arguments *args, const map *m, uint64_t damaged) {
  size_t points = m->masses * m->couplings, pending = 0, failed = 0;
  for (size_t i = 0; i < points; i++) {
    pending += m->status[i] == WD_ROW_PENDING;
    failed += m->status[i] == WD_ROW_FAILED;
  }
  if (damaged)
    wd_log(WD_LOG_WARNING, "%s: %llu points are damaged and left out", args->file,
           (unsigned long long)damaged);
  if (pending > damaged)
    wd_log(WD_LOG_WARNING, "%s: %zu of %zu points are not yet computed", args->file,
           pending - (size_t)damaged, points);
  if (failed) wd_log(WD_LOG_WARNING, "%s: %zu points failed and are left out", args->file, failed);
}

/* In the place of the excess, the sum of the parts asked for. */
typedef struct selection {
  map *map;
  unsigned parts;
} selection;

static void take_row(void *ctx, const wd_row *row, bool damaged) {
  (void)damaged; /* then the excess is NaN */
  const selection *s = ctx;
  size_t i = (size_t)(row->mass_index * s->map->couplings + row->coupling_index);
  if (!isnan(s->map->excess[i])) s->map->excess[i] = wd_parts_sum(row, s->parts, &s->map->excess_error[i]);
}

/* Those of f_s: not what it is without an A'. */
static int check_levels(const wd_arguments *args, const map *m, wd_error *err) {
  char text[WD_REAL_TEXT];
  for (size_t i = 0; i < m->levels && m->zero > 0; i++)
    if (!(m->level[i] > 0) || m->level[i] == m->zero)
      return wd_fail(
          err, WD_ERR_USAGE,
          "--level %s: %s has f_s, which is 1 without an A'; expected a positive number other than 1",
          wd_text_from_real(m->level[i], text), args->file);
  return WD_OK;
}

/* In the place of f_s, the likelihood. */
static void take_likelihood(void *ctx, const wd_row *row, bool damaged) {
  map *m = ctx;
  size_t i = (size_t)(row->mass_index * m->couplings + row->coupling_index);
  (void)damaged; /* then f_s is NaN */
  if (isnan(m->excess[i])) return;
  m->excess[i] = row->minus_two_delta_lnl;
  m->excess_error[i] = row->minus_two_delta_lnl_error;
}

/* Does the file have what is asked for? */
static int check_quantity(const wd_arguments *args, const wd_store *store, wd_error *err) {
  const bool cooling = wd_store_zero(store) > 0;
  if (!isnan(args->mass) && wd_store_members(store) > 1)
    return wd_fail(err, WD_ERR_USAGE,
                   "--mass: %s has axes or draws, whose contours are printed at the masses of the grid only",
                   args->file);
  if (args->parts && cooling)
    return wd_fail(err, WD_ERR_USAGE, "--parts: %s has f_s, which has no parts", args->file);
  if (args->quantity && !cooling)
    return wd_fail(err, WD_ERR_USAGE,
                   "--quantity: %s has the excess; expected a scan with `observable: cooling`", args->file);
  if (args->quantity == WD_QUANTITY_LIKELIHOOD && !wd_store_has_likelihood(store))
    return wd_fail(err, WD_ERR_USAGE,
                   "--quantity likelihood: %s has none; expected a scan with data in `likelihood`",
                   args->file);
  return WD_OK;
}

/* Levels of -2 Delta ln L by default: 90 and 95 % for one parameter. */
static const double likelihood_levels[] = {2.71, 3.84};
enum { LIKELIHOOD_LEVELS = sizeof likelihood_levels / sizeof *likelihood_levels };

static size_t count_levels(const wd_arguments *args, const wd_store *store) {
  if (args->level_count) return (size_t)args->level_count;
  return args->quantity == WD_QUANTITY_LIKELIHOOD ? LIKELIHOOD_LEVELS : wd_store_levels(store);
}

static int take_levels(const wd_arguments *args, wd_store *store, map *m, wd_error *err) {
  const double *chosen = args->level_count                          ? args->levels
                         : args->quantity == WD_QUANTITY_LIKELIHOOD ? likelihood_levels
                                                                    : NULL;
  if (!chosen) return wd_store_read_levels(store, m->level, err);
  for (size_t i = 0; i < m->levels; i++) m->level[i] = chosen[i];
  return WD_OK;
}

static int read_map(const wd_arguments *args, wd_store *store, map *m, wd_error *err) {
  uint64_t damaged;
  m->masses = wd_store_masses(store);
  m->couplings = wd_store_couplings(store);
  m->levels = count_levels(args, store);
  int status = check_quantity(args, store, err);
  if (status == WD_OK) status = allocate(m, err);
  if (status == WD_OK) status = wd_store_read_axes(store, m->mass, m->coupling, err);
  if (status == WD_OK) status = wd_store_read(store, m->excess, m->excess_error, m->status, &damaged, err);
  if (status != WD_OK) return status;
  warn(args, m, damaged);
  const bool likelihood = args->quantity == WD_QUANTITY_LIKELIHOOD;
  selection chosen = {m, args->parts};
  if (args->parts) status = wd_store_each_row(store, take_row, &chosen, err);
  if (likelihood) status = wd_store_each_row(store, take_likelihood, m, err);
  if (status == WD_OK) status = take_levels(args, store, m, err);
  if (status != WD_OK) return status;
  m->zero = likelihood ? 0 : wd_store_zero(store);
  status = check_levels(args, m, err);
  for (size_t i = 0; i < m->masses * m->couplings; i++) m->excess[i] -= m->zero;
  return status;
}

static void find_crossings(map *m) {
  for (size_t i = 0; i < m->levels * m->masses; i++) {
    size_t row = i % m->masses * m->couplings;
    double level = m->level[i / m->masses] - m->zero;
    m->crossing[i] = wd_contour_crossing(m->couplings, m->coupling, m->excess + row, m->excess_error + row,
                                         level, &m->crossing_error[i]);
    m->state[i] = wd_contour_state(m->couplings, m->coupling, m->excess + row, level);
  }
}

/* The smallest and the largest value of usable points; infinities if there is none. */
static void find_range(const map *m, double range[2]) {
  range[0] = INFINITY, range[1] = -INFINITY;
  for (size_t i = 0; i < m->masses * m->couplings; i++) {
    range[0] = fmin(range[0], m->excess[i] + m->zero);
    range[1] = fmax(range[1], m->excess[i] + m->zero);
  }
}

/* Says on stderr which levels are crossed nowhere. */
static void warn_empty(const wd_arguments *args, const map *m) {
  double range[2];
  find_range(m, range);
  for (size_t l = 0; l < m->levels; l++) {
    bool crossed = false;
    for (size_t i = l * m->masses; i < (l + 1) * m->masses; i++)
      crossed |= m->state[i] == WD_CONTOUR_CROSSING;
    if (crossed || range[0] > range[1]) continue;
    wd_log(WD_LOG_WARNING, "%s: no contour at level %g: %s; values from %g to %g", args->file, m->level[l],
           m->couplings == 1 ? "the grid has one coupling, and a contour takes two"
                             : "no mass of the grid crosses it",
           range[0], range[1]);
  }
}

/* Is the excess anywhere below the level again, above the crossing number i? */
static bool reopens(const map *m, size_t i) {
  const double *excess = m->excess + i % m->masses * m->couplings;
  double level = m->level[i / m->masses] - m->zero;
  for (size_t c = 0; c < m->couplings; c++)
    if (m->coupling[c] > m->crossing[i] && excess[c] < level) return true;
  return false;
}

/* Says on stderr where a region does not reach the upper edge of the grid. */
static void warn_reopened(const wd_arguments *args, const map *m) {
  size_t count = 0, first = 0;
  for (size_t i = m->levels * m->masses; i-- > 0;)
    if (m->state[i] == WD_CONTOUR_CROSSING && reopens(m, i)) count++, first = i;
  if (count)
    wd_log(WD_LOG_WARNING,
           "%s: at %zu masses, such as %g eV, the excess falls below the level again above the line; what is "
           "printed is closed at the edge of the grid all the same",
           args->file, count, m->mass[first % m->masses]);
}

/* --- A mass between those of the grid (--mass) --- */

/* Leaves the masses that are computed. */
static void drop_interpolated(map *m) {
  size_t n = 0;
  for (size_t k = 0; k < m->masses; k++) {
    if (memchr(m->status + k * m->couplings, WD_ROW_INTERPOLATED, m->couplings)) continue;
    m->mass[n] = m->mass[k];
    for (size_t l = 0; l < m->levels; l++) {
      const size_t to = l * m->masses + n, from = l * m->masses + k;
      m->crossing[to] = m->crossing[from];
      m->crossing_error[to] = m->crossing_error[from];
      m->state[to] = m->state[from];
    }
    n++;
  }
  m->computed = n;
}

/* Leaves the contours at one mass; they are in front of those they come from. */
static void interpolate(map *m, double mass) {
  for (size_t l = 0; l < m->levels; l++) {
    const size_t i = l * m->masses;
    double coupling, error;
    const int state = wd_contour_between(m->computed, m->mass, m->crossing + i, m->crossing_error + i,
                                         m->state + i, mass, &coupling, &error);
    m->crossing[l] = coupling;
    m->crossing_error[l] = error;
    m->state[l] = state;
  }
  m->masses = 1;
  m->mass[0] = mass;
}

static int take_mass(const wd_arguments *args, map *m, wd_error *err) {
  const double low = m->mass[0], high = m->mass[m->masses - 1];
  if (isnan(args->mass)) return WD_OK;
  if (args->mass < low || args->mass > high || m->masses < 2)
    return wd_fail(err, WD_ERR_USAGE, "--mass %.9g: outside the grid of %s; expected %.9g to %.9g eV",
                   args->mass, args->file, low, high);
  drop_interpolated(m);
  interpolate(m, args->mass);
  return WD_OK;
}

/* Of which level nothing is known at this mass? Said after what is known has been printed. */
static int refuse_unknown(const wd_arguments *args, const map *m, wd_error *err) {
  for (size_t l = 0; l < m->levels && !isnan(args->mass); l++)
    if (m->state[l] == WD_CONTOUR_UNFINISHED)
      return wd_fail(
          err, WD_ERR_NUMERIC,
          "%s: level %g at %.9g eV cannot be told from the masses beside it: there is a threshold, or points "
          "are missing; `wdscan contour CONFIG --refine --mass %.9g` computes it",
          args->file, m->level[l], args->mass, args->mass);
  return WD_OK;
}

/* --- Output --- */

static void take_attribute(void *ctx, const char *name, const char *text, const int64_t *number) {
  wd_limits *l = ctx;
  if (number) return;
  if (strcmp(name, "version") == 0) snprintf(l->version, sizeof l->version, "%s", text);
  if (strcmp(name, "commit") == 0) snprintf(l->commit, sizeof l->commit, "%s", text);
  if (strcmp(name, "created") == 0) snprintf(l->created, sizeof l->created, "%s", text);
}

static wd_limits limits_of(const wd_arguments *args, const map *m, const wd_settings *settings) {
  return (wd_limits){.masses = m->masses,
                     .levels = m->levels,
                     .mass = m->mass,
                     .level = m->level,
                     .coupling = m->crossing,
                     .error = m->crossing_error,
                     .state = m->state,
                     .lowest = m->coupling[0],
                     .highest = m->coupling[m->couplings - 1],
                     .settings = settings,
                     .parts = args->parts_text,
                     .closed = args->closed,
                     .mixing = args->mixing};
}

/* The curves of all members that are wanted, with columns for the values of the axes. */
static void print_members(const wd_arguments *args, const map *m, const wd_members *members) {
  const size_t masses = m->masses / members->count;
  wd_axes_write_names(stdout, members, /*draws=*/true);
  wd_limits_write_csv_head(stdout);
  for (size_t k = 0; k < members->count; k++) {
    if (!wd_axes_wanted(args, members, k)) continue;
    for (size_t i = 0; i < m->levels * masses; i++) {
      const size_t level = i / masses, mass = k * masses + i % masses, at = level * m->masses + mass;
      wd_axes_write_values(stdout, members, k, /*draws=*/true);
      wd_limits_write_csv_row(stdout, m->level[level], m->mass[mass], m->crossing[at], m->crossing_error[at],
                              m->state[at]);
    }
  }
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The logarithms of the couplings of all draws at a level and a mass, sorted: where the level is nowhere crossed, the
 * infinity of the side on which the crossing would lie. False if one of them is unfinished. */
static bool sort_draws(const map *m, size_t first, size_t masses, size_t draws, double *x) {
  bool finished = true;
  for (size_t d = 0; d < draws; d++) {
    const size_t at = first + d * masses;
    const int state = m->state[at];
    finished = finished && state != WD_CONTOUR_UNFINISHED;
    x[d] = state == WD_CONTOUR_CROSSING ? log(m->crossing[at])
           : state == WD_CONTOUR_ABOVE  ? -INFINITY
                                        : INFINITY;
  }
  qsort(x, draws, sizeof *x, by_size);
  return finished;
}

/* At a level and a mass. */
static void print_quantile(const map *m, size_t at, double q, const double *x, size_t draws, bool finished) {
  double error, value = wd_quantile(x, draws, q, &error);
  const int state = !finished            ? WD_CONTOUR_UNFINISHED
                    : value == -INFINITY ? WD_CONTOUR_ABOVE
                    : value == INFINITY  ? WD_CONTOUR_BELOW
                                         : WD_CONTOUR_CROSSING;
  char text[WD_REAL_TEXT];
  printf("%s,", wd_text_from_real(q, text));
  wd_limits_write_csv_row(stdout, m->level[at / m->masses], m->mass[at % m->masses], exp(value),
                          exp(value) * error, state);
}

/* Quantiles over the draws, for each combination of the other axes. */
static int print_quantiles(const wd_arguments *args, const map *m, const wd_members *members, wd_error *err) {
  const size_t draws = wd_axes_draws(members), masses = m->masses / members->count;
  if (draws == 0)
    return wd_fail(err, WD_ERR_USAGE, "--quantile: %s has no draws; expected a scan with grid.draws",
                   args->file);
  double *x = malloc(draws * sizeof *x);
  if (!x) return wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu draws", draws);
  wd_axes_write_names(stdout, members, /*draws=*/false);
  printf("quantile,");
  wd_limits_write_csv_head(stdout);
  for (size_t k = 0; k < members->count; k += draws) {
    if (!wd_axes_wanted(args, members, k)) continue;
    for (size_t i = 0; i < m->levels * masses; i++) {
      const size_t at = i / masses * m->masses + k * masses + i % masses;
      const bool finished = sort_draws(m, at, masses, draws, x);
      for (size_t q = 0; q < args->quantile_count; q++) {
        wd_axes_write_values(stdout, members, k, /*draws=*/false);
        print_quantile(m, at, args->quantiles[q], x, draws, finished);
      }
    }
  }
  free(x);
  return WD_OK;
}

/* Of a scan with axes. */
static int print_axes(const wd_arguments *args, const map *m, const wd_settings *settings, wd_error *err) {
  wd_members *members = NULL;
  int status = wd_members_create(settings, &members, err);
  if (!status) status = wd_axes_check(args, members, args->file, err);
  if (!status && args->format != WD_LIMITS_CSV)
    status = wd_fail(err, WD_ERR_USAGE,
                     "--format: %s has axes or draws, whose contours are printed as csv only", args->file);
  if (!status && args->quantile_count) status = print_quantiles(args, m, members, err);
  if (!status && !args->quantile_count) print_members(args, m, members);
  wd_members_free(members);
  return status;
}

static int print_map(const wd_arguments *args, wd_store *store, const map *m, wd_error *err) {
  wd_settings *settings = NULL;
  const char *text = wd_store_config_text(store);
  int status = wd_settings_create(&settings, err);
  if (!status) status = wd_settings_read_text(settings, text, strlen(text), args->file, err);
  wd_limits limits = limits_of(args, m, settings);
  if (!status) status = wd_store_each_attribute(store, take_attribute, &limits, err);
  if (!status && (wd_members_vary(wd_settings_config(settings)) || args->at_count || args->quantile_count))
    status = print_axes(args, m, settings, err);
  else if (!status)
    status = wd_limits_write(stdout, &limits, args->format, err);
  wd_settings_free(settings);
  return status;
}

/* Contours of a configuration by root finding, printed as they are found. */
static int refine(const wd_arguments *args, wd_scan *scan, wd_point *scratch, wd_error *err) {
  const wd_config *config = scan->config;
  int levels = args->level_count ? args->level_count : (int)config->output.contour_level_count;
  const double *level = args->level_count ? args->levels : config->output.contour_levels;
  const bool single = !isnan(args->mass);
  const size_t masses = single ? 1 : scan->masses;
  wd_limits_write_csv_head(stdout);
  for (int l = 0; l < levels; l++)
    for (size_t m = 0; m < masses; m++) {
      const double mass = single ? args->mass : scan->mass[m];
      double coupling, error;
      int state, status = wd_refine_crossing(scan->sampler, config, scratch, WD_REFINE_POINT(m), mass,
                                             config->grid.coupling.min, config->grid.coupling.max, level[l],
                                             &coupling, &error, &state, err);
      if (status) return status;
      wd_limits_write_csv_row(stdout, level[l], mass, coupling, error, state);
      fflush(stdout);
    }
  return WD_OK;
}

static int refine_config(const wd_arguments *args, wd_error *err) {
  const wd_config *config = wd_settings_config(args->settings);
  if (config->observable == WD_OBSERVABLE_COOLING)
    return wd_fail(err, WD_ERR_USAGE, "--refine finds contours of the excess; expected `observable: excess`");
  wd_star *star = NULL;
  wd_scan *scan = NULL;
  wd_point *scratch = malloc(wd_point_size(config));
  int status = scratch ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for a point");
  if (!status) status = wd_star_create(config, &star, err);
  if (!status) status = wd_scan_create(config, star, 0, 0, &scan, err);
  if (!status) status = refine(args, scan, scratch, err);
  wd_scan_free(scan);
  wd_star_free(star);
  free(scratch);
  return status;
}

int wd_command_contour(const wd_arguments *args, wd_error *err) {
  if (args->refine) return refine_config(args, err);
  wd_store *store;
  map m = {0};
  int status = wd_store_open_serial(args->file, &store, err);
  if (status != WD_OK) return status;
  status = read_map(args, store, &m, err);
  if (status == WD_OK) {
    find_crossings(&m);
    warn_empty(args, &m);
    if (args->closed) warn_reopened(args, &m);
    status = take_mass(args, &m, err);
    if (!status) status = print_map(args, store, &m, err);
    if (!status) status = refuse_unknown(args, &m, err);
  }
  free_map(&m);
  wd_store_close(store, NULL);
  return status;
}
