/* Physical constants. Natural units (hbar = c = k_B = 1), energies in eV, unless the name says otherwise.
 * PDG: R. L. Workman et al., Review of Particle Physics, PTEP 2022, 083C01; CODATA 2018 values therein. */
#ifndef WDSCAN_CONSTANTS_H
#define WDSCAN_CONSTANTS_H

#define WD_PI 3.14159265358979323846

#define WD_ALPHA (1.0 / 137.035999084) /* fine-structure constant, PDG */
#define WD_FERMI 1.1663788e-23         /* G_F [eV^-2], PDG */
#define WD_M_ELECTRON 0.51099895e6     /* [eV], PDG */
#define WD_M_MUON 105.6583755e6        /* [eV], PDG */
#define WD_M_TAU 1776.86e6             /* [eV], PDG */
#define WD_M_AMU 931.49410242e6        /* atomic mass unit [eV], PDG */

#define WD_HBARC_CM 1.973269804e-5 /* hbar c [eV cm], PDG */
#define WD_HBAR_S 6.582119569e-16  /* hbar [eV s], PDG */
#define WD_KELVIN 8.617333262e-5   /* k_B [eV/K], PDG */
#define WD_EV_ERG 1.602176634e-12  /* [erg/eV], exact (SI) */

#define WD_G_CGS 6.67430e-8                    /* Newton's constant [cm^3 g^-1 s^-2], PDG */
#define WD_C_CGS 2.99792458e10                 /* speed of light [cm/s], exact (SI) */
#define WD_AMU_CGS 1.66053906660e-24           /* atomic mass unit [g], PDG */
#define WD_M_SUN_CGS 1.98841e33                /* [g], PDG */
#define WD_L_SUN_CGS 3.828e33                  /* nominal [erg/s], IAU 2015 B3 */
#define WD_R_SUN_CGS 6.957e10                  /* nominal [cm], IAU 2015 B3 */
#define WD_KM_CM 1.0e5                         /* [cm/km] */
#define WD_STEFAN_BOLTZMANN_CGS 5.670374419e-5 /* [erg cm^-2 s^-1 K^-4], CODATA 2018 */
#define WD_YEAR_S 3.15576e7                    /* Julian year [s], exact */

#endif
