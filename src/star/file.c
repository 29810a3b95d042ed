/* Stellar profiles from files; see star/file.h.
 *
 * Each format has a function that reads the lines before the numbers and says which column holds which
 * quantity in which unit (a file_layout); the rows are then read, checked and put in order by the same code.
 */
#include "star/file.h"

#include "base/constants.h"
#include "base/log.h"
#include "base/place.h"
#include "base/text.h"
#include "config/nuclei.h"
#include "star/mixture.h"
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* MIDDLE is the radius at which a zone has half its mass. Those from FREE_ELECTRONS on tell Y_e where no column has it. */
enum quantity {
  RADIUS,
  ELECTRON_DENSITY,
  DENSITY,
  Y_E,
  TEMPERATURE,
  MIDDLE,
  FREE_ELECTRONS,
  MEAN_A,
  MEAN_Z,
  HYDROGEN,
  HELIUM,
  QUANTITIES
};

#define CENTRE_MAX 0.1      /* the innermost radius is below this fraction of the outermost one */
#define MASS_TOLERANCE 5e-3 /* of the mass that the file states */
enum { ISOTOPES_MAX = 512 };
#define NUCLEI_TOLERANCE 1e-2  /* mass fractions of a row add up to 1 */
#define TEMPERATURE_MAX 1.0e10 /* [K], as for star.temperature */

typedef struct column {
  bool present, logarithm; /* logarithm: the file holds log10 of the value */
  size_t index;            /* of the field in a row */
  double scale;            /* value in cm, cm^-3, g cm^-3, 1 or K of one unit of the file */
} column;

/* A column with the mass fraction of a nucleus. */
typedef struct isotope_column {
  size_t index;
  int64_t Z, A;
} isotope_column;

typedef struct file_layout {
  column column[QUANTITIES];
  isotope_column isotope[ISOTOPES_MAX];
  size_t isotopes;
  size_t fields; /* of a row */
  char separator;
  bool numbered, doubled; /* rows begin with their number; a radius may come twice */
  bool mesa;
  bool zones;  /* radii are those of the outer faces of zones, other values those of their middles */
  double mass; /* [g] as stated by the file; 0: not stated */
  size_t rows; /* as announced by the file; 0: not announced */
} file_layout;

typedef struct source {
  const char *path;
  FILE *file;
  char *text; /* the present line, without its end */
  size_t room, line;
} source;

static const char *const quantity_names[QUANTITIES] = {
    "radius", "n_e", "rho", "Y_e", "T", "radius", "free_e", "abar", "zbar", "hydrogen", "helium"};

/* WD_ERR_CONFIG with the file and a line before the message. */
__attribute__((format(printf, 4, 5))) static int fail_in_line(const source *src, size_t line, wd_error *err,
                                                              const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return wd_fail(err, WD_ERR_CONFIG, "%s:%zu: %s", src->path, line, text);
}

#define fail_at(source, ...) fail_in_line(source, (source)->line, __VA_ARGS__)

/* --- Lines and fields --- */

static const char blanks[] = " \t";

/* The next line, without its end: LF, CR LF or CR; negative at the end of the file. */
static ssize_t take_line(source *src) {
  size_t n = 0;
  for (int c; (c = getc(src->file)) != EOF || n > 0;) {
    if (n + 2 > src->room) {
      char *larger = realloc(src->text, 2 * src->room + 256);
      if (!larger) return -1;
      src->text = larger;
      src->room = 2 * src->room + 256;
    }
    if (c == '\r' && (c = getc(src->file)) != '\n' && c != EOF) ungetc(c, src->file), c = '\n';
    src->text[n] = '\0';
    if (c == '\n' || c == EOF) return (ssize_t)n;
    src->text[n++] = (char)c;
  }
  return -1;
}

