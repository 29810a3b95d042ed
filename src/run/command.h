/* What `wdscan run` does: wd_run() with the configuration that a command line names, which rank 0 reads for all. */
#ifndef WDSCAN_RUN_COMMAND_H
#define WDSCAN_RUN_COMMAND_H

#include "config/source.h"
#include "wdscan/run.h"

/* options->settings is not looked at. */
int wd_run_source(const wd_config_source *source, const wd_run_options *options, wd_error *err);

#endif
