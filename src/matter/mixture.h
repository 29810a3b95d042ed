/* What a mixture of fully ionised nuclei is for the star: means per electron. With X_i the mass fractions,
 * n_i ~ X_i/A_i and w_i = n_i Z_i/n_e. */
#ifndef WDSCAN_MIXTURE_H
#define WDSCAN_MIXTURE_H

#include "wdscan/config.h"

typedef struct wd_mixture {
  double electrons;         /* per nucleon: Y_e = sum X_i Z_i/A_i */
  double charge2;           /* sum n_i Z_i^2/n_e */
  double ions;              /* sum n_i/n_e */
  double lattice, gradient; /* sum w_i Z_i^(2/3), sum w_i Z_i^(4/3): linear mixing of Salpeter's energies */
} wd_mixture;

/* Fractions need not add up to 1; all are >= 0, one is > 0. */
wd_mixture wd_mixture_of_shares(const wd_share *share, size_t count);

static inline wd_mixture wd_mixture_of(const wd_composition *composition) {
  return wd_mixture_of_shares(composition->share, (size_t)composition->count);
}

#endif
