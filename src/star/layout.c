/* The lines before the numbers of a stellar profile; see star/layout.h. Each format has a function that says which
 * column holds which quantity in which unit. */
#include "star/layout.h"

#include "base/constants.h"
#include "base/text.h"
#include "config/nuclei.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const wd_quantity_names[QUANTITIES] = {"radius", "n_e",  "rho",  "Y_e",      "T",     "radius",
                                                   "free_e", "abar", "zbar", "hydrogen", "helium"};

/* Is the line 1 2 3 ...? *count is the last number. */
static bool counts_up(const char *line, size_t *count) {
  *count = 0;
  for (char *end; *(line += strspn(line, wd_blanks)); line = end) {
    if (strtoul(line, &end, 10) != *count + 1 || end == line || !(*end == '\0' || strchr(wd_blanks, *end)))
      return false;
    ++*count;
  }
  return *count > 0;
}

/* --- Columns with names and units --- */

typedef struct name {
  const char *text;
  enum wd_quantity quantity;
} name;

static const name column_names[] = {{"radius", RADIUS},
                                    {"r", RADIUS},
                                    {"electron_density", ELECTRON_DENSITY},
                                    {"n_e", ELECTRON_DENSITY},
                                    {"ne", ELECTRON_DENSITY},
                                    {"density", DENSITY},
                                    {"rho", DENSITY},
                                    {"y_e", Y_E},
                                    {"ye", Y_E},
                                    {"temperature", TEMPERATURE},
                                    {"t", TEMPERATURE}};

/* Units as left by plain_unit(); those that begin with _ are for NAME_UNIT alone. */
static const struct unit {
  enum wd_quantity quantity;
  const char *text;
  double scale;
} units[] = {
    {RADIUS, "cm", 1},
    {RADIUS, "m", 1e2},
    {RADIUS, "km", 1e5},
    {RADIUS, "Rsun", WD_R_SUN_CGS},
    {RADIUS, "rsun", WD_R_SUN_CGS},
    {ELECTRON_DENSITY, "cm-3", 1},
    {ELECTRON_DENSITY, "1/cm3", 1},
    {ELECTRON_DENSITY, "_cm3", 1},
    {ELECTRON_DENSITY, "m-3", 1e-6},
    {ELECTRON_DENSITY, "1/m3", 1e-6},
    {ELECTRON_DENSITY, "_m3", 1e-6},
    {DENSITY, "g/cm3", 1},
    {DENSITY, "gcm-3", 1},
    {DENSITY, "_gcm3", 1},
    {DENSITY, "kg/m3", 1e-3},
    {DENSITY, "kgm-3", 1e-3},
    {DENSITY, "_kgm3", 1e-3},
    {Y_E, "", 1},
    {TEMPERATURE, "K", 1},
    {TEMPERATURE, "eV", 1 / WD_KELVIN},
    {TEMPERATURE, "keV", 1e3 / WD_KELVIN},
};

static const char *const expected_units[QUANTITIES] = {"cm, m, km or R_sun", "cm^-3 or m^-3",
                                                       "g/cm^3 or kg/m^3", "no unit", "K, eV or keV"};

/* The unit without wd_blanks, ^, * and _, after `first`. */
static void plain_unit(const char *text, const char *first, char out[32]) {
  size_t n = 0;
  for (; *first; first++) out[n++] = *first;
  for (; *text && n < 31; text++)
    if (!strchr(" \t^*_", *text)) out[n++] = *text;
  out[n] = '\0';
}

static bool find_unit(enum wd_quantity quantity, const char *plain, double *scale) {
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (units[i].quantity == quantity && strcmp(units[i].text, plain) == 0) {
      *scale = units[i].scale;
      return true;
    }
  return false;
}

