/* Luminosity functions; see bound/luminosity_function.h. */
#include "bound/luminosity_function.h"

#include "base/constants.h"
#include "base/place.h"
#include "base/source.h"
#include "base/text.h"
#include "bound/window.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS_MIN = 2, GROWTH = 64 };

/* --- The file --- */

enum column { LOW, HIGH, COUNT, DENSITY, ERROR, COLUMNS };
static const char *const names[COLUMNS] = {"M_bol_low", "M_bol_high", "count", "density", "error"};
static const char expected[] = "M_bol_low M_bol_high and either count or density error";

/* Which field of a line has which column; NONE: no field. */
enum { NONE = -1 };
typedef struct layout {
  int field[COLUMNS], fields;
  char separator;
} layout;

static int column_of(const char *name) {
  int c = 0;
  while (c < COLUMNS && strcmp(names[c], name) != 0) c++;
  return c;
}

static int take_name(const wd_source *src, const char *name, layout *l, wd_error *err) {
  char quoted[WD_QUOTED_TEXT];
  const int c = column_of(name), here = l->fields++;
  if (strcmp(name, "-") == 0) return WD_OK;
  if (c == COLUMNS)
    return wd_source_fail_here(src, err, "column %s: unknown; expected %s", wd_text_quoted(name, quoted),
                               expected);
  if (l->field[c] != NONE)
    return wd_source_fail_here(src, err, "column %s: comes twice; expected it once", name);
  l->field[c] = here;
  return WD_OK;
}

/* Are these columns a luminosity function? */
static int check_layout(const wd_source *src, const layout *l, wd_error *err) {
  const bool counted = l->field[COUNT] != NONE;
  for (int c = 0; c < COLUMNS; c++) {
    const bool needed = c == LOW || c == HIGH || (c == COUNT ? counted : !counted);
    if (needed && l->field[c] == NONE)
      return wd_source_fail_here(src, err, "column %s: missing; expected %s", names[c], expected);
    if (!needed && l->field[c] != NONE)
      return wd_source_fail_here(src, err,
                                 "column %s: not together with count, whose error is Poisson's; expected %s",
                                 names[c], expected);
  }
  return WD_OK;
}

/* The names of the columns; the line may begin with a #. */
static int read_names(const wd_source *src, char *text, layout *l, wd_error *err) {
  *l = (layout){.field = {NONE, NONE, NONE, NONE, NONE}, .separator = strchr(text, ',') ? ',' : ' '};
  int status = WD_OK;
  for (char *name; !status && (name = wd_next_field(&text, l->separator));)
    status = take_name(src, name, l, err);
  return status ? status : check_layout(src, l, err);
}

/* Goes to the line with the names of the columns. */
static int find_names(wd_source *src, layout *l, wd_error *err) {
  for (;;) {
    int status = wd_source_need(src, "a line with the names of the columns", err);
    if (status) return status;
    const bool comment = *src->text == '#';
    char *text = src->text + strspn(src->text, "# \t");
    if (!comment || strncmp(text, names[LOW], strlen(names[LOW])) == 0) return read_names(src, text, l, err);
  }
}

static int read_number(const wd_source *src, int column, const char *text, double *out, wd_error *err) {
  char quoted[WD_QUOTED_TEXT];
  wd_text_quoted(text, quoted);
  if (!wd_field_number(text, out) || !isfinite(*out))
    return wd_source_fail_here(src, err, "%s: %s is not a finite number", names[column], quoted);
  if (column == COUNT && (*out < 0 || *out != floor(*out)))
    return wd_source_fail_here(src, err, "count: %s; expected a whole number from 0 on, or density and error",
                               quoted);
  if (column == DENSITY && *out < 0)
    return wd_source_fail_here(src, err, "density: %s; expected a number from 0 on", quoted);
  if (column == ERROR && !(*out > 0))
    return wd_source_fail_here(src, err, "error: %s; expected a number above 0", quoted);
  return WD_OK;
}

static int read_bin(const wd_source *src, const layout *l, wd_luminosity_bin *bin, wd_error *err) {
  double value[COLUMNS] = {0};
  char *rest = src->text;
  int n = 0;
  for (char *text; (text = wd_next_field(&rest, l->separator)); n++)
    for (int c = 0; c < COLUMNS; c++) {
      int status = l->field[c] == n ? read_number(src, c, text, &value[c], err) : WD_OK;
      if (status) return status;
    }
  if (n != l->fields)
    return wd_source_fail_here(src, err, "%d columns; the line with their names has %d", n, l->fields);
  *bin = (wd_luminosity_bin){value[LOW], value[HIGH], l->field[COUNT] == NONE ? value[DENSITY] : value[COUNT],
                             value[ERROR], src->line};
  return WD_OK;
}

