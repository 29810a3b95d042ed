/* The distribution of work against a plain loop, bit for bit, whatever the number of ranks, jobs and parts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "jobs/jobs.h"
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A toy job: `value` is carried through a number of rounds that depends on it, by sums that depend on their
 * order. */
typedef struct state {
  uint64_t job;
  uint32_t round;
  double value, sum;
} state;
typedef struct order {
  uint64_t job;
  uint32_t round, part;
  double value;
} order;
typedef struct result {
  double value;
  char ballast[6000]; /* longer than an eager message */
} result;
typedef struct report {
  uint64_t jobs;
} report;

typedef struct toy {
  uint32_t parts;
  uint64_t jobs;
  bool *done;          /* on rank 0: [jobs] */
  double *value;       /* on rank 0: [jobs] */
  unsigned char *here; /* [jobs] finished on this rank in this run */
  double *value_here;  /* [jobs] */
  uint64_t computed, finished_here, reported;
  uint64_t failing;    /* job whose finish fails */
  bool only_remote;    /* any finish fails, on ranks other than 0 */
  uint64_t stop_after; /* reports until should_stop says so */
  long sleep;          /* ns per part */
  uint64_t long_until; /* the first part on rank 0 polls until so many jobs are reported; 0: it does not */
  double endless;      /* s, duration of all parts unless they are told to end; they poll */
  double stop_time;    /* s of MPI_Wtime, when should_stop says so; 0: never */
  uint64_t group;      /* jobs in a group; 0: all are one */
  bool met[64];        /* groups of which this rank has computed a part */
  int rank;
} toy;

static const uint64_t never = UINT64_MAX;

static bool toy_wanted(void *ctx, uint64_t job) {
  return !((toy *)ctx)->done[job];
}

static uint64_t toy_group_end(void *ctx, uint64_t job) {
  const toy *t = ctx;
  const uint64_t end = (job / t->group + 1) * t->group;
  return end < t->jobs ? end : t->jobs;
}

static void toy_begin(void *ctx, uint64_t job, void *s) {
  (void)ctx;
  *(state *)s = (state){.job = job, .value = 1.0 / (double)(job + 3)};
}

static void toy_order(void *ctx, const void *s, uint32_t part, void *o) {
  const state *from = s;
  (void)ctx;
  *(order *)o = (order){from->job, from->round, part, from->value};
}

static void poll_for(double seconds) {
  double end = MPI_Wtime() + seconds;
  while (MPI_Wtime() < end && !wd_jobs_poll()) nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
}

/* On any machine, however busy, the workers are done long before it gives up. */
static void poll_until_reported(const toy *t, uint64_t jobs) {
  double end = MPI_Wtime() + 60;
  while (t->reported < jobs && MPI_Wtime() < end && !wd_jobs_poll())
    nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
}

static void toy_compute(void *ctx, const void *o, void *r) {
  const order *what = o;
  toy *t = ctx;
  memset(r, 0, sizeof(result));
  ((result *)r)->value = sin(1e3 * what->value + what->part * 0.7 + what->round) + 1.0 / 3.0;
  t->computed++;
  if (t->group) t->met[what->job / t->group % 64] = true;
  if (t->computed == 1 && t->rank == 0) poll_until_reported(t, t->long_until);
  if (t->endless) poll_for(t->endless);
  if (t->sleep) nanosleep(&(struct timespec){.tv_nsec = t->sleep}, NULL);
}

static void toy_absorb(void *ctx, void *s, uint32_t part, const void *r) {
  state *to = s;
  (void)ctx;
  to->sum = to->sum * (1.0 + 0.1 * part) + ((const result *)r)->value;
  to->value += 1e-3 * to->sum; /* an order given after this would differ */
}

static bool toy_advance(void *ctx, void *s) {
  state *of = s;
  (void)ctx;
  of->round++;
  return of->round < 1 + of->job % 3 + (fmod(fabs(of->value), 0.01) < 0.003);
}

static int toy_finish(void *ctx, const void *s, void *r, wd_error *err) {
  const state *of = s;
  toy *t = ctx;
  if (of->job == t->failing || (t->only_remote && t->rank > 0))
    return wd_fail(err, WD_ERR_IO, "cannot store job: %s", "the disk of the toy is full");
  t->here[of->job]++;
  t->value_here[of->job] = of->value;
  ((report *)r)->jobs++;
  t->finished_here++;
  return WD_OK;
}

