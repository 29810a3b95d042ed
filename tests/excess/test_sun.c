/* The Sun's luminosity in dark photons against a published table (solar-basin-dynamics, with arXiv:2408.16041): wants a
 * standard solar model B16 (arXiv:1611.09867) with columns r[R_sun] rho[g/cm^3] T[K] X_H1 X_He4, whose path is in the
 * environment as WDSCAN_SUN. */
#include "testing.h"

#include "base/constants.h"
#include "excess/point.h"
#include "star/absorption.h"
#include <unistd.h>

enum { ROWS_MAX = 4000 };

static wd_settings *settings;
static wd_star *star;

/* Reads the model into densities per electron, and writes it as a profile; metals count as oxygen. */
static size_t read_sun(const char *path, FILE *profile, double charge2[], double ions[]) {
  char line[512];
  double r, rho, T, H, He;
  size_t rows = 0;
  FILE *in = fopen(path, "r");
  if (!in) fail_msg("%s: cannot read", path);
  fprintf(profile, "r[R_sun] rho[g/cm^3] Y_e T[K]\n");
  while (rows < ROWS_MAX && fgets(line, sizeof line, in)) {
    if (sscanf(line, "%lf %lf %lf %lf %lf", &r, &rho, &T, &H, &He) != 5) continue;
    double O = 1 - H - He, electrons = H + He / 2 + O / 2;
    charge2[rows] = (H + He + 4 * O) / electrons;
    ions[rows++] = (H + He / 4 + O / 16) / electrons;
    fprintf(profile, "%.9g %.9g %.9g %.9g\n", r, rho, electrons, T);
  }
  fclose(in);
  return rows;
}

/* The absorption of this composition in the place of that of star.composition. */
static void set_absorption(const double charge2[], const double ions[], size_t rows) {
  wd_error err = {0};
  wd_gas *gas = malloc(star->nodes * sizeof *gas);
  const size_t extra = star->nodes - rows; /* the centre, extrapolated */
  assert_true(gas && extra <= 1);
  for (size_t i = 0; i < star->nodes; i++) {
    size_t row = i < extra ? 0 : i - extra;
    gas[i] = (wd_gas){star->electron_density[i] * pow(WD_HBARC_CM, 3), star->temperature[i], charge2[row],
                      ions[row]};
  }
  wd_absorption_free(star->absorption);
  star->absorption = NULL;
  if (wd_absorption_create(gas, star->nodes - 1, &star->absorption, &err)) fail_msg("%s", err.message);
  free(gas);
}

static int set_up(void **state) {
  (void)state;
  static double charge2[ROWS_MAX], ions[ROWS_MAX];
  char path[] = "/tmp/wdscan-sun-XXXXXX", assignment[64];
  FILE *profile = fdopen(mkstemp(path), "w");
  size_t rows = read_sun(getenv("WDSCAN_SUN"), profile, charge2, ions);
  fclose(profile);
  snprintf(assignment, sizeof assignment, "star.profile=%s", path);
  settings = test_settings((const char *[]){assignment, "star.composition=He4", "physics.formulas=consistent",
                                            "integrator.relative_error=0.002", NULL});
  star = test_star(settings);
  unlink(path);
  set_absorption(charge2, ions, rows);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  wd_star_free(star);
  wd_settings_free(settings);
  return 0;
}

/* Luminosity in real A' per eps^2 [erg/s]. */
static double production(double mass) {
  const wd_config *config = wd_settings_config(settings);
  const double coupling = 1e-11;
  wd_model m = wd_model_of(config, coupling);
  wd_sampler *sampler;
  wd_error err = {0};
  wd_point_result r;
  wd_point *point = malloc(wd_point_size(config));
  assert_non_null(point);
  if (wd_sampler_create(config, star, &sampler, &err)) fail_msg("%s", err.message);
  wd_point_begin(point, config, 1, mass, coupling, config->integrator.relative_error);
  wd_point_compute(sampler, config, point);
  wd_point_result_of(point, &r);
  wd_sampler_free(sampler);
  free(point);
  double sum = 0;
  for (int p = 0; p < WD_POLARIZATIONS; p++) sum += r.resonant[p] + r.continuum[p];
  return sum * r.luminosity_total / (m.d_V * m.d_V / (4 * WD_PI * WD_ALPHA));
}

static void sun_shines_as_published(void **state) {
  (void)state;
  /* below the plasma frequency of the centre, 290 eV, resonant; above, bremsstrahlung and Compton scattering */
  assert_close(production(1), 2.108e55, 0.15);
  assert_close(production(100), 1.784e61, 0.15);
  assert_close(production(251.2), 1.086e62, 0.15);
  assert_close(production(501.2), 5.426e58, 0.15);
  assert_close(production(3162), 1.743e57, 0.15);
}

int main(void) {
  if (!getenv("WDSCAN_SUN")) {
    puts("no solar model: WDSCAN_SUN is not set");
    return 77;
  }
  const struct CMUnitTest tests[] = {cmocka_unit_test(sun_shines_as_published)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
