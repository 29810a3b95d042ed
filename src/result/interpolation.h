/* Polynomials through neighbouring nodes of a curve, with an estimate of their error.
 *
 * A value is that of the polynomial through up to WD_INTERPOLATION_NODES nodes that follow each other. The
 * two polynomials that leave out its last or its first node differ by what the highest order contributes: the estimate of the
 * error. Of all such runs of nodes around a place that with the smallest estimate is taken, so that a jump or a kink
 * elsewhere does not spoil it (Harten et al. 1987, J. Comput. Phys. 71, 231). The run with two nodes on each side is blind
 * to a kink in its middle; its error is no smaller than half that of the others. That of a line through two nodes is taken
 * to be a quarter of its rise.
 */
#ifndef WDSCAN_RESULT_INTERPOLATION_H
#define WDSCAN_RESULT_INTERPOLATION_H

#include <stddef.h>

enum { WD_INTERPOLATION_NODES = 4 };

/* How a value follows from those of the nodes. */
typedef struct wd_interpolation {
  size_t nodes;                              /* of a run; 0: there is none */
  size_t first, error_first;                 /* of the runs from which value and error come */
  double weight[WD_INTERPOLATION_NODES];     /* of the value */
  double difference[WD_INTERPOLATION_NODES]; /* weights of the error */
} wd_interpolation;

typedef struct wd_interpolated {
  double value;
  double deviation;       /* standard deviation, from those of the nodes, which are independent */
  double error;           /* estimate of the error of the interpolation, >= 0 */
  double error_deviation; /* standard deviation of this estimate */
} wd_interpolated;

/* Between the nodes `gap` and `gap` + 1 of n > gap + 1, at x[gap] <= at <= x[gap + 1]. x[n] rises; y[n] is NaN where there
 * is no node, and nodes beyond such a gap are not used; deviation[n] are standard deviations of y. No nodes if y[gap] or
 * y[gap + 1] is NaN. */
wd_interpolation wd_interpolation_at(size_t n, const double *x, const double *y, size_t gap, double at);

/* What it makes of the values y and their standard deviations, arrays over all nodes; NaN if it has no nodes. */
wd_interpolated wd_interpolate(const wd_interpolation *p, const double *y, const double *deviation);

#endif
