/* The MPI side of a command; see run/session.h. */
#include "run/session.h"

#include "base/log.h"
#include "run/launcher.h"
#include "store/manners.h"
#include <stdlib.h>
#include <unistd.h>

/* Settings of Open MPI that must be made before MPI_Init; the user's own go first. */
static void set_defaults(void) {
  setenv("OMPI_MCA_mpi_yield_when_idle", "1",
         /*overwrite=*/0); /* waiting ranks leave the core to computing ones */
  /* ROMIO, whose name has its version in it, before OMPIO, which leaves files beside the data when it is killed:
   * OMPIO's priority goes below the 10 of ROMIO. */
  setenv("OMPI_MCA_io_ompio_priority", "5", 0);
}

static int refuse_singletons(const char *launcher, long tasks, wd_error *err) {
  return wd_fail(
      err, WD_ERR_USAGE,
      "%s started %ld tasks that do not form one MPI job: each would run the whole scan; use the mpirun of "
      "the MPI that wdscan is built with (`wdscan --version`), or `srun --mpi=pmix` (see `srun --mpi=list`)",
      launcher, tasks);
}

int wd_session_start(wd_session *session, wd_error *err) {
  long tasks = wd_launcher_srun_tasks(), ranks = wd_launcher_ranks();
  if (tasks && !getenv("PMIX_RANK") && !getenv("PMI_RANK")) return refuse_singletons("srun", tasks, err);
  set_defaults();
  session->comm = MPI_COMM_WORLD;
  if (MPI_Init(NULL, NULL) != MPI_SUCCESS) return wd_fail(err, WD_ERR_INTERNAL, "MPI_Init failed");
  MPI_Comm_rank(session->comm, &session->rank);
  MPI_Comm_size(session->comm, &session->size);
  if (session->size > 1 || (!tasks && ranks <= 1)) return WD_OK;
  MPI_Finalize();
  return tasks ? refuse_singletons("srun", tasks, err) : refuse_singletons("the launcher", ranks, err);
}

void wd_session_end(wd_session *session, int status, wd_error *err) {
  fflush(stdout); /* a failure is seen when the program ends */
  if (session->rank == 0 && status) wd_log(WD_LOG_ERROR, "%s", err->message);
  err->said = true;
  MPI_Barrier(session->comm);
  if (!wd_hdf5_broken()) MPI_Finalize();
}

/* An error that rank 0 does not have is one of this rank. */
static void name_rank(const wd_session *session, int status, wd_error *err) {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  if (session->rank > 0) wd_fail_context(err, status, "rank %d (host %s)", session->rank, host);
}

int wd_session_agree(const wd_session *session, int status, wd_error *err) {
  wd_error none = {.status = WD_OK}, *shared = err ? err : &none;
  int mine = status ? session->rank : session->size, first;
  MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, session->comm);
  if (first == session->size) return WD_OK;
  if (first == session->rank && !err) wd_fail(shared, status, "%s", wd_status_text(status));
  if (first == session->rank) name_rank(session, status, shared);
  MPI_Bcast(shared, (int)sizeof *shared, MPI_BYTE, first, session->comm);
  return shared->status;
}
