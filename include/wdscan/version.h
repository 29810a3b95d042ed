/* What this library was made of, and what to cite. */
#ifndef WDSCAN_VERSION_H
#define WDSCAN_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/* "0.2.0"; the commit, or "unknown"; the compiler with its flags. */
const char *wd_version(void);
const char *wd_version_commit(void);
const char *wd_version_compiler(void);

/* The papers to cite, ends with NULL. */
extern const char *const wd_papers[];

#ifdef __cplusplus
}
#endif

#endif
