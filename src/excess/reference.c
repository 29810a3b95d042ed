/* Deterministic second method; see excess/reference.h.
 *
 * The kernels are written again here, for complex w and in the notation of Eqs. (16)-(18) and Braaten &
 * Segel: omega, k, Z and Pi_A by their own formulas.
 */
/* Products of C care for infinities as well, which there are none of here. */
#if defined __GNUC__ && !defined __clang__
#pragma GCC optimize("cx-limited-range")
#endif

#include "excess/reference.h"

#include <assert.h>
#include <complex.h>
#include <gsl/gsl_integration.h>
#include <stdlib.h>
#include <string.h>

enum { WORKSPACE = 2000, EDGES_MAX = 64, STRETCHES_SPARE = 1000 };
#define INNER_ACCURACY 1e-9
#define OUTER_ACCURACY 1e-7
#define SHARE 0.1
#define HOTTEST 60.0  /* omega/T beyond which there are no plasmons */
#define BEND 1.0      /* of the contour in the plane of the radius */
#define ROTATION 0.35 /* of the contour in the plane of the momentum [rad] */
/* Relative rounding of z. It comes to this only at the ends of radial intervals, whose weight vanishes. */
#define ROUNDING 1e-14

enum part { STANDARD, RESONANT, OFF_RESONANT, DIRECT, CONTINUUM };

/* A stretch low..high of s, and its contribution. */
typedef struct stretch {
  double low, high;
  double bend;         /* of the contour between its ends, in units of its length */
  double value, error; /* [erg/s] */
} stretch;

typedef struct stretches {
  stretch *stretch; /* [most] */
  int count, most;
} stretches;

/* The star at one s, which may be complex, within a cell of the profile. */
typedef struct place {
  double s; /* its real part */
  double complex volume, frequency2, v, omega_axial, temperature, per_temperature;
  double complex weight; /* ds/dx, dense at both ends of the stretch */
  double momentum_scale; /* of transverse plasmons, in omega_p */
  double hottest;        /* momentum in omega_p beyond which there are none */
} place;

typedef struct problem {
  const wd_pole *pole;
  int polarization;
  enum part part;
  double enough; /* absolute accuracy that is [erg/s] */
  double
      scale; /* what the inner accuracy is relative to: the sum, and at first the largest inner integral so far */
  double side; /* -1, 0, 1: which way the contour is rotated; there is nothing between it and the real axis
                    but the pole, if there is one */
  double complex ray; /* the direction of transverse momenta */
  bool rough;         /* the first pass, which only finds the scale */
  const stretch *stretch;
  place place;
  double inner_error,
      inner_count; /* errors of the inner integrals in the present stretch: their sum, their number */
  gsl_integration_workspace *inner;
} problem;

/* --- Kernels at complex e = 1 - w^2 --- */

typedef struct plasmon {
  double complex omega, k, q2, Z, dk_dw, S_l, Y;
  double complex rise; /* q^2/omega_p^2 - 1 */
} plasmon;

/* Quotients and roots of C care for infinities as well, which there are none of here, and take several times longer. */
static double norm(double complex z) {
  return creal(z) * creal(z) + cimag(z) * cimag(z);
}

/* C17's macro for this is not there with every Clang. */
static double complex complex_of(double re, double im) {
  const double parts[2] = {re, im};
  double complex z;
  memcpy(&z, parts, sizeof z);
  return z;
}

static double complex inverse(double complex z) {
  return conj(z) / norm(z);
}

/* With a real part that is not negative. */
static double complex root(double complex z) {
  const double r = sqrt(0.5 * (fabs(creal(z)) + sqrt(norm(z)))), other = 0.5 * fabs(cimag(z)) / r;
  if (r == 0) return 0;
  return creal(z) < 0 ? complex_of(other, copysign(r, cimag(z))) : complex_of(r, copysign(other, cimag(z)));
}

