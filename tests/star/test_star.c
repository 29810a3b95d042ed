/* Stars: published radii and densities, limiting masses, the profile, and the luminosities of the default
 * star. */
#include "testing_star.h"

#include "base/constants.h"
#include "excess/emissivity.h"
#include "matter/eos.h"
#include "matter/mixture.h"
#include "wdscan/model.h"

static const wd_composition carbon = {1, {{6, 12, 1}}}, alpha = {1, {{2, 4, 1}}};

static void check_structure(double mass, int eos, int gravity, double radius, double density,
                            double tolerance) {
  double R, rho;
  wd_error err = {0};
  if (wd_star_structure(mass, &carbon, eos, gravity, &R, &rho, &err)) fail_msg("%s", err.message);
  assert_close(R, radius, tolerance);
  if (density > 0) assert_close(rho, density, tolerance);
}

static void radii_and_densities(void **state) {
  (void)state;
  check_structure(1.0, WD_EOS_SALPETER, WD_GRAVITY_NEWTONIAN, 5417, 3.341e7, 3e-4);
  check_structure(0.6, WD_EOS_SALPETER, WD_GRAVITY_NEWTONIAN, 8389, 0, 3e-4);
  check_structure(1.0, WD_EOS_IDEAL, WD_GRAVITY_NEWTONIAN, 5716, 2.828e7, 3e-4);
}

/* The piecewise plasma jumps between two nodes of one radius: its luminosity is that of the degenerate star within, and of
 * the classical one without. */
static void jump_of_the_plasma(void **state) {
  (void)state;
  const char *const models[] = {"plasma.model=degenerate", "plasma.model=classical",
                                "plasma.model=piecewise"};
  const double jumps[] = {1, 10, 20, 30};
  for (size_t j = 0; j < sizeof jumps / sizeof *jumps; j++) {
    double L[3][WD_POLARIZATIONS], border = 0;
    char at[64];
    snprintf(at, sizeof at, "plasma.piecewise_switch=%g", jumps[j]);
    for (int m = 0; m < 3; m++) {
      wd_settings *own = test_settings((const char *[]){models[m], at, NULL});
      wd_star *made = test_star(own);
      const double cells = (double)made->profile->cells, T = made->temperature[0];
      const double energy = jumps[j] * T / WD_M_ELECTRON, x = sqrt(energy * (2 + energy)),
                   centre = wd_eos_relativity(made->electron_density[0] * pow(WD_HBARC_CM, 3)),
                   surface = wd_eos_relativity(made->electron_density[made->nodes - 1] * pow(WD_HBARC_CM, 3));
      if (m < 2)
        border = cells * sqrt(log(centre / x) / log(centre / surface)); /* nodes are equidistant in sigma */
      wd_emissivity_quadrature(made->profile, m == 1 ? border : 0, m == 0 ? border : cells, L[m]);
      assert_int_equal(made->nodes, m == 2 ? 771 : 769);
      wd_star_free(made);
      wd_settings_free(own);
    }
    for (int p = 0; p < WD_POLARIZATIONS; p++) assert_close(L[2][p], L[0][p] + L[1][p], 1e-6);
  }
}

/* A mixture: the means per electron by hand; parts of one nucleus are that nucleus; a star of mixed matter lies between
 * those of its parts, and its plasma absorbs with the mean square of the charge. */
