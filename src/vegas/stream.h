/* Random numbers of the VEGAS+ integrator: Philox4x64-10, key = {seed, work}, counter = {block, iteration,
 * 0, 0}. Block g * D + d holds coordinate d of the four samples 4g ... 4g+3 of the iteration. */
#ifndef WDSCAN_VEGAS_STREAM_H
#define WDSCAN_VEGAS_STREAM_H

#include "wdscan/vegas.h"

#include <Random123/philox.h>
#include <string.h>

/* 52 random bits to the middle of one of 2^52 equal parts of (0, 1): never 0 or 1. */
static inline double wd_vegas_uniform(uint64_t bits) {
  bits = bits >> 12 | UINT64_C(0x3ff0000000000000);
  double one_to_two;
  memcpy(&one_to_two, &bits, sizeof bits);
  return one_to_two - (1 - 0x1p-53);
}

/* Coordinate `axis` of n samples from sample 4 * group on; u holds n rounded up to a multiple of 4. */
static inline void wd_vegas_uniforms(wd_stream stream, uint64_t iteration, uint64_t group, size_t axis,
                                     size_t dim, size_t n, double *u) {
  const philox4x64_key_t key = {{stream.seed, stream.work}};
  for (size_t i = 0; i < n; i += 4, group++) {
    const philox4x64_ctr_t counter = {{group * dim + axis, iteration, 0, 0}};
    const philox4x64_ctr_t r = philox4x64(counter, key);
    for (size_t j = 0; j < 4; j++) u[i + j] = wd_vegas_uniform(r.v[j]);
  }
}

#endif
