/* Axes of grids: which values two of them have in common, and what they make together. Values that agree to
 * WD_AXIS_SAME are the same: grids that reach differently far compute their common values with other roundings.
 */
#ifndef WDSCAN_RESULT_AXIS_H
#define WDSCAN_RESULT_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#define WD_AXIS_SAME 1e-12 /* relative */

/* The index of a positive value on axis[n], which rises; n if it is not there. */
size_t wd_axis_find(const double *axis, size_t n, double value);

/* Are the values of both the same, one by one? */
bool wd_axis_same(const double *a, size_t a_count, const double *b, size_t b_count);

/* The values of both, which rise, in rising order, into out[a_count + b_count]; where they are the same, that of `a`. Returns
 * their number. */
size_t wd_axis_union(const double *a, size_t a_count, const double *b, size_t b_count, double *out);

/* The indices of the values from `low` to `high`, both included: *first, and their number. */
size_t wd_axis_range(const double *axis, size_t n, double low, double high, size_t *first);

#endif
