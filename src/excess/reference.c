/* Deterministic second method; see excess/reference.h.
 *
 * The kernels are written again here, for complex w and in the notation of Eqs. (16)-(18) and Braaten &
 * Segel: omega, k, Z and Pi_A by their own formulas.
 */
#include "excess/reference.h"

#include <complex.h>
#include <gsl/gsl_integration.h>

enum { WORKSPACE = 2000, EDGES_MAX = 512 };
#define INNER_ACCURACY 1e-9
#define OUTER_ACCURACY 1e-7
#define ROTATION 0.35 /* of the contour in the plane of the momentum [rad] */
/* Relative rounding of z. It comes to this only at the ends of radial intervals, whose weight vanishes. */
#define ROUNDING 1e-14

enum part { STANDARD, RESONANT, OFF_RESONANT, DIRECT };

typedef struct problem {
  const wd_pole *pole;
  int polarization;
  enum part part;
  wd_local local;
  double side; /* -1, 0, 1: which way the contour is rotated; there is nothing between it and the real axis
                  but the pole, if there is one */
  double low, high;
  double inner_error,
      inner_count; /* errors of the inner integrals in the present interval: their sum, their number */
  double scale;    /* the largest weighted inner integral so far: what the inner accuracy is relative to */
  gsl_integration_workspace *inner;
} problem;

/* --- Kernels at complex e = 1 - w^2 --- */

typedef struct plasmon {
  double complex omega, k, q2, Z, dk_dw, S_l, Y;
  double complex rise; /* q^2/omega_p^2 - 1 */
} plasmon;

/* S_l(Y) - 1 and its derivative. */
static double complex longitudinal_rise(double complex Y, double complex *slope) {
  if (cabs(Y) < 0.05) {
    double complex value = 0;
    *slope = 0;
    for (int n = 14; n > 0; n--) {
      value = (value + 3.0 / (2 * n + 3)) * Y;
      *slope = *slope * Y + 3.0 * n / (2 * n + 3);
    }
    return value;
  }
  double complex y = csqrt(Y), S = 3 * (catanh(y) / y - 1) / Y;
  *slope = 1.5 / Y * (1 / (1 - Y) - S);
  return S - 1;
}

/* e = 1 - w^2; both are given, since either may be tiny. */
static plasmon plasmon_at(const wd_local *l, bool longitudinal, double complex e, double complex w2) {
  plasmon p;
  double complex dS, w = csqrt(w2);
  p.Y = l->v2 * w2;
  double complex rise = longitudinal_rise(p.Y, &dS), S = p.S_l = 1 + rise;
  p.rise = rise - w2 * S;
  if (!longitudinal) {
    p.rise = (p.Y - (1 - p.Y) * rise) / 2;
    S = 1 + p.rise;
    dS = (p.S_l - (1 - p.Y) * dS) / 2;
  }
  double complex omega2 = l->frequency2 * S / (longitudinal ? 1 : e), k2 = w2 * omega2, v2k2 = p.Y * omega2;
  p.omega = csqrt(omega2);
  p.k = w * p.omega;
  p.q2 = e * omega2;
  p.dk_dw = p.omega * ((longitudinal ? 1 : 1 / e) + p.Y * dS / S);
  double wp2 = l->frequency2;
  p.Z = longitudinal ? 2 * (omega2 - v2k2) / (3 * wp2 - (omega2 - v2k2))
                     : 2 * omega2 * (omega2 - v2k2) /
                           (3 * wp2 * omega2 + (omega2 + k2) * (omega2 - v2k2) - 2 * omega2 * p.q2);
  return p;
}

/* The integrand of Eqs. (16)-(18) per dw and ds, without the coupling factor. */
static double complex kernel(const wd_local *l, int polarization, const plasmon *p) {
  double complex common = WD_EMISSIVITY_PREFACTOR * l->volume * p->k * p->k * p->Z * p->dk_dw /
                          (cexp(p->omega / l->temperature) - 1);
  double complex omega2 = p->omega * p->omega;
  if (polarization == WD_LONGITUDINAL) return 0.5 * common * p->q2 * p->q2 * omega2;
  if (polarization == WD_TRANSVERSE) return common * p->q2 * p->q2 * p->q2;
  double complex pi_axial =
      l->omega_axial * p->k * p->q2 / (omega2 * (1 - p->Y)) * (3 * l->frequency2 - 2 * p->q2) / l->frequency2;
  return common * p->q2 * pi_axial * pi_axial;
}

/* --- At one radius --- */

