/* Stars that cool with an A' in them against what is known without the program's own way: the emission of a star of the table by
 * quadrature, finer tables, weak couplings, heavy bosons, energy. */
#include "testing_bound.h"
#include "testing_cooling.h"

#include "excess/reference.h"
#include "wdscan/model.h"

enum { SHELLS = 6 };

static wd_settings *settings;
static wd_bound *bound;

static wd_settings *settings_of(const char *mass) {
  return test_settings((const char *[]){"observable=cooling", mass, "star.composition={C12: 0.5, O16: 0.5}",
                                        "physics.continuum=off", "grid.shells=6",
                                        "integrator.relative_error=0.002", NULL});
}

static int set_up(void **state) {
  (void)state;
  gsl_set_error_handler_off();
  settings = settings_of("star.mass=0.55");
  bound = bound_of(settings);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  wd_bound_free(bound);
  wd_settings_free(settings);
  return 0;
}

/* --- The table against the second method --- */

/* A stretch of a star's profile as a profile: its segments, cut off at the ends. Free `segment`. */
static wd_profile stretch_of(const wd_profile *whole, double low, double high) {
  wd_profile p = *whole;
  p.segment = malloc(whole->segments * sizeof *p.segment);
  p.segments = 0;
  assert_non_null(p.segment);
  for (size_t i = 0; i < whole->segments; i++) {
    wd_segment s = whole->segment[i];
    s.low = fmax(s.low, low);
    s.high = fmin(s.high, high);
    if (s.low < s.high) p.segment[p.segments++] = s;
  }
  return p;
}

/* Luminosities of a stretch of the star: the Standard Model's by plasmon decay, and that to the A' by the narrow width and rotated
 * contours [erg/s]. */
static double standard(const wd_profile *whole, const wd_model *model, double low, double high) {
  double kernel[WD_POLARIZATIONS], sum = 0;
  wd_emissivity_quadrature(whole, low, high, kernel);
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    sum += kernel[p] * (p == WD_AXIAL ? model->sum_CA2 : model->sum_CV2);
  return sum;
}

static double reference(const wd_profile *whole, const wd_model *model, double mass, double low,
                        double high) {
  const wd_profile profile = stretch_of(whole, low, high);
  const wd_pole pole = wd_pole_at(&profile, model, mass);
  double sum = 0, error;
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    sum += wd_reference_resonant(&pole, p, 0, &error) + wd_reference_offresonant(&pole, p, 0, &error);
  free(profile.segment);
  return sum;
}

/* Of a star of the table and of its shells, whose shares of the emission are as uncertain as the whole. */
static void check_emission(size_t star, double mass, double coupling) {
  wd_emission *e = wd_bound_emission(bound);
  const size_t shells = wd_emission_shells(e);
  const wd_profile *profile = wd_emission_star(e, star)->profile;
  const wd_model model = wd_model_of(wd_settings_config(settings), coupling);
  assert_int_equal(shells, SHELLS);
  const double per_shell = (double)profile->cells / (double)shells;
  double excess[SHELLS];
  wd_emission_whole whole;
  wd_error err = {0};
  if (wd_emission_compute(e, star, /*stream=*/7, mass, 1, &coupling, excess, NULL, &whole, &err))
    fail_msg("%s", err.message);
  const double all = standard(profile, &model, 0, (double)profile->cells), error = whole.error * whole.excess;
  assert_true(whole.error > 0 && whole.error < 2.1e-3);
  assert_pull(whole.excess, error, reference(profile, &model, mass, 0, (double)profile->cells) / all, 5);
  for (size_t s = 0; s < shells; s++) {
    const double low = per_shell * (double)s, high = per_shell * (double)(s + 1);
    assert_pull(excess[s] * standard(profile, &model, low, high) / all, error,
                reference(profile, &model, mass, low, high) / all, 5);
  }
}

/* Longitudinal and transverse resonances, one at the centre's plasma frequency, threshold, heavy bosons. */
static void emission(void **state) {
  (void)state;
  wd_emission *e = wd_bound_emission(bound);
  const size_t late = wd_emission_nearest(e, 3e7), hot = wd_emission_nearest(e, 1e8) - 1; /* factor e^-0.16 */
  check_emission(late, 3e2, 1e-13);
  check_emission(late, 3e3, 1e-13);
  check_emission(hot, 1e4, 1e-13);
  check_emission(hot, 3e4, 1e-11);
  check_emission(late, 3e5, 1e-5);
  check_emission(late, HEAVY, 4e-3);
}

/* --- Finer tables and shells --- */

