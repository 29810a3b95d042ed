/* Monte Carlo integration of one shell of the star for one grid point.
 *
 * A wd_sampler holds what all points share: the star, the shells and the VEGAS+ integrators of the channels.
 * wd_sampler_compute() is a pure function of its order: random streams are keyed by (seed; point, shell,
 * round, channel) and the iteration, so the result does not depend on where or when it is computed.
 */
#ifndef WDSCAN_SHELL_H
#define WDSCAN_SHELL_H

#include "excess/channels.h"
#include "wdscan/row.h"
#include "wdscan/vegas.h"

enum { WD_SHELLS_MAX = 10000, WD_ROUNDS_MAX = 64, WD_COMPONENTS_MAX = WD_PLANE_COMPONENTS };
#define WD_POINTS_MAX (1ull << 40)

/* What to compute: a shell of a point in one round. */
typedef struct wd_shell_order {
  uint64_t point;        /* < WD_POINTS_MAX: selects the random streams */
  double mass, coupling; /* mass [eV]; coupling 0: the Standard Model alone */
  uint32_t round, shell;
  int64_t evaluations[WD_CHANNELS]; /* to be spent, warm-up included; 0: leave the channel out */
} wd_shell_order;

/* The estimate of one channel: luminosities in erg/s, components as in excess/channels.h. */
typedef struct wd_estimate {
  int64_t evaluations; /* all that were spent */
  int64_t measured;    /* those the estimate rests on */
  int32_t iterations;
  int32_t dof; /* of chi2 */
  double chi2; /* of the channel's sum over the iterations */
  double mean[WD_COMPONENTS_MAX];
  double covariance[WD_COMPONENTS_MAX * WD_COMPONENTS_MAX]; /* of the mean, [a * components + b] */
} wd_estimate;

typedef struct wd_shell_result {
  int32_t failure; /* enum wd_failure */
  wd_estimate channel[WD_CHANNELS];
} wd_shell_result;

typedef struct wd_sampler wd_sampler;

/* The star must outlive the sampler. Errors: WD_ERR_MEMORY, WD_ERR_INTERNAL. */
int wd_sampler_create(const wd_config *config, const wd_star *star, wd_sampler **out, wd_error *err);
void wd_sampler_free(wd_sampler *sampler);

/* `interrupted` is called every few hundred evaluations; when it says true the computation ends at once, with
 * a void result. NULL: never. */
void wd_sampler_interrupt(wd_sampler *sampler, bool (*interrupted)(void));

/* For verification: sets the width K by hand, 0: that of the model. */
void wd_sampler_set_width(wd_sampler *sampler, double width);

/* A batch of the samples on which an estimate rests; arrays as in wd_vegas_observe. */
typedef struct wd_sample_batch {
  const wd_shell_order *order;
  const wd_shell *shell;
  int channel;
  int64_t measured; /* samples of the whole iteration; the estimate is the average of all, weighted by this */
  size_t n, stride;
  const double *x, *f, *share;
} wd_sample_batch;

/* `observer` sees all samples but those of the warm-up. NULL: none. */
void wd_sampler_observe(wd_sampler *sampler, void (*observer)(void *ctx, const wd_sample_batch *batch),
                        void *ctx);

void wd_sampler_compute(wd_sampler *sampler, const wd_shell_order *order, wd_shell_result *result);

/* Shells are equal steps in the node coordinate s of the star's profile. */
double wd_shell_edge(const wd_config *config, const wd_star *star, int64_t shell);   /* s */
double wd_shell_middle(const wd_config *config, const wd_star *star, int64_t shell); /* mid-radius [km] */

/* Adds an estimate to a sum of independent ones; the mean is weighted by measured evaluations, not by errors,
 * which would bias it. `components` as wd_channel_components(). */
void wd_estimate_add(wd_estimate *sum, const wd_estimate *more, size_t components);

#endif
