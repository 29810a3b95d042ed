/* How the couplings of a mass are put together to jobs. */
#include "testing.h"

#include "scan/scan.h"

static const char *const couplings = "grid.coupling={min: 1e-5, max: 1, points: 11}"; /* two a decade */

/* The sizes of the first jobs' blocks, after a check that the jobs have every point once, in order. */
static void check_blocks(const char *observable, const char *sampling, const size_t *expected, size_t n) {
  wd_settings *settings = test_settings((const char *[]){observable, sampling, couplings,
                                                         "grid.mass={min: 1, max: 1e6, points: 3}",
                                                         "physics.continuum=off", NULL});
  wd_star *star;
  wd_scan *scan;
  wd_error err = {0};
  assert_int_equal(wd_star_create(wd_settings_config(settings), &star, &err), WD_OK);
  assert_int_equal(wd_scan_create(wd_settings_config(settings), star, 0, 0, &scan, &err), WD_OK);
  uint64_t next = 0;
  assert_int_equal(wd_scan_jobs(scan), 1 + 3 * n);
  for (uint64_t job = 1; job < wd_scan_jobs(scan); job++) {
    size_t points;
    assert_int_equal(wd_scan_points_of(scan, job, &points), next);
    assert_int_equal(points, expected[(job - 1) % n]);
    const wd_scan_block b = wd_scan_block_of(scan, job);
    assert_int_equal(b.mass * scan->couplings + b.coupling, next);
    assert_int_equal(b.couplings, points);
    assert_true(points <= wd_scan_largest_block(scan));
    next += points;
  }
  assert_int_equal(next, 3 * 11);
  wd_scan_free(scan);
  wd_star_free(star);
  wd_settings_free(settings);
}

/* Up to 1e-2 couplings change nothing worth mentioning; of stars that cool, up to 1e-1 nothing that counts. */
static void blocks(void **state) {
  (void)state;
  static const size_t alone[11] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  check_blocks("observable=excess", "integrator.sampling=shared", (const size_t[]){7, 1, 1, 1, 1}, 5);
  check_blocks("observable=cooling", "integrator.sampling=shared", (const size_t[]){7, 2, 1, 1}, 4);
  check_blocks("observable=excess", "integrator.sampling=separate", alone, 11);
  check_blocks("observable=cooling", "integrator.sampling=separate", alone, 11);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(blocks)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
