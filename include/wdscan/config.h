/* The configuration: one declaration per key (src/config/keys.c), from which come the parser's checks, `wdscan
 * keys`, the reference configuration and the documentation.
 *
 * A configuration is built from defaults, then a YAML file, then command-line settings; each value remembers
 * where it came from. All mistakes of a file are reported at once, each with file, line, column and key.
 */
#ifndef WDSCAN_CONFIG_H
#define WDSCAN_CONFIG_H

#include "wdscan/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum wd_eos { WD_EOS_SALPETER, WD_EOS_IDEAL };
enum wd_structure { WD_STRUCTURE_COLD, WD_STRUCTURE_THERMAL };
enum wd_gravity { WD_GRAVITY_NEWTONIAN, WD_GRAVITY_TOV };
enum wd_plasma_model { WD_PLASMA_EXACT, WD_PLASMA_PIECEWISE, WD_PLASMA_DEGENERATE, WD_PLASMA_CLASSICAL };
enum wd_gauge_group {
  WD_GROUP_MU_TAU,
  WD_GROUP_E_MU,
  WD_GROUP_E_TAU,
  WD_GROUP_DARK_PHOTON,
  WD_GROUP_B_L,
  WD_GROUP_CHARGES /* as the configuration says */
};
enum wd_mixing { WD_MIXING_ZERO, WD_MIXING_Q2 };
enum wd_formulas { WD_FORMULAS_PUBLISHED, WD_FORMULAS_CONSISTENT };
enum wd_observable { WD_OBSERVABLE_EXCESS, WD_OBSERVABLE_COOLING };
enum wd_window_quantity { WD_WINDOW_EFFECTIVE_TEMPERATURE, WD_WINDOW_LUMINOSITY, WD_WINDOW_MAGNITUDE };
/* Couplings of one mass: with common samples where that is exact, or each with its own. */
enum wd_sampling { WD_SAMPLING_SHARED, WD_SAMPLING_SEPARATE };
/* What a file has of the integrator's doings in each shell: nothing, those of each mass's smallest coupling, or of all. */
enum wd_diagnostics { WD_DIAGNOSTICS_NONE, WD_DIAGNOSTICS_MASS, WD_DIAGNOSTICS_SHELL };
enum wd_resonance { WD_RESONANCE_FULL, WD_RESONANCE_OFF };
enum wd_continuum { WD_CONTINUUM_OFF, WD_CONTINUUM_ON };
enum wd_spacing { WD_SPACING_LOG, WD_SPACING_LINEAR };

/* Polarisations: indices of arrays [3] everywhere, in this order; bit masks are 1u << index. */
enum wd_polarization { WD_TRANSVERSE, WD_LONGITUDINAL, WD_AXIAL, WD_POLARIZATIONS };
extern const char *const wd_polarization_names[]; /* [WD_POLARIZATIONS], then NULL */

enum { WD_PATH_MAX = 1024, WD_LEVELS_MAX = 32, WD_VALUES_MAX = 256, WD_TREE_TEXT = 8192, WD_NUCLEI_MAX = 16 };

/* Nuclei by charge and mass number with their mass fractions. */
typedef struct wd_share {
  int64_t Z, A;
  double fraction;
} wd_share;

typedef struct wd_composition {
  int64_t count;
  wd_share share[WD_NUCLEI_MAX];
} wd_composition;

/* Charges under a U(1), in units of its coupling g, and the kinetic mixing with the photon. */
typedef struct wd_charges {
  double lepton[3]; /* of e, mu, tau, each with its neutrino */
  double baryon;    /* three times that of a quark */
  double mixing;    /* epsilon_A/g; has no meaning if `loop` */
  bool loop;        /* epsilon_A is that of the loops of leptons */
} wd_charges;

typedef struct wd_gauge_model {
  int group;          /* enum wd_gauge_group */
  wd_charges charges; /* of WD_GROUP_CHARGES; else 0 */
} wd_gauge_model;

typedef struct wd_grid_axis {
  double min, max;
  int64_t points; /* 1: only `min` */
  int spacing;    /* enum wd_spacing */
  double values[WD_VALUES_MAX];
  int64_t count; /* of the values; 0: none are listed, else min, max and points are theirs */
} wd_grid_axis;

