/* Gauss-Legendre rules for loops of our own: points and weights in arrays, as loops that become vectors want them. */
#ifndef WDSCAN_GAUSS_H
#define WDSCAN_GAUSS_H

enum { WD_GAUSS_MOST = 96 };

typedef struct wd_gauss {
  int nodes;
  double at[WD_GAUSS_MOST];     /* [nodes] points in 0..1, rising */
  double weight[WD_GAUSS_MOST]; /* [nodes] with the sum 1 */
} wd_gauss;

/* The rule of so many nodes, at most WD_GAUSS_MOST: made when it is first asked for and kept, for each thread its own.
 * NaN in it if memory is short. */
const wd_gauss *wd_gauss_rule(int nodes);

#endif
