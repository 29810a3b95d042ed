/* Bounds from stars that cool; see bound/bound.h. */
#include "bound/bound.h"

#include "base/constants.h"
#include "bound/along.h"
#include "bound/window.h"
#include <math.h>
#include <stdlib.h>

#define FINENESS 1    /* of the zones */
#define CHANGE 0.03   /* of ln T in a step; its error is nearly the same with and without the A' */
#define COLDEST 1.0e7 /* central temperature at which a window is given up [K]: cores freeze */

/* Factors on plasmon decay at which the time is known; ln time is interpolated in ln(1 + f). */
static const double factors[] = {0, 0.25, 0.5, 0.75, 1,  1.25, 1.5, 1.75, 2,   2.5, 3,   4,   5,
                                 7, 10,   15,  20,   30, 50,   100, 200,  500, 1e3, 3e3, 1e4, 1e5};
enum { FACTORS = sizeof factors / sizeof *factors };

/* Tries with a tenth of the emission, where it cools the star faster than steps can follow. */
enum { WEAKER = 6 };

struct wd_bound {
  const wd_config *config;
  wd_cooling *cooling;
  wd_emission *emission;
  wd_sequence *track;            /* of cooling.track what is in the window; NULL: our own star cools */
  double usual;                  /* time in the window in the Standard Model [s] */
  double early;                  /* share of it before cooling.earliest */
  double first_central, central; /* central temperatures in the window [K] */
  double time[FACTORS];          /* ln of the time over `usual` */
};

/* Time in the window [s]. */
static int time_in_window(const wd_bound *b, const wd_physics *physics, wd_passage *passage,
                          wd_sequence **sequence, wd_error *err) {
  *passage = wd_passage_begin(b->config);
  const wd_sequence_plan plan = {
      .coldest = COLDEST, .change = CHANGE, .watch = wd_passage_watch, .watch_params = passage};
  int status = wd_sequence_create(wd_cooling_first(b->cooling), physics, &plan, sequence, err);
  if (status || !isnan(passage->left)) return status;
  wd_sequence_free(*sequence);
  *sequence = NULL;
  return wd_fail(err, WD_ERR_CONFIG, "cooling.window: the star %s",
                 isnan(passage->entered)
                     ? "never is what `from` says; choose one that it cools through"
                     : "is not at the end of the window before its core freezes; choose an earlier `to`");
}

static double early_share(const wd_bound *b, double entered) {
  return fmin(fmax(b->config->cooling.earliest * WD_YEAR_S - entered, 0) / b->usual, 1);
}

