/* For tests of stars that cool with an A' in them. */
#ifndef WDSCAN_TESTING_BOUND_H
#define WDSCAN_TESTING_BOUND_H

#include "testing.h"

#include "bound/bound.h"

#define HEAVY 1e8 /* [eV] a mass above all thresholds of a star */

static inline wd_bound *bound_of(const wd_settings *settings) {
  wd_bound *b;
  wd_error err = {0};
  if (wd_bound_create(wd_settings_config(settings), &b, &err)) fail_msg("%s", err.message);
  return b;
}

/* A point that is no lower limit and reaches its target. */
static inline wd_bound_result point_of(wd_bound *b, double mass, double coupling) {
  wd_bound_result result;
  wd_error err = {0};
  if (wd_bound_point(b, mass, coupling, &result, &err)) fail_msg("%s", err.message);
  assert_int_equal(result.status, WD_ROW_DONE);
  return result;
}

#endif
