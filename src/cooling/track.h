/* Published cooling sequences from files (cooling.track), in three formats that are told apart by their first lines.
 *
 * Montreal (seq_055_thick.txt; A. Bedard et al., Astrophys. J. 901 (2020) 93): names of columns on several lines between lines of
 *   =, then as many lines for each model: #Mod Teff Log(g) R Age L Log(Tc) Lnu are read; the mass is g R^2/G.
 * La Plata (wd0609_z001.trk; I. Renedo et al., Astrophys. J. 717 (2010) 183): names of columns, two blanks or more apart, on the first
 *   line: log(L) log(TEFF) log T_c age/Myr Mass Log(Lnu) R/R_sun are read.
 * Columns: the last line before the numbers names them as `wdscan cool --json` does, bare or after a #, separated by
 *   blanks or by commas: age_yr log_central_temperature effective_temperature_K radius_km luminosity_photon_lsun
 *   luminosity_neutrino_lsun are needed; the others that `wdscan cool` prints, and -, are not read. Other lines that begin with # are comments.
 *
 * Ages rise from epoch to epoch; luminosity, effective temperature and radius obey Stefan and Boltzmann. */
#ifndef WDSCAN_TRACK_H
#define WDSCAN_TRACK_H

#include "cooling/sequence.h"

/* Reads config->cooling.track. What files do not have is NaN: highest temperature, central density, neutrinos by process,
 * energies. Ages are those of the file. WD_ERR_IO if it cannot be read; WD_ERR_CONFIG with file, line and column if what it says is wrong,
 * or if its star has another mass than star.mass; WD_ERR_MEMORY. Free with wd_sequence_free. */
int wd_track_read(const wd_config *config, wd_sequence **out, wd_error *err);

/* Keeps `count` epochs of a sequence from number `first` on. */
void wd_track_keep(wd_sequence *track, size_t first, size_t count);

#endif
