/* Texts that go to others, without what says who and where: folders, user, host. */
#ifndef WDSCAN_PRIVACY_H
#define WDSCAN_PRIVACY_H

#include "wdscan/status.h"
#include <stdio.h>

/* What is not to be seen. */
typedef struct wd_privacy wd_privacy;

/* Begins with the home folder, its name and those of the user, the present folder and the host of this process. WD_ERR_MEMORY. Free
 * with wd_privacy_free. */
int wd_privacy_create(wd_privacy **out, wd_error *err);
void wd_privacy_free(wd_privacy *privacy);

/* More of it: a path, which may have blanks, and the name of a host, with its domain or without. Empty ones are ignored.
 * WD_ERR_MEMORY. */
int wd_privacy_hide_path(wd_privacy *privacy, const char *path, wd_error *err);
int wd_privacy_hide_host(wd_privacy *privacy, const char *host, wd_error *err);

/* Writes `text` with every absolute path of two or more parts as ".../name", one below the home folder as "~/.../name"; other paths
 * that were named above in the same way; users as USER, hosts as HOST, a@b as USER@HOST. Names of one letter are left. */
void wd_privacy_write(const wd_privacy *privacy, const char *text, FILE *out);

#endif
