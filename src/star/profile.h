/* The star as the integrands see it: radius, plasma frequency, v_*, omega_A and temperature as smooth
 * functions of a radial coordinate s, from the centre (s = 0) to the surface (s = cells).
 *
 * s is the continuous index of the profile's nodes: node i lies at s = i. Between nodes every quantity is a
 * cubic; a quantity that is monotonic at the nodes is monotonic between them. Nodes may be as dense as the
 * outermost layers need, whatever their thickness in km.
 */
#ifndef WDSCAN_PROFILE_H
#define WDSCAN_PROFILE_H

#include "base/vector_math.h"
#include "wdscan/status.h"
#include <stdbool.h>
#include <stddef.h>

enum wd_profile_quantity {
  WD_PROFILE_RADIUS,      /* r [cm] */
  WD_PROFILE_FREQUENCY2,  /* omega_p^2 [eV^2] */
  WD_PROFILE_V_STAR,      /* v_* */
  WD_PROFILE_OMEGA_AXIAL, /* omega_A [eV] */
  WD_PROFILE_TEMPERATURE, /* T [eV] */
  WD_PROFILE_QUANTITIES
};

/* The plasma at the two ends of a stretch of s. */
typedef struct wd_ends {
  double frequency2[2], v2[2]; /* omega_p^2 [eV^2], v_*^2 */
} wd_ends;

/* A stretch of s over which the largest and the smallest q^2 of transverse plasmons, omega_p^2 at w = 0 and
 * omega_p^2 S_t(v_*^2) at w = 1, each rise, fall, or stay the same. */
typedef struct wd_segment {
  double low, high; /* s at its ends, low < high */
  bool mixed;       /* one rises where the other falls */
  wd_ends ends;
} wd_segment;

typedef struct wd_profile {
  size_t cells; /* nodes - 1 */
  /* coefficient[(i * WD_PROFILE_QUANTITIES + q) * 4 + j]: quantity q at s = i + t is the sum over j of this
   * t^j */
  double *coefficient;
  wd_segment *segment;
  size_t segments;
} wd_profile;

/* values[q] has `nodes` values each; nodes >= 6. Errors: WD_ERR_MEMORY. Free with wd_profile_free. */
int wd_profile_create(const double *const values[WD_PROFILE_QUANTITIES], size_t nodes, wd_profile **out,
                      wd_error *err);
void wd_profile_free(wd_profile *profile);

/* The cell of s and the offset t in [0, 1] within it. Cells have numbers of 32 bits for the sake of vectorisation. */
WD_INLINE int32_t wd_profile_cell(const wd_profile *profile, double s, double *t) {
  const double last = (double)(int32_t)(profile->cells - 1);
  const int32_t i = (int32_t)wd_min(wd_max(s, 0), last);
  *t = s - (double)i;
  return i;
}

/* omega_p^2 [eV^2] at s, and omega_p^2 S_t(v_*^2): q^2 of transverse plasmons at w = 0 and at w = 1. */
double wd_profile_lowest(const wd_profile *profile, double s);
double wd_profile_highest(const wd_profile *profile, double s);

/* Quantity q in cell i at offset t, and its derivative with respect to s. */
WD_INLINE double wd_profile_value(const wd_profile *profile, int q, int32_t i, double t) {
  const double *c = profile->coefficient + 4 * q;
  const int32_t at = 4 * WD_PROFILE_QUANTITIES * i;
  return c[at] + t * ((c + 1)[at] + t * ((c + 2)[at] + t * (c + 3)[at]));
}

WD_INLINE double wd_profile_slope(const wd_profile *profile, int q, int32_t i, double t) {
  const double *c = profile->coefficient + 4 * q;
  const int32_t at = 4 * WD_PROFILE_QUANTITIES * i;
  return (c + 1)[at] + t * (2 * (c + 2)[at] + t * 3 * (c + 3)[at]);
}

#endif
