/* The likelihood of what stars are observed to do (likelihood.* of the configuration), as chi2 = -2 ln L up to a constant: a sum over
 * the data in use, each of which is Gaussian but for counts of white dwarfs. */
#ifndef WDSCAN_LIKELIHOOD_H
#define WDSCAN_LIKELIHOOD_H

#include "bound/luminosity_function.h"

enum wd_datum { WD_DATUM_F_S, WD_DATUM_LUMINOSITY_FUNCTION, WD_DATUM_PULSATOR, WD_DATUM_RED_GIANT, WD_DATA };
extern const char *const wd_datum_names[]; /* [WD_DATA], as in the configuration */

/* What is observed. */
typedef struct wd_likelihood wd_likelihood;

/* `config` must outlive it. Errors as of wd_luminosity_function_read, WD_ERR_MEMORY. Free with wd_likelihood_free. */
int wd_likelihood_create(const wd_config *config, wd_likelihood **out, wd_error *err);
void wd_likelihood_free(wd_likelihood *likelihood);

bool wd_likelihood_uses(const wd_likelihood *likelihood, int datum);

/* Has a star that has cooled to this epoch been through all that is observed? */
bool wd_likelihood_seen(const wd_likelihood *likelihood, const wd_epoch *epoch);

/* Takes the star of the Standard Model for comparison. WD_ERR_CONFIG if it never is what is observed, or before
 * cooling.earliest; the message names the key or the line of the file. */
int wd_likelihood_compare_with(wd_likelihood *likelihood, const wd_sequence *usual, wd_error *err);

/* What a star with A' does. */
typedef struct wd_prediction {
  double f_s;
  double period_change; /* of the pulsator [s/s] */
  double loss;          /* of the red giant to A', over plasmon decay */
} wd_prediction;

/* chi2 less that without A', by datum; NaN for what is not in use. `sequence` may be NULL if only f_s and red giants are.
 * Fills in prediction->period_change. WD_ERR_NUMERIC if the star is never what is observed, WD_ERR_MEMORY. */
int wd_likelihood_difference(const wd_likelihood *likelihood, const wd_sequence *sequence,
                             wd_prediction *prediction, double difference[WD_DATA], wd_error *err);

/* The derivative of the red giant's chi2 by its loss. */
double wd_likelihood_slope(const wd_likelihood *likelihood, double loss);

/* The data that are no keys of the configuration, a line each, for comparison: a malloc'ed string, "" if there are none or
 * `likelihood` is NULL; NULL: out of memory. */
char *wd_likelihood_text(const wd_likelihood *likelihood);

#endif
