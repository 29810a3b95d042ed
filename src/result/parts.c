/* Parts of the excess; see result/parts.h. */
#include "result/parts.h"

#include "base/text.h"
#include <stdio.h>
#include <string.h>

enum { RESONANT, OFFRESONANT, CONTINUUM, PARTS };
static const char *const part_names[] = {"resonant", "offresonant", "continuum", NULL};
_Static_assert(WD_PARTS_ALL == (1 << PARTS * WD_POLARIZATIONS) - 1, "a bit for each part");

static unsigned bit_of(int polarization, int part) {
  return 1u << (PARTS * polarization + part);
}

static bool is_word(const char *text, size_t length, const char *word) {
  return strlen(word) == length && strncmp(text, word, length) == 0;
}

/* The bits of POLARISATION, PART or POLARISATION.PART; 0 if it is none. */
static unsigned bits_of(const char *text, size_t length) {
  unsigned bits = 0;
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    for (int part = 0; part < PARTS; part++) {
      char both[64];
      snprintf(both, sizeof both, "%s.%s", wd_polarization_names[p], part_names[part]);
      if (is_word(text, length, both) || is_word(text, length, part_names[part]) ||
          is_word(text, length, wd_polarization_names[p]))
        bits |= bit_of(p, part);
    }
  return bits;
}

int wd_parts_read(const char *text, unsigned *mask, wd_error *err) {
  unsigned all = 0;
  for (const char *word = text;; word++) {
    size_t length = strcspn(word, ",");
    unsigned bits = bits_of(word, length);
    if (!bits) {
      char part[WD_QUOTED_TEXT], quoted[WD_QUOTED_TEXT];
      snprintf(part, sizeof part, "%.*s", (int)length, word);
      return wd_fail(err, WD_ERR_USAGE,
                     "--parts: %s is unknown; expected a list of transverse, longitudinal, axial, resonant, "
                     "offresonant, continuum, or of pairs such as transverse.resonant",
                     wd_text_quoted(part, quoted));
    }
    all |= bits;
    word += length;
    if (*word == '\0') break;
  }
  *mask = all;
  return WD_OK;
}

double wd_parts_sum(const wd_row *row, unsigned mask, double *error) {
  if (mask == WD_PARTS_ALL) {
    *error = row->excess_error;
    return row->excess;
  }
  double sum = 0;
  *error = 0;
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    const double value[PARTS] = {row->resonant[p], row->offresonant[p], row->continuum[p]};
    const double deviation[PARTS] = {row->resonant_error[p], row->offresonant_error[p],
                                     row->continuum_error[p]};
    for (int part = 0; part < PARTS; part++) {
      if (!(mask & bit_of(p, part))) continue;
      sum += value[part];
      *error += deviation[part];
    }
  }
  return sum;
}
