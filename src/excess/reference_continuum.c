/* Second method for the continuum: nested quadrature of the whole Lorentzian, less its narrow-width limit; see
 * excess/reference.h.
 *
 * At fixed momentum the production is integrated over the star's s on pieces that shrink geometrically towards the pole,
 * and in the same place the delta function's share is subtracted; then over the momentum. The formulas are written again
 * in the notation of the literature: omega, Re Pi_T, Re Pi_L, Gamma. */
#include "excess/reference.h"

#include <gsl/gsl_integration.h>

enum { WORKSPACE = 2000, NODES = 16, CUTS_MAX = 64, SCAN = 400, JUMPS_MAX = 128 };
#define ACCURACY 1e-6
#define PIECE_GROWTH 3.0
#define CORE 0.5 /* half-width of the innermost pieces, in widths of the pole */

typedef struct problem {
  const wd_pole *pole;
  bool longitudinal;
  double low, high;       /* stretch of the momentum coordinate c = k/(k + scale) */
  double k, omega;        /* of the A' */
  double jump[JUMPS_MAX]; /* where cells without volume begin and end, in which the profile jumps; rising */
  int jumps;
  const gsl_integration_glfixed_table *table;
} problem;

/* What the production at s is made of: front * width/(gap^2 + width^2). */
typedef struct place {
  double front, gap, width;
} place;

static place place_at(const problem *pr, double s) {
  const wd_local l = wd_local_at(pr->pole->profile, s);
  const double m2 = pr->pole->m2, omega2 = pr->omega * pr->omega, Y = l.v2 * (pr->k * pr->k / omega2);
  const double damping = pr->omega * wd_absorption_at(pr->pole->absorption, s, pr->omega / l.temperature);
  const double bosons = WD_PRODUCTION_PREFACTOR * l.volume * pr->k * pr->k / expm1(pr->omega / l.temperature);
  place p = {.width = damping};
  if (pr->longitudinal) { /* eps^2 m^2 omega^2 */
    p.gap = omega2 - pr->pole->unity * l.frequency2 * wd_dispersion_at(Y).S_l;
    p.front = bosons * m2 * omega2;
  } else { /* 2 eps^2 m^4 */
    p.gap = m2 - pr->pole->unity * l.frequency2 * wd_dispersion_at(Y).S_t;
    p.front = 2 * bosons * m2 * m2;
  }
  return p;
}

static double over_piece(const problem *pr, double low, double high) {
  double sum = 0;
  for (size_t i = 0; i < NODES; i++) {
    double s, weight;
    gsl_integration_glfixed_point(low, high, i, &s, &weight, pr->table);
    place p = place_at(pr, s);
    sum += weight * p.front * p.width / (p.gap * p.gap + p.width * p.width);
  }
  return sum;
}

static void find_jumps(problem *pr) {
  const wd_profile *profile = pr->pole->profile;
  double before = wd_local_at(profile, 0.5).volume;
  for (size_t i = 1; i < profile->cells && pr->jumps + 2 <= JUMPS_MAX; i++) {
    const double volume = wd_local_at(profile, (double)i + 0.5).volume;
    if (volume < 1e-6 * before) {
      pr->jump[pr->jumps++] = (double)i;
      pr->jump[pr->jumps++] = (double)i + 1;
    } else {
      before = volume;
    }
  }
}