static void toy_report(void *ctx, const void *r) {
  toy *t = ctx;
  assert_int_equal(t->rank, 0);
  assert_true(((const report *)r)->jobs > 0);
  t->reported += ((const report *)r)->jobs;
}

static bool toy_should_stop(void *ctx) {
  toy *t = ctx;
  return t->reported >= t->stop_after || (t->stop_time && MPI_Wtime() > t->stop_time);
}

static toy new_toy(uint64_t jobs, uint32_t parts) {
  toy t = {.jobs = jobs, .parts = parts, .failing = never, .stop_after = never};
  t.done = calloc(jobs + 1, sizeof *t.done);
  t.value = calloc(jobs + 1, sizeof *t.value);
  t.here = calloc(jobs + 1, sizeof *t.here);
  t.value_here = calloc(jobs + 1, sizeof *t.value_here);
  MPI_Comm_rank(MPI_COMM_WORLD, &t.rank);
  return t;
}

static void free_toy(toy *t) {
  free(t->done);
  free(t->value);
  free(t->here);
  free(t->value_here);
}

/* Gathers on rank 0 what the ranks have finished; no job may have been done twice. Returns the number of jobs. */
static uint64_t gather(toy *t) {
  uint64_t jobs = t->jobs, finished = 0;
  unsigned char *all = calloc(jobs + 1, 1);
  double *sum = calloc(jobs + 1, sizeof *sum);
  MPI_Reduce(t->here, all, (int)jobs, MPI_BYTE, MPI_BOR, 0, MPI_COMM_WORLD);
  MPI_Reduce(t->value_here, sum, (int)jobs, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
  for (uint64_t job = 0; t->rank == 0 && job < jobs; job++) {
    if (!all[job]) continue;
    assert_int_equal(all[job], 1);
    assert_false(t->done[job]);
    t->done[job] = true;
    t->value[job] = sum[job];
    finished++;
  }
  memset(t->here, 0, jobs);
  memset(t->value_here, 0, jobs * sizeof *t->value_here);
  free(all);
  free(sum);
  return finished;
}

static int run(toy *t, uint64_t jobs, wd_job_summary *summary, wd_error *err) {
  wd_job_ops ops = {.ctx = t,
                    .jobs = jobs,
                    .parts = t->parts,
                    .state_size = sizeof(state),
                    .order_size = sizeof(order),
                    .result_size = sizeof(result),
                    .report_size = sizeof(report),
                    .wanted = toy_wanted,
                    .group_end = t->group ? toy_group_end : NULL,
                    .begin = toy_begin,
                    .order = toy_order,
                    .compute = toy_compute,
                    .absorb = toy_absorb,
                    .advance = toy_advance,
                    .finish = toy_finish,
                    .report = toy_report,
                    .should_stop = toy_should_stop};
  uint64_t finished_before = t->finished_here, finished, reported_before = t->reported;
  for (uint64_t job = 0; t->rank == 0 && job < jobs; job++) ops.left += !t->done[job];
  wd_job_summary own;
  if (!summary) summary = &own;
  int status = wd_jobs_run(&ops, MPI_COMM_WORLD, summary, err);
  uint64_t here = t->finished_here - finished_before;
  MPI_Reduce(&here, &finished, 1, MPI_UINT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
  uint64_t gathered = gather(t);
  if (t->rank == 0) {
    assert_int_equal(gathered, finished); /* none twice */
    assert_int_equal(summary->finished, t->reported - reported_before);
    assert_int_equal(summary->finished, finished);
  }
  return status;
}

/* The same job by a plain loop. */
static double expected(uint64_t job, uint32_t parts) {
  toy t = {.parts = parts};
  state s;
  result r[parts];
  toy_begin(&t, job, &s);
  do {
    for (uint32_t p = 0; p < parts; p++) {
      order o;
      toy_order(&t, &s, p, &o);
      toy_compute(&t, &o, &r[p]);
    }
    for (uint32_t p = 0; p < parts; p++) toy_absorb(&t, &s, p, &r[p]);
  } while (toy_advance(&t, &s));
  return s.value;
}

/* On rank 0: exactly the jobs of `done` have their right values. Returns their number. */
static uint64_t check_values(const toy *t, uint64_t jobs) {
  uint64_t n = 0;
  for (uint64_t job = 0; t->rank == 0 && job < jobs; job++) {
    if (!t->done[job]) continue;
    double right = expected(job, t->parts);
    assert_memory_equal(&t->value[job], &right, sizeof right);
    n++;
  }
  return n;
}

static void all_jobs_as_by_a_plain_loop(void **unused) {
  static const uint64_t jobs[] = {0, 1, 2, 7, 60};
  static const uint32_t parts[] = {1, 3, 17};
  (void)unused;
  static const uint64_t groups[] = {0, 1, 25};
  for (size_t i = 0; i < 3 * sizeof jobs / sizeof *jobs; i++)
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
      const uint64_t count = jobs[i / 3];
      toy t = new_toy(count, parts[k]);
      t.group = groups[i % 3];
      wd_job_summary summary;
      wd_error err;
      assert_int_equal(run(&t, count, &summary, &err), WD_OK);
      assert_int_equal(err.status, WD_OK);
      assert_int_equal(summary.finished, count);
      assert_false(summary.stopped);
      if (t.rank == 0) assert_int_equal(check_values(&t, count), count);
      free_toy(&t);
    }
}

static void only_wanted_jobs_are_done(void **unused) {
  enum { JOBS = 50 };
  (void)unused;
  for (uint64_t keep = 0; keep < 3; keep++) { /* none, few and many wanted */
    toy t = new_toy(JOBS, 4);
    t.group = 5 * keep; /* the group in which no job is wanted, too */
    uint64_t wanted = 0;
    wd_job_summary summary;
    for (uint64_t job = 0; job < JOBS; job++) {
      t.done[job] = keep == 0 || (keep == 1 && job % 10) || (keep == 2 && job % 10 == 0);
      t.value[job] = expected(job, t.parts);
      wanted += !t.done[job];
    }
    assert_int_equal(run(&t, JOBS, &summary, NULL), WD_OK);
    assert_int_equal(summary.finished, wanted);
    if (t.rank == 0) assert_int_equal(t.reported, wanted);
    if (t.rank == 0) assert_int_equal(check_values(&t, JOBS), JOBS);
    free_toy(&t);
  }
}

/* What a group needs is made ready on one rank, as far as all have something to do. */
static void a_group_stays_with_a_rank(void **unused) {
  enum { GROUP = 25, GROUPS = 16, LAST = 4 }; /* jobs of the last groups are for all */
  int size;
  uint64_t met = 0, all;
  (void)unused;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  toy t = new_toy(GROUP * GROUPS, 2);
  t.group = GROUP;
  t.sleep = 200000;
  assert_int_equal(run(&t, GROUP * GROUPS, NULL, NULL), WD_OK);
  for (int i = 0; i < GROUPS; i++) met += t.met[i];
  MPI_Reduce(&met, &all, 1, MPI_UINT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
  if (t.rank == 0) {
    assert_true(all >= GROUPS && all <= GROUPS + (uint64_t)(LAST * (size - 1)));
    assert_int_equal(check_values(&t, GROUP * GROUPS), GROUP * GROUPS);
  }
  free_toy(&t);
}

static void every_rank_computes(void **unused) {
  (void)unused;
  for (int few = 0; few < 2; few++) {
    toy t = new_toy(60, 8);
    int size;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    t.sleep = 1000000;
    wd_job_summary summary;
    assert_int_equal(run(&t, few ? 2 : 60, &summary, NULL), WD_OK);
    if (size <= 8) assert_true(t.computed > 0);
    if (size == 1) assert_int_equal(t.finished_here, few ? 2 : 60);
    if (few && t.rank > 0) assert_int_equal(t.finished_here, 0); /* parts only */
    if (!few && size <= 4) assert_true(t.finished_here > 0);     /* whole jobs too */
    free_toy(&t);
  }
}

static void an_error_of_finish_ends_the_run_everywhere(void **unused) {
  static const uint64_t failing[] = {0, 3, 59};
  (void)unused;
  for (size_t i = 0; i < 3; i++) {
    toy t = new_toy(60, 4);
    wd_error err = {0};
    t.failing = failing[i];
    assert_int_equal(run(&t, 60, NULL, &err), WD_ERR_IO);
    assert_int_equal(err.status, WD_ERR_IO);
    assert_string_equal(err.message, "cannot store job: the disk of the toy is full");
    check_values(&t, 60);
    free_toy(&t);
  }
}

static void an_error_on_a_worker_ends_the_run_everywhere(void **unused) {
  (void)unused;
  toy t = new_toy(200, 4);
  wd_error err = {0};
  wd_job_summary summary;
  int size;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  t.only_remote = true;
  int status = run(&t, 200, &summary, &err);
  assert_int_equal(status, size > 1 ? WD_ERR_IO : WD_OK);
  if (size > 1) assert_string_equal(err.message, "cannot store job: the disk of the toy is full");
  if (size > 1) assert_true(summary.finished < 200);
  free_toy(&t);
}

/* The first test: MPI_Wtime may begin with 0, and no job is so short that it would be done before. */
static void stop_before_the_first_job(void **unused) {
  (void)unused;
  toy t = new_toy(20, 3);
  wd_job_summary summary;
  t.stop_after = 0;
  assert_int_equal(run(&t, 20, &summary, NULL), WD_OK);
  assert_true(summary.stopped);
  assert_int_equal(summary.finished, 0);
  free_toy(&t);
}

static void stop_and_go_on(void **unused) {
  enum { JOBS = 80 };
  (void)unused;
  toy t = new_toy(JOBS, 3);
  wd_job_summary summary;
  int size;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  t.sleep = 2000000L * size; /* 80 jobs last longer than the time between two questions */
  t.stop_after = 0;
  assert_int_equal(run(&t, JOBS, &summary, NULL), WD_OK);
  assert_true(summary.stopped);
  assert_int_equal(summary.finished, 0);
  t.stop_after = 1;
  assert_int_equal(run(&t, JOBS, &summary, NULL), WD_OK);
  assert_true(summary.stopped);
  assert_true(summary.finished >= 1 && summary.finished < JOBS);
  uint64_t before = summary.finished;
  if (t.rank == 0) assert_int_equal(check_values(&t, JOBS), before);
  t.stop_after = never;
  t.sleep = 0;
  assert_int_equal(run(&t, JOBS, &summary, NULL), WD_OK);
  assert_false(summary.stopped);
  assert_int_equal(summary.finished, JOBS - before);
  if (t.rank == 0) assert_int_equal(check_values(&t, JOBS), JOBS);
  free_toy(&t);
}

/* During a part of rank 0 that lasts until all the other jobs are done, the workers get these. */
static void a_polling_master_keeps_its_workers_busy(void **unused) {
  (void)unused;
  for (uint32_t parts = 1; parts <= 3; parts += 2) {
    toy t = new_toy(60, parts);
    wd_job_summary summary;
    int size;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (size > 1) t.long_until = 59;
    t.sleep = 200000;
    assert_int_equal(run(&t, 60, &summary, NULL), WD_OK);
    assert_int_equal(summary.finished, 60);
    if (t.rank == 0) assert_int_equal(check_values(&t, 60), 60);
    if (t.rank == 0 && size > 1)
      assert_true(t.computed <= 1 + 4 * parts); /* the rest of its job, if so many */
    free_toy(&t);
  }
}

static void polling_parts_end_at_once(void **unused) {
  (void)unused;
  toy t = new_toy(60, 2);
  wd_job_summary summary;
  double start = MPI_Wtime();
  t.endless = 100;
  t.stop_time = start + 0.3;
  assert_int_equal(run(&t, 60, &summary, NULL), WD_OK);
  assert_true(summary.stopped);
  assert_int_equal(summary.finished, 0);
  assert_true(MPI_Wtime() - start < 10);
  assert_false(wd_jobs_poll());
  free_toy(&t);
}

/* A worker that is asked to stop, such as by a signal to it alone, makes all stop. */
static void any_rank_may_stop_the_run(void **unused) {
  (void)unused;
  int size;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  for (int stopper = 0; stopper < size; stopper++) {
    toy t = new_toy(60, 2);
    wd_job_summary summary;
    double start = MPI_Wtime();
    t.endless = 100;
    t.stop_time = t.rank == stopper ? start + 0.3 : 0;
    assert_int_equal(run(&t, 60, &summary, NULL), WD_OK);
    assert_true(summary.stopped);
    assert_int_equal(summary.stopper, stopper);
    assert_true(MPI_Wtime() - start < 10);
    free_toy(&t);
  }
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(stop_before_the_first_job),
      cmocka_unit_test(all_jobs_as_by_a_plain_loop),
      cmocka_unit_test(only_wanted_jobs_are_done),
      cmocka_unit_test(a_group_stays_with_a_rank),
      cmocka_unit_test(every_rank_computes),
      cmocka_unit_test(an_error_of_finish_ends_the_run_everywhere),
      cmocka_unit_test(an_error_on_a_worker_ends_the_run_everywhere),
      cmocka_unit_test(stop_and_go_on),
      cmocka_unit_test(a_polling_master_keeps_its_workers_busy),
      cmocka_unit_test(polling_parts_end_at_once),
      cmocka_unit_test(any_rank_may_stop_the_run),
  };
  MPI_Init(&argc, &argv);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failed;
}
