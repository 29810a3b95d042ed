/* Ends the process with exit code 3 when a call does not come back: collective HDF5 calls hang for ever when
 * a disk fails under one of the ranks. One at a time. */
#ifndef WDSCAN_WATCHDOG_H
#define WDSCAN_WATCHDOG_H

/* From now on the process has `seconds` until wd_watchdog_stop(); after that it prints `message` and ends. */
void wd_watchdog_start(unsigned seconds, const char *message);

void wd_watchdog_stop(void);

#endif
