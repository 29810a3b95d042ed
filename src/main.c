/* The program wdscan; all is in the library. */
#include "wdscan/commands.h"

int main(int argc, char **argv) {
  return wd_cli_main(argc, argv);
}
