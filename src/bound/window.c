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
                      .last_value = NAN,
                      .last_age = NAN,
                      .entered = NAN,
                      .left = NAN};
}

double wd_window_age(double before, double age_before, double after, double age_after, double value) {
  const double u = (before - value) / (before - after);
  return age_before > 0 ? age_before * pow(age_after / age_before, u)
                        : age_before + (age_after - age_before) * u;
}

/* Age at which the star passes `value` on its way down; NaN: not in this step. */
static double passes(const wd_passage *p, double now, double age, double value) {
  if (!(p->last_value >= value && now < value)) return NAN;
  return wd_window_age(p->last_value, p->last_age, now, age, value);
}

int wd_passage_watch(void *params, const wd_evolution *evolution, const wd_epoch *epoch, wd_error *err) {
  wd_passage *p = params;
  (void)evolution, (void)err;
  const double now = wd_window_value(p->quantity, epoch), enters = passes(p, now, epoch->age, p->from);
  if (!isnan(enters)) p->entered = enters;
  if (!isnan(p->entered)) p->left = passes(p, now, epoch->age, p->to);
  p->last_value = now;
  p->last_age = epoch->age;
  return isnan(p->left) ? WD_OK : WD_ERR_STOPPED;
}
