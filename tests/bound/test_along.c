/* Stars that follow a published sequence with an A': time and f_s, limits, what is refused. */
#include "testing_bound.h"

#include "base/constants.h"
#include "bound/along.h"
#include "bound/sequence.h"
#include "cooling/track.h"

static wd_settings *settings_of(const char *more) {
  return test_settings(
      (const char *[]){"observable=cooling", "star.mass=0.55", "physics.continuum=off",
                       "cooling={track: tests/data/track.txt, window: {from: 45000, to: 16000}}",
                       "grid.shells=4", "integrator.relative_error=0.02", more, NULL});
}

/* --- Time --- */

/* Of constant luminosities 3 (light) and 1 (neutrinos), 0.8 of it by plasmon decay, that passes 60000 and 20000 K at the ages 1 and 3. */
static wd_sequence *even_track(void) {
  static const double temperature[] = {7e4, 6e4, 3e4, 2e4, 1e4};
  wd_sequence *s = calloc(1, sizeof *s);
  wd_error err = {0};
  assert_non_null(s);
  for (int i = 0; i < 5; i++) {
    const wd_epoch e = {.age = i,
                        .central_temperature = 8e7 - 1e7 * i,
                        .effective_temperature = temperature[i],
                        .photons = 3,
                        .neutrinos = {[WD_LOSS_PLASMON] = 0.8},
                        .all_neutrinos = 1};
    assert_int_equal(wd_sequence_append(s, &e, &err), WD_OK);
  }
  return s;
}

/* Where luminosities are constant, times are in their ratio: 1/(1 + (f - 1) 0.8/4); and f_s is found again. */
static void time_and_factor(void **state) {
  (void)state;
  static const double factors[] = {0, 0.5, 1, 1.7, 30, 1e6};
  wd_settings *settings = test_settings((const char *[]){"observable=cooling", NULL});
  const wd_config *config = wd_settings_config(settings);
  wd_sequence *track = even_track(), *changed;
  wd_error err = {0};
  assert_int_equal(wd_sequence_copy(track, &changed, &err), WD_OK);
  for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
    double entered, f_s;
    wd_along_factor(track, factors[i], changed);
    const double time = wd_along_time(config, changed, &entered);
    assert_close(time, 2 / (1 + (factors[i] - 1) * 0.2), 1e-12);
    assert_close(entered, 1 / (1 + (factors[i] - 1) * 0.2), 1e-12);
    assert_int_equal(wd_along_f_s(config, track, time, &f_s, &err), WD_OK);
    assert_close(1 + f_s, 1 + factors[i], 1e-9);
  }
  wd_sequence_free(track);
  wd_sequence_free(changed);
  wd_settings_free(settings);
}

/* --- Limits --- */

/* No A': nothing changes. A heavy one: plasmon decay times a number, as in (P.6), so that f_s - 1 is that number. Between: the more the
 * faster. */
static void limits(void **state) {
  (void)state;
  static const double epsilon[] = {0.05, 0.7, 3, 25};
  wd_settings *settings = settings_of(NULL);
  wd_bound *b = bound_of(settings);
  wd_error err = {0};
  assert_non_null(wd_bound_track(b));
  wd_bound_result r = point_of(b, 3e3, 1e-20), last = r;
  assert_close(r.time_ratio, 1, 1e-9);
  assert_close(r.f_s, 1, 1e-9);
  for (size_t i = 0; i < sizeof epsilon / sizeof *epsilon; i++) {
    r = point_of(b, HEAVY, HEAVY / 1e6 * pow(epsilon[i] / 1.469e17, 0.25));
    assert_close(r.f_s - 1, epsilon[i], 1e-3);
    assert_true(r.f_s_error > 0 && r.f_s_error < 0.02 * epsilon[i] && r.time_ratio < last.time_ratio);
    last = r;
  }
  last = point_of(b, 3e3, 1e-14);
  for (double coupling = 3e-14; coupling < 5e-13; coupling *= 3, last = r) {
    r = point_of(b, 3e3, coupling);
    assert_true(r.f_s > last.f_s && r.time_ratio < last.time_ratio);
  }
  /* until time is lost to rounding */
  for (double coupling = 1e-11; coupling < 10; coupling *= 1e3, last = r) {
    if (wd_bound_point(b, 3e3, coupling, &r, &err)) fail_msg("%s", err.message);
    assert_true(r.status == WD_ROW_LOWER_LIMIT && r.f_s == 1 + WD_BOUND_LARGEST && r.f_s_error > 0);
    assert_true(r.time_ratio >= 0 && r.time_ratio <= last.time_ratio);
  }
  wd_bound_free(b);
  wd_settings_free(settings);
}

