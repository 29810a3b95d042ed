/* Limits as others read them: the contours of a result file in the forms of the public collections.
 *
 * csv          level, mass_eV, coupling, coupling_error, state; all levels, no head
 * axionlimits  two columns, mass [eV] and coupling, after lines "# key: value"; one level
 * darkcast     columns mass [GeV], lower (and upper, if closed), named in the first line; no limit: 1e+05; one level
 * hepdata      a table in YAML, one dependent variable for each level, with the Monte Carlo error as symerror
 *
 * Where the excess is above the level at all couplings of the grid, the limit stands at the smallest.
 */
#ifndef WDSCAN_CLI_LIMITS_H
#define WDSCAN_CLI_LIMITS_H

#include "wdscan/config.h"

enum wd_limits_format { WD_LIMITS_CSV, WD_LIMITS_AXIONLIMITS, WD_LIMITS_DARKCAST, WD_LIMITS_HEPDATA };
extern const char *const wd_limits_formats[]; /* their names; ends with NULL */

typedef struct wd_limits {
  size_t masses, levels;
  const double *mass;             /* eV */
  const double *level;            /* of the excess, of f_s or, as csv only, of -2 Delta ln L */
  const double *coupling, *error; /* [level * masses + mass]; NaN unless the state is WD_CONTOUR_CROSSING */
  const int *state;               /* likewise; enum wd_contour_state */
  double lowest, highest;         /* couplings of the grid */
  const wd_settings *settings;    /* of the scan */
  char version[32], commit[64], created[32]; /* of the program and of the file */
  const char *parts;                         /* of the excess, as asked for; NULL: all */
  bool closed;                               /* the region that the level excludes, not its edge alone */
  bool mixing; /* |epsilon_A|, the mixing with the photon, instead of the coupling */
} wd_limits;

/* Writes them. Errors: WD_ERR_USAGE if the format holds one level and there are more or none, WD_ERR_MEMORY. */
int wd_limits_write(FILE *out, const wd_limits *limits, int format, wd_error *err);

/* The format csv row by row. */
void wd_limits_write_csv_head(FILE *out);
void wd_limits_write_csv_row(FILE *out, double level, double mass, double coupling, double error, int state);

#endif
