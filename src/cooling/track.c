/* Published cooling sequences; see cooling/track.h. A format is a table of the names that its columns have. */
#include "cooling/track.h"

#include "base/checksum.h"
#include "base/constants.h"
#include "base/place.h"
#include "base/source.h"
#include "base/text.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FIELDS_MAX = 64, LINES_MAX = 4, EPOCHS_MIN = 2 };
#define MASS_TOLERANCE 0.01  /* of star.mass */
#define LIGHT_TOLERANCE 0.02 /* of the luminosity, from effective temperature and radius */

enum quantity {
  AGE,
  CENTRAL,
  EFFECTIVE,
  RADIUS,
  PHOTONS,
  NEUTRINOS,
  MASS,
  GRAVITY,
  NUMBER,
  NOT_READ,
  QUANTITIES
};

/* What a quantity may be [s, K, K, cm, erg/s, erg/s, g, cm/s^2]. */
static const struct range {
  double low, high;
} ranges[QUANTITIES] = {[AGE] = {-1e19, 1e19},
                        [CENTRAL] = {1e5, 1e10},
                        [EFFECTIVE] = {1e2, 1e7},
                        [RADIUS] = {1e7, 1e14},
                        [PHOTONS] = {1e20, 1e42},
                        [NEUTRINOS] = {0, 1e42},
                        [MASS] = {1e31, 1e35},
                        [GRAVITY] = {1e-2, 1e12},
                        [NUMBER] = {-INFINITY, INFINITY},
                        [NOT_READ] = {-INFINITY, INFINITY}};

typedef struct name {
  const char *text;
  enum quantity quantity;
  double scale; /* one unit of the file in those above; of the number behind a logarithm */
  bool logarithm;
} name;

static const name ours[] = {{"age_yr", AGE, WD_YEAR_S, false},
                            {"log_central_temperature", CENTRAL, 1, true},
                            {"effective_temperature_K", EFFECTIVE, 1, false},
                            {"radius_km", RADIUS, WD_KM_CM, false},
                            {"luminosity_photon_lsun", PHOTONS, WD_L_SUN_CGS, false},
                            {"luminosity_neutrino_lsun", NEUTRINOS, WD_L_SUN_CGS, false},
                            {"log_maximum_temperature", NOT_READ, 1, false},
                            {"luminosity_plasmon_lsun", NOT_READ, 1, false},
                            {"luminosity_photo_lsun", NOT_READ, 1, false},
                            {"luminosity_pair_lsun", NOT_READ, 1, false},
                            {"luminosity_bremsstrahlung_lsun", NOT_READ, 1, false},
                            {"thermal_energy_erg", NOT_READ, 1, false},
                            {"-", NOT_READ, 1, false},
                            {NULL, NOT_READ, 1, false}};
static const name montreal[] = {
    {"Age", AGE, WD_YEAR_S, false}, {"Log(Tc)", CENTRAL, 1, true}, {"Teff", EFFECTIVE, 1, false},
    {"R", RADIUS, 1, false},        {"L", PHOTONS, 1, false},      {"Lnu", NEUTRINOS, 1, false},
    {"Log(g)", GRAVITY, 1, true},   {"#Mod", NUMBER, 1, false},    {NULL, NOT_READ, 1, false}};
static const name la_plata[] = {
    {"age/Myr", AGE, 1e6 * WD_YEAR_S, false}, {"log T_c", CENTRAL, 1, true},
    {"log(TEFF)", EFFECTIVE, 1, true},        {"R/R_sun", RADIUS, WD_R_SUN_CGS, false},
    {"log(L)", PHOTONS, WD_L_SUN_CGS, true},  {"Log(Lnu)", NEUTRINOS, WD_L_SUN_CGS, true},
    {"Mass", MASS, WD_M_SUN_CGS, false},      {NULL, NOT_READ, 1, false}};

