/* Fully ionised matter at one place and its conduction of heat by electrons.
 *
 * Relaxation times of electrons that scatter off ions, from the gas to the crystal: the effective potential of
 * Potekhin, Baiko, Haensel & Yakovlev, Astron. Astrophys. 346 (1999) 345, with the Coulomb logarithm of their appendix,
 * averaged over the energies of the electrons whatever their degeneracy. Electrons that scatter off electrons: Shternin
 * & Yakovlev, Phys. Rev. D 74 (2006) 043004, continued to non-degenerate electrons after Cassisi, Potekhin, Pietrinferni,
 * Catelan & Salaris, Astrophys. J. 661 (2007) 1094. Conduction by ions is left out. A mixture scatters like ions of the
 * mean charge sum n_i Z_i^2/n_e, as many as there are.
 */
#ifndef WDSCAN_CONDUCTION_H
#define WDSCAN_CONDUCTION_H

#include "wdscan/config.h"

typedef struct wd_ionised {
  double temperature;       /* [eV] */
  double degeneracy;        /* eta, the electrons' chemical potential without the rest mass/T */
  double electrons, ions;   /* n_e, sum n_i [eV^3] */
  double charge2;           /* sum n_i Z_i^2 [eV^3] */
  double ion_frequency;     /* plasma frequency of the ions [eV] */
  double fermi_momentum;    /* (3 pi^2 n_e)^(1/3) [eV] */
  double stiffness;         /* n_e/(T dn_e/dmu): from 1 to p_F^2/(3 E_F T) */
  double electrons2, ions2; /* squared screening momenta of electrons and ions [eV^2] */
  double coupling;          /* Gamma = q_i^2 a^2/3, a the ion-sphere radius */
} wd_ionised;

/* density [g cm^-3]; temperature [K]; chemical_potential of the electrons without the rest mass [eV]. */
wd_ionised wd_ionised_at(const wd_composition *composition, double density, double temperature,
                         double chemical_potential);

/* Conductivity of heat [eV^2]. */
double wd_conductivity(const wd_ionised *matter);

#endif
