/* Agreement of the ranks: equal descriptions pass; the lowest rank that differs is named, with what differs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "run/agreement.h"
#include "run/shared.h"
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static wd_session session;

/* Is this the error of rank `rank` on all ranks, with the line `line`? */
static void assert_refused(int status, const wd_error *err, int rank, const char *line) {
  char who[64];
  snprintf(who, sizeof who, "rank %d (host ", rank);
  assert_int_equal(status, WD_ERR_CONFIG);
  assert_int_equal(err->status, WD_ERR_CONFIG);
  assert_memory_equal(err->message, who, strlen(who));
  if (!strstr(err->message, line)) fail_msg("no \"%s\" in: %s", line, err->message);
}

static void equal_descriptions_pass(void **unused) {
  (void)unused;
  wd_error err = {0};
  assert_int_equal(wd_agreement_on(&session, "thing", "a: 1\nb: 2\n", &err), WD_OK);
  assert_int_equal(wd_agreement_on(&session, "thing", "", &err), WD_OK);
  assert_int_equal(wd_agreement_on_program(&session, &err), WD_OK);
}

static void the_lines_that_differ_are_named(void **unused) {
  (void)unused;
  wd_error err = {0};
  if (session.size == 1) skip();
  bool last = session.rank == session.size - 1;
  const char *mine = last ? "a: 1\nvector code: x86-64-v4\nc: 3\n" : "a: 1\nvector code: x86-64-v3\nc: 3\n";
  int status = wd_agreement_on(&session, "processor", mine, &err);
  assert_refused(status, &err, session.size - 1, "\nvector code: x86-64-v3 -> x86-64-v4");
  assert_non_null(strstr(err.message, "has another processor than rank 0 (host "));
  assert_null(strstr(err.message, "a: 1"));
  assert_null(strstr(err.message, "c: 3"));
}

static void the_first_rank_that_differs_speaks(void **unused) {
  (void)unused;
  wd_error err = {0};
  char mine[32];
  if (session.size == 1) skip();
  snprintf(mine, sizeof mine, "number: %d\n", session.rank);
  assert_refused(wd_agreement_on(&session, "number", mine, &err), &err, 1, "\nnumber: 0 -> 1");
}

static void texts_of_other_forms_are_compared(void **unused) {
  (void)unused;
  wd_error err = {0};
  if (session.size == 1) skip();
  const char *mine = session.rank ? "wdscan 2 (commit a)" : "wdscan 1 (commit a)\nmore: 1\n";
  int status = wd_agreement_on(&session, "program", mine, &err);
  assert_refused(status, &err, 1, "\nwdscan 1 (commit a) -> wdscan 2 (commit a)\nmore: 1 -> ");
}

static void long_texts_are_cut(void **unused) {
  (void)unused;
  enum { LINES = 500 };
  wd_error err = {0};
  char *text = calloc(LINES, 16);
  if (session.size == 1) skip();
  for (int i = 0; i < LINES; i++) snprintf(text + strlen(text), 16, "%d: %d\n", i, session.rank);
  assert_refused(wd_agreement_on(&session, "thing", text, &err), &err, 1, "\n0: 0 -> 1");
  free(text);
}

static void memory_that_is_short_is_an_error_of_all(void **unused) {
  (void)unused;
  wd_error err = {0};
  bool last = session.rank == session.size - 1;
  assert_int_equal(wd_agreement_on(&session, "thing", last ? NULL : "a: 1\n", &err), WD_ERR_MEMORY);
}

/* One bit of one array on one rank. */
static void stars_are_compared_bit_by_bit(void **unused) {
  (void)unused;
  wd_settings *settings = NULL;
  wd_star *star = NULL;
  wd_error err = {0};
  assert_int_equal(wd_settings_create(&settings, &err), WD_OK);
  assert_int_equal(wd_star_create(wd_settings_config(settings), &star, &err), WD_OK);
  assert_int_equal(wd_agreement_on_star(&session, star, &err), WD_OK);
  double *const arrays[] = {star->node_radius,        star->electron_density, star->plasma_frequency,
                            star->chemical_potential, star->v_star,           star->omega_axial,
                            star->temperature};
  const char *const names[] = {"radius", "electron_density", "plasma_frequency", "chemical_potential",
                               "v_star", "omega_axial",      "temperature"};
  for (size_t a = 0; a < sizeof arrays / sizeof *arrays && session.size > 1; a++) {
    double *value = &arrays[a][star->nodes / 2], kept = *value;
    char line[64];
    if (session.rank == 1) *value = nextafter(*value, INFINITY);
    snprintf(line, sizeof line, "\nchecksum of %s: ", names[a]);
    assert_refused(wd_agreement_on_star(&session, star, &err), &err, 1, line);
    *value = kept;
  }
  wd_star_free(star);
  wd_settings_free(settings);
}

