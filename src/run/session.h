/* The MPI side of a command: start, end, and agreement of all ranks on an error. */
#ifndef WDSCAN_SESSION_H
#define WDSCAN_SESSION_H

#include "wdscan/status.h"
#include <mpi.h>

typedef struct wd_session {
  MPI_Comm comm;
  int rank, size;
} wd_session;

/* Initialises MPI. WD_ERR_USAGE if a launcher started several tasks that do not know of each other (srun
 * without its PMI plugin, the mpirun of another MPI): each would compute the whole scan. Collective. */
int wd_session_start(wd_session *session, wd_error *err);

/* Prints, on rank 0, the error that all ranks have agreed on (if status is not WD_OK) before any rank can leave:
 * at the first exit code that is not 0 a launcher ends the others. Then finalises MPI, unless a failing disk has
 * left HDF5 in a state in which that would crash. Collective. */
void wd_session_end(wd_session *session, int status, wd_error *err);

/* Gives all ranks the error of the lowest rank that has one; returns its status, WD_OK if there is none.
 * Collective. */
int wd_session_agree(const wd_session *session, int status, wd_error *err);

#endif
