/* For tests of result files that all MPI ranks open: one file in a folder of its own, which rank 0 makes and removes. */
#ifndef WDSCAN_TESTING_MPI_H
#define WDSCAN_TESTING_MPI_H

#include "testing.h"

#include <mpi.h>
#include <unistd.h>

static char folder[64], path[96];
static int rank, ranks;

static inline void start_mpi(int *argc, char ***argv) {
  setenv("OMPI_MCA_sharedfp", "individual", 0); /* no lock files beside the result */
  MPI_Init(argc, argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
}

static inline int make_folder(void **unused) {
  (void)unused;
  strcpy(folder, "/tmp/wdscan_files_XXXXXX");
  if (rank == 0 && !mkdtemp(folder)) return 1;
  MPI_Bcast(folder, sizeof folder, MPI_CHAR, 0, MPI_COMM_WORLD);
  snprintf(path, sizeof path, "%s/result.h5", folder);
  return 0;
}

static inline int remove_folder(void **unused) {
  (void)unused;
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank > 0) return 0;
  unlink(path);
  return rmdir(folder); /* fails if anything was left behind */
}

/* So that a test that failed on one rank does not disturb the next. */
static inline int wait_for_all(void **unused) {
  (void)unused;
  return MPI_Barrier(MPI_COMM_WORLD);
}

#endif
