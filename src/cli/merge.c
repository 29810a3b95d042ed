/* `wdscan merge`: several result files of one configuration as one, on the grid of all their masses, couplings and values of
 * axes. */
#include "cli/axes.h"
#include "result/axis.h"
#include "run/derive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct axis {
  double *value;
  size_t n;
} axis;

/* Joins more values to an axis. */
static int join(axis *a, const double *value, size_t n, wd_error *err) {
  double *all = malloc((a->n + n) * sizeof *all);
  if (!all) return wd_fail(err, WD_ERR_MEMORY, "out of memory: the axes");
  a->n = wd_axis_union(a->value, a->n, value, n, all);
  free(a->value);
  a->value = all;
  return WD_OK;
}

/* --- Axes of members --- */

/* A value of an axis, and its number if it has one. */
typedef struct value {
  const char *text;
  double number;
} value;

static bool agree(const value *a, const value *b) {
  if (isnan(a->number) || isnan(b->number)) return strcmp(a->text, b->text) == 0;
  return fabs(a->number - b->number) <= WD_AXIS_SAME * fabs(a->number);
}

static int compare_values(const void *a, const void *b) {
  const double x = ((const value *)a)->number, y = ((const value *)b)->number;
  return (x > y) - (x < y);
}

static value value_of(const wd_variable *v, size_t i) {
  return (value){v->text[i], v->number ? v->number[i] : NAN};
}

static bool rises(const wd_variable *v, size_t n) {
  for (size_t i = 1; i < n; i++)
    if (!v->number || v->number[i] <= v->number[i - 1]) return false;
  return v->number;
}

/* The axis that is variable v of all files: in rising order if all of them have it so, else in the order of the files. `more`:
 * the first file has not all of it. */
static size_t union_of(const wd_result *file, size_t n, size_t v, value *all, bool *more) {
  bool rising = true;
  size_t count = 0;
  for (size_t f = 0; f < n; f++) {
    const wd_variable *variable = &file[f].members->variable[v];
    const size_t own = file[f].members->axis[variable->axis].count;
    rising = rising && rises(variable, own);
    for (size_t i = 0; i < own; i++) {
      const value this = value_of(variable, i);
      size_t k = 0;
      while (k < count && !agree(&all[k], &this)) k++;
      if (k == count) all[count++] = this;
    }
  }
  *more = count > file->members->axis[file->members->variable[v].axis].count;
  if (rising) qsort(all, count, sizeof *all, compare_values);
  return count;
}

static bool same_draws(const wd_variable *a, const wd_variable *b, size_t a_count, size_t b_count) {
  bool same = a_count == b_count;
  for (size_t i = 0; same && i < a_count; i++) same = strcmp(a->text[i], b->text[i]) == 0;
  return same;
}

/* All files have the same keys along the same axes, and the same draws. */
static int compare_axes(const wd_result *first, const wd_result *other, wd_error *err) {
  const wd_members *a = first->members, *b = other->members;
  bool same = a->axes == b->axes && a->variables == b->variables;
  for (size_t v = 0; same && v < a->variables; v++) {
    const wd_variable *x = &a->variable[v], *y = &b->variable[v];
    same = x->key == y->key && x->axis == y->axis;
    if (same && wd_members_is_draw(a, x->axis))
      same =
          wd_members_is_draw(b, y->axis) && same_draws(x, y, a->axis[x->axis].count, b->axis[y->axis].count);
  }
  if (same) return WD_OK;
  return wd_fail(err, WD_ERR_CONFIG,
                 "%s and %s have other grid.axes or grid.draws; expected files whose axes are the same keys "
                 "in the same order, "
                 "with the same draws (`wdscan extend` begins a scan with other axes)",
                 first->path, other->path);
}

/* Gives the settings the values that the files have together. */
static int join_axes(wd_settings *settings, const wd_result *file, size_t n, wd_error *err) {
  const wd_members *members = file->members;
  wd_axis_values axes[WD_AXES_MAX] = {{NULL, 0}};
  size_t room = 1, used = 0;
  bool any = false;
  for (size_t f = 0; f < n; f++)
    for (size_t a = 0; a < members->axes; a++) room += file[f].members->axis[a].count;
  value *all = malloc(room * sizeof *all);
  const char **text = malloc(room * sizeof *text);
  for (size_t v = 0; all && text && v < members->variables; v++) {
    const wd_variable *variable = &members->variable[v];
    bool more;
    if (wd_members_is_draw(members, variable->axis)) continue;
    const size_t count = union_of(file, n, v, all, &more);
    if (more) axes[variable->axis] = (wd_axis_values){text + used, count};
    for (size_t i = 0; more && i < count; i++) text[used++] = all[i].text;
    any = any || more;
  }
  int status = all && text ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory: the axes");
  if (!status && any)
    status = wd_result_set_axes(settings, (wd_member_set){file->settings, members}, axes, err);
  free(all);
  free(text);
  return status;
}

/* --- The whole --- */

static int merge(const wd_arguments *args, const wd_result *file, size_t n, axis *mass, axis *coupling,
                 wd_error *err) {
  int status = WD_OK;
  for (size_t i = 0; i < n && !status; i++) {
    status = join(mass, file[i].mass, file[i].masses, err);
    if (!status) status = join(coupling, file[i].coupling, file[i].couplings, err);
  }
  if (status) return status;
  wd_settings *settings;
  status = wd_result_settings(file->settings, mass->value, mass->n, coupling->value, coupling->n,
                              args->levels, (size_t)args->level_count, &settings, err);
  for (size_t i = 1; i < n && !status; i++) status = compare_axes(file, &file[i], err);
  if (!status) status = join_axes(settings, file, n, err);
  const wd_derivation d = {.path = args->source.output,
                           .replace = args->fresh,
                           .how = "merge",
                           .settings = settings,
                           .mass = mass->value,
                           .masses = mass->n,
                           .coupling = coupling->value,
                           .couplings = coupling->n,
                           .source = file,
                           .sources = n};
  if (!status) status = wd_derive(&d, err);
  wd_settings_free(settings);
  return status;
}

int wd_command_merge(const wd_arguments *args, wd_error *err) {
  const size_t n = args->operand_count;
  axis mass = {NULL, 0}, coupling = {NULL, 0};
  wd_result *file = calloc(n, sizeof *file);
  int status = file ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu files", n);
  for (size_t i = 0; i < n && !status; i++) status = wd_result_open(args->operands[i], &file[i], err);
  if (!status) status = merge(args, file, n, &mass, &coupling, err);
  for (size_t i = 0; file && i < n; i++) wd_result_close(&file[i]);
  free(file);
  free(mass.value);
  free(coupling.value);
  return status;
}
