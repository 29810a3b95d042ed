/* Second method for the continuum: nested quadrature of the whole Lorentzian, less its narrow-width limit; see
 * excess/reference.h. The formulas are written again in the notation of the literature: omega, Re Pi_T, Re Pi_L, Gamma.
 *
 * Transverse poles lie at nearly one radius for all momenta: at fixed momentum the production is integrated over the
 * star's s on pieces that shrink geometrically towards the pole, then over the momentum. Longitudinal ones lie at nearly
 * one energy at a given radius, and wander through the star with the momentum: at fixed radius the production is
 * integrated over the momentum, then over the star as everything else in excess/reference.c. Either way the delta
 * function's share is subtracted where the Lorentzian is integrated. */
#include "excess/reference.h"

#include "base/gauss.h"
#include <gsl/gsl_integration.h>
#include <stdlib.h>

enum { WORKSPACE = 2000, NODES = 16, FEW = 6, NOTED = 256 };
#define ACCURACY 1e-6
#define AWAY 5.0 /* length of a piece over the distance of the pole behind it */
#define FAR 10.0 /* cells of the profile; the pole is a fifth of it away */
#define CORE 0.5 /* half-width of the innermost pieces, in widths of the pole */

/* What the production is made of: front * width/(gap^2 + width^2). */
typedef struct place {
  double front, gap, width;
  double slope; /* of the gap, with k^2 (longitudinal) or s (transverse) */
} place;

/* PREFACTOR k^2/(exp(omega/T) - 1) dV/ds */
WD_INLINE double bosons(const wd_local *l, double k, double omega) {
  return WD_PRODUCTION_PREFACTOR * l->volume * k * k / wd_expm1(omega / l->temperature);
}

WD_INLINE double damping(const wd_pole *pole, const wd_local *l, double s, double omega) {
  return omega * wd_absorption_at(pole->absorption, s, omega / l->temperature);
}

/* --- Longitudinal, at fixed radius --- */

#define HOTTEST 60.0 /* kinetic energy of the A' over T, beyond which there are none */
#define LONGEST 3.0  /* piece, over the thermal momentum */
#define SOFTEST 0.02 /* part of the thermal momentum below which pieces need not follow omega */
#define TOWARDS 0.85 /* length of a piece over the distance of the pole in front of it */
#define NARROWEST                                                                                            \
  1e-13 /* relative width of the line, beyond rounding; what narrower ones make off resonance is as small */

WD_INLINE place longitudinal_at(const wd_pole *pole, const wd_local *l, double s, double k) {
  const double omega2 = pole->m2 + k * k, omega = sqrt(omega2);
  const wd_dispersion d = wd_dispersion_at(l->v2 * (k * k / omega2));
  const double plasma2 = pole->unity * l->frequency2;
  return (place){.front = bosons(l, k, omega) * pole->m2 * omega2, /* eps^2 m^2 omega^2 */
                 .gap = omega2 - plasma2 * d.S_l,
                 .width = damping(pole, l, s, omega),
                 .slope = 1 - plasma2 * d.dS_l * l->v2 * pole->m2 / (omega2 * omega2)};
}

/* Over a piece of the momentum. */
WD_VERSIONS static double over_momenta(const wd_pole *pole, const wd_local *l, double s, double low,
                                       double step) {
  const wd_gauss *r = wd_gauss_rule(NODES);
  double term[NODES], sum = 0;
  for (int i = 0; i < NODES; i++) {
    const place p = longitudinal_at(pole, l, s, low + step * r->at[i]);
    term[i] = r->weight[i] * p.front * p.width / (p.gap * p.gap + p.width * p.width);
  }
  for (int i = 0; i < NODES; i++) sum += term[i];
  return sum * step;
}

/* From the complex pole, at height `side` above k = `centre`, or above k^2 = -side^2 if there is none. */
double wd_reference_continuum_at_radius(const wd_pole *pole, double s) {
  double sum = 0, e, centre = 0;
  const wd_local l = wd_local_at(pole->profile, s);
  const double T = l.temperature, m = sqrt(pole->m2);
  const double thermal = sqrt(T * T + 2 * m * T), top = sqrt(HOTTEST * T * (HOTTEST * T + 2 * m));
  if (wd_longitudinal_solve(&l, pole->pole_q2, &e) && e < 1) centre = sqrt(pole->m2 * (1 - e) / e);
  const place p = longitudinal_at(pole, &l, s, centre);
  const double side2 = hypot(p.gap, p.width) / p.slope; /* of k^2 */
  const double side = side2 / (sqrt(centre * centre + side2) + centre);
  if (side < NARROWEST * centre) return 0;
  if (centre > 0) sum = -WD_PI * p.front / (2 * centre * p.slope);
  for (double k = 0, step; k < top; k += step) {
    const double distance = hypot(k - centre, side) * (k < centre ? TOWARDS : AWAY);
    step = fmin(fmin(distance, LONGEST * thermal), fmax(sqrt(pole->m2 + k * k), SOFTEST * thermal));
    sum += over_momenta(pole, &l, s, k, step);
  }
  return sum;
}

