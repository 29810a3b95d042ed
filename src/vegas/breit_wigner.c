/* Breit-Wigner coordinate map; see wdscan/vegas.h.
 *
 * With a = lo / width, t = width tan(atan a + phi) = (lo + width tan phi) / (1 - a tan phi), phi = u * angle.
 * In this form nothing cancels for small phi, be the peak narrow or wide; the upper half is drawn from hi
 * downwards. Near the pole the error of t is about 1e-16 of the width.
 */
#include "wdscan/vegas.h"

#include <math.h>

wd_bw_map wd_bw_map_make(double width, double lo, double hi) {
  /* atan2 gives the difference of the arctangents without cancellation; scaled to avoid underflow. */
  const double scale = fmax(fmax(fabs(lo), fabs(hi)), width);
  const double w = width / scale, a = lo / scale, b = hi / scale;
  return (wd_bw_map){.width = width, .lo = lo, .hi = hi, .angle = atan2(w * (b - a), w * w + a * b)};
}

double wd_bw_map_at(const wd_bw_map *map, double u) {
  const double w = map->width;
  double t;
  if (u < 0.5) {
    const double tangent = tan(u * map->angle);
    t = (map->lo + w * tangent) / (1 - map->lo / w * tangent);
  } else {
    const double tangent = tan((1 - u) * map->angle);
    t = (map->hi - w * tangent) / (1 + map->hi / w * tangent);
  }
  return fmin(fmax(t, map->lo), map->hi);
}
