/* The configuration keys; see config/keys.h.
 *
 * To add a key: a member in wd_config and a line in `table`. Reading, checking, writing, `wdscan keys`, the
 * reference configuration and the comparison of configurations follow from it.
 */
#include "config/keys.h"
#include "base/text.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const char *const observable[] = {
    [WD_OBSERVABLE_EXCESS] = "excess", [WD_OBSERVABLE_COOLING] = "cooling", NULL};
static const char *const window[] = {[WD_WINDOW_EFFECTIVE_TEMPERATURE] = "effective_temperature",
                                     [WD_WINDOW_LUMINOSITY] = "luminosity",
                                     [WD_WINDOW_MAGNITUDE] = "magnitude",
                                     NULL};
static const char *const eos[] = {[WD_EOS_SALPETER] = "salpeter", [WD_EOS_IDEAL] = "ideal", NULL};
static const char *const structure[] = {
    [WD_STRUCTURE_COLD] = "cold", [WD_STRUCTURE_THERMAL] = "thermal", NULL};
static const char *const gravity[] = {[WD_GRAVITY_NEWTONIAN] = "newtonian", [WD_GRAVITY_TOV] = "tov", NULL};
static const char *const plasma[] = {[WD_PLASMA_EXACT] = "exact",
                                     [WD_PLASMA_PIECEWISE] = "piecewise",
                                     [WD_PLASMA_DEGENERATE] = "degenerate",
                                     [WD_PLASMA_CLASSICAL] = "classical",
                                     NULL};
static const char *const group[] = {
    [WD_GROUP_MU_TAU] = "mu-tau",           [WD_GROUP_E_MU] = "e-mu", [WD_GROUP_E_TAU] = "e-tau",
    [WD_GROUP_DARK_PHOTON] = "dark-photon", [WD_GROUP_B_L] = "b-l",   NULL};
static const char *const formulas[] = {
    [WD_FORMULAS_PUBLISHED] = "published", [WD_FORMULAS_CONSISTENT] = "consistent", NULL};
static const char *const sampling[] = {
    [WD_SAMPLING_SHARED] = "shared", [WD_SAMPLING_SEPARATE] = "separate", NULL};
static const char *const diagnostics[] = {
    [WD_DIAGNOSTICS_NONE] = "none", [WD_DIAGNOSTICS_MASS] = "mass", [WD_DIAGNOSTICS_SHELL] = "shell", NULL};
static const char *const mixing[] = {[WD_MIXING_ZERO] = "zero", [WD_MIXING_Q2] = "q2", NULL};
static const char *const resonance[] = {[WD_RESONANCE_FULL] = "full", [WD_RESONANCE_OFF] = "off", NULL};
static const char *const spacing[] = {[WD_SPACING_LOG] = "log", [WD_SPACING_LINEAR] = "linear", NULL};
static const char *const continuum[] = {[WD_CONTINUUM_OFF] = "off", [WD_CONTINUUM_ON] = "on", NULL};
const char *const wd_polarization_names[] = {
    [WD_TRANSVERSE] = "transverse", [WD_LONGITUDINAL] = "longitudinal", [WD_AXIAL] = "axial", NULL};

const char *const wd_charge_names[] = {"e", "mu", "tau", "B", NULL};

const char *const wd_nuclei[] = {"He4", "C12", "O16", "Ne20", "Mg24", NULL};

#define AT(member) offsetof(wd_config, member)