/* By how much f_s - 1 changes with another table. */
static double changed(const wd_bound_result *usual, const wd_bound_result *other) {
  return (other->f_s - 1) / (usual->f_s - 1) - 1;
}

enum { FINE_MASSES = 3 };
static const double fine_mass[FINE_MASSES] = {3e3, 1e4, HEAVY},
                    fine_coupling[FINE_MASSES] = {1.3e-13, 5.4e-14, 4e-3},
                    fine_change[FINE_MASSES] = {0.012, 0.025, 1e-6};

/* Twice as many central temperatures, factors half as far: f_s - 1 at 3 keV remains within
 * its error from samples, 0.3 %, at 10 keV it becomes 1.6 % smaller, for heavy bosons there is nothing to interpolate. */
static void finer_tables(void **state) {
  (void)state;
  static const wd_emission_plan finer[] = {{0.1, 0.16}, {0.2, 0.08}};
  wd_bound *b = bound_of(settings);
  wd_bound_result usual[FINE_MASSES];
  for (int i = 0; i < FINE_MASSES; i++) usual[i] = point_of(b, fine_mass[i], fine_coupling[i]);
  for (int k = 0; k < 2; k++) {
    wd_error err = {0};
    const size_t stars = wd_emission_stars(wd_bound_emission(b));
    if (wd_bound_tabulate(b, &finer[k], &err)) fail_msg("%s", err.message);
    assert_true(k > 0 || wd_emission_stars(wd_bound_emission(b)) > 1.8 * (double)stars);
    for (int i = 0; i < FINE_MASSES; i++) {
      const wd_bound_result r = point_of(b, fine_mass[i], fine_coupling[i]);
      if (!(fabs(changed(&usual[i], &r)) < fine_change[i]))
        fail_msg("m = %g eV, plan %d: f_s - 1 is %.6g, was %.6g", fine_mass[i], k, r.f_s - 1,
                 usual[i].f_s - 1);
    }
  }
  wd_bound_free(b);
}

/* --- Weak couplings --- */

/* f_s - 1 becomes proportional to the emission, to g^2 where it is resonant, to g^4 where bosons are heavy: each halving of the
 * emission halves it, and halves what is missing to that. */
static void weak_couplings(void **state) {
  (void)state;
  static const double mass[] = {3e3, HEAVY}, first[] = {2e-14, 1.5e-3}, power[] = {2, 4};
  for (int i = 0; i < 2; i++) {
    double last = point_of(bound, mass[i], first[i]).f_s - 1, missing = 0;
    for (int k = 1; k < 5; k++) {
      const double here = point_of(bound, mass[i], first[i] * pow(0.5, k / power[i])).f_s - 1;
      const double ratio = last / here - 2;
      assert_true(fabs(ratio) < 3e-3);
      if (k > 1) assert_close(ratio, missing / 2, 0.05);
      missing = ratio;
      last = here;
    }
  }
}

/* --- Heavy bosons --- */

/* (P.6): f_s - 1 is the excess, in every star. */
static void heavy_bosons(void **state) {
  (void)state;
  static const char *const masses[] = {"star.mass=0.5", "star.mass=0.8", "star.mass=1"};
  static const double epsilon[] = {0.05, 0.07, 0.17, 0.4, 1.7, 6};
  for (int i = 0; i < 3; i++) {
    wd_settings *own = settings_of(masses[i]);
    wd_bound *b = bound_of(own);
    for (size_t k = 0; k < sizeof epsilon / sizeof *epsilon; k++) {
      const double coupling = HEAVY / 1e6 * pow(epsilon[k] / 1.469e17, 0.25);
      const wd_model model = wd_model_of(wd_settings_config(own), coupling);
      assert_close(point_of(b, HEAVY, coupling).f_s - 1, wd_model_heavy_excess(&model, HEAVY), 1e-3);
    }
    wd_bound_free(b);
    wd_settings_free(own);
  }
}

/* --- Energy --- */

typedef struct budget {
  double imbalance, boson; /* boson: share of what was radiated */
} budget;

/* With the A' of a table, in steps of `change`. */
static budget budget_of(const wd_cooling *cooling, const wd_emission_table *table, double change) {
  wd_physics physics = wd_cooling_physics(cooling);
  physics.boson = wd_emission_excess;
  physics.boson_params = table;
  wd_sequence *s =
      test_sequence(wd_cooling_first(cooling), &physics,
                    (wd_sequence_plan){.earliest = 2e6 * WD_YEAR_S, .coldest = 2e7, .change = change});
  budget b = {s->energy_imbalance, 0};
  for (size_t i = 1; i < s->count; i++)
    b.boson += 0.5 * (s->epoch[i].boson + s->epoch[i - 1].boson) * (s->epoch[i].age - s->epoch[i - 1].age) /
               s->epoch[s->count - 1].radiated;
  wd_sequence_free(s);
  return b;
}

