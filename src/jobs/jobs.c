/* Distribution of work over MPI ranks: the entry point.
 *
 * wd_jobs_run() makes a communicator of its own, lets rank 0 be the master (master.c) and the others workers
 * (worker.c), and gives all ranks the same outcome. What a rank gets is decided in policy.c; task.c has what both
 * sides use.
 */
#include "jobs/private.h"

#include <assert.h>

/* The run in progress, for wd_jobs_poll. */
static wd_jobs_master *present_master;
static wd_jobs_worker *present_worker;

bool wd_jobs_poll(void) {
  if (!present_master && !present_worker)
    return false; /* no run, hence perhaps no MPI, whose clock is used */
  return wd_jobs_look_due() &&
         (present_master ? wd_jobs_master_poll(present_master) : wd_jobs_worker_poll(present_worker));
}

/* The run itself, with everything prepared. Collective. */
static void run(wd_jobs_master *master, wd_jobs_worker *worker, MPI_Comm comm, wd_job_summary *summary,
                wd_error *err) {
  wd_job_times times = {0};
  double start = MPI_Wtime();
  present_master = master;
  present_worker = worker;
  if (master)
    wd_jobs_master_run(master, summary, err);
  else
    wd_jobs_worker_run(worker, &times);
  present_master = NULL;
  present_worker = NULL;
  if (master) times = summary->times;
  times.elapsed = MPI_Wtime() - start;
  MPI_Reduce(&times, &summary->times, sizeof times / sizeof(double), MPI_DOUBLE, MPI_SUM, 0, comm);
}

int wd_jobs_run(const wd_job_ops *ops, MPI_Comm comm, wd_job_summary *summary, wd_error *err) {
  assert(ops->parts > 0);
  struct {
    wd_error error;
    wd_job_summary summary;
  } outcome = {0};
  wd_jobs_master *master = NULL;
  wd_jobs_worker *worker = NULL;
  MPI_Comm own;
  int rank, failed;
  MPI_Comm_dup(comm, &own);
  MPI_Comm_rank(own, &rank);
  failed = rank == 0 ? wd_jobs_master_create(&master, ops, own, &outcome.error)
                     : wd_jobs_worker_create(&worker, ops, own, &outcome.error);
  MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, own);
  if (failed) {
    wd_fail(&outcome.error, failed, "out of memory while preparing the distribution of work");
  } else {
    run(master, worker, own, &outcome.summary, &outcome.error);
    MPI_Bcast(&outcome, sizeof outcome, MPI_BYTE, 0, own);
  }
  wd_jobs_master_free(master);
  wd_jobs_worker_free(worker);
  MPI_Comm_free(&own);
  if (summary) *summary = outcome.summary;
  if (err) *err = outcome.error;
  return outcome.error.status;
}
