/* `wdscan merge`: several result files of one configuration as one, on the grid of all their masses and couplings. */
#include "cli/commands.h"
#include "result/axis.h"
#include "run/derive.h"

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
