/* The launcher's variables; see run/launcher.h. */
#include "run/launcher.h"

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

/* The first of these variables that is set, as a number; `none` if there is none. */
static long first_set(const char *const *names, long none) {
  for (; *names; names++)
    if (getenv(*names)) return atol(getenv(*names));
  return none;
}

/* Open MPI's mpirun; PMIx, by which srun starts ranks too; MPICH, Intel MPI and Cray. */
static const char *const rank_names[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", NULL};
static const char *const size_names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", NULL};

static pid_t parent; /* 0: no launcher */

void wd_launcher_note(void) {
  parent = first_set(rank_names, -1) < 0 ? 0 : getppid();
}

bool wd_launcher_gone(void) {
  return parent && getppid() != parent;
}

int wd_launcher_rank(void) {
  long rank = first_set(rank_names, 0);
  return rank > 0 ? (int)rank : 0;
}

long wd_launcher_ranks(void) {
  return first_set(size_names, 0);
}

/* Within a batch script SLURM_NTASKS is set too, but no step's variable, and SLURM_PROCID is 0. */
long wd_launcher_srun_tasks(void) {
  static const char *const step[] = {"SLURM_STEP_NUM_TASKS", NULL}, *const job[] = {"SLURM_NTASKS", NULL},
                           *const task[] = {"SLURM_PROCID", NULL};
  if (getenv("OMPI_COMM_WORLD_SIZE")) return 0;
  long tasks = first_set(step, 0);
  if (tasks == 0 && first_set(task, 0) > 0) tasks = first_set(job, 0);
  return tasks > 1 ? tasks : 0;
}
