/* The configuration: defaults, what is read, what is refused and in which words, writing, comparing. */
#include "config/keys.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static wd_settings *fresh(void) {
  wd_settings *settings = NULL;
  wd_error err = {0};
  assert_int_equal(wd_settings_create(&settings, &err), WD_OK);
  return settings;
}

static int read_text(wd_settings *settings, const char *text, wd_error *err) {
  return wd_settings_read_text(settings, text, strlen(text), "a.yaml", err);
}

/* The settings of a text that must be right. */
static wd_settings *reading(const char *text) {
  wd_settings *settings = fresh();
  wd_error err = {0};
  if (read_text(settings, text, &err) != WD_OK || wd_settings_validate(settings, &err) != WD_OK) {
    fail_msg("%s: %s", text, err.message);
  }
  return settings;
}

/* The text must be refused with exactly this message. */
static void refuses(const char *text, const char *message) {
  wd_settings *settings = fresh();
  wd_error err = {0};
  int status = read_text(settings, text, &err);
  if (status == WD_OK) status = wd_settings_validate(settings, &err);
  assert_int_equal(status, WD_ERR_CONFIG);
  assert_string_equal(err.message, message);
  assert_int_equal(wd_exit_code(status), 2);
  wd_settings_free(settings);
}

static void same(const wd_settings *a, const wd_settings *b) {
  for (int physics = 0; physics <= 1; physics++) {
    char *differences = wd_settings_differences(a, b, physics);
    assert_string_equal(differences, "");
    free(differences);
  }
}

static void defaults(void **state) {
  (void)state;
  wd_settings *settings = fresh();
  const wd_config *c = wd_settings_config(settings);
  assert_true(c->star.mass == 1 && c->star.temperature == 1e8);
  assert_true(c->star.composition.count == 1 && c->star.composition.share[0].Z == 6 &&
              c->star.composition.share[0].A == 12);
  assert_true(c->star.eos == WD_EOS_SALPETER && c->star.gravity == WD_GRAVITY_NEWTONIAN);
  assert_true(c->star.envelope.helium == 1e-2 && c->star.envelope.hydrogen == 1e-4);
  assert_string_equal(c->star.profile, "");
  assert_string_equal(c->cooling.track, "");
  assert_true(c->cooling.conductivity == 1 && c->cooling.earliest == 2e6 && c->cooling.coldest == 1.995e7);
  assert_true(c->plasma.model == WD_PLASMA_EXACT && c->plasma.piecewise_switch == 1);
  assert_true(c->physics.formulas == WD_FORMULAS_CONSISTENT && c->physics.resonance == WD_RESONANCE_FULL);
  assert_true(c->physics.polarizations == 7 && c->physics.sin2_theta_w == 0.23863);
  assert_true(c->physics.model.group == WD_GROUP_MU_TAU && c->physics.continuum == WD_CONTINUUM_ON);
  assert_true(c->physics.delta_a_mu == 38e-11 && c->physics.delta_a_mu_error == 63e-11);
  assert_true(c->grid.mass.min == 10 && c->grid.mass.max == 1e7 && c->grid.mass.points == 121);
  assert_true(c->grid.coupling.min == 1e-14 && c->grid.coupling.max == 1e-2 &&
              c->grid.coupling.points == 121);
  assert_true(c->grid.shells == 32);
  assert_true(c->integrator.relative_error == 0.005 && c->integrator.max_evaluations == 2000000);
  assert_true(c->integrator.seed == 20240502 && c->integrator.alpha == 0.5 && c->integrator.beta == 0.75);
  assert_true(c->integrator.pilot_evaluations == 512);
  static const double levels[] = {0.01, 0.1, 0.3, 0.5, 0.7};
  assert_int_equal(c->output.contour_level_count, 5);
  assert_memory_equal(c->output.contour_levels, levels, sizeof levels);
  assert_true(c->output.checkpoint_interval == 60);
  assert_int_equal(c->output.diagnostics, WD_DIAGNOSTICS_MASS);
  wd_settings_free(settings);
}

static void nothing_is_valid(void **state) {
  (void)state;
  static const char *const texts[] = {
      "", "\n", "# only a comment\n", "---\n", "{}", "star:\ngrid: ~\n", "---\n...\n"};
  wd_settings *untouched = fresh();
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    wd_settings *settings = reading(texts[i]);
    same(settings, untouched);
    wd_settings_free(settings);
  }
  wd_settings_free(untouched);
}

/* Every key at another value than its default, but physics.formulas, whose other value goes with mu-tau only, and
 * star.profile and cooling.track, whose other values go without a likelihood, and grid.axes and grid.draws, which scans of
 * f_s do not have. */
