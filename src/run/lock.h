/* One running scan per result file: an advisory lock on FILE.lock, held by rank 0 while it writes to FILE.
 *
 * The lock belongs to the process and ends with it, however it ends; a lock file left behind means nothing.
 */
#ifndef WDSCAN_LOCK_H
#define WDSCAN_LOCK_H

#include "wdscan/status.h"

typedef struct wd_lock {
  int fd;
  char path[1088];
} wd_lock;

/* Errors: WD_ERR_IO if another process holds it (the message says which) or the lock file cannot be made.
 * Where the file system knows no locks, says so on stderr and goes on without. */
int wd_lock_acquire(wd_lock *lock, const char *file, wd_error *err);

/* Releases the lock and removes the lock file. */
void wd_lock_release(wd_lock *lock);

#endif
