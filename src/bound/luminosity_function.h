/* White dwarfs counted by bolometric magnitude, and how well a star that cools describes them: where stars are born at a
 * steady rate, dN/dM_bol is proportional to dt/dM_bol. The rate of birth is what fits best.
 *
 * The file: the first line that is no comment names the columns, separated by blanks or (if it has a comma) by commas; it
 * may begin with a #. Other lines that begin with # are comments.
 *   M_bol_low M_bol_high   ends of the bin; bins follow each other, from bright to faint, with or without gaps
 *   count                  white dwarfs in the bin (Poisson)
 *   density error          or white dwarfs per magnitude in any unit, with the standard deviation (Gauss)
 *   -                      a column that is not read */
#ifndef WDSCAN_LUMINOSITY_FUNCTION_H
#define WDSCAN_LUMINOSITY_FUNCTION_H

#include "cooling/sequence.h"

typedef struct wd_luminosity_bin {
  double low, high; /* M_bol */
  double value;     /* count or density */
  double error;     /* of a density */
  size_t line;      /* of the file */
} wd_luminosity_bin;

typedef struct wd_luminosity_function {
  const char *path;
  bool counted; /* counts, else densities */
  size_t bins;
  wd_luminosity_bin *bin; /* [bins], from bright to faint */
} wd_luminosity_function;

/* Reads the file, whose name must outlive *out. WD_ERR_IO if it cannot be read; WD_ERR_CONFIG with file, line and column if
 * what it says is wrong; WD_ERR_MEMORY. Free with wd_luminosity_function_free. */
int wd_luminosity_function_read(const char *path, wd_luminosity_function **out, wd_error *err);
void wd_luminosity_function_free(wd_luminosity_function *function);

/* WD_ERR_CONFIG if this star, of the Standard Model, does not pass through all bins, or is in the first one before the age
 * `earliest` [s]; the message names the bin's line and what bins there could be. */
int wd_luminosity_function_check(const wd_luminosity_function *function, const wd_sequence *sequence,
                                 double earliest, wd_error *err);

/* -2 ln of the likelihood of the best rate of birth over that of a model that is right in every bin. WD_ERR_MEMORY. */
int wd_luminosity_function_chi2(const wd_luminosity_function *function, const wd_sequence *sequence,
                                double *chi2, wd_error *err);

/* The time that the star spends in each bin [s]; time[bins]. */
void wd_luminosity_function_times(const wd_luminosity_function *function, const wd_sequence *sequence,
                                  double *time);

/* chi2 by these times. With n counted in a bin, t the time and N = sum n/sum t, it is 2 sum n ln(n/(N t)); with density y,
 * error s and x = t/width, sum y^2/s^2 - (sum x y/s^2)^2/sum x^2/s^2. */
double wd_luminosity_function_fit(const wd_luminosity_function *function, const double *time);

/* Writes a line for each bin, for comparison. */
void wd_luminosity_function_write(const wd_luminosity_function *function, FILE *out);

#endif
