/* Stars that cool, from a configuration. */
#ifndef WDSCAN_COOLING_H
#define WDSCAN_COOLING_H

#include "cooling/sequence.h"

/* Central temperature below which stars are not followed [K]: cores freeze. */
#define WD_COOLING_COLDEST 1.0e7

/* What all sequences of a configuration share: zones, tables of matter, the first star. */
typedef struct wd_cooling wd_cooling;

/* `fineness` multiplies the number of zones, 1: some 170; `change`: of ln T in a step while the star contracts. WD_ERR_MEMORY, WD_ERR_NUMERIC. Free with wd_cooling_free. */
int wd_cooling_create(const wd_config *config, double fineness, double change, wd_cooling **out,
                      wd_error *err);
void wd_cooling_free(wd_cooling *cooling);

/* The star of the Standard Model; valid as long as `cooling`. */
wd_physics wd_cooling_physics(const wd_cooling *cooling);

/* The star of the Standard Model that begins to cool; valid as long as `cooling`. */
const wd_evolution *wd_cooling_first(const wd_cooling *cooling);

/* What a failure to follow the star of the Standard Model means: WD_ERR_NUMERIC becomes a WD_ERR_CONFIG that names star.mass. */
int wd_cooling_verdict(const wd_onion *onion, int status, wd_error *err);

#endif
