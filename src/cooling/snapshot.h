/* A star that cools, at the moment when its centre has a given temperature. */
#ifndef WDSCAN_SNAPSHOT_H
#define WDSCAN_SNAPSHOT_H

#include "cooling/cooling.h"

typedef struct wd_snapshot {
  wd_epoch epoch; /* the one next after that moment */
  size_t zones;
  double surface;                         /* radius [cm] */
  double *radius, *density, *temperature; /* [zones] in the middle of the zones: [cm], [g cm^-3], [K] */
  const wd_onion *onion;                  /* of `cooling` */
} wd_snapshot;

/* At n central temperatures [K], descending, into out[n]. WD_ERR_CONFIG if no star that cools is so hot, naming the hottest;
 * WD_ERR_NUMERIC, WD_ERR_MEMORY. Free each with wd_snapshot_free. */
int wd_snapshots_create(const wd_cooling *cooling, size_t n, const double *temperature, wd_snapshot **out,
                        wd_error *err);
void wd_snapshot_free(wd_snapshot *snapshot);

#endif
