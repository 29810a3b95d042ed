/* A configuration as a command line names it, in two steps: the file is read once, by whoever can, and its text becomes
 * settings anywhere. */
#ifndef WDSCAN_CONFIG_SOURCE_H
#define WDSCAN_CONFIG_SOURCE_H

#include "wdscan/config.h"

typedef struct wd_config_source {
  const char *path; /* "-": standard input */
  const char *const *assignments;
  size_t count;
  const char *output; /* name of the result file; NULL: from the configuration */
} wd_config_source;

/* Reads the file whole; free *text. Errors: WD_ERR_IO, WD_ERR_CONFIG (a result file). */
int wd_config_read(const char *path, char **text, size_t *length, wd_error *err);

/* wd_settings_load() with the text that wd_config_read() gave. */
int wd_settings_load_text(wd_settings *settings, const wd_config_source *source, const char *text,
                          size_t length, wd_error *err);

/* Writes "section.key: value" for every key, one a line. */
void wd_settings_list(const wd_settings *settings, FILE *out);

#endif