/* The sequence that is printed: the file's epochs with other ages, shorter by what the A' adds to the losses. */
static void sequence(void **state) {
  (void)state;
  wd_settings *settings = settings_of("cooling.earliest=3e6");
  wd_sequence *with, *without;
  wd_error err = {0};
  const double coupling = HEAVY / 1e6 * pow(1 / 1.469e17, 0.25); /* an excess of 1 */
  if (wd_bound_sequence(wd_settings_config(settings), HEAVY, coupling, &with, &err))
    fail_msg("%s", err.message);
  if (wd_bound_sequence(wd_settings_config(settings), 0, 0, &without, &err)) fail_msg("%s", err.message);
  assert_true(with->count == 11 && without->count == 11 && with->epoch[0].age == without->epoch[0].age);
  assert_close(with->epoch[0].age, 3811010 * WD_YEAR_S, 1e-12);
  for (size_t i = 0; i < with->count; i++) {
    const wd_epoch *e = &with->epoch[i], *old = &without->epoch[i];
    double sum = 0;
    for (int k = 0; k < WD_LOSS_COUNT; k++) sum += e->neutrinos[k];
    assert_close(sum, old->all_neutrinos, 1e-9);
    assert_close(e->boson, e->neutrinos[WD_LOSS_PLASMON], 1e-3);
    assert_true(e->neutrinos[WD_LOSS_PLASMON] > 0.8 * sum && e->photons == old->photons && old->boson == 0);
    if (i == 0) continue;
    const double usual = old->age - old[-1].age, rate = (e->age - e[-1].age) / usual;
    const double here = wd_epoch_luminosity(old) / wd_epoch_luminosity(e),
                 before = wd_epoch_luminosity(old - 1) / wd_epoch_luminosity(e - 1);
    assert_close(rate, 0.5 * (here + before), 1e-9);
  }
  wd_sequence_free(with);
  wd_sequence_free(without);
  wd_settings_free(settings);
}

/* --- What is refused --- */

static void check_refused(const char *more, const char *message) {
  wd_settings *settings = settings_of(more);
  wd_bound *b;
  wd_error err = {0};
  assert_int_equal(wd_bound_create(wd_settings_config(settings), &b, &err), WD_ERR_CONFIG);
  if (!strstr(err.message, message)) fail_msg("\"%s\" instead of \"%s\"", err.message, message);
  wd_settings_free(settings);
}

/* A track whose epochs have these central temperatures. */
static void check_prepare(const wd_cooling *cooling, double first, double second, const char *message) {
  wd_sequence *track = even_track();
  wd_error err = {0};
  wd_track_keep(track, 0, 2);
  track->epoch[0].central_temperature = first;
  track->epoch[1].central_temperature = second;
  assert_int_equal(wd_along_prepare(cooling, track, &err), WD_ERR_CONFIG);
  if (!strstr(err.message, message)) fail_msg("\"%s\" instead of \"%s\"", err.message, message);
  wd_sequence_free(track);
}

static void refused(void **state) {
  (void)state;
  check_refused("cooling.window.from=60000",
                "the star of tests/data/track.txt never cools through what `from` says");
  check_refused("cooling.window.to=12000", "is not at the end of the window before the file ends");
  check_refused("cooling.track=tests/data/star.dat", "tests/data/star.dat:");
  wd_settings *settings = settings_of(NULL);
  wd_cooling *cooling;
  wd_error err = {0};
  if (wd_cooling_create(wd_settings_config(settings), 1, 0.03, &cooling, &err)) fail_msg("%s", err.message);
  check_prepare(cooling, 4e7, 4.1e7, "expected one that cools");
  check_prepare(cooling, 4e7, 9e6, "is not followed below 1e+07 K");
  check_prepare(cooling, 1e9, 4e7, "our own star, whose emission of A' is taken, has at most");
  wd_cooling_free(cooling);
  wd_settings_free(settings);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(time_and_factor), cmocka_unit_test(limits),
                                     cmocka_unit_test(sequence), cmocka_unit_test(refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
