/* How the coupling to electrons changes with q^2, for integrands: an inline wd_model_drift(). */
#ifndef WDSCAN_DRIFT_H
#define WDSCAN_DRIFT_H

#include "base/vector_math.h"
#include "wdscan/model.h"

WD_INLINE double wd_drift(const wd_model *model, double q2) {
  const double *c = model->drift;
  return 1 + q2 * (c[0] + q2 * (c[1] + q2 * (c[2] + q2 * (c[3] + q2 * c[4]))));
}

#endif
