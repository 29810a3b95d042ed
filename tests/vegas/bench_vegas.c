/* The VEGAS+ integrator against gsl_monte_vegas, gsl_monte_miser and libcubature, in one run and on the same
 * integrands: overhead per evaluation, error at equal evaluations, and CPU time to a relative error of 1e-3.
 *
 * VEGAS+ follows wd_vegas_default_plan. GSL's vegas warms up in five iterations and averages five more, with
 * half of the evaluations for the warm-up or, as in the example of its manual, a tenth of what follows: the
 * better of both counts. Errors are root mean squares of (result - exact) / exact over 25 seeds (9 from 3e5
 * evaluations on), for all methods alike; the deterministic one runs once. Evaluations and time for an error
 * of 1e-3 are interpolated on a ladder with steps of sqrt(2); "-" means not reached.
 *
 *   bench_vegas [overhead | accuracy | target] [WORD]     without argument: all three; only rows with the word
 */
#include "integrands.h"

#include <cubature.h>
#include <gsl/gsl_monte_miser.h>
#include <gsl/gsl_monte_vegas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  methods = 4,
  ours = 0,
  gsl_vegas = 1,
  cubature = 3,
  seeds = 25,
  few_seeds = 9,
  many = 300000,
  dearest = 5000000
};
static const char *const method_name[methods] = {"VEGAS+", "GSL vegas", "GSL miser", "hcubature"};
static const double goal = 1e-3;

/* --- Integrands ------------------------------------------------------------------------------------------ */

typedef double (*scalar_function)(double *x, size_t dim, void *params);

static inline double one_point(const problem *p, const double *x, size_t stride) {
  (void)p, (void)x, (void)stride;
  return 1;
}
BATCH(one)

static inline double first_point(const problem *p, const double *x, size_t stride) {
  (void)p, (void)stride;
  return x[0];
}
BATCH(first)

/* Keeps the deterministic method busy. */
static inline double step_point(const problem *p, const double *x, size_t stride) {
  double sum = 0;
  for (size_t d = 0; d < p->dim; d++) sum += x[d * stride];
  return sum > 0.707;
}
BATCH(step)

#define SCALAR(name)                                                                                         \
  static double name##_scalar(double *x, size_t dim, void *params) {                                         \
    (void)dim;                                                                                               \
    return name##_point(params, x, 1);                                                                       \
  }
SCALAR(one)
SCALAR(first)
SCALAR(step)
SCALAR(genz)
SCALAR(diagonal)
SCALAR(diagonal_ridge)
SCALAR(curved_ridge)
SCALAR(mapped_ridge)