/* Goes to the next line that is not blank. At the end of the file *more is false. */
static int next_line(source *src, bool *more, wd_error *err) {
  static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8 */
  ssize_t length;
  while ((length = take_line(src)) >= 0) {
    src->line++;
    if (strlen(src->text) != (size_t)length) return fail_at(src, err, "this is no text file");
    if (src->line == 1 && strncmp(src->text, mark, 3) == 0)
      memmove(src->text, src->text + 3, (size_t)(length -= 3) + 1);
    while (length > 0 && strchr(" \t\r\n", src->text[length - 1])) src->text[--length] = '\0';
    *more = true;
    if (length > 0) return WD_OK;
  }
  *more = false;
  if (feof(src->file)) return WD_OK;
  return wd_fail(err, WD_ERR_IO, "star.profile: %s: %s", src->path, strerror(errno));
}

static int need_line(source *src, const char *what, wd_error *err) {
  bool more;
  int status = next_line(src, &more, err);
  if (status || more) return status;
  return fail_at(src, err, "the file ends here; expected %s", what);
}

/* Cuts the next field off *rest; NULL if there is none. Blanks within brackets, and before an opening one, do
 * not separate. */
static char *next_field(char **rest, char separator) {
  char *start = *rest + strspn(*rest, blanks), *end = start;
  if (*start == '\0') return NULL;
  for (int depth = 0; *end; end++) {
    depth += (*end == '[' || *end == '(') - (*end == ']' || *end == ')');
    if (depth > 0) continue;
    if (separator == ',' && *end == ',') break;
    if (separator == ' ' && strchr(blanks, *end)) {
      char next = end[strspn(end, blanks)];
      if (next != '[' && next != '(') break;
    }
  }
  *rest = *end ? end + 1 : end;
  *end = '\0';
  while (end > start && strchr(blanks, end[-1])) *--end = '\0';
  return start;
}

/* A number, its exponent after E or, as Fortran writes it, after D, Q or, with three digits, after nothing. */
static bool to_number(const char *text, double *value) {
  char copy[64];
  size_t mantissa = strcspn(text, "eEdDqQ"), sign = text[0] ? 1 + strcspn(text + 1, "+-") : 0;
  bool bare = text[0] && text[mantissa] == '\0' && text[sign] != '\0';
  if (bare) mantissa = sign;
  if (strlen(text) + 2 > sizeof copy) return false;
  snprintf(copy, sizeof copy, "%.*s%s%s", (int)mantissa, text, text[mantissa] ? "e" : "",
           text[mantissa] ? text + mantissa + !bare : "");
  return wd_text_to_real(copy, value);
}

static bool begins_with_number(const char *line, char separator) {
  char copy[64] = "", *rest = copy;
  double value;
  strncpy(copy, line, sizeof copy - 1);
  char *field = next_field(&rest, separator);
  return field && to_number(field, &value);
}

/* Is the line 1 2 3 ...? *count is the last number. */
static bool counts_up(const char *line, size_t *count) {
  *count = 0;
  for (char *end; *(line += strspn(line, blanks)); line = end) {
    if (strtoul(line, &end, 10) != *count + 1 || end == line || !(*end == '\0' || strchr(blanks, *end)))
      return false;
    ++*count;
  }
  return *count > 0;
}

/* --- Columns with names and units --- */

