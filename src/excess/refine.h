/* Contours by root finding: the coupling at which the excess of one mass reaches a level, with the integrator
 * itself instead of interpolation between grid points. */
#ifndef WDSCAN_REFINE_H
#define WDSCAN_REFINE_H

#include "excess/point.h"

/* Finds the coupling between `low` and `high` at which the excess at `mass` [eV] rises through `level` > 0 or falls
 * through `level` < 0,
 * and its standard deviation from the error of the excess. All excesses are computed with the random streams
 * of `point`, so that they are a smooth function of the coupling. `scratch` has wd_point_size() bytes.
 * NaN, and enum wd_contour_state in *state, if the excess is beyond the level at `low` already or not yet at `high`. Errors:
 * WD_ERR_POINTS if a point fails. */
int wd_refine_crossing(wd_sampler *sampler, const wd_config *config, wd_point *scratch, uint64_t point,
                       double mass, double low, double high, double level, double *coupling,
                       double *coupling_error, int *state, wd_error *err);

/* The streams of refined contours: not those of the grid. */
#define WD_REFINE_POINT(mass_index) (WD_POINTS_MAX / 2 + (mass_index))

#endif
