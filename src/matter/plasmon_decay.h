/* Neutrino emissivity by plasmon decay, Eqs. (16)-(19) of the paper, as kernels of one plasmon mode at one place;
 * equations (P.n) are those of docs/physics.md.
 *
 * The mode has the coordinate w = k/omega (with e = 1 - w^2). A kernel G contains everything of the emission but the
 * coupling factor sum_a |C_a|^2:
 *   Q = sum_pol int dw G_pol(w) sum_a |C_a + delta_a(q^2)|^2                                (P.18), (P.19)
 * with the prefactors of Eqs. (16)-(18), residue, Bose factor, dk/dw and a volume, as the caller likes it.
 */
#ifndef WDSCAN_PLASMON_DECAY_H
#define WDSCAN_PLASMON_DECAY_H

#include "base/constants.h"
#include "matter/dispersion.h"
#include "wdscan/config.h"

/* The plasma at one place; s is a coordinate along which it varies, such as the node coordinate of a profile. */
typedef struct wd_local {
  double volume;                  /* dV/ds [cm^3], or 1 for the emission per volume */
  double frequency2, dfrequency2; /* omega_p^2 and its s derivative [eV^2] */
  double v2, dv2;                 /* v_*^2 and its s derivative */
  double omega_axial;             /* [eV] */
  double temperature;             /* [eV] */
} wd_local;

/* G_F^2/(48 pi^4 alpha) in erg cm^-3 s^-1 eV^-9: transverse and axial; the longitudinal one is half of it. */
#define WD_EMISSIVITY_PREFACTOR                                                                              \
  (WD_FERMI * WD_FERMI / (48 * WD_PI * WD_PI * WD_PI * WD_PI * WD_ALPHA) * WD_EV_ERG /                       \
   (WD_HBARC_CM * WD_HBARC_CM * WD_HBARC_CM * WD_HBAR_S))

typedef struct wd_transverse_kernel {
  double vector, axial; /* G of Eqs. (17), (18) [erg/s] */
  double q2;            /* [eV^2] */
  double dq2;           /* dq^2/ds at fixed w [eV^2] */
} wd_transverse_kernel;

WD_INLINE wd_transverse_kernel wd_transverse_kernel_at(const wd_local *l, double e) {
  double w2 = 1 - e, Y = l->v2 * w2;
  wd_dispersion d = wd_dispersion_at(Y);
  wd_transverse_kernel g;
  g.q2 = l->frequency2 * d.S_t;
  g.dq2 = l->dfrequency2 * d.S_t + l->frequency2 * d.dS_t * l->dv2 * w2;
  double omega2 = g.q2 / e, omega = sqrt(omega2), k2 = w2 * omega2;
  double common = WD_EMISSIVITY_PREFACTOR * l->volume * k2 * (omega / e) * wd_bose(omega / l->temperature) *
                  g.q2; /* Z_t dk/dw = omega/e (P.15) */
  double pi_axial2 = l->omega_axial * l->omega_axial * k2 * e * e * d.S_l * d.S_l; /* (P.16) */
  g.vector = common * g.q2 * g.q2;
  g.axial = common * pi_axial2;
  return g;
}

typedef struct wd_longitudinal_kernel {
  double vector; /* G of Eq. (16) [erg/s] */
  double q2;     /* [eV^2] */
  double dq2;    /* dq^2/dw at fixed s, negative [eV^2] */
  double q2_over_k2;
} wd_longitudinal_kernel;

/* w2 = 1 - e, given too since it may be 1e-20 */
WD_INLINE wd_longitudinal_kernel wd_longitudinal_kernel_at(const wd_local *l, double e, double w2) {
  double w = sqrt(w2), Y = l->v2 * w2;
  wd_dispersion d = wd_dispersion_at(Y);
  double omega2 = l->frequency2 * d.S_l, omega = sqrt(omega2);
  wd_longitudinal_kernel g;
  g.q2 = e * omega2;
  g.dq2 = -2 * w * l->frequency2 * (d.S_l - e * l->v2 * d.dS_l);
  g.q2_over_k2 = e / w2;
  g.vector = 0.5 * WD_EMISSIVITY_PREFACTOR * l->volume * w2 * omega2 * omega * g.q2 * g.q2 * omega2 *
             wd_bose(omega / l->temperature); /* Z_l dk/dw = omega (P.15) */
  return g;
}

/* The transverse plasmon coordinate x in (0, 1): w/sqrt(e) = scale x/(1-x). With the scale of
 * wd_transverse_scale k is near sqrt(T^2 + 2 omega_p T) in the middle. Returns dw/dx and sets e = 1 - w^2. */
WD_INLINE double wd_transverse_scale(const wd_local *l) {
  return sqrt((l->temperature * l->temperature + 2 * sqrt(l->frequency2) * l->temperature) / l->frequency2);
}

WD_INLINE double wd_transverse_coordinate(double scale, double x, double *e) {
  double odds = scale * x / (1 - x);
  *e = 1 / (1 + odds * odds);
  return scale / ((1 - x) * (1 - x)) * *e * sqrt(*e);
}

WD_INLINE double wd_transverse_coordinate_inverse(double scale, double e) {
  double odds = sqrt((1 - e) / e) / scale;
  return odds / (1 + odds);
}

/* int dw G per unit sum_a C_a^2, for each polarisation [erg/s, or erg cm^-3 s^-1 for volume 1], by Gauss-Legendre
 * quadrature with 96 points (relative accuracy 1e-7). */
void wd_plasmon_decay(const wd_local *local, double out[WD_POLARIZATIONS]);

#endif