/* --- Transverse, at fixed momentum --- */

typedef struct problem {
  const wd_pole *pole;
  double low, high; /* stretch of the momentum coordinate c = k/(k + scale) */
  double k, omega;  /* of the A' */
  double *jump; /* [jumps], where cells without volume begin and end, in which the profile jumps; rising */
  int jumps;
  double sum; /* at this momentum */
  int noted;  /* nodes not yet in it */
  double s[NOTED], s_weight[NOTED];
} problem;

WD_INLINE place place_at(const problem *pr, double s) {
  const wd_local l = wd_local_at(pr->pole->profile, s);
  const double m2 = pr->pole->m2, unity = pr->pole->unity, w2 = pr->k * pr->k / (pr->omega * pr->omega);
  const wd_dispersion d = wd_dispersion_at(l.v2 * w2);
  return (place){.front = 2 * bosons(&l, pr->k, pr->omega) * m2 * m2, /* 2 eps^2 m^4 */
                 .gap = m2 - unity * l.frequency2 * d.S_t,
                 .width = damping(pr->pole, &l, s, pr->omega),
                 .slope = -unity * (l.dfrequency2 * d.S_t + l.frequency2 * d.dS_t * l.dv2 * w2)};
}

/* Adds the integrand at the nodes that have been noted. */
WD_VERSIONS static void evaluate(problem *pr) {
  double term[NOTED];
  for (int i = 0; i < pr->noted; i++) {
    const place p = place_at(pr, pr->s[i]);
    term[i] = pr->s_weight[i] * p.front * p.width / (p.gap * p.gap + p.width * p.width);
  }
  for (int i = 0; i < pr->noted; i++) pr->sum += term[i];
  pr->noted = 0;
}

/* Notes the nodes of a piece; few where the pole is `far`. */
static void add_piece(problem *pr, double low, double high, bool far) {
  const wd_gauss *r = wd_gauss_rule(far ? FEW : NODES);
  if (pr->noted + r->nodes > NOTED) evaluate(pr);
  for (int i = 0; i < r->nodes; i++, pr->noted++) {
    pr->s[pr->noted] = low + (high - low) * r->at[i];
    pr->s_weight[pr->noted] = (high - low) * r->weight[i];
  }
}

static void find_jumps(problem *pr) {
  const wd_profile *profile = pr->pole->profile;
  double before = wd_local_at(profile, 0.5).volume;
  for (size_t i = 1; i < profile->cells; i++) {
    const double volume = wd_local_at(profile, (double)i + 0.5).volume;
    if (volume < 1e-6 * before) {
      pr->jump[pr->jumps++] = (double)i;
      pr->jump[pr->jumps++] = (double)i + 1;
    } else {
      before = volume;
    }
  }
}

/* From `from` (the pole, or where the gap is smallest) to `to`, in pieces that grow from `step` on and end at nodes of the
 * profile, where its derivatives jump. */
static void add_side(problem *pr, double from, double to, double step) {
  double at = from, piece = step;
  while (at != to) {
    const double node = to > from ? floor(at) + 1 : ceil(at) - 1;
    const double next = to > from ? fmin(fmin(at + piece, node), to) : fmax(fmax(at - piece, node), to);
    add_piece(pr, fmin(at, next), fmax(at, next), piece > FAR);
    piece = next == at ? 2 * piece : fmax(piece, AWAY * fabs(next - from)); /* beyond rounding at last */
    at = next;
  }
}

static bool find_pole(const problem *pr, double low, double high, double *s) {
  double a = low, b = high, at_a = place_at(pr, a).gap, at_b = place_at(pr, b).gap;
  if (at_a == 0 || at_a * at_b > 0) return false;
  for (int i = 0; i < 200 && b - a > 1e-15 * b; i++) {
    double middle = 0.5 * (a + b);
    if (place_at(pr, middle).gap * at_a > 0)
      a = middle;
    else
      b = middle;
  }
  *s = 0.5 * (a + b);
  return true;
}