/* Where A' carry away a third or half of it, what is radiated still is what the star loses, up to the second order of the step. */
static void energy(void **state) {
  (void)state;
  static const double mass[] = {3e3, HEAVY}, coupling[] = {3e-13, 8e-3};
  wd_cooling *cooling = test_cooling(settings, 1, USUAL_CHANGE);
  wd_emission *e = wd_bound_emission(bound);
  const size_t stars = wd_emission_stars(e), shells = wd_emission_shells(e);
  double *excess = malloc(stars * shells * sizeof *excess);
  assert_non_null(excess);
  for (int i = 0; i < 2; i++) {
    wd_emission_whole whole;
    wd_error err = {0};
    for (size_t k = 0; k < stars; k++)
      if (wd_emission_compute(e, k, /*stream=*/0, mass[i], 1, &coupling[i], excess + k * shells, NULL, &whole,
                              &err))
        fail_msg("%s", err.message);
    wd_emission_table *table;
    assert_int_equal(wd_emission_table_create(e, excess, 1, &table, NULL), WD_OK);
    budget b[3];
    for (int k = 0; k < 3; k++) b[k] = budget_of(cooling, table, 0.014 * pow(0.5, k));
    assert_true(fabs(b[1].imbalance) < 6e-4 && fabs(b[2].imbalance) < 1.5e-4);
    const double order = (b[0].imbalance - b[1].imbalance) / (b[1].imbalance - b[2].imbalance);
    if (!(order > 3.6 && order < 4.4)) fail_msg("m = %g eV: half the step divides by %.3g", mass[i], order);
    assert_true(b[2].boson > 0.3);
    wd_emission_table_free(table);
  }
  free(excess);
  wd_cooling_free(cooling);
}

/* f_s from random numbers of its own. */
static wd_bound_result streamed(wd_bound *b, double mass, double coupling, uint64_t stream) {
  wd_emission *e = wd_bound_emission(b);
  const size_t stars = wd_emission_stars(e), shells = wd_emission_shells(e);
  double *excess = malloc(stars * shells * sizeof *excess), *error = malloc(stars * shells * sizeof *error);
  wd_emission_whole *whole = malloc(stars * sizeof *whole);
  wd_bound_result result;
  wd_error err = {0};
  assert_true(excess && error && whole);
  for (size_t i = 0; i < stars; i++)
    if (wd_emission_compute(e, i, stream, mass, 1, &coupling, excess + i * shells, error + i * shells,
                            whole + i, &err))
      fail_msg("%s", err.message);
  if (wd_bound_evaluate(b, excess, error, whole, &result, &err)) fail_msg("%s", err.message);
  assert_int_equal(result.status, WD_ROW_DONE);
  free(excess);
  free(error);
  free(whole);
  return result;
}

static void check_scatter(wd_bound *b, double mass, double coupling) {
  enum { STREAMS = 10 };
  double sum = 0, squares = 0, errors = 0;
  for (uint64_t i = 0; i < STREAMS; i++) {
    const wd_bound_result r = streamed(b, mass, coupling, i);
    sum += r.f_s / STREAMS, squares += r.f_s * r.f_s / STREAMS, errors += r.f_s_error / STREAMS;
  }
  const double deviation = sqrt((squares - sum * sum) * STREAMS / (STREAMS - 1));
  if (!(deviation < 1.3 * errors && deviation > 0.2 * errors))
    fail_msg("%g eV, %g: f_s = %g, scatter %g, error %g", mass, coupling, sum, deviation, errors);
}

/* Errors cover the scatter and are not much larger, also where the star reacts strongly: at a mass above the plasma frequency its
 * core, fed by the continuum, becomes so much colder that the tables are extrapolated. */
static void scatter(void **state) {
  (void)state;
  wd_settings *own =
      test_settings((const char *[]){"observable=cooling", "star.mass=0.55", "grid.shells=8", NULL});
  wd_bound *b = bound_of(own);
  check_scatter(b, 1e3, 3e-14);
  check_scatter(b, 1e3, 4.4e-13);
  check_scatter(b, 1e3, 1.3e-12);
  check_scatter(b, 3.16e4, 4e-12);
  check_scatter(b, 3.16e4, 5e-11);
  wd_bound_free(b);
  wd_settings_free(own);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(emission),       cmocka_unit_test(finer_tables),
                                     cmocka_unit_test(weak_couplings), cmocka_unit_test(heavy_bosons),
                                     cmocka_unit_test(energy),         cmocka_unit_test(scatter)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
