/* A library to be preloaded (LD_PRELOAD) that makes a scan slow, on any machine alike: MPI_Wtime, which a rank asks
 * between batches of samples whether a message may be waiting, takes BRAKE milliseconds longer. The results are
 * the same.
 */
#include <stdlib.h>
#include <time.h>

double MPI_Wtime(void);
double PMPI_Wtime(void);

double MPI_Wtime(void) {
  static long delay = -1; /* ms */
  if (delay < 0) delay = getenv("BRAKE") ? atol(getenv("BRAKE")) : 0;
  nanosleep(&(struct timespec){.tv_sec = delay / 1000, .tv_nsec = delay % 1000 * 1000000}, NULL);
  return PMPI_Wtime();
}
