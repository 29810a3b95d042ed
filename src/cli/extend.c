/* `wdscan extend`: the result file of a configuration with another grid, which begins with the points of a file that are on
 * it; `run` computes the others. */
#include "base/log.h"
#include "base/text.h"
#include "cli/commands.h"
#include "run/derive.h"
#include "scan/scan.h"

#include <stdlib.h>

int wd_command_extend(const wd_arguments *args, wd_error *err) {
  const wd_config *config = wd_settings_config(args->settings);
  const size_t masses = (size_t)config->grid.mass.points, couplings = (size_t)config->grid.coupling.points;
  wd_result file = {0};
  double *mass = malloc((masses + couplings) * sizeof *mass), *coupling = mass ? mass + masses : NULL;
  int status = mass ? wd_result_open(args->file, &file, err)
                    : wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu x %zu points", masses, couplings);
  if (!status) {
    wd_scan_axis(&config->grid.mass, mass);
    wd_scan_axis(&config->grid.coupling, coupling);
    const wd_derivation d = {.path = config->output.file,
                             .replace = args->fresh,
                             .how = "extension",
                             .settings = args->settings,
                             .mass = mass,
                             .masses = masses,
                             .coupling = coupling,
                             .couplings = couplings,
                             .source = &file,
                             .sources = 1};
    status = wd_derive(&d, err);
  }
  wd_result_close(&file);
  free(mass);
  return status;
}
