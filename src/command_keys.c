/* `wdscan keys`: every configuration key, as a table or as the reference configuration. */
#include "wdscan/commands.h"

int wd_command_keys(const wd_arguments *args, wd_error *err) {
  (void)err;
  if (args->yaml)
    wd_keys_write_reference(stdout);
  else
    wd_keys_write(stdout);
  return WD_OK;
}
