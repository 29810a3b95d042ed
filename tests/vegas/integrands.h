/* Integrands with known integrals, for the tests and the benchmark of the VEGAS+ integrator.
 *
 * Genz's six families with his difficulty parameters scaled as in the Cuba paper, Gaussian peaks on the
 * diagonal of the hypercube, and ridges w / ((y - y0(x))^2 + w^2) exp(-3x) along y0 = 0.2 + x^2 / 2.
 * integrate_problem() integrates one of them.
 */
#ifndef WDSCAN_TESTS_VEGAS_INTEGRANDS_H
#define WDSCAN_TESTS_VEGAS_INTEGRANDS_H

#include "wdscan/vegas.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum family { OSCILLATORY, PRODUCT_PEAK, CORNER_PEAK, GAUSSIAN, CONTINUOUS, DISCONTINUOUS, FAMILIES };

static const char *const family_name[FAMILIES] = {"oscillatory", "product peak", "corner peak",
                                                  "Gaussian",    "continuous",   "discontinuous"};

typedef struct problem {
  int (*f)(void *problem, size_t n, size_t stride, const double *x, double *f);
  size_t dim;
  double exact;
  enum family family;
  double a[16], u[16]; /* Genz's parameters */
  double width;        /* of a ridge */
  wd_bw_map map;
} problem;

typedef struct estimate {
  double value, error;
  size_t evaluations; /* warm-up included */
  unsigned flags;     /* of enum wd_vegas_flag */
} estimate;

/* With a new integrator, averaged by evaluations; an error ends the program. */
static inline estimate integrate_problem(const problem *p, const wd_vegas_plan *plan) {
  const wd_vegas_options options = wd_vegas_default_options(p->dim, 1);
  wd_vegas *v;
  wd_vegas_average *average;
  wd_vegas_outcome out;
  if (wd_vegas_create(&options, &v) || wd_vegas_average_create(1, WD_VEGAS_BY_EVALUATIONS, &average) ||
      wd_vegas_integrate(v, p->f, (void *)p, plan, average, &out))
    abort();
  const estimate e = {out.result.mean[0], out.result.error[0], out.all_evaluations, out.result.flags};
  wd_vegas_average_free(average);
  wd_vegas_free(v);
  return e;
}

/* Makes the batch version of an integrand from name_point(problem, x, stride), coordinate d at x[d * stride]. */
#define BATCH(name)                                                                                          \
  static inline int name(void *params, size_t n, size_t stride, const double *x, double *f) {                \
    for (size_t i = 0; i < n; i++) f[i] = name##_point(params, x + i, stride);                               \
    return 0;                                                                                                \
  }

/* --- Genz ------------------------------------------------------------------------------------------------
 */

static inline double genz_point(const problem *p, const double *x, size_t stride) {
  const size_t dim = p->dim;
  const double *a = p->a, *u = p->u;
  double s = p->family == OSCILLATORY ? 2 * M_PI * u[0] : p->family == CORNER_PEAK ? 1 : 0, product = 1;
  switch (p->family) {
  case OSCILLATORY:
    for (size_t d = 0; d < dim; d++) s += a[d] * x[d * stride];
    return cos(s);
  case PRODUCT_PEAK:
    for (size_t d = 0; d < dim; d++)
      product *= 1 / (1 / (a[d] * a[d]) + (x[d * stride] - u[d]) * (x[d * stride] - u[d]));
    return product;
  case CORNER_PEAK:
    for (size_t d = 0; d < dim; d++) s += a[d] * x[d * stride];
    return pow(s, -(double)(dim + 1));
  case GAUSSIAN:
    for (size_t d = 0; d < dim; d++) s += a[d] * a[d] * (x[d * stride] - u[d]) * (x[d * stride] - u[d]);
    return exp(-s);
  case CONTINUOUS:
    for (size_t d = 0; d < dim; d++) s += a[d] * fabs(x[d * stride] - u[d]);
    return exp(-s);
  default:
    if (x[0] > u[0] || (dim > 1 && x[stride] > u[1])) return 0;
    for (size_t d = 0; d < dim; d++) s += a[d] * x[d * stride];
    return exp(s);
  }
}

BATCH(genz)

/* Integral of the corner peak: signed sum over the corners of the hypercube. */
static inline double corner_peak_exact(const problem *p) {
  double sum = 0, factor = 1;
  for (size_t corner = 0; corner < (size_t)1 << p->dim; corner++) {
    double s = 1, sign = 1;
    for (size_t d = 0; d < p->dim; d++)
      if (corner >> d & 1) s += p->a[d], sign = -sign;
    sum += sign / s;
  }
  for (size_t d = 0; d < p->dim; d++) factor *= p->a[d] * (double)(d + 1);
  return sum / factor;
}

