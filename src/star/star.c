/* The star of a configuration: structure from one of its sources, plasma at every node, profile; see wdscan/star.h. */
#include "wdscan/star.h"

#include "base/constants.h"
#include "matter/absorption.h"
#include "matter/plasma.h"
#include "star/file.h"
#include "star/profile.h"
#include "star/sources.h"
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>

int wd_star_allocate(size_t nodes, wd_star **out, wd_error *err) {
  wd_star *star = calloc(1, sizeof *star);
  if (star) {
    star->nodes = nodes;
    double **arrays[] = {&star->node_radius,        &star->electron_density, &star->plasma_frequency,
                         &star->chemical_potential, &star->v_star,           &star->omega_axial,
                         &star->temperature,        &star->charge2,          &star->ions};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
      if (!(*arrays[i] = malloc(nodes * sizeof **arrays[i]))) {
        wd_star_free(star);
        star = NULL;
        break;
      }
  }
  if (!star) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a star of %zu nodes", nodes);
  *out = star;
  return WD_OK;
}

/* Plasma quantities at every node from electron density and temperature. */
static int fill_plasma(const wd_config *config, wd_star *star, wd_error *err) {
  for (size_t i = 0; i < star->nodes; i++) {
    wd_plasma plasma;
    double n = star->electron_density[i] * pow(WD_HBARC_CM, 3);
    int status = wd_plasma_compute(n, star->temperature[i], config->plasma.model,
                                   config->plasma.piecewise_switch, &plasma, err);
    if (status) return wd_fail_context(err, status, "plasma at r = %.6g km", star->node_radius[i]);
    star->plasma_frequency[i] = plasma.frequency;
    star->chemical_potential[i] = plasma.chemical_potential;
    star->v_star[i] = plasma.v_star;
    star->omega_axial[i] = plasma.omega_axial;
  }
  return WD_OK;
}

static int make_profile(wd_star *star, wd_error *err) {
  double *radius = malloc(2 * star->nodes * sizeof *radius);
  if (!radius) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a profile");
  double *frequency2 = radius + star->nodes;
  for (size_t i = 0; i < star->nodes; i++) {
    radius[i] = star->node_radius[i] * WD_KM_CM;
    frequency2[i] = star->plasma_frequency[i] * star->plasma_frequency[i];
  }
  const double *values[WD_PROFILE_QUANTITIES] = {radius, frequency2, star->v_star, star->omega_axial,
                                                 star->temperature};
  int status = wd_profile_create(values, star->nodes, &star->profile, err);
  free(radius);
  return status;
}

double wd_star_hottest(const wd_star *star) {
  double most = 0;
  for (size_t i = 0; i < star->nodes; i++) most = fmax(most, star->temperature[i]);
  return most;
}

int wd_star_add_absorption(const wd_config *config, wd_star *star, wd_error *err) {
  if (star->absorption || !wd_config_has_continuum(config) || wd_star_hottest(star) < WD_KELVIN) return WD_OK;
  wd_gas *gas = malloc(star->nodes * sizeof *gas);
  if (!gas) return wd_fail(err, WD_ERR_MEMORY, "out of memory for the absorption in a star");
  for (size_t i = 0; i < star->nodes; i++)
    gas[i] = (wd_gas){star->electron_density[i] * pow(WD_HBARC_CM, 3), star->temperature[i], star->charge2[i],
                      star->ions[i]};
  int status = wd_absorption_create(gas, star->nodes - 1, &star->absorption, err);
  free(gas);
  return status;
}

/* Takes the star over and adds what follows from densities and temperatures. */
int wd_star_finish(const wd_config *config, wd_star *star, wd_star **out, wd_error *err) {
  int status = fill_plasma(config, star, err);
  if (!status) status = make_profile(star, err);
  if (!status) status = wd_star_add_absorption(config, star, err);
  if (status)
    wd_star_free(star);
  else
    *out = star;
  return status;
}

/* The same from the file star.profile: its rows are the nodes. */
static int take_from_file(const wd_config *config, wd_star **out, wd_error *err) {
  wd_profile_row *rows;
  size_t count;
  wd_star *star = NULL;
  int status = wd_profile_file_read(config, &rows, &count, err);
  if (status) return status;
  status = wd_star_allocate(count, &star, err);
  for (size_t i = 0; i < count && !status; i++) {
    star->node_radius[i] = rows[i].radius / WD_KM_CM;
    star->electron_density[i] = rows[i].electron_density;
    star->temperature[i] = rows[i].temperature * WD_KELVIN;
    star->charge2[i] = rows[i].charge2;
    star->ions[i] = rows[i].ions;
  }
  if (!status) {
    double face = rows[count - 1].face / WD_KM_CM;
    star->mass = wd_profile_rows_mass(rows, count) / WD_M_SUN_CGS;
    star->radius = face > 0 ? face : star->node_radius[count - 1];
    star->central_density = rows[0].density;
  }
  free(rows);
  *out = star;
  return status;
}

int wd_star_create(const wd_config *config, wd_star **out, wd_error *err) {
  gsl_set_error_handler_off(); /* every status is tested */
  if (!config->star.profile[0] && config->star.structure == WD_STRUCTURE_THERMAL)
    return wd_star_let_cool(config, out, err);
  wd_star *star;
  int status =
      config->star.profile[0] ? take_from_file(config, &star, err) : wd_star_solve(config, &star, err);
  return status ? status : wd_star_finish(config, star, out, err);
}

void wd_star_free(wd_star *star) {
  if (!star) return;
  free(star->node_radius);
  free(star->electron_density);
  free(star->plasma_frequency);
  free(star->chemical_potential);
  free(star->v_star);
  free(star->omega_axial);
  free(star->temperature);
  free(star->charge2);
  free(star->ions);
  wd_profile_free(star->profile);
  wd_absorption_free(star->absorption);
  free(star);
}
