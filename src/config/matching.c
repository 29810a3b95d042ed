/* Members of two scans that are the same; see config/matching.h. */
#include "config/matching.h"

#include "base/text.h"
#include "config/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NULL: the key does not vary. */
static const wd_variable *variable_of(const wd_members *members, const wd_key *key) {
  for (size_t v = 0; v < members->variables; v++)
    if (members->variable[v].key == key) return &members->variable[v];
  return NULL;
}

/* --- Members by their values --- */

typedef struct named {
  char *values; /* of the keys that vary, one a line */
  size_t member;
} named;

/* The keys that vary in a or b, in the order of the table. */
typedef struct varying {
  const wd_key *key[2 * WD_VARIABLES_MAX];
  size_t count;
} varying;

static varying varying_of(const wd_members *a, const wd_members *b) {
  varying all = {.count = 0};
  for (size_t i = 0; i < wd_key_count(); i++) {
    const wd_key *key = wd_key_at(i);
    if (variable_of(a, key) || variable_of(b, key)) all.key[all.count++] = key;
  }
  return all;
}

/* To 12 digits: ranges that reach differently far compute their common values with other roundings. */
static void write_value(const wd_key *key, const char *text, FILE *out) {
  double number;
  if (key->type == WD_KEY_REAL && wd_text_to_real(text, &number))
    fprintf(out, "%.12g\n", number);
  else
    fprintf(out, "%s\n", text);
}

static bool write_values(const wd_member_set *scan, const varying *all, size_t member, FILE *out) {
  for (size_t i = 0; i < all->count; i++) {
    const wd_variable *v = variable_of(scan->members, all->key[i]);
    char *own = v ? NULL : wd_value_text(all->key[i], wd_settings_config(scan->settings));
    if (!v && !own) return false;
    write_value(all->key[i], own ? own : wd_members_value(scan->members, v, member), out);
    free(own);
  }
  return true;
}

static void free_names(named *names, size_t n) {
  for (size_t i = 0; names && i < n; i++) free(names[i].values);
  free(names);
}

static named *names_of(const wd_member_set *scan, const varying *all) {
  const size_t n = scan->members->count;
  named *names = calloc(n, sizeof *names);
  bool good = names;
  for (size_t i = 0; good && i < n; i++) {
    size_t length;
    FILE *out = open_memstream(&names[i].values, &length);
    names[i].member = i;
    good = out && write_values(scan, all, i, out);
    if (out && fclose(out)) good = false;
  }
  if (good) return names;
  free_names(names, n);
  return NULL;
}

static int compare_names(const void *a, const void *b) {
  return strcmp(((const named *)a)->values, ((const named *)b)->values);
}

int wd_members_match(wd_member_set a, wd_member_set b, size_t *partner, wd_error *err) {
  const varying all = varying_of(a.members, b.members);
  named *of_a = names_of(&a, &all), *of_b = names_of(&b, &all);
  const bool good = of_a && of_b;
  if (good) qsort(of_b, b.members->count, sizeof *of_b, compare_names);
  for (size_t i = 0; good && i < a.members->count; i++) {
    const named *found = bsearch(&of_a[i], of_b, b.members->count, sizeof *of_b, compare_names);
    partner[i] = found ? found->member : WD_NO_MEMBER;
  }
  free_names(of_a, a.members->count);
  free_names(of_b, b.members->count);
  return good ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for the members of two scans");
}

/* --- What else differs --- */

static int give(wd_settings *copy, const wd_key *key, const wd_settings *from, wd_error *err) {
  char *text = wd_value_text(key, wd_settings_config(from)), *assignment = NULL;
  size_t length;
  FILE *out = text ? open_memstream(&assignment, &length) : NULL;
  if (out) fprintf(out, "%s=%s", key->path, text);
  int status = out && fclose(out) == 0
                   ? wd_settings_set(copy, assignment, err)
                   : wd_fail(err, WD_ERR_MEMORY, "out of memory for the comparison of configurations");
  free(text);
  free(assignment);
  return status;
}

int wd_members_level(wd_settings *copy, const wd_settings *from, const wd_members *a, const wd_members *b,
                     wd_error *err) {
  const varying all = varying_of(a, b);
  int status = WD_OK;
  for (size_t i = 0; i < all.count && !status; i++) status = give(copy, all.key[i], from, err);
  return status;
}

/* --- Other axes --- */

static void write_list(FILE *out, const wd_axis_values *values) {
  for (size_t i = 0; i < values->count; i++) fprintf(out, "%s%s", i ? ", " : "[", values->text[i]);
  fputc(']', out);
}

char *wd_members_axes_text(const wd_member_set *scan, const wd_axis_values *values) {
  const char *const written = wd_settings_config(scan->settings)->grid.axes;
  wd_mistakes mistakes = {0};
  wd_yaml_node *root = wd_yaml_read(written, strlen(written), &mistakes);
  char *text = NULL;
  size_t length;
  FILE *out = root ? open_memstream(&text, &length) : NULL;
  if (!out) {
    wd_yaml_free(root);
    return NULL;
  }
  fputc('{', out);
  for (const wd_yaml_node *axis = root->first; axis; axis = axis->next) {
    size_t a = 0;
    while (a < scan->members->axes && strcmp(scan->members->axis[a].name, axis->key) != 0) a++;
    fprintf(out, "%s: ", axis->key);
    if (a < scan->members->axes && values[a].text)
      write_list(out, &values[a]);
    else
      wd_yaml_write(axis, out);
    if (axis->next) fputs(", ", out);
  }
  fputc('}', out);
  wd_yaml_free(root);
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}