static const char all_changed[] =
    "observable: cooling\n"
    "star: {mass: 0.6, temperature: 3.3e7, composition: {Z: 26, A: 56}, eos: ideal, gravity: tov,\n"
    "       structure: thermal, envelope: {helium: 0.1, hydrogen: 0}}\n"
    "cooling: {conductivity: 10, earliest: 0, coldest: 3.0e7, window: {quantity: luminosity, from: 10, to: "
    "0.1}}\n"
    "likelihood:\n"
    "  f_s: {value: 1.15, error: 0.28}\n"
    "  luminosity_function: \"a \\\"b\\\" \\\\ # c: \xc3\xa9.dat\"\n"
    "  pulsator: {effective_temperature: 22600, period: 489.33, period_change: 2e-13, error: 9e-14}\n"
    "  red_giant: {loss: 0.05, error: 0.15, mass: 0.5, temperature: 9e7}\n"
    "plasma: {model: classical, piecewise_switch: 0}\n"
    "physics:\n"
    "  formulas: consistent\n"
    "  mixing: q2\n"
    "  resonance: off\n"
    "  continuum: off\n"
    "  polarizations: [axial, transverse]\n"
    "  sin2_theta_w: 0.23121999999999998\n"
    "  model: {mixing: loop, charges: {tau: -0.30000000000000004, e: 0.30000000000000004}}\n"
    "  delta_a_mu: -38e-11\n"
    "  delta_a_mu_error: 4.8e-10\n"
    "grid:\n"
    "  mass: {min: 1.0e-3, max: 0.30000000000000004, points: 7, spacing: linear, values: [1e-3, 0.1, 0.11, "
    "0.12, 0.13, 0.2, 0.30000000000000004]}\n"
    "  coupling: {min: 3e-7, max: 4e-7, points: 2, spacing: linear, values: [3e-7, 4e-7]}\n"
    "  shells: 10000\n"
    "  refine: {levels: 1, tolerance: 0.5}\n"
    "integrator: {relative_error: 1e-5, max_evaluations: 1e15, seed: 9223372036854775807, alpha: 1.5, beta: "
    "0,\n"
    "             pilot_evaluations: 64, sampling: separate}\n"
    "output: {file: 'it''s.h5', contour_levels: [3, 0.1, 1e-300], checkpoint_interval: 0.5,\n"
    "         diagnostics: shell}\n";

static void all_keys_are_read(void **state) {
  (void)state;
  wd_settings *settings = reading(all_changed);
  const wd_config *c = wd_settings_config(settings);
  assert_true(c->star.mass == 0.6 && c->star.temperature == 3.3e7);
  assert_true(c->star.composition.share[0].Z == 26 && c->star.composition.share[0].A == 56);
  assert_true(c->star.eos == WD_EOS_IDEAL && c->star.gravity == WD_GRAVITY_TOV);
  assert_true(c->star.structure == WD_STRUCTURE_THERMAL);
  assert_true(c->cooling.window.quantity == WD_WINDOW_LUMINOSITY);
  assert_true(c->cooling.window.from == 10 && c->cooling.window.to == 0.1);
  assert_true(c->star.envelope.helium == 0.1 && c->star.envelope.hydrogen == 0);
  assert_true(c->likelihood.f_s.value == 1.15 && c->likelihood.f_s.error == 0.28);
  assert_string_equal(c->likelihood.luminosity_function, "a \"b\" \\ # c: \xc3\xa9.dat");
  assert_true(c->likelihood.pulsator.effective_temperature == 22600 &&
              c->likelihood.pulsator.period == 489.33);
  assert_true(c->likelihood.pulsator.period_change == 2e-13 && c->likelihood.pulsator.error == 9e-14);
  assert_true(c->likelihood.red_giant.loss == 0.05 && c->likelihood.red_giant.error == 0.15);
  assert_true(c->likelihood.red_giant.mass == 0.5 && c->likelihood.red_giant.temperature == 9e7);
  assert_true(c->cooling.conductivity == 10 && c->cooling.earliest == 0 && c->cooling.coldest == 3e7);
  assert_true(c->plasma.model == WD_PLASMA_CLASSICAL && c->plasma.piecewise_switch == 0);
  assert_true(c->physics.formulas == WD_FORMULAS_CONSISTENT && c->physics.resonance == WD_RESONANCE_OFF);
  assert_true(c->physics.continuum == WD_CONTINUUM_OFF && c->physics.mixing == WD_MIXING_Q2);
  assert_true(c->physics.polarizations == (1u << WD_AXIAL | 1u << WD_TRANSVERSE));
  assert_true(c->physics.sin2_theta_w == 0.23121999999999998);
  assert_true(c->physics.model.group == WD_GROUP_CHARGES && c->physics.delta_a_mu == -38e-11);
  const wd_charges *charges = &c->physics.model.charges;
  assert_true(charges->lepton[0] == 0.1 + 0.2 && charges->lepton[1] == 0 &&
              charges->lepton[2] == -(0.1 + 0.2));
  assert_true(charges->baryon == 0 && charges->loop);
  assert_true(c->physics.delta_a_mu_error == 4.8e-10);
  assert_true(c->grid.mass.min == 1e-3 && c->grid.mass.max == 0.1 + 0.2 && c->grid.mass.points == 7);
  assert_true(c->grid.mass.spacing == WD_SPACING_LINEAR && c->grid.mass.count == 7);
  assert_true(c->grid.mass.values[1] == 0.1 && c->grid.mass.values[6] == 0.1 + 0.2);
  assert_true(c->grid.coupling.min == 3e-7 && c->grid.coupling.max == 4e-7 && c->grid.coupling.points == 2);
  assert_true(c->grid.refine.levels == 1 && c->grid.refine.tolerance == 0.5);
  assert_true(c->grid.shells == 10000 && c->integrator.max_evaluations == 1000000000000000);
  assert_true(c->integrator.seed == INT64_MAX && c->integrator.relative_error == 1e-5);
  assert_true(c->integrator.sampling == WD_SAMPLING_SEPARATE);
  assert_true(c->integrator.alpha == 1.5 && c->integrator.beta == 0 && c->integrator.pilot_evaluations == 64);
  assert_string_equal(c->output.file, "it's.h5");
  assert_true(c->output.contour_level_count == 3 && c->output.contour_levels[2] == 1e-300);
  assert_true(c->output.checkpoint_interval == 0.5);
  assert_int_equal(c->output.diagnostics, WD_DIAGNOSTICS_SHELL);
  wd_settings_free(settings);
}

