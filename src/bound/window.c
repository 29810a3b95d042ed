/* Time in a window; see bound/window.h. */
#include "bound/window.h"

#include "base/constants.h"
#include <math.h>

#define SUN_MAGNITUDE 4.74

/* What the keys give, as a value. */
static double value_of(int quantity, double x) {
  return quantity == WD_WINDOW_MAGNITUDE ? -x : log(x);
}

double wd_window_value(int quantity, const wd_epoch *epoch) {
  const double suns = epoch->photons / WD_L_SUN_CGS;
  switch (quantity) {
  case WD_WINDOW_LUMINOSITY:
    return log(suns);
  case WD_WINDOW_MAGNITUDE:
    return 2.5 * log10(suns) - SUN_MAGNITUDE;
  default:
    return log(epoch->effective_temperature);
  }
}

wd_passage wd_passage_begin(const wd_config *config) {
  const int quantity = config->cooling.window.quantity;
  return (wd_passage){.quantity = quantity,
                      .from = value_of(quantity, config->cooling.window.from),
                      .to = value_of(quantity, config->cooling.window.to),
                      .last = {NAN, NAN},
                      .before = {NAN, NAN},
                      .entered = NAN,
                      .left = NAN};
}

double wd_window_age(double before, double age_before, double after, double age_after, double value) {
  const double u = (before - value) / (before - after);
  return age_before > 0 ? age_before * pow(age_after / age_before, u)
                        : age_before + (age_after - age_before) * u;
}

/* d ln age/d value between two epochs. */
static double slope_between(wd_moment a, wd_moment b) {
  return log(b.age / a.age) / (b.value - a.value);
}

/* Half the second derivative between the last epoch and now, not so large that the parabola would turn there. */
static double bend_of(const wd_passage *p, wd_moment now, double slope) {
  if (!(p->before.value > p->last.value && p->before.age > 0)) return 0;
  const double bend = (slope - slope_between(p->before, p->last)) / (now.value - p->before.value);
  return copysign(fmin(fabs(bend), fabs(slope / (now.value - p->last.value))), bend);
}

/* Age at which the star passes `value` on its way down; NaN: not in this step. */
static double passes(const wd_passage *p, wd_moment now, double value) {
  if (!(p->last.value >= value && now.value < value)) return NAN;
  if (!(p->last.age > 0)) return wd_window_age(p->last.value, p->last.age, now.value, now.age, value);
  const double slope = slope_between(p->last, now), bend = bend_of(p, now, slope);
  return p->last.age * exp((value - p->last.value) * (slope + bend * (value - now.value)));
}

int wd_passage_watch(void *params, const wd_evolution *evolution, const wd_epoch *epoch, wd_error *err) {
  wd_passage *p = params;
  (void)evolution, (void)err;
  const wd_moment now = {wd_window_value(p->quantity, epoch), epoch->age};
  const double enters = passes(p, now, p->from);
  if (!isnan(enters)) p->entered = enters;
  if (!isnan(p->entered)) p->left = passes(p, now, p->to);
  p->before = p->last;
  p->last = now;
  return isnan(p->left) ? WD_OK : WD_ERR_STOPPED;
}
