/* What this program was made of. */
#ifndef WDSCAN_VERSION_H
#define WDSCAN_VERSION_H

#include <stdio.h>

/* Prints version and commit, then compiler and libraries, one a line. */
void wd_version_write(FILE *out);

#endif
