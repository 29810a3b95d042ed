/* `wdscan run`. */
#include "cli/commands.h"
#include "run/command.h"

int wd_command_run(const wd_arguments *args, wd_error *err) {
  wd_run_options options = {.fresh = args->fresh,
                            .max_time = args->max_time,
                            .progress = args->progress,
                            .share = args->share,
                            .shares = args->shares};
  return wd_run_source(&args->source, &options, err);
}