/* A list brings its own ends; the last one to speak, of file and command line, is heard. */
static void grids_are_listed(void **state) {
  (void)state;
  wd_settings *settings =
      reading("grid: {mass: [1, 3, 10], coupling: {min: 1e-9, max: 3e-9, points: 3, spacing: linear}}");
  const wd_config *c = wd_settings_config(settings);
  assert_int_equal(wd_settings_validate(settings, NULL), WD_OK);
  assert_true(c->grid.mass.min == 1 && c->grid.mass.max == 10 && c->grid.mass.points == 3);
  assert_true(c->grid.mass.count == 3 && c->grid.mass.values[1] == 3);
  assert_true(c->grid.coupling.count == 0 && c->grid.coupling.spacing == WD_SPACING_LINEAR);
  assert_int_equal(wd_settings_set(settings, "grid.coupling=[2e-8]", NULL), WD_OK);
  assert_int_equal(wd_settings_validate(settings, NULL), WD_OK);
  assert_true(c->grid.coupling.min == 2e-8 && c->grid.coupling.points == 1);
  assert_int_equal(wd_settings_set(settings, "grid.mass.max=20", NULL), WD_OK);
  assert_int_equal(wd_settings_validate(settings, NULL), WD_ERR_CONFIG);
  assert_int_equal(wd_settings_set(settings, "grid.mass={values: [], min: 2, points: 5}", NULL), WD_OK);
  assert_int_equal(wd_settings_validate(settings, NULL), WD_OK);
  assert_true(c->grid.mass.count == 0 && c->grid.mass.max == 20 && c->grid.mass.points == 5);
  wd_settings_free(settings);
}

/* So that a key that is added is added to all_changed, too. */
static void all_changed_is_all(void **state) {
  (void)state;
  wd_settings *old = fresh(), *new = reading(all_changed);
  size_t lines = 0;
  for (int physics = 0; physics <= 1; physics++) {
    char *differences = wd_settings_differences(old, new, physics);
    for (const char *s = differences; *s; s++) lines += *s == '\n';
    free(differences);
  }
  assert_int_equal(lines, wd_key_count() - 5); /* those named above */
  wd_settings_free(old);
  wd_settings_free(new);
}

static void what_is_written_reads_back(void **state) {
  (void)state;
  wd_settings *settings = reading(all_changed);
  char *text = wd_settings_text(settings);
  wd_settings *back = reading(text);
  same(settings, back);
  const wd_config *a = wd_settings_config(settings), *b = wd_settings_config(back);
  assert_memory_equal(&a->grid, &b->grid, sizeof a->grid);
  assert_true(a->physics.model.group == b->physics.model.group);
  assert_memory_equal(&a->physics.model.charges.lepton, &b->physics.model.charges.lepton, 3 * sizeof(double));
  assert_memory_equal(&a->integrator, &b->integrator, sizeof a->integrator);
  assert_memory_equal(a->output.contour_levels, b->output.contour_levels, 3 * sizeof(double));
  wd_settings_free(settings);
  wd_settings_free(back);
  free(text);
}

/* The text that `write` prints. */
static char *printed(void (*write)(FILE *out)) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  assert_non_null(out);
  write(out);
  fclose(out);
  return text;
}

static void reference_is_the_default(void **state) {
  (void)state;
  char *text = printed(wd_keys_write_reference);
  wd_settings *reference = reading(text), *untouched = fresh();
  same(reference, untouched);
  wd_settings_free(reference);
  wd_settings_free(untouched);
  free(text);
}

static void keys_are_listed(void **state) {
  (void)state;
  char *text = printed(wd_keys_write);
  for (size_t i = 0; i < wd_key_count(); i++) {
    const wd_key *key = wd_key_at(i);
    char start[64];
    snprintf(start, sizeof start, "\n%s ", key->path);
    assert_non_null(strstr(text, start));
    assert_non_null(strstr(text, key->meaning));
  }
  free(text);
}

static void origins(void **state) {
  (void)state;
  wd_settings *settings = reading("star:\n  mass: 0.6\n");
  wd_error err = {0};
  assert_int_equal(wd_settings_set(settings, "star.eos=ideal", &err), WD_OK);
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  assert_non_null(out);
  wd_settings_write(settings, out, /*origins=*/true);
  fclose(out);
  assert_non_null(strstr(text, "star:\n  mass: 0.6 # a.yaml:2\n  temperature: 100000000 # default\n"));
  assert_non_null(strstr(text, "  eos: ideal # command line\n"));
  assert_non_null(strstr(text, "grid:\n  mass:\n    min: 10 # default\n"));
  wd_settings_free(reading(text));
  wd_settings_free(settings);
  free(text);
}