static void mixtures(void **state) {
  (void)state;
  const wd_composition mixed = {3, {{1, 1, 0.7}, {2, 4, 0.28}, {8, 16, 0.02}}}, oxygen = {1, {{8, 16, 1}}},
                       half = {2, {{6, 12, 0.5}, {8, 16, 0.5}}}, twice = {2, {{6, 12, 0.3}, {6, 12, 0.7}}};
  wd_mixture m = wd_mixture_of(&mixed);
  const double electrons = 0.7 + 0.14 + 0.01;
  assert_close(m.electrons, electrons, 1e-14);
  assert_close(m.charge2, (0.7 + 0.28 + 0.08) / electrons, 1e-14);
  assert_close(m.ions, (0.7 + 0.07 + 0.00125) / electrons, 1e-14);
  assert_close(m.lattice, (0.7 + 0.14 * cbrt(4) + 0.01 * 4) / electrons, 1e-14);
  assert_close(m.gradient, (0.7 + 0.14 * cbrt(16) + 0.01 * 16) / electrons, 1e-14);
  const wd_mixture a = wd_mixture_of(&twice), b = wd_mixture_of(&carbon);
  assert_close(a.electrons, b.electrons, 1e-15);
  assert_close(a.charge2, b.charge2, 1e-15);
  assert_close(a.lattice, b.lattice, 1e-15);
  double R[3], rho[3];
  const wd_composition *kinds[] = {&carbon, &half, &oxygen};
  for (int i = 0; i < 3; i++)
    assert_int_equal(
        wd_star_structure(0.6, kinds[i], WD_EOS_SALPETER, WD_GRAVITY_NEWTONIAN, &R[i], &rho[i], NULL), 0);
  assert_true(R[0] > R[1] && R[1] > R[2] && rho[0] < rho[1] && rho[1] < rho[2]);
  wd_settings *own = test_settings((const char *[]){"star.composition={C12: 0.5, O16: 0.5}", NULL});
  wd_star *made = test_star(own);
  assert_close(made->charge2[0], 7, 1e-14);
  assert_close(made->ions[made->nodes - 1], (1.0 / 12 + 1.0 / 16), 1e-14);
  wd_star_free(made);
  wd_settings_free(own);
}

/* Radii of T. Hamada & E. E. Salpeter, Astrophys. J. 134 (1961) 683, in 0.01 R_sun, from a table of three
 * digits that interpolates their models to round masses. Carbon is left out below 0.5 M_sun: there that table
 * lies between distant models, and by 0.3 M_sun makes carbon stars larger than helium stars. */
static void hamada_salpeter_sequence(void **state) {
  (void)state;
  const struct {
    int64_t Z;
    double mass, radius;
  } models[] = {{2, 0.30, 1.719},  {2, 0.50, 1.367},  {2, 0.70, 1.117},  {2, 0.85, 0.955},  {2, 1.00, 0.800},
                {2, 1.10, 0.696},  {6, 0.50, 1.330},  {6, 0.60, 1.205},  {6, 0.70, 1.091},  {6, 0.85, 0.932},
                {6, 1.00, 0.780},  {6, 1.10, 0.673},  {12, 0.30, 1.605}, {12, 0.50, 1.294}, {12, 0.70, 1.063},
                {12, 0.85, 0.907}, {12, 1.00, 0.754}, {12, 1.05, 0.702}};
  for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
    double R, rho;
    const wd_composition kind = {1, {{models[i].Z, 2 * models[i].Z, 1}}};
    assert_int_equal(
        wd_star_structure(models[i].mass, &kind, WD_EOS_SALPETER, WD_GRAVITY_NEWTONIAN, &R, &rho, NULL),
        WD_OK);
    assert_close(R * WD_KM_CM / (0.01 * WD_R_SUN_CGS), models[i].radius, 4e-3);
  }
}

/* Fixed-step integration in r of hydrostatic equilibrium with the first post-Newtonian terms times `order`,
 *   -dP/dr = (G m rho/r^2) [1 + order (P/rho c^2 + 4 pi r^3 P/(m c^2) + 2 G m/(r c^2))],
 * for given central x. */
