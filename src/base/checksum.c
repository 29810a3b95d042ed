/* FNV-1a, 64 bits: xor with the byte, multiply by a prime. Both steps are invertible, so two inputs that
 * differ in one byte never have the same sum. */
#include "base/checksum.h"

const uint64_t wd_checksum_start = 0xcbf29ce484222325u; /* the offset basis of FNV-1a */

uint64_t wd_checksum(uint64_t sum, const void *data, size_t size) {
  const unsigned char *byte = data;
  for (size_t i = 0; i < size; i++) sum = (sum ^ byte[i]) * 0x100000001b3u;
  return sum;
}
