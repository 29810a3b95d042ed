/* f_s of stars that cool with an A': limits, errors, the window, the table of the losses, energy. */
#include "testing_bound.h"

#include "base/constants.h"
#include "bound/sequence.h"
#include "bound/window.h"

/* A star with its tables, made once: 0.55 M_sun. */
static wd_settings *settings;
static wd_bound *bound;
static size_t stars, shells, zones;

static wd_settings *settings_of(const char *mass) {
  return test_settings((const char *[]){"observable=cooling", mass, "physics.continuum=off", "grid.shells=8",
                                        "integrator.relative_error=0.02", NULL});
}

static int set_up(void **state) {
  (void)state;
  settings = settings_of("star.mass=0.55");
  bound = bound_of(settings);
  stars = wd_emission_stars(wd_bound_emission(bound));
  shells = wd_emission_shells(wd_bound_emission(bound));
  zones = wd_bound_star(bound)->nodes - 1;
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  wd_bound_free(bound);
  wd_settings_free(settings);
  return 0;
}

/* The tables of a point; free both. */
typedef struct tables {
  double *excess, *error;
  wd_emission_whole *whole;
} tables;

static tables tables_of(wd_bound *b, double mass, double coupling) {
  wd_emission *e = wd_bound_emission(b);
  const size_t n = wd_emission_stars(e), per_star = wd_emission_shells(e);
  const tables t = {malloc(n * per_star * sizeof(double)), malloc(n * per_star * sizeof(double)),
                    malloc(n * sizeof(wd_emission_whole))};
  wd_error err = {0};
  assert_true(t.excess && t.error && t.whole);
  for (size_t i = 0; i < n; i++)
    if (wd_emission_compute(e, i, /*stream=*/0, mass, 1, &coupling, t.excess + i * per_star,
                            t.error + i * per_star, t.whole + i, &err))
      fail_msg("%s", err.message);
  return t;
}

static void free_tables(tables t) {
  free(t.excess);
  free(t.error);
  free(t.whole);
}

/* f_s - 1 with all losses to A' times `factor`. */
static double scaled(tables t, double factor) {
  wd_bound_result result;
  wd_error err = {0};
  double *excess = malloc(stars * shells * sizeof *excess);
  assert_non_null(excess);
  for (size_t i = 0; i < stars * shells; i++) excess[i] = factor * t.excess[i];
  if (wd_bound_evaluate(bound, excess, NULL, t.whole, &result, &err)) fail_msg("%s", err.message);
  free(excess);
  return result.f_s - 1;
}

/* The sequence of the star from when it begins to cool; its window, which the star does not reach, plays no part. */
static wd_sequence *sequence_of(double mass, double coupling) {
  wd_settings *own = test_settings((const char *[]){
      "star.mass=0.55", "physics.continuum=off", "grid.shells=8", "integrator.relative_error=0.02",
      "cooling={earliest: 0, coldest: 3e7, window: {from: 9e5, to: 8e5}}", NULL});
  wd_sequence *sequence;
  wd_error err = {0};
  if (wd_bound_sequence(wd_settings_config(own), mass, coupling, &sequence, &err))
    fail_msg("%s", err.message);
  wd_settings_free(own);
  return sequence;
}

/* --- Limits --- */

static void no_boson(void **state) {
  (void)state;
  for (int heavy = 0; heavy < 2; heavy++) {
    const wd_bound_result r = point_of(bound, heavy ? HEAVY : 3e3, 1e-20);
    assert_close(r.time_ratio, 1, 1e-6);
    assert_close(r.f_s, 1, 1e-6);
  }
  wd_sequence *with = sequence_of(3e3, 1e-20), *without = sequence_of(3e3, 0);
  assert_int_equal(with->count, without->count);
  for (size_t i = 0; i < with->count; i++) {
    assert_close(with->epoch[i].age, without->epoch[i].age, 1e-6);
    assert_close(with->epoch[i].photons, without->epoch[i].photons, 1e-6);
    assert_true(without->epoch[i].boson == 0);
  }
  wd_sequence_free(with);
  wd_sequence_free(without);
}

