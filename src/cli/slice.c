/* `wdscan slice`: a part of a result file as a file of its own. */
#include "base/text.h"
#include "cli/axes.h"
#include "result/axis.h"
#include "run/derive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A single value names a grid point if it agrees to this (relative). */
#define NAMED 1e-3

/* What is kept of an axis. */
typedef struct cut {
  const char *name, *unit, *path; /* of the axis, and of the file */
  const double *axis;
  size_t n, first, count;
  bool given;
} cut;

/* "LOW:HIGH" taken apart, either of which may be missing; a single number is both. */
static bool split(const char *text, double *low, double *high, bool *single) {
  char number[64];
  const char *colon = strchr(text, ':');
  *single = !colon;
  if (!colon) return wd_text_to_real(text, low) && wd_text_to_real(text, high);
  if (colon - text >= (long)sizeof number) return false;
  snprintf(number, sizeof number, "%.*s", (int)(colon - text), text);
  return (!*number || wd_text_to_real(number, low)) && (!colon[1] || wd_text_to_real(colon + 1, high));
}

static int refuse(const cut *c, const char *assignment, wd_error *err) {
  char quoted[WD_QUOTED_TEXT];
  return wd_fail(
      err, WD_ERR_USAGE,
      "%s: %s has no such %s; expected one of its %zu, or LOW:HIGH with some of them between, from %.9g to "
      "%.9g%s",
      wd_text_quoted(assignment, quoted), c->path, c->name, c->n, c->axis[0], c->axis[c->n - 1], c->unit);
}

static int cut_by_value(cut *c, const char *assignment, const char *value, wd_error *err) {
  double low = c->axis[0], high = c->axis[c->n - 1];
  bool single;
  char quoted[WD_QUOTED_TEXT];
  if (!split(value, &low, &high, &single))
    return wd_fail(err, WD_ERR_USAGE, "%s: expected %s=VALUE, LOW:HIGH, LOW: or :HIGH",
                   wd_text_quoted(assignment, quoted), c->name);
  if (!single) c->count = wd_axis_range(c->axis, c->n, low, high, &c->first);
  for (size_t i = 0; i < c->n && single; i++)
    if (i == 0 || fabs(c->axis[i] - low) < fabs(c->axis[c->first] - low)) c->first = i;
  if (single) c->count = fabs(c->axis[c->first] - low) <= NAMED * fabs(low);
  return c->count ? WD_OK : refuse(c, assignment, err);
}

/* "INDEX" or "FIRST:LAST" of n values. */
static int split_index(const char *name, size_t n, const char *assignment, const char *value, size_t *first,
                       size_t *count, wd_error *err) {
  double low = 0, high = (double)n - 1;
  bool single;
  char quoted[WD_QUOTED_TEXT];
  bool good = split(value, &low, &high, &single) && low == floor(low) && high == floor(high) && low >= 0 &&
              low <= high && high < (double)n;
  if (!good)
    return wd_fail(err, WD_ERR_USAGE, "%s: expected %s_index=INDEX or FIRST:LAST, from 0 to %zu",
                   wd_text_quoted(assignment, quoted), name, n - 1);
  *first = (size_t)low;
  *count = (size_t)(high - low) + 1;
  return WD_OK;
}

/* --- Axes of members: which of their values are kept --- */

typedef struct axes_cut {
  const wd_result *file;
  wd_axis_values axis[WD_AXES_MAX];
  const char **text; /* room for the values of all axes */
  size_t used;
  bool any;
} axes_cut;

/* Keeps value i of the variable. */
static void keep(axes_cut *cuts, const wd_variable *v, size_t i) {
  cuts->text[cuts->used++] = v->text[i];
  cuts->axis[v->axis].count++;
}

/* The values that agree, or those between two numbers. */
static int keep_by_value(axes_cut *cuts, const wd_variable *v, const char *assignment, const char *value,
                         wd_error *err) {
  const size_t n = cuts->file->members->axis[v->axis].count;
  double low = -INFINITY, high = INFINITY;
  bool single;
  char quoted[WD_QUOTED_TEXT];
  const bool range = v->number && split(value, &low, &high, &single) && !single;
  for (size_t i = 0; i < n; i++)
    if (range ? low <= v->number[i] && v->number[i] <= high : wd_axes_is_value(v, i, value)) keep(cuts, v, i);
  if (cuts->axis[v->axis].count) return WD_OK;
  return wd_fail(err, WD_ERR_USAGE, "%s: %s has no such value; expected one of its %zu, such as %s%s",
                 wd_text_quoted(assignment, quoted), cuts->file->path, n, v->text[0],
                 v->number ? ", or LOW:HIGH with some of them between" : "");
}

static int keep_by_index(axes_cut *cuts, const wd_variable *v, const char *assignment, const char *value,
                         wd_error *err) {
  const size_t n = cuts->file->members->axis[v->axis].count;
  size_t first = 0, count = 0;
  int status = split_index(v->key->path, n, assignment, value, &first, &count, err);
  for (size_t i = 0; i < count && !status; i++) keep(cuts, v, first + i);
  return status;
}