static void refuses_unknown_keys(void **state) {
  (void)state;
  refuses("star: {mas: 1}", "a.yaml:1:8: star.mas: unknown key; the nearest known one is star.mass");
  refuses("star: {Mass: 1}", "a.yaml:1:8: star.Mass: unknown key; the nearest known one is star.mass");
  refuses("grdi:\n  shells: 3\n", "a.yaml:1:1: grdi: unknown key; the nearest known one is grid");
  refuses("\ntemperature: 1",
          "a.yaml:2:1: temperature: unknown key; the nearest known one is star.temperature");
  refuses("grid:\n  mass:\n    point: 3\n",
          "a.yaml:3:5: grid.mass.point: unknown key; the nearest known one is grid.mass.points");
  refuses("integrator: {relative-error: 0.1}", "a.yaml:1:14: integrator.relative-error: unknown key; the "
                                               "nearest known one is integrator.relative_error");
  refuses("star.mass: 1",
          "a.yaml:1:1: star.mass: a key has no dots here; expected sections, one in the other");
}

static void refuses_too_much_refinement(void **state) {
  (void)state;
  refuses("grid: {refine: {levels: 6}}", "a.yaml:1:25: grid.refine.levels: 6, with a grid of 121 masses; "
                                         "expected 193 masses at least, or fewer levels");
  refuses("grid: {refine: {levels: 1}, coupling: {points: 1}}",
          "a.yaml:1:25: grid.refine.levels: 1, with a grid of one coupling, which has no contours to go by; "
          "expected two couplings at least, or 0");
}

static void refuses_wrong_values(void **state) {
  (void)state;
  refuses("grid: {mass: {points: 1e3x}}",
          "a.yaml:1:23: grid.mass.points: \"1e3x\" is not an integer; expected an integer in [1, 1000000]");
  refuses("grid: {mass: {points: 0}}",
          "a.yaml:1:23: grid.mass.points: 0 is out of range; expected an integer in [1, 1000000]");
  refuses("grid: {shells: 2.5}",
          "a.yaml:1:16: grid.shells: \"2.5\" is not an integer; expected an integer in [1, 10000]");
  refuses("star:\n  temperature: -1.0e8 # K\n",
          "a.yaml:2:16: star.temperature: -1.0e8 is out of range; expected a number in (0, 1e10] K");
  refuses("star: {mass: 0}", "a.yaml:1:14: star.mass: 0 is out of range; expected a number in (0, 10] M_sun");
  refuses("star: {mass: \"1\"}",
          "a.yaml:1:14: star.mass: \"1\" is a text, in quotes; expected a number in (0, 10] M_sun");
  refuses("star: {mass: }", "a.yaml:1:14: star.mass: has no value; expected a number in (0, 10] M_sun");
  refuses("star: {mass: .nan}",
          "a.yaml:1:14: star.mass: \".nan\" is not a number; expected a number in (0, 10] M_sun");
  refuses("star: {mass: [1]}", "a.yaml:1:14: star.mass: is a list; expected a number in (0, 10] M_sun");
  refuses("star: {mass: {a: 1}}",
          "a.yaml:1:14: star.mass: holds keys, not a value; expected a number in (0, 10] M_sun");
  refuses("star: {eos: Salpeter}",
          "a.yaml:1:13: star.eos: \"Salpeter\" is unknown; expected one of salpeter, ideal");
  refuses("integrator: {relative_error: 1}",
          "a.yaml:1:30: integrator.relative_error: 1 is out of range; expected a number in (0, 1)");
  refuses("integrator: {seed: 9223372036854775808}",
          "a.yaml:1:20: integrator.seed: \"9223372036854775808\" is not an integer; "
          "expected an integer in [0, 9223372036854775807]");
  refuses("output: {file: \"a\\nb\"}",
          "a.yaml:1:16: output.file: has characters that are not printable UTF-8; expected a text");
}

static void refuses_wrong_lists(void **state) {
  (void)state;
  static const char levels[] = "expected a list of 1 to 32 different numbers in (-inf, 0) or (0, inf)";
  static const char parts[] = "expected a list of some of transverse, longitudinal, axial";
  static const struct {
    const char *text, *wrong, *right;
  } cases[] = {
      {"output: {contour_levels: []}", "a.yaml:1:26: output.contour_levels: is an empty list", levels},
      {"output: {contour_levels: 0.3}", "a.yaml:1:26: output.contour_levels: is not a list", levels},
      {"output: {contour_levels: [1, 0]}", "a.yaml:1:30: output.contour_levels: 0 is out of range", levels},
      {"output: {contour_levels: [1, 1.0]}", "a.yaml:1:30: output.contour_levels: \"1.0\" is given twice",
       levels},
      {"output: {contour_levels: "
       "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,"
       "31,32,33]}",
       "a.yaml:1:26: output.contour_levels: is too long", levels},
      {"physics: {polarizations: []}", "a.yaml:1:26: physics.polarizations: is an empty list", parts},
      {"physics: {polarizations: axial}", "a.yaml:1:26: physics.polarizations: is not a list", parts},
      {"physics: {polarizations: [axial, axial]}",
       "a.yaml:1:34: physics.polarizations: \"axial\" is given twice", parts},
      {"physics: {polarizations: [scalar]}", "a.yaml:1:27: physics.polarizations: \"scalar\" is unknown",
       parts},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char message[256];
    snprintf(message, sizeof message, "%s; %s", cases[i].wrong, cases[i].right);
    refuses(cases[i].text, message);
  }
}

