/* Where the time of a scan goes, and what is gained by shared samples. Times are CPU times of one core, medians of
 * repeats in this run; what counts is their ratios.
 *
 *   bench kernel CONFIG   The orders of the scan are recorded and replayed in parts: the integrands alone, on as many
 *                         samples as the scan spent in each channel of each shell; the whole sampler; the reduction.
 *                         One line "name value" for each figure.
 *   bench point CONFIG    Points one by one: median, mean and largest time.
 *   bench grid CONFIG     The grid with shared samples; with samples of each point's own; and, at masses without poles,
 *                         by gsl_monte_vegas on the same integrand to the same error. The latter two on a sample of the
 *                         points, scaled to all.
 */
#include "excess/point.h"
#include "excess/private.h"
#include "scan/scan.h"
#include "wdscan/config.h"

#include <gsl/gsl_monte_vegas.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { repeats = 5, batch = 320, axis_max = 1000 };

static const wd_config *config;
static wd_star *star;
static wd_sampler *sampler;
static double mass[axis_max], coupling[axis_max];
static size_t masses, couplings;
static wd_point *point;
static volatile double sink;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(const double *value, size_t n) {
  double sorted[axis_max];
  memcpy(sorted, value, n * sizeof *sorted);
  qsort(sorted, n, sizeof *sorted, ascending);
  return sorted[n / 2];
}

static void *checked(void *memory) {
  if (memory) return memory;
  fputs("bench: out of memory\n", stderr);
  exit(1);
}

/* --- Orders ---------------------------------------------------------------------------------------------- */

typedef struct record {
  size_t count, capacity;
  wd_shell_order *order;           /* with the evaluations really spent */
  double evaluations[WD_CHANNELS]; /* in all */
} record;

static void note(record *r, const wd_shell_order *order, const wd_shell_result *result) {
  if (r->count == r->capacity) {
    r->capacity = 2 * r->capacity + 1024;
    r->order = checked(realloc(r->order, r->capacity * sizeof *r->order));
  }
  wd_shell_order *o = &r->order[r->count++];
  *o = *order;
  for (int c = 0; c < WD_CHANNELS; c++) {
    o->evaluations[c] = result->channel[c].evaluations;
    r->evaluations[c] += (double)o->evaluations[c];
  }
}

/* Outcome and diagnostics of all couplings, as a scan writes them. */
static void reduce(size_t n) {
  for (size_t i = 0; i < n; i++) {
    wd_point_result result;
    wd_points_result_of(point, i, &result);
    for (uint32_t s = 0; s < (uint32_t)config->grid.shells; s++) {
      double chi2, error;
      int64_t evaluations;
      int32_t iterations;
      wd_points_shell(point, i, &result, s, &chi2, &evaluations, &error, &iterations);
      sink = error;
    }
  }
}

/* Computes n couplings of a mass with common samples; notes orders and the time of planning and reduction. */
static void run(double m, const double *g, size_t n, uint64_t stream, record *r, double *reduction) {
  wd_points_begin(point, config, stream, m, g, n, config->integrator.relative_error);
  for (bool more = true; more;) {
    for (uint32_t s = 0; s < (uint32_t)config->grid.shells; s++) {
      wd_shell_order order;
      wd_shell_result result;
      wd_point_order(point, s, &order);
      wd_sampler_compute(sampler, &order, &result);
      wd_point_absorb(point, s, &result);
      if (r) note(r, &order, &result);
    }
    double start = now();
    more = wd_point_advance(point, config);
    *reduction += now() - start;
  }
  double start = now();
  reduce(n);
  *reduction += now() - start;
}

/* --- Kernel ---------------------------------------------------------------------------------------------- */

