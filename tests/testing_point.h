/* For tests of grid points. */
#ifndef WDSCAN_TESTING_POINT_H
#define WDSCAN_TESTING_POINT_H

#include "testing.h"

#include "excess/point.h"

/* One point with the random stream of this number. */
static inline wd_point_result point_in(const wd_star *where, const wd_config *config, uint64_t stream,
                                       double mass, double coupling) {
  wd_sampler *sampler;
  wd_error err = {0};
  wd_point_result result;
  wd_point *point = malloc(wd_point_size(config));
  assert_non_null(point);
  if (wd_sampler_create(config, where, &sampler, &err)) fail_msg("%s", err.message);
  wd_point_begin(point, config, stream, mass, coupling, config->integrator.relative_error);
  wd_point_compute(sampler, config, point);
  wd_point_result_of(point, &result);
  wd_sampler_free(sampler);
  free(point);
  return result;
}

#endif
