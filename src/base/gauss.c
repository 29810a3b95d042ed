/* Gauss-Legendre rules; see base/gauss.h. */
#include "base/gauss.h"

#include <assert.h>
#include <gsl/gsl_integration.h>
#include <math.h>

enum { RULES = 8 }; /* of different numbers of nodes in the program */

static void make(wd_gauss *rule, int nodes) {
  gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc((size_t)nodes);
  rule->nodes = nodes;
  for (int i = 0; i < nodes; i++) {
    rule->at[i] = rule->weight[i] = NAN;
    if (table) gsl_integration_glfixed_point(0, 1, (size_t)i, &rule->at[i], &rule->weight[i], table);
  }
  if (table) gsl_integration_glfixed_table_free(table);
}

const wd_gauss *wd_gauss_rule(int nodes) {
  static _Thread_local wd_gauss rules[RULES];
  int i = 0;
  while (rules[i].nodes != nodes && rules[i].nodes > 0) {
    i++;
    assert(i < RULES);
  }
  if (rules[i].nodes == 0) make(&rules[i], nodes);
  return &rules[i];
}