/* clang-format off */
static const wd_key table[] = {
    /* path, type, role, offset, unit, default, range, choices,
     *   meaning */
    {"observable", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(observable), "", "excess", NULL, observable,
     "what is computed: the excess of a star's neutrino luminosity, or what that does to its cooling (docs/cooling.md)"},

    {"star.mass", WD_KEY_REAL, WD_KEY_RESULTS, AT(star.mass), "M_sun", "1.0", "(0, 10]", NULL,
     "mass of the star"},
    {"star.temperature", WD_KEY_REAL, WD_KEY_RESULTS, AT(star.temperature), "K", "1.0e8", "(0, 1e10]", NULL,
     "temperature: everywhere, or of the centre of a `thermal` star; a star.profile has its own"},
    {"star.structure", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(star.structure), "", "cold", NULL, structure,
     "pressure and temperature: of cold matter and the same everywhere, or of a star that has cooled so far (docs/cooling.md)"},
    {"star.composition", WD_KEY_NUCLEI, WD_KEY_RESULTS, AT(star.composition), "", "C12", NULL, NULL,
     "the nuclei the star is made of: one kind, or mass fractions"},
    {"star.eos", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(star.eos), "", "salpeter", NULL, eos,
     "equation of state of a `cold` star: Salpeter (1961) with all its terms, or ideal degenerate electrons"},
    {"star.gravity", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(star.gravity), "", "newtonian", NULL, gravity,
     "hydrostatic equilibrium: Newtonian or general-relativistic (Tolman-Oppenheimer-Volkoff)"},
    {"star.envelope.helium", WD_KEY_REAL, WD_KEY_RESULTS, AT(star.envelope.helium), "", "1.0e-2", "[0, 0.1]", NULL,
     "mass fraction of the star that lies above the inner border of the helium layer; for stars that cool"},
    {"star.envelope.hydrogen", WD_KEY_REAL, WD_KEY_RESULTS, AT(star.envelope.hydrogen), "", "1.0e-4", "[0, 1e-2]", NULL,
     "mass fraction of the star in its hydrogen layer, on top of the helium; for stars that cool"},
    {"star.profile", WD_KEY_TEXT, WD_KEY_RESULTS, AT(star.profile), "", "\"\"", NULL, NULL,
     "file with the star, see docs/stellar-profiles.md; empty: solve for it"},

    {"cooling.conductivity", WD_KEY_REAL, WD_KEY_RESULTS, AT(cooling.conductivity), "", "1.0", "[0.1, 10]", NULL,
     "factor on the thermal conductivity of the electrons in stars that cool: what its uncertainty is worth"},
    {"cooling.earliest", WD_KEY_REAL, WD_KEY_RESULTS, AT(cooling.earliest), "yr", "2.0e6", "[0, 1e9]", NULL,
     "age at which a cooling sequence begins; before, stars remember how they came to be"},
    {"cooling.coldest", WD_KEY_REAL, WD_KEY_RESULTS, AT(cooling.coldest), "K", "1.995e7", "[1e7, 1e8]", NULL,
     "central temperature at which a cooling sequence ends, before the core freezes"},
    {"cooling.window.quantity", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(cooling.window.quantity), "", "effective_temperature", NULL,
     window, "by what the stretch of the cooling that is observed is known"},
    {"cooling.window.from", WD_KEY_REAL, WD_KEY_RESULTS, AT(cooling.window.from), "", "60000", "[-10, 1e6]", NULL,
     "where the window begins: K, L_sun or bolometric magnitude"},
    {"cooling.window.to", WD_KEY_REAL, WD_KEY_RESULTS, AT(cooling.window.to), "", "20000", "[-10, 1e6]", NULL,
     "where it ends; colder, fainter than `from`"},
    {"cooling.track", WD_KEY_TEXT, WD_KEY_RESULTS, AT(cooling.track), "", "\"\"", NULL, NULL,
     "file with a published cooling sequence of star.mass that is followed, see docs/cooling.md; empty: the star cools by itself"},

    {"likelihood.f_s.value", WD_KEY_REAL, WD_KEY_RESULTS, AT(likelihood.f_s.value), "", "1.0", "[-1e3, 1e5]", NULL,
     "f_s as observed in cooling.window, for the likelihood (docs/bounds.md)"},
    {"likelihood.f_s.error", WD_KEY_REAL, WD_KEY_RESULTS, AT(likelihood.f_s.error), "", "0.0", "[0, 1e5]", NULL,
     "its standard deviation; 0: f_s is not in the likelihood"},
    {"likelihood.luminosity_function", WD_KEY_TEXT, WD_KEY_RESULTS, AT(likelihood.luminosity_function), "", "\"\"", NULL, NULL,
     "file with the white dwarfs observed, by bolometric magnitude (docs/bounds.md); empty: none"},
    {"likelihood.pulsator.effective_temperature", WD_KEY_REAL, WD_KEY_RESULTS,
     AT(likelihood.pulsator.effective_temperature), "K", "0.0", "[0, 1e6]", NULL,
     "effective temperature of a white dwarf that pulsates"},
    {"likelihood.pulsator.period", WD_KEY_REAL, WD_KEY_RESULTS, AT(likelihood.pulsator.period), "s", "0.0", "[0, 1e6]", NULL,
     "its period"},
    {"likelihood.pulsator.period_change", WD_KEY_REAL, WD_KEY_RESULTS, AT(likelihood.pulsator.period_change), "s/s", "0.0",
     "[-1e-6, 1e-6]", NULL,
     "rate at which the period is observed to change"},
    {"likelihood.pulsator.error", WD_KEY_REAL, WD_KEY_RESULTS, AT(likelihood.pulsator.error), "s/s", "0.0", "[0, 1e-6]", NULL,
     "standard deviation of the rate; 0: the pulsator is not in the likelihood"},
    {"likelihood.red_giant.loss", WD_KEY_REAL, WD_KEY_RESULTS, AT(likelihood.red_giant.loss), "", "0.0", "[-1, 1e5]", NULL,
     "losses of red giants' cores besides plasmon decay, over those by plasmon decay, from the tip of the red-giant branch"},
    {"likelihood.red_giant.error", WD_KEY_REAL, WD_KEY_RESULTS, AT(likelihood.red_giant.error), "", "0.0", "[0, 1e5]", NULL,
     "its standard deviation; 0: red giants are not in the likelihood"},
    {"likelihood.red_giant.mass", WD_KEY_REAL, WD_KEY_RESULTS, AT(likelihood.red_giant.mass), "M_sun", "0.48", "(0, 10]", NULL,
     "mass of the red giant's helium core, a `cold` star"},
    {"likelihood.red_giant.temperature", WD_KEY_REAL, WD_KEY_RESULTS, AT(likelihood.red_giant.temperature), "K", "8.0e7",
     "(0, 1e10]", NULL,
     "its temperature, the same everywhere"},

    {"plasma.model", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(plasma.model), "", "exact", NULL, plasma,
     "Fermi-Dirac integrals: exact, one of their limits, or degenerate and classical piecewise"},
    {"plasma.piecewise_switch", WD_KEY_REAL, WD_KEY_RESULTS, AT(plasma.piecewise_switch), "", "1.0",
     "[0, 1e6]", NULL,
     "(E_F - m_e)/T below which `piecewise` takes the classical limit"},

    {"physics.model", WD_KEY_MODEL, WD_KEY_RESULTS, AT(physics.model), "", "mu-tau", NULL, group,
     "the U(1) of the boson: L_i - L_j, kinetic mixing alone (the coupling is epsilon), B - L, or charges (docs/models.md)"},
    {"physics.formulas", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(physics.formulas), "", "consistent", NULL, formulas,
     "couplings, width and signs as they follow from the Lagrangian, or as printed in arXiv:2405.00094 (mu-tau only)"},
    {"physics.mixing", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(physics.mixing), "", "zero", NULL, mixing,
     "kinetic mixing by loops at zero momentum, as in the paper, or at the plasmon's q^2 (`consistent` only)"},
    {"physics.resonance", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(physics.resonance), "", "full", NULL, resonance,
     "with the resonant (on-shell) part of the emission, or without it"},
    {"physics.continuum", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(physics.continuum), "", "on", NULL, continuum,
     "real A' made off resonance, by bremsstrahlung and Compton scattering; `published` has none: there the default is off"},
    {"physics.polarizations", WD_KEY_CHOICES, WD_KEY_RESULTS, AT(physics.polarizations), "",
     "[transverse, longitudinal, axial]", NULL, wd_polarization_names,
     "parts of the emission that are summed"},
    {"physics.sin2_theta_w", WD_KEY_REAL, WD_KEY_RESULTS, AT(physics.sin2_theta_w), "", "0.23863", "(0, 1)",
     NULL,
     "sine squared of the weak mixing angle; default: at zero momentum (Particle Data Group 2024); the paper: 0.2312"},
    {"physics.delta_a_mu", WD_KEY_REAL, WD_KEY_CONTROL, AT(physics.delta_a_mu), "", "38e-11", "[-1e-6, 1e-6]",
     NULL,
     "anomalous magnetic moment of the muon, measured minus Standard Model, 2025; for the band of couplings"},
    {"physics.delta_a_mu_error", WD_KEY_REAL, WD_KEY_CONTROL, AT(physics.delta_a_mu_error), "", "63e-11",
     "(0, 1e-6]", NULL,
     "standard deviation of delta_a_mu; the band has two of them on either side"},

    {"grid.mass.min", WD_KEY_REAL, WD_KEY_RESULTS, AT(grid.mass.min), "eV", "10.0", "[1e-30, 1e12]", NULL,
     "smallest mass of the A'"},
    {"grid.mass.max", WD_KEY_REAL, WD_KEY_RESULTS, AT(grid.mass.max), "eV", "1.0e7", "[1e-30, 1e12]", NULL,
     "largest mass of the A'"},
    {"grid.mass.points", WD_KEY_INTEGER, WD_KEY_RESULTS, AT(grid.mass.points), "", "121", "[1, 1000000]", NULL,
     "number of masses; 1: only `min`"},
    {"grid.mass.spacing", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(grid.mass.spacing), "", "log", NULL, spacing,
     "whether the masses are equally spaced in their logarithm or by themselves"},
    {"grid.mass.values", WD_KEY_VALUES, WD_KEY_RESULTS, AT(grid.mass.values), "eV", "[]", "[1e-30, 1e12]", NULL,
     "the masses one by one, instead of min, max and points; `grid.mass: [...]` for short"},
    {"grid.coupling.min", WD_KEY_REAL, WD_KEY_RESULTS, AT(grid.coupling.min), "", "1.0e-14", "(0, 10]", NULL,
     "smallest coupling g"},
    {"grid.coupling.max", WD_KEY_REAL, WD_KEY_RESULTS, AT(grid.coupling.max), "", "1.0e-2", "(0, 10]", NULL,
     "largest coupling g"},
    {"grid.coupling.points", WD_KEY_INTEGER, WD_KEY_RESULTS, AT(grid.coupling.points), "", "121", "[1, 1000000]",
     NULL,
     "number of couplings; 1: only `min`"},
    {"grid.coupling.spacing", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(grid.coupling.spacing), "", "log", NULL, spacing,
     "whether the couplings are equally spaced in their logarithm or by themselves"},
    {"grid.coupling.values", WD_KEY_VALUES, WD_KEY_RESULTS, AT(grid.coupling.values), "", "[]", "(0, 10]", NULL,
     "the couplings one by one, instead of min, max and points; `grid.coupling: [...]` for short"},
    {"grid.axes", WD_KEY_TREE, WD_KEY_RESULTS, AT(grid.axes), "", "{}", NULL, NULL,
     "keys that vary, each along a dimension of its own: {star.mass: [0.5, 0.6], star.temperature: {min: 1e7, max: 3e7, points: 5, spacing: log}}, or a list of {key: star.mass, values: [0.5, 0.6]} and the like (docs/axes.md)"},
    {"grid.draws", WD_KEY_TREE, WD_KEY_RESULTS, AT(grid.draws), "", "{}", NULL, NULL,
     "keys that are drawn at random, along one more dimension: {count: 100, seed: 1, star.mass: {normal: [0.55, 0.02]}}; log-normal, uniform; or the count alone, for axes with `draw` (docs/axes.md)"},
    {"grid.shells", WD_KEY_INTEGER, WD_KEY_RESULTS, AT(grid.shells), "", "32", "[1, 10000]", NULL,
     "radial shells into which the integral over the star is divided"},
    {"grid.refine.levels", WD_KEY_INTEGER, WD_KEY_RESULTS, AT(grid.refine.levels), "", "0", "[0, 20]", NULL,
     "how often the steps in mass are halved: every 2^levels-th mass of the grid is computed, others where contours take it, and the rest is interpolated (docs/file-format.md#refinement); 0: every mass is computed"},
    {"grid.refine.tolerance", WD_KEY_REAL, WD_KEY_RESULTS, AT(grid.refine.tolerance), "", "0.01", "(0, 1)", NULL,
     "relative error of a contour's coupling up to which masses are interpolated; more are computed where it is larger"},

    {"integrator.relative_error", WD_KEY_REAL, WD_KEY_RESULTS, AT(integrator.relative_error), "", "0.005",
     "(0, 1)", NULL,
     "target for the relative error of the excess of each point"},
    {"integrator.max_evaluations", WD_KEY_INTEGER, WD_KEY_RESULTS, AT(integrator.max_evaluations), "", "2000000",
     "[1000, 1e15]", NULL,
     "evaluations of the integrand after which a point is given up; it is marked as having missed its target"},
    {"integrator.seed", WD_KEY_INTEGER, WD_KEY_RESULTS, AT(integrator.seed), "", "20240502",
     "[0, 9223372036854775807]", NULL,
     "seed of the random numbers; the same seed gives the same results on any number of ranks"},
    {"integrator.sampling", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(integrator.sampling), "", "shared", NULL, sampling,
     "samples of the couplings of one mass; shared ones are a hundred times faster, their errors are correlated"},
    {"integrator.alpha", WD_KEY_REAL, WD_KEY_RESULTS, AT(integrator.alpha), "", "0.5", "[0, 10]", NULL,
     "VEGAS+: how fast the map adapts; 0: not at all"},
    {"integrator.beta", WD_KEY_REAL, WD_KEY_RESULTS, AT(integrator.beta), "", "0.75", "[0, 1]", NULL,
     "VEGAS+: how strongly samples are drawn to strata of large variance; 0: not at all"},
    {"integrator.pilot_evaluations", WD_KEY_INTEGER, WD_KEY_RESULTS, AT(integrator.pilot_evaluations), "", "512",
     "[64, 1e7]", NULL,
     "evaluations in each shell in the first round, from which the next ones are planned"},

    {"output.file", WD_KEY_TEXT, WD_KEY_CONTROL, AT(output.file), "", "\"\"", NULL, NULL,
     "result file (HDF5); empty: named after the configuration file, in the present folder"},
    {"output.contour_levels", WD_KEY_REALS, WD_KEY_RESULTS, AT(output.contour_levels), "",
     "[0.01, 0.1, 0.3, 0.5, 0.7]", "(-inf, 0) or (0, inf)", NULL,
     "values of the excess whose contours are stored; below 0: of a deficit. With `observable: cooling` values of f_s, not 1"},
    {"output.checkpoint_interval", WD_KEY_REAL, WD_KEY_CONTROL, AT(output.checkpoint_interval), "s", "60",
     "(0, 86400]", NULL,
     "time after which finished points are made safe on disk; at most this much work is lost by a kill"},
    {"output.diagnostics", WD_KEY_CHOICE, WD_KEY_RESULTS, AT(output.diagnostics), "", "mass", NULL, diagnostics,
     "what is stored of each shell: nothing, chi-squared, evaluations, errors of the smallest coupling of each mass, or of all points"},
};
/* clang-format on */