/* Time of one channel's integrand on all samples of the orders; channel WD_CHANNELS: of preparing the shells. */
static double kernel_time(const record *r, int channel) {
  static const wd_vegas_integrand integrand[WD_CHANNELS] = {wd_channel_plane, wd_channel_transverse,
                                                            wd_channel_longitudinal, wd_channel_continuum};
  static double x[2 * batch], f[WD_COMPONENTS_MAX * batch];
  double used = 0;
  srand48(1);
  for (int i = 0; i < 2 * batch; i++) x[i] = drand48();
  for (size_t i = 0; i < r->count; i++) {
    const wd_shell_order *o = &r->order[i];
    double start = now();
    wd_model model = wd_model_of(config, o->coupling);
    wd_pole pole = wd_pole_at(star->profile, &model, o->mass);
    pole.absorption = star->absorption;
    wd_shell shell;
    if (wd_shell_prepare(&pole, config, wd_shell_edge(config, star, o->shell),
                         wd_shell_edge(config, star, o->shell + 1), &shell, NULL))
      continue;
    if (channel < WD_CHANNELS) start = now();
    for (int64_t left = channel < WD_CHANNELS ? o->evaluations[channel] : 0; left > 0; left -= batch) {
      integrand[channel](&shell, (size_t)(left < batch ? left : batch), batch, x, f);
      sink = f[0];
    }
    used += now() - start;
  }
  return used;
}

/* What an evaluation of the plane cannot do without: the star at one radius, and the two kernels there. Time of one [s]. */
WD_VERSIONS static double floor_of_block(const wd_profile *profile, const double *s, const double *e,
                                         double *out) {
  wd_locals locals;
  double sum = 0;
  wd_locals_at(profile, s, WD_BLOCK, &locals);
  for (size_t i = 0; i < WD_BLOCK; i++) {
    const wd_local l = wd_locals_get(&locals, i);
    const wd_transverse_kernel g = wd_transverse_kernel_at(&l, e[i]);
    out[i] = g.vector + g.axial + g.q2;
  }
  for (size_t i = 0; i < WD_BLOCK; i++) {
    const wd_local l = wd_locals_get(&locals, i);
    const wd_longitudinal_kernel g = wd_longitudinal_kernel_at(&l, e[i], 1 - e[i]);
    out[i] += g.vector + g.q2;
  }
  for (size_t i = 0; i < WD_BLOCK; i++) sum += out[i];
  return sum;
}

static double floor_time(void) {
  enum { BLOCKS = 20000 };
  double s[WD_BLOCK], e[WD_BLOCK], out[WD_BLOCK], used[repeats];
  srand48(1);
  for (int i = 0; i < WD_BLOCK; i++) {
    s[i] = drand48() * (double)star->profile->cells;
    e[i] = 0.01 + 0.98 * drand48();
  }
  for (int k = 0; k < repeats; k++) {
    const double start = now();
    for (int i = 0; i < BLOCKS; i++) {
      s[i % WD_BLOCK] = s[(i + 1) % WD_BLOCK]; /* not the same again */
      sink = floor_of_block(star->profile, s, e, out);
    }
    used[k] = (now() - start) / ((double)BLOCKS * WD_BLOCK);
  }
  return median(used, repeats);
}

static void bench_kernel(void) {
  static const char *const name[] = {"plane", "transverse_pole", "longitudinal_pole", "continuum", "shells"};
  record r = {0};
  double reduction = 0, whole[repeats], part[WD_CHANNELS + 1][repeats], kernel[repeats] = {0};
  for (size_t i = 0; i < masses; i++) run(mass[i], coupling, couplings, i, &r, &reduction);
  double all = 0;
  for (int c = 0; c < WD_CHANNELS; c++) all += r.evaluations[c];
  for (int k = 0; k < repeats; k++) {
    double start = now();
    for (size_t i = 0; i < r.count; i++) {
      wd_shell_result result;
      wd_sampler_compute(sampler, &r.order[i], &result);
    }
    whole[k] = now() - start;
    for (int c = 0; c <= WD_CHANNELS; c++) kernel[k] += part[c][k] = kernel_time(&r, c);
  }
  printf("evaluations %.4g\n", all);
  for (int c = 0; c <= WD_CHANNELS; c++) {
    double n = c < WD_CHANNELS ? r.evaluations[c] : (double)r.count;
    printf("%s_share %.3f\n", name[c], median(part[c], repeats) / median(kernel, repeats));
    printf("%s_ns %.4g\n", name[c], n > 0 ? median(part[c], repeats) / n * 1e9 : 0);
  }
  printf("plane_floor_ns %.4g\n", floor_time() * 1e9);
  printf("kernel_ns %.4g\n", median(kernel, repeats) / all * 1e9);
  printf("sampler_ns %.4g\n", median(whole, repeats) / all * 1e9);
  printf("sampler_per_kernel %.3f\n", median(whole, repeats) / median(kernel, repeats));
  printf("reduction_per_sampler %.3f\n", reduction / median(whole, repeats));
  free(r.order);
}

