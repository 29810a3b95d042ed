/* The likelihood of what stars that cool are observed to do: files of luminosity functions, fits, the pulsator, the red giant,
 * and all together with an A'. */
#include "testing_bound.h"
#include "testing_cooling.h"

#include "bound/pulsation.h"
#include "bound/window.h"
#include <gsl/gsl_min.h>
#include <unistd.h>

static char path[] = "/tmp/test_likelihood_XXXXXX"; /* of the luminosity function */

static void write_file(const char *text) {
  FILE *out = fopen(path, "w");
  assert_non_null(out);
  fputs(text, out);
  assert_int_equal(fclose(out), 0);
}

static wd_luminosity_function *read_file(const char *text) {
  wd_luminosity_function *f;
  wd_error err = {0};
  write_file(text);
  if (wd_luminosity_function_read(path, &f, &err)) fail_msg("%s", err.message);
  return f;
}

/* --- Files --- */

static void files(void **state) {
  (void)state;
  static const char *const counts[] = {
      "M_bol_low M_bol_high count\n5 6 10\n6.5 7 0\n7 7.25 3e1\n",
      "# of a cluster\n#\tM_bol_low  M_bol_high count -\n5 6 10 x\n# a gap\n\n6.5 7 0 y\n7 7.25 30 z",
      "count,M_bol_high,M_bol_low\r\n10,6,5\r\n0,7,6.5\r\n30,7.25,7\r\n"};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    wd_luminosity_function *f = read_file(counts[i]);
    assert_true(f->counted && f->bins == 3);
    assert_true(f->bin[0].low == 5 && f->bin[0].high == 6 && f->bin[0].value == 10);
    assert_true(f->bin[1].low == 6.5 && f->bin[1].high == 7 && f->bin[1].value == 0);
    assert_true(f->bin[2].low == 7 && f->bin[2].high == 7.25 && f->bin[2].value == 30);
    assert_int_equal(f->bin[1].line, i == 1 ? 6 : 3);
    wd_luminosity_function_free(f);
  }
  wd_luminosity_function *f = read_file("M_bol_low M_bol_high error density\n-1 2 0.5 1.5e-3\n2 3 1e-4 0\n");
  assert_true(!f->counted && f->bins == 2 && f->bin[0].low == -1 && f->bin[0].value == 1.5e-3);
  assert_true(f->bin[0].error == 0.5 && f->bin[1].error == 1e-4 && f->bin[1].value == 0);
  wd_luminosity_function_free(f);
}

static void bad_files(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"", ":0: the file ends here; expected a line with the names"},
      {"5 6 1\n",
       ":1: column \"5\": unknown; expected M_bol_low M_bol_high and either count or density error"},
      {"M_bol_low M_bol_high\n5 6\n", ":1: column density: missing"},
      {"M_bol_low M_bol_high density\n5 6 1\n", ":1: column error: missing"},
      {"M_bol_low count\n5 6\n", ":1: column M_bol_high: missing"},
      {"M_bol_low M_bol_high count error\n", ":1: column error: not together with count"},
      {"M_bol_low M_bol_high count density error\n", ":1: column density: not together with count"},
      {"M_bol_low M_bol_low M_bol_high count\n", ":1: column M_bol_low: comes twice"},
      {"M_bol_low M_bol_high count\n5 6 x\n", ":2: count: \"x\" is not a finite number"},
      {"M_bol_low M_bol_high count\n5 nan 1\n", ":2: M_bol_high: \"nan\" is not a finite number"},
      {"M_bol_low M_bol_high count\n5 6 -1\n", ":2: count: \"-1\"; expected a whole number from 0 on"},
      {"M_bol_low M_bol_high count\n5 6 1.5\n", ":2: count: \"1.5\"; expected a whole number from 0 on"},
      {"M_bol_low M_bol_high density error\n5 6 -1 1\n", ":2: density: \"-1\"; expected a number from 0 on"},
      {"M_bol_low M_bol_high density error\n5 6 1 0\n", ":2: error: \"0\"; expected a number above 0"},
      {"M_bol_low M_bol_high count\n5 6 1\n6 7\n", ":3: 2 columns; the line with their names has 3"},
      {"M_bol_low M_bol_high count\n5 6 1 2\n", ":2: 4 columns"},
      {"M_bol_low M_bol_high count\n6 6 1\n", ":2: M_bol_high: 6 is not above M_bol_low, 6"},
      {"M_bol_low M_bol_high count\n6 7 1\n6.9 8 1\n",
       ":3: M_bol_low: 6.9, but the bin before ends at 7; expected bins"},
      {"M_bol_low M_bol_high count\n6 7 1\n5 6 1\n", ":3: M_bol_low: 5, but the bin before ends at 7"},
      {"M_bol_low M_bol_high count\n6 7 1\n", ":2: the file ends after 1 bin; expected 2 or more"},
      {"M_bol_low M_bol_high count\n6 7 0\n7 8 0\n", ":3: count: 0 in all bins; expected white dwarfs"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    wd_luminosity_function *f;
    wd_error err = {0};
    write_file(cases[i][0]);
    assert_int_equal(wd_luminosity_function_read(path, &f, &err), WD_ERR_CONFIG);
    if (!strstr(err.message, path) || !strstr(err.message, cases[i][1]))
      fail_msg("%s\nfor\n%s\nnot\n%s", err.message, cases[i][0], cases[i][1]);
  }
  wd_luminosity_function *f;
  wd_error err = {0};
  assert_int_equal(wd_luminosity_function_read("/nowhere.dat", &f, &err), WD_ERR_IO);
  assert_string_equal(err.message, "likelihood.luminosity_function: /nowhere.dat: No such file or directory");
}

