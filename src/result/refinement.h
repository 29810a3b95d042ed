/* Which masses of a grid are computed, where only some are: at first every 2^levels-th and the last, then, again and again, those in
 * the middle between two neighbours where a contour is not known from them: where its coupling, interpolated in the logarithms,
 * has an error above the tolerance that is not noise, or where only one of the two is crossed. This depends on nothing but the
 * contours at masses chosen before, so that the same masses are chosen whatever the history of a scan. */
#ifndef WDSCAN_RESULT_REFINEMENT_H
#define WDSCAN_RESULT_REFINEMENT_H

#include "wdscan/config.h"
#include "wdscan/contour.h"

typedef struct wd_refinement {
  size_t masses, levels; /* levels of the excess, or of f_s */
  size_t step;           /* between the masses chosen at first */
  double tolerance;      /* relative error of a contour's coupling */
  double *x;             /* [masses], ln of the mass */
  bool *chosen;          /* [masses] */
  /* contours at chosen masses, [level * masses + mass]; by the caller */
  double *coupling, *error; /* NaN unless crossed */
  int8_t *state;            /* enum wd_contour_state */
  /* scratch, [masses] */
  size_t *index;
  double *node, *value, *deviation;
} wd_refinement;

/* Of the grid of a configuration with `grid.refine`, mass[masses] in eV; the first masses are chosen. Errors:
 * WD_ERR_MEMORY. */
int wd_refinement_create(const wd_config *config, const double *mass, size_t masses, wd_refinement **out,
                         wd_error *err);
void wd_refinement_free(wd_refinement *refinement);

/* Chooses more masses, of which it returns the number; 0: that is all. The contours at those chosen before must be there. */
size_t wd_refinement_choose(wd_refinement *refinement);

/* How many are chosen. */
size_t wd_refinement_chosen(const wd_refinement *refinement);

#endif
