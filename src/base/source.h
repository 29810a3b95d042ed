/* A text file line by line, its fields and numbers, as the readers of stellar profiles, cooling sequences and data take it. */
#ifndef WDSCAN_SOURCE_TEXT_H
#define WDSCAN_SOURCE_TEXT_H

#include "wdscan/status.h"
#include <stdbool.h>
#include <stdio.h>

typedef struct wd_source {
  const char *key; /* of the configuration, that names the file */
  const char *path;
  FILE *file;
  char *text; /* the present line, without its end */
  size_t room, line;
} wd_source;

/* WD_ERR_CONFIG with the file and a line before the message. */
__attribute__((format(printf, 4, 5))) int wd_source_fail(const wd_source *src, size_t line, wd_error *err,
                                                         const char *format, ...);

/* The same with the present line. */
#define wd_source_fail_here(source, ...) wd_source_fail(source, (source)->line, __VA_ARGS__)

/* Goes to the next line that is not blank. At the end of the file *more is false, or it is WD_ERR_CONFIG: `what` was
 * expected. WD_ERR_IO if the file cannot be read. */
int wd_source_next(wd_source *src, bool *more, wd_error *err);
int wd_source_need(wd_source *src, const char *what, wd_error *err);

extern const char wd_blanks[]; /* characters that separate fields, besides commas */

/* Cuts the next field off *rest; NULL if there is none. Blanks within brackets, and before an opening one, do not
 * separate. */
char *wd_next_field(char **rest, char separator);

/* A number, its exponent after E or, as Fortran writes it, after D, Q or, with three digits, after nothing. */
bool wd_field_number(const char *text, double *value);

/* Is the first field of the line a number? */
bool wd_begins_with_number(const char *line, char separator);

#endif
