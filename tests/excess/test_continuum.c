/* Real A' made off resonance: the two methods against each other and against plain quadrature of the whole Lorentzian,
 * scaling with the coupling, and the configurations that have it. */
#include "testing_star.h"

#include "base/constants.h"
#include "excess/reference.h"
#include <gsl/gsl_integration.h>

static int set_up(void **state) {
  (void)state;
  return use_star(test_settings((const char *[]){"physics.formulas=consistent", "physics.continuum=on",
                                                 "physics.resonance=off", NULL}));
}

static double epsilon2(const wd_model *m) {
  return m->d_V * m->d_V / (4 * WD_PI * WD_ALPHA);
}

static wd_point_result compute(const wd_config *config, uint64_t stream, double mass, double coupling) {
  wd_point_result result = point_in(star, config, stream, mass, coupling);
  assert_int_equal(result.failure, WD_FAILURE_NONE);
  return result;
}

static wd_pole pole_of(const wd_model *model, double mass) {
  wd_pole pole = wd_pole_at(star->profile, model, mass);
  pole.absorption = star->absorption;
  return pole;
}

/* What L/eps^2 is made of at s: front im/(re^2 + im^2). */
typedef struct lorentzian {
  double front, re, im;
} lorentzian;

static lorentzian lorentzian_at(const wd_pole *pole, bool longitudinal, double k, double s) {
  const wd_local l = wd_local_at(pole->profile, s);
  const double omega = sqrt(pole->m2 + k * k), T = l.temperature;
  const wd_dispersion d = wd_dispersion_at(l.v2 * k * k / (omega * omega));
  const double ratio = longitudinal ? pole->m2 / (omega * omega) : 1; /* Pi_L in terms of Pi_T */
  return (lorentzian){.front = (longitudinal ? 1 : 2) * k * k / (2 * WD_PI * WD_PI) * pole->m2 * pole->m2 /
                               expm1(omega / T) * l.volume,
                      .re = pole->m2 - ratio * l.frequency2 * (longitudinal ? d.S_l : d.S_t),
                      .im = ratio * omega * wd_absorption_at(star->absorption, s, omega / T)};
}

/* L/eps^2 of one branch with the whole Lorentzian [erg/s], by midpoint sums over the momentum and Gauss-Legendre points
 * in the profile's cells, `few` of them, or many in parts of cells where the pole is near. */
static double whole_production(const wd_pole *pole, bool longitudinal, size_t few) {
  enum { MOMENTA = 1200, PARTS = 16, NODES = 8 };
  gsl_integration_glfixed_table *many = gsl_integration_glfixed_table_alloc(NODES);
  gsl_integration_glfixed_table *rest = gsl_integration_glfixed_table_alloc(few);
  double m = sqrt(pole->m2), T = star->temperature[0], scale = sqrt(T * T + 2 * m * T), sum = 0;
  for (int i = 0; i < MOMENTA; i++) {
    double x = (i + 0.5) / MOMENTA, k = scale * x / (1 - x), dk = scale / ((1 - x) * (1 - x)) / MOMENTA;
    if (hypot(k, m) > 60 * T) break;
    lorentzian low = lorentzian_at(pole, longitudinal, k, 0), high;
    for (size_t j = 0; j < pole->profile->cells; j++, low = high) {
      high = lorentzian_at(pole, longitudinal, k, (double)(j + 1));
      bool far = low.re * high.re > 0 && fmin(fabs(low.re), fabs(high.re)) > 0.03 * pole->m2;
      int parts = far ? 1 : PARTS;
      for (int part = 0; part < parts; part++)
        for (size_t n = 0; n < (far ? few : NODES); n++) {
          double s, weight, from = (double)j + (double)part / parts, to = (double)j + (part + 1.0) / parts;
          gsl_integration_glfixed_point(from, to, n, &s, &weight, far ? rest : many);
          lorentzian l = lorentzian_at(pole, longitudinal, k, s);
          sum += weight * dk * l.front * l.im / (l.re * l.re + l.im * l.im);
        }
    }
  }
  gsl_integration_glfixed_table_free(many);
  gsl_integration_glfixed_table_free(rest);
  return sum * WD_EV_ERG / (pow(WD_HBARC_CM, 3) * WD_HBAR_S);
}