/* --- Fits --- */

enum { BINS = 4 };
static const double stay[BINS] = {3, 5, 2, 11};

/* -2 ln L of counts with the normalisation exp(x), over that of a model that is right in every bin. */
static double poisson(double x, void *params) {
  const wd_luminosity_function *f = params;
  double sum = 0;
  for (size_t i = 0; i < f->bins; i++) {
    const double mu = exp(x) * stay[i], n = f->bin[i].value;
    sum += 2 * (mu - n + (n > 0 ? n * log(n / mu) : 0));
  }
  return sum;
}

static double gauss(double x, void *params) {
  const wd_luminosity_function *f = params;
  double sum = 0;
  for (size_t i = 0; i < f->bins; i++) {
    const wd_luminosity_bin *b = &f->bin[i];
    sum += pow((b->value - exp(x) * stay[i] / (b->high - b->low)) / b->error, 2);
  }
  return sum;
}

static double minimum(double (*function)(double, void *), double guess, wd_luminosity_function *f) {
  gsl_min_fminimizer *m = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
  gsl_function g = {function, f};
  assert_int_equal(gsl_min_fminimizer_set(m, &g, guess, -5, 6), 0);
  for (int k = 0; k < 100; k++) gsl_min_fminimizer_iterate(m);
  const double least = gsl_min_fminimizer_f_minimum(m);
  gsl_min_fminimizer_free(m);
  return least;
}

/* The best normalisation, found analytically, is the best. */
static void profiles(void **state) {
  (void)state;
  wd_luminosity_function *f = read_file("M_bol_low M_bol_high count\n5 6 4\n6 6.5 9\n7 8 0\n8 9 15\n");
  assert_close(wd_luminosity_function_fit(f, stay), minimum(poisson, 0.5, f), 1e-10);
  wd_luminosity_function_free(f);
  f = read_file("M_bol_low M_bol_high density error\n5 6 4 2\n6 6.5 9 3\n7 8 0 0.7\n8 9 15 4\n");
  assert_close(wd_luminosity_function_fit(f, stay), minimum(gauss, -1, f), 1e-10);
  wd_luminosity_function_free(f);
}

/* --- Stars made up: T, R and L are powers of the age --- */

#define COOLING 0.25      /* T ~ age^-COOLING */
#define CONTRACTION 0.015 /* R ~ age^-CONTRACTION */
#define FADING 1.4        /* L ~ age^-FADING */

static wd_epoch epoch_at(double age) {
  return (wd_epoch){.age = age,
                    .central_temperature = 1e8 * pow(age, -COOLING),
                    .effective_temperature = 1e5 * pow(age, -FADING / 4 + CONTRACTION / 2),
                    .radius = 1e9 * pow(age, -CONTRACTION),
                    .photons = WD_L_SUN_CGS * pow(age, -FADING)};
}

