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

#include "excess/production.h"
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
  const wd_absorption *absorption; /* of the plasma, for the continuum; NULL: without it */
} wd_pole;

wd_pole wd_pole_at(const wd_profile *profile, const wd_model *model, double mass);

/* Transverse q^2 at w^2 and offset t of the profile's cell i, and its s derivative [eV^2]. */
WD_INLINE double wd_transverse_q2(const wd_profile *profile, double w2, int32_t i, double t, double *dq2) {
  const double frequency2 = wd_profile_value(profile, WD_PROFILE_FREQUENCY2, i, t);
  const double v = wd_profile_value(profile, WD_PROFILE_V_STAR, i, t);
  const wd_dispersion d = wd_dispersion_at(v * v * w2);
  *dq2 = wd_profile_slope(profile, WD_PROFILE_FREQUENCY2, i, t) * d.S_t +
         frequency2 * d.dS_t * 2 * v * wd_profile_slope(profile, WD_PROFILE_V_STAR, i, t) * w2;
  return frequency2 * d.S_t;
}

/* u at q^2, and back. */
WD_INLINE double wd_pole_u(const wd_pole *pole, double q2) {
  return pole->unity - pole->m2 / q2;
}
WD_INLINE double wd_pole_q2(const wd_pole *pole, double u) {
  return pole->m2 / (pole->unity - u);
}

/* Half-width U of the window around a pole on a line along which u runs from a to b: at most pole->window, and never
 * past an end; 0 if there is no pole. */
WD_INLINE double wd_window_between(const wd_pole *pole, double a, double b) {
  const double nearer = wd_min(fabs(a), fabs(b)), window = wd_min(pole->window, nearer);
  return a * b < 0 ? window : 0;
}

/* The same for the transverse pole at e = 1 - w^2 within a segment, with u at the two ends of it; for the
 * transverse pole at one radius; and for the longitudinal pole there. */
WD_INLINE double wd_transverse_end(const wd_pole *pole, const wd_ends *ends, int which, double e) {
  return wd_pole_u(pole, ends->frequency2[which] * wd_dispersion_at(ends->v2[which] * (1 - e)).S_t);
}
WD_INLINE double wd_transverse_window(const wd_pole *pole, const wd_ends *ends, double e) {
  return wd_window_between(pole, wd_transverse_end(pole, ends, 0, e), wd_transverse_end(pole, ends, 1, e));
}
WD_INLINE double wd_transverse_window_at_radius(const wd_pole *pole, double frequency2, double v2) {
  return wd_window_between(pole, wd_pole_u(pole, frequency2),
                           wd_pole_u(pole, frequency2 * wd_dispersion_at(v2).S_t));
}
WD_INLINE double wd_longitudinal_window(const wd_pole *pole, double frequency2) {
  const double u = wd_pole_u(pole, frequency2), window = wd_min(pole->window, u);
  return window > 0 ? window : 0;
}

/* Newton's method within a bracket, one step at a time and without branches, so that a loop may do it for many
 * samples at once. Where a step is not below half of the one before, the bracket is halved instead: across a kink of the
 * profile Newton's steps may lead to and fro for ever. */
#define WD_SEEKING 0.0
#define WD_FOUND 1.0
#define WD_LOST 2.0 /* it is not between start and end */
enum { WD_SEEK_ROUNDS = 200 };

typedef struct wd_seek {
  double at;         /* the present place */
  double start, end; /* of the range; the root may lie at either */
  double low, high;  /* places known to be below and above the root; at first none, -+infinity */
  double state;      /* nothing changes any more unless this is WD_SEEKING */
  double last;       /* length of the last step */
} wd_seek;

WD_INLINE wd_seek wd_seek_between(double start, double end, double guess) {
  return (wd_seek){wd_min(wd_max(guess, start), end), start, end, -INFINITY, INFINITY, WD_SEEKING, INFINITY};
}

/* Goes from seek->at by `step`, which Newton's method proposes; `onwards` if the root is farther up. Steps smaller than
 * `tolerance` are so close to the root that the next one would be below rounding. */
WD_INLINE void wd_seek_step(wd_seek *seek, bool onwards, double step, double tolerance) {
  const double x = seek->at, next = x + step, start = seek->start, end = seek->end;
  const double low = onwards ? x : seek->low, high = onwards ? seek->high : x;
  const double a = wd_max(low, start), b = wd_min(high, end), final = wd_min(wd_max(next, start), end);
  const bool is_close = fabs(step) < tolerance, open = seek->state == WD_SEEKING;
  double to = 0.5 * (a + b);
  to = ((next <= a) & (low < start)) ? start : to;
  to = ((next >= b) & (high > end)) ? end : to;
  const bool slow = (fabs(step) > 0.5 * seek->last) & (low > -INFINITY) & (high < INFINITY);
  to = ((next > a) & (next < b) & !slow) ? next : to;
  const double stuck = ((x == start) | (x == end)) ? WD_LOST : WD_FOUND;
  double state = to == x ? stuck : WD_SEEKING;
  state = is_close ? WD_FOUND : state;
  to = is_close ? final : to;
  seek->at = open ? to : x;
  seek->low = low;
  seek->high = high;
  seek->state = open ? state : seek->state;
  seek->last = fabs(to - x);
}

/* ln r, as is good enough for steps: within 1e-3 for r = 1/2 to 2, exact at 1. */
WD_INLINE double wd_log_ratio(double r) {
  return 3 * (r * r - 1) / (r * r + 4 * r + 1);
}

/* A step in s towards the transverse q^2(w, s) = q2; rise is 1 or -1, the sign of dq^2/ds; seek->at is at offset t of
 * cell i. ln q^2 is nearly linear in s. */
WD_INLINE void wd_seek_radius(const wd_profile *profile, int32_t i, double t, double w2, double q2,
                              double rise, wd_seek *seek) {
  const double tolerance = 1e-7;
  double slope;
  const double here = wd_transverse_q2(profile, w2, i, t, &slope), ratio = here / q2;
  wd_seek_step(seek, (ratio - 1) * rise < 0, -wd_log_ratio(ratio) * here / slope, tolerance);
}

/* A step in e towards the longitudinal e S_l(v^2 (1-e)) = goal = q^2/omega_p^2; 1 <= S_l <= S_l(v^2). */
WD_INLINE void wd_seek_plasmon(double v2, double goal, wd_seek *seek) {
  const double tolerance = 1e-8, e = seek->at;
  const wd_dispersion d = wd_dispersion_at(v2 * (1 - e));
  const double excess = e * d.S_l - goal, slope = d.S_l - e * v2 * d.dS_l;
  wd_seek_step(seek, excess < 0, -excess / slope, tolerance * e);
}

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
WD_INLINE double wd_window(double t) {
  const double rest = 1 - t * t;
  return fabs(t) < 1 ? rest * rest : 0;
}
WD_INLINE double wd_window_complement(double t) {
  const double inside = t * t * (2 - t * t);
  return fabs(t) < 1 ? inside : 1;
}

/* b(c) = pi/c - int_{-1}^{1} chi(t)/(t^2 + c^2) dt; b(0) = 16/3; (P.29). */
double wd_window_remainder(double c);

#endif
