/* Gauss-Legendre rules: exact for polynomials, each size kept, each thread with its own. */
#include "base/gauss.h"
#include "testing.h"

#include <pthread.h>

static const int sizes[] = {4, 6, 8, 9, 16, 24, 96};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void integrate_polynomials(void **state) {
  (void)state;
  for (int i = 0; i < SIZES; i++) {
    const wd_gauss *r = wd_gauss_rule(sizes[i]);
    assert_int_equal(r->nodes, sizes[i]);
    for (int power = 0; power < 2 * r->nodes; power++) {
      double sum = 0;
      for (int j = 0; j < r->nodes; j++) sum += r->weight[j] * pow(r->at[j], power);
      assert_close(sum, 1.0 / (power + 1), 1e-12);
    }
    for (int j = 1; j < r->nodes; j++)
      assert_true(r->at[j - 1] > 0 && r->at[j - 1] < r->at[j] && r->at[j] < 1);
  }
}

static void *rule_of_a_thread(void *ignored) {
  (void)ignored;
  return (void *)(uintptr_t)wd_gauss_rule(24);
}

static void are_kept_for_each_thread(void **state) {
  (void)state;
  const wd_gauss *own[SIZES];
  pthread_t thread;
  void *other;
  for (int i = 0; i < SIZES; i++) own[i] = wd_gauss_rule(sizes[i]);
  for (int i = 0; i < SIZES; i++) assert_ptr_equal(wd_gauss_rule(sizes[i]), own[i]);
  assert_int_equal(pthread_create(&thread, NULL, rule_of_a_thread, NULL), 0);
  assert_int_equal(pthread_join(thread, &other), 0);
  assert_ptr_not_equal(other, wd_gauss_rule(24));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(integrate_polynomials),
      cmocka_unit_test(are_kept_for_each_thread),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
