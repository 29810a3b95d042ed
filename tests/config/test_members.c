/* The members of a scan with axes: values, order, draws, and what is refused. */
#include "config/members.h"
#include "testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static wd_settings *reading(const char *text) {
  wd_settings *settings;
  wd_error err;
  assert_int_equal(wd_settings_create(&settings, &err), WD_OK);
  if (wd_settings_read_text(settings, text, strlen(text), "a.yaml", &err)) fail_msg("%s", err.message);
  return settings;
}

static wd_members *members_of(const wd_settings *settings) {
  wd_members *members;
  wd_error err;
  if (wd_settings_validate(settings, &err)) fail_msg("%s", err.message);
  if (wd_members_create(settings, &members, &err)) fail_msg("%s", err.message);
  return members;
}

static void one_without_axes(void **state) {
  (void)state;
  wd_settings *settings = reading("star: {mass: 0.7}"), *member;
  wd_members *m = members_of(settings);
  assert_true(m->count == 1 && m->axes == 0 && m->variables == 0);
  assert_int_equal(wd_member_settings(settings, m, 0, &member, NULL), WD_OK);
  char *a = wd_settings_text(settings), *b = wd_settings_text(member);
  assert_string_equal(a, b);
  free(a), free(b);
  wd_settings_free(member);
  wd_members_free(m);
  wd_settings_free(settings);
}

/* All combinations, the last axis first; each is the configuration that has been written so. */
static void combinations(void **state) {
  (void)state;
  static const char *const mass[] = {"0.5", "0.6"}, *const model[] = {"mu-tau", "e-mu", "e-tau"};
  wd_settings *settings = reading("star: {eos: ideal}\ngrid:\n  axes:\n    star.mass: [0.5, 0.6]\n    "
                                  "physics.model: [mu-tau, e-mu, e-tau]\n");
  wd_members *m = members_of(settings);
  assert_true(m->count == 6 && m->axes == 2 && m->variables == 2);
  assert_string_equal(m->axis[0].name, "star.mass");
  assert_true(m->variable[0].number[1] == 0.6 && !m->variable[1].number);
  for (size_t i = 0; i < m->count; i++) {
    char text[160];
    wd_settings *member, *alone;
    snprintf(text, sizeof text, "star: {eos: ideal, mass: %s}\nphysics: {model: %s}", mass[i / 3],
             model[i % 3]);
    alone = reading(text);
    assert_int_equal(wd_member_settings(settings, m, i, &member, NULL), WD_OK);
    char *a = wd_settings_text(alone), *b = wd_settings_text(member);
    assert_string_equal(a, b);
    free(a), free(b);
    wd_settings_free(alone);
    wd_settings_free(member);
  }
  char *name = wd_members_describe(m, 4);
  assert_string_equal(name, "star.mass = 0.6, physics.model = e-mu");
  free(name);
  wd_members_free(m);
  wd_settings_free(settings);
}

static void ranges(void **state) {
  (void)state;
  wd_settings *settings =
      reading("grid: {axes: {star.temperature: {min: 1e7, max: 1e9, points: 3}, star.mass: {min: "
              "0.5, max: 0.7, points: 3, spacing: linear}}}");
  wd_members *m = members_of(settings);
  const double *t = m->variable[0].number, *mass = m->variable[1].number;
  assert_true(t[0] == 1e7 && fabs(t[1] / 1e8 - 1) < 1e-14 && t[2] == 1e9);
  assert_true(mass[0] == 0.5 && fabs(mass[1] - 0.6) < 1e-15 && mass[2] == 0.7);
  wd_members_free(m);
  wd_settings_free(settings);
}

