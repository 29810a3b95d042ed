/* Contours of the excess: at each mass the coupling at which the excess, which is 0 without an A', first reaches a level: rises
 * through a positive one, or falls through a negative one, a deficit. */
#ifndef WDSCAN_CONTOUR_H
#define WDSCAN_CONTOUR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is known of a level at a mass. */
enum wd_contour_state {
  WD_CONTOUR_UNFINISHED, /* points that would decide are not computed yet, or failed */
  WD_CONTOUR_CROSSING,   /* the excess reaches the level, at a coupling that is known */
  WD_CONTOUR_ABOVE, /* it is above a positive level from the smallest coupling on, a negative one up to the largest */
  WD_CONTOUR_BELOW, /* it is below a positive level up to the largest coupling, a negative one from the smallest on */
  WD_CONTOUR_STATES
};

/* The smallest coupling at which the excess rises through `level` > 0 or falls through `level` < 0, and its standard deviation in *error
 * (the errors of different couplings are taken as fully correlated, as they are where couplings share samples;
 * elsewhere it is up to a factor sqrt(2) too large); NaN if it does not, or if it is beyond the level from
 * the first usable point on. coupling[n] rises; excess[n] may have any sign and is NaN at unusable points, of
 * which not more than one may lie between the two that enclose the crossing. */
double wd_contour_crossing(size_t n, const double *coupling, const double *excess, const double *excess_error,
                           double level, double *error);

/* Why there is, or is no, crossing: enum wd_contour_state, for the same arguments. */
int wd_contour_state(size_t n, const double *coupling, const double *excess, double level);
extern const char *const wd_contour_states[]; /* their names */

/* The same for a whole map: excess[mass * couplings + coupling] in, crossing[level * masses + mass] out. */
void wd_contour_map(size_t masses, size_t couplings, const double *coupling, const double *excess,
                    const double *excess_error, size_t levels, const double *level, double *crossing,
                    double *crossing_error);

#ifdef __cplusplus
}
#endif

#endif