static void refuses_wrong_nuclei(void **state) {
  (void)state;
  static const struct {
    const char *value, *wrong;
  } cases[] = {{"Q13", "\"Q13\" is unknown"},
               {"c12", "\"c12\" is unknown"},
               {"C5", "\"C5\" is unknown"},
               {"C012", "\"C012\" is unknown"},
               {"{Z: 7, A: 6}", "is not a nucleus"},
               {"{Z: 0, A: 1}", "is not a nucleus"},
               {"{Z: 6, A: 301}", "is not a nucleus"},
               {"{A: 12}", "is not a nucleus"},
               {"{}", "is not a nucleus"},
               {"[6, 12]", "is a list"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[64], message[256];
    snprintf(text, sizeof text, "star: {composition: %s}", cases[i].value);
    snprintf(message, sizeof message,
             "a.yaml:1:21: star.composition: %s; expected one of He4, C12, O16, Ne20, Mg24, "
             "or {Z: 6, A: 12} with 1 <= Z <= A <= 300, or mass fractions {H1: 0.7, He4: 0.3}",
             cases[i].wrong);
    refuses(text, message);
  }
}

/* Mass fractions of nuclei by name, which come back as they were given. */
static void mass_fractions(void **state) {
  (void)state;
  wd_settings *settings = fresh();
  wd_error err = {0};
  static const char *const right[] = {"{H1: 0.7, He4: 0.28, O16: 0.02}", "C13", "Fe56", "{Z: 60, A: 150}",
                                      "{Ne22: 0.1, C12: 0.9}"};
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    char text[96];
    snprintf(text, sizeof text, "star.composition=%s", right[i]);
    if (wd_settings_set(settings, text, &err)) fail_msg("%s", err.message);
    char *value = wd_settings_value(settings, "star.composition");
    assert_string_equal(value, right[i]);
    free(value);
  }
  const wd_composition *c = &wd_settings_config(settings)->star.composition;
  assert_true(c->count == 2 && c->share[0].Z == 10 && c->share[0].A == 22 && c->share[1].fraction == 0.9);
  static const char *const wrong[][2] = {
      {"{H1: 0.7, He4: 0.2}", "has mass fractions that add up to 0.9, not 1; expected"},
      {"{H1: 1, Q4: 0.2}", "\"Q4\" is unknown"},
      {"{H1: -1, He4: 2}", "-1 is no mass fraction in (0, 1]"},
      {"{H1: x}", "\"x\" is not a number"}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char text[96];
    snprintf(text, sizeof text, "star.composition=%s", wrong[i][0]);
    assert_int_equal(wd_settings_set(settings, text, &err), WD_ERR_CONFIG);
    if (!strstr(err.message, wrong[i][1])) fail_msg("%s lacks %s", err.message, wrong[i][1]);
  }
  assert_null(wd_settings_value(settings, "star.compositon"));
  wd_settings_free(settings);
}

static void refuses_yaml_it_has_no_use_for(void **state) {
  (void)state;
  refuses("star:\n  mass: 1\n  mass: 2\n",
          "a.yaml:3:3: mass: given twice, first in line 2; expected only one of them");
  refuses("star: {mass: 1}\nstar: {eos: ideal}\n",
          "a.yaml:2:1: star: given twice, first in line 1; expected only one of them");
  refuses("star: &x {mass: 1}", "a.yaml:1:7: an anchor (&) has no meaning here; expected the plain value");
  refuses("star: {mass: !!float 1}", "a.yaml:1:14: a tag (!) has no meaning here; expected the plain value");
  refuses("star: {mass: 1}\n---\ngrid: {shells: 1}\n", "a.yaml:2:1: a second document; expected only one");
  refuses("- 1\n", "a.yaml:1:1: has a value, but is a section; expected `key: value` lines");
  refuses("grid: 7\n", "a.yaml:1:7: grid: has a value, but is a section; expected `key: value` lines");
  refuses("{[1]: 2}", "a.yaml:1:2: a key must be a plain word");
  refuses("star:\n\tmass: 1\n",
          "a.yaml:2:1: not YAML: found character that cannot start any token while scanning "
          "for the next token");
  refuses(
      "star: {mass: 1",
      "a.yaml:2:1: not YAML: did not find expected ',' or '}' while parsing a flow mapping begun in line 1");
  refuses("\nstar: \xff\n", "a.yaml:2:7: not YAML: invalid leading UTF-8 octet");
  refuses("[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
          "a.yaml:1:18: nested too deeply; expected a configuration of wdscan");
}

static void all_mistakes_at_once(void **state) {
  (void)state;
  refuses("star: {mass: x, eos: y}\n"
          "grid:\n"
          "  mass: {min: 5, max: 1, points: z}\n"
          "  coupling: {min: 1, max: 0.5}\n"
          "  shell: 2\n",
          "a.yaml:1:14: star.mass: \"x\" is not a number; expected a number in (0, 10] M_sun\n"
          "a.yaml:1:22: star.eos: \"y\" is unknown; expected one of salpeter, ideal\n"
          "a.yaml:3:34: grid.mass.points: \"z\" is not an integer; expected an integer in [1, 1000000]\n"
          "a.yaml:5:3: grid.shell: unknown key; the nearest known one is grid.shells");
}

