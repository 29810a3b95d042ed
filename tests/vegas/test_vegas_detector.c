/* Does the verdict tell missed peaks from good results? Naive ridges, most of them far too narrow for the
 * number of samples: of the results that are off by more than five claimed errors, at least 95 in 100 must
 * carry a flag. Genz families: of the good results at most 5 in 100 may. Also each single objection by
 * itself. */
#include "integrands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

typedef struct tally {
  size_t good, suspected, wrong, caught; /* good ones with a flag; wrong ones with a flag */
} tally;

/* `evaluations` in all, half of them warm-up. */
static void integrate(tally *t, const problem *p, size_t evaluations, uint64_t seed) {
  const wd_vegas_plan plan = {.stream = {.seed = seed, .work = 5},
                              .evaluations = evaluations / 20,
                              .warmup = 10,
                              .iterations = 10,
                              .max_evaluations = evaluations};
  const estimate e = integrate_problem(p, &plan);
  assert_true(e.evaluations <= evaluations);
  const bool wrong = fabs(e.value - p->exact) > 5 * e.error;
  const bool flagged = e.flags != 0;
  t->wrong += wrong;
  t->caught += wrong && flagged;
  t->good += !wrong;
  t->suspected += !wrong && flagged;
}

static void ridges(size_t evaluations, uint64_t seeds) {
  static const double width[] = {1e-4, 1e-5, 1e-6, 1e-7, 1e-9, 1e-12, 1e-16};
  tally all = {0};
  for (size_t i = 0; i < sizeof width / sizeof *width; i++) {
    const problem p = ridge_problem(width[i], /*mapped=*/false);
    tally t = {0};
    for (uint64_t seed = 1; seed <= seeds; seed++) integrate(&t, &p, evaluations, seed);
    printf("ridge w=%.0e, %zu evaluations: %zu wrong, %zu of them flagged; %zu good, %zu of them flagged\n",
           width[i], evaluations, t.wrong, t.caught, t.good, t.suspected);
    all.wrong += t.wrong;
    all.caught += t.caught;
    if (width[i] <= 1e-7) assert_true(t.wrong > seeds / 2); /* these cannot be seen */
  }
  assert_true(100 * all.caught >= 95 * all.wrong);
}

static void ridges_at_1e5(void **state) {
  (void)state;
  ridges(100000, 100);
}
static void ridges_at_1e6(void **state) {
  (void)state;
  ridges(1000000, 40);
}

static void genz_rows(void **state) {
  (void)state;
  static const size_t dims[] = {1, 2, 5, 8};
  for (size_t i = 0; i < sizeof dims / sizeof *dims; i++)
    for (int family = 0; family < FAMILIES; family++) {
      tally t = {0};
      for (uint64_t seed = 1; seed <= 40; seed++) {
        const problem p = genz_problem(family, dims[i], seed);
        integrate(&t, &p, 40000, seed);
      }
      if (t.suspected || t.wrong)
        printf("%s D=%zu: %zu wrong; %zu good, %zu of them flagged\n", family_name[family], dims[i], t.wrong,
               t.good, t.suspected);
      assert_true(t.wrong == 0);
      assert_true(100 * t.suspected <= 5 * t.good);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ridges_at_1e5),
      cmocka_unit_test(ridges_at_1e6),
      cmocka_unit_test(genz_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