static int usual_star(wd_bound *b, wd_error *err) {
  const wd_physics physics = wd_cooling_physics(b->cooling);
  wd_sequence *sequence;
  wd_passage passage;
  int status = wd_cooling_verdict(physics.onion, time_in_window(b, &physics, &passage, &sequence, err), err);
  if (status) return status;
  b->usual = passage.left - passage.entered;
  b->early = early_share(b, passage.entered);
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

/* The same along a cooling.track, which needs no table of factors. */
static int usual_track(wd_bound *b, wd_error *err) {
  double entered;
  int status = wd_along_prepare(b->cooling, b->track, err);
  if (status) return status;
  b->usual = wd_along_time(b->config, b->track, &entered);
  b->early = early_share(b, entered);
  b->first_central = b->track->epoch[0].central_temperature;
  b->central = b->track->epoch[b->track->count - 1].central_temperature;
  return WD_OK;
}

/* Our own star. */
static int own_star(wd_bound *b, wd_error *err) {
  int status = usual_star(b, err);
  return status ? status : scaled_stars(b, err);
}

int wd_bound_create(const wd_config *config, wd_bound **out, wd_error *err) {
  wd_bound *b = calloc(1, sizeof *b);
  if (!b) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a bound");
  b->config = config;
  int status = *config->cooling.track ? wd_along_window(config, &b->track, err) : WD_OK;
  if (!status) status = wd_cooling_create(config, FINENESS, CHANGE, &b->cooling, err);
  if (!status) status = b->track ? usual_track(b, err) : own_star(b, err);
  if (!status)
    status = wd_emission_create(config, b->cooling, fmin(0.9 * b->central, config->cooling.coldest),
                                &b->emission, err);
  if (status)
    wd_bound_free(b);
  else
    *out = b;
  return status;
}

void wd_bound_free(wd_bound *bound) {
  if (!bound) return;
  wd_emission_free(bound->emission);
  wd_sequence_free(bound->track);
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

const wd_sequence *wd_bound_track(const wd_bound *bound) {
  return bound->track;
}

wd_emission *wd_bound_emission(const wd_bound *bound) {
  return bound->emission;
}

/* Slope of ln(1 + f) by ln time between the factors i and i + 1. */
static double secant(const wd_bound *b, int i) {
  return (log1p(factors[i + 1]) - log1p(factors[i])) / (b->time[i + 1] - b->time[i]);
}

/* The same at factor i: the weighted harmonic mean of those on both sides, which keeps cubics monotonic (F. N. Fritsch &
 * J. Butland, SIAM J. Sci. Stat. Comput. 5 (1984) 300). */
static double slope_at(const wd_bound *b, int i) {
  if (i == 0 || i + 1 == FACTORS) return secant(b, i == 0 ? 0 : i - 1);
  const double before = b->time[i] - b->time[i - 1], after = b->time[i + 1] - b->time[i];
  const double low = secant(b, i - 1), high = secant(b, i);
  return 3 * (before + after) / ((2 * after + before) / low + (after + 2 * before) / high);
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
  const wd_emission_table table = {b->emission, excess, factor};
  wd_physics physics = wd_cooling_physics(b->cooling);
  wd_passage passage;
  wd_sequence *sequence;
  physics.boson = wd_emission_excess;
  physics.boson_params = &table;
  int status = time_in_window(b, &physics, &passage, &sequence, err);
  if (status) return status;
  wd_sequence_free(sequence);
  *out = log((passage.left - passage.entered) / b->usual);
  return WD_OK;
}

/* Time ratio and f_s along the track, the excess being larger by `sigmas` of its errors. */
static int evaluate_track(const wd_bound *b, const wd_emission_whole *whole, double sigmas, double *ratio,
                          double *f_s, wd_error *err) {
  wd_sequence *changed;
  double entered;
  int status = wd_along_boson(b->track, b->emission, whole, sigmas, &changed, err);
  if (status) return status;
  const double time = wd_along_time(b->config, changed, &entered);
  wd_sequence_free(changed);
  *ratio = time / b->usual;
  return wd_along_f_s(b->config, b->track, time, f_s, err);
}

static int with_track(const wd_bound *b, const wd_emission_whole *whole, wd_bound_result *out,
                      wd_error *err) {
  double unused, larger;
  int status = evaluate_track(b, whole, 0, &out->time_ratio, &out->f_s, err);
  if (!status) status = evaluate_track(b, whole, 1, &unused, &larger, err);
  if (!status) out->f_s_error = fabs(larger - out->f_s);
  return status;
}

/* With the star that reacts. */
static int with_own_star(const wd_bound *b, const double *excess, const wd_emission_whole *whole,
                         wd_bound_result *out, wd_error *err) {
  double time, error = 0, factor = fmin(1, WD_BOUND_LARGEST / fmax(whole[middle_of(b)].excess, 1));
  for (size_t i = 0; i < wd_emission_stars(b->emission); i++) error = fmax(error, whole[i].error);
  int status = time_with(b, excess, factor, &time, err);
  for (int k = 0; k < WEAKER && status == WD_ERR_NUMERIC; k++)
    status = time_with(b, excess, factor *= 0.1, &time, err);
  if (status) return status;
  out->time_ratio = exp(time);
  out->f_s = factor_of(b, time);
  out->f_s_error = error * fabs(out->f_s - 1);
  return WD_OK;
}

int wd_bound_evaluate(const wd_bound *b, const double *excess, const wd_emission_whole *whole,
                      wd_bound_result *out, wd_error *err) {
  double missed = 0;
  for (size_t i = 0; i < wd_emission_stars(b->emission); i++) missed = fmax(missed, whole[i].missed);
  out->early = b->early;
  out->status = missed > 0 ? WD_ROW_TARGET_MISSED : WD_ROW_DONE;
  return b->track ? with_track(b, whole, out, err) : with_own_star(b, excess, whole, out, err);
}

int wd_bound_point(wd_bound *b, double mass, double coupling, wd_bound_result *out, wd_error *err) {
  double *excess;
  wd_emission_whole *whole;
  int status = wd_emission_tabulate(b->emission, mass, coupling, &excess, &whole, err);
  if (!status) status = wd_bound_evaluate(b, excess, whole, out, err);
  free(excess);
  free(whole);
  return status;
}