/* --- Points ---------------------------------------------------------------------------------------------- */

/* Every tenth mass and coupling as a point by itself, as a program that holds the star computes it. */
static void bench_point(void) {
  enum { STEP = 10 };
  static double used[axis_max];
  double ignored = 0, sum = 0, most = 0;
  size_t n = 0;
  for (size_t i = 0; i < masses; i += STEP)
    for (size_t j = 0; j < couplings && n < axis_max; j += STEP, n++) {
      const double start = now();
      run(mass[i], &coupling[j], 1, i * couplings + j, NULL, &ignored);
      used[n] = now() - start;
      sum += used[n];
      most = fmax(most, used[n]);
    }
  printf("point_ms %.4g\npoint_mean_ms %.4g\npoint_most_ms %.4g\n", 1e3 * median(used, n),
         1e3 * sum / (double)n, 1e3 * most);
}

/* --- Grid ------------------------------------------------------------------------------------------------ */

/* The off-resonance excess of one point, or the Standard Model's luminosity, as a scalar function of the plane. */
typedef struct scalar {
  wd_shell shell; /* the whole star */
  bool excess;
  size_t calls;
} scalar;

static double scalar_integrand(double *x, size_t dim, void *params) {
  scalar *p = params;
  const wd_model *m = p->shell.pole->model;
  double f[WD_PLANE_COMPONENTS], sum = 0;
  (void)dim;
  p->calls++;
  wd_channel_plane(&p->shell, 1, 1, x, f);
  if (!p->excess) return f[WD_PLANE_SM_TOTAL];
  for (int i = 0; i < WD_POLARIZATIONS; i++)
    sum += m->interference[i] * f[WD_PLANE_LINEAR + i] + m->square[i] * f[WD_PLANE_SQUARE + i];
  return sum;
}

/* gsl_monte_vegas to a relative error, with iterations twice as large until it is met, the first as warm-up. */
static double gsl_vegas(scalar *p, double goal, double *error) {
  double low[2] = {0, 0}, high[2] = {1, 1}, value;
  gsl_monte_function f = {scalar_integrand, 2, p};
  gsl_rng *rng = checked(gsl_rng_alloc(gsl_rng_mt19937));
  gsl_monte_vegas_state *state = checked(gsl_monte_vegas_alloc(2));
  size_t calls = 1000;
  gsl_monte_vegas_integrate(&f, low, high, 2, calls, rng, state, &value, error);
  do {
    gsl_monte_vegas_integrate(&f, low, high, 2, calls, rng, state, &value, error);
    calls *= 2;
  } while (!(*error <= goal * fabs(value)));
  gsl_monte_vegas_free(state);
  gsl_rng_free(rng);
  return value;
}

/* Time of one point off resonance: excess and luminosity, each to 1/sqrt(2) of the error, as they are independent. */
static double gsl_point_time(double m, double g, size_t *calls) {
  const double goal = config->integrator.relative_error / sqrt(2);
  double error, start = now();
  wd_model model = wd_model_of(config, g);
  wd_pole pole = wd_pole_at(star->profile, &model, m);
  scalar p = {.excess = true};
  if (wd_shell_prepare(&pole, config, 0, (double)star->profile->cells, &p.shell, NULL)) return NAN;
  sink = gsl_vegas(&p, goal, &error);
  p.excess = false;
  sink = gsl_vegas(&p, goal, &error);
  *calls += p.calls;
  return now() - start;
}

