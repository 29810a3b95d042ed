/* Which members of one scan are members of another: those with the same values of all keys that vary in either. A scan
 * without axes has one member, whose values are those of its configuration. */
#ifndef WDSCAN_MATCHING_H
#define WDSCAN_MATCHING_H

#include "config/members.h"

#define WD_NO_MEMBER SIZE_MAX

/* A configuration and its members. */
typedef struct wd_member_set {
  const wd_settings *settings;
  const wd_members *members;
} wd_member_set;

/* The member of b that each member of a is, partner[members of a], or WD_NO_MEMBER. Errors: WD_ERR_MEMORY. */
int wd_members_match(wd_member_set a, wd_member_set b, size_t *partner, wd_error *err);

/* Gives `copy` the values that `from` has for all keys that vary in a or b, so that the others can be compared. Errors:
 * WD_ERR_MEMORY. */
int wd_members_level(wd_settings *copy, const wd_settings *from, const wd_members *a, const wd_members *b,
                     wd_error *err);

/* The axes of a scan with some of their values left out or more of them: as a malloc'ed text for grid.axes, in which an axis
 * with no new values is as it was written. */
typedef struct wd_axis_values {
  const char *const *text; /* [count] as YAML; NULL: as before */
  size_t count;
} wd_axis_values;
/* values[axes of the members]; none for that of the draws. NULL: out of memory. */
char *wd_members_axes_text(const wd_member_set *scan, const wd_axis_values *values);

#endif