typedef struct name {
  const char *text;
  enum quantity quantity;
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
  enum quantity quantity;
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

/* The unit without blanks, ^, * and _, after `first`. */
static void plain_unit(const char *text, const char *first, char out[32]) {
  size_t n = 0;
  for (; *first; first++) out[n++] = *first;
  for (; *text && n < 31; text++)
    if (!strchr(" \t^*_", *text)) out[n++] = *text;
  out[n] = '\0';
}

static bool find_unit(enum quantity quantity, const char *plain, double *scale) {
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (units[i].quantity == quantity && strcmp(units[i].text, plain) == 0) {
      *scale = units[i].scale;
      return true;
    }
  return false;
}

/* The quantity and scale of a column's heading. */
static int read_heading(const source *src, size_t line, char *heading, enum quantity *quantity, double *scale,
                        wd_error *err) {
  char quoted[WD_QUOTED_TEXT], plain[32] = "", written[32] = "", *bracket = strpbrk(heading, "[(");
  wd_text_quoted(heading, quoted);
  size_t length = bracket ? (size_t)(bracket - heading) : strlen(heading);
  while (length > 0 && strchr(blanks, heading[length - 1])) length--;
  const name *found = NULL;
  for (size_t i = 0; i < sizeof column_names / sizeof *column_names && !found; i++) {
    size_t n = strlen(column_names[i].text);
    bool suffix = !bracket && length > n && heading[n] == '_';
    if ((length != n && !suffix) || strncasecmp(heading, column_names[i].text, n) != 0) continue;
    found = &column_names[i];
    if (suffix) length = n;
  }
  if (!found)
    return fail_in_line(src, line, err,
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
    return fail_in_line(src, line, err, "column %s has no unit; expected %s, as in %s[...]", quoted,
                        expected_units[*quantity], quantity_names[*quantity]);
  return fail_in_line(src, line, err, "column %s: unknown unit; expected %s", quoted,
                      expected_units[*quantity]);
}

/* Is this the mass fraction of a nucleus, `first` and its name? Then the present field holds it. */
static bool take_isotope(const char *text, const char *first, file_layout *out) {
  isotope_column found = {.index = out->fields};
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

static int read_headings(const source *src, size_t line, char *header, file_layout *out, wd_error *err) {
  out->separator = strchr(header, ',') ? ',' : ' ';
  for (char *heading; (heading = next_field(&header, out->separator)); out->fields++) {
    enum quantity q = RADIUS;
    double scale = 1;
    if (is_not_read(heading) || take_isotope(heading, "X_", out)) continue;
    int status = read_heading(src, line, heading, &q, &scale, err);
    if (status) return status;
    if (out->column[q].present)
      return fail_in_line(src, line, err, "two columns with the %s", quantity_names[q]);
    out->column[q] = (column){.present = true, .index = out->fields, .scale = scale};
  }
  return WD_OK;
}

/* The header of a file of columns; the present line becomes the first row. */
static int read_columns(source *src, file_layout *out, wd_error *err) {
  char *header = NULL;
  size_t line = 0;
  int status = WD_OK;
  bool bare = false;
  while (!status && !(begins_with_number(src->text, ' ') || begins_with_number(src->text, ','))) {
    bool comment = *src->text == '#';
    if (bare && !comment) {
      status = fail_at(src, err, "expected a row of numbers");
      break;
    }
    if (!bare) {
      free(header);
      header = strdup(src->text + strspn(src->text, "# \t"));
      if (!header) return wd_fail(err, WD_ERR_MEMORY, "%s: out of memory", src->path);
      line = src->line;
      bare = !comment;
    }
    status = need_line(src, "rows of numbers", err);
  }
  if (!status && !header)
    status = fail_at(src, err, "numbers without a header; expected a line such as `# r[km] n_e[cm^-3] T[K]`");
  if (!status) status = read_headings(src, line, header, out, err);
  if (!strchr(src->text, ',')) out->separator = ' ';
  free(header);
  return status;
}

/* --- MESA and GYRE --- */

static const struct mesa_name {
  const char *text;
  enum quantity quantity;
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
static void take_mesa_name(const char *text, size_t index, double solar_radius, file_layout *out) {
  take_isotope(text, "", out);
  for (size_t i = 0; i < sizeof mesa_names / sizeof *mesa_names; i++) {
    const struct mesa_name *m = &mesa_names[i];
    if (strcmp(text, m->text) == 0 && !out->column[m->quantity].present)
      out->column[m->quantity] = (column){true, m->logarithm, index, m->scale > 0 ? m->scale : solar_radius};
  }
}

/* The next word, or text in quotation marks. */
static char *next_word(char **rest) {
  *rest += strspn(*rest, blanks);
  if (**rest != '"') return next_field(rest, ' ');
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
    if (!to_number(text, &value) || !(value > 0)) continue;
    if (strcmp(key, "star_mass") == 0) *mass = value;
    if (strcmp(key, "msun") == 0) *solar_mass = value;
    if (strcmp(key, "rsun") == 0) *solar_radius = value;
  }
}

/* Numbers, names and values of the model; numbers and names of the columns; then rows. */
static int read_mesa(source *src, file_layout *out, wd_error *err) {
  double mass = 0, solar_mass = WD_M_SUN_CGS, solar_radius = WD_R_SUN_CGS;
  int status = need_line(src, "the names of the model's values", err);
  if (status) return status;
  char *names = strdup(src->text);
  if (!names) return wd_fail(err, WD_ERR_MEMORY, "%s: out of memory", src->path);
  status = need_line(src, "the model's values", err);
  if (!status) take_model(names, src->text, &mass, &solar_mass, &solar_radius);
  free(names);
  out->mass = mass * solar_mass;
  if (!status) status = need_line(src, "the numbers of the columns", err);
  if (status) return status;
  size_t columns;
  if (!counts_up(src->text, &columns))
    return fail_at(src, err, "expected the numbers of MESA's columns, 1 2 3 ...");
  status = need_line(src, "the names of the columns", err);
  if (status) return status;
  out->separator = ' ';
  char *rest = src->text;
  for (char *text; (text = next_field(&rest, ' ')); out->fields++)
    take_mesa_name(text, out->fields, solar_radius, out);
  if (out->fields != columns) return fail_at(src, err, "%zu names for %zu columns", out->fields, columns);
  out->zones = out->column[RADIUS].present;
  if (!out->zones) out->column[RADIUS] = out->column[MIDDLE];
  return need_line(src, "rows of numbers", err);
}

/* The first line of GYRE's format: N, M, R, L, version; the oldest has no version and is 1. Cuts the line. */
static bool take_gyre(char *line, double value[5]) {
  size_t n = 0;
  char *rest = line;
  for (char *text; (text = next_field(&rest, ' ')); n++)
    if (n == 5 || !to_number(text, &value[n])) return false;
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

static int read_gyre(source *src, file_layout *out, wd_error *err) {
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
    return fail_at(
        src, err,
        "version %ld of GYRE's MESA format is unknown; expected none, 19, 100, 101 or 120 (or, for a file "
        "of columns, a header such as `# r[km] n_e[cm^-3] T[K]`)",
        version);
  if (!(rows >= WD_PROFILE_ROWS_MIN && rows < 1e9))
    return fail_at(src, err, "%g rows; expected %d or more", rows, WD_PROFILE_ROWS_MIN);
  out->rows = (size_t)rows;
  out->separator = ' ';
  out->numbered = out->doubled = true;
  out->column[RADIUS] = (column){true, false, 1, 1};
  out->column[TEMPERATURE] = (column){true, false, 5, 1};
  out->column[DENSITY] = (column){true, false, 6, 1};
  return need_line(src, "rows of numbers", err);
}

static int read_layout(source *src, file_layout *out, wd_error *err) {
  size_t count;
  *out = (file_layout){.separator = ' '};
  int status = need_line(src, "a stellar profile", err);
  if (status) return status;
  bool mesa = counts_up(src->text, &count), gyre = !mesa && is_gyre(src->text);
  status = mesa ? read_mesa(src, out, err) : gyre ? read_gyre(src, out, err) : read_columns(src, out, err);
  if (status) return status;
  const column *c = out->column;
  out->mesa = mesa;
  if (!c[RADIUS].present)
    return fail_at(src, err, "no column has the radius%s", mesa ? ", logR or radius" : "");
  if (c[MEAN_A].present != c[MEAN_Z].present)
    out->column[MEAN_A].present = out->column[MEAN_Z].present = false;
  if (!c[ELECTRON_DENSITY].present && !c[DENSITY].present)
    return fail_at(src, err, "no column has the density%s", mesa ? ", logRho or rho" : ", n_e or rho");
  if (c[ELECTRON_DENSITY].present && c[DENSITY].present && c[Y_E].present)
    return fail_at(src, err, "n_e, rho and Y_e are one too many; leave one out, or name it -");
  return WD_OK;
}

/* --- Rows --- */

/* The value of one field, in the units of wd_profile_row. */
static int read_value(const source *src, const column *c, enum quantity q, const char *text, double *out,
                      wd_error *err) {
  char quoted[WD_QUOTED_TEXT];
  double value;
  wd_text_quoted(text, quoted);
  if (!to_number(text, &value))
    return fail_at(src, err, "%s: %s is not a finite number", quantity_names[q], quoted);
  value = c->scale * (c->logarithm ? pow(10, value) : value);
  const bool may_vanish = q == RADIUS || q == DENSITY || q == ELECTRON_DENSITY || q > FREE_ELECTRONS;
  if (!isfinite(value) || value < 0 || (value == 0 && !may_vanish))
    return fail_at(src, err, "%s: %s is out of range; expected a positive number", quantity_names[q], quoted);
  if ((q == Y_E || q == FREE_ELECTRONS || q == HYDROGEN || q == HELIUM) && value > 1)
    return fail_at(src, err, "%s: %s is above 1", quantity_names[q], quoted);
  if (q == TEMPERATURE && value > TEMPERATURE_MAX)
    return fail_at(src, err, "T: %s is above %g K", quoted, TEMPERATURE_MAX);
  *out = value;
  return WD_OK;
}

/* Does the file say what the star is made of? */
static bool has_composition(const file_layout *layout) {
  const column *c = layout->column;
  return c[ELECTRON_DENSITY].present || c[Y_E].present || c[FREE_ELECTRONS].present || c[MEAN_A].present ||
         c[HYDROGEN].present || c[HELIUM].present || layout->isotopes > 0;
}

/* Appends the nuclei of star.composition with this mass fraction in all. */
static size_t append_others(const wd_config *config, double fraction, wd_share *share, size_t count) {
  for (int64_t i = 0; i < config->star.composition.count; i++) {
    share[count] = config->star.composition.share[i];
    share[count++].fraction *= fraction;
  }
  return count;
}

/* Hydrogen, helium, and the rest as star.composition has it; the two from isotopes where no column has them. */
static size_t light_and_others(const file_layout *layout, const wd_config *config, const double value[],
                               const wd_share *isotope, wd_share *share) {
  double hydrogen = value[HYDROGEN], helium = value[HELIUM];
  for (size_t i = 0; i < layout->isotopes; i++) {
    if (!layout->column[HYDROGEN].present && isotope[i].Z == 1) hydrogen += isotope[i].fraction;
    if (!layout->column[HELIUM].present && isotope[i].Z == 2) helium += isotope[i].fraction;
  }
  share[0] = (wd_share){1, 1, hydrogen};
  share[1] = (wd_share){2, 4, helium};
  return append_others(config, fmax(1 - hydrogen - helium, 0), share, 2);
}

/* The nuclei of a row: its isotopes, with the rest as star.composition has it, or in MESA's files if these are all; else what the file says of hydrogen and helium; else a mean
 * nucleus; else star.composition. */
static int mixture_of_row(const source *src, const file_layout *layout, const wd_config *config,
                          const double value[], const wd_share *isotope, wd_mixture *out, bool *complete,
                          wd_error *err) {
  wd_share share[2 + WD_NUCLEI_MAX];
  double sum = 0;
  for (size_t i = 0; i < layout->isotopes; i++) sum += isotope[i].fraction;
  *complete = layout->isotopes > 0 && (fabs(sum - 1) <= NUCLEI_TOLERANCE || !layout->mesa);
  if (*complete && sum > 1 + NUCLEI_TOLERANCE)
    return fail_at(src, err, "the mass fractions X_... add up to %.6g; expected at most 1", sum);
  const bool light =
      layout->column[HYDROGEN].present || layout->column[HELIUM].present || layout->isotopes > 0;
  if (*complete) {
    wd_share all[ISOTOPES_MAX + WD_NUCLEI_MAX];
    memcpy(all, isotope, layout->isotopes * sizeof *all);
    *out = wd_mixture_of_shares(all, append_others(config, fmax(1 - sum, 0), all, layout->isotopes));
  } else if (!light && value[MEAN_Z] > 0 && value[MEAN_A] > 0) {
    *out = (wd_mixture){
        .electrons = value[MEAN_Z] / value[MEAN_A], .charge2 = value[MEAN_Z], .ions = 1 / value[MEAN_Z]};
  } else {
    size_t count =
        light ? light_and_others(layout, config, value, isotope, share) : append_others(config, 1, share, 0);
    *out = wd_mixture_of_shares(share, count);
  }
  return WD_OK;
}

/* Electrons per nucleon: as stated, from the free electrons, from all nuclei, from the mean nucleus, or from what is known
 * of the nuclei. */
static double electrons_per_nucleon(const file_layout *layout, const double value[QUANTITIES],
                                    const wd_mixture *mixture, bool complete) {
  const column *c = layout->column;
  if (c[Y_E].present) return value[Y_E];
  if (c[FREE_ELECTRONS].present) return value[FREE_ELECTRONS];
  if (!complete && c[MEAN_A].present && value[MEAN_A] > 0) return value[MEAN_Z] / value[MEAN_A];
  return mixture->electrons;
}

/* The fields of the present line: quantities, and mass fractions of isotopes. */
static int read_fields(const source *src, const file_layout *layout, size_t number, double value[QUANTITIES],
                       wd_share *isotope, wd_error *err) {
  size_t n = 0;
  char *rest = src->text, quoted[WD_QUOTED_TEXT];
  for (char *text; (text = next_field(&rest, layout->separator)); n++) {
    double k;
    if (n == 0 && layout->numbered && !(to_number(text, &k) && k == (double)number))
      return fail_at(src, err, "expected row %zu", number);
    for (int q = 0; q < QUANTITIES; q++) {
      const column *c = &layout->column[q];
      if (!c->present || c->index != n) continue;
      int status = read_value(src, c, q, text, &value[q], err);
      if (status) return status;
    }
    for (size_t i = 0; i < layout->isotopes; i++) {
      if (layout->isotope[i].index != n) continue;
      if (!to_number(text, &k) || !(k >= 0 && k <= 1 + NUCLEI_TOLERANCE))
        return fail_at(src, err, "%s is no mass fraction of a nucleus", wd_text_quoted(text, quoted));
      isotope[i] = (wd_share){layout->isotope[i].Z, layout->isotope[i].A, k};
    }
  }
  if (n != layout->fields) return fail_at(src, err, "%zu columns; the header has %zu", n, layout->fields);
  return WD_OK;
}

static int read_row(const source *src, const file_layout *layout, const wd_config *config, size_t number,
                    wd_profile_row *out, wd_error *err) {
  double value[QUANTITIES] = {0};
  wd_share isotope[ISOTOPES_MAX];
  wd_mixture mixture = {0};
  bool complete;
  value[TEMPERATURE] = config->star.temperature;
  int status = read_fields(src, layout, number, value, isotope, err);
  if (!status) status = mixture_of_row(src, layout, config, value, isotope, &mixture, &complete, err);
  if (status) return status;
  value[Y_E] = electrons_per_nucleon(layout, value, &mixture, complete);
  if (!(value[Y_E] > 0 && value[Y_E] <= 1))
    return fail_at(src, err, "%g electrons per nucleon; expected a number in (0, 1]", value[Y_E]);
  if (!layout->column[ELECTRON_DENSITY].present)
    value[ELECTRON_DENSITY] = value[DENSITY] * value[Y_E] / WD_AMU_CGS;
  if (!layout->column[DENSITY].present) value[DENSITY] = value[ELECTRON_DENSITY] / value[Y_E] * WD_AMU_CGS;
  *out = (wd_profile_row){.radius = value[RADIUS],
                          .electron_density = value[ELECTRON_DENSITY],
                          .density = value[DENSITY],
                          .temperature = value[TEMPERATURE],
                          .charge2 = mixture.charge2,
                          .ions = mixture.ions,
                          .middle = layout->column[MIDDLE].present ? value[MIDDLE] : 0,
                          .line = src->line};
  return WD_OK;
}

typedef struct row_list {
  wd_profile_row *row; /* row[0] is kept free for the centre */
  size_t count, room;
} row_list;

static int add_row(row_list *rows, wd_profile_row row, wd_error *err) {
  if (rows->count + 2 > rows->room) {
    size_t room = 2 * rows->room + 256;
    wd_profile_row *larger = realloc(rows->row, room * sizeof *larger);
    if (!larger) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a profile of %zu rows", room);
    rows->row = larger;
    rows->room = room;
  }
  rows->row[++rows->count] = row;
  return WD_OK;
}

/* From the present line to the end of the file. */
static int read_rows(source *src, const file_layout *layout, const wd_config *config, row_list *out,
                     wd_error *err) {
  int status = WD_OK;
  for (bool more = true; more && !status;) {
    if (*src->text != '#') {
      wd_profile_row row = {0};
      if (layout->rows && out->count == layout->rows)
        return fail_at(src, err, "more than the %zu rows that the first line announces", layout->rows);
      status = read_row(src, layout, config, out->count + 1, &row, err);
      if (!status) status = add_row(out, row, err);
    }
    if (!status) status = next_line(src, &more, err);
  }
  if (status) return status;
  if (out->count < layout->rows)
    return fail_at(src, err, "the file ends after %zu of %zu rows", out->count, layout->rows);
  if (out->count < WD_PROFILE_ROWS_MIN)
    return fail_at(src, err, "%zu rows; expected %d or more", out->count, WD_PROFILE_ROWS_MIN);
  return WD_OK;
}

/* --- Order --- */

/* Radii rise or fall throughout; a radius that comes twice is a discontinuity, if the format has them. */
static int check_order(const source *src, const file_layout *layout, const row_list *rows, wd_error *err) {
  const wd_profile_row *row = rows->row + 1;
  bool rising = row[rows->count - 1].radius > row[0].radius;
  for (size_t i = 1; i < rows->count; i++) {
    double before = row[i - 1].radius, here = row[i].radius;
    bool again = i > 1 && row[i - 2].radius == here;
    if (rising ? here > before : here < before) continue;
    if (here == before && layout->doubled && !again && here > 0) continue;
    if (here == before)
      return fail_in_line(src, row[i].line, err, "radius %g cm comes a second time; expected each once",
                          here);
    return fail_in_line(
        src, row[i].line, err,
        "radius %g cm after %g cm; expected radii that %s throughout, as from the first row to the "
        "last",
        here, before, rising ? "rise" : "fall");
  }
  return WD_OK;
}

/* y at r = 0 of the parabola a + b r^2 through the innermost rows, at most a factor of two away. */
static double at_centre(double y1, double y2, double r1, double r2) {
  double y = y1 + (y1 - y2) * r1 * r1 / (r2 * r2 - r1 * r1);
  return fmin(fmax(y, 0.5 * y1), 2 * y1);
}

/* The centre first. */
static void reverse(row_list *rows) {
  wd_profile_row *row = rows->row + 1;
  size_t n = rows->count;
  if (row[0].radius > row[n - 1].radius)
    for (size_t i = 0; i < n / 2; i++) {
      wd_profile_row swap = row[i];
      row[i] = row[n - 1 - i], row[n - 1 - i] = swap;
    }
}

/* A star may end with a density of zero, at a radius where there is nothing any more; elsewhere there is no such row. */
static int check_density(const source *src, row_list *rows, wd_error *err) {
  const wd_profile_row *row = rows->row + 1;
  if (row[rows->count - 1].electron_density == 0 && rows->count > WD_PROFILE_ROWS_MIN) rows->count--;
  for (size_t i = 0; i < rows->count; i++)
    if (!(row[i].electron_density > 0))
      return fail_in_line(src, row[i].line, err,
                          "the density is zero, or too small; expected a positive number");
  return WD_OK;
}

/* From faces to middles: what a row says holds where its zone has half its mass. */
static int place_zones(const source *src, row_list *rows, wd_error *err) {
  wd_profile_row *row = rows->row + 1;
  double inner = 0;
  for (size_t i = 0; i < rows->count; i++) {
    double outer = row[i].radius, middle = cbrt(0.5 * (pow(inner, 3) + pow(outer, 3)));
    if (row[i].middle > 0) middle = row[i].middle;
    if (!(middle >= inner && middle <= outer))
      return fail_in_line(src, row[i].line, err, "rmid: %g cm is not within its zone, from %g to %g cm",
                          middle, inner, outer);
    row[i].face = inner = outer;
    row[i].radius = middle;
  }
  return WD_OK;
}

static int check_mass(const source *src, const file_layout *layout, const row_list *rows, wd_error *err) {
  double found = wd_profile_rows_mass(rows->row + 1, rows->count), stated = layout->mass;
  if (!(stated > 0) || fabs(found / stated - 1) <= MASS_TOLERANCE) return WD_OK;
  return wd_fail(err, WD_ERR_CONFIG,
                 "%s: its density and radii make %.6g M_sun, its header says %.6g (%+.2f %%); expected the "
                 "same to %g %%",
                 src->path, found / WD_M_SUN_CGS, stated / WD_M_SUN_CGS, 100 * (found / stated - 1),
                 100 * MASS_TOLERANCE);
}

/* Mass between two rows [g], with the density linear in r: r^2 rho is cubic, and Simpson's rule exact. */
static double mass_between(const wd_profile_row *a, const wd_profile_row *b) {
  double middle = 0.5 * (a->radius + b->radius), density = 0.5 * (a->density + b->density);
  double sum =
      a->radius * a->radius * a->density + 4 * middle * middle * density + b->radius * b->radius * b->density;
  return 4 * WD_PI * (b->radius - a->radius) / 6 * sum;
}

double wd_profile_rows_mass(const wd_profile_row *row, size_t count) {
  double mass = 0, inner = 0;
  for (size_t i = 0; i < count; i++) {
    if (row[count - 1].face > 0) {
      mass += 4 * WD_PI / 3 * row[i].density * (pow(row[i].face, 3) - pow(inner, 3));
      inner = row[i].face;
    } else if (i > 0) {
      mass += mass_between(&row[i - 1], &row[i]);
    }
  }
  return mass;
}

/* Adds the centre if need be. */
static int add_centre(const source *src, row_list *rows, wd_error *err) {
  wd_profile_row *row = rows->row + 1;
  size_t n = rows->count;
  double r1 = row[0].radius, r2 = row[1].radius;
  if (r1 > CENTRE_MAX * row[n - 1].radius)
    return fail_in_line(
        src, row[0].line, err,
        "the innermost radius, %g cm, is above %g of the outermost one: the centre is missing", r1,
        CENTRE_MAX);
  if (r1 == 0) {
    memmove(rows->row, row, n * sizeof *row);
    return WD_OK;
  }
  rows->row[0] = (wd_profile_row){.radius = 0,
                                  .electron_density =
                                      at_centre(row[0].electron_density, row[1].electron_density, r1, r2),
                                  .density = at_centre(row[0].density, row[1].density, r1, r2),
                                  .temperature = at_centre(row[0].temperature, row[1].temperature, r1, r2),
                                  .charge2 = row[0].charge2,
                                  .ions = row[0].ions};
  rows->count++;
  return WD_OK;
}

int wd_profile_file_read(const wd_config *config, wd_profile_row **out, size_t *count, wd_error *err) {
  source src = {.path = config->star.profile};
  int status = wd_place_open_input("", src.path, &src.file, err);
  if (status) return wd_fail_context(err, status, "star.profile");
  file_layout layout;
  row_list rows = {NULL, 0, 0};
  status = read_layout(&src, &layout, err);
  if (!status) status = read_rows(&src, &layout, config, &rows, err);
  if (!status) status = check_order(&src, &layout, &rows, err);
  if (!status) reverse(&rows);
  if (!status) status = check_density(&src, &rows, err);
  if (!status && layout.zones) status = place_zones(&src, &rows, err);
  if (!status) status = check_mass(&src, &layout, &rows, err);
  if (!status) status = add_centre(&src, &rows, err);
  if (!status && !has_composition(&layout))
    wd_log(WD_LOG_WARNING, "%s says nothing of its composition: Y_e = Z/A of star.composition, %g, is taken",
           src.path, wd_mixture_of(&config->star.composition).electrons);
  fclose(src.file);
  free(src.text);
  if (status) {
    free(rows.row);
    return status;
  }
  *out = rows.row;
  *count = rows.count;
  return WD_OK;
}
