/* Comparison of two results of one grid, quantity by quantity, in units of their errors. */
#ifndef WDSCAN_RESULT_COMPARE_H
#define WDSCAN_RESULT_COMPARE_H

#include "wdscan/row.h"
#include <stdint.h>

/* The observable, then its parts, polarisation by polarisation: resonant, offresonant, continuum; last the likelihood. */
enum {
  WD_COMPARED_PARTS = 3,
  WD_COMPARED_LIKELIHOOD = 1 + WD_COMPARED_PARTS * WD_POLARIZATIONS,
  WD_COMPARED
};

/* From here on [sigma] two results of one point contradict each other. */
#define WD_CONTRADICTION 5.0

/* How the values a and b of one quantity differ over all points that have both. */
typedef struct wd_comparison {
  uint64_t compared, other_bits; /* points; those whose values are not bit-identical */
  uint64_t beyond;               /* those that deviate by more than WD_CONTRADICTION */
  double square;                 /* sum of the squared deviations [sigma^2] */
  double largest, mass,
      coupling;  /* the largest deviation [sigma], and where [eV]; NaN if nothing was compared */
  size_t member; /* of a scan with axes, there */
  double a, a_error, b, b_error; /* the values there */
} wd_comparison;

/* |a - b| over the root of the sum of the squared errors, which are taken as independent. 0 for values that are the same
 * to 1e-12, or to 1e-38, as far as single precision reaches; infinite for others without errors, and where one is NaN. */
double wd_deviation(double a, double a_error, double b, double b_error);

/* Where two values are compared: (mass [eV], coupling) of a member of a scan. */
typedef struct wd_compared_point {
  size_t member;
  double mass, coupling;
} wd_compared_point;

/* Begins a comparison of quantities[n]. */
void wd_compare_begin(wd_comparison *quantity, int n);

/* Adds a point to one quantity. */
void wd_compare_values(wd_comparison *quantity, wd_compared_point where, double a, double a_error, double b,
                       double b_error);

/* Adds two rows that were computed to quantity[WD_COMPARED]; the parts only with `parts`, the likelihood if both have one. */
void wd_compare_rows(wd_comparison *quantity, bool parts, wd_compared_point where, const wd_row *a,
                     const wd_row *b);

/* The name of quantity i > 0: "transverse.resonant", ..., "minus_two_delta_lnl". Returns `text`. */
const char *wd_compared_part(int i, char text[64]);

#endif