/* (P.6): where the boson is heavy, its emission is plasmon decay times a number, the same everywhere in all stars. */
static void check_heavy(wd_bound *b) {
  static const double epsilon[] = {0.05, 0.4, 3};
  for (size_t i = 0; i < sizeof epsilon / sizeof *epsilon; i++) {
    const double coupling = HEAVY / 1e6 * pow(epsilon[i] / 1.469e17, 0.25);
    const tables t = tables_of(b, HEAVY, coupling);
    for (size_t s = 0; s < wd_emission_stars(wd_bound_emission(b)); s++)
      assert_close(t.whole[s].excess, epsilon[i], 1e-3);
    wd_bound_result r;
    wd_error err = {0};
    if (wd_bound_evaluate(b, t.excess, t.error, t.whole, &r, &err)) fail_msg("%s", err.message);
    assert_close(r.f_s - 1, t.whole[0].excess, 1.5e-3);
    free_tables(t);
  }
}

static void heavy_boson(void **state) {
  (void)state;
  check_heavy(bound);
}

/* --- Between them --- */

static void rises_with_coupling(void **state) {
  (void)state;
  static const double mass[] = {3e2, 3e3, 1e5, HEAVY}, smallest[] = {3e-15, 3e-15, 5e-7, 5e-4};
  for (size_t m = 0; m < sizeof mass / sizeof *mass; m++) {
    wd_bound_result last = {.f_s = 1, .time_ratio = 1};
    for (int k = 0; k < 6 && last.f_s < WD_BOUND_LARGEST; k++) {
      wd_bound_result r;
      wd_error err = {0};
      if (wd_bound_point(bound, mass[m], smallest[m] * pow(2.5, k), &r, &err)) fail_msg("%s", err.message);
      assert_true(r.status == WD_ROW_DONE || r.f_s > 0.9 * WD_BOUND_LARGEST);
      if (!(r.f_s > last.f_s && r.time_ratio < last.time_ratio))
        fail_msg("m = %g eV, step %d: f_s %.9g after %.9g, time %.9g after %.9g", mass[m], k, r.f_s, last.f_s,
                 r.time_ratio, last.time_ratio);
      last = r;
    }
  }
}

/* The coupling at which f_s - 1 is `wanted`, within a few percent. */
static double coupling_at(double mass, double wanted, double low, double high) {
  while (high / low > 1.02) {
    const double middle = sqrt(low * high);
    *(point_of(bound, mass, middle).f_s - 1 < wanted ? &low : &high) = middle;
  }
  return sqrt(low * high);
}

/* The error of f_s takes f_s - 1 to be proportional to the emission. */
static void error_of_emission(void **state) {
  (void)state;
  const double mass = 3e3, coupling = coupling_at(mass, 0.7, 1e-15, 1e-12);
  const tables t = tables_of(bound, mass, coupling);
  const double here = scaled(t, 1), more = scaled(t, 1.05), slope = log(more / here) / log(1.05);
  const wd_bound_result r = point_of(bound, mass, coupling);
  assert_close(here, 0.7, 0.1);
  assert_true(slope > 0.8 && slope < 1.2);
  double most = 0;
  for (size_t i = 0; i < stars; i++) most = fmax(most, t.whole[i].error);
  assert_true(most > 0 && most < 0.02);
  assert_true(r.f_s - 1 == here);
  assert_true(r.f_s_error > 0.1 * most * here && r.f_s_error < 3 * most * here);
  free_tables(t);
}

/* The same excess everywhere. */
static wd_bound_result evaluated(double excess) {
  wd_bound_result result;
  wd_error err = {0};
  tables t = {malloc(stars * shells * sizeof(double)), calloc(stars * shells, sizeof(double)),
              malloc(stars * sizeof(wd_emission_whole))};
  assert_true(t.excess && t.error && t.whole);
  for (size_t i = 0; i < stars * shells; i++) t.excess[i] = excess;
  for (size_t i = 0; i < stars; i++) t.whole[i] = (wd_emission_whole){excess, 0, 0};
  if (wd_bound_evaluate(bound, t.excess, t.error, t.whole, &result, &err)) fail_msg("%s", err.message);
  free_tables(t);
  return result;
}

