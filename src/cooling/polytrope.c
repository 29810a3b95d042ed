/* Lane-Emden equation of index 3; see cooling/polytrope.h. */
#include "cooling/polytrope.h"

#include <math.h>

/* First zero, and -xi^2 dtheta/dxi there: Chandrasekhar (1939), table 4. */
#define END 6.89685
#define MASS 2.01824
#define STEP 1e-3
#define SURFACE 0.02 /* theta below which only the outermost mass, ~ theta^4, is outside */

static double curvature(const wd_place *p) {
  return -pow(fmax(p->theta, 0), 3) - 2 / p->xi * p->slope;
}

/* Midpoint rule. */
static void advance(wd_place *p, double step) {
  wd_place half = {p->xi + 0.5 * step, p->theta + 0.5 * step * p->slope,
                   p->slope + 0.5 * step * curvature(p)};
  p->theta += step * half.slope;
  p->slope += step * curvature(&half);
  p->xi += step;
}

static double outside_of(const wd_place *p) {
  return 1 + p->xi * p->xi * p->slope / MASS;
}

/* theta there. */
static double find(wd_place *p, double outside) {
  while (p->theta > SURFACE && outside_of(p) > outside) advance(p, STEP);
  return p->theta > SURFACE ? p->theta : p->theta * pow(outside / outside_of(p), 0.25);
}

wd_place wd_polytrope_centre(void) {
  return (wd_place){.xi = STEP, .theta = 1 - STEP * STEP / 6, .slope = -STEP / 3};
}

double wd_polytrope_temperature(wd_place *place, double outside) {
  return find(place, outside);
}

double wd_polytrope_radius(wd_place *place, double outside) {
  const double theta = find(place, outside);
  return place->theta > SURFACE ? place->xi / END : 1 - theta * END / MASS;
}
