/* Stars that cool, from a configuration. */
#ifndef WDSCAN_COOLING_H
#define WDSCAN_COOLING_H

#include "cooling/sequence.h"

/* What all sequences of a configuration share: zones and tables of matter. */
typedef struct wd_cooling wd_cooling;

/* `fineness` multiplies the number of zones; 1: some 170. WD_ERR_MEMORY, WD_ERR_NUMERIC. Free with wd_cooling_free. */
int wd_cooling_create(const wd_config *config, double fineness, wd_cooling **out, wd_error *err);
void wd_cooling_free(wd_cooling *cooling);

/* The star of the Standard Model; valid as long as `cooling`. */
wd_physics wd_cooling_physics(const wd_cooling *cooling);

/* Central temperature of the star that is about to contract [K]. */
double wd_cooling_first_temperature(const wd_cooling *cooling);

#endif
