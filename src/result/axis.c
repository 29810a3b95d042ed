/* Axes of grids; see result/axis.h. */
#include "result/axis.h"

#include <math.h>

static bool same(double a, double b) {
  return fabs(a - b) <= WD_AXIS_SAME * fabs(a);
}

/* The first index whose value is not below `value`; n if there is none. */
static size_t lower_bound(const double *axis, size_t n, double value) {
  size_t low = 0, high = n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (axis[middle] < value && !same(axis[middle], value))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

size_t wd_axis_find(const double *axis, size_t n, double value) {
  size_t i = lower_bound(axis, n, value);
  return i < n && same(axis[i], value) ? i : n;
}

bool wd_axis_same(const double *a, size_t a_count, const double *b, size_t b_count) {
  bool equal = a_count == b_count;
  for (size_t i = 0; equal && i < a_count; i++) equal = same(a[i], b[i]);
  return equal;
}

size_t wd_axis_union(const double *a, size_t a_count, const double *b, size_t b_count, double *out) {
  size_t i = 0, k = 0, n = 0;
  while (i < a_count || k < b_count) {
    bool both = i < a_count && k < b_count && same(a[i], b[k]);
    bool from_a = both || k == b_count || (i < a_count && a[i] < b[k]);
    out[n++] = from_a ? a[i] : b[k];
    i += from_a;
    k += both || !from_a;
  }
  return n;
}

size_t wd_axis_range(const double *axis, size_t n, double low, double high, size_t *first) {
  *first = lower_bound(axis, n, low);
  size_t end = *first;
  while (end < n && (axis[end] <= high || same(axis[end], high))) end++;
  return end - *first;
}