enum { KEYS = sizeof table / sizeof table[0] };

/* WD_KEY_REALS finds its count behind the list. */
static_assert(AT(output.contour_level_count) == AT(output.contour_levels) + WD_LEVELS_MAX * sizeof(double),
              "the count of a list follows its values");
static_assert(offsetof(wd_grid_axis, count) ==
                  offsetof(wd_grid_axis, values) + WD_VALUES_MAX * sizeof(double),
              "likewise of WD_KEY_VALUES");

size_t wd_key_count(void) {
  return KEYS;
}

const wd_key *wd_key_at(size_t index) {
  assert(index < KEYS);
  return &table[index];
}

const wd_key *wd_key_find(const char *path) {
  for (size_t i = 0; i < KEYS; i++) {
    if (strcmp(table[i].path, path) == 0) return &table[i];
  }
  return NULL;
}

bool wd_key_is_section(const char *path) {
  size_t n = strlen(path);
  for (size_t i = 0; i < KEYS; i++) {
    if (strncmp(table[i].path, path, n) == 0 && table[i].path[n] == '.') return true;
  }
  return false;
}

static const char *last_component(const char *path) {
  const char *dot = strrchr(path, '.');
  return dot ? dot + 1 : path;
}

/* Distance between paths; a right name in a wrong section is near, too. */
static size_t distance(const char *path, const char *known) {
  size_t whole = wd_text_distance(path, known);
  size_t name = wd_text_distance(last_component(path), last_component(known)) + 1;
  return name < whole ? name : whole;
}

