/* `wdscan cool`: the cooling sequence of a star, from hot to cold. */
#include "base/constants.h"
#include "base/json.h"
#include "bound/sequence.h"
#include "cli/commands.h"

#include <math.h>
#include <stdlib.h>

enum column { AGE, T_CENTRE, T_MAX, T_EFFECTIVE, RADIUS, PHOTONS, NEUTRINOS, BOSON, ENERGY, COLUMNS };

static const char *const names[COLUMNS] = {"age_yr",
                                           "log_central_temperature",
                                           "log_maximum_temperature",
                                           "effective_temperature_K",
                                           "radius_km",
                                           "luminosity_photon_lsun",
                                           "luminosity_neutrino_lsun",
                                           "luminosity_boson_lsun",
                                           "thermal_energy_erg"};

static double value(const wd_sequence *s, size_t i, int column) {
  const wd_epoch *e = &s->epoch[i];
  switch (column) {
  case AGE:
    return e->age / WD_YEAR_S;
  case T_CENTRE:
    return log10(e->central_temperature);
  case T_MAX:
    return log10(e->highest_temperature);
  case T_EFFECTIVE:
    return e->effective_temperature;
  case RADIUS:
    return e->radius / WD_KM_CM;
  case PHOTONS:
    return e->photons / WD_L_SUN_CGS;
  case NEUTRINOS:
    return e->all_neutrinos / WD_L_SUN_CGS;
  case BOSON:
    return e->boson / WD_L_SUN_CGS;
  default:
    return e->energy - s->epoch[s->count - 1].energy;
  }
}

/* [M_sun] */
static double mass_of(const wd_config *config, const wd_sequence *s) {
  return s->mass > 0 ? s->mass : config->star.mass;
}

static int write_json(const wd_arguments *args, const wd_sequence *s, wd_error *err) {
  double *column = malloc(s->count * sizeof *column);
  if (!column) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a cooling sequence");
  wd_json json;
  wd_json_begin(&json, stdout);
  wd_json_object(&json, NULL);
  wd_json_double(&json, "mass_msun", mass_of(wd_settings_config(args->settings), s));
  if (!isnan(args->mass)) {
    wd_json_double(&json, "mass_eV", args->mass);
    wd_json_double(&json, "coupling", args->coupling);
  }
  wd_json_object(&json, "sequence");
  for (int c = 0; c < COLUMNS; c++) {
    for (size_t i = 0; i < s->count; i++) column[i] = value(s, i, c);
    wd_json_doubles(&json, names[c], column, s->count);
  }
  for (int k = 0; k < WD_LOSS_COUNT; k++) {
    char name[64];
    snprintf(name, sizeof name, "luminosity_%s_lsun", wd_loss_names[k]);
    for (size_t i = 0; i < s->count; i++) column[i] = s->epoch[i].neutrinos[k] / WD_L_SUN_CGS;
    wd_json_doubles(&json, name, column, s->count);
  }
  wd_json_end_object(&json);
  wd_json_double(&json, "energy_imbalance", s->energy_imbalance);
  wd_json_end_object(&json);
  wd_json_finish(&json);
  free(column);
  return WD_OK;
}

static void write_line(const wd_sequence *s, size_t i) {
  char hottest[32] = "-";
  if (!isnan(s->epoch[i].highest_temperature)) snprintf(hottest, sizeof hottest, "%.4f", value(s, i, T_MAX));
  printf("%12.6g %8.4f %8s %10.1f %10.2f %12.5g %12.5g %12.5g\n", value(s, i, AGE), value(s, i, T_CENTRE),
         hottest, value(s, i, T_EFFECTIVE), value(s, i, RADIUS), value(s, i, PHOTONS), value(s, i, NEUTRINOS),
         value(s, i, BOSON));
}

/* About LINES lines at most, at equal steps. */
static void write_text(const wd_config *config, const wd_sequence *s) {
  enum { LINES = 40 };
  const size_t lines = s->count > LINES ? LINES : s->count - 1;
  printf("mass             %.6g M_sun\n", mass_of(config, s));
  if (isnan(s->energy_imbalance))
    printf("energy imbalance not known (along %s)\n\n", config->cooling.track);
  else
    printf("energy imbalance %.2g\n\n", s->energy_imbalance);
  printf("%12s %8s %8s %10s %10s %12s %12s %12s\n", "age [yr]", "lg T_c", "lg T_max", "T_eff [K]", "R [km]",
         "L_gam [Lsun]", "L_nu [Lsun]", "L_A' [Lsun]");
  for (size_t line = 0; line <= lines; line++) write_line(s, line * (s->count - 1) / lines);
}

int wd_command_cool(const wd_arguments *args, wd_error *err) {
  const wd_config *config = wd_settings_config(args->settings);
  wd_sequence *sequence = NULL;
  const double coupling = isnan(args->mass) ? 0 : args->coupling;
  int status = wd_bound_sequence(config, args->mass, coupling, &sequence, err);
  if (!status && args->json) status = write_json(args, sequence, err);
  if (!status && !args->json) write_text(config, sequence);
  wd_sequence_free(sequence);
  return status;
}