/* What the fields of an epoch are. */
typedef struct layout {
  const name *names;
  const name *column[FIELDS_MAX];  /* the last of `names`: not read */
  size_t lines, fields[LINES_MAX]; /* of an epoch, and of each of its lines */
  char separator;
} layout;

/* --- The lines before the numbers --- */

/* Cuts the next name off, which ends before two blanks; NULL if there is none. */
static char *next_wide(char **rest) {
  char *start = *rest + strspn(*rest, wd_blanks);
  if (*start == '\0') return NULL;
  char *end = strstr(start, "  ");
  *rest = end ? end + 1 : start + strlen(start);
  if (end) *end = '\0';
  return start;
}

static const name *find_name(const name *names, const char *text) {
  while (names->text && strcasecmp(names->text, text) != 0) names++;
  return names;
}

/* Takes the names of one line of an epoch. */
static int take_names(const wd_source *src, size_t line, char *text, layout *out, wd_error *err) {
  size_t before = 0;
  char quoted[WD_QUOTED_TEXT];
  for (size_t i = 0; i < out->lines; i++) before += out->fields[i];
  size_t n = before;
  for (char *word; (word = out->names == la_plata ? next_wide(&text) : wd_next_field(&text, out->separator));
       n++) {
    if (n == FIELDS_MAX || out->lines == LINES_MAX)
      return wd_source_fail(src, line, err, "more than %d columns, or %d lines of them", FIELDS_MAX,
                            LINES_MAX);
    out->column[n] = find_name(out->names, word);
    if (out->names == ours && !out->column[n]->text)
      return wd_source_fail(
          src, line, err,
          "unknown column %s; expected the names that `wdscan cool --json` has, as in `# age_yr "
          "log_central_temperature ...`, or - for a column that is not to be read",
          wd_text_quoted(word, quoted));
  }
  out->fields[out->lines++] = n - before;
  return WD_OK;
}

/* Each that is needed once, the mass and the number at most once. */
static int check_names(const wd_source *src, size_t line, const layout *l, wd_error *err) {
  size_t total = 0;
  for (size_t i = 0; i < l->lines; i++) total += l->fields[i];
  for (const name *n = l->names; n->text; n++) {
    size_t count = 0;
    for (size_t i = 0; i < total; i++) count += l->column[i] == n;
    if (n->quantity == NOT_READ || count == 1) continue;
    if (count > 1) return wd_source_fail(src, line, err, "two columns %s", n->text);
    return wd_source_fail(src, line, err, "no column %s", n->text);
  }
  return WD_OK;
}

/* Between two lines of =; the present line becomes the first of numbers. */
static int read_montreal(wd_source *src, layout *out, wd_error *err) {
  int status = wd_source_need(src, "the names of the columns", err);
  while (!status && *src->text != '=') {
    status = take_names(src, src->line, src->text, out, err);
    if (!status) status = wd_source_need(src, "a line of = below the names of the columns", err);
  }
  if (!status) status = check_names(src, src->line, out, err);
  return status ? status : wd_source_need(src, "models", err);
}

static int read_la_plata(wd_source *src, layout *out, wd_error *err) {
  int status = take_names(src, src->line, src->text + strspn(src->text, "# \t"), out, err);
  if (!status) status = check_names(src, src->line, out, err);
  return status ? status : wd_source_need(src, "rows of numbers", err);
}

/* The last line before the numbers. */
static int read_ours(wd_source *src, layout *out, wd_error *err) {
  char *header = NULL;
  size_t line = src->line;
  int status = WD_OK;
  while (!status && !wd_begins_with_number(src->text, ' ') && !wd_begins_with_number(src->text, ',')) {
    free(header);
    header = strdup(src->text + strspn(src->text, "# \t"));
    if (!header) return wd_fail(err, WD_ERR_MEMORY, "%s: out of memory", src->path);
    line = src->line;
    status = wd_source_need(src, "rows of numbers", err);
  }
  if (!status && !header)
    status = wd_source_fail_here(src, err,
                                 "numbers without a header; expected the names of the columns, as in `# "
                                 "age_yr log_central_temperature ...`");
  if (!status) out->separator = strchr(header, ',') ? ',' : ' ';
  if (!status) status = take_names(src, line, header, out, err);
  if (!status) status = check_names(src, line, out, err);
  if (!strchr(src->text, ',')) out->separator = ' ';
  free(header);
  return status;
}

