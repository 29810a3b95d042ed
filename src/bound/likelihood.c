/* Likelihoods; see bound/likelihood.h. */
#include "bound/likelihood.h"

#include "base/constants.h"
#include "bound/pulsation.h"
#include "bound/window.h"
#include <math.h>
#include <stdlib.h>

const char *const wd_datum_names[] = {[WD_DATUM_F_S] = "f_s",
                                      [WD_DATUM_LUMINOSITY_FUNCTION] = "luminosity_function",
                                      [WD_DATUM_PULSATOR] = "pulsator",
                                      [WD_DATUM_RED_GIANT] = "red_giant",
                                      NULL};

struct wd_likelihood {
  const wd_config *config;
  wd_luminosity_function *function; /* NULL: none */
  double usual[WD_DATA];            /* chi2 without A' */
};

int wd_likelihood_create(const wd_config *config, wd_likelihood **out, wd_error *err) {
  wd_likelihood *l = calloc(1, sizeof *l);
  if (!l) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a likelihood");
  l->config = config;
  int status = WD_OK;
  if (config->likelihood.luminosity_function[0])
    status = wd_luminosity_function_read(config->likelihood.luminosity_function, &l->function, err);
  if (status)
    wd_likelihood_free(l);
  else
    *out = l;
  return status;
}

void wd_likelihood_free(wd_likelihood *likelihood) {
  if (!likelihood) return;
  wd_luminosity_function_free(likelihood->function);
  free(likelihood);
}

char *wd_likelihood_text(const wd_likelihood *likelihood) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) return NULL;
  if (likelihood && likelihood->function) wd_luminosity_function_write(likelihood->function, out);
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}

bool wd_likelihood_uses(const wd_likelihood *l, int datum) {
  switch (datum) {
  case WD_DATUM_F_S:
    return l->config->likelihood.f_s.error > 0;
  case WD_DATUM_LUMINOSITY_FUNCTION:
    return l->function != NULL;
  case WD_DATUM_PULSATOR:
    return l->config->likelihood.pulsator.error > 0;
  default:
    return l->config->likelihood.red_giant.error > 0;
  }
}

bool wd_likelihood_seen(const wd_likelihood *l, const wd_epoch *epoch) {
  const double magnitude = -wd_window_value(WD_WINDOW_MAGNITUDE, epoch);
  if (l->function && magnitude < l->function->bin[l->function->bins - 1].high) return false;
  return !wd_likelihood_uses(l, WD_DATUM_PULSATOR) ||
         epoch->effective_temperature < l->config->likelihood.pulsator.effective_temperature;
}

static double square(double x) {
  return x * x;
}

/* chi2 of one datum. */
static int chi2_of(const wd_likelihood *l, int datum, const wd_sequence *sequence, wd_prediction *p,
                   double *chi2, wd_error *err) {
  const wd_config *c = l->config;
  switch (datum) {
  case WD_DATUM_F_S:
    *chi2 = square((p->f_s - c->likelihood.f_s.value) / c->likelihood.f_s.error);
    return WD_OK;
  case WD_DATUM_LUMINOSITY_FUNCTION:
    return wd_luminosity_function_chi2(l->function, sequence, chi2, err);
  case WD_DATUM_PULSATOR:
    p->period_change = c->likelihood.pulsator.period *
                       wd_pulsation_of(sequence, c->likelihood.pulsator.effective_temperature).rate;
    *chi2 = square((p->period_change - c->likelihood.pulsator.period_change) / c->likelihood.pulsator.error);
    return isfinite(*chi2) ? WD_OK : wd_fail(err, WD_ERR_NUMERIC, "the star never is like the pulsator");
  default:
    *chi2 = square((p->loss - c->likelihood.red_giant.loss) / c->likelihood.red_giant.error);
    return WD_OK;
  }
}

int wd_likelihood_difference(const wd_likelihood *l, const wd_sequence *sequence, wd_prediction *prediction,
                             double difference[WD_DATA], wd_error *err) {
  int status = WD_OK;
  prediction->period_change = NAN;
  for (int d = 0; d < WD_DATA && !status; d++) {
    difference[d] = NAN;
    if (!wd_likelihood_uses(l, d)) continue;
    status = chi2_of(l, d, sequence, prediction, &difference[d], err);
    difference[d] -= l->usual[d];
  }
  return status;
}

double wd_likelihood_slope(const wd_likelihood *l, double loss) {
  return 2 * (loss - l->config->likelihood.red_giant.loss) / square(l->config->likelihood.red_giant.error);
}

static int check_pulsator(const wd_likelihood *l, const wd_sequence *usual, wd_error *err) {
  static const char key[] = "likelihood.pulsator.effective_temperature";
  const double temperature = l->config->likelihood.pulsator.effective_temperature,
               earliest = l->config->cooling.earliest;
  const wd_pulsation p = wd_pulsation_of(usual, temperature);
  if (isnan(p.age))
    return wd_fail(err, WD_ERR_CONFIG,
                   "%s: the star does not cool through %g K before its core freezes; expected another one",
                   key, temperature);
  if (p.age >= earliest * WD_YEAR_S) return WD_OK;
  return wd_fail(
      err, WD_ERR_CONFIG,
      "%s: the star has %g K at an age of %.3g yr, before cooling.earliest, %g yr; expected a colder "
      "pulsator, or an earlier cooling.earliest",
      key, temperature, p.age / WD_YEAR_S, earliest);
}

int wd_likelihood_compare_with(wd_likelihood *l, const wd_sequence *usual, wd_error *err) {
  int status = WD_OK;
  if (l->function)
    status = wd_luminosity_function_check(l->function, usual, l->config->cooling.earliest * WD_YEAR_S, err);
  if (!status && wd_likelihood_uses(l, WD_DATUM_PULSATOR)) status = check_pulsator(l, usual, err);
  if (status) return status;
  wd_prediction none = {.f_s = 1, .loss = 0};
  double chi2[WD_DATA];
  for (int d = 0; d < WD_DATA; d++) l->usual[d] = 0;
  status = wd_likelihood_difference(l, usual, &none, chi2, err);
  for (int d = 0; d < WD_DATA && !status; d++) l->usual[d] = isnan(chi2[d]) ? 0 : chi2[d];
  return status;
}
