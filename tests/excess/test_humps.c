/* Stars from files whose plasma frequency is not monotonic, or whose temperature makes v_* rise where omega_p falls:
 * several resonance radii, poles that merge; or that has kinks. Monte Carlo against the deterministic method. */
#include "testing_point.h"

#include "base/constants.h"
#include "excess/channels.h"
#include "excess/reference.h"
#include <unistd.h>

#define COUPLING 1e-6

enum { ROWS = 301, ZONES = 601, TURNS = 201 }; /* of a profile */

static wd_settings *settings;

static int set_up(void **state) {
  (void)state;
  settings = test_paper_settings((const char *[]){"integrator.max_evaluations=300000", NULL});
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  wd_settings_free(settings);
  return 0;
}

/* The star of so many rows with these functions of x = r/R as density [g cm^-3] and temperature [K]. */
static wd_star *star_of(int rows, double (*density)(double x), double (*temperature)(double x)) {
  char path[] = "/tmp/wdscan-hump-XXXXXX";
  int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  FILE *file = fdopen(descriptor, "w");
  assert_non_null(file);
  fprintf(file, "r[km] rho[g/cm^3] T[K]\n");
  for (int i = 0; i < rows; i++) {
    double x = (double)i / (rows - 1);
    fprintf(file, "%.16e %.16e %.16e\n", 5e3 * x, density(x), temperature(x));
  }
  fclose(file);
  wd_config config = *wd_settings_config(settings);
  strcpy(config.star.profile, path);
  wd_star *star;
  wd_error err = {0};
  if (wd_star_create(&config, &star, &err)) fail_msg("%s", err.message);
  unlink(path);
  return star;
}

static wd_model model_of(const wd_config *config) {
  return wd_model_at(COUPLING, config->physics.sin2_theta_w, config->physics.formulas);
}

static wd_point_result compute(const wd_config *config, const wd_star *star, double mass) {
  wd_point_result result = point_in(star, config, (uint64_t)mass, mass, COUPLING);
  assert_int_equal(result.failure, WD_FAILURE_NONE);
  return result;
}

/* The off-resonance part within 4 errors, which are below `accuracy` of it. */
static void compare_off_resonance(wd_config config, const wd_star *star, double mass, double accuracy) {
  wd_model m = model_of(&config);
  const wd_pole pole = wd_pole_at(star->profile, &m, mass);
  double error, standard = 0, off = 0;
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    standard += wd_reference_standard(&pole, p, 0, &error);
    off += wd_reference_offresonant(&pole, p, 0, &error);
  }
  off /= standard;
  config.physics.resonance = WD_RESONANCE_OFF;
  const wd_point_result r = compute(&config, star, mass);
  assert_pull(r.excess, r.excess_error, off, 4);
  if (!(r.excess_error < accuracy * fabs(off)))
    fail_msg("m = %g: off resonance %g +- %g, expected %g", mass, r.excess, r.excess_error, off);
}

/* Resonant parts within 2 %, and the off-resonance part. at_radius: whether the boson has a pole where q^2 turns. */
static void compare(const wd_star *star, double mass, bool at_radius, double accuracy) {
  const wd_config *config = wd_settings_config(settings);
  wd_model m = model_of(config);
  const wd_pole pole = wd_pole_at(star->profile, &m, mass);
  assert_int_equal(pole.at_radius, at_radius);
  double error, standard = 0;
  for (int p = 0; p < WD_POLARIZATIONS; p++) standard += wd_reference_standard(&pole, p, 0, &error);
  wd_point_result r = compute(config, star, mass);
  assert_close(r.luminosity_total, standard, 0.02);
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    double truth = wd_reference_resonant(&pole, p, 0, &error) / standard;
    if (truth > 1e-3 * r.excess) assert_close(r.resonant[p], truth, 0.02);
  }
  compare_off_resonance(*config, star, mass, accuracy);
}

static double warm(double x) {
  return 1e8 * (1 + 0.8 * sin(3 * x));
}

/* A dense core within a shell of half its density at 0.55 R. */
static double core_and_shell(double x) {
  return 1e6 * (exp(-12 * x * x) + 0.5 * exp(-pow((x - 0.55) / 0.15, 2))) * (1 - 0.99 * pow(x, 6));
}

