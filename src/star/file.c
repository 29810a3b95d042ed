/* Stellar profiles from files; see star/file.h.
 *
 * Each format has a function that reads the lines before the numbers and says which column holds which
 * quantity in which unit (a file_layout); the rows are then read, checked and put in order by the same code.
 */
#include "star/file.h"

#include "base/constants.h"
#include "base/place.h"
#include "base/text.h"
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum quantity { RADIUS, ELECTRON_DENSITY, DENSITY, Y_E, TEMPERATURE, QUANTITIES };

#define CENTRE_MAX 0.1         /* the innermost radius is below this fraction of the outermost one */
#define TEMPERATURE_MAX 1.0e10 /* [K], as for star.temperature */

typedef struct column {
  bool present, logarithm; /* logarithm: the file holds log10 of the value */
  size_t index;            /* of the field in a row */
  double scale;            /* value in cm, cm^-3, g cm^-3, 1 or K of one unit of the file */
} column;

typedef struct file_layout {
  column column[QUANTITIES];
  size_t fields; /* of a row */
  char separator;
  bool numbered, doubled; /* rows begin with their number; a radius may come twice */
  size_t rows;            /* as announced by the file; 0: not announced */
} file_layout;

typedef struct source {
  const char *path;
  FILE *file;
  char *text; /* the present line, without its end */
  size_t room, line;
} source;

static const char *const quantity_names[QUANTITIES] = {"radius", "n_e", "rho", "Y_e", "T"};

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

/* Goes to the next line that is not blank. At the end of the file *more is false. */
static int next_line(source *src, bool *more, wd_error *err) {
  ssize_t length;
  while ((length = getline(&src->text, &src->room, src->file)) >= 0) {
    src->line++;
    if (strlen(src->text) != (size_t)length) return fail_at(src, err, "this is no text file");
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

/* A number, with E or Fortran's D before the exponent. */
static bool to_number(const char *text, double *value) {
  char copy[64];
  if (strlen(text) >= sizeof copy) return false;
  strcpy(copy, text);
  copy[strcspn(copy, "dD")] = copy[strcspn(copy, "dD")] ? 'e' : '\0';
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

static int read_headings(const source *src, size_t line, char *header, file_layout *out, wd_error *err) {
  out->separator = strchr(header, ',') ? ',' : ' ';
  for (char *heading; (heading = next_field(&header, out->separator)); out->fields++) {
    enum quantity q = RADIUS;
    double scale = 1;
    if (strcmp(heading, "-") == 0) continue;
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
    {"logR", RADIUS, true, WD_R_SUN_CGS},
    {"radius", RADIUS, false, WD_R_SUN_CGS},
    {"logRho", DENSITY, true, 1},
    {"rho", DENSITY, false, 1},
    {"logT", TEMPERATURE, true, 1},
    {"temperature", TEMPERATURE, false, 1},
    {"ye", Y_E, false, 1},
};

static void take_mesa_name(const char *text, size_t index, file_layout *out) {
  for (size_t i = 0; i < sizeof mesa_names / sizeof *mesa_names; i++) {
    const struct mesa_name *m = &mesa_names[i];
    if (strcmp(text, m->text) == 0 && !out->column[m->quantity].present)
      out->column[m->quantity] = (column){true, m->logarithm, index, m->scale};
  }
}

/* Numbers, names and values of the model; numbers and names of the columns; then rows. */
static int read_mesa(source *src, file_layout *out, wd_error *err) {
  int status = need_line(src, "the names of the model's values", err);
  if (!status) status = need_line(src, "the model's values", err);
  if (!status) status = need_line(src, "the numbers of the columns", err);
  if (status) return status;
  size_t columns;
  if (!counts_up(src->text, &columns))
    return fail_at(src, err, "expected the numbers of MESA's columns, 1 2 3 ...");
  status = need_line(src, "the names of the columns", err);
  if (status) return status;
  out->separator = ' ';
  char *rest = src->text;
  for (char *text; (text = next_field(&rest, ' ')); out->fields++) take_mesa_name(text, out->fields, out);
  if (out->fields != columns) return fail_at(src, err, "%zu names for %zu columns", out->fields, columns);
  return need_line(src, "rows of numbers", err);
}

/* The first line of GYRE's format: N, M, R, L, version. */
static bool is_gyre(const char *line) {
  double value[5] = {0};
  size_t n = 0;
  char *copy = strdup(line), *rest = copy;
  for (char *text; copy && (text = next_field(&rest, ' ')); n++)
    if (n >= 5 || !to_number(text, &value[n])) break;
  bool all = copy && n == 5 && *rest == '\0';
  free(copy);
  return all && value[0] == floor(value[0]) && value[4] == floor(value[4]);
}

static int read_gyre(source *src, file_layout *out, wd_error *err) {
  static const struct {
    long version;
    size_t columns;
  } known[] = {{19, 19}, {100, 19}, {101, 19}, {120, 20}};
  double rows, mass, radius, luminosity;
  long version;
  if (sscanf(src->text, "%lf %lf %lf %lf %ld", &rows, &mass, &radius, &luminosity, &version) != 5)
    return fail_at(src, err, "expected number of rows, mass, radius, luminosity and version");
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i].version == version) out->fields = known[i].columns;
  if (!out->fields)
    return fail_at(
        src, err,
        "version %ld of GYRE's MESA format is unknown; expected 19, 100, 101 or 120 (or, for a file "
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
  if (!c[RADIUS].present)
    return fail_at(src, err, "no column has the radius%s", mesa ? ", logR or radius" : "");
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
  if (!isfinite(value) || value < 0 || (value == 0 && q != RADIUS))
    return fail_at(src, err, "%s: %s is out of range; expected a positive number", quantity_names[q], quoted);
  if (q == Y_E && value > 1) return fail_at(src, err, "Y_e: %s is above 1", quoted);
  if (q == TEMPERATURE && value > TEMPERATURE_MAX)
    return fail_at(src, err, "T: %s is above %g K", quoted, TEMPERATURE_MAX);
  *out = value;
  return WD_OK;
}

static int read_row(const source *src, const file_layout *layout, const wd_config *config, size_t number,
                    wd_profile_row *out, wd_error *err) {
  double value[QUANTITIES];
  value[Y_E] = (double)config->star.composition.Z / (double)config->star.composition.A;
  value[TEMPERATURE] = config->star.temperature;
  size_t n = 0;
  char *rest = src->text;
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
  }
  if (n != layout->fields) return fail_at(src, err, "%zu columns; the header has %zu", n, layout->fields);
  if (!layout->column[ELECTRON_DENSITY].present)
    value[ELECTRON_DENSITY] = value[DENSITY] * value[Y_E] / WD_AMU_CGS;
  if (!layout->column[DENSITY].present) value[DENSITY] = value[ELECTRON_DENSITY] / value[Y_E] * WD_AMU_CGS;
  *out =
      (wd_profile_row){value[RADIUS], value[ELECTRON_DENSITY], value[DENSITY], value[TEMPERATURE], src->line};
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

/* Puts the centre first, and adds it if need be. */
static int arrange(const source *src, row_list *rows, wd_error *err) {
  wd_profile_row *row = rows->row + 1;
  size_t n = rows->count;
  if (row[0].radius > row[n - 1].radius)
    for (size_t i = 0; i < n / 2; i++) {
      wd_profile_row swap = row[i];
      row[i] = row[n - 1 - i], row[n - 1 - i] = swap;
    }
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
                                  .temperature = at_centre(row[0].temperature, row[1].temperature, r1, r2)};
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
  if (!status) status = arrange(&src, &rows, err);
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
