/* What went wrong inside HDF5: one line taken from its error stack. */
#include "hdf5_error.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>

void wd_hdf5_quiet(void) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/* Called for each entry from the innermost outwards. The first one is kept, unless a later one carries the
 * words of the operating system or of MPI. */
static herr_t look_at(unsigned n, const H5E_error2_t *entry, void *text) {
  static const char system_words[] = "error message = '";
  char *cause = text;
  if (!entry->desc) return 0;
  const char *words = strstr(entry->desc, system_words);
  if (words) {
    words += sizeof system_words - 1;
    snprintf(cause, 256, "%.*s", (int)strcspn(words, "'"), words);
    return 1;
  }
  if (n == 0 || strncmp(entry->desc, "MPI_ERR_", 8) == 0) snprintf(cause, 256, "%s", entry->desc);
  return 0;
}

void wd_hdf5_cause(char *text, size_t size) {
  char cause[256] = "unknown HDF5 error";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, look_at, cause);
  H5Eclear2(H5E_DEFAULT);
  snprintf(text, size, "%s", cause);
}
