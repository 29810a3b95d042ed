/* Quadrature of the Standard-Model emissivity; see excess/emissivity.h. */
#include "excess/emissivity.h"

#include <gsl/gsl_integration.h>

enum { CELL_NODES = 4 };

void wd_emissivity_quadrature(const wd_profile *profile, double low, double high,
                              double out[WD_POLARIZATIONS]) {
  gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(CELL_NODES);
  for (int p = 0; p < WD_POLARIZATIONS; p++) out[p] = 0;
  for (double a = low; a < high;) {
    double b = fmin(floor(a) + 1, high);
    for (size_t i = 0; i < CELL_NODES; i++) {
      double s, weight, here[WD_POLARIZATIONS];
      gsl_integration_glfixed_point(a, b, i, &s, &weight, table);
      wd_local l = wd_local_at(profile, s);
      wd_plasmon_decay(&l, here);
      for (int p = 0; p < WD_POLARIZATIONS; p++) out[p] += weight * here[p];
    }
    a = b;
  }
  gsl_integration_glfixed_table_free(table);
}
