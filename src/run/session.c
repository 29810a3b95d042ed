/* The MPI side of a command; see run/session.h. */
#include "run/session.h"

#include "base/log.h"
#include "store/manners.h"
#include <stdlib.h>

/* Settings of Open MPI that must be made before MPI_Init; the user's own go first. */
static void set_defaults(void) {
  setenv("OMPI_MCA_mpi_yield_when_idle", "1",
         /*overwrite=*/0); /* waiting ranks leave the core to computing ones */
  /* ROMIO, where it is there: OMPIO leaves files beside the data when it is killed. */
  setenv("OMPI_MCA_io_romio321_priority", "100", 0);
  setenv("OMPI_MCA_io_romio341_priority", "100", 0);
}

static long number_in(const char *variable) {
  const char *text = getenv(variable);
  return text ? atol(text) : 0;
}

/* The number of tasks if this is one of several that srun started, else 0. Within a batch script SLURM_NTASKS
 * is set too, but no step's variable, and SLURM_PROCID is 0. */
static long tasks_of_srun(void) {
  if (getenv("OMPI_COMM_WORLD_SIZE"))
    return 0; /* mpirun's daemons may have come by srun; its ranks know each other */
  long tasks = number_in("SLURM_STEP_NUM_TASKS");
  if (tasks == 0 && number_in("SLURM_PROCID") > 0) tasks = number_in("SLURM_NTASKS");
  return tasks > 1 ? tasks : 0;
}

static int refuse_singletons(long tasks, wd_error *err) {
  return wd_fail(err, WD_ERR_USAGE,
                 "srun started %ld tasks that do not form one MPI job: each would run the whole scan; use "
                 "`srun --mpi=pmix` (see `srun --mpi=list`) or mpirun",
                 tasks);
}

int wd_session_start(wd_session *session, wd_error *err) {
  long tasks = tasks_of_srun();
  if (tasks && !getenv("PMIX_RANK") && !getenv("PMI_RANK")) return refuse_singletons(tasks, err);
  set_defaults();
  session->comm = MPI_COMM_WORLD;
  if (MPI_Init(NULL, NULL) != MPI_SUCCESS) return wd_fail(err, WD_ERR_INTERNAL, "MPI_Init failed");
  MPI_Comm_rank(session->comm, &session->rank);
  MPI_Comm_size(session->comm, &session->size);
  if (!tasks || session->size > 1) return WD_OK;
  MPI_Finalize();
  return refuse_singletons(tasks, err);
}

void wd_session_end(wd_session *session, int status, wd_error *err) {
  fflush(stdout); /* a failure is seen when the program ends */
  if (session->rank == 0 && status) wd_log(WD_LOG_ERROR, "%s", err->message);
  err->said = true;
  MPI_Barrier(session->comm);
  if (!wd_hdf5_broken()) MPI_Finalize();
}

int wd_session_agree(const wd_session *session, int status, wd_error *err) {
  wd_error none = {.status = WD_OK}, *shared = err ? err : &none;
  int mine = status ? session->rank : session->size, first;
  MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, session->comm);
  if (first == session->size) return WD_OK;
  if (mine == session->rank && !err) wd_fail(shared, status, "%s", wd_status_text(status));
  MPI_Bcast(shared, (int)sizeof *shared, MPI_BYTE, first, session->comm);
  return shared->status;
}
