/* The members of a scan with axes: one configuration for each combination of the values of grid.axes and of the draws
 * of grid.draws.
 *
 * grid.axes: {star.mass: [0.5, 0.6], star.temperature: {min: 1e7, max: 3e7, points: 5, spacing: log}} has a dimension
 * for each key; grid.draws: {count: 100, seed: 1, star.mass: {normal: [0.55, 0.02]}} one more, "draw", along which all
 * keys that are drawn vary together, as does an axis KEY: {draw: {normal: ...}}. config/axis_forms.h tells of other
 * forms of the same. Members are numbered with the last axis running fastest.
 */
#ifndef WDSCAN_MEMBERS_H
#define WDSCAN_MEMBERS_H

#include "config/keys.h"
#include "config/mistakes.h"

enum {
  WD_AXES_MAX = 8,
  WD_VARIABLES_MAX = 24,
  WD_AXIS_TEXT = 64,
  WD_AXIS_POINTS_MAX = 10000,
  WD_MEMBERS_MAX = 1000000
};

typedef struct wd_axis {
  char name[WD_AXIS_TEXT]; /* the key, or "draw" */
  size_t count;
} wd_axis;

/* A key that varies, along one axis. */
typedef struct wd_variable {
  const wd_key *key;
  size_t axis;
  char **text;    /* [count of the axis] its values, as YAML */
  double *number; /* likewise, if they are numbers; else NULL */
} wd_variable;

typedef struct wd_members {
  size_t axes, variables, count; /* count: of the members, 1 without axes */
  wd_axis axis[WD_AXES_MAX];
  wd_variable variable[WD_VARIABLES_MAX];
} wd_members;

/* The values of the texts of grid.axes and grid.draws, which are YAML; mistakes are at the places given. NULL if there
 * are any, or if memory runs out. */
typedef struct wd_members_source {
  const char *text, *source;
  int line, column;
} wd_members_source;
wd_members *wd_members_read(const wd_members_source *axes, const wd_members_source *draws,
                            wd_mistakes *mistakes);

/* Does the configuration have axes or draws? */
bool wd_members_vary(const wd_config *config);

/* Does the key describe stars with star.structure `thermal` only? */
bool wd_key_is_of_thermal(const wd_key *key);

/* The members of settings that were validated. Errors: WD_ERR_MEMORY, WD_ERR_CONFIG. */
int wd_members_create(const wd_settings *settings, wd_members **out, wd_error *err);
void wd_members_free(wd_members *members);

/* Is it the axis of the draws? */
bool wd_members_is_draw(const wd_members *members, size_t axis);

/* The index on each axis. */
void wd_members_place(const wd_members *members, size_t member, size_t index[WD_AXES_MAX]);

/* The text of a variable's value for a member. */
const char *wd_members_value(const wd_members *members, const wd_variable *variable, size_t member);

/* "star.mass = 0.5, physics.model = e-mu" as a malloc'ed string; NULL: out of memory. */
char *wd_members_describe(const wd_members *members, size_t member);

/* The settings of one member, which have no axes, as if they had been written so. Errors: WD_ERR_MEMORY. Free with
 * wd_settings_free. */
int wd_member_settings(const wd_settings *settings, const wd_members *members, size_t member,
                       wd_settings **out, wd_error *err);

#endif
