/* On what this process computes: whatever besides the sources decides the bits of results. */
#ifndef WDSCAN_PLATFORM_H
#define WDSCAN_PLATFORM_H

#include <stdio.h>

/* Writes it as lines "name: value": the identity of the running program's file, the vector instructions of the loops
 * that are compiled for several, the C library, and a checksum of what arithmetic and elementary functions return
 * (which sees another mathematical library, another choice within it, another rounding, flushed denormal numbers). */
void wd_platform_write(FILE *out);

#endif
