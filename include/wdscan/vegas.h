/* VEGAS+: adaptive multidimensional Monte Carlo integration.
 *
 * Lepage's algorithm (J. Comput. Phys. 439 (2021) 110386): importance sampling by a separable
 * piecewise-linear map plus adaptive stratification with n_h proportional to sigma_h^beta. No physics, no
 * MPI, no I/O, no global state; results are bit-identical for given options, stream and sequence of calls,
 * whatever the batch size.
 *
 *   wd_vegas_integrate       the usual way: warm-up, measured iterations, average, verdict
 *   wd_vegas_iterate         one iteration, for callers who steer; wd_vegas_average combines and judges them
 *   wd_vegas_integrate_sum   a sum of integrals, each with its own coordinates
 *
 * Arrays are structures of arrays: x[d * stride + i] is coordinate d (in the open unit interval) of sample i,
 * f[c * stride + i] is component c of the integrand at sample i. Covariances are full matrices,
 * cov[a * components + b]. The integration domain is the open unit hypercube.
 */
#ifndef WDSCAN_VEGAS_H
#define WDSCAN_VEGAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wd_vegas wd_vegas;
typedef struct wd_vegas_tail wd_vegas_tail; /* the largest contributions to an estimate, to judge it by */

/* A random sequence: two iterations with different (seed, work, iteration) share no random number.
 * Philox4x64-10: key = {seed, work}, counter = {block of samples, iteration, 0, 0}. */
typedef struct wd_stream {
  uint64_t seed; /* the user's seed */
  uint64_t work; /* which piece of work: packs point, shell, channel, round */
} wd_stream;

/* Evaluates samples 0..n-1; returns 0, or non-zero to abort the integration: WD_VEGAS_EINTEGRAND results, and
 * the code is in wd_vegas_iteration.code. */
typedef int (*wd_vegas_integrand)(void *params, size_t n, size_t stride, const double *x, double *f);

enum { WD_VEGAS_MAX_DIM = 256 };

enum wd_vegas_status {
  WD_VEGAS_OK = 0,
  WD_VEGAS_EINVAL,     /* unusable options or arguments */
  WD_VEGAS_ENOMEM,     /* the memory bound of the options would be exceeded, or malloc failed */
  WD_VEGAS_ENAN,       /* the integrand gave NaN or infinity and the policy is to fail */
  WD_VEGAS_EINTEGRAND, /* the integrand returned non-zero */
  WD_VEGAS_ESTATE      /* a saved state that is damaged or of other options */
};

enum wd_vegas_nan { WD_VEGAS_NAN_FAIL, WD_VEGAS_NAN_SKIP };

typedef struct wd_vegas_options {
  size_t dim;        /* 1 <= D <= WD_VEGAS_MAX_DIM */
  size_t components; /* length of the integrand vector >= 1 */
  size_t increments; /* cells of the map per axis; 0: three times the root of the evaluations, at most 1000 */
  double alpha;      /* damping exponent of the map refinement; 0 freezes the map */
  double beta;       /* stratification n_h ~ sigma_h^beta; 0: equal samples in all strata */
  const double *train; /* train[c] >= 0: the map and the strata adapt to sqrt(sum_c (train[c] f_c / |I_c|)^2),
                          |I_c| the size of the running estimate including its error; NULL: component 0.
                          Copied by wd_vegas_create. */
  size_t batch;        /* samples per call of the integrand; 0: sized for the cache */
  size_t max_strata;   /* upper bound on the number of strata; 0: 2^21. Memory: 8 (2 + 2 T) bytes for each, T
                          the number of components with train > 0 */
  enum wd_vegas_nan nan_policy;
  bool unjudged; /* saves time where no WD_VEGAS_HEAVY_TAIL is wanted: wd_vegas_iteration.tail is NULL */
} wd_vegas_options;

/* The defaults of the method for D dimensions and the given number of components. */
wd_vegas_options wd_vegas_default_options(size_t dim, size_t components);

/* One iteration's outcome; the arrays belong to the integrator and live until its next call. */
typedef struct wd_vegas_iteration {
  size_t evaluations;        /* samples really drawn */
  size_t skipped;            /* samples where a component was NaN or infinite; counted as 0 under
                                WD_VEGAS_NAN_SKIP, so that the integral is the one over all other points */
  const double *bad_point;   /* [dim] the first of them; NULL: none */
  int code;                  /* what the integrand returned */
  const double *mean;        /* [components] */
  const double *covariance;  /* [components * components], of the mean */
  const wd_vegas_tail *tail; /* [components], for wd_vegas_average_add; may be NULL there */
} wd_vegas_iteration;