const char *wd_key_nearest(const char *path, int *length) {
  const char *best = NULL;
  size_t best_distance = SIZE_MAX;
  for (size_t i = 0; i < KEYS; i++) {
    const char *known = table[i].path;
    for (size_t n = strcspn(known, ".");; n += 1 + strcspn(known + n + 1, ".")) {
      char name[64]; /* "grid", "grid.mass", "grid.mass.min" */
      snprintf(name, sizeof name, "%.*s", (int)n, known);
      size_t d = distance(path, name);
      if (d < best_distance) best = known, best_distance = d, *length = (int)n;
      if (known[n] == '\0') break;
    }
  }
  return best;
}

/* An interval "(0, 10]" taken apart; false if it is none. */
static bool split_range(const char *range, bool open[2], char low[WD_REAL_TEXT], char high[WD_REAL_TEXT]) {
  char left, right;
  int fields = sscanf(range, "%c%31[^,], %31[^])]%c", &left, low, high, &right);
  open[0] = left == '(';
  open[1] = right == ')';
  return fields == 4;
}

static bool is_in(const char *interval, double value) {
  bool open[2];
  char low[WD_REAL_TEXT], high[WD_REAL_TEXT];
  double min = -INFINITY, max = INFINITY;
  bool split = split_range(interval, open, low, high);
  bool bounds = (!strcmp(low, "-inf") || wd_text_to_real(low, &min)) &&
                (!strcmp(high, "inf") || wd_text_to_real(high, &max));
  assert(split && bounds);
  return (open[0] ? value > min : value >= min) && (open[1] ? value < max : value <= max);
}