/* Bins have a width, and come in order. */
static int check_bin(const wd_source *src, const wd_luminosity_bin *bin, const wd_luminosity_bin *last,
                     wd_error *err) {
  if (!(bin->high > bin->low))
    return wd_source_fail_here(src, err, "M_bol_high: %g is not above M_bol_low, %g", bin->high, bin->low);
  if (last && bin->low < last->high)
    return wd_source_fail_here(src, err,
                               "M_bol_low: %g, but the bin before ends at %g; expected bins from bright to "
                               "faint, one after the other",
                               bin->low, last->high);
  return WD_OK;
}

static int add_bin(const wd_source *src, const layout *l, wd_luminosity_function *f, wd_error *err) {
  if (f->bins % GROWTH == 0) {
    wd_luminosity_bin *more = realloc(f->bin, (f->bins + GROWTH) * sizeof *more);
    if (!more) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a luminosity function");
    f->bin = more;
  }
  wd_luminosity_bin *bin = &f->bin[f->bins];
  int status = read_bin(src, l, bin, err);
  if (!status) status = check_bin(src, bin, f->bins > 0 ? bin - 1 : NULL, err);
  f->bins += !status;
  return status;
}

/* Enough to say something of the shape. */
static int check_whole(const wd_source *src, const wd_luminosity_function *f, wd_error *err) {
  double sum = 0;
  for (size_t i = 0; i < f->bins; i++) sum += f->bin[i].value;
  if (f->bins < BINS_MIN)
    return wd_source_fail_here(src, err, "the file ends after %zu bin%s; expected %d or more", f->bins,
                               f->bins == 1 ? "" : "s", BINS_MIN);
  if (!(sum > 0))
    return wd_source_fail_here(src, err, "%s: 0 in all bins; expected white dwarfs",
                               names[f->counted ? COUNT : DENSITY]);
  return WD_OK;
}

static int read_file(wd_source *src, wd_luminosity_function *f, wd_error *err) {
  layout l;
  bool more = true;
  int status = find_names(src, &l, err);
  if (status) return status;
  f->counted = l.field[COUNT] != NONE;
  while (!(status = wd_source_next(src, &more, err)) && more && !status)
    if (*src->text != '#' && (status = add_bin(src, &l, f, err))) return status;
  return status ? status : check_whole(src, f, err);
}

int wd_luminosity_function_read(const char *path, wd_luminosity_function **out, wd_error *err) {
  wd_source src = {.key = "likelihood.luminosity_function", .path = path};
  int status = wd_place_open_input("", path, &src.file, err);
  if (status) return wd_fail_context(err, status, "%s", src.key);
  wd_luminosity_function *f = calloc(1, sizeof *f);
  if (f) {
    f->path = path;
    status = read_file(&src, f, err);
  } else {
    status = wd_fail(err, WD_ERR_MEMORY, "out of memory for a luminosity function");
  }
  fclose(src.file);
  free(src.text);
  if (status)
    wd_luminosity_function_free(f);
  else
    *out = f;
  return status;
}

void wd_luminosity_function_free(wd_luminosity_function *function) {
  if (!function) return;
  free(function->bin);
  free(function);
}

void wd_luminosity_function_write(const wd_luminosity_function *f, FILE *out) {
  for (size_t i = 0; i < f->bins; i++) {
    const wd_luminosity_bin *b = &f->bin[i];
    fprintf(out, "M_bol %.17g to %.17g: ", b->low, b->high);
    if (f->counted)
      fprintf(out, "%.17g\n", b->value);
    else
      fprintf(out, "%.17g +- %.17g\n", b->value, b->error);
  }
}

/* --- The star --- */

static double magnitude(const wd_epoch *epoch) {
  return -wd_window_value(WD_WINDOW_MAGNITUDE, epoch);
}

/* Age at which the star passes `value` between two epochs [s]. */
static double age_at(const wd_epoch *before, const wd_epoch *after, double value) {
  return wd_window_age(magnitude(before), before->age, magnitude(after), after->age, value);
}

