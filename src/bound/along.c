/* Published sequences with an A'; see bound/along.h. */
#include "bound/along.h"

#include "base/constants.h"
#include "bound/window.h"
#include "cooling/track.h"
#include <math.h>
#include <stdlib.h>

#define CHANGE 0.01     /* of ln T in a step of our own star */
#define PRECISION 1e-13 /* of ln(1 + f_s) */
#define LARGEST 64      /* ln(1 + f_s) */

/* --- The epochs that matter --- */

static int no_window(const wd_config *config, bool entered, wd_error *err) {
  return wd_fail(err, WD_ERR_CONFIG, "cooling.window: the star of %s %s", config->cooling.track,
                 entered ? "is not at the end of the window before the file ends; choose an earlier `to`"
                         : "never cools through what `from` says; choose another");
}

/* A star that is in the window again has entered it then. */
static int cut_to_window(const wd_config *config, wd_sequence *track, wd_error *err) {
  wd_passage p = wd_passage_begin(config);
  size_t first = 0, i = 0;
  for (; i < track->count && isnan(p.left); i++) {
    const double before = p.entered;
    wd_passage_watch(&p, NULL, &track->epoch[i], err);
    if (!isnan(p.entered) && p.entered != before) first = i - 1;
  }
  if (isnan(p.left)) return no_window(config, !isnan(p.entered), err);
  wd_track_keep(track, first, i - first);
  return WD_OK;
}

static int cut_to_printed(const wd_config *config, wd_sequence *track, wd_error *err) {
  const wd_epoch *e = track->epoch;
  const double earliest = config->cooling.earliest * WD_YEAR_S, coldest = config->cooling.coldest;
  size_t first = 0, last = 0;
  while (first < track->count && e[first].age < earliest) first++;
  last = first;
  while (last + 1 < track->count && e[last].central_temperature > coldest) last++;
  if (last <= first)
    return wd_fail(err, WD_ERR_CONFIG, "%s: the star is colder than %.4g K before it is %.3g years old",
                   config->cooling.track, coldest, config->cooling.earliest);
  wd_track_keep(track, first, last + 1 - first);
  return WD_OK;
}

static int read_and_cut(const wd_config *config,
                        int (*cut)(const wd_config *config, wd_sequence *track, wd_error *err),
                        wd_sequence **out, wd_error *err) {
  int status = wd_track_read(config, out, err);
  if (status) return status;
  status = cut(config, *out, err);
  if (!status) return WD_OK;
  wd_sequence_free(*out);
  *out = NULL;
  return status;
}

int wd_along_window(const wd_config *config, wd_sequence **out, wd_error *err) {
  return read_and_cut(config, cut_to_window, out, err);
}

int wd_along_printed(const wd_config *config, wd_sequence **out, wd_error *err) {
  return read_and_cut(config, cut_to_printed, out, err);
}

/* --- What our own star adds --- */

/* Where x is between a and b. */
static double place(double a, double b, double x) {
  return fmin(fmax(log(x / a) / log(b / a), 0), 1);
}

/* Neutrinos by process at the central temperature of the epoch, as shares of all. */
static void share(const wd_sequence *own, wd_epoch *e) {
  size_t i = 1;
  while (i + 1 < own->count && own->epoch[i].central_temperature > e->central_temperature) i++;
  const wd_epoch *hot = &own->epoch[i - 1], *cold = &own->epoch[i];
  const double u = place(hot->central_temperature, cold->central_temperature, e->central_temperature);
  for (int k = 0; k < WD_LOSS_COUNT; k++)
    e->neutrinos[k] = e->all_neutrinos * ((1 - u) * hot->neutrinos[k] / hot->all_neutrinos +
                                          u * cold->neutrinos[k] / cold->all_neutrinos);
}

static int check_temperatures(const wd_cooling *cooling, const wd_sequence *track, wd_error *err) {
  const wd_epoch *e = track->epoch, *last = &e[track->count - 1];
  const double hottest = wd_cooling_first(cooling)->zone[0].temperature;
  if (e->central_temperature > hottest)
    return wd_fail(
        err, WD_ERR_CONFIG,
        "cooling.track: the centre has %.4g K at an age of %.4g yr; our own star, whose emission of A' is "
        "taken, has at most %.4g K: begin later, by cooling.window.from or cooling.earliest",
        e->central_temperature, e->age / WD_YEAR_S, hottest);
  if (last->central_temperature < WD_COOLING_COLDEST)
    return wd_fail(
        err, WD_ERR_CONFIG,
        "cooling.track: the centre has %.4g K at an age of %.4g yr; our own star, whose emission of A' is "
        "taken, is not followed below %.4g K: end earlier, by cooling.window.to or cooling.coldest",
        last->central_temperature, last->age / WD_YEAR_S, WD_COOLING_COLDEST);
  for (; e < last; e++)
    if (!(e[1].central_temperature < e->central_temperature))
      return wd_fail(err, WD_ERR_CONFIG,
                     "cooling.track: the centre has %.6g K at an age of %.4g yr and %.6g K at %.4g yr; "
                     "expected one that "
                     "cools: choose a later cooling.window.from or cooling.earliest",
                     e->central_temperature, e->age / WD_YEAR_S, e[1].central_temperature,
                     e[1].age / WD_YEAR_S);
  return WD_OK;
}

