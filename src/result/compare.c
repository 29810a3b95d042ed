/* Comparison of results; see result/compare.h. */
#include "result/compare.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double rounding = 1e-12;   /* relative */
static const double smallest = FLT_MIN; /* below, parts and their errors have lost their digits in a file */

double wd_deviation(double a, double a_error, double b, double b_error) {
  if (memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b))) return 0;
  if (fabs(a - b) <= rounding * fmax(fabs(a), fabs(b)) || fabs(a - b) <= smallest) return 0;
  double error = hypot(a_error, b_error);
  return error > 0 && !isnan(a - b) ? fabs(a - b) / error : INFINITY;
}

void wd_compare_begin(wd_comparison *quantity, int n) {
  for (int i = 0; i < n; i++) quantity[i] = (wd_comparison){.largest = NAN, .mass = NAN, .coupling = NAN};
}

void wd_compare_values(wd_comparison *q, wd_compared_point where, double a, double a_error, double b,
                       double b_error) {
  double deviation = wd_deviation(a, a_error, b, b_error);
  q->compared++;
  q->other_bits += memcmp(&a, &b, sizeof a) != 0;
  q->beyond += deviation > WD_CONTRADICTION;
  q->square += deviation * deviation;
  if (deviation <= q->largest) return;
  q->largest = deviation;
  q->member = where.member;
  q->mass = where.mass;
  q->coupling = where.coupling;
  q->a = a;
  q->a_error = a_error;
  q->b = b;
  q->b_error = b_error;
}

void wd_compare_rows(wd_comparison *quantity, bool parts, wd_compared_point where, const wd_row *a,
                     const wd_row *b) {
  wd_compare_values(quantity, where, a->excess, a->excess_error, b->excess, b->excess_error);
  if (!isnan(a->minus_two_delta_lnl) && !isnan(b->minus_two_delta_lnl))
    wd_compare_values(quantity + WD_COMPARED_LIKELIHOOD, where, a->minus_two_delta_lnl,
                      a->minus_two_delta_lnl_error, b->minus_two_delta_lnl, b->minus_two_delta_lnl_error);
  for (int p = 0; parts && p < WD_POLARIZATIONS; p++) {
    wd_comparison *part = quantity + 1 + WD_COMPARED_PARTS * p;
    wd_compare_values(part, where, a->resonant[p], a->resonant_error[p], b->resonant[p],
                      b->resonant_error[p]);
    wd_compare_values(part + 1, where, a->offresonant[p], a->offresonant_error[p], b->offresonant[p],
                      b->offresonant_error[p]);
    wd_compare_values(part + 2, where, a->continuum[p], a->continuum_error[p], b->continuum[p],
                      b->continuum_error[p]);
  }
}

const char *wd_compared_part(int i, char text[64]) {
  static const char *const part[WD_COMPARED_PARTS] = {"resonant", "offresonant", "continuum"};
  if (i == WD_COMPARED_LIKELIHOOD)
    snprintf(text, 64, "minus_two_delta_lnl");
  else
    snprintf(text, 64, "%s.%s", wd_polarization_names[(i - 1) / WD_COMPARED_PARTS],
             part[(i - 1) % WD_COMPARED_PARTS]);
  return text;
}
