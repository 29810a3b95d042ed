/* The electron plasma at one temperature and density: chemical potential, plasma frequency and the
 * characteristic quantities of Braaten & Segel, Phys. Rev. D 48 (1993) 1478; (P.10) of docs/physics.md.
 *
 *   omega_p^2 = (4 alpha/pi) int dp (p^2/E) (1 - v^2/3) (f + fbar)
 *   omega_1^2 = (4 alpha/pi) int dp (p^2/E) (5 v^2/3 - v^4) (f + fbar),    v_* = omega_1/omega_p
 *   omega_A   = (2 alpha/pi) int dp (p^2/E^2) (1 - 2 v^2/3) (f - fbar)
 *   n_e       = (1/pi^2) int dp p^2 (f - fbar)        fixes mu (rest mass included)
 */
#ifndef WDSCAN_PLASMA_H
#define WDSCAN_PLASMA_H

#include "wdscan/config.h"

typedef struct wd_plasma {
  double chemical_potential; /* mu, with the rest mass [eV] */
  double frequency;          /* omega_p [eV] */
  double v_star;             /* omega_1/omega_p */
  double omega_axial;        /* omega_A [eV] */
} wd_plasma;

/* Fermi-Dirac moments at given mu and T [eV]: the four integrals above and dn_e/dmu. */
typedef struct wd_fermi_moments {
  double density;       /* n_e- - n_e+ [eV^3] */
  double density_slope; /* d(density)/dmu [eV^2] */
  double frequency2;    /* omega_p^2 [eV^2] */
  double first2;        /* omega_1^2 [eV^2] */
  double axial;         /* omega_A [eV] */
} wd_fermi_moments;
wd_fermi_moments wd_fermi_integrate(double chemical_potential, double temperature);

/* The plasma at electron density [eV^3] and temperature [eV], by `model` (enum wd_plasma_model). Exact solves
 * the density for mu; the degenerate and classical limits are Braaten & Segel's; piecewise is degenerate
 * where (E_F - m_e)/T exceeds `piecewise_switch` and classical elsewhere, as in the paper. WD_ERR_NUMERIC if
 * no mu fits. */
int wd_plasma_compute(double electron_density, double temperature, int model, double piecewise_switch,
                      wd_plasma *out, wd_error *err);

#endif