/* f_s is followed up to the largest one, which is a lower limit and says so, with a sequence or without. */
static void lower_limit(void **state) {
  (void)state;
  const wd_bound_result less = evaluated(0.5 * WD_BOUND_LARGEST), most = evaluated(0.9 * WD_BOUND_LARGEST),
                        more = evaluated(2 * WD_BOUND_LARGEST), far = evaluated(100 * WD_BOUND_LARGEST);
  assert_true(less.status == WD_ROW_DONE && most.status == WD_ROW_DONE);
  assert_true(more.status == WD_ROW_LOWER_LIMIT && far.status == WD_ROW_LOWER_LIMIT);
  assert_true(far.f_s == more.f_s && far.time_ratio == more.time_ratio);
  assert_true(less.f_s < most.f_s);
  assert_true(more.f_s == 1 + WD_BOUND_LARGEST && most.f_s < more.f_s);
  assert_string_equal(wd_row_status_name(more.status), "lower_limit");
}

/* --- The window --- */

/* Of a star of constant radius that is 30000 K hot when it is as bright as the Sun. */
static wd_epoch epoch_at(double age, double temperature) {
  return (wd_epoch){
      .age = age, .effective_temperature = temperature, .photons = WD_L_SUN_CGS * pow(temperature / 3e4, 4)};
}

/* A star whose ln age is a parabola in ln T_eff. */
static double age_of(double temperature) {
  const double x = log(temperature / 1e4);
  return exp(4 - 2 * x + 0.3 * x * x);
}

/* The passage through these temperatures at the ages of that star or, if not `parabola`, 1, 2, 3...; `watched`: how many epochs
 * until the star has left, or all. */
static wd_passage pass(const wd_config *config, bool parabola, const double *temperature, size_t count,
                       size_t *watched) {
  wd_passage p = wd_passage_begin(config);
  wd_error err = {0};
  int status = WD_OK;
  for (*watched = 0; *watched < count && !status; ++*watched) {
    const double T = temperature[*watched], age = parabola ? age_of(T) : 1 + (double)*watched;
    const wd_epoch epoch = epoch_at(age, T);
    status = wd_passage_watch(&p, NULL, &epoch, &err);
  }
  assert_int_equal(status, isnan(p.left) ? WD_OK : WD_ERR_STOPPED);
  return p;
}

/* The windows of 4e4 K to 2e4 K in all quantities. */
enum { QUANTITIES = 3 };
static wd_settings *window_of(int quantity) {
  const double from = pow(4. / 3, 4), to = pow(2. / 3, 4);
  char text[2][64];
  const char *name[] = {"effective_temperature", "luminosity", "magnitude"};
  const double ends[QUANTITIES][2] = {
      {4e4, 2e4}, {from, to}, {4.74 - 2.5 * log10(from), 4.74 - 2.5 * log10(to)}};
  char which[64];
  snprintf(which, sizeof which, "cooling.window.quantity=%s", name[quantity]);
  snprintf(text[0], sizeof text[0], "cooling.window.from=%.17g", ends[quantity][0]);
  snprintf(text[1], sizeof text[1], "cooling.window.to=%.17g", ends[quantity][1]);
  return test_settings((const char *[]){"observable=cooling", which, text[0], text[1], NULL});
}

/* Age at which the temperature is passed on a straight line of logarithms. */
static double on_line(double T, double from, double age_from, double to, double age_to) {
  return age_from * pow(age_to / age_from, log(from / T) / log(from / to));
}

