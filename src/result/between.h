/* Contours between the masses of a grid. */
#ifndef WDSCAN_RESULT_BETWEEN_H
#define WDSCAN_RESULT_BETWEEN_H

#include "wdscan/contour.h"

/* Two parabolas that differ by more do not describe the same curve: relative, of the coupling. */
#define WD_BETWEEN_LARGEST 0.1

/* The contour of a level at a mass `at` between those of a grid, mass[n], at which coupling[n], error[n] and state[n] are its
 * couplings, their standard deviations and enum wd_contour_state: interpolated in the logarithms, with the estimate of
 * interpolation in its error. Returns the state: that of both neighbours, or WD_CONTOUR_UNFINISHED and NaN if these have
 * different ones, or if there is a threshold in between, so that the estimate is above WD_BETWEEN_LARGEST. At a mass of the
 * grid what is there. */
int wd_contour_between(size_t n, const double *mass, const double *coupling, const double *error,
                       const int *state, double at, double *coupling_at, double *error_at);

#endif
