/* Limits as others read them; see cli/limits.h. All numbers have the digits that read back to the same value. */
#include "cli/limits.h"

#include "base/text.h"
#include "wdscan/contour.h"
#include "wdscan/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GEV 1e9 /* eV */

const char *const wd_limits_formats[] = {"csv", "axionlimits", "darkcast", "hepdata", NULL};

static bool is_limit(int state) {
  return state == WD_CONTOUR_CROSSING || state == WD_CONTOUR_ABOVE;
}

/* The limit number i, in units of what is printed: the coupling or the mixing. */
static double limit_at(const wd_limits *l, size_t i, double unit) {
  return unit * (l->state[i] == WD_CONTOUR_ABOVE ? l->lowest : l->coupling[i]);
}

/* |epsilon_A|/g of the scan's model. */
static double mixing_of(const wd_limits *l) {
  return fabs(wd_model_of(wd_settings_config(l->settings), 1).epsilon);
}

static void print_pair(FILE *out, double x, double y) {
  char text[2][WD_REAL_TEXT];
  fprintf(out, "%s %s\n", wd_text_from_real(x, text[0]), wd_text_from_real(y, text[1]));
}

/* --- What is known of the limits: a list of keys and values ------------------------------------------------ */

typedef void put_fact(FILE *out, const char *key, const char *value);

static void put_comment(FILE *out, const char *key, const char *value) {
  fprintf(out, "# %s: %s\n", key, value);
}

/* A double-quoted scalar of YAML. */
static void put_quoted(FILE *out, const char *text) {
  fputc('"', out);
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') fputc('\\', out);
    fputc(*text, out);
  }
  fputc('"', out);
}

static void put_qualifier(FILE *out, const char *key, const char *value) {
  fprintf(out, "  - {name: %s, value: ", key);
  put_quoted(out, value);
  fputs("}\n", out);
}

/* The keys of the configuration that a limit depends on most. */
static int put_settings(FILE *out, const wd_limits *l, put_fact *put, wd_error *err) {
  static const char *const keys[] = {
      "physics.model", "physics.formulas",        "physics.resonance",        "physics.continuum",
      "star.mass",     "star.temperature",        "star.structure",           "star.composition",
      "star.profile",  "cooling.window.quantity", "cooling.window.from",      "cooling.window.to",
      "cooling.track", "integrator.seed",         "integrator.relative_error"};
  bool cooling = wd_settings_config(l->settings)->observable == WD_OBSERVABLE_COOLING;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (!cooling && keys[i][0] == 'c') continue;
    char *value = wd_settings_value(l->settings, keys[i]);
    if (!value) return wd_fail(err, WD_ERR_MEMORY, "out of memory for %s", keys[i]);
    if (strcmp(value, "\"\"")) put(out, keys[i], value); /* a profile and a track, if there is one */
    free(value);
  }
  return WD_OK;
}

/* How well level k is known, and at how many masses it says nothing. */
static void put_accuracy(FILE *out, const wd_limits *l, size_t k, put_fact *put) {
  char text[160];
  double worst = 0;
  size_t count[WD_CONTOUR_STATES] = {0};
  for (size_t i = k * l->masses; i < (k + 1) * l->masses; i++) {
    count[l->state[i]]++;
    if (l->state[i] == WD_CONTOUR_CROSSING) worst = fmax(worst, l->error[i] / l->coupling[i]);
  }
  snprintf(text, sizeof text, "Monte Carlo: at most %.2g %% of the coupling (one standard deviation)",
           100 * worst);
  put(out, "accuracy", text);
  snprintf(text, sizeof text,
           "%zu of %zu; at %zu the level is exceeded at all couplings of the grid (the limit stands at the "
           "smallest), at %zu "
           "at none, %zu are not finished",
           count[WD_CONTOUR_CROSSING] + count[WD_CONTOUR_ABOVE], l->masses, count[WD_CONTOUR_ABOVE],
           count[WD_CONTOUR_BELOW], count[WD_CONTOUR_UNFINISHED]);
  put(out, "masses with a limit", text);
}

static int put_facts(FILE *out, const wd_limits *l, size_t k, put_fact *put, wd_error *err) {
  bool cooling = wd_settings_config(l->settings)->observable == WD_OBSERVABLE_COOLING;
  char text[256], number[WD_REAL_TEXT];
  put(out, "title", "white dwarf, wdscan");
  snprintf(text, sizeof text, "wdscan %s (commit %s), scan of %s", l->version, l->commit, l->created);
  put(out, "source", text);
  put(out, "observable",
      cooling ? "f_s: the factor on plasmon decay that has the same effect on the time of cooling"
              : "excess of the neutrino luminosity over the Standard Model");
  put(out, "level", wd_text_from_real(l->level[k], number));
  put(out, "confidence", "none assigned: the couplings at which the observable reaches the level");
  if (l->parts) put(out, "parts", l->parts);
  int status = put_settings(out, l, put, err);
  snprintf(text, sizeof text, "|epsilon_A| = %.10g g", mixing_of(l));
  put(out, "mixing with the photon", text);
  put_accuracy(out, l, k, put);
  return status;
}

/* --- The formats ------------------------------------------------------------------------------------------- */

void wd_limits_write_csv_head(FILE *out) {
  fputs("level,mass_eV,coupling,coupling_error,state\n", out);
}

