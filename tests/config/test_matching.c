/* Members of two scans that are the same. */
#include "config/matching.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

static wd_member_set read_set(const char *text) {
  wd_settings *settings;
  wd_members *members;
  wd_error err;
  assert_int_equal(wd_settings_create(&settings, &err), WD_OK);
  if (wd_settings_read_text(settings, text, strlen(text), "a.yaml", &err)) fail_msg("%s", err.message);
  if (wd_settings_validate(settings, &err)) fail_msg("%s", err.message);
  if (wd_members_create(settings, &members, &err)) fail_msg("%s", err.message);
  return (wd_member_set){settings, members};
}

static void free_set(wd_member_set set) {
  wd_members_free((wd_members *)set.members);
  wd_settings_free((wd_settings *)set.settings);
}

/* The partners of a's members in b are `expected`. */
static void match(const char *a_text, const char *b_text, const size_t *expected, size_t n) {
  wd_member_set a = read_set(a_text), b = read_set(b_text);
  size_t *partner = malloc(a.members->count * sizeof *partner);
  assert_int_equal(a.members->count, n);
  assert_int_equal(wd_members_match(a, b, partner, NULL), WD_OK);
  for (size_t i = 0; i < n; i++)
    if (partner[i] != expected[i]) fail_msg("%s, %s: member %zu is %zu", a_text, b_text, i, partner[i]);
  free(partner);
  free_set(a), free_set(b);
}

static void partners(void **state) {
  (void)state;
  const size_t no = WD_NO_MEMBER;
  match("{}", "{}", (size_t[]){0}, 1);
  match("star: {mass: 0.6}", "star: {mass: 0.7}", (size_t[]){0}, 1); /* what does not vary does not matter */
  match("grid: {axes: {star.mass: [0.5, 0.6, 0.7]}}", "grid: {axes: {star.mass: [0.7, 0.5]}}",
        (size_t[]){1, no, 0}, 3);
  /* axes in another order, and one that the other scan has not */
  match("grid: {axes: {star.mass: [0.5, 0.6], physics.model: [mu-tau, e-mu]}}",
        "grid: {axes: {physics.model: [e-mu, mu-tau], star.mass: [0.6, 0.5]}}", (size_t[]){3, 1, 2, 0}, 4);
  match("grid: {axes: {star.mass: [0.5, 0.6], physics.model: [mu-tau, e-mu]}}",
        "{star: {mass: 0.6}, grid: {axes: {physics.model: [e-mu]}}}", (size_t[]){no, no, no, 0}, 4);
  match("{star: {mass: 0.6}, physics: {model: e-mu}}",
        "grid: {axes: {star.mass: [0.5, 0.6], physics.model: [mu-tau, e-mu]}}", (size_t[]){3}, 1);
  /* 0.5 + 0.2/3 is another double than 0.56666... typed */
  match("grid: {axes: {star.mass: {min: 0.5, max: 0.7, points: 4, spacing: linear}}}",
        "grid: {axes: {star.mass: [0.5666666666666667, 0.6333333333333333, 0.6333333]}}",
        (size_t[]){no, 0, 1, no}, 4);
  /* the first draws of more are those of fewer; other seeds draw others */
  match("grid: {draws: {count: 3, star.mass: {normal: [0.6, 0.01]}}}",
        "grid: {draws: {count: 2, star.mass: {normal: [0.6, 0.01]}}}", (size_t[]){0, 1, no}, 3);
  match("grid: {draws: {count: 2, star.mass: {normal: [0.6, 0.01]}}}",
        "grid: {draws: {count: 2, seed: 2, star.mass: {normal: [0.6, 0.01]}}}", (size_t[]){no, no}, 2);
}

/* What differs besides what varies. */
static void levelled(void **state) {
  (void)state;
  wd_member_set a = read_set(
                    "{star: {mass: 0.6, eos: ideal}, grid: {axes: {physics.model: [mu-tau, e-mu]}}}"),
                b = read_set("{physics: {model: e-mu}, grid: {axes: {star.mass: [0.5, 0.7]}}}");
  assert_int_equal(wd_members_level((wd_settings *)b.settings, a.settings, a.members, b.members, NULL),
                   WD_OK);
  char *text = wd_settings_differences(a.settings, b.settings, /*physics=*/true);
  assert_string_equal(text, "star.eos: ideal -> salpeter\n"
                            "grid.axes: {physics.model: [mu-tau, e-mu]} -> {star.mass: [0.5, 0.7]}\n");
  free(text);
  free_set(a), free_set(b);
}

static void other_values(void **state) {
  (void)state;
  wd_member_set a = read_set(
      "grid: {axes: {star.mass: [0.5, 0.7], star.temperature: {min: 1e7, max: 1e8, points: 5}, "
      "star.profile: [a.data, \"b,c\"], plasma.piecewise_switch: {draw: {uniform: [1, 2]}}}, draws: 2}");
  const char *const masses[] = {"0.6"}, *const files[] = {a.members->variable[2].text[1]};
  wd_axis_values values[WD_AXES_MAX] = {[0] = {masses, 1}, [2] = {files, 1}};
  char *text = wd_members_axes_text(&a, values);
  assert_string_equal(
      text, "{star.mass: [0.6], star.temperature: {min: 10000000, max: 100000000, points: 5}, star.profile: "
            "[\"b,c\"], plasma.piecewise_switch: {draw: {uniform: [1, 2]}}}");
  free(text);
  free_set(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(partners),
      cmocka_unit_test(levelled),
      cmocka_unit_test(other_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
