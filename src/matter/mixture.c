/* Means of a mixture of nuclei; see matter/mixture.h. */
#include "matter/mixture.h"

#include <math.h>

wd_mixture wd_mixture_of_shares(const wd_share *share, size_t count) {
  wd_mixture m = {0};
  double mass = 0, electrons = 0;
  for (const wd_share *s = share; s < share + count; s++) {
    mass += s->fraction;
    electrons += s->fraction * (double)s->Z / (double)s->A;
  }
  m.electrons = electrons / mass;
  for (const wd_share *s = share; s < share + count; s++) {
    const double Z = (double)s->Z, w = s->fraction * Z / (double)s->A / electrons;
    m.charge2 += w * Z;
    m.ions += w / Z;
    m.lattice += w * pow(Z, 2.0 / 3);
    m.gradient += w * pow(Z, 4.0 / 3);
  }
  return m;
}
