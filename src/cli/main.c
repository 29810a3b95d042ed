/* The program wdscan; all is in the library. */
#include "cli/commands.h"
#include "run/stop.h"

#include <gsl/gsl_errno.h>

/* What runs before the libraries' own start: libpsm2, which Open MPI loads on Debian 13, takes SIGHUP there, even
 * under nohup. */
__attribute__((section(".preinit_array"),
               used)) static void (*const before_libraries)(void) = wd_stop_note_nohup;

int main(int argc, char **argv) {
  gsl_set_error_handler_off(); /* every status is tested */
  return wd_cli_main(argc, argv);
}
