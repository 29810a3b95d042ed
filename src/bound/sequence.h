/* The cooling sequence of a configuration's star with an A' in it. */
#ifndef WDSCAN_BOUND_SEQUENCE_H
#define WDSCAN_BOUND_SEQUENCE_H

#include "cooling/sequence.h"

/* From cooling.earliest to cooling.coldest, with the A' of mass [eV] and coupling; coupling 0: without. Along a cooling.track,
 * the A' acts from the first of these epochs on. Needs no window. Errors as of wd_cooling_create, wd_emission_create, wd_emission_compute and wd_along_printed. Free with wd_sequence_free. */
int wd_bound_sequence(const wd_config *config, double mass, double coupling, wd_sequence **out,
                      wd_error *err);

#endif
