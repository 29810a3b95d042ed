/* The resonance map: where the A' propagator has its pole, and how the integrals go across it exactly; (P.27) to
 * (P.30) of docs/physics.md, with the proofs.
 *
 * The Lorentzian variable of both branches is
 *   u = 1 - r_BSM - m^2/q^2,      D = q^2 - m^2 - Pi = q^2 (u - i kappa),     dq^2 = (q^4/m^2) du,
 * with kappa = K (transverse; longitudinal `consistent`) or K q^2/k^2 (longitudinal `published`), so that
 *   int dq^2 h [A Re(1/D) + B/|D|^2] = (1/m^2) int du h [A q^2 u + B]/(u^2 + kappa^2),
 * an exact Lorentzian. theta = atan(u/kappa) is integrated analytically. With the even window chi(t) = (1 - t^2)^2,
 * t = u/U, around the pole, three parts add up to the integral for every width, from 1e-30 to 1, without a difference
 * of large numbers:
 *   resonant   pi B h_0/(m^2 kappa_0), the delta-function term
 *   pole       [h(u) + h(-u) - 2 h_0] chi B/(u^2 + kappa^2) in mirrored pairs, the interference likewise, and
 *              - B h_0 b(kappa_0/U)/(m^2 U), what the window leaves of the Lorentzian
 *   plane      the rest, weighted with 1 - chi: bounded, sampled over the whole plane
 * Pole and plane part together are the finite (off-resonance and interference) part.
 *
 * Longitudinal: at fixed radius, u runs with w, from 1 - r - m^2/omega_p^2 at w = 0 to -infinity at w = 1.
 * Transverse: at fixed w, u runs with the radius, in each segment of the profile. But where q^2 turns with
 * the radius two poles merge, and at fixed w neither part would be integrable; a boson with a pole there has
 * its transverse poles taken at fixed radius too, where u runs with w from omega_p^2 to omega_p^2 S_t(v_*^2).
 * (For all bosons it would not do: in cold outer layers that range is narrow, and poles lie at almost one
 * radius.)
 */
#ifndef WDSCAN_RESONANCE_H
#define WDSCAN_RESONANCE_H

#include "wdscan/emissivity.h"
#include "wdscan/model.h"
#include <stdbool.h>

/* One boson in one star. */
typedef struct wd_pole {
  const wd_profile *profile;
  const wd_model *model;
  double m2;      /* mass squared [eV^2] */
  double unity;   /* 1 - r_BSM */
  double pole_q2; /* q^2 at the pole, m^2/(1 - r_BSM) [eV^2]; infinity if 1 - r_BSM <= 0: there is none */
  double window;  /* the largest U; results do not depend on it (0 < U < 1), only their variance */
  bool at_radius; /* transverse poles are taken at fixed radius */
} wd_pole;

wd_pole wd_pole_at(const wd_profile *profile, const wd_model *model, double mass);

/* u at q^2, and back. */
static inline double wd_pole_u(const wd_pole *pole, double q2) {
  return pole->unity - pole->m2 / q2;
}
static inline double wd_pole_q2(const wd_pole *pole, double u) {
  return pole->m2 / (pole->unity - u);
}

/* Half-width U of the window around the transverse pole at e = 1 - w^2 within a segment, around the
 * transverse pole at one radius, and around the longitudinal pole at one radius; 0 if there is no pole. At
 * most pole->window, and never past the end of the range of u. */
double wd_transverse_window(const wd_pole *pole, const wd_segment *segment, double e);
double wd_transverse_window_at_radius(const wd_pole *pole, const wd_local *local);
double wd_longitudinal_window(const wd_pole *pole, const wd_local *local);

/* The s within `segment` at which the transverse q^2(w, s) = q2, at e = 1 - w^2, sought from `guess` on.
 * False if there is none. */
bool wd_transverse_solve(const wd_profile *profile, const wd_segment *segment, double e, double q2,
                         double guess, double *s);

/* The e at which the longitudinal q^2 = q2 at one radius. False if there is none (q2 > omega_p^2). */
bool wd_longitudinal_solve(const wd_local *local, double q2, double *e);

/* The e at which the transverse q^2 = q2 at one radius, 0 < e < 1. False if there is none (beyond rounding).
 */
bool wd_transverse_solve_at_radius(const wd_local *local, double q2, double *e);

/* The momentum k [eV] of the transverse plasmon on the pole at s: 0 if omega_p^2 >= m^2/(1-r) (the pole lies
 * beyond k = 0), infinity if even the largest q^2 at s is below it. */
double wd_transverse_pole_momentum(const wd_pole *pole, double s);

/* chi(t), and 1 - chi(t) without cancellation. */
static inline double wd_window(double t) {
  return fabs(t) < 1 ? (1 - t * t) * (1 - t * t) : 0;
}
static inline double wd_window_complement(double t) {
  return fabs(t) < 1 ? t * t * (2 - t * t) : 1;
}

/* b(c) = pi/c - int_{-1}^{1} chi(t)/(t^2 + c^2) dt; b(0) = 16/3; (P.29). */
double wd_window_remainder(double c);

#endif