/* Nothing is counted twice, nothing left out: the resonant part (P.25), which knows of neutrinos and not of absorption,
 * and the continuum add up to the production with the whole Lorentzian. */
static void resonance_and_continuum_are_the_whole(void **state) {
  (void)state;
  const double masses[] = {3e4, 6e4, 72e3, 79e3, 90e3};
  wd_model m = wd_model_of(wd_settings_config(settings), 1e-10);
  for (size_t i = 0; i < sizeof masses / sizeof *masses; i++) {
    wd_pole pole = pole_of(&m, masses[i]);
    for (int p = 0; p <= WD_LONGITUDINAL; p++) {
      double e, resonant = wd_reference_resonant(&pole, p, 0, &e) / epsilon2(&m);
      double whole = whole_production(&pole, p == WD_LONGITUDINAL, 2);
      double truth = whole - resonant, continuum = wd_reference_continuum(&pole, p, 0, &e);
      if (!(fabs(continuum - truth) < 4e-5 * whole + 1e-3 * fabs(truth))) /* the sums are good to that */
        fail_msg("%g eV, %s: continuum %g, expected %g - %g = %g", masses[i], wd_polarization_names[p],
                 continuum, whole, resonant, truth);
    }
  }
}

/* In a tabulated star all derivatives jump at the nodes. Above all poles plain sums by cells are exact, and the second method
 * must say the same within the error it tells. */
static void nodes_of_a_rough_profile_are_met(void **state) {
  (void)state;
  enum { NODES = 61 };
  double value[WD_PROFILE_QUANTITIES][NODES];
  const double *values[WD_PROFILE_QUANTITIES];
  const size_t stride = (star->nodes - 1) / (NODES - 1);
  for (size_t i = 0; i < NODES; i++) {
    const size_t j = i * stride;
    value[WD_PROFILE_RADIUS][i] = star->node_radius[j] * WD_KM_CM;
    value[WD_PROFILE_FREQUENCY2][i] = pow(star->plasma_frequency[j], 2);
    value[WD_PROFILE_V_STAR][i] = star->v_star[j];
    value[WD_PROFILE_OMEGA_AXIAL][i] = star->omega_axial[j];
    value[WD_PROFILE_TEMPERATURE][i] = star->temperature[j] * (1 + 0.05 * sin(2.0 * (double)(i * i)));
  }
  for (int q = 0; q < WD_PROFILE_QUANTITIES; q++) values[q] = value[q];
  wd_profile *rough;
  wd_error err = {0};
  assert_int_equal(wd_profile_create(values, NODES, &rough, &err), WD_OK);
  wd_model m = wd_model_of(wd_settings_config(settings), 1e-10);
  wd_pole pole = wd_pole_at(rough, &m, 95e3);
  pole.absorption = star->absorption;
  for (int p = 0; p <= WD_LONGITUDINAL; p++) {
    double error, continuum = wd_reference_continuum(&pole, p, 0, &error);
    assert_close(continuum, whole_production(&pole, p == WD_LONGITUDINAL, 12), 1e-6);
    assert_true(error < 1e-5 * continuum);
  }
  wd_profile_free(rough);
}