static int read_layout(wd_source *src, layout *out, wd_error *err) {
  *out = (layout){.names = ours, .separator = ' '};
  int status = wd_source_need(src, "a cooling sequence", err);
  if (status) return status;
  if (strspn(src->text, "=") == strlen(src->text)) out->names = montreal;
  if (strcasestr(src->text, "log(L)") && strcasestr(src->text, "log(TEFF)")) out->names = la_plata;
  return out->names == montreal   ? read_montreal(src, out, err)
         : out->names == la_plata ? read_la_plata(src, out, err)
                                  : read_ours(src, out, err);
}

/* --- Epochs --- */

/* In the units of `ranges`. */
static int read_value(const wd_source *src, const name *column, const char *text, double *out,
                      wd_error *err) {
  char quoted[WD_QUOTED_TEXT];
  const struct range *r = &ranges[column->quantity];
  double value;
  if (!wd_field_number(text, &value))
    return wd_source_fail_here(src, err, "%s: %s is not a finite number", column->text,
                               wd_text_quoted(text, quoted));
  *out = column->scale * (column->logarithm ? pow(10, value) : value);
  if (*out >= r->low && *out <= r->high) return WD_OK;
  const double low = r->low / column->scale, high = r->high / column->scale;
  return wd_source_fail_here(src, err, "%s: %s is out of range; expected a number from %.4g to %.4g",
                             column->text, wd_text_quoted(text, quoted), column->logarithm ? log10(low) : low,
                             column->logarithm ? log10(high) : high);
}

/* One line of an epoch, whose first field has the number `first`. */
static int read_line(const wd_source *src, const layout *l, size_t first, size_t fields,
                     double value[QUANTITIES], wd_error *err) {
  size_t n = 0;
  char *rest = src->text;
  for (char *text; (text = wd_next_field(&rest, l->separator)); n++) {
    const name *column = n < fields ? l->column[first + n] : NULL;
    if (!column || column->quantity == NOT_READ) continue;
    int status = read_value(src, column, text, &value[column->quantity], err);
    if (status) return status;
  }
  if (n == fields) return WD_OK;
  return wd_source_fail_here(src, err, "%zu columns; the header has %zu", n, fields);
}

/* All lines of an epoch, of which the present one is the first. */
static int read_fields(wd_source *src, const layout *l, double value[QUANTITIES], wd_error *err) {
  size_t first = 0;
  int status = WD_OK;
  for (size_t i = 0; i < l->lines && !status; i++) {
    if (i > 0) status = wd_source_need(src, "the rest of a model", err);
    if (!status) status = read_line(src, l, first, l->fields[i], value, err);
    first += l->fields[i];
  }
  return status;
}

/* The mass of the star [M_sun]; 0: the file does not have it. */
static double mass_of(const double value[QUANTITIES]) {
  const double by_gravity = value[GRAVITY] * value[RADIUS] * value[RADIUS] / WD_G_CGS;
  return (value[MASS] > 0 ? value[MASS] : by_gravity) / WD_M_SUN_CGS;
}

static int check_mass(const wd_source *src, const wd_config *config, double mass, wd_error *err) {
  if (!(mass > 0) || fabs(mass / config->star.mass - 1) <= MASS_TOLERANCE) return WD_OK;
  return wd_source_fail_here(
      src, err,
      "the star has %.4g M_sun, but star.mass is %.4g; expected star.mass: %.4g, or the "
      "sequence of another star",
      mass, config->star.mass, mass);
}

