/* Stars that follow a published sequence (cooling.track), with an A' in them: when its centre has a given temperature the
 * star is what the sequence says, and only the time that it takes to cool on is shorter,
 *   dt -> dt (L_gamma + L_nu)/(L_gamma + L_nu + L_A'),   L_A' = epsilon(T_c) L_plasmon(T_c).
 * The excess epsilon, and the share of plasmon decay in L_nu, are those of our own star of the Standard Model at the same central
 * temperature. Temperatures inside do not follow the losses. */
#ifndef WDSCAN_ALONG_H
#define WDSCAN_ALONG_H

#include "bound/emission.h"

/* The epochs of cooling.track from just before the star enters the window to just after it has left it; or those from cooling.earliest to
 * cooling.coldest. WD_ERR_CONFIG if there are none; errors as of wd_track_read. Free with wd_sequence_free. */
int wd_along_window(const wd_config *config, wd_sequence **out, wd_error *err);
int wd_along_printed(const wd_config *config, wd_sequence **out, wd_error *err);

/* Gives the epochs of a track their neutrinos by process. WD_ERR_CONFIG if the central temperature does not fall from epoch to epoch, or is
 * not one that our own star passes; else as of wd_sequence_create. */
int wd_along_prepare(const wd_cooling *cooling, wd_sequence *track, wd_error *err);

/* The same epochs with an A', whose excess in the tabulated stars is whole[star], larger by `sigmas` of its errors; the first has its age. `track` is
 * prepared. WD_ERR_MEMORY. Free with wd_sequence_free. */
int wd_along_boson(const wd_sequence *track, const wd_emission *emission, const wd_emission_whole *whole,
                   double sigmas, wd_sequence **out, wd_error *err);

/* The same with plasmon decay times `factor`, into out->epoch, which has room for them: only ages and losses differ. */
void wd_along_factor(const wd_sequence *track, double factor, wd_sequence *out);

/* Time in the window [s], and the age [s] at which it begins; NaN if it is not passed. */
double wd_along_time(const wd_config *config, const wd_sequence *sequence, double *entered);

/* The factor on plasmon decay with which the star is in the window for `time` [s], 0 if it never is so long; at most 1e27, where times
 * are lost to rounding. WD_ERR_MEMORY. */
int wd_along_f_s(const wd_config *config, const wd_sequence *track, double time, double *out, wd_error *err);

#endif
