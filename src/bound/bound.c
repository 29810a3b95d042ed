/* Bounds from stars that cool; see bound/bound.h. */
#include "bound/bound.h"

#include "base/constants.h"
#include "bound/window.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define FINENESS 1        /* of the zones */
#define CHANGE 0.03       /* of ln T in a step; its error is nearly the same with and without the A' */
#define FINE_CHANGE 0.007 /* of a sequence that is printed */
#define COLDEST 1.0e7     /* central temperature at which a window is given up [K]: cores freeze */

/* Factors on plasmon decay at which the time is known; ln time is interpolated in ln(1 + f). */
static const double factors[] = {0,   0.25, 0.5, 0.75, 0.9, 1,  1.1, 1.25, 1.5, 1.75, 2,
                                 2.5, 3,    4,   5,    7,   10, 15,  20,   31,  50};
enum { FACTORS = sizeof factors / sizeof *factors, BEYOND = 19 };
static_assert(1 + WD_BOUND_LARGEST == 31, "factors[BEYOND] is the largest f_s");

/* Tries with a tenth of the emission, where it cools the star faster than steps can follow. */
enum { WEAKER = 12 };

#define ENOUGH (8.0 * WD_BOUND_LARGEST) /* see is_beyond() */

struct wd_bound {
  const wd_config *config;
  wd_cooling *cooling;
  wd_emission *emission;
  double usual;                  /* time in the window in the Standard Model [s] */
  double early;                  /* share of it before cooling.earliest */
  double first_central, central; /* central temperatures in the window [K] */
  double time[FACTORS];          /* ln of the time over `usual` */
};

/* Time in the window [s]. */
static int time_in_window(const wd_bound *b, const wd_physics *physics, wd_passage *passage,
                          wd_sequence **sequence, wd_error *err) {
  *passage = wd_passage_begin(b->config);
  const wd_sequence_plan plan = {.coldest = COLDEST,
                                 .change = CHANGE,
                                 .brief = true,
                                 .watch = wd_passage_watch,
                                 .watch_params = passage};
  int status = wd_sequence_create(wd_cooling_first(b->cooling), physics, &plan, sequence, err);
  if (status || !isnan(passage->left)) return status;
  wd_sequence_free(*sequence);
  *sequence = NULL;
  return wd_fail(err, WD_ERR_CONFIG, "cooling.window: the star %s",
                 isnan(passage->entered)
                     ? "never is what `from` says; choose one that it cools through"
                     : "is not at the end of the window before its core freezes; choose an earlier `to`");
}

static int usual_star(wd_bound *b, wd_error *err) {
  const wd_physics physics = wd_cooling_physics(b->cooling);
  wd_sequence *sequence;
  wd_passage passage;
  int status = wd_cooling_verdict(physics.onion, time_in_window(b, &physics, &passage, &sequence, err), err);
  if (status) return status;
  b->usual = passage.left - passage.entered;
  b->early = fmin(fmax(b->config->cooling.earliest * WD_YEAR_S - passage.entered, 0) / b->usual, 1);
  b->central = sequence->epoch[sequence->count - 1].central_temperature;
  for (size_t i = 0; i < sequence->count && sequence->epoch[i].age < passage.entered; i++)
    b->first_central = sequence->epoch[i].central_temperature;
  wd_sequence_free(sequence);
  return WD_OK;
}

static int scaled_stars(wd_bound *b, wd_error *err) {
  int status = WD_OK;
  for (int i = 0; i < FACTORS && !status; i++) {
    wd_physics physics = wd_cooling_physics(b->cooling);
    wd_passage passage;
    wd_sequence *sequence;
    physics.plasmon = factors[i];
    status = time_in_window(b, &physics, &passage, &sequence, err);
    if (status) break;
    b->time[i] = log((passage.left - passage.entered) / b->usual);
    wd_sequence_free(sequence);
    if (i > 0 && !(b->time[i] < b->time[i - 1]))
      return wd_fail(
          err, WD_ERR_CONFIG,
          "cooling.window: plasmon decay makes no difference to the time in it; choose an earlier one");
  }
  return status;
}

