/* Quadrature of the Standard-Model emissivity; see excess/emissivity.h. */
#include "excess/emissivity.h"

#include <gsl/gsl_integration.h>

enum { PLASMON_NODES = 96, CELL_NODES = 4 };

/* int dw G at one s. */
static void plasmon_integral(const gsl_integration_glfixed_table *table, const wd_local *l,
                             double out[WD_POLARIZATIONS]) {
  double scale = wd_transverse_scale(l);
  for (size_t j = 0; j < PLASMON_NODES; j++) {
    double x, weight, e;
    gsl_integration_glfixed_point(0, 1, j, &x, &weight, table);
    double dw = wd_transverse_coordinate(scale, x, &e);
    wd_transverse_kernel t = wd_transverse_kernel_at(l, e);
    wd_longitudinal_kernel g = wd_longitudinal_kernel_at(l, (1 - x) * (1 + x), x * x);
    out[WD_TRANSVERSE] += weight * dw * t.vector;
    out[WD_AXIAL] += weight * dw * t.axial;
    out[WD_LONGITUDINAL] += weight * g.vector;
  }
}

void wd_emissivity_quadrature(const wd_profile *profile, double low, double high,
                              double out[WD_POLARIZATIONS]) {
  gsl_integration_glfixed_table *outer = gsl_integration_glfixed_table_alloc(CELL_NODES);
  gsl_integration_glfixed_table *inner = gsl_integration_glfixed_table_alloc(PLASMON_NODES);
  for (int p = 0; p < WD_POLARIZATIONS; p++) out[p] = 0;
  for (double a = low; a < high;) {
    double b = fmin(floor(a) + 1, high);
    for (size_t i = 0; i < CELL_NODES; i++) {
      double s, weight, here[WD_POLARIZATIONS] = {0};
      gsl_integration_glfixed_point(a, b, i, &s, &weight, outer);
      wd_local l = wd_local_at(profile, s);
      plasmon_integral(inner, &l, here);
      for (int p = 0; p < WD_POLARIZATIONS; p++) out[p] += weight * here[p];
    }
    a = b;
  }
  gsl_integration_glfixed_table_free(outer);
  gsl_integration_glfixed_table_free(inner);
}
