/* The samples on which the result of one grid point rests, as CSV: where in the star, and in which plasmons, the
 * neutrinos are made. */
#ifndef WDSCAN_SAMPLES_H
#define WDSCAN_SAMPLES_H

#include "excess/point.h"

/* Computes the point again, serially and to the same bits, and writes its samples to the file `path`:
 *   r_km, k_eV, omega_eV  radius, momentum and energy of the plasmon, or of the real A'
 *   polarization          transverse, longitudinal or axial
 *   part                  sm, resonant, offresonant or continuum
 *   weight                what the sample contributes, in units of the Standard-Model luminosity
 * The weights of `sm` add up to 1, those of a part of the excess to that part. Samples without weight are left
 * out. Errors: WD_ERR_IO, WD_ERR_MEMORY. */
int wd_samples_save(const char *path, const wd_config *config, const wd_star *star, double mass,
                    double coupling, wd_error *err);

#endif
