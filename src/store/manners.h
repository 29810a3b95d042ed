/* HDF5's manners: no messages of its own, causes of failures in words for the user, an end in order. */
#ifndef WDSCAN_HDF5_MANNERS_H
#define WDSCAN_HDF5_MANNERS_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

/* Call it before anything of HDF5. Its error stack is no longer printed, the messages below take its place;
 * and it opens files on file systems that know no locks (run/lock.h keeps a second scan out). */
void wd_hdf5_prepare(void);

/* The cause of the HDF5 call that has just failed: the system's words ("No space left on device") where the
 * error stack has them, else those of errno = `error` if it is not 0, else the innermost entry of the stack.
 */
void wd_hdf5_cause(int error, char *text, size_t size);

/* H5Fclose. A file whose last writes failed stays half open, and HDF5 then crashes when it ends, with
 * MPI_Finalize at the latest: wd_hdf5_broken() tells, and the process has to end without it. */
herr_t wd_hdf5_close(hid_t file);
bool wd_hdf5_broken(void);

#endif
