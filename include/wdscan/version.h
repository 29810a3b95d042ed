/* What this program was made of. */
#ifndef WDSCAN_VERSION_H
#define WDSCAN_VERSION_H

#include <stdio.h>

/* "0.1.0" */
const char *wd_version(void);

/* Prints version and commit, then compiler and libraries, one a line. */
void wd_version_write(FILE *out);

#endif