int wd_bound_tabulate(wd_bound *b, const wd_emission_plan *plan, wd_error *err) {
  const double coldest = fmin(0.9 * b->central, b->config->cooling.coldest);
  wd_emission_free(b->emission);
  b->emission = NULL;
  return wd_emission_create(b->config, b->cooling, coldest, plan, &b->emission, err);
}

int wd_bound_create(const wd_config *config, wd_bound **out, wd_error *err) {
  wd_bound *b = calloc(1, sizeof *b);
  if (!b) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a bound");
  b->config = config;
  int status = wd_cooling_create(config, FINENESS, CHANGE, &b->cooling, err);
  if (!status) status = usual_star(b, err);
  if (!status) status = scaled_stars(b, err);
  if (!status) status = wd_bound_tabulate(b, &wd_emission_usual, err);
  if (status)
    wd_bound_free(b);
  else
    *out = b;
  return status;
}

void wd_bound_free(wd_bound *bound) {
  if (!bound) return;
  wd_emission_free(bound->emission);
  wd_cooling_free(bound->cooling);
  free(bound);
}

/* The star in the middle of the window. */
static size_t middle_of(const wd_bound *b) {
  return wd_emission_nearest(b->emission, sqrt(b->first_central * b->central));
}

const wd_star *wd_bound_star(const wd_bound *bound) {
  return wd_emission_star(bound->emission, middle_of(bound));
}

wd_emission *wd_bound_emission(const wd_bound *bound) {
  return bound->emission;
}

/* Slope of ln(1 + f) by ln time between the factors i and i + 1. */
static double secant(const wd_bound *b, int i) {
  return (log1p(factors[i + 1]) - log1p(factors[i])) / (b->time[i + 1] - b->time[i]);
}

/* The same at factor i: that of the parabola through it and its neighbours, but at most three times that on either side,
 * which keeps cubics monotonic (F. N. Fritsch & R. E. Carlson, SIAM J. Numer. Anal. 17 (1980) 238). All are negative. */
static double slope_at(const wd_bound *b, int i) {
  if (i == 0 || i + 1 == FACTORS) return secant(b, i == 0 ? 0 : i - 1);
  const double before = b->time[i] - b->time[i - 1], after = b->time[i + 1] - b->time[i];
  const double low = secant(b, i - 1), high = secant(b, i);
  return fmax((low * after + high * before) / (before + after), 3 * fmax(low, high));
}

/* The factor whose ln time this is; beyond the table by its last slope. */
static double factor_of(const wd_bound *b, double time) {
  int i = 0;
  while (i + 2 < FACTORS && time < b->time[i + 1]) i++;
  const double step = b->time[i + 1] - b->time[i], u = (time - b->time[i]) / step, mean = secant(b, i);
  const double low = mean - slope_at(b, i), high = slope_at(b, i + 1) - mean;
  const double bend = u > 0 && u < 1 ? u * (1 - u) * (low * (1 - u) + high * u) : 0;
  return expm1(log1p(factors[i]) + step * (u * mean - bend));
}

/* ln of the time in the window over the usual one. */
static int time_with(const wd_bound *b, const double *excess, double factor, double *out, wd_error *err) {
  wd_physics physics = wd_cooling_physics(b->cooling);
  wd_passage passage;
  wd_sequence *sequence;
  wd_emission_table *table;
  int status = wd_emission_table_create(b->emission, excess, factor, &table, err);
  if (status) return status;
  physics.boson = wd_emission_excess;
  physics.boson_params = table;
  status = time_in_window(b, &physics, &passage, &sequence, err);
  wd_emission_table_free(table);
  if (status) return status;
  wd_sequence_free(sequence);
  *out = log((passage.left - passage.entered) / b->usual);
  return WD_OK;
}

/* Whether f_s is beyond the largest one, whatever the star does: from the window's beginning to the coldest star of the table, and
 * with everything inside by WD_FACTORS colder or hotter, A' take more than ENOUGH times what plasmon decay does. A star that is a
 * fifth colder inside than usual, with an eighth of the losses, still has more than WD_BOUND_LARGEST times the usual ones. */
