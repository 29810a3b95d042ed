/* New result files from others: parts of one, several put together, another grid that begins with what is there. */
#ifndef WDSCAN_RUN_DERIVE_H
#define WDSCAN_RUN_DERIVE_H

#include "run/result.h"

typedef struct wd_derivation {
  const char *path;              /* of the new file */
  bool replace;                  /* a result file that is there */
  const char *how;               /* "slice", ...: for the record in the file */
  const wd_settings *settings;   /* of the new file */
  const double *mass, *coupling; /* its grid [eV] */
  size_t masses, couplings;
  const wd_result *source; /* whose points are taken over, [sources] */
  size_t sources;
} wd_derivation;

/* Makes the file: complete, with every point of its grid, that of its axes included, that a source has computed, before it gets
 * its name. If it has all, the contours are drawn. Says on standard error what was taken over. Errors: WD_ERR_USAGE if the new file
 * is one of the sources; WD_ERR_CONFIG if they differ in a key on which results depend and which is no axis, in the star, the
 * data or the cooling.track; WD_ERR_IO where two have different results for one point, and as wd_store_create(). */
int wd_derive(const wd_derivation *derivation, wd_error *err);

#endif
