/* Why points of a scan of stars that cool fail: a star that cannot be followed is the point's fault, lack of memory the
 * machine's, and has a name of its own. The luminosity of the Standard Model is never written without being computed. */
#include "testing_bound.h"

#include "scan/cooling.h"
#include "scan/scan.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#endif

/* Memory of this size cannot be had [bytes]; 0: all can. */
static size_t refused;

#ifndef SANITIZED /* sanitizers have a malloc of their own */
void *__libc_malloc(size_t size);
void *malloc(size_t size) {
  return refused && size == refused ? NULL : __libc_malloc(size);
}
#endif

static wd_settings *settings;
static wd_bound *bound;
static wd_scan *scan;

static int set_up(void **state) {
  wd_error err = {0};
  (void)state;
  gsl_set_error_handler_off();
  settings = test_settings((const char *[]){"observable=cooling", "star.mass=0.55",
                                            "star.composition={C12: 0.5, O16: 0.5}", "physics.continuum=off",
                                            "cooling.window.from=77500", "grid.shells=8",
                                            "integrator.relative_error=0.05", NULL});
  bound = bound_of(settings);
  if (wd_scan_create(wd_settings_config(settings), wd_bound_star(bound), 1e3, 5e-12, &scan, &err))
    fail_msg("%s", err.message);
  wd_scan_give_bound(scan, bound);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  wd_scan_free(scan);
  wd_bound_free(bound);
  wd_settings_free(settings);
  return 0;
}

/* A job as ranks do it, into a report. Memory of `size` bytes cannot be had while it is computed. */
static int do_job(uint64_t job, size_t size, wd_scan_report *report, wd_error *err) {
  wd_job_ops ops = {0};
  wd_scan_fill_ops(scan, &ops);
  void *state = calloc(1, ops.state_size), *order = calloc(1, ops.order_size),
       *result = calloc(1, ops.result_size);
  assert_true(state && order && result);
  ops.begin(&scan, job, state);
  do {
    for (uint32_t part = 0; part < ops.parts; part++) {
      ops.order(&scan, state, part, order);
      refused = size;
      ops.compute(&scan, order, result);
      refused = 0;
      ops.absorb(&scan, state, part, result);
    }
  } while (ops.advance(&scan, state));
  *report = (wd_scan_report){0};
  int status = ops.finish(&scan, state, report, err);
  free(state);
  free(order);
  free(result);
  return status;
}

/* The star with this A' never is as hot as the window begins. */
static void a_star_that_cannot_be_followed(void **state) {
  wd_scan_report report;
  (void)state;
  assert_int_equal(do_job(1, 0, &report, NULL), WD_OK);
  assert_int_equal(report.points[WD_ROW_FAILED], 1);
  assert_int_equal(report.failed[0].failure, WD_FAILURE_COOLING);
}

static void lack_of_memory(void **state) {
  wd_scan_report report;
  wd_error err = {0};
  (void)state;
#ifdef SANITIZED
  skip();
#endif
  assert_int_equal(do_job(1, wd_points_size(scan->config, 1), &report, NULL), WD_OK);
  assert_int_equal(report.points[WD_ROW_FAILED], 1);
  assert_int_equal(report.failed[0].failure, WD_FAILURE_MEMORY);
  assert_int_equal(do_job(0, 0, &report, &err), WD_OK);
  assert_int_equal(do_job(0, wd_point_size(scan->config), &report, &err), WD_ERR_MEMORY);
  assert_string_equal(err.message, "out of memory for the luminosity of the Standard Model");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_star_that_cannot_be_followed),
      cmocka_unit_test(lack_of_memory),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
