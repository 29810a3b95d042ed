/* What master and workers share: a job carried through its rounds, on whichever rank holds its state, sizes of
 * messages, and the pace at which a rank looks at them. Nobody spins while waiting: a sleeping rank leaves its core
 * to those who compute.
 */
#include "jobs/private.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int wd_task_create(wd_task *task, const wd_job_ops *ops, wd_error *err) {
  *task =
      (wd_task){.state = malloc(ops->state_size + 1), .results = calloc(ops->parts, ops->result_size + 1)};
  if (task->state && task->results) return WD_OK;
  wd_task_free(task);
  return wd_fail(err, WD_ERR_MEMORY, "out of memory: the state of a job needs %zu bytes",
                 ops->state_size + ops->parts * ops->result_size);
}

void wd_task_free(wd_task *task) {
  free(task->state);
  free(task->results);
  *task = (wd_task){0};
}

void wd_task_begin(wd_task *task, const wd_job_ops *ops, uint64_t job) {
  task->job = job;
  task->handed = task->returned = 0;
  ops->begin(ops->ctx, job, task->state);
}

uint32_t wd_task_hand_out(wd_task *task, const wd_job_ops *ops, void *order) {
  assert(task->handed < ops->parts);
  ops->order(ops->ctx, task->state, task->handed, order);
  return task->handed++;
}

bool wd_task_take_back(wd_task *task, const wd_job_ops *ops, uint32_t part, const void *result) {
  memcpy(task->results + part * ops->result_size, result, ops->result_size);
  if (++task->returned < ops->parts) return false;
  for (uint32_t i = 0; i < ops->parts; i++)
    ops->absorb(ops->ctx, task->state, i, task->results + i * ops->result_size);
  task->handed = task->returned = 0;
  return !ops->advance(ops->ctx, task->state);
}

double wd_jobs_compute(const wd_job_ops *ops, wd_job_times *times, const void *order, void *result) {
  double start = MPI_Wtime();
  ops->compute(ops->ctx, order, result);
  double seconds = MPI_Wtime() - start;
  times->computing += seconds;
  return seconds;
}

int wd_jobs_finish(const wd_job_ops *ops, wd_job_times *times, const wd_task *task, void *report,
                   wd_error *err) {
  double start = MPI_Wtime();
  int status = ops->finish(ops->ctx, task->state, report, err);
  times->storing += MPI_Wtime() - start;
  return status;
}

size_t wd_jobs_unit_size(const wd_job_ops *ops) {
  assert(ops->order_size < INT_MAX - sizeof(wd_jobs_header));
  return sizeof(wd_jobs_header) + ops->order_size;
}

size_t wd_jobs_answer_size(const wd_job_ops *ops) {
  size_t payload = sizeof(wd_error);
  if (payload < ops->result_size) payload = ops->result_size;
  if (payload < ops->report_size) payload = ops->report_size;
  assert(payload < INT_MAX - sizeof(wd_jobs_header));
  return sizeof(wd_jobs_header) + payload;
}

bool wd_jobs_should_stop(const wd_job_ops *ops, double *asked) {
  static const double interval = 0.1; /* s */
  double now = MPI_Wtime();
  if (now - *asked < interval) return false;
  *asked = now;
  return ops->should_stop(ops->ctx);
}

/* 50, 100, 150, 200, 200 ... microseconds: short against a part, long against a look at the messages. */
void wd_jobs_pause(unsigned *idle, wd_job_times *times) {
  double start = MPI_Wtime();
  if (*idle < 4) ++*idle;
  nanosleep(&(struct timespec){.tv_nsec = *idle * 50000L}, NULL);
  times->waiting += MPI_Wtime() - start;
}

bool wd_jobs_look_due(void) {
  static const double interval = 1e-3; /* s */
  static double last;
  double now = MPI_Wtime();
  if (now - last < interval) return false;
  last = now;
  return true;
}
