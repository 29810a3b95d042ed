/* Contours by root finding; see excess/refine.h.
 *
 * The excess is nearly a power law, so the root is sought in ln(excess) against ln(coupling): regula falsi
 * with the Illinois rule, and bisection while the excess at the lower end has not the sign of the level.
 */
#include "excess/refine.h"

#define SLOPE_STEP 0.02   /* in ln(coupling), for the slope at the root */
#define CLOSE_ENOUGH 1e-3 /* in ln(excess); the rest is one Newton step */
enum { STEPS_MAX = 100 };

typedef struct search {
  wd_sampler *sampler;
  const wd_config *config;
  wd_point *scratch;
  uint64_t point;
  double mass, level;
} search;

/* ln(excess/level) at ln(coupling) = x, -infinity where the excess has not the sign of the level; its standard deviation.
 */
static int evaluate(const search *s, double x, double *value, double *error, wd_error *err) {
  wd_point_result r;
  wd_point_begin(s->scratch, s->config, s->point, s->mass, exp(x), s->config->integrator.relative_error);
  wd_point_compute(s->sampler, s->config, s->scratch);
  wd_point_result_of(s->scratch, &r);
  if (r.status == WD_ROW_FAILED)
    return wd_fail(err, WD_ERR_POINTS, "point mass = %.9g eV, coupling = %.9g failed", s->mass, exp(x));
  *value = r.excess / s->level > 0 ? log(r.excess / s->level) : -INFINITY;
  *error = r.excess_error / fabs(r.excess);
  return WD_OK;
}

/* Narrows low < root < high until an end is close to the root: *x with value *f. */
static int close_in(const search *s, double low, double f_low, double high, double f_high, double *x,
                    double *f, double *error, wd_error *err) {
  int side = 0;
  for (int i = 0; i < STEPS_MAX; i++) {
    bool bisect = !isfinite(f_low) || i % 8 == 7; /* now and then: no slow convergence */
    *x = bisect ? 0.5 * (low + high) : (low * f_high - high * f_low) / (f_high - f_low);
    int status = evaluate(s, *x, f, error, err);
    if (status || fabs(*f) < CLOSE_ENOUGH || high - low < 1e-9) return status;
    if (*f < 0) {
      low = *x, f_low = *f;
      if (side == -1) f_high *= 0.5;
      side = -1;
    } else {
      high = *x, f_high = *f;
      if (side == 1 && isfinite(f_low)) f_low *= 0.5;
      side = 1;
    }
  }
  return wd_fail(err, WD_ERR_NUMERIC, "no contour found at mass = %.9g eV", s->mass);
}

int wd_refine_crossing(wd_sampler *sampler, const wd_config *config, wd_point *scratch, uint64_t point,
                       double mass, double low, double high, double level, double *coupling,
                       double *coupling_error, int *state, wd_error *err) {
  search s = {sampler, config, scratch, point, mass, level};
  double f_low = NAN, f_high = NAN, error = NAN, x = NAN, f = NAN, f_above = NAN, ignored;
  *coupling = *coupling_error = NAN;
  int status = evaluate(&s, log(low), &f_low, &error, err);
  if (!status) status = evaluate(&s, log(high), &f_high, &error, err);
  const int beyond = level < 0 ? WD_CONTOUR_BELOW : WD_CONTOUR_ABOVE,
            before = level < 0 ? WD_CONTOUR_ABOVE : WD_CONTOUR_BELOW;
  *state = f_low >= 0 ? beyond : f_high <= 0 ? before : WD_CONTOUR_CROSSING;
  if (status || *state != WD_CONTOUR_CROSSING) return status;
  status = close_in(&s, log(low), f_low, log(high), f_high, &x, &f, &error, err);
  if (!status) status = evaluate(&s, x + SLOPE_STEP, &f_above, &ignored, err);
  if (status) return status;
  double slope = (f_above - f) / SLOPE_STEP;
  *coupling = exp(x - f / slope);
  *coupling_error = *coupling * error / slope;
  return WD_OK;
}