static void post_newtonian(const wd_eos_matter *matter, double centre, double order, double *radius,
                           double *mass) {
  const double c2 = WD_C_CGS * WD_C_CGS;
  double surface = wd_eos_surface(matter), r = 100, x = centre, m = 0, k[4][2];
  m = 4 * WD_PI / 3 * r * r * r * wd_eos_rest_density(matter, x);
  while (x > surface) {
    static const double at[4] = {0, 0.5, 0.5, 1};
    double step = 1e5;
    for (int i = 0; i < 4; i++) {
      double here = r + at[i] * step, y = i ? x + at[i] * step * k[i - 1][0] : x,
             M = i ? m + at[i] * step * k[i - 1][1] : m;
      double rho = wd_eos_rest_density(matter, y), P = wd_eos_pressure_cgs(wd_eos_pressure(matter, y));
      rho *= 1 + order * (wd_eos_energy_density(matter, y) / rho - 1);
      double factor =
          1 + order * (P / rho + 4 * WD_PI * here * here * here * P / M + 2 * WD_G_CGS * M / here) / c2;
      k[i][0] = -WD_G_CGS * M * rho / (here * here) * factor /
                wd_eos_pressure_cgs(wd_eos_pressure_slope(matter, y));
      k[i][1] = 4 * WD_PI * here * here * rho;
      if (i == 0) { /* no more than 1 % of a scale height */
        step = fmin(step, 0.01 * x / -k[0][0]);
        if (x + step * k[0][0] < surface) step = (surface * (1 - 1e-9) - x) / k[0][0];
      }
    }
    x += step / 6 * (k[0][0] + 2 * k[1][0] + 2 * k[2][0] + k[3][0]);
    m += step / 6 * (k[0][1] + 2 * k[1][1] + 2 * k[2][1] + k[3][1]);
    r += step;
  }
  *radius = r / WD_KM_CM;
  *mass = m / WD_M_SUN_CGS;
}

/* TOV stars against the first post-Newtonian order: what remains is of second order in G M/R c^2, 3e-4 for
 * 1 M_sun. Newtonian stars against the same integration without it. */
static void relativity_to_first_order(void **state) {
  (void)state;
  const wd_eos_matter matter = {wd_mixture_of(&carbon), 1};
  for (double mass = 0.6; mass < 1.3; mass += 0.3) {
    double R[2], rho[2], radius[2], m[2];
    for (int tov = 0; tov < 2; tov++) {
      assert_int_equal(wd_star_structure(mass, &carbon, WD_EOS_SALPETER, tov, &R[tov], &rho[tov], NULL), 0);
      double x = wd_eos_relativity(rho[tov] / 2 / WD_AMU_CGS * pow(WD_HBARC_CM, 3));
      post_newtonian(&matter, x, tov, &radius[tov], &m[tov]);
    }
    double compactness = WD_G_CGS * mass * WD_M_SUN_CGS / (R[0] * WD_KM_CM * WD_C_CGS * WD_C_CGS);
    assert_close(radius[0], R[0], 1e-6);
    assert_close(m[0], mass, 1e-6);
    assert_close(radius[1], R[1], 100 * compactness * compactness);
    assert_close(m[1], mass, 100 * compactness * compactness);
    assert_true(R[1] < R[0]);
    assert_true(rho[1] > rho[0]);
  }
}

/* M = omega sqrt(3 pi)/2 (hbar c/G)^(3/2)/(mu_e m_u)^2, omega = 2.01824 of the polytrope of index 3. */
static void limiting_mass(void **state) {
  (void)state;
  double R, rho, limit = 0;
  wd_error err = {0};
  assert_int_equal(wd_star_structure(2, &carbon, WD_EOS_IDEAL, WD_GRAVITY_NEWTONIAN, &R, &rho, &err),
                   WD_ERR_CONFIG);
  const char *number = strstr(err.message, "equation of state, ");
  assert_non_null(number);
  assert_int_equal(sscanf(number, "equation of state, %lf M_sun", &limit), 1);
  double planck2 = WD_HBARC_CM * WD_EV_ERG / WD_G_CGS; /* [g^2] hbar c/G, with hbar c in eV cm */
  double truth = 2.01824 * sqrt(3 * WD_PI) / 2 * pow(planck2, 1.5) / pow(2 * WD_AMU_CGS, 2) / WD_M_SUN_CGS;
  assert_close(limit, truth, 2e-4);
  assert_close(limit, 1.456, 5e-4);
}