/* Models by name and by charges; what is written is what was meant, whatever was there before. */
static void models(void **state) {
  (void)state;
  static const char *const texts[][2] = {
      {"b-l", "b-l"},
      {"dark-photon", "dark-photon"},
      {"{mixing: 1}", "{charges: {e: 0, mu: 0, tau: 0, B: 0}, mixing: 1}"},
      {"{charges: {B: 1, e: -3}}", "{charges: {e: -3, mu: 0, tau: 0, B: 1}, mixing: 0}"},
      {"{charges: {mu: 1, tau: -1}, mixing: 'loop'}",
       "{charges: {e: 0, mu: 1, tau: -1, B: 0}, mixing: loop}"},
      {"e-mu", "e-mu"}};
  wd_settings *settings = fresh();
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char assignment[200];
    wd_error err = {0};
    snprintf(assignment, sizeof assignment, "physics.model=%s", texts[i][0]);
    assert_int_equal(wd_settings_set(settings, assignment, &err), WD_OK);
    char *value = wd_settings_value(settings, "physics.model");
    assert_string_equal(value, texts[i][1]);
    free(value);
  }
  wd_settings_free(settings);
}

static void models_that_are_none(void **state) {
  (void)state;
#define MODELS                                                                                               \
  "expected one of mu-tau, e-mu, e-tau, dark-photon, b-l, or {charges: {e: 1, mu: -1, tau: 0, B: 0}, "       \
  "mixing: loop or a number}"
#define DIVERGES "expected sum and B of 0, or as mixing a number, epsilon_A/g"
#define INERT "couples to no electrons, so that no star would emit it; expected a charge of e, or mixing"
  refuses("physics: {model: {charge: {e: 1}}}", "a.yaml:1:27: physics.model: \"charge\" is unknown; " MODELS);
  refuses("physics: {model: {charges: {nu: 1}}}", "a.yaml:1:33: physics.model: \"nu\" is unknown; " MODELS);
  refuses("physics: {model: {charges: {e: x}}}",
          "a.yaml:1:32: physics.model: \"x\" is not a number; " MODELS);
  refuses("physics: {model: {charges: {e: 101}}}", "a.yaml:1:32: physics.model: 101 is beyond 100; " MODELS);
  refuses("physics: {model: {charges: {e: nan}}}",
          "a.yaml:1:32: physics.model: \"nan\" is not a number; " MODELS);
  refuses("physics: {model: {charges: 1}}",
          "a.yaml:1:28: physics.model: charges: names no e, mu, tau or B; " MODELS);
  refuses("physics: {model: {charges: {e: 1}, mixing: loops}}",
          "a.yaml:1:44: physics.model: \"loops\" is not a number; " MODELS);
  refuses(
      "physics: {model: {charges: {e: 1}, mixing: loop}}",
      "a.yaml:1:18: physics.model: mixing: loop diverges where leptons have charges that add up to 1 and B "
      "is 0; " DIVERGES);
  refuses(
      "physics: {model: {charges: {e: 1, mu: -1, B: 1}, mixing: loop}}",
      "a.yaml:1:18: physics.model: mixing: loop diverges where leptons have charges that add up to 0 and B "
      "is 1; " DIVERGES);
  refuses("physics: {model: {charges: {mu: 1, tau: -1}}}", "a.yaml:1:18: physics.model: " INERT);
  refuses("physics: {model: {charges: {e: 0}, mixing: loop}}", "a.yaml:1:18: physics.model: " INERT);
  refuses(
      "physics: {model: {charges: {B: 1}, mixing: -0.3}}",
      "a.yaml:1:18: physics.model: B is 1, but electrons couple with -0.0908466; expected a ratio of at most "
      "10: the emission by nuclei is not computed");
#undef MODELS
#undef DIVERGES
#undef INERT
}

/* Mixing runs where loops make it. */
static void running_of_the_mixing(void **state) {
  (void)state;
  static const char *const models[] = {"e-mu", "{charges: {e: 1, tau: -1}, mixing: loop}", "dark-photon",
                                       "b-l", "{charges: {e: 1, tau: -1}, mixing: 0.1}"};
  for (int i = 0; i < 5; i++) {
    char assignment[200];
    wd_error err = {0};
    wd_settings *settings = fresh();
    snprintf(assignment, sizeof assignment, "physics={mixing: q2, model: %s}", models[i]);
    assert_int_equal(wd_settings_set(settings, assignment, &err), WD_OK);
    assert_int_equal(wd_settings_validate(settings, &err), i < 2 ? WD_OK : WD_ERR_CONFIG);
    if (i >= 2)
      assert_string_equal(err.message, "command line: physics.mixing: q2, but the kinetic mixing of this "
                                       "physics.model is a number, not that of loops; expected zero");
    wd_settings_free(settings);
  }
}

/* The formulas of the paper are those of mu-tau. */
static void editions_of_the_models(void **state) {
  (void)state;
  wd_settings *settings = reading("physics: {formulas: published, model: mu-tau}");
  assert_int_equal(wd_settings_config(settings)->physics.formulas, WD_FORMULAS_PUBLISHED);
  wd_settings_free(settings);
  static const char *const texts[] = {"physics:\n  model: e-mu\n  formulas: published\n",
                                      "physics:\n  formulas: published\n  model: e-tau\n",
                                      "physics: {formulas: published, model: dark-photon}",
                                      "physics: {formulas: published, model: {charges: {e: 1}}}"};
  static const char *const places[] = {"test.yaml:3:", "test.yaml:2:", "test.yaml:1:", "test.yaml:1:"};
  for (int i = 0; i < 4; i++) {
    wd_error err = {0};
    settings = fresh();
    assert_int_equal(wd_settings_read_text(settings, texts[i], strlen(texts[i]), "test.yaml", &err), WD_OK);
    assert_int_equal(wd_settings_validate(settings, &err), WD_ERR_CONFIG);
    assert_non_null(strstr(err.message, places[i]));
    assert_non_null(
        strstr(err.message, "physics.formulas: `published` are the formulas of arXiv:2405.00094"));
    wd_settings_free(settings);
  }
  wd_error err = {0};
  settings = fresh();
  assert_int_equal(wd_settings_set(settings, "physics={formulas: published, mixing: q2}", &err), WD_OK);
  assert_int_equal(wd_settings_validate(settings, &err), WD_ERR_CONFIG);
  assert_non_null(
      strstr(err.message, "physics.mixing: q2, but physics.formulas: published has the mixing at zero"));
  wd_settings_free(settings);
}

