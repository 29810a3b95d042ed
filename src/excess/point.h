/* Grid points of one mass: from the estimates of the shells to the excess with its error, in as many rounds as it
 * takes, for one coupling or for several that share the samples.
 *
 * With N the excess and D the Standard-Model luminosity, each a sum over shells and channels in fixed order, the
 * result is eps = N/D (Eq. 20); its error follows from the full covariance, since both were sampled together:
 *   var(eps) = [var N - 2 eps cov(N, D) + eps^2 var D]/D^2        (P.33) of docs/physics.md.
 * N is a linear combination of the channels' components, the coupling being in the coefficients only (channels.h).
 * After a pilot round, evaluations go to shells and channels in proportion to the error they cause (Neyman), until
 * every coupling has reached the target, or the cap is. Everything is a deterministic function of configuration,
 * mass and couplings.
 */
#ifndef WDSCAN_EXCESS_POINT_H
#define WDSCAN_EXCESS_POINT_H

#include "excess/shell.h"
#include "wdscan/point.h"

/* Plain data of wd_point_size() bytes: the state between rounds, for a number of couplings. */
typedef struct wd_point wd_point;
size_t wd_points_size(const wd_config *config, size_t couplings);

/* Round 0. `point` selects the random streams. Coupling 0: the Standard-Model luminosity alone, with `relative_error`
 * of the total as the target. Several couplings: ascending, see wd_points_shareable. */
void wd_points_begin(wd_point *state, const wd_config *config, uint64_t point, double mass,
                     const double *coupling, size_t couplings, double relative_error);

/* What a point may take whatever integrator.max_evaluations says: its pilot round at its smallest. */
int64_t wd_points_least_evaluations(const wd_config *config);

/* After wd_points_begin: the resonant parts for a width K set by hand, as by wd_sampler_set_width. For tests. */
void wd_points_set_width(wd_point *state, double width);

/* Whether a point may share samples with smaller couplings: where K and r_BSM shift the finite parts and the pole by
 * less than `shift` of themselves. */
#define WD_SHAREABLE 1e-5 /* the usual one */
bool wd_points_shareable(const wd_config *config, double coupling, double shift);

/* What the shell is to compute in the present round. */
void wd_point_order(const wd_point *state, uint32_t shell, wd_shell_order *order);

/* Takes a shell's result; shells of a round in ascending order. */
void wd_point_absorb(wd_point *state, uint32_t shell, const wd_shell_result *result);

/* After all shells: true if another round is needed (and planned). */
bool wd_point_advance(wd_point *state, const wd_config *config);

/* After wd_point_advance: the outcome for coupling number `which`. */
void wd_points_result_of(const wd_point *state, size_t which, wd_point_result *out);

/* Diagnostics of one shell, for the row of coupling number `which`: chi2/dof (NaN if none), evaluations, iterations,
 * and the error that the shell contributes to the excess, relative to the excess. */
void wd_points_shell(const wd_point *state, size_t which, const wd_point_result *result, uint32_t shell,
                     double *chi2_per_dof, int64_t *evaluations, double *relative_error, int32_t *iterations);

/* The excess of one shell over its own luminosity in the Standard Model, for coupling number `which`, and its Monte Carlo
 * standard deviation. */
double wd_points_shell_excess(const wd_point *state, size_t which, uint32_t shell, double *error);

/* All of it, serially. */
void wd_point_compute(wd_sampler *sampler, const wd_config *config, wd_point *state);

/* The same for a single coupling. */
static inline size_t wd_point_size(const wd_config *config) {
  return wd_points_size(config, 1);
}

static inline void wd_point_begin(wd_point *state, const wd_config *config, uint64_t point, double mass,
                                  double coupling, double relative_error) {
  wd_points_begin(state, config, point, mass, &coupling, 1, relative_error);
}

static inline void wd_point_result_of(const wd_point *state, wd_point_result *out) {
  wd_points_result_of(state, 0, out);
}

#endif
