/* Where the structure of a star comes from: solved for cold matter, or left to cool; a file is read in star/star.c. */
#ifndef WDSCAN_STAR_SOURCES_H
#define WDSCAN_STAR_SOURCES_H

#include "wdscan/star.h"

/* A star with arrays of this length and nothing in them. WD_ERR_MEMORY. Free with wd_star_free. */
int wd_star_allocate(size_t nodes, wd_star **out, wd_error *err);

/* Takes the star over, whose mass, radii, densities, temperatures and nuclei are known, and adds plasma, profile and
 * absorption. Errors as of wd_star_create. */
int wd_star_finish(const wd_config *config, wd_star *star, wd_star **out, wd_error *err);

/* How the plasma absorbs, if the configuration wants it and the star has it not; below a kelvin it emits nothing at all.
 * Errors: WD_ERR_MEMORY, WD_ERR_NUMERIC. */
int wd_star_add_absorption(const wd_config *config, wd_star *star, wd_error *err);

/* The cold star; still to be finished. */
int wd_star_solve(const wd_config *config, wd_star **out, wd_error *err);

/* The star that cools, when its centre has star.temperature; finished. */
int wd_star_let_cool(const wd_config *config, wd_star **out, wd_error *err);

#endif
