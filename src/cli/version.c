/* Version, commit and libraries; see wdscan/version.h. The Makefile defines WD_VERSION, from the file
 * VERSION, WD_COMMIT and WD_CFLAGS. */
#include "wdscan/version.h"

#include <gsl/gsl_version.h>
#include <hdf5.h>
#include <mpi.h>
#include <string.h>
#include <yaml.h>

const char *wd_version(void) {
  return WD_VERSION;
}

void wd_version_write(FILE *out) {
  char mpi[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  unsigned major = 0, minor = 0, release = 0;
  MPI_Get_library_version(mpi, &length);
  H5get_libversion(&major, &minor, &release);
  fprintf(out, "wdscan %s (commit %s)\n", WD_VERSION, WD_COMMIT);
  fprintf(out, "compiler: %s, %s\n", __VERSION__, WD_CFLAGS);
  fprintf(out, "MPI: %.*s\n", (int)strcspn(mpi, "\n"), mpi);
  fprintf(out, "HDF5: %u.%u.%u\n", major, minor, release);
  fprintf(out, "GSL: %s\n", gsl_version);
  fprintf(out, "libyaml: %s\n", yaml_get_version_string());
}
