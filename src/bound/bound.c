/* Bounds from stars that cool; see bound/bound.h. */
#include "bound/bound.h"

#include "base/constants.h"
#include "bound/along.h"
#include "bound/red_giant.h"
#include "bound/window.h"
#include <assert.h>
#include <math.h>
#include <Random123/philox.h>
#include <stdlib.h>

#define FINENESS 1  /* of the zones */
#define CHANGE 0.03 /* of ln T in a step; its error is nearly the same with and without the A' */
#define LESS 0.98   /* of the emission: how the likelihood depends on it */

/* Factors on plasmon decay at which the time is known; ln(1 + f) is interpolated in ln time. */
static const double factors[] = {0,   0.25, 0.5, 0.75, 0.9, 1,  1.1, 1.25, 1.5, 1.75, 2,
                                 2.5, 3,    4,   5,    7,   10, 15,  20,   31,  50};
enum { FACTORS = sizeof factors / sizeof *factors, BEYOND = 19 };
static_assert(1 + WD_BOUND_LARGEST == 31, "factors[BEYOND] is the largest f_s");

/* Tries with a tenth of the emission, where it cools the star faster than steps can follow. */
enum { WEAKER = 12 };

/* From f_s = 1 + REACTS on the star's answer to errors of the emission is tried out, so often. It is at most twice as large as what
 * the share of A' in all losses says, most where the envelope emits: so much is taken below. */
#define REACTS 0.01
enum { TRIALS = 3, MOST = 2 };
#define SHAKEN UINT64_MAX /* its random numbers are apart from those of all points */

#define ENOUGH (8.0 * WD_BOUND_LARGEST) /* see is_beyond() */

struct wd_bound {
  const wd_config *config;
  wd_cooling *cooling;
  wd_emission *emission;
  wd_likelihood *likelihood;     /* NULL: nothing is observed */
  wd_red_giant *giant;           /* NULL: none is */
  wd_sequence *track;            /* of cooling.track what is in the window; NULL: our own star cools */
  double usual;                  /* time in the window in the Standard Model [s] */
  double early;                  /* share of it before cooling.earliest */
  double first_central, central; /* central temperatures in the window [K] */
  double last_central;           /* the same where the last of what is observed ends */
  double time[FACTORS];          /* ln of the time over `usual` */
};

/* By what A' shorten the time in the window: the integral over it of their share of all losses [s], and its derivatives by the
 * tabulated excess. */
typedef struct losses {
  const wd_emission_table *table;
  double age;   /* of the epoch before [s] */
  double boson; /* the integral so far */
  double *by;   /* [stars * shells] */
} losses;

/* A sequence until the star has been through the window and, unless NULL, what the likelihood needs. */
typedef struct watch {
  wd_passage passage;
  const wd_likelihood *likelihood;
  losses *lost; /* NULL: not needed */
} watch;

/* Those of a star that is like this for some time [s]. */
static void add_losses(losses *l, const wd_evolution *e, const wd_epoch *epoch, double time) {
  const wd_onion *onion = e->physics.onion;
  const double weight = time / wd_epoch_luminosity(epoch);
  for (size_t i = 0; i < onion->zones; i++) {
    const wd_zone *z = &e->zone[i];
    const double usual = weight * onion->width[i] * z->matter.value[WD_FLUID_PLASMON];
    wd_emission_add_derivatives(l->table, i, z->temperature, e->zone[0].temperature, usual, l->by);
  }
  l->boson += weight * epoch->boson;
}

static int watch_star(void *params, const wd_evolution *evolution, const wd_epoch *epoch, wd_error *err) {
  watch *w = params;
  const bool through = !isnan(w->passage.left);
  const int status = through ? WD_ERR_STOPPED : wd_passage_watch(&w->passage, evolution, epoch, err);
  if (w->lost && !through && !isnan(w->passage.entered))
    add_losses(w->lost, evolution, epoch, epoch->age - fmax(w->lost->age, w->passage.entered));
  if (w->lost) w->lost->age = epoch->age;
  return w->likelihood && !wd_likelihood_seen(w->likelihood, epoch) ? WD_OK : status;
}