/* Lists of {key: ...} say what trees of keys say: the same members in the same order, drawn from the same numbers. */
static void lists_are_trees(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"grid: {axes: [{key: star.mass, values: [0.5, 0.6]}, {min: 1e7, max: 3e7, points: 3, scale: log, key: "
       "star.temperature}, {key: physics.model, values: [mu-tau, e-mu]}]}",
       "grid: {axes: {star.mass: [0.5, 0.6], star.temperature: {min: 1e7, max: 3e7, points: 3, spacing: "
       "log}, "
       "physics.model: [mu-tau, e-mu]}}"},
      {"grid: {axes: [{key: star.mass, min: 0.5, max: 0.7, points: 3, scale: linear}]}",
       "grid: {axes: {star.mass: {min: 0.5, max: 0.7, points: 3, spacing: linear}}}"},
      {"grid: {axes: [{key: star.temperature, draw: {lognormal: [1e8, 0.1]}}, {key: star.mass, values: [0.5, "
       "0.6]}, "
       "{key: physics.sin2_theta_w, draw: {uniform: [0.23, 0.24]}}], draws: 4}",
       "grid: {axes: {star.mass: [0.5, 0.6]}, draws: {count: 4, star.temperature: {log-normal: [1e8, 0.1]}, "
       "physics.sin2_theta_w: {uniform: [0.23, 0.24]}}}"},
      {"grid: {axes: [{key: star.mass, draw: {normal: [0.6, 0.01]}}], draws: {count: 3, seed: 9, "
       "star.temperature: {uniform: [1e7, 2e7]}}}",
       "grid: {draws: {count: 3, seed: 9, star.temperature: {uniform: [1e7, 2e7]}, star.mass: {normal: [0.6, "
       "0.01]}}}"},
      {"grid: {axes: {star.mass: [0.50, 1.0], star.temperature: {min: 1e7, max: 30000000, points: 3}, "
       "star.profile: "
       "[1.0, 1]}, draws: {count: 2, physics.sin2_theta_w: {uniform: [.23, 2.4e-1]}}}",
       "grid: {axes: {star.mass: [0.5, 1], star.temperature: {min: 10000000, max: 3e7, points: 3}, "
       "star.profile: "
       "[\"1.0\", \"1\"]}, draws: {count: 2, physics.sin2_theta_w: {uniform: [0.23, 0.24]}}}"},
      {"grid: {axes: [], draws: 0}", "grid: {axes: {}, draws: {}}"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    wd_settings *list = reading(pairs[i][0]), *tree = reading(pairs[i][1]);
    wd_members *a = members_of(list), *b = members_of(tree);
    assert_true(a->count == b->count && a->axes == b->axes && a->variables == b->variables);
    for (size_t x = 0; x < a->axes; x++) assert_string_equal(a->axis[x].name, b->axis[x].name);
    for (size_t k = 0; k < a->count; k++) {
      char *one = wd_members_describe(a, k), *other = wd_members_describe(b, k);
      assert_string_equal(one, other);
      free(one), free(other);
    }
    assert_int_equal(wd_members_vary(wd_settings_config(list)), b->axes > 0);
    char *text = wd_settings_text(list); /* what a result file keeps reads the same */
    char *differences = wd_settings_differences(list, tree, /*physics=*/true);
    if (i != 2 && i != 3) assert_string_equal(differences, ""); /* there the keys are drawn elsewhere */
    free(differences);
    wd_settings *kept = reading(text);
    char *again = wd_settings_text(kept);
    assert_string_equal(text, again);
    free(text), free(again);
    wd_members_free(a), wd_members_free(b);
    wd_settings_free(list), wd_settings_free(tree), wd_settings_free(kept);
  }
}

static void refuses_list(const char *text, const char *message) {
  wd_settings *settings;
  wd_error err;
  assert_int_equal(wd_settings_create(&settings, &err), WD_OK);
  int status = wd_settings_read_text(settings, text, strlen(text), "a.yaml", &err);
  if (!status) status = wd_settings_validate(settings, &err);
  assert_int_equal(status, WD_ERR_CONFIG);
  assert_string_equal(err.message, message);
  wd_settings_free(settings);
}

