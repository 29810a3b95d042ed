/* Shared by the sources of this folder; its face is jobs.h.
 *
 * A unit is what rank 0 hands to a worker: a block of consecutive jobs, or one part of a job whose state stays
 * on rank 0. Each worker holds at most WD_JOBS_QUEUE units, one in the works and one waiting, so that it never
 * idles while rank 0 is busy with a part of its own. A unit's answer is the request for the next one. All
 * messages are a header and a payload of plain bytes; the last one a rank gets from another is END (from rank
 * 0) or BYE (from a worker, which says how many it sent before), so that no message is ever left over.
 */
#ifndef WDSCAN_JOBS_PRIVATE_H
#define WDSCAN_JOBS_PRIVATE_H

#include "jobs/jobs.h"

enum { WD_JOBS_QUEUE = 2 };

enum wd_jobs_tag {
  WD_TAG_JOBS,   /* to a worker: compute jobs id ... id + count - 1, no payload */
  WD_TAG_PART,   /* to a worker: compute part `count` of task `id`, payload: its order */
  WD_TAG_END,    /* to a worker: drop what you have and say BYE */
  WD_TAG_REPORT, /* to rank 0: a block is finished, payload: its report */
  WD_TAG_RESULT, /* to rank 0: part `count` of task `id` is computed, payload: its result */
  WD_TAG_ERROR,  /* to rank 0: storing a job failed, payload: wd_error */
  WD_TAG_STOP,   /* to rank 0: should_stop is true here; answers nothing, is sent once */
  WD_TAG_BYE     /* to rank 0: nothing more will come; `id` messages came before; payload: the report on the
                    `count` jobs finished since the last one */
};

typedef struct wd_jobs_header {
  uint64_t id, count;
  /* in answers: */
  uint64_t parts; /* parts computed since the last answer */
  double seconds; /* and the time it took */
} wd_jobs_header;

/* What rank 0 knows of the work when it decides how much of it a worker gets. */
typedef struct wd_jobs_load {
  uint64_t left;       /* jobs not yet handed out */
  uint64_t ranks;      /* that compute */
  double job_seconds;  /* mean cost of a job, 0: not known yet */
  double part_seconds; /* mean cost of a part, 0: not known yet */
} wd_jobs_load;

/* The policy (policy.c). */
bool wd_jobs_by_parts(const wd_jobs_load *load);       /* are parts handed out, or blocks of jobs? */
uint64_t wd_jobs_block_size(const wd_jobs_load *load); /* of a block, 1 ... left */

/* A job being computed. All orders of a round are given before any of its results is absorbed, so that an
 * order depends on nothing but the state at the start of the round. */
typedef struct wd_task {
  uint64_t job;
  uint32_t handed, returned; /* parts of this round given out, and come back */
  unsigned char *state;
  unsigned char *results; /* results[part * result_size] */
} wd_task;

/* The part of the engine that both sides use. */
int wd_task_create(wd_task *task, const wd_job_ops *ops, wd_error *err);
void wd_task_free(wd_task *task);
void wd_task_begin(wd_task *task, const wd_job_ops *ops, uint64_t job);
/* Writes the order of the next part of the round; returns the part. */
uint32_t wd_task_hand_out(wd_task *task, const wd_job_ops *ops, void *order);
/* Takes a part's result. After the last one of a round absorbs them all; true if the job is then complete. */
bool wd_task_take_back(wd_task *task, const wd_job_ops *ops, uint32_t part, const void *result);

/* ops->compute and ops->finish, timed. The first returns the seconds it took. */
double wd_jobs_compute(const wd_job_ops *ops, wd_job_times *times, const void *order, void *result);
int wd_jobs_finish(const wd_job_ops *ops, wd_job_times *times, const wd_task *task, void *report,
                   wd_error *err);

size_t wd_jobs_unit_size(const wd_job_ops *ops);   /* bytes of the longest message to a worker */
size_t wd_jobs_answer_size(const wd_job_ops *ops); /* bytes of the longest message to rank 0 */

/* Asks should_stop, unless it was asked a moment ago, at *asked [s]. */
bool wd_jobs_should_stop(const wd_job_ops *ops, double *asked);

/* Is it time for a look at the messages? Once in a millisecond: each look may give the core away. */
bool wd_jobs_look_due(void);

/* Sleeps a little; *idle counts the waits in a row and makes them longer. */
void wd_jobs_pause(unsigned *idle, wd_job_times *times);

typedef struct wd_jobs_master wd_jobs_master;
typedef struct wd_jobs_worker wd_jobs_worker;

int wd_jobs_master_create(wd_jobs_master **out, const wd_job_ops *ops, MPI_Comm comm, wd_error *err);
void wd_jobs_master_run(wd_jobs_master *master, wd_job_summary *summary, wd_error *err);
bool wd_jobs_master_poll(wd_jobs_master *master);
void wd_jobs_master_free(wd_jobs_master *master);

int wd_jobs_worker_create(wd_jobs_worker **out, const wd_job_ops *ops, MPI_Comm comm, wd_error *err);
void wd_jobs_worker_run(wd_jobs_worker *worker, wd_job_times *times);
bool wd_jobs_worker_poll(wd_jobs_worker *worker);
void wd_jobs_worker_free(wd_jobs_worker *worker);

#endif