/* 3/(2n+3) */
static const double term_of_rise[] = {1,        3.0 / 5,  3.0 / 7,  3.0 / 9,  3.0 / 11,
                                      3.0 / 13, 3.0 / 15, 3.0 / 17, 3.0 / 19, 3.0 / 21,
                                      3.0 / 23, 3.0 / 25, 3.0 / 27, 3.0 / 29, 3.0 / 31};

/* S_l(Y) - 1 at Y = y^2, and its derivative with respect to Y. */
static double complex longitudinal_rise(double complex y, double complex *slope) {
  const double complex Y = y * y;
  const double size2 = norm(Y);
  if (size2 < 0.05 * 0.05) {
    double complex value = 0;
    *slope = 0;
    for (int n = size2 < 1e-6 ? 6 : size2 < 1e-4 ? 9 : 14; n > 0; n--) {
      value = (value + term_of_rise[n]) * Y;
      *slope = *slope * Y + n * term_of_rise[n];
    }
    return value;
  }
  double complex per_Y = inverse(Y), S = 3 * (catanh(y) * y * per_Y - 1) * per_Y;
  *slope = 1.5 * per_Y * (inverse(1 - Y) - S);
  return S - 1;
}

/* e = 1 - w^2; both are given, since either may be tiny. */
static plasmon plasmon_at(const place *l, bool longitudinal, double complex e, double complex w) {
  plasmon p = {0};
  const double complex wp2 = l->frequency2;
  double complex dS, w2 = w * w, rise = longitudinal_rise(l->v * w, &dS), S = 1 + rise;
  const double complex per_e = longitudinal ? 1 : inverse(e);
  p.Y = l->v * l->v * w2;
  p.rise = rise - w2 * S;
  if (!longitudinal) {
    p.rise = (p.Y - (1 - p.Y) * rise) / 2;
    dS = (S - (1 - p.Y) * dS) / 2;
    S = 1 + p.rise;
  }
  double complex omega2 = wp2 * S * per_e, k2 = w2 * omega2, v2k2 = p.Y * omega2;
  p.omega = root(omega2);
  p.k = w * p.omega;
  p.q2 = e * omega2;
  p.dk_dw = p.omega * (per_e + p.Y * dS * inverse(S));
  p.Z = longitudinal ? 2 * (omega2 - v2k2) * inverse(3 * wp2 - (omega2 - v2k2))
                     : 2 * omega2 * (omega2 - v2k2) *
                           inverse(3 * wp2 * omega2 + (omega2 + k2) * (omega2 - v2k2) - 2 * omega2 * p.q2);
  return p;
}

/* The integrand of Eqs. (16)-(18) per dw and ds, without the coupling factor. */
static double complex kernel(const place *l, int polarization, const plasmon *p) {
  const double complex boltzmann = cexp(-p->omega * l->per_temperature);
  double complex common = WD_EMISSIVITY_PREFACTOR * l->volume * p->k * p->k * p->Z * p->dk_dw * boltzmann *
                          inverse(1 - boltzmann);
  double complex omega2 = p->omega * p->omega;
  if (polarization == WD_LONGITUDINAL) return 0.5 * common * p->q2 * p->q2 * omega2;
  if (polarization == WD_TRANSVERSE) return common * p->q2 * p->q2 * p->q2;
  double complex pi_axial =
      l->omega_axial * p->k * p->q2 * inverse(omega2 * (1 - p->Y)) * (3 - 2 * p->q2 * inverse(l->frequency2));
  return common * p->q2 * pi_axial * pi_axial;
}

/* --- At one radius --- */

/* Im Pi/K. */
static double complex width_shape(const problem *pr, const plasmon *p) {
  const wd_model *m = pr->pole->model;
  bool steep = pr->polarization == WD_LONGITUDINAL && m->formulas == WD_FORMULAS_PUBLISHED;
  return p->q2 * (steep ? p->q2 * inverse(p->k * p->k) : 1);
}

