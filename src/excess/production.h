/* Production of real A' by a plasma that absorbs; (P.41) to (P.43) of docs/physics.md.
 *
 * With the A' on its mass shell, omega^2 = k^2 + m^2, w = k/omega, and q^2(w) of the plasmon branch of that w,
 *   L/eps^2 = int ds dk g G y/[(m^2 - q^2 (1 - r))^2 + y^2]   [erg/s],   G = dV/ds m^4 k^2 n_B(omega)/(2 pi^2)
 * for both branches, with g = 2, y = omega Gamma (transverse) and g = 1, y = (m^2/omega^2) omega Gamma
 * (longitudinal); Gamma of matter/absorption.h. In the variable u of the resonance map y/[...] = kappa/[q^2 (u^2 +
 * kappa^2)] with kappa = y/q^2. For Gamma -> 0 it is the resonant part (P.25); the rest of it is the continuum.
 */
#ifndef WDSCAN_PRODUCTION_H
#define WDSCAN_PRODUCTION_H

#include "excess/emissivity.h"
#include "matter/absorption.h"

#define WD_PRODUCTION_PREFACTOR                                                                              \
  (WD_EV_ERG / (2 * WD_PI * WD_PI * WD_HBARC_CM * WD_HBARC_CM * WD_HBARC_CM * WD_HBAR_S))

/* Has this polarisation (enum wd_polarization) a continuum? */
static inline bool wd_has_continuum(int polarization) {
  return polarization == WD_TRANSVERSE || polarization == WD_LONGITUDINAL;
}

/* States of the branches. */
#define WD_STATES_TRANSVERSE 2.0
#define WD_STATES_LONGITUDINAL 1.0

/* G at momentum k and energy omega [erg/s eV^-1 eV^2]. */
WD_INLINE double wd_production_kernel(const wd_local *l, double m2, double k, double omega) {
  return WD_PRODUCTION_PREFACTOR * l->volume * m2 * m2 * k * k * wd_bose(omega / l->temperature);
}

/* y of the transverse branch at s [eV^2]. */
WD_INLINE double wd_production_width(const wd_absorption *absorption, double s, double omega,
                                     double temperature) {
  return omega * wd_absorption_at(absorption, s, omega / temperature);
}

/* The momentum coordinate x in (0, 1): k = scale x/(1-x). */
WD_INLINE double wd_boson_momentum(double scale, double x, double *slope) {
  *slope = scale / ((1 - x) * (1 - x));
  return scale * x / (1 - x);
}

#endif