void wd_limits_write_csv_row(FILE *out, double level, double mass, double coupling, double error, int state) {
  char text[4][WD_REAL_TEXT];
  bool known = state == WD_CONTOUR_CROSSING;
  fprintf(out, "%s,%s,%s,%s,%s\n", wd_text_from_real(level, text[0]), wd_text_from_real(mass, text[1]),
          known ? wd_text_from_real(coupling, text[2]) : "nan",
          known ? wd_text_from_real(error, text[3]) : "nan", wd_contour_states[state]);
}

static int write_csv(FILE *out, const wd_limits *l, wd_error *err) {
  (void)err;
  wd_limits_write_csv_head(out);
  for (size_t i = 0; i < l->levels * l->masses; i++)
    wd_limits_write_csv_row(out, l->level[i / l->masses], l->mass[i % l->masses], l->coupling[i], l->error[i],
                            l->state[i]);
  return WD_OK;
}

/* The edge; closed, each stretch of masses with a limit begins and ends at the upper edge of the grid. */
static int write_axionlimits(FILE *out, const wd_limits *l, wd_error *err) {
  int status = put_facts(out, l, 0, put_comment, err);
  double unit = l->mixing ? mixing_of(l) : 1, top = unit * l->highest;
  if (l->closed) put_comment(out, "region", "closed along the upper edge of the grid");
  fprintf(out, "# mass_eV %s\n", l->mixing ? "mixing" : "coupling");
  for (size_t i = 0; i < l->masses; i++) {
    if (!is_limit(l->state[i])) continue;
    bool first = i == 0 || !is_limit(l->state[i - 1]),
         last = i + 1 == l->masses || !is_limit(l->state[i + 1]);
    if (l->closed && first) print_pair(out, l->mass[i], top);
    print_pair(out, l->mass[i], limit_at(l, i, unit));
    if (l->closed && last) print_pair(out, l->mass[i], top);
  }
  return status;
}

/* DarkCast names its columns in the first line, interpolates between all masses, and takes 1e5 for no limit. */
static int write_darkcast(FILE *out, const wd_limits *l, wd_error *err) {
  char text[3][WD_REAL_TEXT];
  fprintf(out, "# mass lower%s\n", l->closed ? " upper" : "");
  int status = put_facts(out, l, 0, put_comment, err);
  put_comment(out, "units", "mass in GeV, gauge coupling g; 1e+05: no limit");
  for (size_t i = 0; i < l->masses; i++) {
    bool limit = is_limit(l->state[i]);
    fprintf(out, "%s %s", wd_text_from_real(l->mass[i] / GEV, text[0]),
            limit ? wd_text_from_real(limit_at(l, i, 1), text[1]) : "1e+05");
    if (l->closed) fprintf(out, " %s", limit ? wd_text_from_real(l->highest, text[2]) : "1e+05");
    fputc('\n', out);
  }
  return status;
}

/* A number that every reader of YAML takes for one: 1e-12 would be a text to some, 1.0e-12 is none. */
static void put_number(FILE *out, double value) {
  char text[WD_REAL_TEXT];
  const char *digits = wd_text_from_real(value, text);
  size_t mantissa = strcspn(digits, "e");
  bool bare = digits[mantissa] && strcspn(digits, ".") > mantissa;
  fprintf(out, "%.*s%s%s", (int)mantissa, digits, bare ? ".0" : "", digits + mantissa);
}

static void write_value(FILE *out, const wd_limits *l, size_t i, double unit) {
  if (!is_limit(l->state[i])) {
    fputs("  - {value: '-'}\n", out);
    return;
  }
  fputs("  - {value: ", out);
  put_number(out, limit_at(l, i, unit));
  if (l->state[i] == WD_CONTOUR_CROSSING) {
    fputs(", errors: [{symerror: ", out);
    put_number(out, unit * l->error[i]);
    fputs(", label: Monte Carlo}]", out);
  }
  fputs("}\n", out);
}

static int write_hepdata(FILE *out, const wd_limits *l, wd_error *err) {
  int status = WD_OK;
  double unit = l->mixing ? mixing_of(l) : 1;
  fputs("independent_variables:\n- header: {name: mass of the A', units: eV}\n  values:\n", out);
  for (size_t i = 0; i < l->masses; i++) {
    fputs("  - {value: ", out);
    put_number(out, l->mass[i]);
    fputs("}\n", out);
  }
  fputs("dependent_variables:\n", out);
  for (size_t k = 0; k < l->levels && !status; k++) {
    fprintf(out, "- header: {name: %s}\n  qualifiers:\n", l->mixing ? "mixing" : "coupling");
    status = put_facts(out, l, k, put_qualifier, err);
    fputs("  values:\n", out);
    for (size_t i = 0; i < l->masses; i++) write_value(out, l, k * l->masses + i, unit);
  }
  return status;
}

int wd_limits_write(FILE *out, const wd_limits *l, int format, wd_error *err) {
  static int (*const write[])(FILE *, const wd_limits *,
                              wd_error *) = {[WD_LIMITS_CSV] = write_csv,
                                             [WD_LIMITS_AXIONLIMITS] = write_axionlimits,
                                             [WD_LIMITS_DARKCAST] = write_darkcast,
                                             [WD_LIMITS_HEPDATA] = write_hepdata};
  bool single = format == WD_LIMITS_AXIONLIMITS || format == WD_LIMITS_DARKCAST;
  if (single && l->levels != 1)
    return wd_fail(err, WD_ERR_USAGE,
                   "--format %s holds one limit, and there are %zu levels; expected one --level X",
                   wd_limits_formats[format], l->levels);
  return write[format](out, l, err);
}
