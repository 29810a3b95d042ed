/* The resonance map; see wdscan/resonance.h. */
#include "wdscan/resonance.h"

/* Does a transverse plasmon with this q^2 exist where q^2 turns with the radius? At the ends of segments
 * (within the star) it turns for w = 0 or w = 1, in mixed segments for some w. */
static bool turns_at(const wd_profile *profile, double q2) {
  double cells = (double)profile->cells;
  for (size_t i = 0; i < profile->segments; i++) {
    const wd_segment *segment = profile->segment + i;
    double a = segment->low, b = segment->high;
    if (b < cells && wd_profile_lowest(profile, b) <= q2 && q2 <= wd_profile_highest(profile, b)) return true;
    if (segment->mixed && fmin(wd_profile_lowest(profile, a), wd_profile_lowest(profile, b)) <= q2 &&
        q2 <= fmax(wd_profile_highest(profile, a), wd_profile_highest(profile, b)))
      return true;
  }
  return false;
}

wd_pole wd_pole_at(const wd_profile *profile, const wd_model *model, double mass) {
  double unity = 1 - model->r_bsm;
  double pole_q2 = unity > 0 ? mass * mass / unity : INFINITY;
  return (wd_pole){profile, model, mass * mass, unity, pole_q2, 0.5, turns_at(profile, pole_q2)};
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

double wd_transverse_window(const wd_pole *pole, const wd_segment *segment, double e) {
  double slope, a = wd_pole_u(pole, transverse_q2(pole->profile, 1 - e, segment->low, &slope));
  double b = wd_pole_u(pole, transverse_q2(pole->profile, 1 - e, segment->high, &slope));
  if (!(a * b < 0)) return 0;
  return fmin(pole->window, fmin(fabs(a), fabs(b)));
}

double wd_transverse_window_at_radius(const wd_pole *pole, const wd_local *local) {
  double a = wd_pole_u(pole, local->frequency2);
  double b = wd_pole_u(pole, local->frequency2 * wd_dispersion_at(local->v2).S_t);
  return a < 0 && b > 0 ? fmin(pole->window, fmin(-a, b)) : 0;
}

double wd_longitudinal_window(const wd_pole *pole, const wd_local *local) {
  return fmax(0, fmin(pole->window, wd_pole_u(pole, local->frequency2)));
}

bool wd_transverse_solve(const wd_profile *profile, const wd_segment *segment, double e, double q2,
                         double guess, double *s) {
  double w2 = 1 - e, low = segment->low, high = segment->high, x = fmin(fmax(guess, low), high);
  bool low_open = true, high_open = true; /* may the root lie beyond this end of the bracket? */
  bool rising = wd_profile_lowest(profile, high) > wd_profile_lowest(profile, low); /* with s, at all w... */
  if (segment->mixed && e == 0) rising = !rising;                                   /* ... but here */
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

bool wd_transverse_solve_at_radius(const wd_local *local, double q2, double *e) {
  const double rounding = 1e-12;
  double v2 = local->v2, goal = q2 / local->frequency2;
  if (!(goal > 1 - rounding && goal < wd_dispersion_at(v2).S_t * (1 + rounding))) return false;
  double low = 1e-30, high = 1 - 1e-16, x = 0.5; /* S_t(v^2 (1-x)) falls with x */
  for (int k = 0; k < 200 && high - low > 1e-15 * high; k++) {
    wd_dispersion d = wd_dispersion_at(v2 * (1 - x));
    if (d.S_t > goal)
      low = x;
    else
      high = x;
    double next = x + (d.S_t - goal) / (v2 * d.dS_t);
    if (fabs(next - x) < 1e-16 * x) break;
    x = next > low && next < high ? next : 0.5 * (low + high);
  }
  *e = x;
  return true;
}

double wd_transverse_pole_momentum(const wd_pole *pole, double s) {
  wd_local local = wd_local_at(pole->profile, s);
  double e = 1;
  if (pole->pole_q2 <= local.frequency2) return 0;
  if (pole->pole_q2 >= local.frequency2 * wd_dispersion_at(local.v2).S_t) return INFINITY;
  wd_transverse_solve_at_radius(&local, pole->pole_q2, &e);
  return sqrt(pole->pole_q2 * (1 - e) / e);
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
