/* Equation of state of hot matter: electrons and positrons, fully ionised nuclei with Coulomb terms, radiation.
 *
 * Left out are exchange among the electrons and their polarisation by the nuclei. Of the pressure of cold electrons
 * with x = p_F/m_e these are (Salpeter, Astrophys. J. 134 (1961) 669) -3e-3/x for x << 1, up to +1.2e-3 for x >> 1,
 * and -1.5e-4 to -4e-4 for C and O; in the envelope, x of some 0.05, exchange reaches per cents. In a thin gas
 * screening by electrons would enlarge Debye & Hueckel's term of C by a quarter (Potekhin & Chabrier, Phys. Rev. E 62
 * (2000) 8554). Crystallisation: matter/ions.h.
 */
#ifndef WDSCAN_THERMAL_H
#define WDSCAN_THERMAL_H

#include "matter/electrons.h"
#include "wdscan/config.h"

typedef struct wd_thermal {
  double pressure; /* electrons, ions with Coulomb terms, radiation [erg cm^-3] */
  double energy;   /* of the same per gram, without rest masses except those of pairs [erg g^-1] */
  double entropy;  /* per gram, nuclei without spin; its rounding is that of P/(rho T) [erg g^-1 K^-1] */
  double electron_density;   /* electrons minus positrons [cm^-3] */
  double chemical_potential; /* of the electrons, without the rest mass [eV] */
  double density_slope;      /* d ln n_e/d(mu/T) at constant T: 1 for a thin gas, small when degenerate */
  double coupling; /* Gamma = <Z^(5/3)> alpha/(a_e T), mean over the nuclei by number (linear mixing) */
} wd_thermal;

/* density [g cm^-3], temperature [K]; density times Y_e from 1e-9 to 1e10 g cm^-3, temperature from 1e4 to 1e10 K;
 * WD_ERR_NUMERIC outside. */
int wd_thermal_at(const wd_electron_table *table, const wd_composition *composition, double density,
                  double temperature, wd_thermal *out, wd_error *err);

#endif
