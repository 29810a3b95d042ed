/* Elementary functions for loops that the compiler vectorises: no branches, no calls, standard C.
 *
 * Each is a fixed sequence of IEEE operations, so that its bits are the same in every build and on every
 * processor, vectorised or not, unlike those of the C library. Good to 2 ulp; NaN in, NaN out.
 */
#ifndef WDSCAN_VECTOR_MATH_H
#define WDSCAN_VECTOR_MATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Functions that hold the hot loops are compiled for several instruction sets, and the processor chooses at start, if
 * compiler and C library can do that. Contraction being off, all versions give the same bits. A build for one processor
 * (-march=native) has one version. */
#if defined __x86_64__ && defined __gnu_linux__ && !defined __AVX2__ && !defined WD_ONE_VERSION &&           \
    __GNUC__ >= 12 && !defined __clang__
#define WD_SEVERAL_VERSIONS
#define WD_VERSIONS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WD_VERSIONS
#endif
/* For what must be compiled into every version. */
#define WD_INLINE static inline __attribute__((always_inline))

WD_INLINE uint64_t wd_bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

WD_INLINE double wd_double_of(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* Like fmin and fmax for numbers; if either is NaN, the second argument is returned. */
WD_INLINE double wd_min(double a, double b) {
  return a < b ? a : b;
}
WD_INLINE double wd_max(double a, double b) {
  return a > b ? a : b;
}

/* exp(x) - 1. With x = n ln 2 + r, |r| <= ln(2)/2, it is 2^n expm1(r) + (2^n - 1); Taylor's series for expm1(r) ends
 * below 2e-17 of it. */
WD_INLINE double wd_expm1(double x) {
  const double per_ln2 = 0x1.71547652b82fep+0;
  const double ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33; /* n ln2_high is exact */
  const double shifter = 0x1.8p52; /* adding it rounds to an integer, kept in the low bits */
  x = x > 710 ? 710 : x;           /* infinity from 709.79 on */
  x = x < -700 ? -700 : x;         /* where the result is -1 */
  const double shifted = x * per_ln2 + shifter, n = shifted - shifter;
  const double r = (x - n * ln2_high) - n * ln2_low;
  const double half_power = wd_double_of((wd_bits_of(shifted) + 1022) << 52); /* 2^(n-1) */
  double p = 1.0 / 6227020800;
  p = p * r + 1.0 / 479001600;
  p = p * r + 1.0 / 39916800;
  p = p * r + 1.0 / 3628800;
  p = p * r + 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 1.0 / 2;
  p = p * (r * r) + r;
  return 2 * (half_power * p + (half_power - 0.5));
}

/* ln x for normal x > 0. With x = 2^n m, m near 1, it is n ln 2 + 2 artanh z, z = (m - 1)/(m + 1), |z| < 0.172; the
 * series ends below 1e-17. */
WD_INLINE double wd_ln(double x) {
  const double ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;
  const uint64_t root_half = UINT64_C(0x3fe6a09e667f3bcd);
  const uint64_t n = (wd_bits_of(x) - root_half + (UINT64_C(1023) << 52)) >> 52; /* exponent + 1023 */
  const double octaves = wd_double_of(n | UINT64_C(0x4330000000000000)) - 0x1p52 - 1023;
  const double m = wd_double_of(wd_bits_of(x) - ((n - 1023) << 52)), z = (m - 1) / (m + 1), t = z * z;
  double p = 2.0 / 21;
  for (int i = 19; i > 1; i -= 2) p = p * t + 2.0 / i;
  return octaves * ln2_high + (2 * z + (z * (t * p) + octaves * ln2_low));
}

/* P(Y) = (artanh(y)/y - 1)/Y with y = sqrt(Y), 0 <= Y < 1, that is 1/3 + Y/5 + Y^2/7 + ..., and its derivative. Above
 * Y = 0.1 the argument is brought near zero: for every n
 *   artanh y = n ln(2)/2 + artanh z,   z = ((1+y)^2 - 2^n (1-Y))/((1+y)^2 + 2^n (1-Y)),
 * and |z| < 0.21 if 2^n is the power of two nearest to (1+y)^2/(1-Y), which the bits of the two tell well enough. */
WD_INLINE double wd_artanh_rest(double Y, double *slope) {
  const double half_ln2 = 0x1.62e42fefa39efp-2;
  const int is_small = Y < 0.1;
  const double y = sqrt(Y), a = (1 + y) * (1 + y), b = 1 - Y;
  const uint64_t n = (wd_bits_of(a) - wd_bits_of(b) + (UINT64_C(1) << 51)) >> 52;
  const double scaled = b * wd_double_of((n + 1023) << 52);
  const double octaves = wd_double_of(n | UINT64_C(0x4330000000000000)) - 0x1p52;
  const double z = (a - scaled) / (a + scaled), t = is_small ? Y : z * z;
  double p = 1.0 / 33, dp = 15.0 / 33;
  for (int i = 14; i > 0; i--) {
    p = p * t + 1.0 / (2 * i + 3);
    dp = dp * t + (double)i / (2 * i + 3);
  }
  p = p * t + 1.0 / 3;
  const double rest = (octaves * half_ln2 + (z - y)) + z * (t * p); /* artanh y - y */
  const double P = is_small ? p : rest / (Y * y);
  const double dP = 0.5 / Y * (1 / (1 - Y) - 3 * P);
  *slope = is_small ? dp : dP;
  return P;
}

#endif
