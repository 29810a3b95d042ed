/* Version, commit and libraries; see run/libraries.h. */
#include "run/libraries.h"

#include "store/manners.h"
#include "wdscan/version.h"
#include <gsl/gsl_version.h>
#include <hdf5.h>
#include <mpi.h>
#include <string.h>
#include <yaml.h>

void wd_libraries_write(FILE *out) {
  char mpi[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  unsigned major = 0, minor = 0, release = 0;
  wd_hdf5_prepare(); /* even asking for its version starts it */
  MPI_Get_library_version(mpi, &length);
  H5get_libversion(&major, &minor, &release);
  fprintf(out, "wdscan %s (commit %s)\n", wd_version(), wd_version_commit());
  fprintf(out, "compiler: %s\n", wd_version_compiler());
  fprintf(out, "MPI: %.*s\n", (int)strcspn(mpi, "\n"), mpi);
  fprintf(out, "HDF5: %u.%u.%u\n", major, minor, release);
  fprintf(out, "GSL: %s\n", gsl_version);
  fprintf(out, "libyaml: %s\n", yaml_get_version_string());
}
