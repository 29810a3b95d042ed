/* What an A' does to the time that a star takes to cool through a window, and f_s: the factor on plasmon decay in the
 * Standard Model that does the same (B. M. S. Hansen et al., Astrophys. J. 809 (2015) 141). */
#ifndef WDSCAN_BOUND_H
#define WDSCAN_BOUND_H

#include "bound/emission.h"
#include "bound/likelihood.h"

/* Star, window, emission, f_s and likelihood of a configuration. Not to be shared by threads. */
typedef struct wd_bound wd_bound;

/* `config` must outlive it. WD_ERR_CONFIG if the star does not pass through the window, or what is
 * observed; errors as of wd_emission_create, wd_likelihood_create, wd_red_giant_create, wd_along_window and wd_along_prepare. Free
 * with wd_bound_free. */
int wd_bound_create(const wd_config *config, wd_bound **out, wd_error *err);
void wd_bound_free(wd_bound *bound);

/* Takes another table of the losses than wd_emission_usual, to see what that one is worth. Errors as of wd_emission_create; then
 * the bound can only be freed. */
int wd_bound_tabulate(wd_bound *bound, const wd_emission_plan *plan, wd_error *err);

typedef struct wd_bound_result {
  /* Time in the window over that in the Standard Model; of our own star at least that of the largest f_s. */
  double time_ratio;
  double f_s, f_s_error; /* error: Monte Carlo, of the emission */
  double early;          /* share of the Standard Model's time in the window before cooling.earliest */
  int status;            /* enum wd_row_status */
  /* -2 ln of the likelihood with the A' over that without: negative where the A' fits better. NaN if nothing is observed */
  double minus_two_delta_lnl, minus_two_delta_lnl_error; /* error: Monte Carlo, of the emission */
  double contribution[WD_DATA];                          /* by datum; NaN: not in use */
  wd_prediction prediction;
  double loss_error; /* of prediction.loss, Monte Carlo */
} wd_bound_result;

/* The star of the Standard Model in the middle of the window: the tabulated one whose central temperature is nearest. */
const wd_star *wd_bound_star(const wd_bound *bound);

/* What it follows of cooling.track; NULL: our own star cools. */
const wd_sequence *wd_bound_track(const wd_bound *bound);

wd_emission *wd_bound_emission(const wd_bound *bound);

/* NULL if nothing is observed. */
const wd_likelihood *wd_bound_likelihood(const wd_bound *bound);

/* `interrupted` as of wd_sampler_interrupt. */
void wd_bound_interrupt(wd_bound *bound, bool (*interrupted)(void));

/* How many stars a point needs: those of the emission, and then the red giant if it is observed. */
size_t wd_bound_stars(const wd_bound *bound);

/* As wd_emission_compute, for one of these. */
int wd_bound_compute(wd_bound *bound, size_t star, uint64_t stream, double mass, size_t n,
                     const double *coupling, double *excess, double *error, wd_emission_whole *whole,
                     wd_error *err);

/* The outcome for one coupling: excess[star * shells + s], error[star * shells + s], NULL if they are exact, and whole[star] of
 * wd_bound_compute. f_s is at most
 * 1 + WD_BOUND_LARGEST; that is a lower limit, as out->status says, and so is f_s where steps cannot follow the star with all of
 * the emission. Where that is beyond doubt from the table alone no sequence is computed, unless a luminosity function or a pulsator
 * needs it. WD_ERR_NUMERIC, WD_ERR_MEMORY; WD_ERR_POINTS if this star does not come through the window or to the end of what is
 * observed. */
#define WD_BOUND_LARGEST 30
int wd_bound_evaluate(const wd_bound *bound, const double *excess, const double *error,
                      const wd_emission_whole *whole, wd_bound_result *out, wd_error *err);

/* All of it for the point (mass [eV], coupling). */
int wd_bound_point(wd_bound *bound, double mass, double coupling, wd_bound_result *out, wd_error *err);

#endif
