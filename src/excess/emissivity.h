/* Neutrino luminosity of the Standard Model by plasmon decay, on the plasmon-radius plane with the coordinates (w, s): w
 * of matter/plasmon_decay.h, whose kernels contain 4 pi r^2 dr/ds here, and s the node coordinate of the star's profile.
 */
#ifndef WDSCAN_EMISSIVITY_H
#define WDSCAN_EMISSIVITY_H

#include "matter/plasmon_decay.h"
#include "star/profile.h"
#include "wdscan/star.h"

/* In cell i of the profile at offset t. */
WD_INLINE wd_local wd_local_in(const wd_profile *profile, int32_t i, double t) {
  double r = wd_profile_value(profile, WD_PROFILE_RADIUS, i, t),
         v = wd_profile_value(profile, WD_PROFILE_V_STAR, i, t);
  wd_local l;
  l.volume = 4 * WD_PI * r * r * wd_profile_slope(profile, WD_PROFILE_RADIUS, i, t);
  l.frequency2 = wd_profile_value(profile, WD_PROFILE_FREQUENCY2, i, t);
  l.dfrequency2 = wd_profile_slope(profile, WD_PROFILE_FREQUENCY2, i, t);
  l.v2 = v * v;
  l.dv2 = 2 * v * wd_profile_slope(profile, WD_PROFILE_V_STAR, i, t);
  l.omega_axial = wd_profile_value(profile, WD_PROFILE_OMEGA_AXIAL, i, t);
  l.temperature = wd_profile_value(profile, WD_PROFILE_TEMPERATURE, i, t);
  return l;
}

WD_INLINE wd_local wd_local_at(const wd_profile *profile, double s) {
  double t;
  const int32_t i = wd_profile_cell(profile, s, &t);
  return wd_local_in(profile, i, t);
}

/* Standard-Model neutrino luminosity per unit sum_a C_a^2 [erg/s] of the star between s = low and high, by
 * nested Gauss-Legendre quadrature (relative accuracy 1e-7 for the smooth profile of a solved star). */
void wd_emissivity_quadrature(const wd_profile *profile, double low, double high,
                              double out[WD_POLARIZATIONS]);

#endif
