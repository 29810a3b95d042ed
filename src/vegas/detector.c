/* The detector of what VEGAS+ misses; see vegas/detector.h. */
#include "vegas/detector.h"

#include <math.h>

enum { few = 10 }; /* contributions that must not carry half of the variance */

void wd_vegas_tail_clear(wd_vegas_tail *tail) {
  tail->threshold = tail->samples = tail->sum = tail->sum2 = 0;
  tail->count = 0;
}

/* Moves the m largest of n numbers to the front (Hoare's selection). */
static void select_largest(double *a, size_t n, size_t m) {
  size_t lo = 0, hi = n - 1;
  while (lo < hi) {
    const double pivot = a[lo + (hi - lo) / 2];
    size_t i = lo - 1, j = hi + 1; /* lo - 1 may wrap around, and comes back */
    for (;;) {
      do i++;
      while (a[i] > pivot);
      do j--;
      while (a[j] < pivot);
      if (i >= j) break;
      const double swap = a[i];
      a[i] = a[j];
      a[j] = swap;
    }
    if (m <= j + 1)
      hi = j;
    else
      lo = j + 1;
  }
}

void wd_vegas_tail_compress(wd_vegas_tail *tail) {
  if (tail->count <= wd_vegas_tail_size) return;
  select_largest(tail->largest, tail->count, wd_vegas_tail_size);
  tail->count = wd_vegas_tail_size;
  tail->threshold = tail->largest[0];
  for (size_t i = 1; i < tail->count; i++)
    if (tail->largest[i] < tail->threshold) tail->threshold = tail->largest[i];
}

void wd_vegas_tail_scale(wd_vegas_tail *tail, double factor) {
  tail->threshold *= factor;
  tail->sum *= factor;
  tail->sum2 *= factor * factor;
  for (size_t i = 0; i < tail->count; i++) tail->largest[i] *= factor;
}

void wd_vegas_tail_merge(wd_vegas_tail *tail, const wd_vegas_tail *other, double factor) {
  tail->samples += other->samples;
  tail->sum += other->sum * factor;
  tail->sum2 += other->sum2 * factor * factor;
  for (size_t i = 0; i < other->count; i++) wd_vegas_tail_push(tail, other->largest[i] * factor);
}

/* Hill's estimator of the tail index from the m largest, which are moved to the front: the mean of
 * ln(contribution / smallest of them). */
static double tail_index(wd_vegas_tail *tail) {
  size_t m = (size_t)fmin(0.2 * tail->samples, 3 * sqrt(tail->samples));
  if (m > wd_vegas_tail_size) m = wd_vegas_tail_size;
  if (m > tail->count) m = tail->count;
  if (m < 2) return 0;
  select_largest(tail->largest, tail->count, m);
  double smallest = tail->largest[0], sum = 0;
  for (size_t i = 1; i < m; i++) smallest = tail->largest[i] < smallest ? tail->largest[i] : smallest;
  for (size_t i = 0; i < m; i++) sum += log(tail->largest[i] / smallest);
  if (m > few) select_largest(tail->largest, m, few);
  return sum / (double)(m - 1);
}

void wd_vegas_tail_judge(wd_vegas_tail *tail, wd_vegas_verdict *verdict) {
  verdict->tail_index = tail_index(tail);
  double top = 0, largest = 0;
  for (size_t i = 0; i < tail->count && i < few; i++) {
    top += tail->largest[i] * tail->largest[i];
    largest = fmax(largest, tail->largest[i]);
  }
  verdict->largest_share = tail->sum > 0 ? largest / tail->sum : 0;
  verdict->variance_share = tail->sum2 > 0 ? top / tail->sum2 : 0;
  const double k = verdict->tail_index, share = verdict->variance_share;
  if (k > 0.5 || share > 0.5) verdict->flags |= WD_VEGAS_HEAVY_TAIL;
}
