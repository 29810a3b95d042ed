/* Periods of white dwarfs that pulsate; see bound/pulsation.h. */
#include "bound/pulsation.h"

#include "bound/window.h"
#include <math.h>

#define BY_TEMPERATURE 0.5 /* a */
#define BY_RADIUS 1.0      /* b */

/* dy/dx at x of the parabola through three points. */
static double slope(const double x[3], const double y[3], double at) {
  const double first = (y[1] - y[0]) / (x[1] - x[0]), second = (y[2] - y[1]) / (x[2] - x[1]);
  return first + (second - first) / (x[2] - x[0]) * (2 * at - x[0] - x[1]);
}

/* The first epoch that is colder than that, after one that is not; `count`: none. */
static size_t first_colder(const wd_sequence *s, double temperature) {
  size_t i = 1;
  while (i < s->count && !(s->epoch[i - 1].effective_temperature >= temperature &&
                           s->epoch[i].effective_temperature < temperature))
    i++;
  return i;
}

wd_pulsation wd_pulsation_of(const wd_sequence *s, double effective_temperature) {
  const size_t last = first_colder(s, effective_temperature);
  if (last < 2 || last >= s->count) return (wd_pulsation){NAN, NAN};
  const wd_epoch *e = &s->epoch[last - 2];
  double age[3], temperature[3], radius[3];
  for (int k = 0; k < 3; k++) {
    age[k] = log(e[k].age);
    temperature[k] = log(e[k].central_temperature);
    radius[k] = log(e[k].radius);
  }
  const double at = wd_window_age(log(e[1].effective_temperature), e[1].age, log(e[2].effective_temperature),
                                  e[2].age, log(effective_temperature));
  const double by_age =
      -BY_TEMPERATURE * slope(age, temperature, log(at)) + BY_RADIUS * slope(age, radius, log(at));
  return (wd_pulsation){at, by_age / at};
}
