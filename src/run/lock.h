/* One running scan per result file: an advisory lock on FILE.lock, held by rank 0 while it writes to FILE.
 *
 * A file with several names (hard links) is locked itself, too, at a byte that no result has, so that readers, who may
 * lock it for HDF5, do not mind. The lock belongs to the process and ends with it, however it ends; a lock file left behind means nothing.
 */
#ifndef WDSCAN_LOCK_H
#define WDSCAN_LOCK_H

#include "wdscan/status.h"
#include <stdbool.h>

enum { WD_LOCK_MARK = 384 }; /* bytes */

typedef struct wd_lock {
  int fd;
  int file; /* the result file itself, locked where it has several names; else -1 */
  char path[1088];
  char mark[WD_LOCK_MARK]; /* what the lock file holds: of no other run */
} wd_lock;

/* Errors: WD_ERR_IO if another process holds it (the message says which) or the lock file cannot be made.
 * Where the file system knows no locks, says so on stderr and goes on without. */
int wd_lock_acquire(wd_lock *lock, const char *file, wd_error *err);

/* Is a scan writing to `file`? `owner` becomes its "host pid", or "". WD_LOCK_UNKNOWN: `owner`, on another host, has not
 * ended in order, and locks are not seen from host to host everywhere; or the lock file cannot be read. */
enum wd_lock_state { WD_LOCK_FREE, WD_LOCK_HELD, WD_LOCK_UNKNOWN };
int wd_lock_look(const char *file, char owner[WD_LOCK_MARK]);

/* Does this process see, for `file`, the lock file with this mark? Else its folder is another one than that of the
 * process that holds the lock, on a disk of another host. Waits for a second for a slow file system. */
bool wd_lock_seen(const char *file, const char *mark);

/* Releases the lock and removes the lock file. */
void wd_lock_release(wd_lock *lock);

#endif