/* The stretch low..high of a segment, without a jump, in which the gap rises or falls throughout. */
static void add_segment(problem *pr, double low, double high) {
  double s;
  if (find_pole(pr, low, high, &s)) {
    place p = place_at(pr, s);
    double slope = fabs(p.slope), step = CORE * p.width / slope;
    add_side(pr, s, high, step);
    add_side(pr, s, low, step);
    pr->sum -= WD_PI * p.front / slope;
    return;
  }
  bool at_low = fabs(place_at(pr, low).gap) < fabs(place_at(pr, high).gap);
  double near = at_low ? low : high, far = at_low ? high : low;
  place p = place_at(pr, near);
  add_side(pr, near, far, CORE * hypot(p.width, p.gap) / fmax(fabs(p.slope), 1e-12 * p.width));
}

static void set_momentum(problem *pr, double c, double *slope) {
  const double T = wd_local_at(pr->pole->profile, 0).temperature, m2 = pr->pole->m2;
  const double scale = sqrt(T * T + 2 * sqrt(m2) * T);
  pr->k = scale * c / (1 - c);
  pr->omega = sqrt(m2 + pr->k * pr->k);
  *slope = scale / ((1 - c) * (1 - c));
}

/* At x of the stretch low..high of c, dense at both ends, where poles come and go. */
static double at_momentum(double x, void *params) {
  problem *pr = params;
  const wd_profile *profile = pr->pole->profile;
  const double c = pr->low + (pr->high - pr->low) * x * x * x * (10 + x * (6 * x - 15));
  const double dc = (pr->high - pr->low) * 30 * x * x * (1 - x) * (1 - x);
  double dk;
  set_momentum(pr, c, &dk);
  pr->sum = 0;
  if (pr->omega > 500 * wd_local_at(profile, 0).temperature) return 0;
  for (size_t i = 0; i < profile->segments; i++) {
    double low = profile->segment[i].low, high = profile->segment[i].high;
    for (int j = 0; j < pr->jumps; j++) {
      if (!(pr->jump[j] > low && pr->jump[j] < high)) continue;
      add_segment(pr, low, pr->jump[j]);
      low = pr->jump[j];
    }
    add_segment(pr, low, high);
  }
  evaluate(pr);
  return pr->sum * dk * dc;
}

static double gap_at(problem *pr, double c, double s) {
  double dk;
  set_momentum(pr, c, &dk);
  return place_at(pr, s).gap;
}

/* Adds to `cut` the c at which the pole passes s, if it does: the gap falls as c rises. */
static void find_cut(problem *pr, double s, double cut[], int *cuts) {
  double low = 1e-9, high = 1 - 1e-9;
  if (!(gap_at(pr, low, s) > 0 && gap_at(pr, high, s) < 0)) return;
  for (int j = 0; j < 60; j++) {
    const double middle = 0.5 * (low + high);
    *(gap_at(pr, middle, s) > 0 ? &low : &high) = middle;
  }
  int j = (*cuts)++;
  for (; j > 0 && cut[j - 1] > low; j--) cut[j] = cut[j - 1];
  cut[j] = low;
}

double wd_reference_continuum_transverse(const wd_pole *pole, double enough, double *error) {
  const wd_profile *profile = pole->profile;
  problem pr = {.pole = pole};
  gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(WORKSPACE);
  pr.jump = malloc(2 * profile->cells * sizeof *pr.jump);
  double *cut = calloc(2 * profile->cells + profile->segments + 2, sizeof *cut), sum = *error = NAN;
  if (workspace && pr.jump && cut) {
    int cuts = 1;
    sum = *error = 0;
    find_jumps(&pr);
    for (size_t i = 0; i < profile->segments; i++) find_cut(&pr, profile->segment[i].low, cut, &cuts);
    for (int i = 0; i < pr.jumps; i++) find_cut(&pr, pr.jump[i], cut, &cuts);
    find_cut(&pr, (double)profile->cells, cut, &cuts);
    for (int i = 0; i < cuts; i++) {
      double value, uncertainty;
      pr.low = cut[i], pr.high = i + 1 < cuts ? cut[i + 1] : 1;
      gsl_function f = {at_momentum, &pr};
      gsl_integration_qag(&f, 0, 1, fmax(ACCURACY * fabs(sum), enough / cuts), ACCURACY, WORKSPACE,
                          GSL_INTEG_GAUSS21, workspace, &value,
                          &uncertainty); /* a failure shows in the error */
      sum += value;
      *error += uncertainty;
    }
  }
  if (workspace) gsl_integration_workspace_free(workspace);
  free(pr.jump);
  free(cut);
  return sum;
}
