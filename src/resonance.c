/* The resonance map; see wdscan/resonance.h. */
#include "wdscan/resonance.h"

wd_pole wd_pole_at(const wd_profile *profile, const wd_model *model, double mass) {
  double unity = 1 - model->r_bsm;
  double pole_q2 = unity > 0 ? mass * mass / unity : INFINITY;
  return (wd_pole){profile, model, mass * mass, unity, pole_q2, 0.5};
}

/* Transverse q^2 at (w^2, s) and its s derivative. */
static double transverse_q2(const wd_profile *profile, double w2, double s, double *dq2) {
  double t;
  size_t i = wd_profile_cell(profile, s, &t);
  double frequency2 = wd_profile_value(profile, WD_PROFILE_FREQUENCY2, i, t);
  double v = wd_profile_value(profile, WD_PROFILE_V_STAR, i, t);
  wd_dispersion d = wd_dispersion_at(v * v * w2);
  *dq2 = wd_profile_slope(profile, WD_PROFILE_FREQUENCY2, i, t) * d.S_t +
         frequency2 * d.dS_t * 2 * v * wd_profile_slope(profile, WD_PROFILE_V_STAR, i, t) * w2;
  return frequency2 * d.S_t;
}

static double frequency2_at(const wd_profile *profile, double s) {
  double t;
  size_t i = wd_profile_cell(profile, s, &t);
  return wd_profile_value(profile, WD_PROFILE_FREQUENCY2, i, t);
}

double wd_transverse_window(const wd_pole *pole, const wd_segment *segment, double e) {
  double slope, a = wd_pole_u(pole, transverse_q2(pole->profile, 1 - e, segment->low, &slope));
  double b = wd_pole_u(pole, transverse_q2(pole->profile, 1 - e, segment->high, &slope));
  if (!(a * b < 0)) return 0;
  return fmin(pole->window, fmin(fabs(a), fabs(b)));
}

double wd_longitudinal_window(const wd_pole *pole, const wd_local *local) {
  return fmax(0, fmin(pole->window, wd_pole_u(pole, local->frequency2)));
}

bool wd_transverse_solve(const wd_profile *profile, const wd_segment *segment, double e, double q2,
                         double guess, double *s) {
  double w2 = 1 - e, low = segment->low, high = segment->high, x = fmin(fmax(guess, low), high);
  bool low_open = true, high_open = true; /* may the root lie beyond this end of the bracket? */
  bool rising = frequency2_at(profile, high) > frequency2_at(profile, low); /* with s, at all w */
  for (int i = 0; i < 200; i++) {
    double slope, q2_here = transverse_q2(profile, w2, x, &slope), f = log(q2_here / q2);
    if (f == 0) return *s = x, true;
    if ((f < 0) == rising) { /* towards the surface */
      if (x >= segment->high) return false;
      low = x, low_open = false;
    } else {
      if (x <= segment->low) return false;
      high = x, high_open = false;
    }
    double newton = -f * q2_here / slope; /* in ln q^2, which is nearly linear in s */
    double next = x + newton;
    if (fabs(newton) < 1e-8) return *s = fmin(fmax(next, segment->low), segment->high), true;
    if (next >= high)
      next = high_open ? high : 0.5 * (low + high);
    else if (!(next > low))
      next = low_open ? low : 0.5 * (low + high);
    if (fabs(next - x) <= 4e-16 * x) break;
    x = next;
  }
  return *s = x, true;
}

bool wd_longitudinal_solve(const wd_local *local, double q2, double *e) {
  double goal = q2 / local->frequency2;
  if (!(goal > 0 && goal <= 1)) return false;
  /* e S_l(v^2 (1-e)) = goal, where 1 <= S_l <= S_l(v^2) */
  double low = goal / wd_dispersion_at(local->v2).S_l, high = goal, x = low;
  for (int i = 0; i < 60; i++) {
    wd_dispersion d = wd_dispersion_at(local->v2 * (1 - x));
    double f = x * d.S_l - goal, slope = d.S_l - x * local->v2 * d.dS_l;
    if (f < 0)
      low = x;
    else
      high = x;
    double next = x - f / slope;
    bool inside = next >= low && next <= high;
    if (!inside) next = 0.5 * (low + high);
    double step = fabs(next - x);
    x = next;
    if (inside && step < 1e-9 * x) break; /* the next Newton step would be below rounding */
  }
  *e = x;
  return true;
}

double wd_transverse_pole_momentum(const wd_pole *pole, double s) {
  double t;
  size_t i = wd_profile_cell(pole->profile, s, &t);
  double frequency2 = wd_profile_value(pole->profile, WD_PROFILE_FREQUENCY2, i, t);
  double v = wd_profile_value(pole->profile, WD_PROFILE_V_STAR, i, t), v2 = v * v;
  double goal = pole->pole_q2 / frequency2;
  if (goal <= 1) return 0;
  if (goal >= wd_dispersion_at(v2).S_t) return INFINITY;
  double low = 0, high = 1, e = 0.5; /* S_t(v^2 (1-e)) falls with e */
  for (int k = 0; k < 200 && high - low > 1e-15 * high; k++) {
    wd_dispersion d = wd_dispersion_at(v2 * (1 - e));
    if (d.S_t > goal)
      low = e;
    else
      high = e;
    double next = e + (d.S_t - goal) / (v2 * d.dS_t);
    e = next > low && next < high ? next : 0.5 * (low + high);
  }
  return sqrt(pole->pole_q2 * (1 - e) / e);
}

static void widen(wd_band *band, double q2) {
  band->low = fmin(band->low, q2);
  band->high = fmax(band->high, q2);
}

size_t wd_transverse_ambiguities(const wd_profile *profile, wd_band band[], size_t room) {
  enum { SAMPLES = 64 };          /* of a cell */
  const double negligible = 1e-9; /* change of ln q^2 over a stretch, from rounding */
  const wd_band none = {INFINITY, 0};
  wd_band open = none;
  double change = 0;
  size_t count = 0;
  for (size_t i = 0; i <= profile->cells * SAMPLES; i++) {
    wd_local l = wd_local_at(profile, ((double)i + 0.5) / SAMPLES);
    wd_dispersion d = wd_dispersion_at(l.v2);
    double at_rest = l.dfrequency2 / l.frequency2,
           at_light = at_rest + d.dS_t * l.dv2 / d.S_t;           /* dlnq^2/ds */
    if (i < profile->cells * SAMPLES && at_rest * at_light < 0) { /* at w = 0 and w = 1; monotonic between */
      widen(&open, l.frequency2);
      widen(&open, l.frequency2 * d.S_t);
      change += fmin(fabs(at_rest), fabs(at_light)) / SAMPLES;
      continue;
    }
    if (change > negligible) {
      if (count < room) band[count++] = open;
      widen(&band[count - 1], open.low);
      widen(&band[count - 1], open.high);
    }
    open = none;
    change = 0;
  }
  return count;
}

double wd_window_remainder(double c) {
  double c2 = c * c;
  if (c <= 2) {
    double lorentz = c > 0 ? atan(c) / c : 1;
    return -WD_PI * c * (2 + c2) + 2 * (1 + c2) * (1 + c2) * lorentz + 10.0 / 3 + 2 * c2;
  }
  /* the integral as a series in 1/c^2, with the moments of the window */
  double sum = 0;
  for (int n = 40; n >= 0; n--)
    sum = 2 * (1.0 / (2 * n + 1) - 2.0 / (2 * n + 3) + 1.0 / (2 * n + 5)) - sum / c2;
  return WD_PI / c - sum / c2;
}
