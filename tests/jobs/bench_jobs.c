/* What the distribution of work costs, for docs/scaling.md; prints JSON, one object per line.
 *
 *   bench_jobs run JOBS ROUNDS PARTS SECONDS   jobs of known cost, which sleep: as many ranks as you like on any machine
 *   bench_jobs store FILE                      creating, filling (in blocks of 1 to 1000 rows) and reading a result file
 *   bench_jobs nothing                         MPI's own start and end, nothing else
 *   bench_jobs policy                          a table of what src/jobs/policy.c decides
 */
#include "jobs/private.h"
#include "store/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static int rank, ranks;

static void check(int status, const wd_error *err) {
  if (status == WD_OK) return;
  fprintf(stderr, "bench_jobs: %s\n", err->message);
  MPI_Abort(MPI_COMM_WORLD, 1);
}

/* --- Jobs that sleep --- */

typedef struct bench {
  uint32_t rounds;
  double seconds; /* of a part */
} bench;

/* Messages are as long as those of a scan. */
typedef struct order {
  double ballast[7];
} order;
typedef struct result {
  double ballast[409];
} result;
typedef struct report {
  double ballast[90];
} report;

static bool wanted(void *ctx, uint64_t job) {
  (void)ctx, (void)job;
  return true;
}

static void begin(void *ctx, uint64_t job, void *state) {
  (void)ctx, (void)job;
  *(uint32_t *)state = 0;
}

static void give_order(void *ctx, const void *state, uint32_t part, void *to) {
  (void)ctx, (void)state, (void)part;
  memset(to, 0, sizeof(order));
}

/* Looks at the messages once in a millisecond, as the integrator does. */
static void compute(void *ctx, const void *what, void *to) {
  const bench *b = ctx;
  const double end = MPI_Wtime() + b->seconds;
  (void)what;
  memset(to, 0, sizeof(result));
  for (double left = b->seconds; left > 0 && !wd_jobs_poll(); left = end - MPI_Wtime())
    nanosleep(&(struct timespec){.tv_nsec = (long)(1e9 * fmin(left, 1e-3))}, NULL);
}

static void absorb(void *ctx, void *state, uint32_t part, const void *from) {
  (void)ctx, (void)state, (void)part, (void)from;
}

static bool advance(void *ctx, void *state) {
  return ++*(uint32_t *)state < ((const bench *)ctx)->rounds;
}

static int finish(void *ctx, const void *state, void *to, wd_error *err) {
  (void)ctx, (void)state, (void)to, (void)err;
  return WD_OK;
}

static void take_report(void *ctx, const void *from) {
  (void)ctx, (void)from;
}

static bool should_stop(void *ctx) {
  (void)ctx;
  return false;
}

