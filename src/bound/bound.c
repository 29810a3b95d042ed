/* Bounds from stars that cool; see bound/bound.h. */
#include "bound/bound.h"

#include "base/constants.h"
#include "bound/window.h"
#include <math.h>
#include <stdlib.h>

#define FINENESS 1    /* of the zones */
#define CHANGE 0.03   /* of ln T in a step; its error is nearly the same with and without the A' */
#define COLDEST 1.0e7 /* central temperature at which a window is given up [K]: cores freeze */
#define SHIFT 0.02    /* of ln emission, for the derivative of f_s */

/* Factors on plasmon decay at which the time is known; ln time is interpolated in ln(1 + f). */
static const double factors[] = {0, 0.25, 0.5, 0.75, 1,  1.25, 1.5, 1.75, 2,   2.5, 3,   4,   5,
                                 7, 10,   15,  20,   30, 50,   100, 200,  500, 1e3, 3e3, 1e4, 1e5};
enum { FACTORS = sizeof factors / sizeof *factors };

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

static int usual_star(wd_bound *b, wd_error *err) {
  const wd_physics physics = wd_cooling_physics(b->cooling);
  wd_sequence *sequence;
  wd_passage passage;
  int status = time_in_window(b, &physics, &passage, &sequence, err);
  if (status) return status;
  b->usual = passage.left - passage.entered;
  b->early = fmax(b->config->cooling.earliest * WD_YEAR_S - passage.entered, 0) / b->usual;
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
  }
  return status;
}

int wd_bound_create(const wd_config *config, wd_bound **out, wd_error *err) {
  wd_bound *b = calloc(1, sizeof *b);
  if (!b) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a bound");
  b->config = config;
  int status = wd_cooling_create(config, FINENESS, CHANGE, &b->cooling, err);
  if (!status) status = usual_star(b, err);
  if (!status) status = scaled_stars(b, err);
  if (!status) status = wd_emission_create(config, b->cooling, 0.9 * b->central, &b->emission, err);
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

const wd_star *wd_bound_star(const wd_bound *bound) {
  return wd_emission_star_at(bound->emission, sqrt(bound->first_central * bound->central));
}

wd_emission *wd_bound_emission(const wd_bound *bound) {
  return bound->emission;
}

/* The factor whose ln time this is; beyond the table by its last slope. */
static double factor_of(const wd_bound *b, double time) {
  int i = 0;
  while (i + 2 < FACTORS && time < b->time[i + 1]) i++;
  const double low = log1p(factors[i]), high = log1p(factors[i + 1]);
  return expm1(low + (high - low) * (b->time[i] - time) / (b->time[i] - b->time[i + 1]));
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

int wd_bound_evaluate(const wd_bound *b, const double *excess, const double *error, wd_bound_result *out,
                      wd_error *err) {
  double time, more, largest = 0;
  int status = time_with(b, excess, 1, &time, err);
  if (!status) status = time_with(b, excess, 1 + SHIFT, &more, err);
  if (status) return status;
  for (size_t i = 0; i < wd_emission_stars(b->emission); i++) largest = fmax(largest, error[i]);
  out->time_ratio = exp(time);
  out->f_s = factor_of(b, time);
  out->f_s_error = largest * fabs(factor_of(b, more) - out->f_s) / SHIFT;
  out->early = b->early;
  out->status = WD_ROW_DONE;
  return WD_OK;
}

/* The tables of one point: excess and errors, of all stars. */
static int tabulate(wd_bound *b, double mass, double coupling, double **excess, double **error,
                    wd_error *err) {
  const size_t stars = wd_emission_stars(b->emission), shells = wd_emission_shells(b->emission);
  *excess = malloc(stars * shells * sizeof **excess);
  *error = malloc(stars * sizeof **error);
  int status = *excess && *error
                   ? WD_OK
                   : wd_fail(err, WD_ERR_MEMORY, "out of memory for the losses of %zu stars", stars);
  for (size_t i = 0; i < stars && !status; i++)
    status =
        wd_emission_compute(b->emission, i, 0, mass, 1, &coupling, *excess + i * shells, *error + i, err);
  return status;
}

int wd_bound_point(wd_bound *b, double mass, double coupling, wd_bound_result *out, wd_error *err) {
  double *excess, *error;
  int status = tabulate(b, mass, coupling, &excess, &error, err);
  if (!status) status = wd_bound_evaluate(b, excess, error, out, err);
  free(excess);
  free(error);
  return status;
}

int wd_bound_sequence(wd_bound *b, double mass, double coupling, double earliest, double coldest,
                      wd_sequence **out, wd_error *err) {
  double *excess = NULL, *error = NULL;
  wd_physics physics = wd_cooling_physics(b->cooling);
  int status = coupling > 0 ? tabulate(b, mass, coupling, &excess, &error, err) : WD_OK;
  const wd_emission_table table = {b->emission, excess, 1};
  if (coupling > 0) physics.boson = wd_emission_excess, physics.boson_params = &table;
  const wd_sequence_plan plan = {.earliest = earliest, .coldest = coldest, .change = CHANGE};
  if (!status) status = wd_sequence_create(wd_cooling_first(b->cooling), &physics, &plan, out, err);
  free(excess);
  free(error);
  return status;
}
