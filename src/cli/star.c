/* `wdscan star`: the stellar profile (Fig. 3 of the paper) and the Standard-Model luminosities, by
 * quadrature. */
#include "base/json.h"
#include "cli/commands.h"
#include "excess/emissivity.h"
#include "wdscan/model.h"

static void luminosities(const wd_config *config, const wd_star *star, double out[WD_POLARIZATIONS]) {
  wd_model model = wd_model_of(config, 0);
  wd_emissivity_quadrature(star->profile, 0, (double)star->profile->cells, out);
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    out[p] *= (p == WD_AXIAL ? model.sum_CA2 : model.sum_CV2) / WD_L_SUN_CGS;
}

static void write_json(const wd_star *star, const double luminosity[WD_POLARIZATIONS]) {
  wd_json json;
  wd_json_begin(&json, stdout);
  wd_json_object(&json, NULL);
  wd_json_double(&json, "mass_msun", star->mass);
  wd_json_double(&json, "radius_km", star->radius);
  wd_json_double(&json, "central_density_g_cm3", star->central_density);
  wd_json_double(&json, "central_plasma_frequency_eV", star->plasma_frequency[0]);
  wd_json_double(&json, "surface_plasma_frequency_eV", star->plasma_frequency[star->nodes - 1]);
  wd_json_object(&json, "luminosity_sm_lsun");
  for (int p = 0; p < WD_POLARIZATIONS; p++) wd_json_double(&json, wd_polarization_names[p], luminosity[p]);
  wd_json_end_object(&json);
  wd_json_object(&json, "profile");
  wd_json_doubles(&json, "radius_km", star->node_radius, star->nodes);
  wd_json_doubles(&json, "electron_density_cm3", star->electron_density, star->nodes);
  wd_json_doubles(&json, "plasma_frequency_eV", star->plasma_frequency, star->nodes);
  wd_json_doubles(&json, "chemical_potential_eV", star->chemical_potential, star->nodes);
  wd_json_doubles(&json, "v_star", star->v_star, star->nodes);
  wd_json_end_object(&json);
  wd_json_end_object(&json);
  wd_json_finish(&json);
}

static void write_text(const wd_star *star, const double luminosity[WD_POLARIZATIONS]) {
  enum { ROWS = 32 };
  printf("mass                     %.6g M_sun\n", star->mass);
  printf("radius                   %.6g km\n", star->radius);
  printf("central density          %.6g g/cm^3\n", star->central_density);
  printf("central plasma frequency %.6g eV\n", star->plasma_frequency[0]);
  printf("surface plasma frequency %.6g eV\n", star->plasma_frequency[star->nodes - 1]);
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    printf("neutrino luminosity      %.6g L_sun %s\n", luminosity[p], wd_polarization_names[p]);
  printf("\n%12s %12s %14s %14s %14s %10s\n", "r [km]", "R - r [km]", "n_e [cm^-3]", "omega_p [eV]",
         "mu [eV]", "v_*");
  for (size_t row = 0; row <= ROWS; row++) {
    size_t i = row * (star->nodes - 1) / ROWS;
    printf("%12.6g %12.6g %14.6e %14.6g %14.8g %10.6f\n", star->node_radius[i],
           star->radius - star->node_radius[i], star->electron_density[i], star->plasma_frequency[i],
           star->chemical_potential[i], star->v_star[i]);
  }
}

int wd_command_star(const wd_arguments *args, wd_error *err) {
  const wd_config *config = wd_settings_config(args->settings);
  double luminosity[WD_POLARIZATIONS];
  wd_star *star;
  int status = wd_star_create(config, &star, err);
  if (status) return status;
  luminosities(config, star, luminosity);
  if (args->json)
    write_json(star, luminosity);
  else
    write_text(star, luminosity);
  wd_star_free(star);
  return WD_OK;
}
