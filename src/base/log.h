/* What the program tells its user while it works, on standard error, in whole lines "wdscan: ...".
 *
 * error    the command fails (printed by wd_cli_main() at the end)
 * warning  it goes on, but something needs attention: damaged rows, failed points, a file that cannot be locked
 * info     what it does and how far it is
 * debug    jobs as they are finished, every checkpoint
 *
 * On a terminal warnings and errors are coloured, unless the variable NO_COLOR is set or TERM is dumb. Only errors come
 * from other ranks than 0.
 */
#ifndef WDSCAN_LOG_H
#define WDSCAN_LOG_H

#include <stdbool.h>
#include <stdio.h>

enum wd_log_level { WD_LOG_ERROR, WD_LOG_WARNING, WD_LOG_INFO, WD_LOG_DEBUG };
extern const char *const wd_log_levels[]; /* their names; ends with NULL */

/* Where to print, and the highest level to be printed. Before the first call: stderr, info. */
void wd_log_start(FILE *out, int level);

bool wd_log_shows(int level);

/* Prints a message of one or more lines. */
void wd_log(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Shows a line that the next one replaces; messages go above it. NULL removes it. */
void wd_log_bar(const char *text);

/* Is the output a terminal on which lines can be rewritten? */
bool wd_log_on_terminal(void);

/* Its width in characters; elsewhere the variable COLUMNS, or 80. */
int wd_log_columns(void);

#endif
