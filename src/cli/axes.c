/* Scans with axes on the command line; see cli/axes.h. */
#include "cli/axes.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A number names a value if it agrees to this (relative). */
#define NAMED 1e-6

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

/* The number that is asked for by "draw=NUMBER", of those that there are; false: no such number. */
static bool number_of_draw(const wd_members *members, const char *assignment, int64_t *number) {
  return wd_text_to_integer(assignment + sizeof "draw=" - 1, number) && *number >= 0 &&
         (size_t)*number < wd_axes_draws(members);
}

static bool asks_for_draw(const wd_members *members, const char *assignment) {
  return wd_axes_draws(members) > 0 && strncmp(assignment, "draw=", sizeof "draw=" - 1) == 0;
}

bool wd_axes_wanted(const wd_arguments *args, const wd_members *members, size_t member) {
  size_t index[WD_AXES_MAX];
  wd_members_place(members, member, index);
  for (size_t i = 0; i < args->at_count; i++) {
    const char *at = args->at[i];
    const wd_variable *v = variable_of(members, at);
    int64_t draw;
    if (asks_for_draw(members, at)
            ? !number_of_draw(members, at, &draw) || index[members->axes - 1] != (size_t)draw
            : !wd_axes_is_value(v, index[v->axis], strchr(at, '=') + 1))
      return false;
  }
  return true;
}

static int check_draw(const wd_arguments *args, const wd_members *members, const char *at, const char *path,
                      wd_error *err) {
  int64_t draw;
  char quoted[WD_QUOTED_TEXT];
  wd_text_quoted(at, quoted);
  if (args->quantile_count)
    return wd_fail(err, WD_ERR_USAGE, "--at %s: one draw has no quantiles; expected --at of a key", quoted);
  if (number_of_draw(members, at, &draw)) return WD_OK;
  return wd_fail(err, WD_ERR_USAGE, "--at %s: %s has no such draw; expected a number from 0 to %zu", quoted,
                 path, wd_axes_draws(members) - 1);
}

static int check_value(const wd_arguments *args, const wd_members *members, const char *at, const char *path,
                       wd_error *err) {
  const char *equals = strchr(at, '=');
  const wd_variable *v = equals ? variable_of(members, at) : NULL;
  char quoted[WD_QUOTED_TEXT];
  wd_text_quoted(at, quoted);
  if (!v)
    return wd_fail(err, WD_ERR_USAGE, "--at %s: expected KEY=VALUE with a key that varies in %s%s%s", quoted,
                   path, members->variables ? ", such as " : ": none does",
                   members->variables ? members->variable[0].key->path : "");
  if (args->quantile_count && wd_members_is_draw(members, v->axis))
    return wd_fail(err, WD_ERR_USAGE,
                   "--at %s: this key is drawn; expected --at of another one with --quantile", quoted);
  for (size_t k = 0; k < members->axis[v->axis].count; k++)
    if (wd_axes_is_value(v, k, equals + 1)) return WD_OK;
  return wd_fail(err, WD_ERR_USAGE, "--at %s: %s has no such value; expected one of its %zu, such as %s",
                 quoted, path, members->axis[v->axis].count, v->text[0]);
}

int wd_axes_check(const wd_arguments *args, const wd_members *members, const char *path, wd_error *err) {
  int status = WD_OK;
  for (size_t i = 0; i < args->at_count && !status; i++)
    status = (asks_for_draw(members, args->at[i]) ? check_draw : check_value)(args, members, args->at[i],
                                                                              path, err);
  return status;
}

static int refuse_several(const wd_members *members, size_t some, size_t other, const char *path,
                          wd_error *err) {
  char *a = wd_members_describe(members, some), *b = wd_members_describe(members, other);
  int status =
      wd_fail(err, WD_ERR_USAGE,
              "%s: has axes or draws, and this command takes one combination of their values; expected --at "
              "KEY=VALUE, or draw=NUMBER, until one is left of %s, %s, ...",
              path, a ? a : "", b ? b : "");
  free(a);
  free(b);
  return status;
}

/* The only member that is wanted. */
static int only_member(const wd_arguments *args, const wd_members *members, const char *path, size_t *member,
                       wd_error *err) {
  bool found = false;
  for (size_t m = 0; m < members->count; m++) {
    if (!wd_axes_wanted(args, members, m)) continue;
    if (found) return refuse_several(members, *member, m, path, err);
    *member = m;
    found = true;
  }
  return found ? WD_OK
               : wd_fail(err, WD_ERR_USAGE, "%s: no combination of the values is at all that --at asks for",
                         path);
}

int wd_axes_choose(const wd_arguments *args, wd_settings **settings, const char *path, wd_error *err) {
  const bool vary = wd_members_vary(wd_settings_config(*settings));
  wd_members *members = NULL;
  wd_settings *chosen = NULL;
  size_t member = 0;
  if (!vary && !args->at_count) return WD_OK;
  int status = wd_members_create(*settings, &members, err);
  if (!status) status = wd_axes_check(args, members, path, err);
  if (!status) status = only_member(args, members, path, &member, err);
  if (!status) status = wd_member_settings(*settings, members, member, &chosen, err);
  wd_members_free(members);
  if (status) {
    wd_settings_free(chosen);
    return status;
  }
  wd_settings_free(*settings);
  *settings = chosen;
  return WD_OK;
}

size_t wd_axes_draws(const wd_members *members) {
  const size_t last = members->axes - 1;
  return members->axes && wd_members_is_draw(members, last) ? members->axis[last].count : 0;
}

void wd_axes_write_names(FILE *out, const wd_members *members, bool draws) {
  for (size_t v = 0; v < members->variables; v++)
    if (draws || !wd_members_is_draw(members, members->variable[v].axis))
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
    if (draws || !wd_members_is_draw(members, members->variable[v].axis))
      write_value(out, wd_members_value(members, &members->variable[v], member));
}
