/* The excess of the neutrino luminosity at points of the (mass, coupling) plane, by VEGAS+ with the resonance map:
 *   excess = (L with the A' - L of the Standard Model)/(L of the Standard Model)
 * (Eq. 20 of Foldenauer & Hoefken Zink, arXiv:2405.00094), its parts and errors; docs/physics.md. No MPI, no files.
 */
#ifndef WDSCAN_POINT_H
#define WDSCAN_POINT_H

#include "wdscan/contour.h"
#include "wdscan/row.h"
#include "wdscan/star.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wd_point_result {
  double luminosity_sm[WD_POLARIZATIONS], luminosity_sm_error[WD_POLARIZATIONS]; /* [erg/s] */
  double luminosity_total, luminosity_total_error;                               /* their sum [erg/s] */
  double excess, excess_error;
  double resonant[WD_POLARIZATIONS], offresonant[WD_POLARIZATIONS];             /* shares of the excess */
  double resonant_error[WD_POLARIZATIONS], offresonant_error[WD_POLARIZATIONS]; /* Monte Carlo */
  double continuum[WD_POLARIZATIONS], continuum_error[WD_POLARIZATIONS];
  double chi2, q_value;
  int64_t dof, evaluations, iterations;
  int status;  /* enum wd_row_status */
  int failure; /* enum wd_failure */
} wd_point_result;

/* Star, model and integrator of a configuration. Not to be shared by threads; each may have its own. */
typedef struct wd_engine wd_engine;

/* `config` and `star` must outlive the engine. Errors: WD_ERR_MEMORY, WD_ERR_INTERNAL. */
int wd_engine_create(const wd_config *config, const wd_star *star, wd_engine **out, wd_error *err);
void wd_engine_free(wd_engine *engine);

/* The points (mass [eV], coupling[i]), i < n, to integrator.relative_error or integrator.max_evaluations, into
 * result[n]. Couplings may come in any order; those small enough to share their samples do, so that n of them cost
 * little more than one; alone, a point has the bits of `wdscan point`. A point that could not be computed has
 * status WD_ROW_FAILED and NaN in place of numbers. Errors: WD_ERR_USAGE for a mass or coupling that is not positive
 * and finite, WD_ERR_MEMORY. */
int wd_engine_points(wd_engine *engine, double mass, size_t n, const double *coupling,
                     wd_point_result *result, wd_error *err);

/* The coupling in [low, high] at which the excess at `mass` [eV] rises through `level` > 0, by root finding with the
 * integrator, and its standard deviation; NaN for both, and *state WD_CONTOUR_ABOVE or WD_CONTOUR_BELOW, where it
 * does not. Errors: WD_ERR_USAGE for arguments that are not positive and finite, WD_ERR_POINTS if a point fails,
 * WD_ERR_NUMERIC, WD_ERR_MEMORY. */
int wd_engine_crossing(wd_engine *engine, double mass, double low, double high, double level,
                       double *coupling, double *coupling_error, int *state, wd_error *err);

/* Ends the computation that another thread, or the code below a signal handler, has under way with this engine: it
 * returns WD_ERR_STOPPED within some hundred evaluations. Later computations are not concerned. */
void wd_engine_stop(wd_engine *engine);

/* sizeof wd_point_result and wd_star, for languages that declare them again. */
size_t wd_point_result_size(void);
size_t wd_star_size(void);

#ifdef __cplusplus
}
#endif

#endif
