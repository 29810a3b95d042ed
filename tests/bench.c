/* Where the time of a scan goes: the orders of a scan are recorded, then replayed in parts. Every figure is the median
 * of repeats in this run.
 *
 *   bench [CONFIG [MASSES]]
 */
#include "wdscan/config.h"
#include "wdscan/point.h"
#include "wdscan/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { repeats = 5, batch = 320 };

static double now(void) { /* CPU seconds of this process */
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *value, int n) {
  /* cppcheck-suppress uninitvar ; the callers have set all */
  qsort(value, (size_t)n, sizeof *value, ascending);
  return value[n / 2];
}

typedef struct record {
  size_t count, capacity;
  wd_shell_order *order;
  double evaluations[WD_CHANNELS];
} record;

static void note(record *r, const wd_shell_order *order, const wd_shell_result *result) {
  if (r->count == r->capacity) {
    r->capacity = 2 * r->capacity + 1024;
    r->order = realloc(r->order, r->capacity * sizeof *r->order);
    if (!r->order) exit(1);
  }
  wd_shell_order *o = &r->order[r->count++];
  *o = *order;
  for (int c = 0; c < WD_CHANNELS; c++) {
    o->evaluations[c] = result->channel[c].evaluations;
    r->evaluations[c] += (double)o->evaluations[c];
  }
}

static void run_mass(wd_sampler *sampler, const wd_config *config, wd_point *point, double mass,
                     const double *g, size_t couplings, uint64_t stream, record *r, double *planning) {
  wd_points_begin(point, config, stream, mass, g, couplings, config->integrator.relative_error);
  bool more;
  do {
    for (uint32_t s = 0; s < (uint32_t)config->grid.shells; s++) {
      wd_shell_order order;
      wd_shell_result result;
      wd_point_order(point, s, &order);
      wd_sampler_compute(sampler, &order, &result);
      wd_point_absorb(point, s, &result);
      note(r, &order, &result);
    }
    double start = now();
    more = wd_point_advance(point, config);
    *planning += now() - start;
  } while (more);
  double start = now();
  for (size_t i = 0; i < couplings; i++) {
    wd_point_result result;
    wd_points_result_of(point, i, &result);
    for (uint32_t s = 0; s < (uint32_t)config->grid.shells; s++) {
      double a, b;
      int64_t n;
      int32_t k;
      wd_points_shell(point, i, &result, s, &a, &n, &b, &k);
    }
  }
  *planning += now() - start;
}

static volatile double sink;

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : "configs/fig4.yaml";
  int masses = argc > 2 ? atoi(argv[2]) : 0;
  wd_settings *settings;
  wd_star *star;
  wd_error err = {0};
  wd_sampler *sampler;
  if (wd_settings_create(&settings, &err) || wd_settings_read(settings, path, &err)) {
    fprintf(stderr, "%s\n", err.message);
    return 1;
  }
  const wd_config *config = wd_settings_config(settings);
  if (wd_star_create(config, &star, &err) || wd_sampler_create(config, star, &sampler, &err)) return 1;
  double mass[1000], g[1000];
  wd_scan_axis(&config->grid.mass, mass);
  wd_scan_axis(&config->grid.coupling, g);
  size_t couplings = (size_t)config->grid.coupling.points;
  size_t n = (size_t)config->grid.mass.points;
  (void)masses;
  wd_point *point = malloc(wd_points_size(config, couplings));
  record r = {0};
  double planning = 0, start = now();
  for (size_t i = 0; i < n; i++) run_mass(sampler, config, point, mass[i], g, couplings, i, &r, &planning);
  printf("whole %.3f s, planning and reduction %.3f s\n", now() - start, planning);
  double total = r.evaluations[0] + r.evaluations[1] + r.evaluations[2];
  printf("orders %zu evaluations %.3g %.3g %.3g\n", r.count, r.evaluations[0], r.evaluations[1],
         r.evaluations[2]);
  double t[repeats], prep[repeats], kernel[WD_CHANNELS][repeats];
  for (int k = 0; k < repeats; k++) {
    start = now();
    for (size_t i = 0; i < r.count; i++) {
      wd_shell_result result;
      wd_sampler_compute(sampler, &r.order[i], &result);
    }
    t[k] = now() - start;
  }
  printf("sampler %.1f ns/eval\n", median(t, repeats) * 1e9 / total);
  static const wd_vegas_integrand integrand[] = {wd_channel_plane, wd_channel_transverse,
                                                 wd_channel_longitudinal};
  static double x[2 * batch], f[WD_COMPONENTS_MAX * batch];
  for (int i = 0; i < 2 * batch; i++) x[i] = drand48();
  for (int k = 0; k < repeats; k++) {
    for (int c = -1; c < WD_CHANNELS; c++) {
      start = now();
      for (size_t i = 0; i < r.count; i++) {
        wd_model model = wd_model_of(config, r.order[i].coupling);
        wd_pole pole = wd_pole_at(star->profile, &model, r.order[i].mass);
        wd_shell shell;
        wd_shell_prepare(&pole, config, wd_shell_edge(config, star, r.order[i].shell),
                         wd_shell_edge(config, star, r.order[i].shell + 1), &shell, NULL);
        if (c >= 0)
          for (int64_t left = r.order[i].evaluations[c]; left > 0; left -= batch) {
            size_t m = (size_t)(left < batch ? left : batch);
            integrand[c](&shell, m, batch, x, f);
            sink += f[0];
          }
      }
      double used = now() - start;
      if (c < 0)
        prep[k] = used;
      else
        kernel[c][k] = used - prep[k];
    }
  }
  double sum = median(prep, repeats);
  printf("prepare %.1f ns/eval\n", sum * 1e9 / total);
  for (int c = 0; c < WD_CHANNELS; c++) {
    double m = median(kernel[c], repeats);
    sum += m;
    printf("channel %d: %.1f ns per its evaluation, %.3f s\n", c, m * 1e9 / r.evaluations[c], m);
  }
  printf("kernel %.1f ns/eval, %.3f s\n", sum * 1e9 / total, sum);
  return 0;
}