static void wrong_lists(void **state) {
  (void)state;
  const char *const no_key = "a.yaml:1:16: grid.axes: an element of the list names no key; expected {key: "
                             "KEY, values: [...]}, {key: KEY, min, "
                             "max, points, scale} or {key: KEY, draw: {normal: [mean, deviation]}}";
  refuses_list("grid: {axes: [ {values: [0.5]}]}", no_key);
  refuses_list("grid: {axes: [ star.mass]}", no_key);
  refuses_list("grid: {axes: [ {key: [star.mass], values: [0.5]}]}", no_key);
  refuses_list(
      "grid: {axes: [{key: star.mass, values: [0.5], min: 0.4}]}",
      "a.yaml:1:15: star.mass: has values and more; expected a list of values, or a range, or a draw");
  refuses_list("grid: {axes: [{key: star.mass, values: [0.5]}, {key: star.mass, values: [0.6]}]}",
               "a.yaml:1:48: star.mass: varies twice; expected one axis, or one draw");
  refuses_list("grid: {axes: [{key: star.mass, values: 0.5}]}",
               "a.yaml:1:14: star.mass: is one value; expected a list, or {min, max, points, spacing}");
  refuses_list("grid: {axes: [{key: star.mass, min: 1, max: 2, points: 3, scale: cubic}]}",
               "a.yaml:1:14: star.mass: expected min, max, points and spacing: log or linear");
  refuses_list("grid: {axes: [{key: star.mass, draw: {normal: [0.6, 0.01]}}]}",
               "a.yaml:1:14: star.mass: is drawn, but not how often; expected grid.draws: 1 to 10000");
  refuses_list(
      "grid: {axes: [{key: star.mass, draw: {gamma: [0.6, 0.01]}}], draws: 2}",
      "a.yaml:1:14: star.mass: is not drawn so; expected {normal: [mean, deviation]}, {log-normal: [median, "
      "deviation of the logarithm]} or {uniform: [low, high]}");
  refuses_list("grid: {draws: 3}",
               "a.yaml:1:15: grid.draws: draws no key; expected KEY: {normal: [mean, deviation]} or "
               "the like");
  refuses_list("grid: {axes: [{key: star.mass, draw: {normal: [0.6, 0.01]}}], draws: 20000}",
               "a.yaml:1:70: grid.draws: count: expected an integer in [0, 10000]");
  refuses_list("grid: {draws: many}",
               "a.yaml:1:15: grid.draws: is no tree of keys; expected {KEY: ..., ...}");
}

/* Means and deviations within 5 standard errors; the same seed gives the same numbers, another one others. */
static void draws_have_their_distributions(void **state) {
  (void)state;
  enum { N = 10000 };
  const char *const text =
      "grid: {draws: {count: 10000, seed: 7, star.mass: {normal: [0.6, 0.02]}, star.temperature: "
      "{log-normal: [1e8, 0.3]}, physics.sin2_theta_w: {uniform: [0.22, 0.24]}}}";
  wd_settings *settings = reading(text);
  wd_members *m, *again, *other;
  wd_error err;
  assert_int_equal(wd_members_create(settings, &m, &err), WD_OK);
  assert_int_equal(wd_members_create(settings, &again, &err), WD_OK);
  assert_true(m->count == N && m->axes == 1 && m->variables == 3);
  assert_string_equal(m->axis[0].name, "draw");
  const double mean[] = {0.6, log(1e8), 0.23}, deviation[] = {0.02, 0.3, 0.02 / sqrt(12)};
  double product = 0;
  for (int v = 0; v < 3; v++) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < N; i++) {
      const double x = v == 1 ? log(m->variable[v].number[i]) : m->variable[v].number[i], d = x - mean[v];
      sum += d, squares += d * d;
      assert_true(m->variable[v].number[i] == again->variable[v].number[i]);
      if (v == 0) product += d * (m->variable[2].number[i] - mean[2]);
    }
    assert_true(fabs(sum / N) < 5 * deviation[v] / sqrt(N));
    assert_true(fabs(squares / N / deviation[v] / deviation[v] - 1) < 5 * sqrt(2.0 / N));
  }
  assert_true(fabs(product / N) < 5 * deviation[0] * deviation[2] / sqrt(N)); /* they are independent */
  wd_settings *reseeded = reading("grid: {draws: {count: 2, seed: 8, star.mass: {normal: [0.6, 0.02]}}}");
  assert_int_equal(wd_members_create(reseeded, &other, &err), WD_OK);
  assert_true(other->variable[0].number[0] != m->variable[0].number[0]);
  wd_members_free(m), wd_members_free(again), wd_members_free(other);
  wd_settings_free(settings), wd_settings_free(reseeded);
}

static void refuses(const char *text, const char *message) {
  wd_error err;
  wd_settings *settings = reading(text);
  assert_int_equal(wd_settings_validate(settings, &err), WD_ERR_CONFIG);
  assert_string_equal(err.message, message);
  wd_settings_free(settings);
}