static double complex width(const problem *pr, const plasmon *p) {
  return pr->pole->model->width * width_shape(pr, p);
}

/* z, near k = 0 as the sum of what it is there and of what is added: else rounding would keep the inner
 * integrals from converging at radii where both vanish. */
static double complex off_shell(const problem *pr, const plasmon *p) {
  const double unity = pr->pole->unity;
  const double complex wp2 = pr->place.frequency2, at_rest = wp2 * unity - pr->pole->m2;
  if (norm(p->rise) > 0.5 * 0.5) return p->q2 * unity - pr->pole->m2;
  return at_rest + wp2 * unity * p->rise;
}

/* w at x in (0, 1), with e = 1 - w^2 and dw/dx: longitudinal w = x, bent between its ends; transverse k ~ x/(1-x), rotated
 * as a ray. */
static double complex longitudinal_path(double x, double side, double complex *e, double complex *dw) {
  const double complex tilt = I * side * ROTATION, w = x * (1 + tilt * (1 - x));
  *e = (1 - x) * (1 - tilt * x) * (1 + w); /* 1 - w without cancellation at x -> 1 */
  *dw = 1 + tilt * (1 - 2 * x);
  return w;
}

static double complex transverse_path(double scale, double x, double complex ray, double complex *e,
                                      double complex *dw) {
  const double complex odds = scale * x / (1 - x) * ray;
  *e = inverse(1 + odds * odds);
  const double complex root_e = root(*e);
  *dw = scale * ray / ((1 - x) * (1 - x)) * *e * root_e;
  return odds * root_e;
}

/* G (A + B/z)/(z - i Gamma), or what stands in its place in the other parts. */
static double complex emission(const problem *pr, const plasmon *p, double complex G) {
  const wd_model *m = pr->pole->model;
  if (pr->part == STANDARD) return G * (pr->polarization == WD_AXIAL ? m->sum_CA2 : m->sum_CV2);
  double complex drift = 0; /* of d_V, as wd_model_drift(), for complex q^2 */
  for (int n = WD_DRIFTS; n-- > 0;) drift = (drift + m->drift[n]) * p->q2;
  const double complex A = m->interference[pr->polarization] * (1 + drift),
                       B = m->square[pr->polarization] * (1 + drift) * (1 + drift);
  const double complex z = off_shell(pr, p), D = z - I * width(pr, p);
  if (norm(z) < ROUNDING * ROUNDING * pr->pole->m2 * pr->pole->m2) return 0;
  if (pr->part == DIRECT) return G * creal(A * creal(D) + B) / norm(D);
  return G * (A * z + B) * inverse(z * D);
}

static double plasmon_integrand(double x, void *params) {
  const problem *pr = params;
  const place *l = &pr->place;
  const bool longitudinal = pr->polarization == WD_LONGITUDINAL;
  if (!longitudinal && l->momentum_scale * x > l->hottest * (1 - x)) return 0;
  double complex e, dw,
      w = longitudinal ? longitudinal_path(x, pr->side, &e, &dw)
                       : transverse_path(l->momentum_scale, x, pr->ray, &e, &dw);
  const plasmon p = plasmon_at(l, longitudinal, e, w);
  if (creal(p.omega) > HOTTEST * creal(l->temperature)) return 0;
  return creal(emission(pr, &p, kernel(l, pr->polarization, &p)) * dw * l->weight);
}

/* Where z = 0 at this radius: e of the pole; false if there is none. */
static bool pole_at(const problem *pr, const wd_local *local, double s, double *e) {
  if (pr->polarization == WD_LONGITUDINAL) return wd_longitudinal_solve(local, pr->pole->pole_q2, e);
  double k = wd_transverse_pole_momentum(pr->pole, s);
  *e = pr->pole->pole_q2 / (pr->pole->pole_q2 + k * k);
  return k > 0 && isfinite(k);
}