enum { EPOCHS = 40 };
static wd_epoch epochs[EPOCHS];

static wd_sequence made_up(void) {
  for (int i = 0; i < EPOCHS; i++) epochs[i] = epoch_at(pow(1.3, i + 0.1 * (i % 3)));
  return (wd_sequence){.count = EPOCHS, .epoch = epochs};
}

static void pulsation_of_powers(void **state) {
  (void)state;
  const wd_sequence s = made_up();
  for (double age = 3; age < 1e4; age *= 2.7) {
    const wd_pulsation p = wd_pulsation_of(&s, epoch_at(age).effective_temperature);
    assert_close(p.age, age, 1e-9);
    assert_close(p.rate, (0.5 * COOLING - CONTRACTION) / age, 1e-8);
  }
  assert_true(isnan(wd_pulsation_of(&s, 2e5).rate) && isnan(wd_pulsation_of(&s, 10).age));
}

/* M_bol = 4.74 + 2.5 FADING log10 age. */
static double age_of(double magnitude) {
  return pow(10, (magnitude - 4.74) / (2.5 * FADING));
}

static void times_in_bins(void **state) {
  (void)state;
  wd_sequence s = made_up();
  double time[3];
  wd_luminosity_function *f = read_file("M_bol_low M_bol_high count\n5 5.01 1\n7 9 1\n12 12.5 1\n");
  wd_luminosity_function_times(f, &s, time);
  for (int i = 0; i < 3; i++) assert_close(time[i], age_of(f->bin[i].high) - age_of(f->bin[i].low), 1e-9);
  /* a star that becomes brighter again is in the bin again */
  wd_epoch again[] = {epoch_at(age_of(6)), epoch_at(age_of(8)), epoch_at(age_of(7.5)), epoch_at(age_of(10))};
  again[2].age = again[1].age * 2, again[3].age = again[1].age * 4;
  s = (wd_sequence){.count = 4, .epoch = again};
  wd_luminosity_function_times(f, &s, time);
  const double first = again[1].age - age_of(7), down = again[2].age * (pow(2, 1.5 / 2.5) - 1);
  assert_close(time[1], first + again[1].age + down, 1e-9);
  assert_true(time[2] == 0);
  wd_luminosity_function_free(f);
}

/* What there is no telling of is refused. */
static void bins_are_checked(void **state) {
  (void)state;
  const wd_sequence s = made_up();
  wd_luminosity_function *f = read_file("M_bol_low M_bol_high count\n6 7 1\n7 9 1\n");
  wd_error err = {0};
  assert_int_equal(wd_luminosity_function_check(f, &s, 0.99 * age_of(6), &err), WD_OK);
  assert_int_equal(wd_luminosity_function_check(f, &s, age_of(6.5), &err), WD_ERR_CONFIG);
  assert_non_null(strstr(
      err.message, ":2: M_bol_low: 6, but that is before cooling.earliest; expected an earlier one, or bins "
                   "that begin after M_bol = 6.5"));
  f->bin[0].low = 4;
  assert_int_equal(wd_luminosity_function_check(f, &s, 0, &err), WD_ERR_CONFIG);
  assert_non_null(strstr(
      err.message, ":2: M_bol_low: 4, but the star that begins to cool is fainter; expected bins that begin "
                   "after M_bol = 4.74"));
  f->bin[0].low = 6;
  f->bin[1].high = 25;
  assert_int_equal(wd_luminosity_function_check(f, &s, 0, &err), WD_ERR_CONFIG);
  assert_non_null(
      strstr(err.message,
             ":3: M_bol_high: 25, but the star's core freezes before it is so faint; expected bins that "
             "end before M_bol = 20.29"));
  wd_luminosity_function_free(f);
}

/* --- A star that cools with an A' --- */

#define WITH_DATA                                                                                            \
  "observable=cooling", "star.mass=0.55", "physics.continuum=off", "grid.shells=4",                          \
      "integrator.relative_error=0.02"

