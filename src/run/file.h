/* The result file of a run, seen from rank 0: it is created with configuration, grid and star, or the one that is
 * there must have been begun with the same. */
#ifndef WDSCAN_RUN_FILE_H
#define WDSCAN_RUN_FILE_H

#include "run/survey.h"
#include "scan/scan.h"

typedef struct wd_run_file {
  const char *path;
  const wd_settings *settings;
  const wd_scan *scan;     /* its grid and its star */
  const wd_survey *survey; /* with axes: its stars */
  int ranks;               /* of the run, for the record */
} wd_run_file;

/* The same settings, whose origins are not. Errors: WD_ERR_MEMORY. Free with wd_settings_free, also after an error. */
int wd_run_copy_settings(const wd_settings *settings, wd_settings **out, wd_error *err);

/* The settings to be stored: without the name of the file, which may change and on which no result depends. Errors:
 * WD_ERR_MEMORY. */
int wd_run_nameless(const wd_settings *settings, wd_settings **out, wd_error *err);

/* The arrays of /star of a file without axes, profile[WD_RUN_PROFILES], into the header. They are the star's. */
enum { WD_RUN_PROFILES = 9 };
void wd_run_describe_star(const wd_star *star, wd_store_profile profile[WD_RUN_PROFILES],
                          wd_store_header *header);

/* Are the profiles of a star that comes from a file those in the result file, which has no axes? Errors: WD_ERR_IO. */
int wd_run_has_star(wd_store *store, const wd_star *star, bool *has, wd_error *err);

/* Begins it without a result, for wd_store_open_begun(). Errors: those of wd_store_begin(), WD_ERR_MEMORY. */
int wd_run_file_begin(const wd_run_file *f, bool replace, wd_error *err);

/* WD_ERR_CONFIG, naming the keys that differ, if the file holds a scan of another configuration, another star, other data or
 * another cooling.track; what results do not depend on may differ, and is told. Errors: those of wd_store_open_serial(), WD_ERR_MEMORY. */
int wd_run_file_check(const wd_run_file *f, wd_error *err);

#endif
