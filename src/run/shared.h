/* What only rank 0 reads, for all ranks. */
#ifndef WDSCAN_SHARED_H
#define WDSCAN_SHARED_H

#include "config/source.h"
#include "run/session.h"

/* Gives all ranks the text of rank 0: *text is malloc'ed on all in the end. An error `status` of rank 0 becomes that of
 * all. Collective. */
int wd_shared_text(const wd_session *session, int status, char **text, size_t *length, wd_error *err);

/* The configuration file of rank 0 as it was when the first look at it was taken. */
typedef struct wd_shared_config {
  char *text; /* NULL: not read */
  size_t length;
  int status;
  wd_error error; /* of the reading */
} wd_shared_config;

/* Reads the configuration file if this process will be rank 0: before MPI starts, since ranks may be long in
 * coming and files are edited meanwhile. */
void wd_shared_config_read(wd_shared_config *config, const char *path);
void wd_shared_config_free(wd_shared_config *config);

/* The settings that the command line makes of the configuration file of rank 0, on all ranks; a rank whose command line
 * names another file reads that, for the comparison that has to follow (run/agreement.h). Refuses a file that is
 * not what it was at the first look. Collective. */
int wd_shared_settings(const wd_session *session, wd_shared_config *config, const wd_config_source *source,
                       wd_settings **out, wd_error *err);

#endif
