/* Quadrature of plasmon decay at one place; see matter/plasmon_decay.h. */
#include "matter/plasmon_decay.h"

#include "base/gauss.h"

enum { PLASMON_NODES = 96 };

WD_VERSIONS void wd_plasmon_decay(const wd_local *local, double out[WD_POLARIZATIONS]) {
  const wd_gauss *r = wd_gauss_rule(PLASMON_NODES);
  const double scale = wd_transverse_scale(local);
  double term[WD_POLARIZATIONS][PLASMON_NODES];
  for (int j = 0; j < PLASMON_NODES; j++) {
    const double x = r->at[j];
    double e;
    const double dw = wd_transverse_coordinate(scale, x, &e);
    const wd_transverse_kernel t = wd_transverse_kernel_at(local, e);
    term[WD_TRANSVERSE][j] = r->weight[j] * dw * t.vector;
    term[WD_AXIAL][j] = r->weight[j] * dw * t.axial;
  }
  for (int j = 0; j < PLASMON_NODES; j++) {
    const double w = r->at[j];
    const wd_longitudinal_kernel g = wd_longitudinal_kernel_at(local, (1 - w) * (1 + w), w * w);
    term[WD_LONGITUDINAL][j] = r->weight[j] * g.vector;
  }
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    out[p] = 0;
    for (int j = 0; j < PLASMON_NODES; j++) out[p] += term[p][j];
  }
}