/* The quantity and scale of a column's heading. */
static int read_heading(const wd_source *src, size_t line, char *heading, enum wd_quantity *quantity,
                        double *scale, wd_error *err) {
  char quoted[WD_QUOTED_TEXT], plain[32] = "", written[32] = "", *bracket = strpbrk(heading, "[(");
  wd_text_quoted(heading, quoted);
  size_t length = bracket ? (size_t)(bracket - heading) : strlen(heading);
  while (length > 0 && strchr(wd_blanks, heading[length - 1])) length--;
  const name *found = NULL;
  for (size_t i = 0; i < sizeof column_names / sizeof *column_names && !found; i++) {
    size_t n = strlen(column_names[i].text);
    bool suffix = !bracket && length > n && heading[n] == '_';
    if ((length != n && !suffix) || strncasecmp(heading, column_names[i].text, n) != 0) continue;
    found = &column_names[i];
    if (suffix) length = n;
  }
  if (!found)
    return wd_source_fail(src, line, err,
                          "unknown column %s; expected radius, n_e, rho, Y_e and T with units, as in "
                          "`# r[km] n_e[cm^-3] T[K]`, or - for a column that is not to be read",
                          quoted);
  *quantity = found->quantity;
  if (bracket) {
    bracket[strcspn(bracket, "])")] = '\0';
    plain_unit(bracket + 1, "", plain);
  } else {
    plain_unit(heading + length, "", plain);
    plain_unit(heading + length, "_", written);
  }
  if (find_unit(*quantity, plain, scale) || (!bracket && find_unit(*quantity, written, scale))) return WD_OK;
  if (*plain == '\0')
    return wd_source_fail(src, line, err, "column %s has no unit; expected %s, as in %s[...]", quoted,
                          expected_units[*quantity], wd_quantity_names[*quantity]);
  return wd_source_fail(src, line, err, "column %s: unknown unit; expected %s", quoted,
                        expected_units[*quantity]);
}

/* Is this the mass fraction of a nucleus, `first` and its name? Then the present field holds it. */
static bool take_isotope(const char *text, const char *first, wd_layout *out) {
  wd_isotope_column found = {.index = out->fields};
  const size_t n = strlen(first);
  if (strncmp(text, first, n) != 0 || !wd_nucleus_read(text + n, n == 0, &found.Z, &found.A)) return false;
  if (out->isotopes < ISOTOPES_MAX) out->isotope[out->isotopes++] = found; /* no network has more */
  return true;
}

/* -, and the mass within the radius, which follows from the others. */
static bool is_not_read(const char *heading) {
  static const char *const names[] = {"-", "m/M_sun", "m[M_sun]", "m[g]"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(heading, names[i]) == 0) return true;
  return false;
}

static int read_headings(const wd_source *src, size_t line, char *header, wd_layout *out, wd_error *err) {
  out->separator = strchr(header, ',') ? ',' : ' ';
  for (char *heading; (heading = wd_next_field(&header, out->separator)); out->fields++) {
    enum wd_quantity q = RADIUS;
    double scale = 1;
    if (is_not_read(heading) || take_isotope(heading, "X_", out)) continue;
    int status = read_heading(src, line, heading, &q, &scale, err);
    if (status) return status;
    if (out->column[q].present)
      return wd_source_fail(src, line, err, "two columns with the %s", wd_quantity_names[q]);
    out->column[q] = (wd_column){.present = true, .index = out->fields, .scale = scale};
  }
  return WD_OK;
}

/* The header of a file of columns; the present line becomes the first row. */
static int read_columns(wd_source *src, wd_layout *out, wd_error *err) {
  char *header = NULL;
  size_t line = 0;
  int status = WD_OK;
  bool bare = false;
  while (!status && !(wd_begins_with_number(src->text, ' ') || wd_begins_with_number(src->text, ','))) {
    bool comment = *src->text == '#';
    if (bare && !comment) {
      status = wd_source_fail_here(src, err, "expected a row of numbers");
      break;
    }
    if (!bare) {
      free(header);
      header = strdup(src->text + strspn(src->text, "# \t"));
      if (!header) return wd_fail(err, WD_ERR_MEMORY, "%s: out of memory", src->path);
      line = src->line;
      bare = !comment;
    }
    status = wd_source_need(src, "rows of numbers", err);
  }
  if (!status && !header)
    status = wd_source_fail_here(
        src, err, "numbers without a header; expected a line such as `# r[km] n_e[cm^-3] T[K]`");
  if (!status) status = read_headings(src, line, header, out, err);
  if (!strchr(src->text, ',')) out->separator = ' ';
  free(header);
  return status;
}