/* The same name, but another file on one rank. */
static void data_are_compared_line_by_line(void **unused) {
  (void)unused;
  char path[] = "/tmp/mpi_agreement_XXXXXX";
  wd_settings *settings = NULL;
  wd_likelihood *likelihood = NULL;
  wd_error err = {0};
  const int file = mkstemp(path);
  assert_true(file >= 0 &&
              dprintf(file, "M_bol_low M_bol_high count\n5 6 7\n6 7 %d\n", session.rank == 1 ? 12 : 11) > 0);
  close(file);
  char assignment[96];
  snprintf(assignment, sizeof assignment, "likelihood.luminosity_function=%s", path);
  assert_int_equal(wd_settings_create(&settings, &err), WD_OK);
  assert_int_equal(wd_settings_set(settings, assignment, &err), WD_OK);
  if (wd_likelihood_create(wd_settings_config(settings), &likelihood, &err)) fail_msg("%s", err.message);
  const int status = wd_agreement_on_data(&session, likelihood, &err);
  if (session.size > 1)
    assert_refused(status, &err, 1, "\nM_bol 6 to 7: 11 -> 12");
  else
    assert_int_equal(status, WD_OK);
  assert_int_equal(wd_agreement_on_data(&session, NULL, &err), WD_OK);
  wd_likelihood_free(likelihood);
  wd_settings_free(settings);
  unlink(path);
}

static void a_text_reaches_all_ranks(void **unused) {
  (void)unused;
  static const char content[] = "with a zero \0 in it";
  wd_error err = {0};
  char *text = NULL;
  size_t length = 0;
  if (session.rank == 0) {
    length = sizeof content;
    text = malloc(length);
    memcpy(text, content, length);
  }
  assert_int_equal(wd_shared_text(&session, WD_OK, &text, &length, &err), WD_OK);
  assert_int_equal(length, sizeof content);
  assert_memory_equal(text, content, sizeof content);
  free(text);
  text = NULL;
  int status = session.rank == 0 ? wd_fail(&err, WD_ERR_IO, "no such thing") : WD_OK;
  assert_int_equal(wd_shared_text(&session, status, &text, &length, &err), WD_ERR_IO);
  assert_string_equal(err.message, "no such thing");
}

static void an_error_of_another_rank_names_it(void **unused) {
  (void)unused;
  wd_error err = {0};
  char want[300], host[256] = "";
  gethostname(host, sizeof host - 1);
  if (session.size == 1) skip();
  int status = session.rank == 1 ? wd_fail(&err, WD_ERR_IO, "broken") : WD_OK;
  assert_int_equal(wd_session_agree(&session, status, &err), WD_ERR_IO);
  snprintf(want, sizeof want, "rank 1 (host %s): broken", host);
  assert_string_equal(err.message, want);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(equal_descriptions_pass),
      cmocka_unit_test(the_lines_that_differ_are_named),
      cmocka_unit_test(the_first_rank_that_differs_speaks),
      cmocka_unit_test(texts_of_other_forms_are_compared),
      cmocka_unit_test(long_texts_are_cut),
      cmocka_unit_test(memory_that_is_short_is_an_error_of_all),
      cmocka_unit_test(stars_are_compared_bit_by_bit),
      cmocka_unit_test(data_are_compared_line_by_line),
      cmocka_unit_test(a_text_reaches_all_ranks),
      cmocka_unit_test(an_error_of_another_rank_names_it),
  };
  wd_error err = {0};
  if (wd_session_start(&session, &err)) return 1;
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failed;
}
