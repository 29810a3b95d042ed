/* Stellar profiles from files (star.profile), in three formats that are told apart by their first lines.
 *
 * Columns: the last line before the numbers names the columns, bare or after a #, separated by blanks or (if
 *   it has a comma) by commas; other lines that begin with # are comments. A column is NAME[UNIT], NAME(UNIT)
 *   or NAME_UNIT, e.g. r[km], n_e [cm^-3], density_g_cm3:
 *     r, radius                   cm, m, km, R_sun                               needed
 *     n_e, ne, electron_density   cm^-3, m^-3                                    this one or the next
 *     rho, density                g/cm^3, kg/m^3
 *     Y_e, ye                     without unit; that of the nuclei if there is no such column
 *     X_H1, X_He4, ...            mass fractions of nuclei; the rest is star.composition
 *     m[M_sun], m/M_sun, m[g]     not read: it follows from the others
 *     T, temperature              K, eV, keV; star.temperature if there is no such column
 *     -                           a column that is not read
 * MESA's profile*.data: a row is a zone, whose logR, radius, radius_cm, radius_km or logR_cm is that of its outer face, while
 * logRho, rho or density, and logT or temperature are those of its middle, at rmid or where it has half its mass. Nuclei are
 * its isotopes h1, he4, c12, ..., where these make up the matter, or hydrogen, helium and, for the rest,
 * star.composition; Y_e is ye, free_e, zbar/abar, or theirs. GYRE's MESA format, versions 0.01, 0.19, 1.00, 1.01 and
 * 1.20; nuclei are those of star.composition.
 *
 * Radii rise or fall strictly from row to row. Only in GYRE's format may two rows share one radius: that is
 * how it writes a discontinuity.
 */
#ifndef WDSCAN_PROFILE_FILE_H
#define WDSCAN_PROFILE_FILE_H

#include "wdscan/config.h"

enum { WD_PROFILE_ROWS_MIN = 8 };

typedef struct wd_profile_row {
  double radius;           /* [cm] */
  double electron_density; /* [cm^-3] */
  double density;          /* [g cm^-3] */
  double temperature;      /* [K] */
  double charge2, ions;    /* per electron: sum n_i Z_i^2/n_e, sum n_i/n_e */
  double middle, face;     /* of a zone [cm]: its middle as the file has it; its outer face. 0: none */
  size_t line;             /* of the file; 0 for a centre that the file does not have */
} wd_profile_row;

/* Reads config->star.profile. Rows go from the centre (radius 0, extrapolated if the file begins farther out)
 * to the surface; free *out. Errors: WD_ERR_IO if the file cannot be read; WD_ERR_CONFIG with file and line
 * if what it says is wrong; WD_ERR_MEMORY. */
int wd_profile_file_read(const wd_config *config, wd_profile_row **out, size_t *count, wd_error *err);

/* The checksum of the bytes of a file: has it changed? Errors: WD_ERR_IO. */
int wd_profile_file_checksum(const char *path, uint64_t *sum, wd_error *err);

/* The mass of rows that wd_profile_file_read() gave [g]: of zones, exactly their volumes times their densities; else with
 * the density linear between rows. */
double wd_profile_rows_mass(const wd_profile_row *row, size_t count);

#endif
