/* Smooth interpolation of a function of two variables on an even grid: a tensor product of B-splines of degree 7,
 * whose derivatives up to the sixth are continuous everywhere. Off the ends of the grid by 4 steps or more its error
 * falls with the eighth power of the step; beyond the grid there is no value.
 */
#ifndef WDSCAN_SPLINE_H
#define WDSCAN_SPLINE_H

#include "wdscan/status.h"
#include <stddef.h>

enum { WD_SPLINE_DEGREE = 7, WD_SPLINE_WIDTH = WD_SPLINE_DEGREE + 1 };

/* Nodes start + i step, i < count; count >= WD_SPLINE_WIDTH. */
typedef struct wd_spline_axis {
  double start, step;
  size_t count;
} wd_spline_axis;

typedef struct wd_spline wd_spline;

/* Through value[i * y.count + j] at the nodes (x_i, y_j). WD_ERR_MEMORY. */
int wd_spline_create(wd_spline_axis x, wd_spline_axis y, const double value[], wd_spline **out,
                     wd_error *err);
void wd_spline_free(wd_spline *spline);

/* The B-splines that do not vanish at one coordinate, and their first and second derivatives with respect to it. */
typedef struct wd_spline_weights {
  size_t first;
  double value[WD_SPLINE_WIDTH], slope[WD_SPLINE_WIDTH], second[WD_SPLINE_WIDTH];
} wd_spline_weights;

/* A coordinate off the grid is an error of the caller. */
void wd_spline_weights_x(const wd_spline *spline, double x, wd_spline_weights *out);
void wd_spline_weights_y(const wd_spline *spline, double y, wd_spline_weights *out);

/* The function and its derivatives at one place. */
typedef struct wd_spline_value {
  double f, fx, fxx, fy, fxy;
} wd_spline_value;
wd_spline_value wd_spline_at(const wd_spline *spline, const wd_spline_weights *x, const wd_spline_weights *y);
/* The same without the second derivatives, which are left 0. */
wd_spline_value wd_spline_slopes(const wd_spline *spline, const wd_spline_weights *x,
                                 const wd_spline_weights *y);
double wd_spline_only(const wd_spline *spline, const wd_spline_weights *x,
                      const wd_spline_weights *y); /* f */

#endif
