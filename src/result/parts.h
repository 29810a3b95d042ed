/* Parts of the excess: what of a row counts, by polarisation and by origin. */
#ifndef WDSCAN_RESULT_PARTS_H
#define WDSCAN_RESULT_PARTS_H

#include "wdscan/row.h"
#include "wdscan/status.h"

enum { WD_PARTS_ALL = (1 << 3 * WD_POLARIZATIONS) - 1 };

/* Reads a list such as "transverse.resonant,longitudinal,offresonant" into a mask: a polarisation alone stands for all of
 * its parts, a part alone for that of all polarisations. WD_ERR_USAGE, with the words that are known. */
int wd_parts_read(const char *text, unsigned *mask, wd_error *err);

/* The sum of the parts of a row, and a bound of its standard deviation: the sum of theirs, since parts share samples and
 * how they are correlated is not stored. All parts: the excess itself, with its own error. */
double wd_parts_sum(const wd_row *row, unsigned mask, double *error);

#endif
