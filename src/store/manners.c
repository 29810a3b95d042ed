/* HDF5's manners; see store/manners.h. */
#include "store/manners.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAUSE = 256 }; /* bytes of a message */

void wd_hdf5_prepare(void) {
  H5dont_atexit(); /* MPI_Finalize ends it */
  setenv("HDF5_USE_FILE_LOCKING", "BEST_EFFORT", /*overwrite=*/0);
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

static bool broken;

herr_t wd_hdf5_close(hid_t file) {
  herr_t closed = H5Fclose(file);
  broken = broken || closed < 0;
  return closed;
}

bool wd_hdf5_broken(void) {
  return broken;
}

/* Called for each entry of the stack from the innermost outwards. The first one is kept, unless a later one
 * has the words of the operating system or of MPI. */
static herr_t look_at(unsigned n, const H5E_error2_t *entry, void *text) {
  static const char marker[] = "error message = '";
  char *cause = text;
  const char *words = entry->desc ? strstr(entry->desc, marker) : NULL;
  if (words) {
    words += sizeof marker - 1;
    snprintf(cause, CAUSE, "%.*s", (int)strcspn(words, "'"), words);
    return 1;
  }
  if (entry->desc && (n == 0 || strstr(entry->desc, "MPI_ERR_"))) snprintf(cause, CAUSE, "%s", entry->desc);
  return 0;
}

void wd_hdf5_cause(int error, char *text, size_t size) {
  char cause[CAUSE] = "unknown HDF5 error";
  herr_t found = H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, look_at, cause);
  H5Eclear2(H5E_DEFAULT);
  snprintf(text, size, "%s", found > 0 || error == 0 ? cause : strerror(error));
}