static void check_window(const wd_config *config) {
  static const double once[] = {6e4, 5e4, 3e4, 2.5e4, 1.5e4, 1e4}, again[] = {5e4, 3e4, 4.5e4, 3.5e4, 1.9e4},
                      one_step[] = {5e4, 1e4}, cold[] = {3e4, 2.5e4, 1e4}, begun[] = {5e4, 3e4},
                      exactly[] = {5e4, 4e4, 3e4, 2e4, 1e4};
  size_t n;
  wd_passage p = pass(config, true, once, 6, &n);
  assert_close(p.entered, age_of(4e4), 1e-12);
  assert_close(p.left, age_of(2e4), 1e-12);
  assert_int_equal(n, 5);
  p = pass(config, false, again, 4, &n); /* the star was heated: no parabola through a turn */
  assert_close(p.entered, on_line(4e4, 4.5e4, 3, 3.5e4, 4), 1e-12);
  assert_true(isnan(p.left));
  p = pass(config, false, again, 5, &n);
  assert_true(p.left > 4 && p.left < 5);
  p = pass(config, false, one_step, 2, &n);
  assert_close(p.entered, on_line(4e4, 5e4, 1, 1e4, 2), 1e-12);
  assert_close(p.left, on_line(2e4, 5e4, 1, 1e4, 2), 1e-12);
  p = pass(config, true, cold, 3, &n);
  assert_true(isnan(p.entered) && isnan(p.left) && n == 3);
  p = pass(config, true, begun, 2, &n);
  assert_true(!isnan(p.entered) && isnan(p.left));
  p = pass(config, false, exactly, 5, &n);
  assert_close(p.entered, 2, 1e-12);
  assert_close(p.left, 4, 1e-12);
}

/* Sequences count ages from moments of their own: those of 0 and before have no logarithm, and time is a straight line. */
static void check_early(const wd_config *config, double first) {
  static const double temperature[] = {6e4, 4.5e4, 3e4, 1e4};
  wd_passage p = wd_passage_begin(config);
  wd_error err = {0};
  for (int i = 0; i < 4 && isnan(p.left); i++) {
    const wd_epoch epoch = epoch_at(first + i, temperature[i]);
    wd_passage_watch(&p, NULL, &epoch, &err);
  }
  assert_close(p.entered, first + 1 + log(4.5e4 / 4e4) / log(4.5e4 / 3e4), 1e-12);
  assert_close(p.left, on_line(2e4, 3e4, first + 2, 1e4, first + 3), 1e-12);
}

static void window(void **state) {
  (void)state;
  for (int q = 0; q < QUANTITIES; q++) {
    wd_settings *own = window_of(q);
    check_window(wd_settings_config(own));
    check_early(wd_settings_config(own), -1);
    check_early(wd_settings_config(own), -1.7);
    wd_settings_free(own);
  }
}

/* --- Energy --- */

static void energy(void **state) {
  (void)state;
  static const double mass[] = {3e3, HEAVY}, coupling[] = {1e-13, 4e-3};
  for (int i = 0; i < 2; i++) {
    wd_sequence *s = sequence_of(mass[i], coupling[i]);
    assert_true(fabs(s->energy_imbalance) < 1e-2);
    for (size_t k = 0; k < s->count; k++) assert_true(s->epoch[k].boson > 0);
    /* a heavy boson: plasmon decay times the excess */
    for (size_t k = 0; k < s->count && mass[i] == HEAVY; k++)
      assert_close(s->epoch[k].boson / s->epoch[k].neutrinos[WD_LOSS_PLASMON],
                   s->epoch[1].boson / s->epoch[1].neutrinos[WD_LOSS_PLASMON], 0.02);
    wd_sequence_free(s);
  }
}

/* --- The table --- */

/* [K] in a zone of a star of the table; node i + 1 is zone i. */
static double zone_temperature(size_t star, size_t zone) {
  return wd_emission_star(wd_bound_emission(bound), star)->temperature[zone + 1] / WD_KELVIN;
}

/* A made-up excess, different in every star and shell; with `sign`, negative in some shells. */
static double *made_up(bool sign) {
  double *excess = malloc(stars * shells * sizeof *excess);
  assert_non_null(excess);
  for (size_t i = 0; i < stars; i++)
    for (size_t s = 0; s < shells; s++)
      excess[i * shells + s] =
          (sign && s % 2 ? -1 : 1) * exp(0.3 * (double)s + 0.7 * sin(0.9 * (double)i + (double)s));
  return excess;
}

/* At the temperatures of a star of the table, the excess is that of the zone's shell, or, on the edge of two, between
 * them. */
