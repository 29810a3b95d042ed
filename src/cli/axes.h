/* Scans with axes on the command line: which members are meant, and their values in tables. */
#ifndef WDSCAN_CLI_AXES_H
#define WDSCAN_CLI_AXES_H

#include "cli/commands.h"
#include "config/members.h"

/* For a command that takes one combination of the values: makes *settings those of the member that --at chooses. WD_ERR_USAGE if
 * that leaves several, or none. */
int wd_axes_choose(const wd_arguments *args, wd_settings **settings, const char *path, wd_error *err);

/* Is the member one of those that --at asks for? */
bool wd_axes_wanted(const wd_arguments *args, const wd_members *members, size_t member);

/* The variable of this name, of `length` characters; NULL: no key of that name varies. */
const wd_variable *wd_axes_variable(const wd_members *members, const char *name, size_t length);

/* Is value i what the text means: the same text, or a number that agrees to 1e-6? */
bool wd_axes_is_value(const wd_variable *variable, size_t i, const char *text);

/* Checks that every --at KEY=VALUE names a key that varies, and a value of it, or `draw` and the number of one, from 0 on. `path`: of the
 * file, for messages. */
int wd_axes_check(const wd_arguments *args, const wd_members *members, const char *path, wd_error *err);

/* Of the draws, which are the last axis: how many there are; 0: none. */
size_t wd_axes_draws(const wd_members *members);

/* "star.mass,physics.model," and "0.5,e-mu,": columns of a table; a text that is none of one word is in quotes. Without
 * `draws` the keys that are drawn are left out. */
void wd_axes_write_names(FILE *out, const wd_members *members, bool draws);
void wd_axes_write_values(FILE *out, const wd_members *members, size_t member, bool draws);

#endif
