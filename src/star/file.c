/* Rows of stellar profiles from files; see star/file.h. What their columns mean is found by star/layout.c; here rows are
 * read, checked and put in order, for all formats alike. */
#include "star/file.h"

#include "base/checksum.h"
#include "base/constants.h"
#include "base/log.h"
#include "base/place.h"
#include "base/text.h"
#include "matter/mixture.h"
#include "star/layout.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_NUCLEI = ISOTOPES_MAX + WD_NUCLEI_MAX };
#define CENTRE_MAX 0.1         /* the innermost radius is below this fraction of the outermost one */
#define MASS_TOLERANCE 5e-3    /* of the mass that the file states */
#define NUCLEI_TOLERANCE 1e-2  /* mass fractions of a row add up to 1 */
#define TEMPERATURE_MAX 1.0e10 /* [K], as for star.temperature */

/* --- Rows --- */

/* The value of one field, in the units of wd_profile_row. */
static int read_value(const wd_source *src, const wd_column *c, enum wd_quantity q, const char *text,
                      double *out, wd_error *err) {
  char quoted[WD_QUOTED_TEXT];
  double value;
  wd_text_quoted(text, quoted);
  if (!wd_field_number(text, &value))
    return wd_source_fail_here(src, err, "%s: %s is not a finite number", wd_quantity_names[q], quoted);
  value = c->scale * (c->logarithm ? pow(10, value) : value);
  const bool may_vanish = q == RADIUS || q == DENSITY || q == ELECTRON_DENSITY || q > FREE_ELECTRONS;
  if (!isfinite(value) || value < 0 || (value == 0 && !may_vanish))
    return wd_source_fail_here(src, err, "%s: %s is out of range; expected a positive number",
                               wd_quantity_names[q], quoted);
  if ((q == Y_E || q == FREE_ELECTRONS || q == HYDROGEN || q == HELIUM) && value > 1)
    return wd_source_fail_here(src, err, "%s: %s is above 1", wd_quantity_names[q], quoted);
  if (q == TEMPERATURE && value > TEMPERATURE_MAX)
    return wd_source_fail_here(src, err, "T: %s is above %g K", quoted, TEMPERATURE_MAX);
  *out = value;
  return WD_OK;
}

