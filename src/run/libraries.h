/* What this program is made of. */
#ifndef WDSCAN_LIBRARIES_H
#define WDSCAN_LIBRARIES_H

#include <stdio.h>

/* Prints version and commit, then compiler and libraries, one a line. */
void wd_libraries_write(FILE *out);

#endif
