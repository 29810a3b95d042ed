/* See wdscan/version.h. The Makefile defines WD_VERSION, from the file VERSION, WD_COMMIT and WD_CFLAGS. */
#include "wdscan/version.h"

#include <stddef.h>

const char *wd_version(void) {
  return WD_VERSION;
}

const char *wd_version_commit(void) {
  return WD_COMMIT;
}

const char *wd_version_compiler(void) {
  return __VERSION__ ", " WD_CFLAGS;
}

const char *const wd_papers[] = {"Foldenauer & Hoefken Zink (arXiv:2405.00094)",
                                 "Braaten & Segel (Phys. Rev. D 48, 1478)",
                                 "Lepage (J. Comput. Phys. 439, 110386)", NULL};