/* Does the file say what the star is made of? */
static bool has_composition(const wd_layout *layout) {
  const wd_column *c = layout->column;
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
static size_t light_and_others(const wd_layout *layout, const wd_config *config, const double value[],
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

/* The nuclei of a row: its isotopes, with the rest as star.composition has it (in MESA's files only if they are all); else
 * what the file says of hydrogen and helium; else a mean nucleus; else star.composition. isotope[ROW_NUCLEI] has room for
 * the rest. */
static int mixture_of_row(const wd_source *src, const wd_layout *layout, const wd_config *config,
                          const double value[], wd_share *isotope, wd_mixture *out, bool *complete,
                          wd_error *err) {
  wd_share share[2 + WD_NUCLEI_MAX];
  double sum = 0;
  for (size_t i = 0; i < layout->isotopes; i++) sum += isotope[i].fraction;
  *complete = layout->isotopes > 0 && (fabs(sum - 1) <= NUCLEI_TOLERANCE || !layout->mesa);
  if (*complete && sum > 1 + NUCLEI_TOLERANCE)
    return wd_source_fail_here(src, err, "the mass fractions X_... add up to %.6g; expected at most 1", sum);
  const bool light =
      layout->column[HYDROGEN].present || layout->column[HELIUM].present || layout->isotopes > 0;
  if (*complete) {
    *out = wd_mixture_of_shares(isotope, append_others(config, fmax(1 - sum, 0), isotope, layout->isotopes));
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
static double electrons_per_nucleon(const wd_layout *layout, const double value[QUANTITIES],
                                    const wd_mixture *mixture, bool complete) {
  const wd_column *c = layout->column;
  if (c[Y_E].present) return value[Y_E];
  if (c[FREE_ELECTRONS].present) return value[FREE_ELECTRONS];
  if (!complete && c[MEAN_A].present && value[MEAN_A] > 0) return value[MEAN_Z] / value[MEAN_A];
  return mixture->electrons;
}

/* The fields of the present line: quantities, and mass fractions of isotopes. */
static int read_fields(const wd_source *src, const wd_layout *layout, size_t number, double value[QUANTITIES],
                       wd_share *isotope, wd_error *err) {
  size_t n = 0;
  char *rest = src->text, quoted[WD_QUOTED_TEXT];
  for (char *text; (text = wd_next_field(&rest, layout->separator)); n++) {
    double k;
    if (n == 0 && layout->numbered && !(wd_field_number(text, &k) && k == (double)number))
      return wd_source_fail_here(src, err, "expected row %zu", number);
    for (int q = 0; q < QUANTITIES; q++) {
      const wd_column *c = &layout->column[q];
      if (!c->present || c->index != n) continue;
      int status = read_value(src, c, q, text, &value[q], err);
      if (status) return status;
    }
    for (size_t i = 0; i < layout->isotopes; i++) {
      if (layout->isotope[i].index != n) continue;
      if (!wd_field_number(text, &k) || !(k >= 0 && k <= 1 + NUCLEI_TOLERANCE))
        return wd_source_fail_here(src, err, "%s is no mass fraction of a nucleus",
                                   wd_text_quoted(text, quoted));
      isotope[i] = (wd_share){layout->isotope[i].Z, layout->isotope[i].A, k};
    }
  }
  if (n != layout->fields)
    return wd_source_fail_here(src, err, "%zu columns; the header has %zu", n, layout->fields);
  return WD_OK;
}

static int read_row(const wd_source *src, const wd_layout *layout, const wd_config *config, size_t number,
                    wd_profile_row *out, wd_error *err) {
  double value[QUANTITIES] = {0};
  wd_share isotope[ROW_NUCLEI];
  wd_mixture mixture = {0};
  bool complete;
  value[TEMPERATURE] = config->star.temperature;
  int status = read_fields(src, layout, number, value, isotope, err);
  if (!status) status = mixture_of_row(src, layout, config, value, isotope, &mixture, &complete, err);
  if (status) return status;
  value[Y_E] = electrons_per_nucleon(layout, value, &mixture, complete);
  if (!(value[Y_E] > 0 && value[Y_E] <= 1))
    return wd_source_fail_here(src, err, "%g electrons per nucleon; expected a number in (0, 1]", value[Y_E]);
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
static int read_rows(wd_source *src, const wd_layout *layout, const wd_config *config, row_list *out,
                     wd_error *err) {
  int status = WD_OK;
  for (bool more = true; more && !status;) {
    if (*src->text != '#') {
      wd_profile_row row = {0};
      if (layout->rows && out->count == layout->rows)
        return wd_source_fail_here(src, err, "more than the %zu rows that the first line announces",
                                   layout->rows);
      status = read_row(src, layout, config, out->count + 1, &row, err);
      if (!status) status = add_row(out, row, err);
    }
    if (!status) status = wd_source_next(src, &more, err);
  }
  if (status) return status;
  if (out->count < layout->rows)
    return wd_source_fail_here(src, err, "the file ends after %zu of %zu rows", out->count, layout->rows);
  if (out->count < WD_PROFILE_ROWS_MIN)
    return wd_source_fail_here(src, err, "%zu rows; expected %d or more", out->count, WD_PROFILE_ROWS_MIN);
  return WD_OK;
}

/* --- Order --- */

/* Radii rise or fall throughout; a radius that comes twice is a discontinuity, if the format has them. */
static int check_order(const wd_source *src, const wd_layout *layout, const row_list *rows, wd_error *err) {
  const wd_profile_row *row = rows->row + 1;
  bool rising = row[rows->count - 1].radius > row[0].radius;
  for (size_t i = 1; i < rows->count; i++) {
    double before = row[i - 1].radius, here = row[i].radius;
    bool again = i > 1 && row[i - 2].radius == here;
    if (rising ? here > before : here < before) continue;
    if (here == before && layout->doubled && !again && here > 0) continue;
    if (here == before)
      return wd_source_fail(src, row[i].line, err, "radius %g cm comes a second time; expected each once",
                            here);
    return wd_source_fail(
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
static int check_density(const wd_source *src, row_list *rows, wd_error *err) {
  const wd_profile_row *row = rows->row + 1;
  if (row[rows->count - 1].electron_density == 0 && rows->count > WD_PROFILE_ROWS_MIN) rows->count--;
  for (size_t i = 0; i < rows->count; i++)
    if (!(row[i].electron_density > 0))
      return wd_source_fail(src, row[i].line, err,
                            "the density is zero, or too small; expected a positive number");
  return WD_OK;
}

/* From faces to middles: what a row says holds where its zone has half its mass. */
static int place_zones(const wd_source *src, row_list *rows, wd_error *err) {
  wd_profile_row *row = rows->row + 1;
  double inner = 0;
  for (size_t i = 0; i < rows->count; i++) {
    double outer = row[i].radius, middle = cbrt(0.5 * (pow(inner, 3) + pow(outer, 3)));
    if (row[i].middle > 0) middle = row[i].middle;
    if (!(middle >= inner && middle <= outer))
      return wd_source_fail(src, row[i].line, err, "rmid: %g cm is not within its zone, from %g to %g cm",
                            middle, inner, outer);
    row[i].face = inner = outer;
    row[i].radius = middle;
  }
  return WD_OK;
}

static int check_mass(const wd_source *src, const wd_layout *layout, const row_list *rows, wd_error *err) {
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
static int add_centre(const wd_source *src, row_list *rows, wd_error *err) {
  wd_profile_row *row = rows->row + 1;
  size_t n = rows->count;
  double r1 = row[0].radius, r2 = row[1].radius;
  if (r1 > CENTRE_MAX * row[n - 1].radius)
    return wd_source_fail(
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
  wd_source src = {.key = "star.profile", .path = config->star.profile};
  int status = wd_place_open_input("", src.path, &src.file, err);
  if (status) return wd_fail_context(err, status, "%s", src.key);
  wd_layout layout;
  row_list rows = {NULL, 0, 0};
  status = wd_layout_read(&src, &layout, err);
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

int wd_profile_file_checksum(const char *path, uint64_t *sum, wd_error *err) {
  unsigned char bytes[4096];
  FILE *file;
  int status = wd_place_open_input("", path, &file, err);
  if (status) return wd_fail_context(err, status, "star.profile");
  *sum = wd_checksum_start;
  for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;) *sum = wd_checksum(*sum, bytes, n);
  if (ferror(file)) status = wd_fail(err, WD_ERR_IO, "star.profile: %s: cannot be read", path);
  fclose(file);
  return status;
}
