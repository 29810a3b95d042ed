/* Lists of axes as trees of keys; see config/axis_forms.h. */
#include "config/axis_forms.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static bool refuse(const wd_yaml_node *node, const char *name, const char *what, wd_mistakes *m) {
  wd_mistakes_add(m, node->line, node->column, name, "%s", what);
  return false;
}

/* Takes the entry of that name out of a mapping; NULL if there is none. */
static wd_yaml_node *take_out(wd_yaml_node *mapping, const char *name) {
  for (wd_yaml_node **link = &mapping->first; *link; link = &(*link)->next) {
    wd_yaml_node *item = *link;
    if (strcmp(item->key, name) != 0) continue;
    *link = item->next;
    item->next = NULL;
    return item;
  }
  return NULL;
}

static void exchange(char **a, char **b) {
  char *kept = *a;
  *a = *b;
  *b = kept;
}

/* {key: KEY, values: [...]} as KEY: [...], {key: KEY, min: ...} as KEY: {min: ...} */
static bool name_element(wd_yaml_node *element, wd_mistakes *m) {
  static const char expected[] =
      "an element of the list names no key; expected {key: KEY, values: [...]}, {key: KEY, min, "
      "max, points, scale} or {key: KEY, draw: {normal: [mean, deviation]}}";
  wd_yaml_node *name = element->kind == WD_YAML_MAPPING ? take_out(element, "key") : NULL;
  if (!name || name->kind != WD_YAML_SCALAR) {
    wd_yaml_free(name);
    return refuse(element, "grid.axes", expected, m);
  }
  exchange(&element->key, &name->text);
  wd_yaml_free(name);
  wd_yaml_node *values = take_out(element, "values");
  if (!values) return true;
  if (element->first) {
    wd_yaml_free(values);
    return refuse(element, element->key,
                  "has values and more; expected a list of values, or a range, or a draw", m);
  }
  element->kind = values->kind;
  element->plain = values->plain;
  element->first = values->first;
  exchange(&element->text, &values->text);
  values->first = NULL;
  wd_yaml_free(values);
  return true;
}

/* scale: log is spacing: log. */
static bool name_spacing(wd_yaml_node *range, wd_mistakes *m) {
  for (wd_yaml_node *item = range->kind == WD_YAML_MAPPING ? range->first : NULL; item; item = item->next) {
    if (strcmp(item->key, "scale") != 0) continue;
    free(item->key);
    item->key = strdup("spacing");
    if (!item->key) return m->no_memory = true, false;
  }
  return true;
}

/* 1.0 is 1: the numbers among the values of keys that have some, as the program writes them. */
static bool settle_numbers(wd_yaml_node *node, wd_mistakes *m) {
  char text[WD_REAL_TEXT];
  double number;
  for (wd_yaml_node *item = node->first; item; item = item->next)
    if (!settle_numbers(item, m)) return false;
  if (node->kind != WD_YAML_SCALAR || !node->plain || !wd_text_to_real(node->text, &number)) return true;
  char *same = strdup(wd_text_from_real(number, text));
  if (!same) return m->no_memory = true, false;
  free(node->text);
  node->text = same;
  return true;
}

/* Names are in quotes. */
static void settle_names(wd_yaml_node *node) {
  for (wd_yaml_node *item = node->first; item; item = item->next) item->plain = false;
}

static bool settle_values(wd_yaml_node *node, wd_mistakes *m) {
  for (wd_yaml_node *item = node->kind == WD_YAML_MAPPING ? node->first : NULL; item; item = item->next) {
    const wd_key *key = wd_key_find(item->key);
    if (key && key->type == WD_KEY_REAL && !settle_numbers(item, m)) return false;
    if (key && key->type == WD_KEY_TEXT && item->kind == WD_YAML_SEQUENCE) settle_names(item);
  }
  return true;
}

static bool settle_axes(wd_yaml_node *node, wd_mistakes *m) {
  if (node->kind == WD_YAML_SEQUENCE) {
    for (wd_yaml_node *item = node->first; item; item = item->next) {
      if (!name_element(item, m)) return false;
      for (wd_yaml_node *other = node->first; other != item; other = other->next)
        if (strcmp(other->key, item->key) == 0)
          return refuse(item, item->key, "varies twice; expected one axis, or one draw", m);
    }
    node->kind = WD_YAML_MAPPING;
  }
  for (wd_yaml_node *item = node->kind == WD_YAML_MAPPING ? node->first : NULL; item; item = item->next)
    if (!name_spacing(item, m)) return false;
  return true;
}

/* N as {count: N}, 0 as {} */
static bool settle_draws(wd_yaml_node *node, wd_mistakes *m) {
  int64_t count;
  if (node->kind != WD_YAML_SCALAR || !node->plain || !wd_text_to_integer(node->text, &count)) return true;
  wd_yaml_node *inner = count ? calloc(1, sizeof *inner) : NULL;
  char *name = count ? strdup("count") : NULL;
  if (count && (!inner || !name)) {
    free(inner);
    free(name);
    return m->no_memory = true, false;
  }
  if (inner) {
    *inner = (wd_yaml_node){
        .kind = WD_YAML_SCALAR, .line = node->line, .column = node->column, .key = name, .plain = true};
    exchange(&inner->text, &node->text);
  }
  free(node->text);
  node->text = NULL;
  node->kind = WD_YAML_MAPPING;
  node->first = inner;
  return true;
}

bool wd_axis_forms_settle(const wd_key *key, wd_yaml_node *node, wd_mistakes *mistakes) {
  const bool axes = strcmp(key->path, "grid.axes") == 0, draws = strcmp(key->path, "grid.draws") == 0;
  if (!axes && !draws) return true;
  return (axes ? settle_axes : settle_draws)(node, mistakes) && settle_values(node, mistakes);
}