/* Data are of stars that cool, and a pulsator is known by its temperature and period. */
static void data_are_checked(void **state) {
  (void)state;
  static const char
      none[] = "there is no likelihood of an excess; expected it with `observable: cooling` only",
      zero[] =
          "0, but likelihood.pulsator.error puts the pulsator into the likelihood; expected a number above 0";
  static const struct {
    const char *text, *place, *wrong;
  } cases[] = {
      {"likelihood: {f_s: {error: 0.3}}", "a.yaml:1:27: likelihood.f_s.error", none},
      {"likelihood: {luminosity_function: x.dat}", "a.yaml:1:35: likelihood.luminosity_function", none},
      {"likelihood: {red_giant: {error: 0.2}}", "a.yaml:1:33: likelihood.red_giant.error", none},
      {"observable: cooling\nlikelihood: {pulsator: {error: 1e-13, period: 0, effective_temperature: 2e4}}",
       "a.yaml:2:47: likelihood.pulsator.period", zero},
      {"observable: cooling\nlikelihood: {pulsator: {error: 1e-13, effective_temperature: 0, period: 500}}",
       "a.yaml:2:62: likelihood.pulsator.effective_temperature", zero}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char message[256];
    snprintf(message, sizeof message, "%s: %s", cases[i].place, cases[i].wrong);
    refuses(cases[i].text, message);
  }
  wd_settings *settings =
      reading("likelihood: {f_s: {value: 1.2}, red_giant: {mass: 0.5}}"); /* no errors: no data */
  assert_false(wd_config_has_likelihood(wd_settings_config(settings)));
  wd_settings_free(settings);
}

static void axes_are_checked(void **state) {
  (void)state;
  refuses("grid:\n  mass:\n    min: 100\n    max: 10\n",
          "a.yaml:3:10: grid.mass.min: 100 is not below grid.mass.max = 10 (a.yaml:4); expected min < max");
  refuses("grid: {coupling: {min: 0.1}}", "a.yaml:1:24: grid.coupling.min: 0.1 is not below "
                                          "grid.coupling.max = 0.01 (default); expected min < max");
  refuses(
      "grid: {mass: {min: 5, values: [6, 7]}}",
      "a.yaml:1:20: grid.mass.min: 5, but grid.mass.values are listed, whose min is 6; expected either the "
      "list or min, max and points (values: [] removes the list)");
  refuses("grid: {mass: {values: [6, 7], points: 9}}",
          "a.yaml:1:39: grid.mass.points: 9, but grid.mass.values are listed, whose points is 2; expected "
          "either the list or min, max and points (values: [] removes the list)");
  refuses("grid: {mass: [6, 7, 7]}", "a.yaml:1:21: grid.mass.values: \"7\" is not above the value before it; "
                                     "expected a list of at most 256 ascending numbers in [1e-30, 1e12] eV");
  refuses("grid: {coupling: [0]}", "a.yaml:1:19: grid.coupling.values: 0 is out of range; "
                                   "expected a list of at most 256 ascending numbers in (0, 10]");
  refuses("grid: {mass: {min: 5, max: 5}}", "a.yaml:1:20: grid.mass.min: 5 is not below grid.mass.max = 5 "
                                            "(a.yaml:1); expected min < max, or points: 1");
  wd_settings_free(reading("grid: {mass: {min: 5, max: 5, points: 1}}"));
}

static void assignments(void **state) {
  (void)state;
  static const char *const right[] = {"star.mass=0.6",       "star.composition={Z: 3, A: 7}",
                                      "grid.mass={min: 1}",  "physics.polarizations=[axial]",
                                      "star.profile=",       "output.file=a=b.h5",
                                      "output.file='[x].h5'"};
  wd_settings *settings = fresh();
  wd_error err = {0};
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    if (wd_settings_set(settings, right[i], &err) != WD_OK) fail_msg("%s: %s", right[i], err.message);
  }
  const wd_config *c = wd_settings_config(settings);
  assert_true(c->star.mass == 0.6 && c->star.composition.share[0].A == 7 && c->grid.mass.min == 1);
  assert_true(c->physics.polarizations == 1u << WD_AXIAL);
  assert_string_equal(c->output.file, "[x].h5");

  static const char *const wrong[][2] = {
      {"star.mass=x", "command line: star.mass: \"x\" is not a number; expected a number in (0, 10] M_sun"},
      {"star.mass=", "command line: star.mass: has no value; expected a number in (0, 10] M_sun"},
      {"star.mas=1", "command line: star.mas: unknown key; the nearest known one is star.mass"},
      {"grid.mass={mim: 1}",
       "command line: grid.mass.mim: unknown key; the nearest known one is grid.mass.min"},
      {"star.mass", "command line: --set: \"star.mass\" is not an assignment; expected KEY=VALUE"},
      {"=1", "command line: --set: \"=1\" is not an assignment; expected KEY=VALUE"},
      {"star.mass=[1", "star.mass=[1:2:1: not YAML: did not find expected ',' or ']' while parsing a flow "
                       "sequence begun in line 1"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(wd_settings_set(settings, wrong[i][0], &err), WD_ERR_CONFIG);
    assert_string_equal(err.message, wrong[i][1]);
  }
  assert_true(c->star.mass == 0.6);
  wd_settings_free(settings);
}