/* Where the star of the sequence is fainter than `value` for the first time; `count`: nowhere. */
static size_t first_fainter(const wd_sequence *s, double value) {
  size_t i = 0;
  while (i < s->count && magnitude(&s->epoch[i]) < value) i++;
  return i;
}

/* The magnitude at an age. */
static double magnitude_at(const wd_sequence *s, double age) {
  size_t i = 1;
  while (i + 1 < s->count && s->epoch[i].age < age) i++;
  const wd_epoch *a = &s->epoch[i - 1], *b = &s->epoch[i];
  return magnitude(a) + (magnitude(b) - magnitude(a)) * log(age / a->age) / log(b->age / a->age);
}

static int fail_at(const wd_luminosity_function *f, size_t bin, wd_error *err, const char *column,
                   double value, const char *what, double limit) {
  return wd_fail(err, WD_ERR_CONFIG, "%s:%zu: %s: %g, but %s M_bol = %.4g", f->path, f->bin[bin].line, column,
                 value, what, limit);
}

int wd_luminosity_function_check(const wd_luminosity_function *f, const wd_sequence *s, double earliest,
                                 wd_error *err) {
  const double low = f->bin[0].low, high = f->bin[f->bins - 1].high;
  const size_t enters = first_fainter(s, low);
  if (first_fainter(s, high) == s->count)
    return fail_at(f, f->bins - 1, err, "M_bol_high", high,
                   "the star's core freezes before it is so faint; expected bins that end before",
                   magnitude(&s->epoch[s->count - 1]));
  if (enters == 0)
    return fail_at(f, 0, err, "M_bol_low", low,
                   "the star that begins to cool is fainter; expected bins that begin after",
                   magnitude(&s->epoch[0]));
  if (age_at(&s->epoch[enters - 1], &s->epoch[enters], low) < earliest)
    return fail_at(f, 0, err, "M_bol_low", low,
                   "that is before cooling.earliest; expected an earlier one, or bins that begin after",
                   magnitude_at(s, earliest));
  return WD_OK;
}

/* The time between two epochs in which the star is in the bin [s]. */
static double time_between(const wd_epoch *before, const wd_epoch *after, const wd_luminosity_bin *bin) {
  const double a = magnitude(before), b = magnitude(after);
  const double from = fmax(fmin(a, b), bin->low), to = fmin(fmax(a, b), bin->high);
  return from < to ? fabs(age_at(before, after, to) - age_at(before, after, from)) : 0;
}

void wd_luminosity_function_times(const wd_luminosity_function *f, const wd_sequence *s, double *time) {
  for (size_t i = 0; i < f->bins; i++) {
    time[i] = 0;
    for (size_t k = 1; k < s->count; k++) time[i] += time_between(&s->epoch[k - 1], &s->epoch[k], &f->bin[i]);
  }
}

static double fit_counts(const wd_luminosity_function *f, const double *time) {
  double counts = 0, whole = 0, chi2 = 0;
  for (size_t i = 0; i < f->bins; i++) counts += f->bin[i].value, whole += time[i];
  for (size_t i = 0; i < f->bins; i++) {
    const double n = f->bin[i].value;
    if (n > 0) chi2 += 2 * n * log(n * whole / (counts * time[i]));
  }
  return chi2;
}

static double fit_densities(const wd_luminosity_function *f, const double *time) {
  double products = 0, squares = 0, chi2 = 0;
  for (size_t i = 0; i < f->bins; i++) {
    const wd_luminosity_bin *b = &f->bin[i];
    const double x = time[i] / (b->high - b->low) / b->error;
    products += x * b->value / b->error;
    squares += x * x;
  }
  for (size_t i = 0; i < f->bins; i++) {
    const wd_luminosity_bin *b = &f->bin[i];
    const double pull = (b->value - products / squares * time[i] / (b->high - b->low)) / b->error;
    chi2 += pull * pull;
  }
  return chi2;
}

double wd_luminosity_function_fit(const wd_luminosity_function *f, const double *time) {
  return f->counted ? fit_counts(f, time) : fit_densities(f, time);
}

int wd_luminosity_function_chi2(const wd_luminosity_function *f, const wd_sequence *s, double *chi2,
                                wd_error *err) {
  double *time = malloc(f->bins * sizeof *time);
  if (!time) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a luminosity function");
  wd_luminosity_function_times(f, s, time);
  *chi2 = wd_luminosity_function_fit(f, time);
  free(time);
  return WD_OK;
}
