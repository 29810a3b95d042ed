/* Collects the mistakes of a configuration, so that all are reported at once.
 *
 * Each is one line, "source:line:column: key: what is wrong; what would be right". What does not fit into
 * the message of a wd_error is counted: "... and 3 more mistakes".
 */
#ifndef WDSCAN_MISTAKES_H
#define WDSCAN_MISTAKES_H

#include "wdscan/status.h"
#include <stdbool.h>
#include <stddef.h>

typedef struct wd_mistakes {
  const char *source; /* what is being read: a file's name, "command line" */
  size_t count;
  bool no_memory; /* reading ended because memory ran out */
  size_t shown, length;
  char text[sizeof(((wd_error *)0)->message)];
} wd_mistakes;

/* Adds one. `line` 0: the source has no lines. `key` NULL: it concerns no key. */
void wd_mistakes_add(wd_mistakes *mistakes, int line, int column, const char *key, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* WD_OK if there are none, else WD_ERR_CONFIG (or WD_ERR_MEMORY) with all of them. */
int wd_mistakes_status(const wd_mistakes *mistakes, wd_error *err);

#endif