static inline double genz_exact(const problem *p) {
  double product = 1, phase = 2 * M_PI * p->u[0];
  for (size_t d = 0; d < p->dim; d++) {
    const double a = p->a[d], u = p->u[d];
    phase += a / 2;
    switch (p->family) {
    case OSCILLATORY:
      product *= 2 * sin(a / 2) / a;
      break;
    case PRODUCT_PEAK:
      product *= a * (atan(a * (1 - u)) + atan(a * u));
      break;
    case GAUSSIAN:
      product *= sqrt(M_PI) / (2 * a) * (erf(a * (1 - u)) + erf(a * u));
      break;
    case CONTINUOUS:
      product *= (2 - exp(-a * u) - exp(-a * (1 - u))) / a;
      break;
    default:
      product *= expm1(a * (d < 2 ? u : 1)) / a;
    }
  }
  if (p->family == CORNER_PEAK) return corner_peak_exact(p);
  return p->family == OSCILLATORY ? cos(phase) * product : product;
}

/* The next of a sequence of numbers in (0, 1): SplitMix64. */
static inline double next_parameter(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return ((double)((z ^ z >> 31) >> 12) + 0.5) * 0x1p-52;
}

/* Member number `draw` of a family; peaks and edges lie within the middle eight tenths of each axis. */
static inline problem genz_problem(enum family family, size_t dim, uint64_t draw) {
  static const double difficulty[FAMILIES] = {6.0, 18.0, 2.2, 15.2, 16.1, 16.4};
  problem p = {.f = genz, .dim = dim, .family = family};
  uint64_t state = (draw * 100 + dim) * FAMILIES + family;
  double sum = 0;
  for (size_t d = 0; d < dim; d++) {
    p.u[d] = 0.1 + 0.8 * next_parameter(&state);
    sum += p.a[d] = next_parameter(&state);
  }
  for (size_t d = 0; d < dim; d++) p.a[d] *= difficulty[family] / sum;
  p.exact = genz_exact(&p);
  return p;
}

/* --- Peaks on the diagonal -------------------------------------------------------------------------------
 */

static inline double erf_factor(double sharpness, double centre) {
  const double root = sqrt(sharpness);
  return sqrt(M_PI) / (2 * root) * (erf(root * (1 - centre)) + erf(root * centre));
}

static const double peak_centre[3] = {0.23, 0.39, 0.74};

/* exp(-sharpness |x - c (1, ..., 1)|^2) */
static inline double gaussian_at(double sharpness, double c, const problem *p, const double *x,
                                 size_t stride) {
  double r2 = 0;
  for (size_t d = 0; d < p->dim; d++) r2 += (x[d * stride] - c) * (x[d * stride] - c);
  return exp(-sharpness * r2);
}

/* Three Gaussians. */
static inline double diagonal_point(const problem *p, const double *x, size_t stride) {
  double sum = 0;
  for (int k = 0; k < 3; k++) sum += gaussian_at(50, peak_centre[k], p, x, stride);
  return sum;
}
BATCH(diagonal)

static inline problem diagonal_problem(size_t dim) {
  problem p = {.f = diagonal, .dim = dim};
  for (int k = 0; k < 3; k++) p.exact += pow(erf_factor(50, peak_centre[k]), (double)dim);
  return p;
}

/* A ridge along the diagonal: the mean of 1000 Gaussians. */
static inline double diagonal_ridge_point(const problem *p, const double *x, size_t stride) {
  double sum = 0;
  for (int k = 1; k <= 1000; k++) sum += gaussian_at(100, k / 1001., p, x, stride);
  return sum / 1000;
}
BATCH(diagonal_ridge)

static inline problem diagonal_ridge_problem(size_t dim) {
  problem p = {.f = diagonal_ridge, .dim = dim};
  for (int k = 1; k <= 1000; k++) p.exact += pow(erf_factor(100, k / 1001.), (double)dim) / 1000;
  return p;
}

/* --- Ridges in two dimensions ----------------------------------------------------------------------------
 */

static inline double ridge_centre(double x) {
  return 0.2 + 0.5 * x * x;
}

static inline double curved_ridge_point(const problem *p, const double *x, size_t stride) {
  const double w = p->width, t = x[stride] - ridge_centre(x[0]);
  return w / (t * t + w * w) * exp(-3 * x[0]);
}
BATCH(curved_ridge)

/* The same in the Breit-Wigner coordinate across the ridge. */
static inline double mapped_ridge_point(const problem *p, const double *x, size_t stride) {
  const double w = p->width, centre = ridge_centre(x[0]);
  const wd_bw_map map = wd_bw_map_make(w, -centre, 1 - centre);
  const double t = wd_bw_map_at(&map, x[stride]), weight = map.angle / w * (t * t + w * w);
  return w / (t * t + w * w) * exp(-3 * x[0]) * weight;
}
BATCH(mapped_ridge)

/* Integral over y in closed form, over x by Simpson's rule on 2^16 intervals. */
static inline double ridge_exact(double w) {
  const int intervals = 1 << 16;
  double sum = 0;
  for (int i = 0; i <= intervals; i++) {
    const double x = (double)i / intervals, y = ridge_centre(x);
    const double factor = i == 0 || i == intervals ? 1 : i % 2 ? 4 : 2;
    sum += factor * exp(-3 * x) * (atan((1 - y) / w) + atan(y / w));
  }
  return sum / (3. * intervals);
}

static inline problem ridge_problem(double w, bool mapped) {
  return (problem){.f = mapped ? mapped_ridge : curved_ridge, .dim = 2, .width = w, .exact = ridge_exact(w)};
}

#endif
