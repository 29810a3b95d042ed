/* The choice of masses; see result/refinement.h. */
#include "result/refinement.h"
#include "result/interpolation.h"

#include <math.h>
#include <stdlib.h>

#define NOISE 2.0 /* standard deviations by which an error must stand out */

int wd_refinement_create(const wd_config *config, const double *mass, size_t masses, wd_refinement **out,
                         wd_error *err) {
  const size_t levels = (size_t)config->output.contour_level_count, curves = levels * masses;
  wd_refinement *r = *out = calloc(1, sizeof *r);
  if (!r) return wd_fail(err, WD_ERR_MEMORY, "out of memory for the refinement");
  r->masses = masses;
  r->levels = levels;
  r->step = (size_t)1 << config->grid.refine.levels;
  r->tolerance = config->grid.refine.tolerance;
  r->x = malloc((4 * masses + 2 * curves) * sizeof *r->x);
  r->chosen = calloc(masses, sizeof *r->chosen);
  r->state = malloc(curves);
  r->index = malloc(masses * sizeof *r->index);
  if (!r->x || !r->chosen || !r->state || !r->index) {
    wd_refinement_free(r);
    *out = NULL;
    return wd_fail(err, WD_ERR_MEMORY, "out of memory for the refinement of %zu masses", masses);
  }
  r->node = r->x + masses;
  r->value = r->node + masses;
  r->deviation = r->value + masses;
  r->coupling = r->deviation + masses;
  r->error = r->coupling + curves;
  for (size_t i = 0; i < masses; i++) r->x[i] = log(mass[i]);
  for (size_t i = 0; i < masses; i += r->step) r->chosen[i] = true;
  r->chosen[masses - 1] = true;
  return WD_OK;
}

void wd_refinement_free(wd_refinement *r) {
  if (!r) return;
  free(r->x);
  free(r->chosen);
  free(r->state);
  free(r->index);
  free(r);
}

size_t wd_refinement_chosen(const wd_refinement *r) {
  size_t n = 0;
  for (size_t i = 0; i < r->masses; i++) n += r->chosen[i];
  return n;
}

/* The n chosen masses as nodes of the contour of a level. */
static void take_curve(wd_refinement *r, size_t level, size_t n) {
  for (size_t k = 0; k < n; k++) {
    const size_t i = level * r->masses + r->index[k];
    r->node[k] = r->x[r->index[k]];
    r->value[k] = log(r->coupling[i]);
    r->deviation[k] = r->error[i] / r->coupling[i];
  }
}

/* Is the contour of a level unknown between the nodes k and k + 1 of n? */
static bool is_open(const wd_refinement *r, size_t level, size_t k, size_t n) {
  const int8_t *state = r->state + level * r->masses;
  const int8_t low = state[r->index[k]], high = state[r->index[k + 1]];
  if (low != high || low == WD_CONTOUR_UNFINISHED) return true;
  if (low != WD_CONTOUR_CROSSING) return false;
  const double middle = 0.5 * (r->node[k] + r->node[k + 1]);
  const wd_interpolation p = wd_interpolation_at(n, r->node, r->value, k, middle);
  const wd_interpolated v = wd_interpolate(&p, r->value, r->deviation);
  return v.error > fmax(r->tolerance, NOISE * v.error_deviation);
}

size_t wd_refinement_choose(wd_refinement *r) {
  size_t n = 0, more = 0;
  for (size_t i = 0; i < r->masses; i++)
    if (r->chosen[i]) r->index[n++] = i;
  for (size_t level = 0; level < r->levels; level++) {
    take_curve(r, level, n);
    for (size_t k = 0; k + 1 < n; k++) {
      const size_t middle = (r->index[k] + r->index[k + 1]) / 2;
      if (r->chosen[middle] || !is_open(r, level, k, n)) continue;
      r->chosen[middle] = true;
      more++;
    }
  }
  return more;
}