static int check_light(const wd_source *src, const double value[QUANTITIES], wd_error *err) {
  const double light = 4 * WD_PI * pow(value[RADIUS], 2) * WD_STEFAN_BOLTZMANN_CGS * pow(value[EFFECTIVE], 4);
  if (fabs(light / value[PHOTONS] - 1) <= LIGHT_TOLERANCE) return WD_OK;
  return wd_source_fail_here(
      src, err,
      "effective temperature and radius make a luminosity of %.4g L_sun, the file says %.4g; "
      "expected the same to %g %%",
      light / WD_L_SUN_CGS, value[PHOTONS] / WD_L_SUN_CGS, 100 * LIGHT_TOLERANCE);
}

static wd_epoch epoch_of(const double value[QUANTITIES]) {
  wd_epoch e = {.age = value[AGE],
                .central_temperature = value[CENTRAL],
                .highest_temperature = NAN,
                .central_density = NAN,
                .effective_temperature = value[EFFECTIVE],
                .radius = value[RADIUS],
                .photons = value[PHOTONS],
                .all_neutrinos = value[NEUTRINOS],
                .energy = NAN,
                .radiated = NAN};
  for (int k = 0; k < WD_LOSS_COUNT; k++) e.neutrinos[k] = NAN;
  return e;
}

/* The epoch that begins at the present line, after the `count` ones of `s`. */
static int read_epoch(wd_source *src, const layout *l, const wd_config *config, wd_sequence *s,
                      wd_error *err) {
  double value[QUANTITIES] = {0};
  value[NUMBER] = (double)(s->count + 1);
  int status = read_fields(src, l, value, err);
  if (!status) status = check_mass(src, config, mass_of(value), err);
  if (!status) status = check_light(src, value, err);
  if (status) return status;
  if (value[NUMBER] != (double)(s->count + 1))
    return wd_source_fail_here(src, err, "model %g; expected number %zu", value[NUMBER], s->count + 1);
  const double before = s->count > 0 ? s->epoch[s->count - 1].age : -INFINITY;
  if (!(value[AGE] > before))
    return wd_source_fail_here(src, err,
                               "age %.9g yr after %.9g yr; expected ages that rise from epoch to epoch",
                               value[AGE] / WD_YEAR_S, before / WD_YEAR_S);
  const wd_epoch epoch = epoch_of(value);
  s->mass = mass_of(value);
  return wd_sequence_append(s, &epoch, err);
}

static int read_epochs(wd_source *src, const layout *l, const wd_config *config, wd_sequence *s,
                       wd_error *err) {
  int status = WD_OK;
  for (bool more = true; more && !status;) {
    if (*src->text != '#') status = read_epoch(src, l, config, s, err);
    if (!status) status = wd_source_next(src, &more, err);
  }
  if (!status && s->count < EPOCHS_MIN)
    status = wd_source_fail_here(src, err, "%zu epochs; expected %d or more", s->count, EPOCHS_MIN);
  return status;
}

int wd_track_read(const wd_config *config, wd_sequence **out, wd_error *err) {
  wd_source src = {.key = "cooling.track", .path = config->cooling.track};
  layout l;
  int status = wd_place_open_input("", src.path, &src.file, err);
  if (status) return wd_fail_context(err, status, "%s", src.key);
  wd_sequence *s = calloc(1, sizeof *s);
  status = s ? read_layout(&src, &l, err) : wd_fail(err, WD_ERR_MEMORY, "%s: out of memory", src.path);
  if (!status) status = read_epochs(&src, &l, config, s, err);
  fclose(src.file);
  free(src.text);
  if (status) {
    wd_sequence_free(s);
    return status;
  }
  s->checksum = wd_checksum(wd_checksum_start, s->epoch, s->count * sizeof *s->epoch);
  s->energy_imbalance = NAN;
  *out = s;
  return WD_OK;
}

void wd_track_keep(wd_sequence *track, size_t first, size_t count) {
  memmove(track->epoch, track->epoch + first, count * sizeof *track->epoch);
  track->count = count;
}
