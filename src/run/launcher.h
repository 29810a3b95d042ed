/* What the environment tells of the program that started this process: mpirun, mpiexec or srun. Needs no MPI. */
#ifndef WDSCAN_LAUNCHER_H
#define WDSCAN_LAUNCHER_H

#include <stdbool.h>

/* Notes which process is the launcher, or its daemon on this node. To be called before MPI_Init, which may wait. */
void wd_launcher_note(void);

/* Has that process ended? Not all MPI libraries end a rank that it leaves behind. */
bool wd_launcher_gone(void);

/* The rank that this process will have in its MPI job; 0 without a launcher. */
int wd_launcher_rank(void);

/* How many processes mpirun or mpiexec started together with this one, or 0. */
long wd_launcher_ranks(void);

/* How many tasks srun started, if this is one of several, else 0. Ranks of an mpirun that came by srun are none. */
long wd_launcher_srun_tasks(void);

#endif