static int cut_axis(axes_cut *cuts, const wd_variable *v, bool index, const char *assignment, wd_error *err) {
  wd_axis_values *kept = &cuts->axis[v->axis];
  char quoted[WD_QUOTED_TEXT];
  if (wd_members_is_draw(cuts->file->members, v->axis))
    return wd_fail(err, WD_ERR_USAGE,
                   "%s: this key is drawn, and draws stay together; expected a key of grid.axes",
                   wd_text_quoted(assignment, quoted));
  if (kept->text)
    return wd_fail(err, WD_ERR_USAGE, "%s: the %s is chosen twice; expected one choice",
                   wd_text_quoted(assignment, quoted), v->key->path);
  kept->text = cuts->text + cuts->used;
  cuts->any = true;
  return (index ? keep_by_index : keep_by_value)(cuts, v, assignment, strchr(assignment, '=') + 1, err);
}

/* --- The choices --- */

/* "mass=1e3:1e5", "coupling_index=7", "star.mass=0.6" */
static int take(cut cuts[2], axes_cut *axes, const char *assignment, wd_error *err) {
  static const char suffix[] = "_index";
  char quoted[WD_QUOTED_TEXT];
  const wd_members *members = axes->file->members;
  const char *equals = strchr(assignment, '=');
  size_t length = equals ? (size_t)(equals - assignment) : 0;
  const size_t end = sizeof suffix - 1;
  const bool index = length > end && strncmp(equals - end, suffix, end) == 0;
  if (index) length -= end;
  for (cut *c = cuts; c < cuts + 2; c++) {
    if (!equals || length != strlen(c->name) || strncmp(assignment, c->name, length) != 0) continue;
    if (c->given)
      return wd_fail(err, WD_ERR_USAGE, "%s: the %s is chosen twice; expected one choice",
                     wd_text_quoted(assignment, quoted), c->name);
    c->given = true;
    return index ? split_index(c->name, c->n, assignment, equals + 1, &c->first, &c->count, err)
                 : cut_by_value(c, assignment, equals + 1, err);
  }
  const wd_variable *v = equals ? wd_axes_variable(members, assignment, length) : NULL;
  if (v) return cut_axis(axes, v, index, assignment, err);
  return wd_fail(err, WD_ERR_USAGE, "%s: expected mass=…, coupling=…, mass_index=… or coupling_index=…%s%s%s",
                 wd_text_quoted(assignment, quoted), members->variables ? ", or an axis, such as " : "",
                 members->variables ? members->variable[0].key->path : "", members->variables ? "=…" : "");
}

static int slice(const wd_arguments *args, const wd_result *file, const cut cuts[2], const axes_cut *axes,
                 wd_error *err) {
  wd_derivation d = {.path = args->source.output,
                     .replace = args->fresh,
                     .how = "slice",
                     .mass = file->mass + cuts[0].first,
                     .masses = cuts[0].count,
                     .coupling = file->coupling + cuts[1].first,
                     .couplings = cuts[1].count,
                     .source = file,
                     .sources = 1};
  wd_settings *settings;
  int status = wd_result_settings(file->settings, d.mass, d.masses, d.coupling, d.couplings, args->levels,
                                  (size_t)args->level_count, &settings, err);
  if (!status && axes->any)
    status = wd_result_set_axes(settings, (wd_member_set){file->settings, file->members}, axes->axis, err);
  d.settings = settings;
  if (!status) status = wd_derive(&d, err);
  wd_settings_free(settings);
  return status;
}

/* Room for the values of all axes. */
static int begin_axes(axes_cut *axes, wd_error *err) {
  const wd_members *members = axes->file->members;
  size_t n = 1;
  for (size_t a = 0; a < members->axes; a++) n += members->axis[a].count;
  axes->text = malloc(n * sizeof *axes->text);
  return axes->text ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu values", n);
}

int wd_command_slice(const wd_arguments *args, wd_error *err) {
  wd_result file;
  axes_cut axes = {.file = &file};
  int status = wd_result_open(args->file, &file, err);
  if (!status) status = begin_axes(&axes, err);
  if (!status) {
    cut cuts[2] = {{.name = "mass",
                    .unit = " eV",
                    .path = args->file,
                    .axis = file.mass,
                    .n = file.masses,
                    .count = file.masses},
                   {.name = "coupling",
                    .unit = "",
                    .path = args->file,
                    .axis = file.coupling,
                    .n = file.couplings,
                    .count = file.couplings}};
    for (size_t i = 1; i < args->operand_count && !status; i++)
      status = take(cuts, &axes, args->operands[i], err);
    if (!status) status = slice(args, &file, cuts, &axes, err);
  }
  free(axes.text);
  wd_result_close(&file);
  return status;
}
