/* The cost of a scan; see scan/cost.h.
 *
 * PROBES jobs, fewer if these have more than PROBE_COUPLINGS couplings together, spread over the grid, are computed with the
 * scan's own samples, though to no smaller an error than PROBE_ERROR and with no more than PROBE_EVALUATIONS; what exceeds the
 * pilot round then grows as a power of the error.
 * The mean stands for all jobs.
 */
#include "scan/cost.h"

#include "base/text.h"

#include <stdlib.h>
#include <time.h>

enum { PROBES = 128, PROBES_LEAST = 4, PROBE_COUPLINGS = 500000, PROBE_EVALUATIONS = 200000 };
#define PROBE_ERROR 0.002
#define SECONDS_PER_POINT 1e-5 /* for reduction and storage; the probes take part of it */
#define RANK_BYTES 36e6        /* of a rank, with its libraries, besides what follows */
#define FILE_BYTES 9.8e4       /* of a file, besides its rows */
#define COOLING_BYTES 4.6e4    /* of one with f_s, whose star has fewer nodes */

uint64_t wd_cost_pick(uint64_t n, uint64_t tries, uint64_t i) {
  static const double golden = 0.6180339887498949;
  double place = golden * ((double)i + 0.5);
  return n <= tries ? i : (uint64_t)((place - floor(place)) * (double)n);
}

static uint64_t probes_of(const wd_scan *scan) {
  uint64_t jobs = wd_scan_jobs(scan) - 1, most = PROBE_COUPLINGS / wd_scan_largest_block(scan);
  uint64_t probes = most < PROBES_LEAST ? PROBES_LEAST : most < PROBES ? most : PROBES;
  return jobs < probes ? jobs : probes;
}

/* Evaluations of the pilot round. */
static double pilot_of(const wd_point *point, uint32_t shells) {
  double sum = 0;
  for (uint32_t s = 0; s < shells; s++) {
    wd_shell_order order;
    wd_point_order(point, s, &order);
    for (int c = 0; c < WD_CHANNELS; c++) sum += (double)order.evaluations[c];
  }
  return sum;
}

/* By how much the worst of a point's couplings has missed its target; 1: none has. */
static double miss_of(const wd_point *point, size_t couplings, double relative_error) {
  double worst = 1;
  for (size_t i = 0; i < couplings; i++) {
    wd_point_result r;
    wd_points_result_of(point, i, &r);
    if (r.status == WD_ROW_TARGET_MISSED)
      worst = fmax(worst, r.excess_error / fabs(r.excess) / relative_error);
  }
  return worst;
}

/* Tries out jobs of a scan whose accuracy is limited; the cost is for the configuration as it is. */
static void try_out(const wd_scan *scan, const wd_config *config, wd_point *point, wd_cost *cost) {
  double limited = scan->config->integrator.relative_error,
         ratio = limited / config->integrator.relative_error;
  double evaluations = 0, spent = 0;
  uint64_t jobs = wd_scan_jobs(scan) - 1, probes = probes_of(scan);
  clock_t start = clock();
  for (uint64_t i = 0; i < probes; i++) {
    uint64_t job = 1 + wd_cost_pick(jobs, probes, i);
    wd_point_result result;
    wd_scan_begin(scan, job, point);
    double pilot = pilot_of(point, (uint32_t)config->grid.shells);
    wd_point_compute(scan->sampler, scan->config, point);
    wd_point_result_of(point, &result);
    double miss = miss_of(point, wd_scan_block_of(scan, job).couplings, limited);
    double needed = pilot + ((double)result.evaluations - pilot) * pow(miss * ratio, WD_COST_EXPONENT);
    spent += (double)result.evaluations;
    evaluations += fmin(needed, fmax(pilot, (double)config->integrator.max_evaluations));
  }
  double each = (double)(clock() - start) / CLOCKS_PER_SEC / spent; /* s */
  cost->trials = (double)probes;
  cost->evaluations = evaluations / (double)probes * (double)jobs;
  cost->seconds = cost->evaluations * each + cost->points * SECONDS_PER_POINT;
}

/* Memory, from the sizes of what is kept. */
static void add_sizes(const wd_scan *scan, wd_cost *cost) {
  double shells = (double)scan->config->grid.shells;
  double task = (double)wd_points_size(scan->config, wd_scan_largest_block(scan)) +
                shells * sizeof(wd_shell_result); /* of a job in the works */
  cost->rank_bytes = RANK_BYTES + task;
  cost->root_bytes = cost->points + 2 * task;
  cost->root_rank_bytes = 2 * task / shells;
}