bool wd_key_allows_real(const wd_key *key, double value) {
  const char *interval = key->range, *other = strstr(interval, " or ");
  return is_in(interval, value) || (other && is_in(other + strlen(" or "), value));
}

bool wd_key_allows_integer(const wd_key *key, int64_t value) {
  bool open[2];
  char low[WD_REAL_TEXT], high[WD_REAL_TEXT];
  int64_t min = 0, max = 0;
  bool split = split_range(key->range, open, low, high);
  bool bounds = wd_text_to_integer(low, &min) && wd_text_to_integer(high, &max);
  assert(split && bounds && !open[0] && !open[1]);
  return value >= min && value <= max;
}

static void append(char buffer[WD_EXPECTED_TEXT], const char *separator, const char *word) {
  size_t n = strlen(buffer);
  snprintf(buffer + n, WD_EXPECTED_TEXT - n, "%s%s", separator, word);
}

const char *wd_key_expected(const wd_key *key, char buffer[WD_EXPECTED_TEXT]) {
  const char *unit_gap = *key->unit ? " " : "";
  switch (key->type) {
  case WD_KEY_REAL:
    snprintf(buffer, WD_EXPECTED_TEXT, "a number in %s%s%s", key->range, unit_gap, key->unit);
    break;
  case WD_KEY_INTEGER:
    snprintf(buffer, WD_EXPECTED_TEXT, "an integer in %s", key->range);
    break;
  case WD_KEY_REALS:
    snprintf(buffer, WD_EXPECTED_TEXT, "a list of 1 to %d different numbers in %s", WD_LEVELS_MAX,
             key->range);
    break;
  case WD_KEY_VALUES:
    snprintf(buffer, WD_EXPECTED_TEXT, "a list of at most %d ascending numbers in %s%s%s", WD_VALUES_MAX,
             key->range, unit_gap, key->unit);
    break;
  case WD_KEY_TREE:
    snprintf(buffer, WD_EXPECTED_TEXT, "{KEY: ..., ...}");
    break;
  case WD_KEY_TEXT:
    snprintf(buffer, WD_EXPECTED_TEXT, "a text");
    break;
  case WD_KEY_CHOICE:
  case WD_KEY_CHOICES:
  case WD_KEY_MODEL:
    snprintf(buffer, WD_EXPECTED_TEXT, key->type == WD_KEY_CHOICES ? "a list of some of" : "one of");
    for (int i = 0; key->choices[i]; i++) append(buffer, i ? ", " : " ", key->choices[i]);
    if (key->type == WD_KEY_MODEL)
      append(buffer, ", or ", "{charges: {e: 1, mu: -1, tau: 0, B: 0}, mixing: loop or a number}");
    break;
  case WD_KEY_NUCLEI:
    snprintf(buffer, WD_EXPECTED_TEXT, "one of");
    for (int i = 0; wd_nuclei[i]; i++) append(buffer, i ? ", " : " ", wd_nuclei[i]);
    append(buffer, ", or ", "{Z: 6, A: 12} with 1 <= Z <= A <= 300, or mass fractions {H1: 0.7, He4: 0.3}");
  }
  return buffer;
}

int wd_key_enter(FILE *out, const char *previous, const char *path, const char **name) {
  int indent = 0;
  bool same = previous != NULL; /* are we still in the sections of `previous`? */
  *name = path;
  for (const char *dot; (dot = strchr(*name, '.')); *name = dot + 1) {
    size_t n = (size_t)(dot + 1 - path);
    same = same && strncmp(previous, path, n) == 0;
    if (!same) fprintf(out, "%*s%.*s:\n", indent, "", (int)(dot - *name), *name);
    indent += 2;
  }
  return indent;
}
