/* How fast the period of a white dwarf changes that pulsates while it cools,
 *   d ln P/dt = -a d ln T/dt + b d ln R/dt
 * with the central temperature T and the radius R (D. E. Winget, C. J. Hansen & H. M. Van Horn, Nature 303 (1983) 781); a = 1/2
 * and b = 1, of their "order of unity", are the convention of S. O. Kepler et al. */
#ifndef WDSCAN_PULSATION_H
#define WDSCAN_PULSATION_H

#include "cooling/sequence.h"

typedef struct wd_pulsation {
  double age;  /* [s] */
  double rate; /* d ln P/dt [1/s] */
} wd_pulsation;

/* When the star of the sequence falls below the effective temperature [K] for the first time. Between steps the logarithms of T
 * and R are parabolas in ln age. NaN if it does not, or in the first step. */
wd_pulsation wd_pulsation_of(const wd_sequence *sequence, double effective_temperature);

#endif
