/* Quadrature of plasmon decay at one place; see matter/plasmon_decay.h. */
#include "matter/plasmon_decay.h"

#include <gsl/gsl_integration.h>

enum { PLASMON_NODES = 96 };

void wd_plasmon_decay(const wd_local *local, double out[WD_POLARIZATIONS]) {
  gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(PLASMON_NODES);
  const double scale = wd_transverse_scale(local);
  for (int p = 0; p < WD_POLARIZATIONS; p++) out[p] = 0;
  for (size_t j = 0; j < PLASMON_NODES; j++) {
    double x, weight, e;
    gsl_integration_glfixed_point(0, 1, j, &x, &weight, table);
    double dw = wd_transverse_coordinate(scale, x, &e);
    wd_transverse_kernel t = wd_transverse_kernel_at(local, e);
    wd_longitudinal_kernel g = wd_longitudinal_kernel_at(local, (1 - x) * (1 + x), x * x);
    out[WD_TRANSVERSE] += weight * dw * t.vector;
    out[WD_AXIAL] += weight * dw * t.axial;
    out[WD_LONGITUDINAL] += weight * g.vector;
  }
  gsl_integration_glfixed_table_free(table);
}
