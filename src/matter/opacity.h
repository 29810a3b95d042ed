/* Opacities of the fully ionised matter of a white dwarf, from the thin gas of its envelope to the core.
 *
 * Radiation: Rosseland mean of free-free absorption and electron scattering by quadrature over frequencies. Absorption in
 * Born's approximation by electrons of any degeneracy, with blocking, screening by electrons and ions and stimulated
 * emission, times the exact thermally averaged Gaunt factor over Born's; scattering with the collective motion of the
 * plasma, blocking and the recoil of hot gas. No photons below the plasma frequency. Conduction: matter/conduction.h.
 *
 * Against OPAL (tests): hydrogen above 3e6 K and helium above 1e7 K within 2 % while electrons are not degenerate. Bound
 * electrons are left out: thin helium of 3e6 K has 20 % too little, of 1e6 K less than half; near the densities where
 * conduction takes over, pressure has set them free. Blouin et al., Astrophys. J. 899 (2020) 46, find hydrogen and
 * helium of moderate degeneracy up to 3 times better conductors.
 */
#ifndef WDSCAN_OPACITY_H
#define WDSCAN_OPACITY_H

#include "wdscan/config.h"

/* Rosseland mean of free-free absorption and electron scattering in fully ionised matter [cm^2 g^-1].
 * composition: mass fractions of nuclei; density [g cm^-3]; temperature [K]; chemical_potential of the electrons
 * without the rest mass [eV]. Infinite where the plasma frequency is hundreds of T. */
double wd_opacity_radiative(const wd_composition *composition, double density, double temperature,
                            double chemical_potential);
/* Opacity of electron conduction [cm^2 g^-1]: kappa_c = 16 sigma T^3/(3 rho K), K the conductivity. */
double wd_opacity_conductive(const wd_composition *composition, double density, double temperature,
                             double chemical_potential);
/* Both: 1/kappa = 1/kappa_r + 1/kappa_c. */
double wd_opacity(const wd_composition *composition, double density, double temperature,
                  double chemical_potential);

/* The free-free absorption at u = h nu/T in the radiative one, per time and c, with stimulated emission [cm^2 g^-1]. */
double wd_opacity_free_free(const wd_composition *composition, double density, double temperature,
                            double chemical_potential, double u);

/* Thermally averaged free-free Gaunt factor of u = h nu/T and gamma2 = Z^2 Ry/T, 1e-4 < u < 31, 1e-3 < gamma2 < 1e3
 * (the nearest of these is taken beyond): D. G. Hummer, Astrophys. J. 327 (1988) 477. */
double wd_gaunt_factor(double u, double gamma2);

#endif
