/* Which masses are chosen: of contours that are known everywhere, with a threshold, with noise, and ending somewhere. */
#include "testing.h"

#include "result/interpolation.h"
#include "result/refinement.h"

#define TOLERANCE 0.01
enum { MASSES = 321, STEP = 32 };

static double mass[MASSES];
static wd_refinement *r;
static wd_settings *settings;

/* A contour as that of Figure 4: power laws, a minimum, a threshold at 70 keV; its state. */
static int smooth(double m, double *coupling) {
  *coupling = 1e-13 * (m / 3e4 + pow(m / 3e4, -0.5));
  return WD_CONTOUR_CROSSING;
}

static int with_threshold(double m, double *coupling) {
  smooth(m, coupling);
  if (m > 7e4) *coupling = 1e-5 * m / 1e6;
  return WD_CONTOUR_CROSSING;
}

static int ending(double m, double *coupling) {
  if (m > 7e4) return WD_CONTOUR_BELOW;
  return smooth(m, coupling);
}

static int nowhere(double m, double *coupling) {
  (void)m, (void)coupling;
  return WD_CONTOUR_ABOVE;
}

static int unfinished(double m, double *coupling) {
  return m > 1e3 && m < 6e3 ? WD_CONTOUR_UNFINISHED : smooth(m, coupling);
}

static int begin(void **unused) {
  static const char *const assignments[] = {"grid.mass={min: 10, max: 1e7, points: 321}",
                                            "grid.refine={levels: 5, tolerance: 0.01}",
                                            "output.contour_levels=[0.3]", NULL};
  wd_error err = {0};
  (void)unused;
  settings = test_settings(assignments);
  for (int i = 0; i < MASSES; i++) mass[i] = 10 * pow(1e6, i / (MASSES - 1.0));
  assert_int_equal(wd_refinement_create(wd_settings_config(settings), mass, MASSES, &r, &err), WD_OK);
  for (int i = 0; i < MASSES; i++) {
    r->state[i] = WD_CONTOUR_UNFINISHED;
    r->coupling[i] = r->error[i] = NAN;
  }
  return 0;
}

static int end(void **unused) {
  (void)unused;
  wd_refinement_free(r);
  wd_settings_free(settings);
  return 0;
}

/* Gives the chosen masses their contour, with a scatter of `noise`, which it knows of, until no more are chosen; their number. */
static size_t refine(int (*contour)(double m, double *coupling), double noise) {
  size_t rounds = 0;
  do {
    for (int i = 0; i < MASSES; i++) {
      if (!r->chosen[i]) continue;
      const double scatter = noise * sin(1e4 * i * i) * sqrt(2);
      r->state[i] = (int8_t)contour(mass[i], &r->coupling[i]);
      r->coupling[i] = r->state[i] == WD_CONTOUR_CROSSING ? r->coupling[i] * (1 + scatter) : NAN;
      r->error[i] = noise * r->coupling[i];
    }
    assert_true(rounds++ < 10);
  } while (wd_refinement_choose(r));
  return wd_refinement_chosen(r);
}

/* The largest relative deviation of the interpolated contour. */
static double deviation(int (*contour)(double m, double *coupling)) {
  double value[MASSES], node[MASSES], none[MASSES] = {0}, worst = 0, right;
  size_t index[MASSES], n = 0;
  for (size_t i = 0; i < MASSES; i++) {
    if (!r->chosen[i]) continue;
    node[n] = log(mass[i]);
    value[n] = log(r->coupling[i]);
    index[n++] = i;
  }
  for (size_t k = 0; k + 1 < n; k++)
    for (size_t i = index[k]; i < index[k + 1]; i++) {
      const wd_interpolation p = wd_interpolation_at(n, node, value, k, log(mass[i]));
      contour(mass[i], &right);
      worst = fmax(worst, fabs(wd_interpolate(&p, value, none).value - log(right)));
    }
  return worst;
}

static void at_first_every_32nd(void **unused) {
  (void)unused;
  for (int i = 0; i < MASSES; i++) assert_int_equal(r->chosen[i], i % STEP == 0);
}

static void a_tenth_makes_the_curve(void **unused) {
  (void)unused;
  assert_in_range(refine(smooth, 0), 11, MASSES / 10);
  assert_true(deviation(smooth) < TOLERANCE);
}

/* A threshold is closed in upon to the grid's step, and costs as many masses as there are levels. */
static void a_threshold_is_found(void **unused) {
  (void)unused;
  const size_t chosen = refine(with_threshold, 0);
  int last = 0;
  while (mass[last + 1] < 7e4) last++;
  assert_true(r->chosen[last] && r->chosen[last + 1]);
  assert_in_range(chosen, 11, MASSES / 8);
  assert_true(deviation(with_threshold) < TOLERANCE);
}

static void the_end_of_a_contour_is_found(void **unused) {
  (void)unused;
  refine(ending, 0);
  int last = 0;
  while (mass[last + 1] < 7e4) last++;
  assert_true(r->chosen[last] && r->chosen[last + 1] && !r->chosen[last + STEP / 2]);
}

static void noise_is_not_followed(void **unused) {
  (void)unused;
  const size_t quiet = refine(smooth, 0);
  end(NULL);
  begin(NULL);
  assert_in_range(refine(smooth, 2 * TOLERANCE), 11, quiet + 8);
}

static void what_is_not_there_is_not_refined(void **unused) {
  (void)unused;
  assert_int_equal(refine(nowhere, 0), 11);
}

/* Where points failed, nothing is known from the neighbours. */
static void what_is_unknown_is(void **unused) {
  (void)unused;
  refine(unfinished, 0);
  for (int i = 0; i < MASSES; i++)
    if (mass[i] > 1e3 && mass[i] < 6e3) assert_true(r->chosen[i]);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(at_first_every_32nd),   TEST(a_tenth_makes_the_curve),
      TEST(a_threshold_is_found),  TEST(the_end_of_a_contour_is_found),
      TEST(noise_is_not_followed), TEST(what_is_not_there_is_not_refined),
      TEST(what_is_unknown_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