static void wrong_axes(void **state) {
  (void)state;
  refuses("grid: {axes: {star.mass: [0.5, 11]}}",
          "a.yaml:1:14: star.mass: 11 is out of range; expected a number in (0, 10] M_sun");
  refuses("grid: {axes: {star.mas: [0.5]}}",
          "a.yaml:1:14: star.mas: unknown key; the nearest known one is star.mass");
  refuses("grid: {axes: {star.mass: 0.5}}",
          "a.yaml:1:14: star.mass: is one value; expected a list, or {min, max, points, spacing}");
  refuses("grid: {axes: {star.mass: [0.5, 0.50]}}", "a.yaml:1:14: star.mass: a value is given twice");
  refuses("grid: {axes: {star.mass: {min: 2, max: 1, points: 3}}}",
          "a.yaml:1:14: star.mass: is no range; expected min < max, above 0 unless spacing: linear, and two "
          "points or "
          "more");
  refuses("grid: {axes: {output.file: [a, b]}}",
          "a.yaml:1:14: output.file: cannot be an axis; expected a key with a single value on which the "
          "excess depends: of star, plasma, physics or integrator, or cooling.conductivity");
  refuses("grid: {axes: {likelihood.f_s.value: [1, 2]}}",
          "a.yaml:1:14: likelihood.f_s.value: cannot be an axis; expected a key with a single value on which "
          "the excess depends: of star, plasma, physics or integrator, or cooling.conductivity");
  refuses("grid: {axes: {cooling.coldest: [1e7, 2e7]}}",
          "a.yaml:1:14: cooling.coldest: cannot be an axis; expected a key with a single value on which the "
          "excess depends: of star, plasma, physics or integrator, or cooling.conductivity");
  refuses("grid: {draws: {count: 2, cooling.conductivity: {uniform: [1, 2]}}}",
          "a.yaml:1:15: cooling.conductivity: varies, and changes nothing; expected star.structure: thermal, "
          "and no star.profile");
  refuses("star: {structure: thermal, profile: a.data}\ngrid: {axes: {star.envelope.helium: [1e-3, 1e-2]}}",
          "a.yaml:2:14: star.envelope.helium: varies, and changes nothing; expected star.structure: thermal, "
          "and no star.profile");
  wd_settings *thermal =
      reading("star: {structure: thermal}\ngrid: {axes: {star.envelope.helium: [1e-3, 1e-2]}}");
  assert_int_equal(wd_settings_validate(thermal, NULL), WD_OK);
  wd_settings_free(thermal);
  refuses("grid: {axes: {star.mass: [0.5, 0.6]}, draws: {count: 2, star.mass: {uniform: [0.5, 0.6]}}}",
          "a.yaml:1:46: star.mass: varies twice; expected one axis, or one draw");
  refuses("grid: {draws: {star.mass: {uniform: [0.5, 0.6]}}}",
          "a.yaml:1:15: grid.draws: has no count; expected count: 1 to 10000, and the keys to draw");
  refuses("grid: {draws: {count: 2}}", "a.yaml:1:15: grid.draws: draws no key; expected KEY: {normal: [mean, "
                                       "deviation]} or the like");
  refuses("grid: {draws: {count: 9, star.mass: {normal: [0.1, 5]}}}",
          "a.yaml:1:15: star.mass: -6.0419994411357765 is out of range; expected a number in (0, 10] M_sun");
  refuses("physics: {mixing: q2}\ngrid: {axes: {physics.model: [mu-tau, b-l]}}",
          "a.yaml:1:19: physics.mixing: q2, but the kinetic mixing of this physics.model is a number, not "
          "that of "
          "loops; expected zero\n"
          "a.yaml: grid.axes: this is so with physics.model = b-l");
  wd_settings *cooling = reading("observable: cooling\ngrid: {axes: {cooling.conductivity: [1, 1.2]}}");
  assert_int_equal(wd_settings_validate(cooling, NULL), WD_OK); /* stars that cool are always thermal */
  wd_settings_free(cooling);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_without_axes), cmocka_unit_test(combinations),
      cmocka_unit_test(ranges),           cmocka_unit_test(draws_have_their_distributions),
      cmocka_unit_test(wrong_axes),       cmocka_unit_test(lists_are_trees),
      cmocka_unit_test(wrong_lists),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
