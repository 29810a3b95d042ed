/* Plasmon dispersion after Braaten & Segel, Phys. Rev. D 48 (1993) 1478, explicit in the phase-velocity
 * coordinate; equations (P.n) are those of docs/physics.md.
 *
 * With w = k/omega in [0, 1), e = 1 - w^2 (carried by itself: it may be 1e-12) and Y = (v_* w)^2:
 *   transverse   q^2 = omega^2 - k^2 = omega_p^2 S_t(Y),   omega^2 = q^2/e
 *   longitudinal omega^2 = omega_p^2 S_l(Y),               q^2 = e omega^2            (P.11)-(P.13)
 * where 2 S_t + (1 - Y) S_l = 3. No root has to be found. Residues (P.14):
 *   Z_t = 2 (1-Y) / [3 e/S_t + (2-e)(1-Y) - 2 e],    Z_l = 2 (1-Y) / [3/S_l - (1-Y)]
 * With dk/dw at fixed plasma they cancel (P.15): Z_t dk/dw = omega/e, Z_l dk/dw = omega.
 */
#ifndef WDSCAN_DISPERSION_H
#define WDSCAN_DISPERSION_H

#include "base/vector_math.h"

/* S_t, S_l and their derivatives with respect to Y. */
typedef struct wd_dispersion {
  double S_t, S_l, dS_t, dS_l;
} wd_dispersion;

/* 0 <= Y < 1. S_l = 3 (artanh(y)/y - 1)/Y = 3 sum Y^n/(2n+3). */
WD_INLINE wd_dispersion wd_dispersion_at(double Y) {
  wd_dispersion d;
  double slope, rest = wd_artanh_rest(Y, &slope);
  d.S_l = 3 * rest;
  d.dS_l = 3 * slope;
  d.S_t = 0.5 * (3 - (1 - Y) * d.S_l);
  d.dS_t = 0.5 * (d.S_l - (1 - Y) * d.dS_l);
  return d;
}

WD_INLINE double wd_residue_transverse(double e, double Y, const wd_dispersion *d) {
  return 2 * (1 - Y) / (3 * e / d->S_t + (2 - e) * (1 - Y) - 2 * e);
}

WD_INLINE double wd_residue_longitudinal(double Y, const wd_dispersion *d) {
  return 2 * (1 - Y) / (3 / d->S_l - (1 - Y));
}

/* 1/(exp(z) - 1) */
WD_INLINE double wd_bose(double z) {
  return 1 / wd_expm1(z);
}

#endif
