/* A result file as the commands that work on results read it: open, with its axes and its configuration. */
#ifndef WDSCAN_RUN_RESULT_H
#define WDSCAN_RUN_RESULT_H

#include "config/matching.h"
#include "store/store.h"

typedef struct wd_result {
  const char *path;
  wd_store *store; /* read-only */
  wd_settings *settings;
  wd_members *members;      /* one without axes */
  size_t masses, couplings; /* of each member */
  double *mass, *coupling;  /* eV */
} wd_result;

/* Opens a result file. Errors: those of wd_store_open_serial(), WD_ERR_MEMORY; WD_ERR_CONFIG if the stored configuration
 * is none for this program. wd_result_close() in any case. */
int wd_result_open(const char *path, wd_result *result, wd_error *err);
void wd_result_close(wd_result *result);

/* The keys on which results at one point depend and that differ, "key: a -> b" one a line, in a malloc'ed string; "" if
 * none, NULL if out of memory. The grids and their refinement, the axes with the keys that vary along them, the contour levels and
 * the names of the files do not count. */
char *wd_result_conflicts(wd_member_set a, wd_member_set b);

/* A copy of settings with another grid of masses [eV] and couplings, which is not refined, and, if level_count > 0, other contour
 * levels. An axis is described as evenly spaced or, if it is not, by its values; one with more than WD_VALUES_MAX of these by its ends. */
int wd_result_settings(const wd_settings *settings, const double *mass, size_t masses, const double *coupling,
                       size_t couplings, const double *level, size_t level_count, wd_settings **out,
                       wd_error *err);

/* Gives the settings the axes of a scan with other values, values[axes of the scan] as of wd_members_axes_text(). Errors:
 * WD_ERR_MEMORY; WD_ERR_CONFIG if there are too many for a configuration. */
int wd_result_set_axes(wd_settings *settings, wd_member_set scan, const wd_axis_values *values,
                       wd_error *err);

#endif
