/* Distribution of work over MPI ranks: a master hands out blocks of jobs, or parts of jobs, as workers ask.
 *
 * A job (for wdscan: a grid point) consists of `parts` parts (its radial shells) and proceeds in rounds: in
 * each round every part is computed, then all results are absorbed in the order of the parts, and the job
 * decides whether another round is needed. Which rank computes what does not matter to the result, since an
 * order depends only on the state at the start of the round, a part only on its order, and absorption happens
 * in a fixed order. Jobs know no MPI; this module knows no formulas.
 *
 * Rank 0 hands out blocks of jobs while there are plenty and parts of jobs when there are few, and computes too
 * unless there are many ranks. The sizes of the blocks follow the measured cost of a job, so that the rate of
 * messages stays bounded (docs/scaling.md).
 */
#ifndef WDSCAN_JOBS_H
#define WDSCAN_JOBS_H

#include "wdscan/status.h"
#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wd_job_ops {
  void *ctx;          /* handed to every function */
  uint64_t jobs;      /* jobs are numbered 0 .. jobs-1 */
  uint64_t left;      /* rank 0: how many of them are wanted */
  uint32_t parts;     /* parts per job */
  size_t state_size;  /* bytes of a job's state */
  size_t order_size;  /* bytes that tell a part what to compute in this round (plain data, sent as bytes) */
  size_t result_size; /* bytes of a part's result (plain data) */
  size_t report_size; /* bytes of a report to rank 0 on finished jobs (plain data) */

  bool (*wanted)(void *ctx, uint64_t job); /* rank 0: is it still to be done? */
  /* rank 0: the first job after `job` for which a rank needs other preparations than for `job`: those between are a group,
   * are handed out in their order, and to one rank as long as there are groups that nobody has begun; NULL: all are one */
  uint64_t (*group_end)(void *ctx, uint64_t job);
  void (*begin)(void *ctx, uint64_t job, void *state);                     /* initialise the state: round 0 */
  void (*order)(void *ctx, const void *state, uint32_t part, void *order); /* what to do for this part now */
  void (*compute)(void *ctx, const void *order, void *result);             /* the expensive one; cannot fail:
                                                                               failures are part of the result */
  void (*absorb)(void *ctx, void *state, uint32_t part, const void *result);
  bool (*advance)(void *ctx, void *state); /* after all parts: true if another round is needed */
  /* on the rank that holds the state, not collective: stores the job, or keeps it to be stored with others, and
   * adds what rank 0 is to know of it to *report, which began as zeros */
  int (*finish)(void *ctx, const void *state, void *report, wd_error *err);
  void (*report)(void *ctx,
                 const void *report); /* on rank 0, for every report: on one finished job or several */
  /* on every rank, several times a second; true on any rank: no more work is handed out, what is in flight
   * ends. On rank 0 with the present progress. */
  bool (*should_stop)(void *ctx);
} wd_job_ops;

/* How ranks spent their time [s]: in `compute`, in `finish`, and asleep for want of work. */
typedef struct wd_job_times {
  double computing, storing, waiting;
  double elapsed;
} wd_job_times;

typedef struct wd_job_summary {
  uint64_t finished;  /* jobs finished in this call, over all ranks */
  bool stopped;       /* left early because should_stop said so */
  int stopper;        /* the rank on which it did */
  wd_job_times times; /* sums over the ranks */
  uint64_t messages;  /* received by rank 0 */
} wd_job_summary;

/* For a `compute` that may last longer than some milliseconds: call it that often. Rank 0 looks after its
 * workers meanwhile, so the other functions of wd_job_ops may be called for other jobs and must not touch
 * what `compute` works with. True: the run is over; return at once, the result will not be used. Cheap; false
 * outside a run. */
bool wd_jobs_poll(void);

/* Runs all wanted jobs. Collective over comm. An error of `finish` on any rank ends the run with that status
 * on all ranks (WD_ERR_STOPPED is not an error here: see summary->stopped). Works with any number of ranks.
 */
int wd_jobs_run(const wd_job_ops *ops, MPI_Comm comm, wd_job_summary *summary, wd_error *err);

#endif