/* The star has not come through the window. In the Standard Model that is a mistake of the configuration; with an A' a point that
 * fails. */
static int not_through(const wd_physics *physics, const wd_passage *passage, wd_error *err) {
  const bool entered = !isnan(passage->entered);
  if (physics->boson)
    return wd_fail(err, WD_ERR_POINTS, "the point failed: the star with this A' %s",
                   entered ? "is not at the end of cooling.window before its core freezes"
                           : "never is what cooling.window.from says: it cools too fast");
  return wd_fail(err, WD_ERR_CONFIG, "cooling.window: the star %s",
                 entered ? "is not at the end of the window before its core freezes; choose an earlier `to`"
                         : "never is what `from` says; choose one that it cools through");
}

/* The way through the window, and the sequence, which goes on until `likelihood`, unless NULL, has all it needs, or the core
 * freezes. */
static int time_in_window(const wd_bound *b, const wd_physics *physics, const wd_likelihood *likelihood,
                          losses *lost, wd_passage *passage, wd_sequence **sequence, wd_error *err) {
  watch w = {wd_passage_begin(b->config), likelihood, lost};
  const wd_sequence_plan plan = {.coldest = WD_COOLING_COLDEST,
                                 .change = CHANGE,
                                 .brief = true,
                                 .watch = watch_star,
                                 .watch_params = &w};
  int status = wd_sequence_create(wd_cooling_first(b->cooling), physics, &plan, sequence, err);
  *passage = w.passage;
  if (status || !isnan(passage->left)) return status;
  wd_sequence_free(*sequence);
  *sequence = NULL;
  return not_through(physics, passage, err);
}

static double early_share(const wd_bound *b, double entered) {
  return fmin(fmax(b->config->cooling.earliest * WD_YEAR_S - entered, 0) / b->usual, 1);
}

static int usual_star(wd_bound *b, wd_error *err) {
  const wd_physics physics = wd_cooling_physics(b->cooling);
  wd_sequence *sequence;
  wd_passage passage;
  int status = wd_cooling_verdict(
      physics.onion, time_in_window(b, &physics, b->likelihood, NULL, &passage, &sequence, err), err);
  if (status) return status;
  b->usual = passage.left - passage.entered;
  b->early = early_share(b, passage.entered);
  size_t i = 0;
  for (; i < sequence->count && sequence->epoch[i].age < passage.entered; i++)
    b->first_central = sequence->epoch[i].central_temperature;
  while (i + 1 < sequence->count && sequence->epoch[i].age < passage.left) i++;
  b->central = sequence->epoch[i].central_temperature;
  b->last_central = sequence->epoch[sequence->count - 1].central_temperature;
  if (b->likelihood) status = wd_likelihood_compare_with(b->likelihood, sequence, err);
  wd_sequence_free(sequence);
  return status;
}