/* pi B G/(Gamma |z'|) at this radius. */
static double resonant_at(const problem *pr, double s) {
  double e;
  const wd_local local = wd_local_at(pr->pole->profile, s);
  if (!pole_at(pr, &local, s, &e) || e >= 1) return 0;
  bool longitudinal = pr->polarization == WD_LONGITUDINAL;
  plasmon p = plasmon_at(&pr->place, longitudinal, e, sqrt(1 - e));
  double slope = longitudinal
                     ? wd_longitudinal_kernel_at(&local, e, 1 - e).dq2
                     : local.frequency2 * wd_dispersion_at(creal(p.Y)).dS_t * 2 * local.v2 * sqrt(1 - e);
  double G = creal(kernel(&pr->place, pr->polarization, &p));
  double drift = wd_model_drift(pr->pole->model, pr->pole->pole_q2);
  return WD_PI * wd_model_resonant(pr->pole->model, pr->polarization) * drift * drift * G /
         (creal(width_shape(pr, &p)) * fabs(slope) * pr->pole->unity);
}

/* --- Over the star --- */

/* A quantity of the profile at complex offset t in a cell, and its derivative. */
static double complex quantity_at(const wd_profile *profile, int quantity, size_t cell, double complex t,
                                  double complex *slope) {
  const double *c = profile->coefficient + (cell * WD_PROFILE_QUANTITIES + (size_t)quantity) * 4;
  *slope = c[1] + t * (2 * c[2] + t * 3 * c[3]);
  return c[0] + t * (c[1] + t * (c[2] + t * c[3]));
}

/* At x of 0..1 of a stretch: s runs from end to end, dense at both, and aside in between. */
static place place_at(const wd_profile *profile, const stretch *t, double x) {
  const double h = x * x * x * (10 + x * (6 * x - 15)), dh = 30 * x * x * (1 - x) * (1 - x),
               length = t->high - t->low;
  const double aside = t->bend * h * (1 - h) * length;
  const double s = t->low + h * length;
  double offset;
  const size_t cell = (size_t)wd_profile_cell(profile, s, &offset);
  const double complex at = complex_of(offset, aside);
  double complex slope, dr, r = quantity_at(profile, WD_PROFILE_RADIUS, cell, at, &dr);
  const wd_local local = wd_local_at(profile, s);
  const double complex T = quantity_at(profile, WD_PROFILE_TEMPERATURE, cell, at, &slope);
  return (place){.s = s,
                 .volume = 4 * WD_PI * r * r * dr,
                 .frequency2 = quantity_at(profile, WD_PROFILE_FREQUENCY2, cell, at, &slope),
                 .v = quantity_at(profile, WD_PROFILE_V_STAR, cell, at, &slope),
                 .omega_axial = quantity_at(profile, WD_PROFILE_OMEGA_AXIAL, cell, at, &slope),
                 .temperature = T,
                 .per_temperature = inverse(T),
                 .weight = dh * length * complex_of(1, t->bend * (1 - 2 * h)),
                 .momentum_scale = wd_transverse_scale(&local),
                 .hottest = HOTTEST * local.temperature / sqrt(local.frequency2)};
}

static double radial_integrand(double x, void *params) {
  problem *pr = params;
  double value, error;
  pr->place = place_at(pr->pole->profile, pr->stretch, x);
  if (pr->part == RESONANT) return resonant_at(pr, pr->place.s) * creal(pr->place.weight);
  if (pr->part == CONTINUUM)
    return wd_reference_continuum_at_radius(pr->pole, pr->place.s) * creal(pr->place.weight);
  gsl_function f = {plasmon_integrand, pr};
  gsl_integration_qag(&f, 0, 1, INNER_ACCURACY * pr->scale, INNER_ACCURACY, WORKSPACE, GSL_INTEG_GAUSS61,
                      pr->inner, &value, &error); /* a failure shows in the error */
  if (pr->rough) pr->scale = fmax(pr->scale, fabs(value));
  pr->inner_error += error;
  pr->inner_count += 1;
  return value;
}