/* Like the window's: 0.03 in ln T. */
static wd_sequence *usual_star(const wd_settings *settings, double change, double coldest) {
  wd_cooling *cooling = test_cooling(settings, /*fineness=*/1, 0.03);
  const wd_physics physics = wd_cooling_physics(cooling);
  wd_sequence *s = test_sequence(wd_cooling_first(cooling), &physics,
                                 (wd_sequence_plan){.coldest = coldest, .change = change});
  wd_cooling_free(cooling);
  return s;
}

/* A luminosity function of this star in densities, with errors of 10 %. */
static void observe(const wd_sequence *s) {
  static const char bins[] = "M_bol_low M_bol_high density error\n5 6 1 1\n6 6.5 1 1\n7 8 1 1\n8 9 1 1\n";
  wd_luminosity_function *f = read_file(bins);
  double time[BINS];
  wd_luminosity_function_times(f, s, time);
  FILE *out = fopen(path, "w");
  assert_non_null(out);
  fputs("M_bol_low M_bol_high density error\n", out);
  for (int i = 0; i < BINS; i++) {
    const double density = 1e-15 * time[i] / (f->bin[i].high - f->bin[i].low);
    fprintf(out, "%g %g %.17g %.17g\n", f->bin[i].low, f->bin[i].high, density, 0.1 * density);
  }
  assert_int_equal(fclose(out), 0);
  wd_luminosity_function_free(f);
}

static wd_settings *settings;
static wd_bound *bound;
static double period_change; /* of the star without A' */
#define F_S 1.15
#define F_S_ERROR 0.3
#define LOSS 0.05
#define LOSS_ERROR 0.2
#define PERIOD 489.33
#define PERIOD_ERROR 1e-14
#define PULSATOR 22600.

/* What is observed is the star without A', but for f_s and the loss of red giants. */
static int set_up(void **state) {
  (void)state;
  const int file = mkstemp(path);
  assert_true(file >= 0 && close(file) == 0);
  wd_settings *plain = test_settings((const char *[]){WITH_DATA, NULL});
  wd_sequence *s = usual_star(plain, 0.03, 2.2e7);
  observe(s);
  period_change = PERIOD * wd_pulsation_of(s, PULSATOR).rate;
  char function[64], change[64];
  snprintf(function, sizeof function, "likelihood.luminosity_function=%s", path);
  snprintf(change, sizeof change, "likelihood.pulsator.period_change=%.17g", period_change);
  settings = test_settings((const char *[]){
      WITH_DATA, function, change,
      "likelihood.pulsator={effective_temperature: 22600, period: 489.33, error: 1e-14}",
      "likelihood.f_s={value: 1.15, error: 0.3}", "likelihood.red_giant={loss: 0.05, error: 0.2}", NULL});
  bound = bound_of(settings);
  wd_sequence_free(s);
  wd_settings_free(plain);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  wd_bound_free(bound);
  wd_settings_free(settings);
  return unlink(path);
}

static double sum(const wd_bound_result *r) {
  double all = 0;
  for (int d = 0; d < WD_DATA; d++) all += r->contribution[d];
  return all;
}

/* Without A', nothing differs; with more and more of them, what was made from the star itself fits worse and worse. */
static void star_itself_is_best(void **state) {
  (void)state;
  wd_bound_result r = point_of(bound, 3e3, 1e-20);
  assert_true(fabs(r.minus_two_delta_lnl) < 1e-6 && r.minus_two_delta_lnl_error < 1e-6);
  assert_close(r.prediction.period_change, period_change, 1e-6);
  double last[WD_DATA] = {0};
  for (double coupling = 1e-14; coupling < 3e-13; coupling *= 2.2) {
    r = point_of(bound, 3e3, coupling);
    for (int d = WD_DATUM_LUMINOSITY_FUNCTION; d <= WD_DATUM_PULSATOR; d++) {
      if (!(r.contribution[d] > last[d]))
        fail_msg("%s, g = %g: %.9g after %.9g", wd_datum_names[d], coupling, r.contribution[d], last[d]);
      last[d] = r.contribution[d];
    }
    assert_close(r.minus_two_delta_lnl, sum(&r), 1e-12);
  }
  assert_true(last[WD_DATUM_LUMINOSITY_FUNCTION] > 1 && last[WD_DATUM_PULSATOR] > 1);
}

