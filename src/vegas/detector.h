/* The detector of what VEGAS+ misses: the largest contributions to an estimate.
 *
 * Where a peak is too narrow for the samples, what they see of it are its flanks: contributions spread over
 * many orders of magnitude, each larger one rarer, with no largest in sight. No chi^2 tells, for the variance
 * is missed together with the peak; the spread among the largest contributions does.
 */
#ifndef WDSCAN_VEGAS_DETECTOR_H
#define WDSCAN_VEGAS_DETECTOR_H

#include "wdscan/vegas.h"

enum { wd_vegas_tail_size = 256 };

/* Contributions are |F_j| N w_j, w_j the sample's share of the unit volume, N the iteration's samples, so
 * that iterations of any size are comparable. */
struct wd_vegas_tail {
  double threshold; /* only larger ones are of interest */
  size_t count;     /* of `largest`, unsorted */
  double largest[2 * wd_vegas_tail_size];
  double samples; /* all that were looked at */
  double sum, sum2;
};

void wd_vegas_tail_clear(wd_vegas_tail *tail);
/* Keeps the wd_vegas_tail_size largest and raises the threshold accordingly. */
void wd_vegas_tail_compress(wd_vegas_tail *tail);
void wd_vegas_tail_scale(wd_vegas_tail *tail, double factor);
/* Adds the other's contributions times `factor`. */
void wd_vegas_tail_merge(wd_vegas_tail *tail, const wd_vegas_tail *other, double factor);
void wd_vegas_tail_judge(wd_vegas_tail *tail, wd_vegas_verdict *verdict); /* adds to verdict->flags */

static inline void wd_vegas_tail_push(wd_vegas_tail *tail, double contribution) {
  if (!(contribution > tail->threshold)) return;
  tail->largest[tail->count++] = contribution;
  if (tail->count == 2 * wd_vegas_tail_size) wd_vegas_tail_compress(tail);
}

#endif