static void insert(double edges[], int *n, double s) {
  int j = *n;
  assert(j < EDGES_MAX);
  for (; j > 0 && edges[j - 1] > s; j--) edges[j] = edges[j - 1];
  edges[j] = s;
  (*n)++;
}

/* Edges around s on all scales down to 1e-7 of the segment, at nodes of the profile where the contour is to give way in
 * between: near the outer end of the band of transverse poles light bosons resonate with nearly all plasmons at almost one
 * radius. */
static void insert_scales(double edges[], int *n, const wd_segment *segment, double s, bool at_nodes) {
  insert(edges, n, at_nodes ? floor(s) : s);
  if (at_nodes) insert(edges, n, ceil(s));
  for (double step = 0.3; step > 1e-7; step *= 0.2)
    for (int sign = -1; sign <= 1; sign += 2) {
      double at = s + sign * step * (segment->high - segment->low);
      if (at_nodes) at = round(at);
      if (at > segment->low && at < segment->high) insert(edges, n, at);
    }
}

/* Within a cell of the profile all is analytic in s as well. Where the plasma frequency rises or falls throughout, the
 * contour gives way to the pole there, too, so that z has an imaginary part of the same sign as the other contour gives it:
 * where light bosons meet the poles of nearly all plasmons within a sliver of the radius, there would be large numbers of
 * both signs along the real axis. */
static double bend_of(const problem *pr, const stretch *t) {
  const wd_profile *profile = pr->pole->profile;
  if (pr->part != OFF_RESONANT || floor(t->low) + 1 < t->high) return 0;
  double offset;
  const int32_t cell = wd_profile_cell(profile, 0.5 * (t->low + t->high), &offset);
  const double at[] = {t->low - cell, offset, t->high - cell};
  int rising = 0;
  for (int i = 0; i < 3; i++) {
    const double slope = wd_profile_slope(profile, WD_PROFILE_FREQUENCY2, cell, at[i]);
    rising += (slope > 0) - (slope < 0);
  }
  return abs(rising) == 3 ? (rising > 0 ? -BEND : BEND) : 0;
}

static void integrate(problem *pr, stretch *t) {
  double magnitude = 0, scatter = 0;
  gsl_function f = {radial_integrand, pr};
  t->bend = bend_of(pr, t);
  pr->stretch = t, pr->inner_error = 0, pr->inner_count = 0;
  (t->bend != 0 ? gsl_integration_qk61 : gsl_integration_qk21)(&f, 0, 1, &t->value, &t->error, &magnitude,
                                                               &scatter);
  if (pr->inner_count > 0) t->error += pr->inner_error / pr->inner_count;
}

/* In two: at a node of the profile, where its higher derivatives jump, if there is one. */
static void cut(problem *pr, stretches *all, stretch *t) {
  const double middle = 0.5 * (t->low + t->high), node = round(middle);
  stretch *rest = &all->stretch[all->count++];
  *rest = *t;
  t->high = rest->low = node > t->low && node < t->high ? node : middle;
  integrate(pr, t);
  integrate(pr, rest);
}

static double total(const stretches *all, double *error, double *most) {
  double sum = *error = *most = 0;
  for (int i = 0; i < all->count; i++) {
    sum += all->stretch[i].value;
    *error += all->stretch[i].error;
    *most = fmax(*most, all->stretch[i].error);
  }
  return sum;
}

/* Along the real axis a coarse rule may step over a narrow peak: there the inner accuracy is a hundred times better. */
static double scale_of(const problem *pr, double sum) {
  return fmax(fabs(sum), (pr->part == DIRECT ? 0.01 : 1) * pr->enough / OUTER_ACCURACY);
}