/* Monte Carlo and nested quadrature, from light bosons through all edges to heavy ones; honest errors. */
static void methods_agree(void **state) {
  (void)state;
  const double masses[] = {10, 95, 1e3, 1e4, 65e3, 70e3, 73e3, 80e3, 812e2, 814e2, 1e5, 25e4};
  const wd_config *config = wd_settings_config(settings);
  wd_model m = wd_model_of(config, 1e-11);
  double squares = 0, sum = 0, standard = 0, ignored;
  int count = 0;
  wd_pole any = pole_of(&m, 1e5);
  for (int p = 0; p < WD_POLARIZATIONS; p++) standard += wd_reference_standard(&any, p, 0, &ignored);
  for (size_t i = 0; i < sizeof masses / sizeof *masses; i++) {
    wd_pole pole = pole_of(&m, masses[i]);
    wd_point_result r = compute(config, i, masses[i], 1e-11);
    double real = 0, virtual = 0, e;
    for (int p = 0; p <= WD_LONGITUDINAL; p++) real += epsilon2(&m) * wd_reference_continuum(&pole, p, 0, &e);
    for (int p = 0; p < WD_POLARIZATIONS; p++) virtual += wd_reference_offresonant(&pole, p, 0, &e);
    double truth = (real + virtual) / standard;
    assert_close(r.continuum[WD_TRANSVERSE] + r.continuum[WD_LONGITUDINAL], real / standard, 0.04);
    assert_pull(r.excess, r.excess_error, truth, 4);
    double pull = (r.excess - truth) / r.excess_error;
    squares += pull * pull, sum += pull, count++;
  }
  assert_true(fabs(sum) < 4 * sqrt(count));
  assert_true(squares > 0.3 * count && squares < 2.2 * count);
}

/* Each polarisation with its error, at many streams. */
static void parts_have_errors(void **state) {
  (void)state;
  wd_config config = *wd_settings_config(settings);
  config.physics.resonance = WD_RESONANCE_FULL;
  wd_model m = wd_model_of(&config, 1e-11);
  wd_pole pole = pole_of(&m, 75e3);
  for (int p = 0; p <= WD_LONGITUDINAL; p++) {
    double e, truth = epsilon2(&m) * wd_reference_continuum(&pole, p, 0, &e), squares = 0, pulls = 0;
    enum { STREAMS = 30 };
    for (uint64_t i = 0; i < STREAMS; i++) {
      wd_point_result r = compute(&config, 100 + i, 75e3, 1e-11);
      double pull =
          (r.continuum[p] * r.luminosity_total - truth) / (r.continuum_error[p] * r.luminosity_total);
      squares += pull * pull / STREAMS, pulls += pull / sqrt(STREAMS);
      assert_true(r.continuum[WD_AXIAL] == 0 && r.continuum_error[WD_AXIAL] == 0);
      double total = 0;
      for (int q = 0; q < WD_POLARIZATIONS; q++) total += r.resonant[q] + r.offresonant[q] + r.continuum[q];
      assert_close(total, r.excess, 1e-12);
    }
    if (!(squares > 0.4 && squares < 2 && fabs(pulls) < 4))
      fail_msg("%s: pulls %g, their mean square %g", wd_polarization_names[p], pulls, squares);
  }
}

/* No step where poles end: ln of resonance and continuum has a second derivative without spikes, from below omega_p(0) to
 * above the largest transverse q. */
static void excess_is_smooth_where_poles_end(void **state) {
  (void)state;
  enum { POINTS = 31 };
  wd_model m = wd_model_of(wd_settings_config(settings), 1e-10);
  double value[POINTS], e;
  for (int i = 0; i < POINTS; i++) {
    wd_pole pole = pole_of(&m, 69.5e3 + 500.0 * i);
    value[i] = 0;
    for (int p = 0; p <= WD_LONGITUDINAL; p++)
      value[i] +=
          wd_reference_resonant(&pole, p, 0, &e) / epsilon2(&m) + wd_reference_continuum(&pole, p, 0, &e);
    value[i] = log(value[i]);
  }
  for (int i = 1; i + 1 < POINTS; i++) {
    double step = value[i + 1] - value[i], bend = value[i + 1] - 2 * value[i] + value[i - 1];
    if (!(step < 0 && step > -0.9 && fabs(bend) < 0.15))
      fail_msg("at %g eV: step %g, bend %g", 69.5e3 + 500.0 * i, step, bend);
  }
}

