/* Requests to stop early: a signal on any rank; a time limit and a stop file, which rank 0 looks after.
 *
 * The signal handler sets a flag and does nothing else. The clock is a function of the caller (MPI_Wtime), so
 * that time limits are tested without waiting.
 */
#ifndef WDSCAN_STOP_H
#define WDSCAN_STOP_H

#include <stdbool.h>

typedef struct wd_stop {
  double (*now)(void); /* s */
  double deadline;     /* s of that clock */
  double limit;        /* s from the start */
  double next_look;    /* when the stop file is looked for again, s of that clock */
  char file[1088];     /* the stop file */
  char reason[1152];   /* why to stop; "": go on */
} wd_stop;

/* Notes whether SIGHUP is ignored, as by nohup: then it stays so. To be called before a library changes that. */
void wd_stop_note_nohup(void);

/* Catches SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGXCPU and SIGHUP (unless that is ignored, as by nohup) from now on, on all ranks: before MPI_Init, since an early signal would
 * kill. A second SIGINT kills. Also makes a file-size limit and a reader that is gone errors of write() instead of
 * signals. */
void wd_stop_catch_signals(void);

/* Starts the time limit of `max_time` s (infinity: none). The stop file is `result_file`.stop (NULL: none);
 * one that is there already is from before the run, and removed with a warning. */
void wd_stop_start(wd_stop *stop, double max_time, const char *result_file, double (*now)(void));

/* Is it time to stop? Once true it stays so, and stop->reason says why. The stop file is removed when found,
 * so that it does not stop the next run too. */
bool wd_stop_asked(wd_stop *stop);

#endif