static void several_resonances(void **state) {
  (void)state;
  wd_star *star = star_of(ROWS, core_and_shell, warm);
  const wd_profile *p = star->profile;
  /* the valley is at omega_p = 10.55 keV, the hump at 13.32 keV; v_* turns elsewhere */
  assert_int_equal(p->segments, 5);
  assert_true(p->segment[1].mixed && p->segment[3].mixed);
  assert_close(sqrt(wd_profile_lowest(p, p->segment[2].low)), 10550, 1e-3);
  assert_close(sqrt(wd_profile_lowest(p, p->segment[4].low)), 13319, 1e-3);
  compare(star, 4e3, false, 0.03);    /* one radius */
  compare(star, 10.7e3, true, 0.3);   /* in the valley */
  compare(star, 12e3, false, 0.03);   /* three radii */
  compare(star, 13.78e3, true, 0.03); /* on the hump */
  compare(star, 16e3, false, 0.03);   /* one again */
  compare(star, 20e3, false, 0.03);   /* none */
  wd_star_free(star);
}

static double slowly_rising(double x) {
  return 1e5 * (1 + 0.1 * x * x);
}

static double hotter_outside(double x) {
  return 1e7 + 3e8 * x * x;
}

/* In the outer part omega_p falls outwards, with the temperature, while the largest q^2 rises with v_*. */
static void opposed_velocities(void **state) {
  (void)state;
  wd_star *star = star_of(ROWS, slowly_rising, hotter_outside);
  assert_int_equal(star->profile->segments, 2);
  assert_true(star->profile->segment[1].mixed && !star->profile->segment[0].mixed);
  compare(star, 3e3, false, 0.03);   /* none */
  compare(star, 6.27e3, false, 0.1); /* in the core only, where both rise */
  compare(star, 6.35e3, true, 0.3);
  compare(star, 6.43e3, true, 0.3);
  compare(star, 9e3, false, 0.03); /* none */
  wd_star_free(star);
}

/* Zones as stellar codes make them: the density falls by unequal steps, 0.7 and 1.3 times what is smooth. */
static double zones(double x) {
  const double row = round((ZONES - 1) * x), step = 3 * x / (ZONES - 1);
  return 1e6 * pow(1 - 0.999 * x * x, 1.5) * (1 + 0.15 * step * cos(WD_PI * row));
}

static double cooler_outside(double x) {
  return 5e7 * (1 - 0.5 * x);
}

/* A monotonic profile with a kink at each node, many of them within the window around a pole. */
static void uneven_zones(void **state) {
  (void)state;
  wd_config config = *wd_settings_config(settings);
  wd_star *star = star_of(ZONES, zones, cooler_outside);
  assert_int_equal(star->profile->segments, 1);
  config.integrator.relative_error = 0.01;
  config.integrator.max_evaluations = 4000000;
  compare_off_resonance(config, star, 1e4, 0.02);
  wd_star_free(star);
}

/* The density falls and rises from row to row. */
static double zigzag(double x) {
  return 1e6 * pow(1 - 0.999 * x * x, 1.5) * (1 + 0.2 * cos(WD_PI * round((TURNS - 1) * x)));
}

static double zigzag_twice(double x) {
  return 1e6 * pow(1 - 0.999 * x * x, 1.5) * (1 + 0.2 * cos(WD_PI * round((2 * TURNS - 1) * x)));
}

/* Hundreds of turns within the only shell agree with the second method; with more of them than pieces the point fails, and is not
 * computed without some. */
static void many_turns(void **state) {
  (void)state;
  wd_config config = *wd_settings_config(settings);
  config.grid.shells = 1;
  config.integrator.max_evaluations = 4000000;
  wd_star *star = star_of(TURNS, zigzag, cooler_outside);
  assert_true(star->profile->segments > WD_PIECES_MAX / 2 && star->profile->segments < WD_PIECES_MAX);
  compare_off_resonance(config, star, 1e4, 0.2);
  wd_model m = model_of(&config);
  const wd_pole pole = wd_pole_at(star->profile, &m, 1e4);
  double error, standard = 0, resonant = 0;
  for (int p = 0; p < WD_POLARIZATIONS; p++) standard += wd_reference_standard(&pole, p, 0, &error);
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    resonant += wd_reference_resonant(&pole, p, 0, &error) / standard;
  const wd_point_result r = compute(&config, star, 1e4);
  assert_pull(r.excess, r.excess_error, resonant, 5);
  assert_true(r.excess_error < 0.02 * r.excess);
  wd_star_free(star);
  star = star_of(2 * TURNS, zigzag_twice, cooler_outside);
  assert_true(star->profile->segments > WD_PIECES_MAX);
  assert_int_equal(point_in(star, &config, 1, 1e4, COUPLING).failure, WD_FAILURE_POLE);
  wd_star_free(star);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(several_resonances),
      cmocka_unit_test(opposed_velocities),
      cmocka_unit_test(uneven_zones),
      cmocka_unit_test(many_turns),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
