/* `wdscan keys`: every configuration key, as a table, as the reference configuration or as a page of the documentation. */
#include "cli/commands.h"

int wd_command_keys(const wd_arguments *args, wd_error *err) {
  (void)err;
  if (args->yaml)
    wd_keys_write_reference(stdout);
  else if (args->markdown)
    wd_keys_write_markdown(stdout);
  else
    wd_keys_write(stdout);
  return WD_OK;
}