static void masses_beyond_the_limit(void **state) {
  (void)state;
  double R, rho;
  wd_error err = {0};
  /* ideal, mu_e = 2: 1.456 M_sun */
  assert_int_equal(wd_star_structure(1.4555, &carbon, WD_EOS_IDEAL, WD_GRAVITY_NEWTONIAN, &R, &rho, &err),
                   WD_OK);
  assert_int_equal(wd_star_structure(1.457, &carbon, WD_EOS_IDEAL, WD_GRAVITY_NEWTONIAN, &R, &rho, &err),
                   WD_ERR_CONFIG);
  assert_non_null(strstr(err.message, "1.45"));
  assert_non_null(strstr(err.message, "star.mass"));
  /* the Salpeter terms and general relativity lower it */
  assert_int_equal(wd_star_structure(1.44, &carbon, WD_EOS_SALPETER, WD_GRAVITY_NEWTONIAN, &R, &rho, &err),
                   WD_ERR_CONFIG);
  assert_int_equal(wd_star_structure(1.385, &carbon, WD_EOS_SALPETER, WD_GRAVITY_TOV, &R, &rho, &err), WD_OK);
  assert_int_equal(wd_star_structure(1.39, &carbon, WD_EOS_SALPETER, WD_GRAVITY_TOV, &R, &rho, &err),
                   WD_ERR_CONFIG);
}

static int set_up(void **state) {
  (void)state;
  return use_star(test_paper_settings(NULL));
}

static void default_star(void **state) {
  (void)state;
  assert_close(star->radius, 5417, 3e-3);
  assert_close(star->central_density, 3.341e7, 5e-3);
  assert_close(star->plasma_frequency[0], 70810, 2e-3);
  assert_close(star->plasma_frequency[star->nodes - 1], 92, 0.03);
  assert_true(star->profile->segments == 1);
}

/* The profile passes through the nodes, monotonically between them, and its slopes are those of its values.
 */
static void profile_is_smooth_and_monotonic(void **state) {
  (void)state;
  const wd_profile *p = star->profile;
  double last[2] = {-1, 1e99};
  for (size_t i = 0; i < p->cells; i++)
    for (int j = 0; j < 8; j++) {
      double t = j / 8.0, h = 1e-5;
      double r = wd_profile_value(p, WD_PROFILE_RADIUS, i, t),
             f = wd_profile_value(p, WD_PROFILE_FREQUENCY2, i, t);
      assert_true(r > last[0] && f < last[1]);
      last[0] = r, last[1] = f;
      double difference = (wd_profile_value(p, WD_PROFILE_FREQUENCY2, i, t + h) - f) / h;
      assert_true(fabs(wd_profile_slope(p, WD_PROFILE_FREQUENCY2, i, t) - difference) <
                  1e-3 * fabs(difference) + 1e-9 * f);
      if (j == 0) assert_close(r + 1, star->node_radius[i] * WD_KM_CM + 1, 1e-14);
    }
}

/* The mass between the nodes, from the profile, is the star's: the volume element is right. */
static void profile_holds_the_mass(void **state) {
  (void)state;
  double mass = 0;
  for (size_t i = 0; i + 1 < star->nodes;
       i++) { /* n_e to high order: Simpson with the density from omega_p is not */
    double a = star->electron_density[i], b = star->electron_density[i + 1];
    double r0 = star->node_radius[i] * WD_KM_CM, r1 = star->node_radius[i + 1] * WD_KM_CM;
    mass += 0.5 * (a + b) * 4 * WD_PI / 3 * (r1 * r1 * r1 - r0 * r0 * r0) * 2 * WD_AMU_CGS;
  }
  assert_close(mass / WD_M_SUN_CGS, 1, 1e-4);
}

/* 3 int P dV = - E_grav = int G m/r dm (Newtonian, no pressure at the surface), by Simpson's rule in each
 * cell of the profile, with x known at its middle too. */
