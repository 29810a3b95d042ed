/* Rough profiles, as files of four digits have them: humps, plateaus, discontinuities, temperatures that jump. No point
 * may fail, and Monte Carlo agrees with the deterministic method. ROUGH_POINTS sets how many points each profile gets. */
#include "testing_point.h"

#include "excess/reference.h"
#include <unistd.h>

enum { PROFILES = 20, COMPARED = 4 };

static wd_settings *settings;

static int set_up(void **state) {
  (void)state;
  settings = test_settings(
      (const char *[]){"star.composition=He4", "grid.shells=8", "integrator.relative_error=0.05",
                       "integrator.max_evaluations=20000", "physics.continuum=off", NULL});
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  wd_settings_free(settings);
  return 0;
}

/* In [0, 1), the same numbers everywhere. */
static double uniform(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (double)(*state >> 11) / 9007199254740992.0;
}

/* A smooth fall with humps; between some rows nothing changes, at some everything jumps. */
typedef struct rough {
  double centre, height[3], at[3], width[3];
} rough;

static rough rough_of(double centre, uint64_t *state) {
  rough r = {.centre = centre};
  for (int i = 0; i < 3; i++) {
    r.height[i] = 1.5 * uniform(state) - 0.4;
    r.at[i] = uniform(state);
    r.width[i] = 0.03 + 0.2 * uniform(state);
  }
  return r;
}

static double value_of(const rough *r, double x, double power) {
  double humps = 1;
  for (int i = 0; i < 3; i++) humps += r->height[i] * exp(-pow((x - r->at[i]) / r->width[i], 2));
  return r->centre * fmax(humps, 0.05) * pow(1 - 0.99 * x * x, power);
}

/* A row in GYRE's format: radius [cm], temperature [K], density [g cm^-3]. Returns its length. */
static size_t write_row(char *text, size_t size, int number, double radius, double temperature,
                        double density) {
  return (size_t)snprintf(text, size, "%d %.6e 1e30 0 1e20 %.3e %.3e 0 0 0 0 0 0 0 0 0 0 0 0\n", number,
                          radius, temperature, density);
}

static wd_star *star_of(const char *text, int rows) {
  char path[] = "/tmp/wdscan-rough-XXXXXX";
  FILE *file = fdopen(mkstemp(path), "w");
  assert_non_null(file);
  fprintf(file, "%d 1e33 5e8 1e33 100\n%s", rows, text);
  fclose(file);
  wd_config config = *wd_settings_config(settings);
  strcpy(config.star.profile, path);
  wd_star *star;
  wd_error err = {0};
  if (wd_star_create(&config, &star, &err)) fail_msg("%s", err.message);
  unlink(path);
  return star;
}

/* In GYRE's format, which knows discontinuities: rows of the same radius. */
static wd_star *rough_star(uint64_t seed) {
  uint64_t state = seed;
  int rows = 30 + (int)(60 * uniform(&state)), row = 0;
  rough density = rough_of(pow(10, 3 + 3.5 * uniform(&state)), &state),
        temperature = rough_of(pow(10, 7 + 1.3 * uniform(&state)), &state);
  char text[16384] = "";
  size_t length = 0;
  double jump = 1, rho = 0, T = 0;
  for (int i = 0; i < rows; i++) {
    double x = (double)i / (rows - 1);
    if (i == 0 || uniform(&state) > 0.15)
      rho = jump * value_of(&density, x, 1.5), T = value_of(&temperature, x, 0.5);
    for (int twice = i > 1 && i < rows - 1 && uniform(&state) < 0.06; twice >= 0; twice--) {
      length += write_row(text + length, sizeof text - length, ++row, 5e8 * x, T, rho);
      if (twice) jump *= 0.4 + uniform(&state), rho *= 0.4 + uniform(&state);
    }
  }
  return star_of(text, row);
}

/* A smooth star in steps: every density and temperature twice, so that it has hundreds of plateaus. */
static wd_star *stepped_star(void) {
  enum { STEPS = 400, LINE = 96 };
  char *text = malloc(2 * STEPS * LINE);
  size_t length = 0;
  assert_non_null(text);
  for (int i = 0; i < 2 * STEPS; i++) {
    const double x = (double)i / (2 * STEPS - 1), fall = 1 - 0.99 * pow((double)(i / 2) / STEPS, 2);
    length += write_row(text + length, LINE, i + 1, 5e8 * x, 1e8 * sqrt(fall), 1e6 * pow(fall, 1.5));
  }
  wd_star *star = star_of(text, 2 * STEPS);
  free(text);
  return star;
}

static wd_point_result compute(wd_sampler *sampler, const wd_config *config, uint64_t point, double mass) {
  wd_point_result result;
  wd_point *state = malloc(wd_point_size(config));
  assert_non_null(state);
  wd_point_begin(state, config, point, mass, 1e-12, config->integrator.relative_error);
  wd_point_compute(sampler, config, state);
  wd_point_result_of(state, &result);
  free(state);
  return result;
}