/* Once roughly, then again, and cuts the stretches with the largest errors until their sum is small enough. */
static double over_stretches(problem *pr, stretches *all, double *error) {
  double most, sum = 0;
  for (int pass = 0; pass < 2; pass++) {
    pr->rough = pass == 0;
    for (int i = 0; i < all->count; i++) integrate(pr, &all->stretch[i]);
    sum = total(all, error, &most);
    pr->scale = scale_of(pr, sum);
  }
  while (*error > fmax(OUTER_ACCURACY * fabs(sum), pr->enough) && all->count < all->most) {
    for (int i = 0, before = all->count; i < before && all->count < all->most; i++)
      if (all->stretch[i].error > SHARE * most) cut(pr, all, &all->stretch[i]);
    sum = total(all, error, &most);
    pr->scale = scale_of(pr, sum);
  }
  return sum;
}

/* Quarters of a segment, and edges around where the pole is at w = 0 and at w = 1. */
static void add_segment(const problem *pr, const wd_segment *segment, stretches *all) {
  double edges[EDGES_MAX] = {segment->low, segment->high}, s;
  int n = 2;
  for (int j = 1; j < 4; j++) insert(edges, &n, segment->low + j * 0.25 * (segment->high - segment->low));
  for (double e = 1; pr->part != STANDARD && e >= 0; e -= 1)
    if (wd_transverse_solve(pr->pole->profile, segment, e, pr->pole->pole_q2, segment->low, &s))
      insert_scales(edges, &n, segment, s, /*at_nodes=*/pr->part == OFF_RESONANT);
  for (int j = 0; j + 1 < n; j++) {
    const double low = fmax(edges[j], segment->low), high = fmin(edges[j + 1], segment->high);
    if (high > low) all->stretch[all->count++] = (stretch){.low = low, .high = high};
  }
}

static double over_star(const wd_pole *pole, int polarization, enum part part, double enough, double *error) {
  problem pr = {.pole = pole, .polarization = polarization, .part = part, .enough = enough};
  const int first = EDGES_MAX * (int)pole->profile->segments; /* at most: see add_segment */
  stretches all = {.most = first + (int)pole->profile->cells + STRETCHES_SPARE};
  all.stretch = malloc((size_t)all.most * sizeof *all.stretch);
  double sum = *error = NAN;
  pr.scale = scale_of(&pr, 0);
  if (part == OFF_RESONANT) pr.side = polarization == WD_LONGITUDINAL ? 1 : -1;
  pr.ray = complex_of(cos(pr.side * ROTATION), sin(pr.side * ROTATION));
  pr.inner = gsl_integration_workspace_alloc(WORKSPACE);
  if (all.stretch && pr.inner) {
    for (size_t i = 0; i < pole->profile->segments; i++) add_segment(&pr, &pole->profile->segment[i], &all);
    sum = over_stretches(&pr, &all, error);
  }
  if (pr.inner) gsl_integration_workspace_free(pr.inner);
  free(all.stretch);
  return sum;
}

double wd_reference_resonant(const wd_pole *pole, int polarization, double enough, double *error) {
  return over_star(pole, polarization, RESONANT, enough, error);
}

double wd_reference_offresonant(const wd_pole *pole, int polarization, double enough, double *error) {
  return over_star(pole, polarization, OFF_RESONANT, enough, error);
}

double wd_reference_direct(const wd_pole *pole, int polarization, double enough, double *error) {
  return over_star(pole, polarization, DIRECT, enough, error);
}

double wd_reference_standard(const wd_pole *pole, int polarization, double enough, double *error) {
  return over_star(pole, polarization, STANDARD, enough, error);
}

double wd_reference_continuum(const wd_pole *pole, int polarization, double enough, double *error) {
  *error = 0;
  if (!wd_has_continuum(polarization)) return 0;
  return polarization == WD_TRANSVERSE ? wd_reference_continuum_transverse(pole, enough, error)
                                       : over_star(pole, polarization, CONTINUUM, enough, error);
}