/* Processor time of this rank [s]. */
static double used(void) {
  struct rusage r;
  getrusage(RUSAGE_SELF, &r);
  return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
         1e-6 * (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

static void bench_run(char **args) {
  bench b = {.rounds = (uint32_t)atoi(args[1]), .seconds = atof(args[3])};
  wd_job_ops ops = {.ctx = &b,
                    .jobs = strtoull(args[0], NULL, 10),
                    .left = strtoull(args[0], NULL, 10),
                    .parts = (uint32_t)atoi(args[2]),
                    .state_size = sizeof(uint32_t),
                    .order_size = sizeof(order),
                    .result_size = sizeof(result),
                    .report_size = sizeof(report),
                    .wanted = wanted,
                    .begin = begin,
                    .order = give_order,
                    .compute = compute,
                    .absorb = absorb,
                    .advance = advance,
                    .finish = finish,
                    .report = take_report,
                    .should_stop = should_stop};
  wd_job_summary s;
  wd_error err = {0};
  MPI_Barrier(MPI_COMM_WORLD);
  double before = used();
  check(wd_jobs_run(&ops, MPI_COMM_WORLD, &s, &err), &err);
  if (rank == 0)
    printf("{\"ranks\": %d, \"jobs\": %llu, \"rounds\": %u, \"parts\": %u, \"part_seconds\": %g, "
           "\"elapsed\": %.6f, "
           "\"computing\": %.6f, \"waiting\": %.6f, \"messages\": %llu, \"rank_0_seconds\": %.6f}\n",
           ranks, (unsigned long long)s.finished, b.rounds, ops.parts, b.seconds, s.times.elapsed / ranks,
           s.times.computing, s.times.waiting, (unsigned long long)s.messages, used() - before);
}

/* --- The result file --- */

enum { MASSES = 200, COUPLINGS = 200, SHELLS = 32 };

static void create(const char *file) {
  static double mass[MASSES], coupling[COUPLINGS], shell[SHELLS];
  for (int i = 0; i < MASSES; i++) mass[i] = i + 1;
  for (int i = 0; i < COUPLINGS; i++) coupling[i] = i + 1;
  for (int i = 0; i < SHELLS; i++) shell[i] = i + 1;
  wd_settings *settings = NULL;
  wd_error err = {0};
  check(wd_settings_create(&settings, &err), &err);
  wd_store_header header = {.settings = settings,
                            .masses = MASSES,
                            .couplings = COUPLINGS,
                            .shells = SHELLS,
                            .mass = mass,
                            .coupling = coupling,
                            .shell = shell,
                            .ranks = ranks};
  check(wd_store_create(file, &header, /*replace=*/true, &err), &err);
  wd_settings_free(settings);
}

/* Writes the rows of the masses [first, first + count) in blocks of `block` rows; seconds per row. */
static double fill(wd_store *store, uint64_t first, uint64_t count, uint64_t block) {
  float numbers[SHELLS] = {0};
  int64_t evaluations[SHELLS] = {0};
  int32_t iterations[SHELLS] = {0};
  wd_error err = {0};
  double start = MPI_Wtime();
  for (uint64_t i = 0; i < count * COUPLINGS; i++) {
    wd_row row = {.mass_index = first + i / COUPLINGS,
                  .coupling_index = i % COUPLINGS,
                  .status = WD_ROW_DONE,
                  .chi2_per_dof = numbers,
                  .relative_error = numbers,
                  .evaluations = evaluations,
                  .iterations = iterations};
    check(wd_store_put_row(store, &row, &err), &err);
    if (i % block + 1 == block) check(wd_store_commit_rows(store, &err), &err);
  }
  check(wd_store_commit_rows(store, &err), &err);
  return (MPI_Wtime() - start) / (double)(count * COUPLINGS);
}

static void visit(void *ctx, const wd_row *row, bool damaged) {
  (void)ctx, (void)row, (void)damaged;
}

static void bench_store(const char *file) {
  static const uint64_t block[] = {1, 10, 100, 1000};
  enum { BLOCKS = sizeof block / sizeof *block };
  double row[BLOCKS];
  wd_error err = {0};
  wd_store *store;
  double start = MPI_Wtime();
  create(file);
  double created = MPI_Wtime() - start;
  check(wd_store_open(file, MPI_COMM_SELF, &store, &err), &err);
  for (int i = 0; i < BLOCKS; i++)
    row[i] = fill(store, (uint64_t)i * MASSES / BLOCKS, MASSES / BLOCKS, block[i]);
  start = MPI_Wtime();
  check(wd_store_each_row(store, visit, NULL, &err), &err);
  double read = MPI_Wtime() - start, points = MASSES * COUPLINGS;
  check(wd_store_close(store, &err), &err);
  printf("{\"points\": %.0f, \"shells\": %d, \"create_seconds\": %.6f, \"read_seconds_per_row\": %.3g",
         points, SHELLS, created, read / points);
  for (int i = 0; i < BLOCKS; i++)
    printf(", \"write_seconds_per_row_%llu\": %.3g", (unsigned long long)block[i], row[i]);
  puts("}");
}

/* --- The policy --- */

static void print_policy(void) {
  static const double seconds[] = {0, 1e-5, 3e-4, 0.017, 2.5, 700};
  puts("left,ranks,job_seconds,part_seconds,by_parts,block_size");
  for (uint64_t left = 1; left < 20000000000; left = left * 7 + 3)
    for (uint64_t n = 1; n < 500000; n = n * 5 + 1)
      for (int i = 0; i < 6; i++)
        for (int k = 0; k < 6; k++) {
          wd_jobs_load load = {
              .left = left, .ranks = n, .job_seconds = seconds[i], .part_seconds = seconds[k]};
          printf("%llu,%llu,%.17g,%.17g,%d,%llu\n", (unsigned long long)left, (unsigned long long)n,
                 seconds[i], seconds[k], wd_jobs_by_parts(&load),
                 (unsigned long long)wd_jobs_block_size(&load));
        }
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  setenv("OMPI_MCA_mpi_yield_when_idle", "1", /*overwrite=*/0);
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  if (!strcmp(what, "run") && argc == 6)
    bench_run(argv + 2);
  else if (!strcmp(what, "store") && argc == 3 && ranks == 1)
    bench_store(argv[2]);
  else if (!strcmp(what, "policy") && ranks == 1)
    print_policy();
  else if (strcmp(what, "nothing")) {
    fputs("usage: bench_jobs run JOBS ROUNDS PARTS SECONDS | store FILE | policy | nothing\n", stderr);
    MPI_Abort(MPI_COMM_WORLD, 2);
  }
  MPI_Finalize();
  return 0;
}