static int scaled_stars(wd_bound *b, wd_error *err) {
  int status = WD_OK;
  for (int i = 0; i < FACTORS && !status; i++) {
    wd_physics physics = wd_cooling_physics(b->cooling);
    wd_passage passage;
    wd_sequence *sequence;
    physics.plasmon = factors[i];
    status = time_in_window(b, &physics, NULL, NULL, &passage, &sequence, err);
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
  const double coldest = fmin(0.9 * b->last_central, b->config->cooling.coldest);
  wd_emission_free(b->emission);
  b->emission = NULL;
  return wd_emission_create(b->config, b->cooling, coldest, plan, &b->emission, err);
}

/* What is observed, and the red giant. */
static int take_data(wd_bound *b, wd_error *err) {
  int status = WD_OK;
  if (wd_config_has_likelihood(b->config)) status = wd_likelihood_create(b->config, &b->likelihood, err);
  if (!status && b->likelihood && wd_likelihood_uses(b->likelihood, WD_DATUM_RED_GIANT))
    status = wd_red_giant_create(b->config, &b->giant, err);
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
  b->central = b->last_central = b->track->epoch[b->track->count - 1].central_temperature;
  return b->likelihood ? wd_likelihood_compare_with(b->likelihood, b->track, err) : WD_OK;
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
  int status = take_data(b, err);
  if (!status && *config->cooling.track) status = wd_along_window(config, &b->track, err);
  if (!status) status = wd_cooling_create(config, FINENESS, CHANGE, &b->cooling, err);
  if (!status) status = b->track ? usual_track(b, err) : own_star(b, err);
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
  wd_red_giant_free(bound->giant);
  wd_likelihood_free(bound->likelihood);
  wd_sequence_free(bound->track);
  wd_cooling_free(bound->cooling);
  free(bound);
}

const wd_star *wd_bound_star(const wd_bound *b) {
  return wd_emission_star(b->emission, wd_emission_nearest(b->emission, sqrt(b->first_central * b->central)));
}

const wd_sequence *wd_bound_track(const wd_bound *bound) {
  return bound->track;
}

wd_emission *wd_bound_emission(const wd_bound *bound) {
  return bound->emission;
}

const wd_likelihood *wd_bound_likelihood(const wd_bound *bound) {
  return bound->likelihood;
}

void wd_bound_interrupt(wd_bound *bound, bool (*interrupted)(void)) {
  wd_emission_interrupt(bound->emission, interrupted);
  if (bound->giant) wd_red_giant_interrupt(bound->giant, interrupted);
}

size_t wd_bound_stars(const wd_bound *bound) {
  return wd_emission_stars(bound->emission) + (bound->giant != NULL);
}

int wd_bound_compute(wd_bound *b, size_t star, uint64_t stream, double mass, size_t n, const double *coupling,
                     double *excess, double *error, wd_emission_whole *whole, wd_error *err) {
  if (star == wd_emission_stars(b->emission))
    return wd_red_giant_compute(b->giant, stream, mass, n, coupling, excess, whole, err);
  return wd_emission_compute(b->emission, star, stream, mass, n, coupling, excess, error, whole, err);
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

/* f_s, or its lower limit. */
static double f_s_of(const wd_bound *b, double time) {
  return time > b->time[BEYOND] ? factor_of(b, time) : factors[BEYOND];
}

/* The relative error of what A' do to the time in the window; all shells of all stars are independent. */
static double error_of(const wd_bound *b, const losses *l, const double *error) {
  const size_t n = wd_emission_stars(b->emission) * wd_emission_shells(b->emission);
  double variance = 0;
  for (size_t i = 0; i < n && error; i++) {
    const double part = l->by[i] * error[i];
    variance += part * part;
  }
  return l->boson != 0 ? sqrt(variance) / fabs(l->boson) : 0;
}

/* The star with `factor` times the emission: ln of the time in the window over the usual one, and its sequence, as of
 * time_in_window. `lost`, unless NULL: as above, zero at first. */
static int star_with(const wd_bound *b, const double *excess, double factor, const wd_likelihood *likelihood,
                     losses *lost, double *time, wd_sequence **sequence, wd_error *err) {
  wd_physics physics = wd_cooling_physics(b->cooling);
  wd_passage passage;
  wd_emission_table *table;
  int status = wd_emission_table_create(b->emission, excess, factor, &table, err);
  if (status) return status;
  physics.boson = wd_emission_excess;
  physics.boson_params = table;
  if (lost) lost->table = table;
  status = time_in_window(b, &physics, likelihood, lost, &passage, sequence, err);
  wd_emission_table_free(table);
  if (!status) *time = log((passage.left - passage.entered) / b->usual);
  return status;
}

/* The same to the end of what is observed. */
static int observed_star(const wd_bound *b, const double *excess, double factor, losses *lost, double *time,
                         wd_sequence **sequence, wd_error *err) {
  int status = star_with(b, excess, factor, b->likelihood, lost, time, sequence, err);
  if (status) return status;
  if (!b->likelihood || wd_likelihood_seen(b->likelihood, &(*sequence)->epoch[(*sequence)->count - 1]))
    return WD_OK;
  wd_sequence_free(*sequence);
  *sequence = NULL;
  return wd_fail(err, WD_ERR_POINTS,
                 "the star's core freezes before it is as faint as the data of its likelihood are");
}

/* Does the likelihood need more of the star than its time in the window? */
static bool is_followed(const wd_bound *b) {
  return b->likelihood && (wd_likelihood_uses(b->likelihood, WD_DATUM_LUMINOSITY_FUNCTION) ||
                           wd_likelihood_uses(b->likelihood, WD_DATUM_PULSATOR));
}

/* The sum over the data in use but the red giant. */
static double sum_of_cooling(const double contribution[WD_DATA]) {
  double sum = 0;
  for (int d = 0; d < WD_DATA; d++)
    if (d != WD_DATUM_RED_GIANT && !isnan(contribution[d])) sum += contribution[d];
  return sum;
}

/* By how much the likelihood of stars that cool changes with ln of the emission. Where f_s is all that is observed, f_s - 1 is
 * proportional to the emission; else a second sequence tells. */
static int slope_of_cooling(const wd_bound *b, const double *excess, double factor,
                            const wd_bound_result *usual, double *slope, wd_error *err) {
  wd_prediction p = {.f_s = 1 + LESS * (usual->f_s - 1), .loss = usual->prediction.loss};
  double time, contribution[WD_DATA];
  wd_sequence *sequence = NULL;
  int status = WD_OK;
  if (is_followed(b)) {
    status = observed_star(b, excess, LESS * factor, NULL, &time, &sequence, err);
    if (!status) p.f_s = f_s_of(b, time);
  }
  if (!status) status = wd_likelihood_difference(b->likelihood, sequence, &p, contribution, err);
  wd_sequence_free(sequence);
  if (!status) *slope = (sum_of_cooling(contribution) - sum_of_cooling(usual->contribution)) / log(LESS);
  return status;
}

/* The likelihood of the star with `factor` times the emission, known up to the relative `error`, and of the red giant. */
static int judge(const wd_bound *b, const double *excess, double factor, double error,
                 const wd_emission_whole *giant, const wd_sequence *sequence, wd_bound_result *out,
                 wd_error *err) {
  double slope = 0;
  out->prediction = (wd_prediction){.f_s = out->f_s, .loss = giant ? giant->excess : NAN};
  out->loss_error = giant ? giant->error * fabs(giant->excess) : NAN;
  int status = wd_likelihood_difference(b->likelihood, sequence, &out->prediction, out->contribution, err);
  if (!status) status = slope_of_cooling(b, excess, factor, out, &slope, err);
  if (status) return status;
  out->minus_two_delta_lnl =
      sum_of_cooling(out->contribution) + (giant ? out->contribution[WD_DATUM_RED_GIANT] : 0);
  out->minus_two_delta_lnl_error =
      hypot(slope * error, giant ? wd_likelihood_slope(b->likelihood, giant->excess) * out->loss_error : 0);
  return WD_OK;
}

/* Nothing is observed. */
static void no_likelihood(wd_bound_result *out) {
  out->minus_two_delta_lnl = out->minus_two_delta_lnl_error = out->loss_error = NAN;
  for (int d = 0; d < WD_DATA; d++) out->contribution[d] = NAN;
  out->prediction = (wd_prediction){NAN, NAN, NAN};
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

/* The same, and the relative error of the losses. */
static int observed_with_error(const wd_bound *b, const double *excess, const double *errors, double factor,
                               double *time, double *error, wd_sequence **sequence, wd_error *err) {
  losses l = {.by = calloc(wd_emission_stars(b->emission) * wd_emission_shells(b->emission), sizeof *l.by)};
  int status = l.by ? observed_star(b, excess, factor, &l, time, sequence, err)
                    : wd_fail(err, WD_ERR_MEMORY, "out of memory for the losses of stars");
  if (!status) *error = error_of(b, &l, errors);
  free(l.by);
  return status;
}

/* ln of the time ratio, the relative error of the losses, if they are followed, and the sequence, NULL if none is needed; with less
 * emission, *factor, where it cools the star faster than steps can follow. */
static int find_time(const wd_bound *b, const double *excess, const double *errors,
                     const wd_emission_whole *whole, double *factor, double *time, double *error,
                     wd_sequence **sequence, wd_error *err) {
  const bool beyond = is_beyond(b, whole);
  int status = WD_OK;
  *sequence = NULL;
  *factor = 1;
  if (!beyond || is_followed(b)) {
    status = observed_with_error(b, excess, errors, *factor, time, error, sequence, err);
    for (int k = 0; k < WEAKER && status == WD_ERR_NUMERIC; k++)
      status = observed_star(b, excess, *factor *= 0.1, NULL, time, sequence, err);
  }
  if (beyond) *time = b->time[BEYOND];
  return status;
}

/* Up or down, at random. */
static bool is_up(uint64_t seed, uint64_t number, uint64_t trial) {
  const philox4x64_key_t key = {{seed, SHAKEN}};
  const philox4x64_ctr_t counter = {{number, trial, 0, 0}};
  return philox4x64(counter, key).v[0] & 1;
}

/* The tables with every shell of every star off by its error, up or down at random. */
static double *shaken(const wd_bound *b, const double *excess, const double *errors, uint32_t trial) {
  const size_t n = wd_emission_stars(b->emission) * wd_emission_shells(b->emission);
  double *out = malloc(n * sizeof *out);
  for (size_t i = 0; out && i < n; i++) {
    const bool up = is_up((uint64_t)b->config->integrator.seed, i, trial);
    out[i] = excess[i] + (up ? errors[i] : -errors[i]);
    if (excess[i] > 0) out[i] = fmax(out[i], 0.1 * excess[i]); /* a logarithm stays one */
  }
  return out;
}

/* How the star answers to that: the root mean square of the change of f_s. A star that cannot be followed any more, or does not
 * come through the window, is as far as the largest f_s. */
static int shake(const wd_bound *b, const double *excess, const double *errors, double f_s, double *change,
                 wd_error *err) {
  double squares = 0;
  int status = WD_OK;
  for (uint32_t trial = 0; trial < TRIALS && !status; trial++) {
    double time = b->time[BEYOND], *tables = shaken(b, excess, errors, trial);
    wd_sequence *sequence = NULL;
    status = tables ? star_with(b, tables, 1, /*likelihood=*/NULL, /*lost=*/NULL, &time, &sequence, err)
                    : wd_fail(err, WD_ERR_MEMORY, "out of memory for the losses of stars");
    if (status == WD_ERR_NUMERIC || status == WD_ERR_POINTS) status = WD_OK;
    const double off = factor_of(b, time) - f_s;
    squares += off * off;
    wd_sequence_free(sequence);
    free(tables);
  }
  *change = sqrt(squares / TRIALS);
  return status;
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

/* The same limit of f_s as for our own star. `error`: the largest relative one of the emission. */
static int with_track(const wd_bound *b, const wd_emission_whole *whole, double error, wd_bound_result *out,
                      wd_error *err) {
  double unused, larger;
  int status = evaluate_track(b, whole, 0, &out->time_ratio, &out->f_s, err);
  if (!status) status = evaluate_track(b, whole, 1, &unused, &larger, err);
  if (status) return status;
  out->f_s_error = fabs(larger - out->f_s);
  if (out->f_s < factors[BEYOND]) return WD_OK;
  out->f_s = factors[BEYOND];
  out->f_s_error = error * (out->f_s - 1);
  out->status = WD_ROW_LOWER_LIMIT;
  return WD_OK;
}

/* `error`: the relative one of what A' do to the time in the window. */
static int error_of_f_s(const wd_bound *b, const double *excess, const double *errors, double error,
                        wd_bound_result *out, wd_error *err) {
  const bool reacts = out->f_s > 1 + REACTS, limit = out->status == WD_ROW_LOWER_LIMIT;
  double change = 0;
  out->f_s_error = error * fabs(out->f_s - 1) * (reacts ? 1 : MOST);
  int status = reacts && !limit && errors ? shake(b, excess, errors, out->f_s, &change, err) : WD_OK;
  out->f_s_error = hypot(out->f_s_error, change);
  return status;
}

/* With the star that reacts; `error`: the largest relative one of the emission, for one that is not followed as far as it reacts. */
static int with_own_star(const wd_bound *b, const double *excess, const double *errors,
                         const wd_emission_whole *whole, double error, const wd_emission_whole *giant,
                         wd_bound_result *out, wd_error *err) {
  double time, factor;
  wd_sequence *sequence;
  double followed = error;
  int status = find_time(b, excess, errors, whole, &factor, &time, &followed, &sequence, err);
  if (status) return status;
  const bool limit = factor < 1 || time <= b->time[BEYOND];
  if (!limit) error = followed;
  out->time_ratio = exp(fmax(time, b->time[BEYOND]));
  out->f_s = f_s_of(b, time);
  if (limit) out->status = WD_ROW_LOWER_LIMIT;
  status = error_of_f_s(b, excess, errors, error, out, err);
  if (out->f_s_error > 0) error = out->f_s_error / fabs(out->f_s - 1);
  if (!status && b->likelihood) status = judge(b, excess, factor, error, giant, sequence, out, err);
  wd_sequence_free(sequence);
  return status;
}

int wd_bound_evaluate(const wd_bound *b, const double *excess, const double *errors,
                      const wd_emission_whole *whole, wd_bound_result *out, wd_error *err) {
  const size_t stars = wd_emission_stars(b->emission);
  const wd_emission_whole *giant = b->giant ? &whole[stars] : NULL;
  double error = 0, missed = giant ? giant->missed : 0;
  for (size_t i = 0; i < stars; i++) {
    error = fmax(error, whole[i].error);
    missed = fmax(missed, whole[i].missed);
  }
  out->early = b->early;
  out->status = missed > 0 ? WD_ROW_TARGET_MISSED : WD_ROW_DONE;
  no_likelihood(out);
  if (!b->track) return with_own_star(b, excess, errors, whole, error, giant, out, err);
  int status = with_track(b, whole, error, out, err);
  return status || !b->likelihood ? status : judge(b, excess, 1, error, giant, NULL, out, err);
}

/* The tables of one point, of all stars. */
static int tabulate(wd_bound *b, double mass, double coupling, double **excess, double **error,
                    wd_emission_whole **whole, wd_error *err) {
  const size_t stars = wd_emission_stars(b->emission), shells = wd_emission_shells(b->emission);
  int status = wd_emission_tabulate(b->emission, mass, coupling, b->giant != NULL, excess, error, whole, err);
  if (status || !b->giant) return status;
  return wd_red_giant_compute(b->giant, 0, mass, 1, &coupling, *excess + stars * shells, *whole + stars, err);
}

int wd_bound_point(wd_bound *b, double mass, double coupling, wd_bound_result *out, wd_error *err) {
  double *excess, *error;
  wd_emission_whole *whole;
  int status = tabulate(b, mass, coupling, &excess, &error, &whole, err);
  if (!status) status = wd_bound_evaluate(b, excess, error, whole, out, err);
  free(excess);
  free(error);
  free(whole);
  return status;
}