/* --- MESA and GYRE --- */

static const struct mesa_name {
  const char *text;
  enum wd_quantity quantity;
  bool logarithm;
  double scale;
} mesa_names[] = {
    {"logR", RADIUS, true, 0},
    {"radius", RADIUS, false, 0},
    {"radius_cm", RADIUS, false, 1},
    {"radius_km", RADIUS, false, 1e5},
    {"logR_cm", RADIUS, true, 1},
    {"rmid", MIDDLE, false, 0},
    {"logRho", DENSITY, true, 1},
    {"rho", DENSITY, false, 1},
    {"density", DENSITY, false, 1},
    {"logT", TEMPERATURE, true, 1},
    {"temperature", TEMPERATURE, false, 1},
    {"ye", Y_E, false, 1},
    {"free_e", FREE_ELECTRONS, false, 1},
    {"abar", MEAN_A, false, 1},
    {"zbar", MEAN_Z, false, 1},
    {"x_mass_fraction_H", HYDROGEN, false, 1},
    {"y_mass_fraction_He", HELIUM, false, 1},
};

/* Radii without a unit of their own are in `solar_radius` [cm]. */
static void take_mesa_name(const char *text, size_t index, double solar_radius, wd_layout *out) {
  take_isotope(text, "", out);
  for (size_t i = 0; i < sizeof mesa_names / sizeof *mesa_names; i++) {
    const struct mesa_name *m = &mesa_names[i];
    if (strcmp(text, m->text) == 0 && !out->column[m->quantity].present)
      out->column[m->quantity] =
          (wd_column){true, m->logarithm, index, m->scale > 0 ? m->scale : solar_radius};
  }
}

/* The next word, or text in quotation marks. */
static char *next_word(char **rest) {
  *rest += strspn(*rest, wd_blanks);
  if (**rest != '"') return wd_next_field(rest, ' ');
  char *start = (*rest)++, *end = *rest + strcspn(*rest, "\"");
  *rest = *end ? end + 1 : end;
  *end = '\0';
  return start;
}

/* Of the model's values: its mass, and the Sun's mass and radius that its author took. */
static void take_model(char *names, char *values, double *mass, double *solar_mass, double *solar_radius) {
  char *key, *text;
  while ((key = next_word(&names)) && (text = next_word(&values))) {
    double value;
    if (!wd_field_number(text, &value) || !(value > 0)) continue;
    if (strcmp(key, "star_mass") == 0) *mass = value;
    if (strcmp(key, "msun") == 0) *solar_mass = value;
    if (strcmp(key, "rsun") == 0) *solar_radius = value;
  }
}

/* Numbers, names and values of the model; numbers and names of the columns; then rows. */
static int read_mesa(wd_source *src, wd_layout *out, wd_error *err) {
  double mass = 0, solar_mass = WD_M_SUN_CGS, solar_radius = WD_R_SUN_CGS;
  int status = wd_source_need(src, "the names of the model's values", err);
  if (status) return status;
  char *names = strdup(src->text);
  if (!names) return wd_fail(err, WD_ERR_MEMORY, "%s: out of memory", src->path);
  status = wd_source_need(src, "the model's values", err);
  if (!status) take_model(names, src->text, &mass, &solar_mass, &solar_radius);
  free(names);
  out->mass = mass * solar_mass;
  if (!status) status = wd_source_need(src, "the numbers of the columns", err);
  if (status) return status;
  size_t columns;
  if (!counts_up(src->text, &columns))
    return wd_source_fail_here(src, err, "expected the numbers of MESA's columns, 1 2 3 ...");
  status = wd_source_need(src, "the names of the columns", err);
  if (status) return status;
  out->separator = ' ';
  char *rest = src->text;
  for (char *text; (text = wd_next_field(&rest, ' ')); out->fields++)
    take_mesa_name(text, out->fields, solar_radius, out);
  if (out->fields != columns)
    return wd_source_fail_here(src, err, "%zu names for %zu columns", out->fields, columns);
  out->zones = out->column[RADIUS].present;
  if (!out->zones) out->column[RADIUS] = out->column[MIDDLE];
  return wd_source_need(src, "rows of numbers", err);
}