int wd_vegas_create(const wd_vegas_options *options, wd_vegas **out);
void wd_vegas_free(wd_vegas *v);

/* Back to the state just after wd_vegas_create, keeping the memory. */
void wd_vegas_reset(wd_vegas *v);

/* Draws exactly `evaluations` >= 2 samples with the present map and strata, estimates the integral, and, if
 * `adapt`, refines map and strata for the next call. `iteration` selects the random numbers within the
 * stream. After a failure the estimate is void. */
int wd_vegas_iterate(wd_vegas *v, wd_vegas_integrand f, void *params, wd_stream stream, uint64_t iteration,
                     size_t evaluations, bool adapt, wd_vegas_iteration *out);

/* Sees the samples of every iteration, batch by batch: f is the integrand times the Jacobian of the map,
 * and the sum of share[i] f[c * stride + i] over an iteration is mean[c]. The arrays are only to be read. */
typedef void (*wd_vegas_observer)(void *params, size_t n, size_t stride, const double *x, const double *f,
                                  const double *share);
void wd_vegas_observe(wd_vegas *v, wd_vegas_observer observer, void *params); /* NULL: none */

const char *wd_vegas_strerror(int status);

/* Exact copy of map, strata and running estimates in `size` bytes: wd_vegas_restore into an integrator with
 * the same options continues as if nothing had happened. Byte order and layout are the machine's own. */
size_t wd_vegas_state_size(const wd_vegas *v);
void wd_vegas_save(const wd_vegas *v, void *state);
int wd_vegas_restore(wd_vegas *v, const void *state, size_t size); /* WD_VEGAS_ESTATE: v is unchanged */

/* --- Averages and verdicts -------------------------------------------------------------------------------
 */

/* By evaluations: unbiased, the default. By inverse variance: biased low, with an innocent chi^2, as long as
 * iterations that miss a peak also miss its variance. */
enum wd_vegas_averaging { WD_VEGAS_BY_EVALUATIONS, WD_VEGAS_BY_VARIANCE };

/* Reasons not to believe a result. */
enum wd_vegas_flag {
  WD_VEGAS_HEAVY_TAIL = 1, /* a few samples carry it, and larger ones must be expected */
  WD_VEGAS_CONFLICT = 2,   /* the iterations contradict each other's errors */
  WD_VEGAS_GROWING = 4,    /* it drifts from iteration to iteration */
  WD_VEGAS_BIASED = 8,     /* weighted by inverse variance it would be quite another */
  WD_VEGAS_ALL_ZERO = 16   /* every sample was zero: so is the integrand, or it was missed */
};

typedef struct wd_vegas_verdict {
  unsigned flags;       /* of enum wd_vegas_flag; 0: no objection */
  double tail_index;    /* k: contributions above t are as rare as t^(-1/k); from 1/2 on, infinite variance */
  double largest_share; /* of the largest contribution in the sum of all sizes */
  double variance_share; /* of the ten largest in the sum of all squares */
  double growth;         /* later minus earlier half of the evaluations, in its standard deviations */
  double bias;           /* mean weighted by inverse variance minus mean, in errors of the latter */
} wd_vegas_verdict;

typedef struct wd_vegas_result {
  size_t iterations, evaluations;  /* that the averages are made of */
  size_t skipped;                  /* among them, NaN or infinite */
  const double *mean, *error;      /* [components] */
  const double *covariance;        /* [components * components], of the mean */
  const double *chi2, *q;          /* [components] of the iterations; probability of a larger chi2 */
  size_t dof;                      /* of chi2 */
  const wd_vegas_verdict *verdict; /* [components] */
  unsigned flags;                  /* of all components: if not 0, the result is unreliable */
} wd_vegas_result;

typedef struct wd_vegas_average wd_vegas_average;

int wd_vegas_average_create(size_t components, enum wd_vegas_averaging how, wd_vegas_average **out);
void wd_vegas_average_free(wd_vegas_average *average);
void wd_vegas_average_reset(wd_vegas_average *average);
size_t wd_vegas_average_components(const wd_vegas_average *average);
int wd_vegas_average_add(wd_vegas_average *average, const wd_vegas_iteration *iteration);
/* The arrays of *out belong to the average and live until its next call. */
void wd_vegas_average_result(wd_vegas_average *average, wd_vegas_result *out);

