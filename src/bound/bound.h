/* What an A' does to the time that a star takes to cool through a window, and f_s: the factor on plasmon decay in the
 * Standard Model that does the same (B. M. S. Hansen et al., Astrophys. J. 809 (2015) 141). */
#ifndef WDSCAN_BOUND_H
#define WDSCAN_BOUND_H

#include "bound/emission.h"

/* Star, window, emission and f_s of a configuration. Not to be shared by threads. */
typedef struct wd_bound wd_bound;

/* `config` must outlive it. WD_ERR_CONFIG if the star does not pass through the window; errors as of wd_star_create. Free
 * with wd_bound_free. */
int wd_bound_create(const wd_config *config, wd_bound **out, wd_error *err);
void wd_bound_free(wd_bound *bound);

typedef struct wd_bound_result {
  double time_ratio;     /* time in the window over that in the Standard Model */
  double f_s, f_s_error; /* error: Monte Carlo, of the emission */
  double early;          /* share of the Standard Model's time in the window before cooling.earliest */
  int status;            /* enum wd_row_status */
} wd_bound_result;

/* The star of the Standard Model in the middle of the window. */
const wd_star *wd_bound_star(const wd_bound *bound);

/* What it follows of cooling.track; NULL: our own star cools. */
const wd_sequence *wd_bound_track(const wd_bound *bound);

wd_emission *wd_bound_emission(const wd_bound *bound);

/* The outcome for one coupling: excess[star * shells + s] and whole[star] of wd_emission_compute. Where A' take more than
 * WD_BOUND_LARGEST times what plasmon decay does in the middle of the window, they are taken to take that, and f_s is a lower limit.
 * WD_ERR_NUMERIC, WD_ERR_MEMORY. */
#define WD_BOUND_LARGEST 30
int wd_bound_evaluate(const wd_bound *bound, const double *excess, const wd_emission_whole *whole,
                      wd_bound_result *out, wd_error *err);

/* All of it for the point (mass [eV], coupling). */
int wd_bound_point(wd_bound *bound, double mass, double coupling, wd_bound_result *out, wd_error *err);

#endif
