/* Nuclei by name; see config/nuclei.h. */
#include "config/nuclei.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const symbol[] = {"H",  "He", "Li", "Be", "B",  "C",  "N",  "O",  "F",  "Ne",
                                     "Na", "Mg", "Al", "Si", "P",  "S",  "Cl", "Ar", "K",  "Ca",
                                     "Sc", "Ti", "V",  "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn"};
enum { SYMBOLS = sizeof symbol / sizeof *symbol };

bool wd_nucleus_read(const char *name, bool any_case, int64_t *Z, int64_t *A) {
  size_t length = strcspn(name, "0123456789"), digits = strspn(name + length, "0123456789");
  if (length < 1 || length > 2 || digits < 1 || digits > 3 || name[length + digits] || name[length] == '0')
    return false;
  for (int64_t z = 1; z <= SYMBOLS; z++) {
    const char *own = symbol[z - 1];
    if (strlen(own) != length || strncasecmp(own, name, length) != 0) continue;
    if (!any_case && strncmp(own, name, length) != 0) return false;
    *Z = z;
    *A = strtol(name + length, NULL, 10);
    return *A >= z && *A <= WD_MASS_NUMBER_MAX;
  }
  return false;
}

const char *wd_nucleus_name(int64_t Z, int64_t A, char buffer[WD_NUCLEUS_TEXT]) {
  if (Z < 1 || Z > SYMBOLS || A < 1 || A > WD_MASS_NUMBER_MAX) return NULL;
  snprintf(buffer, WD_NUCLEUS_TEXT, "%s%d", symbol[Z - 1], (int)A);
  return buffer;
}