/* Im Pi/K. */
static double complex width_shape(const problem *pr, const plasmon *p) {
  const wd_model *m = pr->pole->model;
  bool steep = pr->polarization == WD_LONGITUDINAL && m->formulas == WD_FORMULAS_PUBLISHED;
  return p->q2 * (steep ? p->q2 / (p->k * p->k) : 1);
}

static double complex width(const problem *pr, const plasmon *p) {
  return pr->pole->model->width * width_shape(pr, p);
}

/* z, near k = 0 as the sum of what it is there and of what is added: else rounding would keep the inner
 * integrals from converging at radii where both vanish. */
static double complex off_shell(const problem *pr, const plasmon *p) {
  const double unity = pr->pole->unity, at_rest = pr->local.frequency2 * unity - pr->pole->m2;
  if (cabs(p->rise) > 0.5) return p->q2 * unity - pr->pole->m2;
  return at_rest + pr->local.frequency2 * unity * p->rise;
}

/* Integrand at x in (0, 1): transverse k ~ x/(1-x), rotated as a ray; longitudinal w = x, bent between its
 * ends. */
static double plasmon_integrand(double x, void *params) {
  problem *pr = params;
  const wd_local *l = &pr->local;
  const wd_model *m = pr->pole->model;
  bool longitudinal = pr->polarization == WD_LONGITUDINAL;
  double complex e, w2, dw;
  if (longitudinal) {
    double complex w = x * (1 + I * pr->side * ROTATION * (1 - x)),
                   tilt = 1 + I * pr->side * ROTATION * (1 - 2 * x);
    /* 1 - w without cancellation at x -> 1 */
    e = (1 - x) * (1 - I * pr->side * ROTATION * x) * (1 + w);
    w2 = w * w;
    dw = tilt;
  } else {
    double scale = wd_transverse_scale(l);
    double complex odds = scale * x / (1 - x) * cexp(I * pr->side * ROTATION);
    e = 1 / (1 + odds * odds);
    w2 = odds * odds * e;
    dw = scale * cexp(I * pr->side * ROTATION) / ((1 - x) * (1 - x)) * e * csqrt(e);
  }
  plasmon p = plasmon_at(l, longitudinal, e, w2);
  if (creal(p.omega) > 600 * l->temperature) return 0;
  double complex G = kernel(l, pr->polarization, &p) * dw;
  if (pr->part == STANDARD) return creal(G) * (pr->polarization == WD_AXIAL ? m->sum_CA2 : m->sum_CV2);
  double complex drift = 0; /* of d_V, as wd_model_drift(), for complex q^2 */
  for (int n = WD_DRIFTS; n-- > 0;) drift = (drift + m->drift[n]) * p.q2;
  const double complex A = m->interference[pr->polarization] * (1 + drift),
                       B = m->square[pr->polarization] * (1 + drift) * (1 + drift);
  double complex z = off_shell(pr, &p), D = z - I * width(pr, &p);
  if (cabs(z) < ROUNDING * pr->pole->m2) return 0;
  if (pr->part == DIRECT) return creal(G) * creal(A * creal(D) + B) / creal(D * conj(D));
  return creal(G * (A + B / z) / D);
}

/* Where z = 0 at this radius: e of the pole; false if there is none. */
static bool pole_at(const problem *pr, double s, double *e) {
  if (pr->polarization == WD_LONGITUDINAL) return wd_longitudinal_solve(&pr->local, pr->pole->pole_q2, e);
  double k = wd_transverse_pole_momentum(pr->pole, s);
  *e = pr->pole->pole_q2 / (pr->pole->pole_q2 + k * k);
  return k > 0 && isfinite(k);
}

/* pi B G/(Gamma |z'|) at this radius. */
static double resonant_at(problem *pr, double s) {
  double e;
  if (!pole_at(pr, s, &e) || e >= 1) return 0;
  bool longitudinal = pr->polarization == WD_LONGITUDINAL;
  plasmon p = plasmon_at(&pr->local, longitudinal, e, 1 - e);
  double slope = longitudinal ? wd_longitudinal_kernel_at(&pr->local, e, 1 - e).dq2
                              : pr->local.frequency2 * wd_dispersion_at(creal(p.Y)).dS_t * 2 * pr->local.v2 *
                                    sqrt(1 - e);
  double G = creal(kernel(&pr->local, pr->polarization, &p));
  double drift = wd_model_drift(pr->pole->model, pr->pole->pole_q2);
  return WD_PI * wd_model_resonant(pr->pole->model, pr->polarization) * drift * drift * G /
         (creal(width_shape(pr, &p)) * fabs(slope) * pr->pole->unity);
}

