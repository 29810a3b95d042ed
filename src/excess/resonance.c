/* The resonance map; see excess/resonance.h. */
#include "excess/resonance.h"

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
  return (wd_pole){profile, model, mass * mass, unity, pole_q2, 0.5, turns_at(profile, pole_q2), NULL};
}

bool wd_transverse_solve(const wd_profile *profile, const wd_segment *segment, double e, double q2,
                         double guess, double *s) {
  bool rising = segment->ends.frequency2[1] > segment->ends.frequency2[0]; /* with s, at all w... */
  if (segment->mixed && e == 0) rising = !rising;                          /* ... but here */
  wd_seek seek = wd_seek_between(segment->low, segment->high, guess);
  for (int round = 0; seek.state == WD_SEEKING && round < WD_SEEK_ROUNDS; round++) {
    double t;
    const int32_t i = wd_profile_cell(profile, seek.at, &t);
    wd_seek_radius(profile, i, t, 1 - e, q2, rising ? 1 : -1, &seek);
  }
  *s = seek.at;
  return seek.state == WD_FOUND;
}

bool wd_longitudinal_solve(const wd_local *local, double q2, double *e) {
  double goal = q2 / local->frequency2;
  if (!(goal > 0 && goal <= 1)) return false;
  double low = goal / wd_dispersion_at(local->v2).S_l;
  wd_seek seek = wd_seek_between(low, goal, low);
  for (int i = 0; seek.state == WD_SEEKING && i < WD_SEEK_ROUNDS; i++)
    wd_seek_plasmon(local->v2, goal, &seek);
  *e = seek.at;
  return seek.state == WD_FOUND;
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