static double shared_time(size_t from, size_t to) {
  double used[repeats], ignored = 0;
  for (int k = 0; k < repeats; k++) {
    double start = now();
    for (size_t i = from; i < to; i++) run(mass[i], coupling, couplings, i, NULL, &ignored);
    used[k] = now() - start;
  }
  return median(used, repeats);
}

/* Every step-th mass and coupling by itself, scaled to all. */
static double separate_time(size_t from, size_t to, size_t step) {
  double ignored = 0, start = now();
  size_t points = 0;
  for (size_t i = from; i < to; i += step)
    for (size_t j = 0; j < couplings; j += step, points++)
      run(mass[i], &coupling[j], 1, i * couplings + j, NULL, &ignored);
  return (now() - start) * (double)((to - from) * couplings) / (double)points;
}

static void bench_grid(void) {
  enum { step = 10 };
  size_t free_of_poles = 0, calls = 0, points = 0;
  double top = 0, gsl = 0;
  for (double s = 0; s < (double)star->profile->cells; s++)
    top = fmax(top, wd_profile_highest(star->profile, s));
  while (free_of_poles < masses && mass[free_of_poles] * mass[free_of_poles] < 1.01 * top) free_of_poles++;
  double shared = shared_time(0, masses), separate = separate_time(0, masses, step);
  printf("grid %zu x %zu at %g: shared samples %.3g core-s, separate %.3g core-s (%d x %d-th points), ratio "
         "%.0f\n",
         masses, couplings, config->integrator.relative_error, shared, separate, step, step,
         separate / shared);
  if (free_of_poles == masses) return;
  for (size_t i = free_of_poles; i < masses; i += step)
    for (size_t j = 0; j < couplings; j += step, points++)
      gsl += gsl_point_time(mass[i], coupling[j], &calls);
  double n = (double)((masses - free_of_poles) * couplings);
  gsl *= n / (double)points;
  shared = shared_time(free_of_poles, masses), separate = separate_time(free_of_poles, masses, step);
  printf("off resonance, %zu masses: shared %.3g core-s, separate %.3g, gsl_monte_vegas %.3g (%.0f calls a "
         "point)\n",
         masses - free_of_poles, shared, separate, gsl, (double)calls / (double)points);
  printf("off resonance: gsl_monte_vegas/shared %.0f, gsl_monte_vegas/separate %.1f\n", gsl / shared,
         gsl / separate);
}

int main(int argc, char **argv) {
  wd_settings *settings = NULL;
  wd_error err = {0};
  if (argc != 3 || (strcmp(argv[1], "kernel") && strcmp(argv[1], "point") && strcmp(argv[1], "grid"))) {
    fputs("usage: bench kernel|point|grid CONFIG\n", stderr);
    return 2;
  }
  if (wd_settings_create(&settings, &err) || wd_settings_load(settings, argv[2], NULL, 0, NULL, &err) ||
      wd_star_create(config = wd_settings_config(settings), &star, &err) ||
      wd_sampler_create(config, star, &sampler, &err)) {
    fprintf(stderr, "bench: %s\n", err.message);
    return 1;
  }
  masses = (size_t)config->grid.mass.points, couplings = (size_t)config->grid.coupling.points;
  if (masses > axis_max || couplings > axis_max) return 2;
  wd_scan_axis(&config->grid.mass, mass);
  wd_scan_axis(&config->grid.coupling, coupling);
  point = checked(malloc(wd_points_size(config, couplings)));
  if (strcmp(argv[1], "kernel") == 0)
    bench_kernel();
  else if (strcmp(argv[1], "point") == 0)
    bench_point();
  else
    bench_grid();
  free(point);
  wd_sampler_free(sampler);
  wd_star_free(star);
  wd_settings_free(settings);
  return 0;
}
