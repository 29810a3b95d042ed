/* Gauss-Legendre rules; see base/gauss.h. */
#include "base/gauss.h"

#include <gsl/gsl_integration.h>
#include <math.h>

void wd_gauss_rule(size_t n, double at[], double weight[]) {
  gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(n);
  for (size_t i = 0; i < n; i++) {
    at[i] = weight[i] = NAN;
    if (table) gsl_integration_glfixed_point(0, 1, i, &at[i], &weight[i], table);
  }
  if (table) gsl_integration_glfixed_table_free(table);
}