int wd_along_prepare(const wd_cooling *cooling, wd_sequence *track, wd_error *err) {
  const wd_physics physics = wd_cooling_physics(cooling);
  const wd_sequence_plan plan = {.coldest = track->epoch[track->count - 1].central_temperature,
                                 .change = CHANGE};
  wd_sequence *own = NULL;
  int status = check_temperatures(cooling, track, err);
  if (!status) status = wd_sequence_create(wd_cooling_first(cooling), &physics, &plan, &own, err);
  if (status) return wd_cooling_verdict(physics.onion, status, err);
  for (size_t i = 0; i < track->count; i++) share(own, &track->epoch[i]);
  wd_sequence_free(own);
  return WD_OK;
}

/* Of the whole star at a central temperature. */
static double excess_at(const wd_emission *emission, const wd_emission_whole *whole, double sigmas,
                        double central) {
  const size_t stars = wd_emission_stars(emission);
  size_t i = 1;
  while (i + 1 < stars && wd_emission_central(emission, i) > central) i++;
  const double u = place(wd_emission_central(emission, i - 1), wd_emission_central(emission, i), central);
  const double hot = whole[i - 1].excess * (1 + sigmas * whole[i - 1].error),
               cold = whole[i].excess * (1 + sigmas * whole[i].error);
  return hot > 0 && cold > 0 ? exp((1 - u) * log(hot) + u * log(cold)) : (1 - u) * hot + u * cold;
}

/* --- Time --- */

/* Ages with the losses `boson` of out[i], from those of the track. */
static void shorten(const wd_sequence *track, wd_epoch *out) {
  double before = 1;
  for (size_t i = 0; i < track->count; i++) {
    const wd_epoch *e = &track->epoch[i];
    const double usual = wd_epoch_luminosity(e), rate = usual / (usual + out[i].boson);
    out[i].age = i > 0 ? out[i - 1].age + 0.5 * (before + rate) * (e->age - e[-1].age) : e->age;
    before = rate;
  }
}

int wd_along_boson(const wd_sequence *track, const wd_emission *emission, const wd_emission_whole *whole,
                   double sigmas, wd_sequence **out, wd_error *err) {
  int status = wd_sequence_copy(track, out, err);
  if (status) return status;
  for (size_t i = 0; i < track->count; i++) {
    wd_epoch *e = &(*out)->epoch[i];
    e->boson = e->neutrinos[WD_LOSS_PLASMON] * excess_at(emission, whole, sigmas, e->central_temperature);
  }
  shorten(track, (*out)->epoch);
  return WD_OK;
}

void wd_along_factor(const wd_sequence *track, double factor, wd_sequence *out) {
  for (size_t i = 0; i < track->count; i++)
    out->epoch[i].boson = (factor - 1) * track->epoch[i].neutrinos[WD_LOSS_PLASMON];
  shorten(track, out->epoch);
}

double wd_along_time(const wd_config *config, const wd_sequence *sequence, double *entered) {
  wd_passage p = wd_passage_begin(config);
  wd_error err;
  for (size_t i = 0; i < sequence->count && isnan(p.left); i++)
    wd_passage_watch(&p, NULL, &sequence->epoch[i], &err);
  *entered = p.entered;
  return p.left - p.entered;
}

static double time_with_factor(const wd_config *config, const wd_sequence *track, double factor,
                               wd_sequence *scratch) {
  double entered;
  wd_along_factor(track, factor, scratch);
  return wd_along_time(config, scratch, &entered);
}

int wd_along_f_s(const wd_config *config, const wd_sequence *track, double time, double *out, wd_error *err) {
  wd_sequence *scratch;
  int status = wd_sequence_copy(track, &scratch, err);
  if (status) return status;
  double low = 0, high = 1; /* of ln(1 + f) */
  while (high < LARGEST && time_with_factor(config, track, expm1(high), scratch) > time)
    low = high, high *= 2;
  while (high - low > PRECISION * high) {
    const double middle = 0.5 * (low + high);
    *(time_with_factor(config, track, expm1(middle), scratch) > time ? &low : &high) = middle;
  }
  *out = expm1(0.5 * (low + high));
  wd_sequence_free(scratch);
  return WD_OK;
}
