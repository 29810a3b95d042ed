/* The MPI side of a command; see wdscan/session.h. */
#include "wdscan/session.h"

#include <stdlib.h>

/* Settings of Open MPI that must be made before MPI_Init; the user's own go first. */
static void set_defaults(void) {
  setenv("OMPI_MCA_mpi_yield_when_idle", "1",
         /*overwrite=*/0); /* waiting ranks leave the core to computing ones */
  setenv("OMPI_MCA_sharedfp", "^sm,lockedfile",
         0); /* no shared file pointers, hence no lock files beside the data */
}

/* Tasks of a SLURM job step that found no PMI server come up as so many MPI jobs of one rank. */
static int singletons(void) {
  const char *tasks = getenv("SLURM_STEP_NUM_TASKS");
  return tasks && atoi(tasks) > 1 && getenv("SLURM_PROCID") && !getenv("OMPI_COMM_WORLD_SIZE") ? atoi(tasks)
                                                                                               : 0;
}

int wd_session_start(wd_session *session, wd_error *err) {
  set_defaults();
  session->comm = MPI_COMM_WORLD;
  if (MPI_Init(NULL, NULL) != MPI_SUCCESS) return wd_fail(err, WD_ERR_INTERNAL, "MPI_Init failed");
  MPI_Comm_rank(session->comm, &session->rank);
  MPI_Comm_size(session->comm, &session->size);
  int tasks = session->size == 1 ? singletons() : 0;
  if (!tasks) return WD_OK;
  MPI_Finalize();
  return wd_fail(err, WD_ERR_USAGE,
                 "srun started %d tasks that do not form one MPI job: each would run the whole scan; use "
                 "`srun --mpi=pmix` (see `srun --mpi=list`) or mpirun",
                 tasks);
}

void wd_session_end(wd_session *session) {
  (void)session;
  MPI_Finalize();
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
