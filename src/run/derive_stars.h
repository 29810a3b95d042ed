/* The stars of a result file that is made from others: theirs, or solved where none of them has one. */
#ifndef WDSCAN_RUN_DERIVE_STARS_H
#define WDSCAN_RUN_DERIVE_STARS_H

#include "run/derive.h"
#include "run/file.h"

typedef struct wd_derived_stars {
  double *shell, *scalar;                    /* as in wd_survey */
  wd_store_star kept;                        /* of the first source, if no file has axes */
  wd_star *solved;                           /* the star of a file without axes, if sources have some, */
  wd_bound *bound;                           /* or, with observable: cooling, that of it */
  wd_store_profile profile[WD_RUN_PROFILES]; /* of that */
  char files[WD_CHECKSUM_TEXT];
} wd_derived_stars;

/* `members`: of the new file; partner[source * members + member]: the member of the source, or WD_NO_MEMBER. Errors: those of
 * wd_star_create for stars that are solved; WD_ERR_CONFIG if sources have other stars under one name, or if files of star.profile
 * have changed since; WD_ERR_IO, WD_ERR_MEMORY. wd_derive_free_stars() in any case. */
int wd_derive_stars(const wd_derivation *d, const wd_members *members, const size_t *partner,
                    wd_derived_stars *stars, wd_error *err);

/* Puts them into the header of the new file, for as long as they live. */
void wd_derive_describe_stars(const wd_derived_stars *stars, wd_store_header *header);
void wd_derive_free_stars(wd_derived_stars *stars);

#endif
