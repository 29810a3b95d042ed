/* Gauss-Legendre rules for loops of our own: points and weights in arrays, as loops that become vectors want them. */
#ifndef WDSCAN_GAUSS_H
#define WDSCAN_GAUSS_H

#include <stddef.h>

/* Points in 0..1, rising, and weights with the sum 1; [n] each. NaN if memory is short. */
void wd_gauss_rule(size_t n, double at[], double weight[]);

#endif
