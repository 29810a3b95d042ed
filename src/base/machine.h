/* The machine on which this process runs: what a fault may depend on, without names of users or hosts. */
#ifndef WDSCAN_MACHINE_H
#define WDSCAN_MACHINE_H

#include <stdio.h>

/* Writes it as lines "name: value": kernel, processor, cores, memory, limits of this process, the file system of `folder`, which is not named, and those
 * environment variables of a fixed list that are set. */
void wd_machine_write(const char *folder, FILE *out);

#endif
