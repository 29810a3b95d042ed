/* Deterministic second method: the excess by adaptive quadrature, sharing nothing with the Monte Carlo
 * channels but the formulas of the star, the dispersion relations and the model.
 *
 * At fixed radius everything is an analytic function of the plasmon coordinate w. With D = z - i Gamma,
 * z = q^2 (1-r) - m^2, and a contour C that passes the pole on the side away from z = i Gamma,
 *   int G/|D|^2 dw   = pi G/(Gamma |z'|) at the pole  +  Re int_C G/[z (z - i Gamma)] dw,
 *   int G Re(1/D) dw = Re int_C G/(z - i Gamma) dw
 * exactly, for every width: the first term is the resonant part, the rest the off-resonance part, without
 * mirrored pairs or windows; (P.31), (P.32) of docs/physics.md. The radius is integrated by Gauss-Kronrod rules (GSL) on
 * stretches that are cut at nodes of the profile. Within a cell the profile is analytic, too: there the contour of the
 * off-resonance part leaves the real axis of the radius as well, on the side that gives z an imaginary part of the sign
 * that C gives it.
 */
#ifndef WDSCAN_REFERENCE_H
#define WDSCAN_REFERENCE_H

#include "excess/resonance.h"

/* Contributions of one polarisation (enum wd_polarization) to the luminosity [erg/s], and an estimate of the
 * absolute error; no effort is made to have it below `enough` [erg/s] (0: below 1e-7 of the contribution). NaN if memory
 * is short. */
double wd_reference_resonant(const wd_pole *pole, int polarization, double enough, double *error);
double wd_reference_offresonant(const wd_pole *pole, int polarization, double enough, double *error);

/* Their sum without any of this: int G (interference Re(1/D) + square/|D|^2) along the real axis. For widths
 * that quadrature can resolve, or where there is no pole; a mass of 0 is allowed. */
double wd_reference_direct(const wd_pole *pole, int polarization, double enough, double *error);

/* The Standard-Model luminosity of one polarisation [erg/s]. */
double wd_reference_standard(const wd_pole *pole, int polarization, double enough, double *error);

/* The continuum of one polarisation per eps^2 [erg/s], with pole->absorption; axial: 0. */
double wd_reference_continuum(const wd_pole *pole, int polarization, double enough, double *error);

/* What it is made of: the transverse one; and the longitudinal one at one s of the profile, per ds. */
double wd_reference_continuum_transverse(const wd_pole *pole, double enough, double *error);
double wd_reference_continuum_at_radius(const wd_pole *pole, double s);

#endif