/* --- The usual way ---------------------------------------------------------------------------------------
 */

typedef struct wd_vegas_plan {
  wd_stream stream;
  uint64_t first_iteration;  /* in the stream; a continued integration starts at the old next_iteration */
  size_t warmup;             /* iterations that only adapt; up to three times as many until they settle */
  size_t warmup_evaluations; /* samples of the first of them; each has half as many again as the one before.
                                0: all have `evaluations` */
  size_t iterations;         /* measured at least */
  size_t evaluations;        /* samples of a measured iteration, at first: with a target they may grow */
  size_t max_evaluations;    /* cap on all samples, warm-up included; 0: none beyond `iterations` */
  double relative, absolute; /* targets: stop when error <= max(absolute, relative |mean|) in all trained
                                components; both 0: no target, `iterations` are measured */
} wd_vegas_plan;

/* For a budget of so many samples, 50 or more: a warm-up of up to six growing iterations on 15 per cent of
 * them, then three measured ones; two in one and two dimensions, where strata do most of the work and
 * prefer long iterations. Set a target and a higher cap to go on from there. */
wd_vegas_plan wd_vegas_default_plan(size_t dim, wd_stream stream, size_t evaluations);

typedef struct wd_vegas_outcome {
  wd_vegas_result result;
  bool target_met;        /* false also where there was no target */
  size_t all_evaluations; /* warm-up included */
  uint64_t next_iteration;
  const double *bad_point; /* [dim] first sample with NaN or infinity; NULL: none */
  int code;                /* of the integrand, if WD_VEGAS_EINTEGRAND */
} wd_vegas_outcome;

/* Integrates with v as it is (fresh, trained or restored) and collects in `average` (which keeps what it
 * has). Reaching the cap without the target is WD_VEGAS_OK with target_met false. */
int wd_vegas_integrate(wd_vegas *v, wd_vegas_integrand f, void *params, const wd_vegas_plan *plan,
                       wd_vegas_average *average, wd_vegas_outcome *out);

/* A scalar integrand as a wd_vegas_integrand: pass wd_vegas_scalar_integrand and a wd_vegas_scalar. */
typedef struct wd_vegas_scalar {
  double (*f)(const double *x, size_t dim, void *params);
  void *params;
  size_t dim;
} wd_vegas_scalar;

int wd_vegas_scalar_integrand(void *scalar, size_t n, size_t stride, const double *x, double *f);

/* --- Sums of integrals -----------------------------------------------------------------------------------
 */

/* One term: weight * integral of f(x(y)) |dx/dy| over the unit hypercube of y. */
typedef struct wd_vegas_channel {
  wd_vegas *v; /* the channel's own integrator; all have the same components */
  wd_vegas_integrand f;
  void *params;
  double weight;
  /* Coordinates: y -> x (may be in place) and |dx/dy| of n samples; NULL: x = y. Non-zero aborts. */
  int (*map)(void *map_params, size_t n, size_t stride, const double *y, double *x, double *jacobian);
  void *map_params;
} wd_vegas_channel;

/* Like wd_vegas_integrate for the sum of the channels; an iteration's samples go to the channels by their
 * share of the standard deviation. Channel k of K uses iterations i * K + k of the stream. */
int wd_vegas_integrate_sum(const wd_vegas_channel *channels, size_t count, const wd_vegas_plan *plan,
                           wd_vegas_average *average, wd_vegas_outcome *out);

/* --- A coordinate map ------------------------------------------------------------------------------------
 */

/* Breit-Wigner coordinate: t in [lo, hi] from u in (0, 1) so that dt / (t^2 + width^2) = (angle / width) du,
 * exact for a resonance at t = 0 (inside the limits or not) from widths of 1e-29 of the interval to widths
 * that make it flat. t is the distance from the pole: never compute it as a difference. */
typedef struct wd_bw_map {
  double width, lo, hi;
  double angle; /* atan(hi / width) - atan(lo / width) */
} wd_bw_map;

wd_bw_map wd_bw_map_make(double width, double lo, double hi); /* width > 0, lo < hi */
double wd_bw_map_at(const wd_bw_map *map, double u);

#ifdef __cplusplus
}
#endif

#endif
