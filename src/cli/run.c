/* `wdscan run`. */
#include "wdscan/run.h"
#include "cli/commands.h"

int wd_command_run(const wd_arguments *args, wd_error *err) {
  wd_run_options options = {.settings = args->settings,
                            .fresh = args->fresh,
                            .max_time = args->max_time,
                            .progress = args->progress};
  return wd_run(&options, err);
}
