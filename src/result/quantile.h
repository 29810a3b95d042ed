/* Quantiles of a sample. */
#ifndef WDSCAN_RESULT_QUANTILE_H
#define WDSCAN_RESULT_QUANTILE_H

#include <stddef.h>

/* The quantile q, 0 to 1, of x[n], which rises and may begin with -infinity and end with infinity: linear between the order
 * statistics around (n - 1) q (Hyndman and Fan 1996, number 7). An infinity where it lies beyond what is known.
 * *error: its standard deviation from the order statistics sqrt(n q (1 - q)) places away; NaN if one of these is infinite,
 * or if there are too few. */
double wd_quantile(const double *x, size_t n, double q, double *error);

#endif
