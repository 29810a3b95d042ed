/* Fermi gas of electrons and positrons as smooth functions of density and temperature.
 *
 * One species of mass m_e with chemical potential nu = eta T, its rest mass left out, has
 *   P(eta, T) = (1/3 pi^2) int dk p^3/(exp(k/T - eta) + 1),   k kinetic energy, p^2 = k (k + 2 m_e),
 *   n = (dP/d nu)_T,   s = (dP/dT)_nu,   u = T s + nu n - P = T (dP/dT)_eta - P    (kinetic energy only).
 * Positrons have eta_+ = -eta - 2 m_e/T (D. Mihalas & B. W. Mihalas, Foundations of Radiation Hydrodynamics
 * (1984); F. X. Timmes & F. D. Swesty, Astrophys. J. Suppl. 126 (2000) 501). Here ln P is one spline in (eta, T):
 * all else is a derivative of it, so that the thermodynamic identities hold to rounding whatever the error of
 * the spline, and electrons and positrons use the same table. Errors
 * are below 1e-10 of P, n and u.
 */
#ifndef WDSCAN_ELECTRONS_H
#define WDSCAN_ELECTRONS_H

#include "wdscan/status.h"

/* Density [cm^-3] of electrons minus positrons, and temperatures [K], that the table answers for. */
#define WD_ELECTRONS_DENSITY_MIN 6.0e14
#define WD_ELECTRONS_DENSITY_MAX 6.1e33
#define WD_ELECTRONS_TEMPERATURE_MIN 9.99e3
#define WD_ELECTRONS_TEMPERATURE_MAX 1.001e10

typedef struct wd_electron_table wd_electron_table;
int wd_electron_table_create(wd_electron_table **out, wd_error *err);
void wd_electron_table_free(wd_electron_table *table);

typedef struct wd_electrons {
  double pressure;   /* [eV^4] */
  double energy;     /* per volume, without the rest mass of the net electrons, with that of pairs [eV^4] */
  double entropy;    /* per volume [eV^3] */
  double degeneracy; /* eta = (mu - m_e)/T */
  double density_slope; /* d ln n_e/d eta at constant T, n_e electrons minus positrons */
} wd_electrons;

/* Electrons minus positrons per volume [eV^3], temperature [eV]. WD_ERR_NUMERIC outside the table. */
int wd_electrons_at(const wd_electron_table *table, double density, double temperature, wd_electrons *out,
                    wd_error *err);

/* ln(P/m_e^4) of one species by quadrature: what the table is made of. temperature in m_e. */
double wd_electrons_log_pressure(double degeneracy, double temperature);

#endif
