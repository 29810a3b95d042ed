/* The stretch of a star's cooling that is observed, and how long it takes. */
#ifndef WDSCAN_WINDOW_H
#define WDSCAN_WINDOW_H

#include "cooling/sequence.h"

/* The value of an epoch that falls while the star cools: ln T_eff/K, ln L/L_sun or minus the bolometric magnitude,
 * M_bol = 4.74 - 2.5 log10 L/L_sun (IAU 2015 B2), by `quantity` (enum wd_window_quantity). */
double wd_window_value(int quantity, const wd_epoch *epoch);

/* The age at which a star passes `value`, between `before` at one age and `after` at another [s]. Ages go like powers of
 * luminosities, so ln age is interpolated, or the age where it has no logarithm. */
double wd_window_age(double before, double age_before, double after, double age_after, double value);

/* When a star had a value. */
typedef struct wd_moment {
  double value, age; /* as above, [s]; NaN: there is none */
} wd_moment;

/* A sequence's way through a window. Between epochs ln age is a parabola in the value, through these two and the one before,
 * if the value falls all the way and all ages are positive, else as by wd_window_age: what is left of it must be small beside what an A' changes. */
typedef struct wd_passage {
  int quantity;
  double from, to;        /* values as above */
  wd_moment last, before; /* one and two epochs ago */
  double entered, left;   /* ages [s]; NaN: not yet */
} wd_passage;

wd_passage wd_passage_begin(const wd_config *config);

/* For wd_sequence_plan: `params` is a wd_passage; WD_ERR_STOPPED when the star has left. A star that is in the window
 * again has entered it then. */
int wd_passage_watch(void *params, const wd_evolution *evolution, const wd_epoch *epoch, wd_error *err);

#endif
