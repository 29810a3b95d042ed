/* VEGAS+: adaptive multidimensional Monte Carlo integration.
 *
 * Lepage's algorithm (J. Comput. Phys. 439 (2021) 110386): importance sampling by a separable
 * piecewise-linear map plus adaptive stratification with n_h proportional to sigma_h^beta. No physics, no
 * MPI, no I/O, no global state; results are bit-identical for given options, stream and sequence of calls,
 * whatever the batch size.
 *
 *   wd_vegas_create -> wd_vegas_iterate ... (one iteration each) -> wd_vegas_free       the low-level way
 *   wd_vegas_integrate: warm-up, measured iterations, averaging, verdict                 the usual way
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

typedef struct wd_vegas wd_vegas;

/* A random sequence: two iterations with different (seed, work, iteration) share no random number.
 * Philox4x64-10: key = {seed, work}, counter = {block of samples, iteration, 0, 0}. */
typedef struct wd_stream {
  uint64_t seed; /* the user's seed */
  uint64_t work; /* which piece of work: packs point, shell, channel, round */
} wd_stream;

/* Evaluates samples 0..n-1; returns 0, or non-zero to abort the integration: WD_VEGAS_EINTEGRAND results, and
 * the code is in wd_vegas_iteration.code. */
typedef int (*wd_vegas_integrand)(void *params, size_t n, size_t stride, const double *x, double *f);

enum wd_vegas_status {
  WD_VEGAS_OK = 0,
  WD_VEGAS_EINVAL,    /* unusable options or arguments */
  WD_VEGAS_ENOMEM,    /* the memory bound of the options would be exceeded, or malloc failed */
  WD_VEGAS_ENAN,      /* the integrand gave NaN or infinity and the policy is to fail */
  WD_VEGAS_EINTEGRAND /* the integrand returned non-zero */
};

enum wd_vegas_nan { WD_VEGAS_NAN_FAIL, WD_VEGAS_NAN_SKIP };

typedef struct wd_vegas_options {
  size_t dim;          /* D >= 1 */
  size_t components;   /* length of the integrand vector >= 1 */
  size_t increments;   /* cells of the map per axis; 0: about one per 10 samples, at most 1000, but not
                          fewer than strata up to 1999 */
  double alpha;        /* damping of the map refinement; 0 freezes it */
  double beta;         /* stratification n_h ~ sigma_h^beta; 0: equal samples in all strata */
  const double *train; /* train[c] >= 0: the map and the strata adapt to sqrt(sum_c (train[c] f_c / |I_c|)^2),
                          |I_c| the size of the running estimate including its error; NULL: component 0.
                          Copied by wd_vegas_create. */
  size_t batch;        /* samples per call of the integrand; 0: sized for the cache */
  size_t max_strata;   /* upper bound on the number of strata; 0: 2^21. Memory: 8 (2 + 2 T) bytes for each, T
                          the number of components with train > 0 */
  enum wd_vegas_nan nan_policy;
} wd_vegas_options;

/* The defaults of the method for D dimensions and the given number of components. */
wd_vegas_options wd_vegas_default_options(size_t dim, size_t components);

/* One iteration's outcome; the arrays belong to the integrator and live until its next call. */
typedef struct wd_vegas_iteration {
  size_t evaluations;       /* samples really drawn */
  size_t skipped;           /* samples where a component was NaN or infinite; counted as 0 under
                               WD_VEGAS_NAN_SKIP, so that the integral is the one over all other points */
  const double *bad_point;  /* [dim] the first of them; NULL: none */
  int code;                 /* what the integrand returned */
  const double *mean;       /* [components] */
  const double *covariance; /* [components * components], of the mean */
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

const char *wd_vegas_strerror(int status);

/* Breit-Wigner coordinate: t in [lo, hi] from u in (0, 1) so that dt / (t^2 + width^2) = (angle / width) du,
 * exact for a resonance at t = 0 (inside the limits or not) from widths of 1e-29 of the interval to widths
 * that make it flat. t is the distance from the pole: never compute it as a difference. */
typedef struct wd_bw_map {
  double width, lo, hi;
  double angle; /* atan(hi / width) - atan(lo / width) */
} wd_bw_map;

wd_bw_map wd_bw_map_make(double width, double lo, double hi); /* width > 0, lo < hi */
double wd_bw_map_at(const wd_bw_map *map, double u);

#endif