static double square(double x) {
  return x * x;
}

/* f_s - 1 and the loss of red giants are the excess, (P.6), and the data differ by their Gaussian. */
static void heavy_boson(void **state) {
  (void)state;
  const double epsilon = 0.4;
  const wd_bound_result r = point_of(bound, HEAVY, HEAVY / 1e6 * pow(epsilon / 1.469e17, 0.25));
  assert_close(r.prediction.loss, epsilon, 1e-3);
  assert_close(r.prediction.f_s, r.f_s, 0);
  assert_close(r.f_s, 1 + epsilon, 0.005);
  assert_close(r.contribution[WD_DATUM_F_S],
               square((r.f_s - F_S) / F_S_ERROR) - square((1 - F_S) / F_S_ERROR), 1e-12);
  assert_close(r.contribution[WD_DATUM_RED_GIANT],
               square((r.prediction.loss - LOSS) / LOSS_ERROR) - square(LOSS / LOSS_ERROR), 1e-12);
  assert_close(r.contribution[WD_DATUM_PULSATOR],
               square((r.prediction.period_change - period_change) / PERIOD_ERROR), 1e-9);
  assert_close(r.minus_two_delta_lnl, sum(&r), 1e-12);
}

/* Steps of 0.03 in ln T are fine enough for the pulsator and for the bins. */
static void steps(void **state) {
  (void)state;
  wd_sequence *fine = usual_star(settings, 0.007, 2.2e7);
  wd_luminosity_function *f;
  wd_error err = {0};
  double chi2;
  assert_int_equal(wd_luminosity_function_read(path, &f, &err), WD_OK);
  assert_int_equal(wd_luminosity_function_chi2(f, fine, &chi2, &err), WD_OK);
  assert_true(chi2 > 0 && chi2 < 0.01); /* of four bins of 10 %: a few per mille in each */
  assert_close(PERIOD * wd_pulsation_of(fine, PULSATOR).rate, period_change, 0.015);
  wd_luminosity_function_free(f);
  wd_sequence_free(fine);
}

/* The error is that of an ensemble: the same point with other random numbers. */
static void error_of_ensemble(void **state) {
  (void)state;
  enum { MEMBERS = 8 };
  const double mass = 3e3, coupling = 1.3e-13;
  const size_t stars = wd_bound_stars(bound), shells = wd_emission_shells(wd_bound_emission(bound));
  double *excess = malloc(stars * shells * sizeof *excess), *errors = malloc(stars * shells * sizeof *errors);
  double first = 0, second = 0, error = 0;
  wd_emission_whole *whole = malloc(stars * sizeof *whole);
  assert_true(excess && errors && whole);
  for (uint64_t k = 0; k < MEMBERS; k++) {
    wd_bound_result r;
    wd_error err = {0};
    for (size_t i = 0; i < stars; i++)
      if (wd_bound_compute(bound, i, /*stream=*/k, mass, 1, &coupling, excess + i * shells,
                           errors + i * shells, whole + i, &err))
        fail_msg("%s", err.message);
    if (wd_bound_evaluate(bound, excess, errors, whole, &r, &err)) fail_msg("%s", err.message);
    first += r.minus_two_delta_lnl / MEMBERS;
    second += square(r.minus_two_delta_lnl) / MEMBERS;
    error += r.minus_two_delta_lnl_error / MEMBERS;
  }
  const double scatter = sqrt((second - square(first)) * MEMBERS / (MEMBERS - 1));
  printf("-2 Delta ln L = %.4f, scatter %.4f, error %.4f\n", first, scatter, error);
  assert_true(scatter > 0.1 * error && scatter < 1.6 * error);
  free(excess);
  free(errors);
  free(whole);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(star_itself_is_best),
      cmocka_unit_test(heavy_boson),
      cmocka_unit_test(steps),
      cmocka_unit_test(error_of_ensemble), /* the file is as set_up left it until here */
      cmocka_unit_test(files),
      cmocka_unit_test(bad_files),
      cmocka_unit_test(profiles),
      cmocka_unit_test(pulsation_of_powers),
      cmocka_unit_test(times_in_bins),
      cmocka_unit_test(bins_are_checked)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
