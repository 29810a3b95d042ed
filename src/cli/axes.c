/* Scans with axes on the command line; see cli/axes.h. */
#include "cli/axes.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

/* A number names a value if it agrees to this (relative). */
#define NAMED 1e-6

int wd_axes_refuse(const wd_settings *settings, const char *path, wd_error *err) {
  if (!wd_members_vary(wd_settings_config(settings))) return WD_OK;
  return wd_fail(err, WD_ERR_USAGE,
                 "%s: has axes or draws, and this command takes one combination of their values; expected "
                 "--set 'grid.axes={}' --set 'grid.draws={}' and the values by --set",
                 path);
}

const wd_variable *wd_axes_variable(const wd_members *members, const char *name, size_t length) {
  for (size_t v = 0; v < members->variables; v++) {
    const char *path = members->variable[v].key->path;
    if (strlen(path) == length && strncmp(path, name, length) == 0) return &members->variable[v];
  }
  return NULL;
}

static const wd_variable *variable_of(const wd_members *members, const char *assignment) {
  return wd_axes_variable(members, assignment, strcspn(assignment, "="));
}

bool wd_axes_is_value(const wd_variable *v, size_t i, const char *text) {
  double number;
  if (v->number && wd_text_to_real(text, &number))
    return fabs(v->number[i] - number) <= NAMED * fabs(v->number[i]);
  const size_t length = strlen(text); /* a name of a file has quotes */
  return strcmp(v->text[i], text) == 0 || (v->text[i][0] == '"' && strlen(v->text[i]) == length + 2 &&
                                           strncmp(v->text[i] + 1, text, length) == 0);
}

bool wd_axes_wanted(const wd_arguments *args, const wd_members *members, size_t member) {
  size_t index[WD_AXES_MAX];
  wd_members_place(members, member, index);
  for (size_t i = 0; i < args->at_count; i++) {
    const wd_variable *v = variable_of(members, args->at[i]);
    if (!wd_axes_is_value(v, index[v->axis], strchr(args->at[i], '=') + 1)) return false;
  }
  return true;
}

static bool is_draw(const wd_members *members, size_t axis) {
  return strcmp(members->axis[axis].name, "draw") == 0;
}

bool wd_axes_is_drawn(const wd_members *members, const wd_variable *v) {
  return is_draw(members, v->axis);
}

int wd_axes_check(const wd_arguments *args, const wd_members *members, const char *path, wd_error *err) {
  for (size_t i = 0; i < args->at_count; i++) {
    const char *equals = strchr(args->at[i], '=');
    const wd_variable *v = equals ? variable_of(members, args->at[i]) : NULL;
    bool found = false;
    char quoted[WD_QUOTED_TEXT];
    for (size_t k = 0; v && k < members->axis[v->axis].count; k++)
      found |= wd_axes_is_value(v, k, equals + 1);
    if (!v)
      return wd_fail(err, WD_ERR_USAGE, "--at %s: expected KEY=VALUE with a key that varies in %s%s%s",
                     wd_text_quoted(args->at[i], quoted), path,
                     members->variables ? ", such as " : ": none does",
                     members->variables ? members->variable[0].key->path : "");
    if (v && args->quantile_count && wd_axes_is_drawn(members, v))
      return wd_fail(err, WD_ERR_USAGE,
                     "--at %s: this key is drawn; expected --at of another one with --quantile",
                     wd_text_quoted(args->at[i], quoted));
    if (!found)
      return wd_fail(err, WD_ERR_USAGE, "--at %s: %s has no such value; expected one of its %zu, such as %s",
                     wd_text_quoted(args->at[i], quoted), path, members->axis[v->axis].count, v->text[0]);
  }
  return WD_OK;
}

size_t wd_axes_draws(const wd_members *members) {
  const size_t last = members->axes - 1;
  return members->axes && is_draw(members, last) ? members->axis[last].count : 0;
}

void wd_axes_write_names(FILE *out, const wd_members *members, bool draws) {
  for (size_t v = 0; v < members->variables; v++)
    if (draws || !is_draw(members, members->variable[v].axis))
      fprintf(out, "%s,", members->variable[v].key->path);
}

static void write_value(FILE *out, const char *text) {
  const bool quotes = strpbrk(text, ",\"") != NULL;
  if (quotes) fputc('"', out);
  for (; *text; text++) {
    if (*text == '"') fputc('"', out);
    fputc(*text, out);
  }
  fputs(quotes ? "\"," : ",", out);
}

void wd_axes_write_values(FILE *out, const wd_members *members, size_t member, bool draws) {
  for (size_t v = 0; v < members->variables; v++)
    if (draws || !is_draw(members, members->variable[v].axis))
      write_value(out, wd_members_value(members, &members->variable[v], member));
}