static void check_star(const wd_emission_table *table, const double *all, double factor, size_t i,
                       size_t *inside) {
  const double *excess = all + i * shells;
  const size_t usual = i / WD_FACTORS * WD_FACTORS + WD_FACTORS / 2;
  for (size_t z = 0; z < zones; z++) {
    double out[2];
    wd_emission_excess(table, z, zone_temperature(i, z), zone_temperature(usual, 0), out);
    const size_t s = (size_t)(((double)z + 0.5) * (double)shells / (double)zones);
    const double a = factor * excess[s], b = factor * excess[s + 1 < shells ? s + 1 : s];
    const double slack = 1e-9 * (fabs(a) + fabs(b));
    if (!(out[0] > fmin(a, b) - slack && out[0] < fmax(a, b) + slack))
      fail_msg("star %zu, zone %zu: %.12g, not %.12g to %.12g", i, z, out[0], a, b);
    *inside += fabs(out[0] - a) <= slack;
  }
}

static void tabulated_values(void **state) {
  (void)state;
  for (int sign = 0; sign < 2; sign++) {
    double *excess = made_up(sign);
    wd_emission_table *table;
    assert_int_equal(wd_emission_table_create(wd_bound_emission(bound), excess, 2, &table, NULL), WD_OK);
    size_t inside = 0;
    for (size_t i = 0; i < stars; i++) check_star(table, excess, 2, i, &inside);
    assert_true(inside < stars * zones && inside >= stars * (zones - shells));
    wd_emission_table_free(table);
    free(excess);
  }
}

/* As many shells as zones are possible, more are refused. */
static void shells_and_zones(void **state) {
  (void)state;
  char most[32], more[32];
  snprintf(most, sizeof most, "grid.shells=%zu", zones);
  snprintf(more, sizeof more, "grid.shells=%zu", zones + 1);
  for (int k = 0; k < 2; k++) {
    wd_settings *own = test_settings((const char *[]){"observable=cooling", "star.mass=0.55",
                                                      "physics.continuum=off", k ? more : most, NULL});
    wd_cooling *cooling;
    wd_emission *emission = NULL;
    wd_error err = {0};
    assert_int_equal(wd_cooling_create(wd_settings_config(own), 1, 0.03, &cooling, &err), WD_OK);
    assert_int_equal(
        wd_emission_create(wd_settings_config(own), cooling, 5e7, &wd_emission_usual, &emission, &err),
        k ? WD_ERR_CONFIG : WD_OK);
    assert_true(!k || (strstr(err.message, more + 12) && strstr(err.message, most + 12)));
    wd_emission_free(emission);
    wd_cooling_free(cooling);
    wd_settings_free(own);
  }
}

static double excess_at(const wd_emission_table *table, size_t zone, double x, double central) {
  double out[2];
  wd_emission_excess(table, zone, exp(x), central, out);
  return out[0];
}

/* The derivative by x = ln T. */
static void check_slope(const wd_emission_table *table, size_t zone, double x, double central) {
  const double h = 1e-5;
  double out[2];
  wd_emission_excess(table, zone, exp(x), central, out);
  const double difference =
      (excess_at(table, zone, x + h, central) - excess_at(table, zone, x - h, central)) / (2 * h);
  if (!(fabs(out[1] - difference) < 1e-6 * (fabs(out[0]) + fabs(out[1]))))
    fail_msg("zone %zu, %g K: slope %.9g, differences %.9g", zone, exp(x), out[1], difference);
}

/* The derivatives by the tabulated values: those of differences; and together, as the excess is proportional to all of them, the
 * excess. */