static bool is_beyond(const wd_bound *b, const wd_emission_whole *whole) {
  const size_t first = wd_emission_nearest(b->emission, b->first_central) / WD_FACTORS * WD_FACTORS;
  for (size_t i = first; i < wd_emission_stars(b->emission); i++)
    if (!(whole[i].excess > ENOUGH)) return false;
  return true;
}

/* ln of the time ratio; with less emission, and *weaker, where it cools the star faster than steps can follow. */
static int find_time(const wd_bound *b, const double *excess, const wd_emission_whole *whole, double *time,
                     bool *weaker, wd_error *err) {
  double factor = 1;
  int status = WD_OK;
  if (is_beyond(b, whole))
    *time = b->time[BEYOND];
  else
    status = time_with(b, excess, factor, time, err);
  for (int k = 0; k < WEAKER && status == WD_ERR_NUMERIC; k++)
    status = time_with(b, excess, factor *= 0.1, time, err);
  *weaker = factor < 1;
  return status;
}

int wd_bound_evaluate(const wd_bound *b, const double *excess, const wd_emission_whole *whole,
                      wd_bound_result *out, wd_error *err) {
  double time, error = 0, missed = 0;
  for (size_t i = 0; i < wd_emission_stars(b->emission); i++) {
    error = fmax(error, whole[i].error);
    missed = fmax(missed, whole[i].missed);
  }
  bool weaker;
  int status = find_time(b, excess, whole, &time, &weaker, err);
  if (status) return status;
  const bool limit = weaker || time <= b->time[BEYOND];
  out->time_ratio = exp(fmax(time, b->time[BEYOND]));
  out->f_s = time > b->time[BEYOND] ? factor_of(b, time) : factors[BEYOND];
  out->f_s_error = error * fabs(out->f_s - 1);
  out->early = b->early;
  out->status = limit ? WD_ROW_LOWER_LIMIT : missed > 0 ? WD_ROW_TARGET_MISSED : WD_ROW_DONE;
  return WD_OK;
}

/* The tables of one point, of all stars. */
static int tabulate(wd_bound *b, double mass, double coupling, double **excess, wd_emission_whole **whole,
                    wd_error *err) {
  const size_t stars = wd_emission_stars(b->emission), shells = wd_emission_shells(b->emission);
  *excess = malloc(stars * shells * sizeof **excess);
  *whole = malloc(stars * sizeof **whole);
  int status = *excess && *whole
                   ? WD_OK
                   : wd_fail(err, WD_ERR_MEMORY, "out of memory for the losses of %zu stars", stars);
  for (size_t i = 0; i < stars && !status; i++)
    status =
        wd_emission_compute(b->emission, i, 0, mass, 1, &coupling, *excess + i * shells, *whole + i, err);
  return status;
}

int wd_bound_point(wd_bound *b, double mass, double coupling, wd_bound_result *out, wd_error *err) {
  double *excess;
  wd_emission_whole *whole;
  int status = tabulate(b, mass, coupling, &excess, &whole, err);
  if (!status) status = wd_bound_evaluate(b, excess, whole, out, err);
  free(excess);
  free(whole);
  return status;
}

int wd_bound_sequence(wd_bound *b, double mass, double coupling, double earliest, double coldest,
                      wd_sequence **out, wd_error *err) {
  double *excess = NULL;
  wd_emission_whole *whole = NULL;
  wd_physics physics = wd_cooling_physics(b->cooling);
  int status = coupling > 0 ? tabulate(b, mass, coupling, &excess, &whole, err) : WD_OK;
  wd_emission_table *table = NULL;
  if (coupling > 0 && !status) status = wd_emission_table_create(b->emission, excess, 1, &table, err);
  if (table) physics.boson = wd_emission_excess, physics.boson_params = table;
  const wd_sequence_plan plan = {.earliest = earliest, .coldest = coldest, .change = FINE_CHANGE};
  if (!status) status = wd_sequence_create(wd_cooling_first(b->cooling), &physics, &plan, out, err);
  wd_emission_table_free(table);
  free(excess);
  free(whole);
  return status;
}
