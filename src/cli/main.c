/* The program wdscan; all is in the library. */
#include "cli/commands.h"

#include <gsl/gsl_errno.h>

int main(int argc, char **argv) {
  gsl_set_error_handler_off(); /* every status is tested */
  return wd_cli_main(argc, argv);
}
