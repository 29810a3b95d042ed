/* The core of a red giant at the tip of its branch: degenerate helium, the same temperature everywhere, in which an A' takes
 * energy beside plasmon decay. */
#ifndef WDSCAN_RED_GIANT_H
#define WDSCAN_RED_GIANT_H

#include "bound/emission.h"

/* The core with its integrator. Not to be shared by threads. */
typedef struct wd_red_giant wd_red_giant;

/* A `cold` star of helium with likelihood.red_giant.mass and .temperature. Errors as of wd_star_create. Free with
 * wd_red_giant_free. */
int wd_red_giant_create(const wd_config *config, wd_red_giant **out, wd_error *err);
void wd_red_giant_free(wd_red_giant *giant);

/* `interrupted` as of wd_sampler_interrupt. */
void wd_red_giant_interrupt(wd_red_giant *giant, bool (*interrupted)(void));

/* As wd_emission_compute, for this star; its random numbers are others than those of stars that cool. */
int wd_red_giant_compute(wd_red_giant *giant, uint64_t stream, double mass, size_t n, const double *coupling,
                         double *excess, wd_emission_whole *whole, wd_error *err);

#endif