wd_cost wd_cost_of_grid(const wd_config *config) {
  const double points = (double)config->grid.mass.points * (double)config->grid.coupling.points;
  const double rest = config->observable == WD_OBSERVABLE_COOLING ? COOLING_BYTES : FILE_BYTES;
  return (wd_cost){.points = points,
                   .file_bytes = rest + points * (double)wd_store_row_size(config) +
                                 (double)config->grid.mass.points * (double)wd_store_mass_size(config)};
}

int wd_cost_estimate(const wd_config *config, const wd_star *star, wd_cost *cost, wd_error *err) {
  wd_config limited = *config;
  wd_scan *scan = NULL;
  limited.integrator.relative_error = fmax(config->integrator.relative_error, PROBE_ERROR);
  limited.integrator.max_evaluations = config->integrator.max_evaluations < PROBE_EVALUATIONS
                                           ? config->integrator.max_evaluations
                                           : PROBE_EVALUATIONS;
  int status = wd_scan_create(&limited, star, 0, 0, &scan, err);
  if (status) return status;
  wd_sampler_interrupt(scan->sampler, NULL);
  wd_point *point = malloc(wd_points_size(config, wd_scan_largest_block(scan)));
  *cost = wd_cost_of_grid(config);
  cost->jobs = (double)wd_scan_jobs(scan) - 1;
  if (point) {
    try_out(scan, config, point, cost);
    add_sizes(scan, cost);
  } else {
    status = wd_fail(err, WD_ERR_MEMORY, "out of memory for the estimate of the cost");
  }
  free(point);
  wd_scan_free(scan);
  return status;
}

void wd_cost_print_grid(const wd_cost *cost, const wd_config *config, FILE *out) {
  char text[WD_REAL_TEXT];
  fprintf(out, "# %lld x %lld = %.0f points in %lld shells%s\n", (long long)config->grid.mass.points,
          (long long)config->grid.coupling.points, cost->points, (long long)config->grid.shells,
          config->integrator.sampling == WD_SAMPLING_SHARED ? "; the couplings of a mass share their samples"
                                                            : "");
  if (config->grid.refine.levels)
    fprintf(
        out,
        "# grid.refine: of the masses every %lldth at least is computed; the cost is that of all of them\n",
        1LL << config->grid.refine.levels);
  fprintf(out, "# result file: %s\n", wd_text_from_bytes(cost->file_bytes, text));
}

static void print_cooling(const wd_cost *cost, FILE *out) {
  fprintf(out, "\n#   (%.2g s for the tables of a job, %.2g s a point", cost->job_seconds,
          cost->point_seconds);
  if (cost->stars > 0)
    fprintf(out, ", %.2g s for each of %.0f stars before the scan and in it)\n", cost->start_seconds,
            cost->stars);
  else
    fprintf(out, "), besides %.2g s for the start of each rank\n", cost->start_seconds);
}

static void print_excess(const wd_cost *cost, const wd_config *config, FILE *out) {
  fprintf(out,
          ", %.2g evaluations\n"
          "#   (masses at which an excess passes through zero take longer, up to %.2g evaluations each)\n",
          cost->evaluations, (double)config->integrator.max_evaluations);
}

void wd_cost_print(const wd_cost *cost, const wd_config *config, FILE *out) {
  char text[3][WD_REAL_TEXT];
  const double hours = cost->seconds / 3600;
  fprintf(out, "# tried out %.0f of %.0f jobs; expected: %s of one core like this", cost->trials, cost->jobs,
          wd_text_from_seconds(cost->seconds, text[0]));
  if (hours >= 0.1) fprintf(out, " (%.*f core-hours)", hours < 10 ? 1 : 0, hours);
  if (config->observable == WD_OBSERVABLE_COOLING)
    print_cooling(cost, out);
  else
    print_excess(cost, config, out);
  fprintf(out, "# memory: %s for each rank; rank 0: %s more, and %s for each other rank\n",
          wd_text_from_bytes(cost->rank_bytes, text[0]), wd_text_from_bytes(cost->root_bytes, text[1]),
          wd_text_from_bytes(cost->root_rank_bytes, text[2]));
}
