/* Stars that cool, as stars whose emission is integrated. */
#ifndef WDSCAN_STAR_THERMAL_H
#define WDSCAN_STAR_THERMAL_H

#include "cooling/snapshot.h"
#include "wdscan/star.h"

/* The zones as nodes, all temperatures times `factor`: node 0 is the centre, node i + 1 the middle of zone i. Errors as of
 * wd_star_create. Free with wd_star_free. */
int wd_star_of_snapshot(const wd_config *config, const wd_snapshot *snapshot, double factor, wd_star **out,
                        wd_error *err);

#endif