static double radial_integrand(double x, void *params) {
  problem *pr = params;
  double h = x * x * x * (10 + x * (6 * x - 15)),
         dh = 30 * x * x * (1 - x) * (1 - x); /* dense at both ends */
  double s = pr->low + (pr->high - pr->low) * h, weight = dh * (pr->high - pr->low), value, error;
  pr->local = wd_local_at(pr->pole->profile, s);
  if (pr->part == RESONANT) {
    value = resonant_at(pr, s);
  } else {
    double away = pr->polarization == WD_LONGITUDINAL ? 1 : -1;
    pr->side = pr->part == OFF_RESONANT ? away : 0;
    gsl_function f = {plasmon_integrand, pr};
    gsl_integration_qag(&f, 0, 1, INNER_ACCURACY * pr->scale / weight, INNER_ACCURACY, WORKSPACE,
                        GSL_INTEG_GAUSS31, pr->inner, &value, &error); /* a failure shows in the error */
    pr->scale = fmax(pr->scale, fabs(value) * weight);
    pr->inner_error += error * weight;
    pr->inner_count += 1;
  }
  return value * weight;
}

/* --- Over the star --- */

static void insert(double edges[], int *n, double s) {
  int j = *n;
  if (j == EDGES_MAX) return;
  for (; j > 0 && edges[j - 1] > s; j--) edges[j] = edges[j - 1];
  edges[j] = s;
  (*n)++;
}

/* Edges around s on all scales down to 1e-7 of the segment: near the outer end of the band of transverse
 * poles light bosons resonate with nearly all plasmons at almost one radius. */
static void insert_scales(double edges[], int *n, const wd_segment *segment, double s) {
  insert(edges, n, s);
  for (double step = 0.3; step > 1e-7; step *= 0.2)
    for (int sign = -1; sign <= 1; sign += 2) {
      double at = s + sign * step * (segment->high - segment->low);
      if (at > segment->low && at < segment->high) insert(edges, n, at);
    }
}

static double over_star(const wd_pole *pole, int polarization, enum part part, double *error) {
  problem pr = {.pole = pole, .polarization = polarization, .part = part};
  gsl_integration_workspace *outer = gsl_integration_workspace_alloc(WORKSPACE);
  pr.inner = gsl_integration_workspace_alloc(WORKSPACE);
  double sum = 0;
  *error = 0;
  for (size_t i = 0; i < pole->profile->segments && outer && pr.inner; i++) {
    const wd_segment *segment = pole->profile->segment + i;
    double edges[EDGES_MAX], s;
    int n = 0;
    insert(edges, &n, segment->low);
    insert(edges, &n, segment->high);
    for (int j = 1; j < 4; j++) insert(edges, &n, segment->low + j * 0.25 * (segment->high - segment->low));
    for (double e = 1; part != STANDARD && e >= 0; e -= 1) /* where the pole is at w = 0 and at w = 1 */
      if (wd_transverse_solve(pole->profile, segment, e, pole->pole_q2, segment->low, &s))
        insert_scales(edges, &n, segment, s);
    for (int j = 0; j + 1 < n; j++) {
      double value, uncertainty;
      pr.low = edges[j], pr.high = edges[j + 1], pr.inner_error = 0, pr.inner_count = 1;
      gsl_function f = {radial_integrand, &pr};
      if (!(pr.high > pr.low)) continue;
      gsl_integration_qag(&f, 0, 1, OUTER_ACCURACY * fabs(sum), OUTER_ACCURACY, WORKSPACE, GSL_INTEG_GAUSS21,
                          outer, &value, &uncertainty);
      sum += value;
      *error += uncertainty + pr.inner_error / pr.inner_count;
    }
  }
  if (!outer || !pr.inner) sum = NAN;
  if (outer) gsl_integration_workspace_free(outer);
  if (pr.inner) gsl_integration_workspace_free(pr.inner);
  return sum;
}

double wd_reference_resonant(const wd_pole *pole, int polarization, double *error) {
  return over_star(pole, polarization, RESONANT, error);
}

double wd_reference_offresonant(const wd_pole *pole, int polarization, double *error) {
  return over_star(pole, polarization, OFF_RESONANT, error);
}

double wd_reference_direct(const wd_pole *pole, int polarization, double *error) {
  return over_star(pole, polarization, DIRECT, error);
}

double wd_reference_standard(const wd_pole *pole, int polarization, double *error) {
  return over_star(pole, polarization, STANDARD, error);
}