/* The first line of GYRE's format: N, M, R, L, version; the oldest has no version and is 1. Cuts the line. */
static bool take_gyre(char *line, double value[5]) {
  size_t n = 0;
  char *rest = line;
  for (char *text; (text = wd_next_field(&rest, ' ')); n++)
    if (n == 5 || !wd_field_number(text, &value[n])) return false;
  if (n == 4) value[4] = 1;
  return n >= 4 && value[0] == floor(value[0]) && value[4] == floor(value[4]) && fabs(value[4]) < 1e9;
}

static bool is_gyre(const char *line) {
  double value[5];
  char *copy = strdup(line);
  bool is = copy && take_gyre(copy, value);
  free(copy);
  return is;
}

static int read_gyre(wd_source *src, wd_layout *out, wd_error *err) {
  static const struct {
    long version;
    size_t columns;
  } known[] = {{1, 18}, {19, 19}, {100, 19}, {101, 19}, {120, 20}};
  double value[5]; /* number of rows, mass, radius, luminosity, version */
  take_gyre(src->text, value);
  const double rows = value[0];
  const long version = (long)value[4];
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i].version == version) out->fields = known[i].columns;
  if (!out->fields)
    return wd_source_fail_here(
        src, err,
        "version %ld of GYRE's MESA format is unknown; expected none, 19, 100, 101 or 120 (or, for a file "
        "of columns, a header such as `# r[km] n_e[cm^-3] T[K]`)",
        version);
  if (!(rows >= WD_PROFILE_ROWS_MIN && rows < 1e9))
    return wd_source_fail_here(src, err, "%g rows; expected %d or more", rows, WD_PROFILE_ROWS_MIN);
  out->rows = (size_t)rows;
  out->separator = ' ';
  out->numbered = out->doubled = true;
  out->column[RADIUS] = (wd_column){true, false, 1, 1};
  out->column[TEMPERATURE] = (wd_column){true, false, 5, 1};
  out->column[DENSITY] = (wd_column){true, false, 6, 1};
  return wd_source_need(src, "rows of numbers", err);
}

int wd_layout_read(wd_source *src, wd_layout *out, wd_error *err) {
  size_t count;
  *out = (wd_layout){.separator = ' '};
  int status = wd_source_need(src, "a stellar profile", err);
  if (status) return status;
  bool mesa = counts_up(src->text, &count), gyre = !mesa && is_gyre(src->text);
  status = mesa ? read_mesa(src, out, err) : gyre ? read_gyre(src, out, err) : read_columns(src, out, err);
  if (status) return status;
  const wd_column *c = out->column;
  out->mesa = mesa;
  if (!c[RADIUS].present)
    return wd_source_fail_here(src, err, "no column has the radius%s", mesa ? ", logR or radius" : "");
  if (c[MEAN_A].present != c[MEAN_Z].present)
    out->column[MEAN_A].present = out->column[MEAN_Z].present = false;
  if (!c[ELECTRON_DENSITY].present && !c[DENSITY].present)
    return wd_source_fail_here(src, err, "no column has the density%s",
                               mesa ? ", logRho or rho" : ", n_e or rho");
  if (c[ELECTRON_DENSITY].present && c[DENSITY].present && c[Y_E].present)
    return wd_source_fail_here(src, err, "n_e, rho and Y_e are one too many; leave one out, or name it -");
  return WD_OK;
}
