/* 64-bit checksums (FNV-1a) of what lies in result files. Any change of a single byte changes the sum. */
#ifndef WDSCAN_CHECKSUM_H
#define WDSCAN_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Continues the checksum `sum` with further bytes; start with wd_checksum_start. */
uint64_t wd_checksum(uint64_t sum, const void *data, size_t size);

extern const uint64_t wd_checksum_start;

#endif