static double largest(const wd_star *star) {
  double most = 0;
  for (size_t i = 0; i < star->nodes; i++) most = fmax(most, star->plasma_frequency[i]);
  return most;
}

/* Where the resonance outweighs all else the excess is the resonant part. */
static void compare(const wd_config *config, const wd_star *star, double mass, const wd_point_result *r) {
  wd_model m = wd_model_of(config, 1e-12);
  wd_pole pole = wd_pole_at(star->profile, &m, mass);
  double error, standard = 0, resonant = 0;
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    standard += wd_reference_standard(&pole, p, 0, &error);
    resonant += wd_reference_resonant(&pole, p, 0, &error);
  }
  assert_pull(r->luminosity_total, r->luminosity_total_error, standard, 5);
  assert_pull(r->excess, r->excess_error, resonant / standard, 5);
}

static void no_point_fails(void **state) {
  (void)state;
  const char *text = getenv("ROUGH_POINTS");
  const int points = text ? atoi(text) : 500;
  const wd_config *config = wd_settings_config(settings);
  int compared = 0;
  for (uint64_t seed = 1; seed <= PROFILES; seed++) {
    wd_star *star = rough_star(seed);
    wd_sampler *sampler;
    wd_error err = {0};
    if (wd_sampler_create(config, star, &sampler, &err)) fail_msg("%s", err.message);
    const double top = largest(star);
    for (int i = 0; i < points; i++) {
      double mass = top * 0.01 * pow(130, (i + 0.5) / points);
      wd_point_result r = compute(sampler, config, (uint64_t)i, mass);
      if (r.failure || !isfinite(r.excess) || !isfinite(r.excess_error))
        fail_msg("profile %d, mass %.17g eV: failed (%s), %g +- %g", (int)seed, mass,
                 wd_failure_name(r.failure), r.excess, r.excess_error);
      bool chosen = seed % (PROFILES / COMPARED) == 0 && i % (points / 3) == points / 6;
      if (!chosen || mass > 0.8 * top || r.status != WD_ROW_DONE) continue;
      compare(config, star, mass, &r);
      compared++;
    }
    wd_sampler_free(sampler);
    wd_star_free(star);
  }
  assert_true(compared >= COMPARED);
  print_message("%d points of %d profiles, %d compared\n", PROFILES * points, PROFILES, compared);
}

/* The contours, which give way in radius and momentum, and the real axis, along which a width set by hand can be resolved. */
static void contours_give_the_same(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++) {
    wd_star *star = rough_star(seed);
    wd_model m = wd_model_of(wd_settings_config(settings), 1e-6);
    m.width = 0.05;
    const wd_pole pole = wd_pole_at(star->profile, &m, 0.4 * largest(star));
    for (int p = 0; p <= WD_LONGITUDINAL; p++) {
      double error, direct = wd_reference_direct(&pole, p, 0, &error);
      double contour =
          wd_reference_resonant(&pole, p, 0, &error) + wd_reference_offresonant(&pole, p, 0, &error);
      assert_close(contour, direct, 1e-6);
    }
    wd_star_free(star);
  }
}

/* However many stretches it takes, the deterministic method leaves nothing of the star out. */
static void every_stretch_counts(void **state) {
  (void)state;
  const wd_config *config = wd_settings_config(settings);
  wd_star *star = stepped_star();
  assert_true(star->profile->segments > 500);
  wd_sampler *sampler;
  wd_error err = {0};
  if (wd_sampler_create(config, star, &sampler, &err)) fail_msg("%s", err.message);
  const double mass = 0.4 * largest(star);
  const wd_point_result r = compute(sampler, config, 1, mass);
  assert_int_equal(r.failure, 0);
  compare(config, star, mass, &r);
  wd_sampler_free(sampler);
  wd_star_free(star);
}

/* Off resonance, with poles next to plateaus, which no window around a pole may cover. */
static void plateaus_count(void **state) {
  (void)state;
  wd_config config = *wd_settings_config(settings);
  config.physics.resonance = WD_RESONANCE_OFF;
  config.integrator.relative_error = 0.01;
  config.integrator.max_evaluations = 100000;
  const wd_model m = wd_model_of(&config, 1e-6);
  for (uint64_t seed = 3; seed <= 6; seed += 3) {
    wd_star *star = rough_star(seed);
    const double mass = 0.7 * largest(star);
    const wd_pole pole = wd_pole_at(star->profile, &m, mass);
    double error, standard = 0, off = 0;
    for (int p = 0; p < WD_POLARIZATIONS; p++) {
      standard += wd_reference_standard(&pole, p, 0, &error);
      off += wd_reference_offresonant(&pole, p, 1e-5 * fabs(off), &error);
    }
    const wd_point_result r = point_in(star, &config, seed, mass, 1e-6);
    assert_pull(r.excess, r.excess_error, off / standard, 4);
    assert_true(r.excess_error < 0.02 * r.excess);
    wd_star_free(star);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(contours_give_the_same),
                                     cmocka_unit_test(every_stretch_counts), cmocka_unit_test(plateaus_count),
                                     cmocka_unit_test(no_point_fails)};
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
