/* Kinetic mixing of the gauge boson of L_i - L_j with the neutral bosons of the Standard Model at one loop:
 * Eqs. (A1)-(A8) of the paper for any momentum transfer q^2.
 *
 * Everything follows from one function of two masses,
 *   Lambda(m_i, m_j; q^2) = int_0^1 dx x(1-x) ln[(m_i^2 - x(1-x) q^2 - i0)/(m_j^2 - x(1-x) q^2 - i0)],
 * real below the thresholds 4 m^2; above one the logarithm is -i pi between the two x where its argument is
 * negative. Limits: ln(m_i/m_j)/3 for q^2 -> 0, (m_j^2 - m_i^2)/q^2 for q^2 -> +-infinity.
 */
#ifndef WDSCAN_KINETIC_MIXING_H
#define WDSCAN_KINETIC_MIXING_H

#include <complex.h>

/* Lambda at masses [eV] and q^2 [eV^2] of either sign. A mass may be 0 if q2 is not. NaN if GSL fails. */
double complex wd_mixing_loop(double mass_i, double mass_j, double q2);

/* Masses of the families i and j [eV]. */
typedef struct wd_mixing_masses {
  double lepton[2], neutrino[2];
} wd_mixing_masses;

typedef struct wd_kinetic_mixing {
  double complex B, W; /* with hypercharge and the neutral weak boson, Eqs. (A1), (A2) */
  double complex A;    /* with the photon, Eq. (A3) = c_W B + s_W W */
  double complex Z;    /* with the Z as printed, Eq. (A4), g_Z = e tan(theta_W) as (A8), (4), (5) demand */
  double complex Z_rotated; /* c_W W - s_W B, which (A4) ought to be; docs/models.md */
} wd_kinetic_mixing;

/* For the gauge coupling g of L_i - L_j. Massless neutrinos drop out, Eq. (A5), at q2 = 0, too. */
wd_kinetic_mixing wd_kinetic_mixing_at(double coupling, double sin2_theta_w, const wd_mixing_masses *masses,
                                       double q2);

/* Lambda(q^2) - Lambda(0) = sum change[n] q^(2n+2), n < terms, for q^2 far below 4 m^2; [eV^-(2n+2)]. */
void wd_mixing_series(double mass_i, double mass_j, int terms, double change[]);

/* epsilon_A far below all thresholds, Eq. (A7): what stellar plasmas need. */
double wd_kinetic_mixing_low(double coupling, double mass_i, double mass_j);

#endif