typedef struct wd_config {
  int observable;
  struct {
    double mass;        /* M_sun */
    double temperature; /* K; `thermal`: of the centre */
    wd_composition composition;
    int structure, eos, gravity;
    struct {
      double helium, hydrogen; /* mass fractions outside the layer's inner border */
    } envelope;
    char profile[WD_PATH_MAX]; /* "" : solve the star */
  } star;
  struct {
    double conductivity; /* factor */
    double earliest;     /* age, yr */
    double coldest;      /* central temperature, K */
    struct {
      int quantity;
      double from, to; /* K, L_sun or magnitudes */
    } window;
    char track[WD_PATH_MAX]; /* "" : our own star cools */
  } cooling;
  struct { /* what stars are observed to do; an error of 0: this is not */
    struct {
      double value, error;
    } f_s;
    char luminosity_function[WD_PATH_MAX]; /* "" : none */
    struct {
      double effective_temperature; /* K */
      double period;                /* s */
      double period_change, error;  /* s/s */
    } pulsator;
    struct {
      double loss, error; /* by A', over plasmon decay */
      double mass;        /* of the helium core, M_sun */
      double temperature; /* K */
    } red_giant;
  } likelihood;
  struct {
    int model;
    double piecewise_switch; /* (E_F - m_e)/T at which `piecewise` changes from degenerate to classical */
  } plasma;
  struct {
    wd_gauge_model model;
    int formulas, mixing, resonance, continuum;
    unsigned polarizations; /* bit mask */
    double sin2_theta_w;
    double delta_a_mu, delta_a_mu_error; /* measured minus Standard Model */
  } physics;
  struct {
    wd_grid_axis mass;                            /* eV */
    wd_grid_axis coupling;                        /* dimensionless */
    char axes[WD_TREE_TEXT], draws[WD_TREE_TEXT]; /* YAML; "{}": none */
    int64_t shells;
    struct {
      int64_t levels;   /* 0: every mass is computed */
      double tolerance; /* relative error of a contour's coupling */
    } refine;
  } grid;
  struct {
    double relative_error;
    int64_t max_evaluations;
    int64_t seed;
    int sampling;
    double alpha, beta;
    int64_t pilot_evaluations; /* per shell in the first round */
  } integrator;
  struct {
    char file[WD_PATH_MAX]; /* "" : not named yet */
    double contour_levels[WD_LEVELS_MAX];
    int64_t contour_level_count;
    double checkpoint_interval; /* s */
    int diagnostics;
  } output;
} wd_config;

/* Real A' made off resonance belong to the consistent formulas only. */
static inline bool wd_config_has_continuum(const wd_config *config) {
  return config->physics.continuum == WD_CONTINUUM_ON && config->physics.formulas == WD_FORMULAS_CONSISTENT;
}

/* Is anything observed of which there is a likelihood? */
static inline bool wd_config_has_likelihood(const wd_config *config) {
  return config->likelihood.f_s.error > 0 || config->likelihood.luminosity_function[0] ||
         config->likelihood.pulsator.error > 0 || config->likelihood.red_giant.error > 0;
}

/* A configuration with the origins of its values. */
typedef struct wd_settings wd_settings;

/* All keys at their defaults. */
int wd_settings_create(wd_settings **out, wd_error *err);
void wd_settings_free(wd_settings *settings);

/* After an error of the following ones the settings hold some new values and some old ones, all of them valid
 * by themselves. */

/* Reads a YAML file over the present values. "-" is standard input. Errors: WD_ERR_IO (cannot be read),
 * WD_ERR_CONFIG (all mistakes, one a line). */
int wd_settings_read(wd_settings *settings, const char *path, wd_error *err);

/* The same for a YAML text in memory; `name` stands for the file in messages. */
int wd_settings_read_text(wd_settings *settings, const char *text, size_t length, const char *name,
                          wd_error *err);

/* Applies one "key=value" of the command line; value is YAML. */
int wd_settings_set(wd_settings *settings, const char *assignment, wd_error *err);

/* Checks what involves several keys (min < max, ...). Call it after the last setting. */
int wd_settings_validate(const wd_settings *settings, wd_error *err);

/* What a command line says: reads `path`, applies `count` assignments and, unless NULL, the name of the
 * result file, and validates, reporting the mistakes of all these at once. If no result file is named, it is
 * that of `path` with .h5 for its extension, in the present folder ("scan.h5" for standard input). */
int wd_settings_load(wd_settings *settings, const char *path, const char *const *assignments, size_t count,
                     const char *output, wd_error *err);

const wd_config *wd_settings_config(const wd_settings *settings);

/* Writes the effective configuration as YAML that reads back to the same values; with `origins`, each
 * line ends in a comment saying where the value came from. */
void wd_settings_write(const wd_settings *settings, FILE *out, bool origins);

/* The value of one key, "star.mass", as YAML in a malloc'ed string; NULL if there is no such key, or out of memory. */
char *wd_settings_value(const wd_settings *settings, const char *key);

/* The effective configuration without origins, as a malloc'ed string (the text stored in result files); NULL: out of memory. */
char *wd_settings_text(const wd_settings *settings);

/* Lists the keys that differ between two configurations, one "key: old -> new" a line, as a malloc'ed string
 * ("" if none, NULL if out of memory): keys that change results (`physics` true) or those of run control only
 * (false). */
char *wd_settings_differences(const wd_settings *old, const wd_settings *new_settings, bool physics);

/* Prints every key: path, type, unit, default, range, meaning. */
void wd_keys_write(FILE *out);

/* Prints the reference configuration: every key at its default with its meaning as a comment. */
void wd_keys_write_reference(FILE *out);

/* Prints the page docs/configuration.md. */
void wd_keys_write_markdown(FILE *out);

#ifdef __cplusplus
}
#endif

#endif