static scalar_function scalar_of(const problem *p) {
  static const struct {
    wd_vegas_integrand batch;
    scalar_function scalar;
  } table[] = {{one, one_scalar},
               {first, first_scalar},
               {step, step_scalar},
               {genz, genz_scalar},
               {diagonal, diagonal_scalar},
               {diagonal_ridge, diagonal_ridge_scalar},
               {curved_ridge, curved_ridge_scalar},
               {mapped_ridge, mapped_ridge_scalar}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if ((wd_vegas_integrand)p->f == table[i].batch) return table[i].scalar;
  abort();
}

/* --- Methods --------------------------------------------------------------------------------------------- */

static estimate run_ours(const problem *p, size_t evaluations, uint64_t seed) {
  const wd_vegas_plan plan = wd_vegas_default_plan(p->dim, (wd_stream){.seed = seed}, evaluations);
  return integrate_problem(p, &plan);
}

/* Part of its evaluations that GSL's vegas spends on warm-up. */
static double gsl_warmup;

/* GSL draws at most as many samples as asked for, but tells their number to nobody: it is counted. */
typedef struct counting {
  scalar_function f;
  void *params;
  size_t calls;
} counting;

static double count_call(double *x, size_t dim, void *params) {
  counting *c = params;
  c->calls++;
  return c->f(x, dim, c->params);
}

static estimate run_gsl(const problem *p, size_t evaluations, uint64_t seed, bool vegas, bool counted) {
  double lower[16] = {0}, upper[16];
  counting counter = {scalar_of(p), (void *)p, 0};
  gsl_monte_function f = {counted ? count_call : counter.f, p->dim, counted ? (void *)&counter : (void *)p};
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  estimate e = {.evaluations = evaluations};
  for (size_t d = 0; d < p->dim; d++) upper[d] = 1;
  gsl_rng_set(rng, seed);
  if (vegas) {
    gsl_monte_vegas_state *state = gsl_monte_vegas_alloc(p->dim);
    const size_t first = (size_t)(gsl_warmup * (double)evaluations / 5), later = evaluations / 5 - first;
    gsl_monte_vegas_integrate(&f, lower, upper, p->dim, first, rng, state, &e.value, &e.error);
    state->stage = 1;
    gsl_monte_vegas_integrate(&f, lower, upper, p->dim, later, rng, state, &e.value, &e.error);
    gsl_monte_vegas_free(state);
  } else {
    gsl_monte_miser_state *state = gsl_monte_miser_alloc(p->dim);
    gsl_monte_miser_integrate(&f, lower, upper, p->dim, evaluations, rng, state, &e.value, &e.error);
    gsl_monte_miser_free(state);
  }
  if (counted) e.evaluations = counter.calls;
  gsl_rng_free(rng);
  return e;
}

static int cubature_integrand(unsigned dim, const double *x, void *params, unsigned components, double *f) {
  counting *c = params;
  (void)components;
  c->calls++;
  *f = c->f((double *)x, dim, c->params);
  return 0;
}

static estimate run_cubature(const problem *p, size_t evaluations) {
  double lower[16] = {0}, upper[16];
  counting counter = {scalar_of(p), (void *)p, 0};
  estimate e = {0};
  for (size_t d = 0; d < p->dim; d++) upper[d] = 1;
  hcubature(1, cubature_integrand, &counter, (unsigned)p->dim, lower, upper, evaluations, 0, 1e-13,
            ERROR_INDIVIDUAL, &e.value, &e.error);
  e.evaluations = counter.calls;
  return e;
}

static estimate run(int method, const problem *p, size_t evaluations, uint64_t seed, bool counted) {
  if (method == ours) return run_ours(p, evaluations, seed);
  if (method == cubature) return run_cubature(p, evaluations);
  return run_gsl(p, evaluations, seed, method == gsl_vegas, counted);
}

static double cpu_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* --- Overhead -------------------------------------------------------------------------------------------- */

static int falling_last(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Nanoseconds per evaluation: best and median of rounds in which the methods take turns. */
static void overhead_row(const char *name, const problem *p, const problem *for_cubature) {
  enum { rounds = 9, evaluations = 1000000 };
  double time[methods][rounds];
  for (int round = 0; round < rounds; round++)
    for (int m = 0; m < methods; m++) {
      const problem *q = m == cubature ? for_cubature : p;
      const double start = cpu_seconds();
      const estimate e = run(m, q, evaluations, 1 + (uint64_t)round, /*counted=*/false);
      const double spent = cpu_seconds() - start;
      const size_t n = m == gsl_vegas
                           ? run(m, q, evaluations, 1 + (uint64_t)round, /*counted=*/true).evaluations
                           : e.evaluations;
      time[m][round] = 1e9 * spent / (double)n;
    }
  printf("%-12s D=%zu", name, p->dim);
  for (int m = 0; m < methods; m++) {
    qsort(time[m], rounds, sizeof(double), falling_last);
    printf("  %9.1f / %5.1f", time[m][0], time[m][rounds / 2]);
  }
  printf("   ratio to GSL vegas %.2f / %.2f\n", time[0][0] / time[1][0],
         time[0][rounds / 2] / time[1][rounds / 2]);
}

static void overhead(void) {
  printf("\nOverhead: CPU ns per evaluation, best / median of 9 (hcubature: on a step function)\n%-16s", "");
  for (int m = 0; m < methods; m++) printf("  %17s", method_name[m]);
  printf("\n");
  for (size_t dim = 2; dim <= 8; dim *= 2) {
    const problem a = {.f = one, .dim = dim}, b = {.f = first, .dim = dim}, c = {.f = step, .dim = dim};
    overhead_row("f = 1", &a, &c);
    overhead_row("f = x0", &b, &c);
  }
}

/* --- Accuracy -------------------------------------------------------------------------------------------- */

typedef struct row {
  char name[40];
  problem p;
} row;

/* Rows whose names have the word in them. */
static size_t choose_rows(row *rows, size_t count, const char *word) {
  size_t n = 0;
  for (size_t i = 0; i < count; i++)
    if (strstr(rows[i].name, word)) rows[n++] = rows[i];
  return n;
}

static size_t make_rows(row *rows) {
  static const size_t dims[] = {1, 2, 5, 8};
  size_t n = 0;
  for (size_t i = 0; i < 4; i++)
    for (int family = 0; family < FAMILIES; family++, n++) {
      rows[n].p = genz_problem(family, dims[i], 1);
      snprintf(rows[n].name, sizeof rows[n].name, "%s D=%zu", family_name[family], dims[i]);
    }
  for (size_t dim = 4; dim <= 8; dim += 4, n++) {
    rows[n].p = diagonal_problem(dim);
    snprintf(rows[n].name, sizeof rows[n].name, "3 diagonal peaks D=%zu", dim);
  }
  for (double w = 1e-2; w > 1e-5; w /= 10, n++) {
    rows[n].p = ridge_problem(w, /*mapped=*/false);
    snprintf(rows[n].name, sizeof rows[n].name, "curved ridge w=%.0e", w);
  }
  rows[n].p = ridge_problem(1e-29, /*mapped=*/true);
  snprintf(rows[n].name, sizeof rows[n].name, "mapped ridge w=1e-29");
  return n + 1;
}

/* Root mean square relative error over the seeds, and CPU seconds of one run. */
static double rms_error(int method, const problem *p, size_t evaluations, double *seconds, double *claimed) {
  const int runs = method == cubature ? 1 : evaluations > many ? few_seeds : seeds;
  double sum = 0;
  *claimed = 0;
  const double start = cpu_seconds();
  for (int s = 1; s <= runs; s++) {
    const estimate e = run(method, p, evaluations, (uint64_t)s, /*counted=*/false);
    const double deviation = (e.value - p->exact) / p->exact;
    sum += deviation * deviation / runs;
    *claimed += fabs(e.error / p->exact) / runs;
  }
  *seconds = (cpu_seconds() - start) / runs;
  return sqrt(sum);
}

static const double gsl_recipes[] = {1. / 2, 1. / 11};

static void accuracy(const row *rows, size_t count, size_t evaluations) {
  printf("\nRelative error at %zu evaluations: true (rms of %d seeds), claimed\n%-22s", evaluations, seeds,
         "");
  for (int m = 0; m < methods; m++) printf("  %17s", method_name[m]);
  printf("\n");
  for (size_t i = 0; i < count; i++) {
    printf("%-22s", rows[i].name);
    for (int m = 0; m < methods; m++) {
      double seconds, least = INFINITY, its_claim = 0;
      for (int k = 0; k < (m == gsl_vegas ? 2 : 1); k++) {
        double claimed;
        gsl_warmup = gsl_recipes[k];
        const double error = rms_error(m, &rows[i].p, evaluations, &seconds, &claimed);
        if (error < least) least = error, its_claim = claimed;
      }
      printf("  %8.1e %8.1e", least, its_claim);
      fflush(stdout);
    }
    printf("\n");
  }
}

/* --- Time to the goal ------------------------------------------------------------------------------------- */

typedef struct cost {
  double evaluations, seconds;
} cost;

/* Least cost at which the error is at most the goal; infinite if that is too dear. */
static cost cost_of_goal(int method, const problem *p) {
  cost before = {0, 0};
  double error_before = INFINITY;
  for (double n = 200; n < dearest; n *= sqrt(2)) {
    double claimed;
    cost now = {.evaluations = n};
    const double error = rms_error(method, p, (size_t)n, &now.seconds, &claimed);
    if (error <= goal) {
      if (!isfinite(error_before)) return now;
      const double way = log(error_before / goal) / log(error_before / fmax(error, goal / 10));
      return (cost){before.evaluations * pow(n / before.evaluations, way),
                    before.seconds * pow(now.seconds / before.seconds, way)};
    }
    before = now;
    error_before = error;
  }
  return (cost){INFINITY, INFINITY};
}

static void time_to_goal(const row *rows, size_t count) {
  printf("\nTo a relative error of %.0e: evaluations, CPU milliseconds; last: the best other Monte Carlo's "
         "time over ours\n%-22s",
         goal, "");
  for (int m = 0; m < methods; m++) printf("  %17s", method_name[m]);
  printf("\n");
  size_t won = 0, beaten_by_cubature = 0;
  for (size_t i = 0; i < count; i++) {
    cost least[methods];
    printf("%-22s", rows[i].name);
    for (int m = 0; m < methods; m++) {
      least[m] = (cost){INFINITY, INFINITY};
      for (int k = 0; k < (m == gsl_vegas ? 2 : 1); k++) {
        gsl_warmup = gsl_recipes[k];
        const cost c = cost_of_goal(m, &rows[i].p);
        if (c.seconds < least[m].seconds) least[m] = c;
      }
      if (isfinite(least[m].seconds))
        printf("  %8.1e %8.3f", least[m].evaluations, 1e3 * least[m].seconds);
      else
        printf("  %17s", "-");
      fflush(stdout);
    }
    const double other = fmin(least[gsl_vegas].seconds, least[2].seconds);
    won += least[ours].seconds < other;
    beaten_by_cubature += least[cubature].seconds < least[ours].seconds;
    if (isfinite(other))
      printf("  %8.2f\n", other / least[ours].seconds);
    else
      printf("  %8s\n", "-");
  }
  printf("VEGAS+ needs the least time of the Monte Carlo methods on %zu of %zu rows; hcubature needs less on "
         "%zu.\n",
         won, count, beaten_by_cubature);
}

int main(int argc, char **argv) {
  row rows[64];
  const size_t count = choose_rows(rows, make_rows(rows), argc > 2 ? argv[2] : "");
  const char *what = argc > 1 ? argv[1] : "";
  gsl_warmup = gsl_recipes[0];
  if (!*what || !strcmp(what, "overhead")) overhead();
  if (!*what || !strcmp(what, "accuracy")) accuracy(rows, count, 100000);
  if (!*what || !strcmp(what, "target")) time_to_goal(rows, count);
  return 0;
}
