/* Equation of state of cold degenerate matter, E. E. Salpeter, Astrophys. J. 134 (1961) 669.
 *
 * Everything is a function of the relativity parameter x = p_F / m_e, with n_e = m_e^3 x^3 / 3 pi^2 and a
 * mixture of nuclei whose energies add up (linear mixing); (P.8) of docs/physics.md. Each term of the energy per electron, E/N, gives the
 * pressure P = n_e^2 d(E/N)/dn_e analytically.
 */
#ifndef WDSCAN_EOS_H
#define WDSCAN_EOS_H

#include "matter/mixture.h"

typedef struct wd_eos_matter {
  wd_mixture mixture; /* of the nuclei */
  int salpeter;       /* 0: ideal degenerate electrons only; 1: all terms */
} wd_eos_matter;

double wd_eos_electron_density(double x);                            /* n_e [eV^3] */
double wd_eos_relativity(double electron_density);                   /* x; electron_density in eV^3 */
double wd_eos_pressure(const wd_eos_matter *matter, double x);       /* P [eV^4] */
double wd_eos_pressure_slope(const wd_eos_matter *matter, double x); /* dP/dx [eV^4] */
double wd_eos_energy(const wd_eos_matter *matter, double x);         /* E/N - m_e per electron [eV] */
double wd_eos_rest_density(const wd_eos_matter *matter, double x);   /* rest-mass density [g cm^-3] */
double wd_eos_energy_density(const wd_eos_matter *matter,
                             double x);      /* (rest + internal energy)/c^2 [g cm^-3] */
double wd_eos_pressure_cgs(double pressure); /* [erg cm^-3] from [eV^4] */

/* Where the star ends: the x at which the pressure vanishes. The ideal gas has no such density; its star is
 * ended at x = WD_EOS_IDEAL_SURFACE, where the remaining envelope holds less than 1e-12 of the mass. */
#define WD_EOS_IDEAL_SURFACE 1e-3
double wd_eos_surface(const wd_eos_matter *matter);

#endif
