/* What went wrong inside HDF5, in words for the user; internal to src/store*.c. */
#ifndef WDSCAN_HDF5_ERROR_H
#define WDSCAN_HDF5_ERROR_H

#include <stddef.h>

/* Stops HDF5 from printing its error stack; the messages below take its place. */
void wd_hdf5_quiet(void);

/* The cause of the HDF5 call that has just failed: the system's words ("No space left on device") where the
 * error stack has them, else those of errno = `error` if it is not 0, else the innermost entry of the stack.
 */
void wd_hdf5_cause(int error, char *text, size_t size);

#endif