static void differences(void **state) {
  (void)state;
  wd_settings *old = reading("output: {file: a.h5}");
  wd_settings *new = reading("output: {file: b.h5}\nstar: {eos: ideal}\ngrid: {mass: {points: 3}}\n");
  char *physics = wd_settings_differences(old, new, true),
       *control = wd_settings_differences(old, new, false);
  assert_string_equal(physics, "star.eos: salpeter -> ideal\ngrid.mass.points: 121 -> 3\n");
  assert_string_equal(control, "output.file: \"a.h5\" -> \"b.h5\"\n");
  free(physics);
  free(control);
  wd_settings_free(old);
  wd_settings_free(new);
}

/* --- Files -------------------------------------------------------------------------------------------------
 */

static char folder[] = "/tmp/wdscan-config-XXXXXX";

static int enter_folder(void **state) {
  (void)state;
  return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state) {
  (void)state;
  unlink("my.scan.yaml");
  unlink("large.yaml");
  return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static void write_file(const char *path, const char *text, int times) {
  FILE *out = fopen(path, "w");
  assert_non_null(out);
  for (int i = 0; i < times; i++) fputs(text, out);
  assert_int_equal(fclose(out), 0);
}

static void files_are_loaded(void **state) {
  (void)state;
  write_file("my.scan.yaml", "star: {mass: 0.6}\ngrid: {mass: {min: 1e9}}\n", 1);
  const char *const sets[] = {"grid.mass.max=1e10", "star.mass=0.7", "star.mass=0.8"};
  wd_settings *settings = fresh();
  wd_error err = {0};
  assert_int_equal(wd_settings_load(settings, "./my.scan.yaml", sets, 3, NULL, &err), WD_OK);
  const wd_config *c = wd_settings_config(settings);
  assert_true(c->star.mass == 0.8 && c->grid.mass.min == 1e9 && c->grid.mass.max == 1e10);
  assert_string_equal(c->output.file, "my.scan.h5");
  assert_int_equal(wd_settings_load(settings, "my.scan.yaml", sets, 1, "d/x.h5", &err), WD_OK);
  assert_string_equal(c->output.file, "d/x.h5");

  const char *const bad[] = {"grid.mass.max=1", "star.eos=no"};
  assert_int_equal(wd_settings_load(settings, "my.scan.yaml", bad, 2, "\n", &err), WD_ERR_CONFIG);
  assert_string_equal(
      err.message, "command line: star.eos: \"no\" is unknown; expected one of salpeter, ideal\n"
                   "command line: output.file: has characters that are not printable UTF-8; expected a text\n"
                   "my.scan.yaml:2:20: grid.mass.min: 1000000000 is not below grid.mass.max = 1 "
                   "(command line); expected min < max");
  wd_settings_free(settings);
}

static void files_that_cannot_be_read(void **state) {
  (void)state;
  write_file("large.yaml", "# more than a configuration needs\n", 40000);
  static const struct {
    const char *path;
    int error;
  } cases[] = {{"absent.yaml", ENOENT}, {"/", EISDIR}, {"large.yaml", EFBIG}};
  wd_settings *settings = fresh();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char message[256];
    wd_error err = {0};
    int status = wd_settings_read(settings, cases[i].path, &err);
    assert_int_equal(status, WD_ERR_IO);
    assert_int_equal(wd_exit_code(status), 3);
    snprintf(message, sizeof message, "%s: cannot read the configuration: %s", cases[i].path,
             strerror(cases[i].error));
    assert_string_equal(err.message, message);
  }
  wd_settings_free(settings);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(defaults),
      cmocka_unit_test(nothing_is_valid),
      cmocka_unit_test(all_keys_are_read),
      cmocka_unit_test(all_changed_is_all),
      cmocka_unit_test(grids_are_listed),
      cmocka_unit_test(what_is_written_reads_back),
      cmocka_unit_test(reference_is_the_default),
      cmocka_unit_test(keys_are_listed),
      cmocka_unit_test(origins),
      cmocka_unit_test(refuses_unknown_keys),
      cmocka_unit_test(refuses_too_much_refinement),
      cmocka_unit_test(refuses_wrong_values),
      cmocka_unit_test(refuses_wrong_lists),
      cmocka_unit_test(refuses_wrong_nuclei),
      cmocka_unit_test(mass_fractions),
      cmocka_unit_test(refuses_yaml_it_has_no_use_for),
      cmocka_unit_test(all_mistakes_at_once),
      cmocka_unit_test(models),
      cmocka_unit_test(models_that_are_none),
      cmocka_unit_test(running_of_the_mixing),
      cmocka_unit_test(editions_of_the_models),
      cmocka_unit_test(data_are_checked),
      cmocka_unit_test(axes_are_checked),
      cmocka_unit_test(assignments),
      cmocka_unit_test(differences),
      cmocka_unit_test_setup_teardown(files_are_loaded, enter_folder, NULL),
      cmocka_unit_test_setup_teardown(files_that_cannot_be_read, NULL, leave_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
