/* Result files that are read; see run/result.h. */
#include "run/result.h"

#include "base/text.h"
#include "result/axis.h"
#include "run/file.h"
#include <stdlib.h>
#include <string.h>

int wd_result_open(const char *path, wd_result *result, wd_error *err) {
  *result = (wd_result){.path = path};
  int status = wd_store_open_serial(path, &result->store, err);
  if (status) return status;
  const size_t all = wd_store_masses(result->store);
  result->masses = all / wd_store_members(result->store);
  result->couplings = wd_store_couplings(result->store);
  result->mass = malloc((all + result->couplings) * sizeof *result->mass);
  if (!result->mass) return wd_fail(err, WD_ERR_MEMORY, "out of memory: the axes of %s", path);
  result->coupling = result->mass + all;
  status = wd_store_read_axes(result->store, result->mass, result->coupling, err);
  if (!status) status = wd_settings_create(&result->settings, err);
  const char *text = wd_store_config_text(result->store);
  if (!status) status = wd_settings_read_text(result->settings, text, strlen(text), path, err);
  return status ? status : wd_members_create(result->settings, &result->members, err);
}

void wd_result_close(wd_result *result) {
  if (result->store) wd_store_close(result->store, NULL);
  wd_settings_free(result->settings);
  wd_members_free(result->members);
  free(result->mass);
  *result = (wd_result){.path = result->path};
}

/* "grid.mass={min: 10, max: 1e7, points: 121, spacing: log, values: []}" */
static int set_axis(wd_settings *settings, const char *key, const wd_grid_axis *axis, wd_error *err) {
  char *assignment = NULL, low[WD_REAL_TEXT], high[WD_REAL_TEXT];
  size_t length;
  FILE *out = open_memstream(&assignment, &length);
  if (!out) return wd_fail(err, WD_ERR_MEMORY, "out of memory: %s", key);
  fprintf(out, "%s={values: [", key);
  for (int64_t i = 0; i < axis->count; i++)
    fprintf(out, "%s%s", i ? ", " : "", wd_text_from_real(axis->values[i], low));
  fprintf(out, "], min: %s, max: %s, points: %lld, spacing: %s}", wd_text_from_real(axis->min, low),
          wd_text_from_real(axis->max, high), (long long)axis->points,
          axis->spacing == WD_SPACING_LINEAR ? "linear" : "log");
  int status = fclose(out) == 0 ? wd_settings_set(settings, assignment, err)
                                : wd_fail(err, WD_ERR_MEMORY, "out of memory: %s", key);
  free(assignment);
  return status;
}

/* Are these the values of the description? */
static bool describes(const wd_grid_axis *axis, const double *values, size_t n) {
  double *own = malloc(n * sizeof *own);
  if (own) wd_scan_axis(axis, own);
  bool same = own && wd_axis_same(own, n, values, n);
  free(own);
  return same;
}

/* As evenly spaced or, if that is wrong, one by one; too many for a list: by the ends. A single point has no use for
 * `max`, but it has to be in range. */
static wd_grid_axis axis_of(const double *values, size_t n) {
  wd_grid_axis axis = {.min = values[0], .max = values[n - 1], .points = (int64_t)n};
  wd_grid_axis linear = axis;
  linear.spacing = WD_SPACING_LINEAR;
  if (describes(&axis, values, n) || n > WD_VALUES_MAX) return axis;
  if (describes(&linear, values, n)) return linear;
  memcpy(axis.values, values, n * sizeof *values);
  axis.count = (int64_t)n;
  return axis;
}

static int set_levels(wd_settings *settings, const double *level, size_t n, wd_error *err) {
  char assignment[32 + WD_LEVELS_MAX * (WD_REAL_TEXT + 2)] = "output.contour_levels=[", number[WD_REAL_TEXT];
  for (size_t i = 0; i < n; i++) {
    strcat(assignment, i ? ", " : "");
    strcat(assignment, wd_text_from_real(level[i], number));
  }
  return wd_settings_set(settings, strcat(assignment, "]"), err);
}

static int set_refinement(wd_settings *settings, int64_t levels, double tolerance) {
  char assignment[96], number[WD_REAL_TEXT];
  snprintf(assignment, sizeof assignment, "grid.refine={levels: %lld, tolerance: %s}", (long long)levels,
           wd_text_from_real(tolerance, number));
  return wd_settings_set(settings, assignment, NULL);
}

int wd_result_settings(const wd_settings *settings, const double *mass, size_t masses, const double *coupling,
                       size_t couplings, const double *level, size_t level_count, wd_settings **out,
                       wd_error *err) {
  const wd_grid_axis mass_axis = axis_of(mass, masses), coupling_axis = axis_of(coupling, couplings);
  *out = NULL;
  int status = wd_run_copy_settings(settings, out, err);
  if (!status) status = set_axis(*out, "grid.mass", &mass_axis, err);
  if (!status) status = set_axis(*out, "grid.coupling", &coupling_axis, err);
  if (!status) status = wd_settings_set(*out, "grid.refine.levels=0", err);
  if (!status && level_count) status = set_levels(*out, level, level_count, err);
  return status ? status : wd_settings_validate(*out, err);
}

int wd_result_set_axes(wd_settings *settings, wd_member_set scan, const wd_axis_values *values,
                       wd_error *err) {
  char *text = wd_members_axes_text(&scan, values), *assignment = NULL;
  size_t length;
  FILE *out = text ? open_memstream(&assignment, &length) : NULL;
  if (out) fprintf(out, "grid.axes=%s", text);
  int status = out && fclose(out) == 0 ? wd_settings_set(settings, assignment, err)
                                       : wd_fail(err, WD_ERR_MEMORY, "out of memory: grid.axes");
  free(text);
  free(assignment);
  return status ? status : wd_settings_validate(settings, err);
}

static int set_varied(wd_settings *settings, const wd_config *config, wd_error *err) {
  char assignment[WD_TREE_TEXT + 16];
  snprintf(assignment, sizeof assignment, "grid.axes=%s", config->grid.axes);
  int status = wd_settings_set(settings, assignment, err);
  snprintf(assignment, sizeof assignment, "grid.draws=%s", config->grid.draws);
  return status ? status : wd_settings_set(settings, assignment, err);
}

char *wd_result_conflicts(wd_member_set a, wd_member_set b) {
  const wd_config *config = wd_settings_config(a.settings);
  char *differences = NULL;
  wd_settings *same_grid = NULL;
  bool good = wd_run_copy_settings(b.settings, &same_grid, NULL) == WD_OK &&
              set_axis(same_grid, "grid.mass", &config->grid.mass, NULL) == WD_OK &&
              set_axis(same_grid, "grid.coupling", &config->grid.coupling, NULL) == WD_OK &&
              set_refinement(same_grid, config->grid.refine.levels, config->grid.refine.tolerance) == WD_OK &&
              set_levels(same_grid, config->output.contour_levels, (size_t)config->output.contour_level_count,
                         NULL) == WD_OK &&
              set_varied(same_grid, config, NULL) == WD_OK &&
              wd_members_level(same_grid, a.settings, a.members, b.members, NULL) == WD_OK;
  if (good) differences = wd_settings_differences(a.settings, same_grid, /*physics=*/true);
  wd_settings_free(same_grid);
  return differences;
}
