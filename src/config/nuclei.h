/* Nuclei by name: chemical symbol and mass number, as in He4 and Fe56. */
#ifndef WDSCAN_NUCLEI_H
#define WDSCAN_NUCLEI_H

#include <stdbool.h>
#include <stdint.h>

enum { WD_MASS_NUMBER_MAX = 300, WD_NUCLEUS_TEXT = 8 };

/* Charge and mass number of a name with a symbol up to Zn, capital first unless `any_case` (MESA writes he4). */
bool wd_nucleus_read(const char *name, bool any_case, int64_t *Z, int64_t *A);

/* The name; NULL if the symbol is not known. Returns buffer. */
const char *wd_nucleus_name(int64_t Z, int64_t A, char buffer[WD_NUCLEUS_TEXT]);

#endif