static void table_derivatives(void **state) {
  (void)state;
  const size_t n = stars * shells;
  double *by = malloc(n * sizeof *by);
  assert_non_null(by);
  for (int sign = 0; sign < 2; sign++) {
    double *excess = made_up(sign);
    for (size_t z = 0; z < zones; z += 11) {
      const double central = 0.7 * zone_temperature(1, 0), temperature = 0.6 * zone_temperature(1, z);
      double here = 0, before[2], after[2], sum = 0;
      size_t largest = 0;
      wd_emission_table *table;
      assert_int_equal(wd_emission_table_create(wd_bound_emission(bound), excess, 2, &table, NULL), WD_OK);
      for (size_t i = 0; i < n; i++) by[i] = 0;
      wd_emission_add_derivatives(table, z, temperature, central, 3, by);
      wd_emission_excess(table, z, temperature, central, before);
      wd_emission_table_free(table);
      for (size_t i = 0; i < n; i++) {
        sum += by[i] * excess[i];
        if (fabs(by[i]) > fabs(by[largest])) largest = i;
      }
      assert_close(sum, 3 * before[0], 1e-9);
      const double step = 1e-5 * excess[largest];
      excess[largest] += step;
      assert_int_equal(wd_emission_table_create(wd_bound_emission(bound), excess, 2, &table, NULL), WD_OK);
      wd_emission_excess(table, z, temperature, central, after);
      wd_emission_table_free(table);
      excess[largest] -= step;
      here = (after[0] - before[0]) / step;
      assert_close(by[largest], 3 * here, 1e-3);
    }
    free(excess);
  }
  free(by);
}

/* Between the hottest star, number 1, and the coldest; with ln factors that reach to where the excess is
 * no longer followed. */
static void derivative(void **state) {
  (void)state;
  static const double factors[] = {-0.7, -0.3, -0.16, -0.07, 0.01, 0.1, 0.2, 0.3, 0.8};
  for (int sign = 0; sign < 2; sign++) {
    double *excess = made_up(sign);
    wd_emission_table *table;
    assert_int_equal(wd_emission_table_create(wd_bound_emission(bound), excess, 1, &table, NULL), WD_OK);
    for (double share = 0; share <= 1; share += 0.05)
      for (size_t z = 0; z < zones; z += 7) {
        const double hot = log(zone_temperature(1, z)), cold = log(zone_temperature(stars - 2, z));
        const double first = log(zone_temperature(1, 0)), last = log(zone_temperature(stars - 2, 0));
        for (size_t j = 0; j < sizeof factors / sizeof *factors; j++)
          check_slope(table, z, hot + share * (cold - hot) + factors[j], exp(first + share * (last - first)));
      }
    wd_emission_table_free(table);
    free(excess);
  }
}

/* Large couplings share samples, though K and r_BSM shift them by up to 1e-3; at this mass their emission is moderate. */
static void large_couplings(void **state) {
  (void)state;
  enum { N = 3 };
  static const double coupling[N] = {0.03, 0.06, 0.1};
  const double mass = 10 * HEAVY;
  wd_emission *e = wd_bound_emission(bound);
  const size_t star = WD_FACTORS / 2;
  wd_emission_whole shared[N], single;
  double *excess = malloc(N * shells * sizeof *excess);
  wd_error err = {0};
  assert_non_null(excess);
  assert_int_equal(wd_emission_compute(e, star, /*stream=*/0, mass, N, coupling, excess, NULL, shared, &err),
                   WD_OK);
  for (size_t i = 0; i < N; i++) {
    assert_int_equal(
        wd_emission_compute(e, star, /*stream=*/1, mass, 1, &coupling[i], excess, NULL, &single, &err),
        WD_OK);
    const double error = hypot(shared[i].error, single.error);
    assert_true(error < 0.02);
    assert_close(shared[i].excess, single.excess, 1e-3 + 4 * error);
    assert_close(shared[i].excess, 1.469e17 * pow(coupling[i] / (mass / 1e6), 4), 0.1);
  }
  free(excess);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(no_boson),
                                     cmocka_unit_test(heavy_boson),
                                     cmocka_unit_test(large_couplings),
                                     cmocka_unit_test(rises_with_coupling),
                                     cmocka_unit_test(error_of_emission),
                                     cmocka_unit_test(lower_limit),
                                     cmocka_unit_test(window),
                                     cmocka_unit_test(energy),
                                     cmocka_unit_test(tabulated_values),
                                     cmocka_unit_test(shells_and_zones),
                                     cmocka_unit_test(table_derivatives),
                                     cmocka_unit_test(derivative)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