/* From `from` (the pole, or where the gap is smallest) to `to`, in pieces that grow from `step` on. */
static double over_side(const problem *pr, double from, double to, double step) {
  const double sign = to > from ? 1 : -1;
  double sum = 0, at = from, piece = step;
  while (sign * (to - at) > 0) {
    double next = at + sign * fmin(piece, 8);
    if (sign * (to - next) < 0) next = to;
    sum += sign * over_piece(pr, at, next);
    at = next;
    piece = piece * PIECE_GROWTH;
  }
  return sum;
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

static double slope_at(const problem *pr, double low, double high, double s) {
  double h = 1e-4, a = fmax(s - h, low), b = fmin(s + h, high);
  return (place_at(pr, b).gap - place_at(pr, a).gap) / (b - a);
}

/* The stretch low..high of a segment, without a jump, in which the gap rises or falls throughout. */
static double over_segment(const problem *pr, double low, double high) {
  double s;
  if (find_pole(pr, low, high, &s)) {
    place p = place_at(pr, s);
    double slope = fabs(slope_at(pr, low, high, s)), step = CORE * p.width / slope;
    return over_side(pr, s, high, step) + over_side(pr, s, low, step) - WD_PI * p.front / slope;
  }
  bool at_low = fabs(place_at(pr, low).gap) < fabs(place_at(pr, high).gap);
  double near = at_low ? low : high, far = at_low ? high : low;
  place p = place_at(pr, near);
  double slope = fabs(slope_at(pr, low, high, near));
  double step = CORE * hypot(p.width, p.gap) / fmax(slope, 1e-12 * p.width);
  return over_side(pr, near, far, step);
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
  double sum = 0, dk;
  set_momentum(pr, c, &dk);
  if (pr->omega > 500 * wd_local_at(profile, 0).temperature) return 0;
  for (size_t i = 0; i < profile->segments; i++) {
    double low = profile->segment[i].low, high = profile->segment[i].high;
    for (int j = 0; j < pr->jumps; j++) {
      if (!(pr->jump[j] > low && pr->jump[j] < high)) continue;
      sum += over_segment(pr, low, pr->jump[j]);
      low = pr->jump[j];
    }
    sum += over_segment(pr, low, high);
  }
  return sum * dk * dc;
}

static double gap_at(problem *pr, double c, double s) {
  double dk;
  set_momentum(pr, c, &dk);
  return place_at(pr, s).gap;
}

/* Adds to `cut` the c at which a pole passes s. */
static void find_cuts(problem *pr, double s, double cut[], int *cuts) {
  double last = gap_at(pr, 1e-9, s);
  for (int i = 1; i < SCAN && *cuts < CUTS_MAX - 1; i++) {
    double low = (i - 1.0) / SCAN + 1e-9, high = (double)i / SCAN, gap = gap_at(pr, high, s);
    if (last * gap < 0) {
      for (int j = 0; j < 60; j++) {
        double middle = 0.5 * (low + high);
        if (gap_at(pr, middle, s) * last > 0)
          low = middle;
        else
          high = middle;
      }
      int j = (*cuts)++;
      for (; j > 0 && cut[j - 1] > low; j--) cut[j] = cut[j - 1];
      cut[j] = low;
    }
    last = gap;
  }
}

double wd_reference_continuum(const wd_pole *pole, int polarization, double *error) {
  *error = 0;
  if (!wd_has_continuum(polarization)) return 0;
  gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(WORKSPACE);
  gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(NODES);
  problem pr = {.pole = pole, .longitudinal = polarization == WD_LONGITUDINAL, .table = table};
  double cut[CUTS_MAX] = {0}, sum = 0;
  find_jumps(&pr);
  int cuts = 1;
  for (size_t i = 0; i < pole->profile->segments; i++)
    find_cuts(&pr, pole->profile->segment[i].low, cut, &cuts);
  for (int i = 0; i < pr.jumps; i++) find_cuts(&pr, pr.jump[i], cut, &cuts);
  find_cuts(&pr, (double)pole->profile->cells, cut, &cuts);
  for (int i = 0; i < cuts; i++) {
    double value, uncertainty;
    pr.low = cut[i], pr.high = i + 1 < cuts ? cut[i + 1] : 1;
    gsl_function f = {at_momentum, &pr};
    gsl_integration_qag(&f, 0, 1, ACCURACY * fabs(sum), ACCURACY, WORKSPACE, GSL_INTEG_GAUSS21, workspace,
                        &value, &uncertainty); /* a failure shows in the error */
    sum += value;
    *error += uncertainty;
  }
  gsl_integration_glfixed_table_free(table);
  gsl_integration_workspace_free(workspace);
  return sum;
}