static void virial_theorem(void **state) {
  (void)state;
  const wd_eos_matter matter = {wd_mixture_of(&carbon), 1};
  double centre = wd_eos_relativity(star->electron_density[0] * pow(WD_HBARC_CM, 3));
  double end2 = log(centre / wd_eos_surface(&matter)), cells = (double)star->profile->cells;
  double mass = 0, pressure = 0, binding = 0;
  for (double s = 0; s < cells; s++) {
    double dm[3], volume[3], P[3], m[3], r[3];
    for (int j = 0; j < 3; j++) {
      double t, at = s + 0.5 * j, x = centre * exp(-end2 * at * at / (cells * cells));
      int32_t cell = wd_profile_cell(star->profile, at, &t);
      volume[j] = wd_local_at(star->profile, at).volume;
      r[j] = wd_profile_value(star->profile, WD_PROFILE_RADIUS, cell, t);
      P[j] = wd_eos_pressure_cgs(wd_eos_pressure(&matter, x));
      dm[j] = wd_eos_rest_density(&matter, x) * volume[j];
    }
    m[0] = mass;
    m[1] = mass + (5 * dm[0] + 8 * dm[1] - dm[2]) / 24;
    m[2] = mass + (dm[0] + 4 * dm[1] + dm[2]) / 6;
    for (int j = 0; j < 3; j++) {
      double weight = j == 1 ? 4.0 / 6 : 1.0 / 6;
      pressure += weight * 3 * P[j] * volume[j];
      if (r[j] > 0) binding += weight * WD_G_CGS * m[j] / r[j] * dm[j];
    }
    mass = m[2];
  }
  assert_close(mass / WD_M_SUN_CGS, 1, 1e-6);
  assert_close(pressure, binding, 1e-6);
}

/* Depth below the surface at which omega_p takes a value [km]: the resonances of light bosons sit there. */
static double depth_of(double frequency) {
  for (size_t i = 0; i + 1 < star->nodes; i++)
    if (star->plasma_frequency[i + 1] < frequency) {
      double t = (star->plasma_frequency[i] - frequency) /
                 (star->plasma_frequency[i] - star->plasma_frequency[i + 1]);
      return star->radius - star->node_radius[i] - t * (star->node_radius[i + 1] - star->node_radius[i]);
    }
  return 0;
}

static void outer_layers_are_resolved(void **state) {
  (void)state;
  const double frequency[] = {3000, 1000, 500, 200}, depth[] = {115.6, 22.6, 7.0, 1.0};
  for (int i = 0; i < 4; i++) assert_close(depth_of(frequency[i]), depth[i], 0.03);
}

static void luminosities(void **state) {
  (void)state;
  const double truth[] = {30.80, 9.997, 3.318e-3};
  wd_model model = wd_model_at(0, 0.2312, WD_FORMULAS_PUBLISHED);
  double L[WD_POLARIZATIONS];
  wd_emissivity_quadrature(star->profile, 0, (double)star->profile->cells, L);
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    assert_close(L[p] * (p == WD_AXIAL ? model.sum_CA2 : model.sum_CV2) / WD_L_SUN_CGS, truth[p], 5e-4);
}

/* Hotter or of other nuclei: the keys reach the star. */
static void keys_reach_the_star(void **state) {
  (void)state;
  wd_settings *other =
      test_paper_settings((const char *[]){"star.mass=0.6", "star.composition=He4", "star.temperature=5e7",
                                           "star.gravity=tov", "star.eos=ideal", NULL});
  wd_star *helium = test_star(other);
  double R, rho;
  assert_int_equal(wd_star_structure(0.6, &alpha, WD_EOS_IDEAL, WD_GRAVITY_TOV, &R, &rho, NULL), WD_OK);
  assert_close(helium->radius, R, 1e-9);
  assert_close(helium->temperature[0], 5e7 * WD_KELVIN, 1e-14);
  wd_star_free(helium);
  wd_settings_free(other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(radii_and_densities),
      cmocka_unit_test(mixtures),
      cmocka_unit_test(jump_of_the_plasma),
      cmocka_unit_test(hamada_salpeter_sequence),
      cmocka_unit_test(relativity_to_first_order),
      cmocka_unit_test(limiting_mass),
      cmocka_unit_test(masses_beyond_the_limit),
      cmocka_unit_test(default_star),
      cmocka_unit_test(profile_is_smooth_and_monotonic),
      cmocka_unit_test(profile_holds_the_mass),
      cmocka_unit_test(virial_theorem),
      cmocka_unit_test(outer_layers_are_resolved),
      cmocka_unit_test(luminosities),
      cmocka_unit_test(keys_reach_the_star),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