/* eps^2: g^2 for mu-tau, and with electrons in the game (e-mu) the coupling d_V to electrons at tree level. */
static void continuum_goes_with_the_coupling_to_electrons(void **state) {
  (void)state;
  wd_config config = *wd_settings_config(settings);
  wd_point_result r = compute(&config, 7, 1e5, 1e-11), ten = compute(&config, 7, 1e5, 1e-10);
  assert_close(ten.continuum[0], 100 * r.continuum[0], 1e-9);
  wd_model m = wd_model_of(&config, 1e-11);
  config.physics.model.group = WD_GROUP_E_MU;
  wd_model e = wd_model_of(&config, 1e-11);
  wd_point_result tree = compute(&config, 7, 1e5, 1e-11);
  assert_true(fabs(e.d_V) > 0.99e-11);
  assert_close(tree.continuum[1], r.continuum[1] * pow(e.d_V / m.d_V, 2), 1e-9);
}

static void polarisations_are_chosen(void **state) {
  (void)state;
  wd_config config = *wd_settings_config(settings);
  wd_point_result both = compute(&config, 9, 1e5, 1e-11);
  config.physics.polarizations = 1u << WD_TRANSVERSE;
  wd_point_result one = compute(&config, 9, 1e5, 1e-11);
  assert_true(one.continuum[WD_LONGITUDINAL] == 0);
  assert_pull(one.continuum[WD_TRANSVERSE], hypot(one.continuum_error[0], both.continuum_error[0]),
              both.continuum[WD_TRANSVERSE], 4);
}

static void refused(const char *const assignments[], const char *word) {
  wd_settings *s = test_settings(assignments);
  wd_error err = {0};
  assert_int_equal(wd_settings_validate(s, &err), WD_ERR_CONFIG);
  assert_non_null(strstr(err.message, word));
  wd_settings_free(s);
}

static void which_configurations_have_it(void **state) {
  (void)state;
  wd_settings *s = test_settings((const char *[]){"physics.formulas=published", NULL});
  wd_error err = {0};
  assert_int_equal(wd_settings_config(s)->physics.continuum, WD_CONTINUUM_OFF);
  assert_int_equal(wd_settings_validate(s, &err), WD_OK);
  wd_star *bare = test_star(s);
  assert_null(bare->absorption);
  wd_star_free(bare);
  assert_int_equal(wd_settings_set(s, "physics.formulas=consistent", &err), WD_OK);
  assert_int_equal(wd_settings_config(s)->physics.continuum, WD_CONTINUUM_ON);
  char *text = wd_settings_text(s); /* the effective configuration reads back */
  wd_settings *again = test_settings(NULL);
  assert_int_equal(wd_settings_read_text(again, text, strlen(text), "again", &err), WD_OK);
  assert_int_equal(wd_settings_config(again)->physics.continuum, WD_CONTINUUM_ON);
  free(text);
  wd_settings_free(again);
  wd_settings_free(s);
  refused((const char *[]){"physics.formulas=published", "physics.continuum=on", NULL}, "physics.continuum");
  refused((const char *[]){"physics.continuum=on", "physics.formulas=published", NULL}, "consistent");
}

/* A star made without its absorption must not pass for one that has it. */
static void absorption_is_not_forgotten(void **state) {
  (void)state;
  wd_settings *s =
      test_settings((const char *[]){"physics.formulas=consistent", "physics.continuum=off", NULL});
  wd_star *bare = test_star(s);
  wd_sampler *sampler;
  wd_error err = {0};
  assert_int_equal(wd_sampler_create(wd_settings_config(settings), bare, &sampler, &err), WD_ERR_INTERNAL);
  wd_star_free(bare);
  wd_settings_free(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(resonance_and_continuum_are_the_whole),
      cmocka_unit_test(nodes_of_a_rough_profile_are_met),
      cmocka_unit_test(methods_agree),
      cmocka_unit_test(parts_have_errors),
      cmocka_unit_test(excess_is_smooth_where_poles_end),
      cmocka_unit_test(continuum_goes_with_the_coupling_to_electrons),
      cmocka_unit_test(polarisations_are_chosen),
      cmocka_unit_test(which_configurations_have_it),
      cmocka_unit_test(absorption_is_not_forgotten),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
