/* The members of a scan with axes; see config/members.h. */
#include "config/members.h"

#include "base/constants.h"
#include "base/text.h"
#include "config/value.h"

#include <math.h>
#include <Random123/philox.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
  wd_members *members;
  wd_config *scratch; /* values are read into it to be checked */
  wd_mistakes *mistakes;
} reader;

/* --- One value --- */

static bool refuse(reader *r, const wd_yaml_node *node, const char *key, const char *what) {
  wd_mistakes_add(r->mistakes, node->line, node->column, key, "%s", what);
  return false;
}

static bool out_of_memory(reader *r) {
  r->mistakes->no_memory = true;
  return false;
}

static double number_of(const wd_key *key, const wd_config *config) {
  const char *field = (const char *)config + key->offset;
  int64_t integer;
  double real;
  if (key->type == WD_KEY_REAL) return memcpy(&real, field, sizeof real), real;
  return memcpy(&integer, field, sizeof integer), (double)integer;
}

/* Value number i of a variable. */
static bool take_value(reader *r, wd_variable *v, size_t i, const wd_yaml_node *node) {
  if (!wd_value_read(v->key, node, r->scratch, r->mistakes)) return false;
  v->text[i] = wd_value_text(v->key, r->scratch);
  if (v->number) v->number[i] = number_of(v->key, r->scratch);
  return v->text[i] || out_of_memory(r);
}

static bool take_number(reader *r, wd_variable *v, size_t i, double number, const wd_yaml_node *place) {
  char text[WD_REAL_TEXT];
  wd_yaml_node node = {.kind = WD_YAML_SCALAR, .line = place->line, .column = place->column, .plain = true};
  node.text = (char *)wd_text_from_real(number, text);
  return take_value(r, v, i, &node);
}

/* --- Axes and variables --- */

static wd_axis *add_axis(reader *r, const wd_yaml_node *node, const char *name, size_t count) {
  wd_members *m = r->members;
  if (m->axes == WD_AXES_MAX) {
    refuse(r, node, "grid.axes", "more than 8 axes; expected at most 8, with that of the draws");
    return NULL;
  }
  if (m->count > WD_MEMBERS_MAX / count) {
    refuse(r, node, "grid.axes", "more than 1000000 combinations; expected at most as many");
    return NULL;
  }
  wd_axis *axis = &m->axis[m->axes++];
  snprintf(axis->name, sizeof axis->name, "%s", name);
  axis->count = count;
  m->count *= count;
  return axis;
}

bool wd_members_vary(const wd_config *config) {
  return strcmp(config->grid.axes, "{}") != 0 || strcmp(config->grid.draws, "{}") != 0;
}

bool wd_key_is_of_thermal(const wd_key *key) {
  return strcmp(key->path, "cooling.conductivity") == 0 || strncmp(key->path, "star.envelope.", 14) == 0;
}

/* May the key vary? An excess does not depend on what is observed of stars that cool. */
static bool is_free(const wd_key *key) {
  const bool is_left_out = strncmp(key->path, "grid.", 5) == 0 ||
                           strncmp(key->path, "likelihood.", 11) == 0 ||
                           (strncmp(key->path, "cooling.", 8) == 0 && !wd_key_is_of_thermal(key));
  return !is_left_out && key->role == WD_KEY_RESULTS && key->type != WD_KEY_REALS &&
         key->type != WD_KEY_VALUES && key->type != WD_KEY_TREE && strchr(key->path, '.');
}

static const wd_key *find_key(reader *r, const wd_yaml_node *node) {
  const wd_key *key = wd_key_find(node->key);
  int length = 0;
  const char *nearest = wd_key_nearest(node->key, &length);
  if (!key)
    wd_mistakes_add(r->mistakes, node->line, node->column, node->key,
                    "unknown key; the nearest known one is %.*s", length, nearest);
  else if (!is_free(key))
    refuse(
        r, node, node->key,
        "cannot be an axis; expected a key with a single value on which the excess depends: of star, plasma, "
        "physics or integrator, or cooling.conductivity");
  else
    for (size_t i = 0; i < r->members->variables; i++)
      if (r->members->variable[i].key == key) {
        refuse(r, node, node->key, "varies twice; expected one axis, or one draw");
        return NULL;
      }
  return key && is_free(key) ? key : NULL;
}

/* A variable along the last axis. */
static wd_variable *add_variable(reader *r, const wd_yaml_node *node, const wd_key *key) {
  wd_members *m = r->members;
  if (m->variables == WD_VARIABLES_MAX) {
    refuse(r, node, node->key, "more than 24 keys vary; expected at most 24");
    return NULL;
  }
  wd_variable *v = &m->variable[m->variables++];
  const bool numeric = key->type == WD_KEY_REAL || key->type == WD_KEY_INTEGER;
  const size_t count = m->axis[m->axes - 1].count;
  *v = (wd_variable){.key = key, .axis = m->axes - 1, .text = calloc(count, sizeof *v->text)};
  v->number = numeric ? calloc(count, sizeof *v->number) : NULL;
  if (v->text && (v->number || !numeric)) return v;
  out_of_memory(r);
  return NULL;
}

static bool read_number(reader *r, const char *key, const wd_yaml_node *node, double *out) {
  if (node->kind == WD_YAML_SCALAR && node->plain && wd_text_to_real(node->text, out)) return true;
  return refuse(r, node, key, "is not a number; expected a number");
}

static bool read_count(reader *r, const char *key, const wd_yaml_node *node, int64_t most, int64_t *out) {
  if (node->kind == WD_YAML_SCALAR && node->plain && wd_text_to_integer(node->text, out) && *out >= 0 &&
      *out <= most)
    return true;
  wd_mistakes_add(r->mistakes, node->line, node->column, key, "%s: expected an integer in [0, %lld]",
                  node->key, (long long)most);
  return false;
}

typedef struct range {
  double min, max;
  int64_t points;
  bool has[3], linear;
} range;

/* {min: 1e7, max: 3e7, points: 5, spacing: log} */
static bool read_range(reader *r, const wd_yaml_node *node, range *out) {
  *out = (range){0};
  for (const wd_yaml_node *item = node->first; item; item = item->next) {
    const bool min = !strcmp(item->key, "min"), max = !strcmp(item->key, "max");
    const bool points = !strcmp(item->key, "points"), spacing = !strcmp(item->key, "spacing");
    out->linear = spacing ? item->text && !strcmp(item->text, "linear") : out->linear;
    if (!min && !max && !points && !(spacing && (out->linear || (item->text && !strcmp(item->text, "log")))))
      return refuse(r, item, node->key, "expected min, max, points and spacing: log or linear");
    if ((min || max) && !read_number(r, node->key, item, min ? &out->min : &out->max)) return false;
    if (points && !read_count(r, node->key, item, WD_AXIS_POINTS_MAX, &out->points)) return false;
    out->has[0] |= min, out->has[1] |= max, out->has[2] |= points;
  }
  if (!out->has[0] || !out->has[1] || out->points < 2 || out->min >= out->max ||
      (!out->linear && out->min <= 0))
    return refuse(r, node, node->key,
                  "is no range; expected min < max, above 0 unless spacing: linear, and two points or more");
  return true;
}

static bool add_range(reader *r, const wd_yaml_node *node, const wd_key *key) {
  range a;
  if (key->type != WD_KEY_REAL)
    return refuse(r, node, key->path, "has no ranges; expected a list of its values");
  if (!read_range(r, node, &a) || !add_axis(r, node, key->path, (size_t)a.points)) return false;
  wd_variable *v = add_variable(r, node, key);
  for (int64_t i = 0; v && i < a.points; i++) {
    const double f = (double)i / (double)(a.points - 1);
    const double inner = a.linear ? a.min + f * (a.max - a.min) : a.min * pow(a.max / a.min, f);
    const double value = i == 0 ? a.min : i == a.points - 1 ? a.max : inner;
    if (!take_number(r, v, (size_t)i, value, node)) return false;
  }
  return v;
}

static size_t length_of(const wd_yaml_node *list) {
  size_t n = 0;
  for (const wd_yaml_node *item = list->first; item; item = item->next) n++;
  return n;
}

static bool add_list(reader *r, const wd_yaml_node *node, const wd_key *key) {
  const size_t n = length_of(node);
  if (n == 0 || n > WD_AXIS_POINTS_MAX) return refuse(r, node, key->path, "is no list of 1 to 10000 values");
  if (!add_axis(r, node, key->path, n)) return false;
  wd_variable *v = add_variable(r, node, key);
  size_t i = 0;
  for (const wd_yaml_node *item = node->first; v && item; item = item->next, i++) {
    if (!take_value(r, v, i, item)) return false;
    for (size_t j = 0; j < i; j++)
      if (strcmp(v->text[i], v->text[j]) == 0) return refuse(r, item, key->path, "a value is given twice");
  }
  return v;
}

/* What stands for KEY: {draw: {...}} */
static const wd_yaml_node *draw_of(const wd_yaml_node *axis) {
  const wd_yaml_node *only = axis->kind == WD_YAML_MAPPING ? axis->first : NULL;
  return only && !only->next && strcmp(only->key, "draw") == 0 ? only : NULL;
}

static bool read_axes(reader *r, const wd_yaml_node *root) {
  for (const wd_yaml_node *node = root->first; node; node = node->next) {
    if (draw_of(node)) continue;
    const wd_key *key = find_key(r, node);
    if (!key) return false;
    if (node->kind == WD_YAML_SCALAR)
      return refuse(r, node, key->path, "is one value; expected a list, or {min, max, points, spacing}");
    if (!(node->kind == WD_YAML_SEQUENCE ? add_list : add_range)(r, node, key)) return false;
  }
  return true;
}

/* --- Draws --- */

/* Two numbers of (0, 1) for draw number `draw` of variable number `variable`. */
static void uniforms(int64_t seed, size_t draw, size_t variable, double u[2]) {
  const philox4x64_key_t key = {{(uint64_t)seed, variable}};
  const philox4x64_ctr_t counter = {{draw, 0, 0, 0}};
  const philox4x64_ctr_t bits = philox4x64(counter, key);
  for (int i = 0; i < 2; i++) u[i] = ((double)(bits.v[i] >> 12) + 0.5) * 0x1p-52;
}

enum distribution { NORMAL, LOG_NORMAL, UNIFORM };

/* normal: mean and standard deviation; log-normal: median and standard deviation of the logarithm; uniform: ends. */
static double drawn(enum distribution d, const double p[2], const double u[2]) {
  const double normal = sqrt(-2 * log(u[0])) * cos(2 * WD_PI * u[1]); /* Box and Muller 1958 */
  if (d == NORMAL) return p[0] + p[1] * normal;
  return d == LOG_NORMAL ? p[0] * exp(p[1] * normal) : p[0] + (p[1] - p[0]) * u[0];
}

/* {normal: [0.55, 0.02]} */
static bool read_distribution(reader *r, const char *name, const wd_yaml_node *node, enum distribution *d,
                              double p[2]) {
  static const struct {
    const char *name;
    enum distribution is;
  } known[] = {
      {"normal", NORMAL}, {"log-normal", LOG_NORMAL}, {"lognormal", LOG_NORMAL}, {"uniform", UNIFORM}};
  const size_t kinds = sizeof known / sizeof *known;
  const wd_yaml_node *only = node->kind == WD_YAML_MAPPING ? node->first : NULL;
  size_t i = 0;
  while (only && i < kinds && strcmp(only->key, known[i].name)) i++;
  if (!only || only->next || i == kinds || only->kind != WD_YAML_SEQUENCE || length_of(only) != 2)
    return refuse(
        r, node, name,
        "is not drawn so; expected {normal: [mean, deviation]}, {log-normal: [median, deviation of the "
        "logarithm]} or {uniform: [low, high]}");
  if (!read_number(r, name, only->first, &p[0]) || !read_number(r, name, only->first->next, &p[1]))
    return false;
  *d = known[i].is;
  if (*d == UNIFORM ? p[0] < p[1] : p[1] > 0 && (*d == NORMAL || p[0] > 0)) return true;
  return refuse(r, node, name, "expected a deviation above 0, a median above 0, and low < high");
}

/* `distribution` is that of the key that `node` names. */
static bool add_draws(reader *r, const wd_yaml_node *node, const wd_yaml_node *distribution, int64_t seed) {
  const wd_key *key = find_key(r, node);
  enum distribution d;
  double p[2], u[2];
  if (!key) return false;
  if (key->type != WD_KEY_REAL) return refuse(r, node, key->path, "is not drawn: it is no real number");
  if (!read_distribution(r, key->path, distribution, &d, p)) return false;
  wd_variable *v = add_variable(r, node, key);
  const wd_members *m = r->members;
  for (size_t i = 0; v && i < m->axis[m->axes - 1].count; i++) {
    uniforms(seed, i, m->variables, u);
    if (!take_number(r, v, i, drawn(d, p, u), node)) return false;
  }
  return v;
}

/* Is it no key that is drawn, but of all draws? */
static bool is_of_all(const wd_yaml_node *node) {
  return !strcmp(node->key, "count") || !strcmp(node->key, "seed");
}

/* {count: 100, seed: 1, KEY: {normal: [...]}, ...}, and the keys that are drawn among the axes. */
static bool read_draws(reader *r, const wd_yaml_node *root, const wd_yaml_node *axes,
                       const char *axes_source) {
  int64_t count = 0, seed = 1;
  const wd_yaml_node *among_axes = axes->first;
  while (among_axes && !draw_of(among_axes)) among_axes = among_axes->next;
  for (const wd_yaml_node *node = root->first; node; node = node->next) {
    if (!strcmp(node->key, "count") && !read_count(r, "grid.draws", node, WD_AXIS_POINTS_MAX, &count))
      return false;
    if (!strcmp(node->key, "seed") && !read_count(r, "grid.draws", node, INT64_MAX, &seed)) return false;
  }
  if (!root->first && !among_axes) return true;
  if (!root->first) {
    r->mistakes->source = axes_source;
    return refuse(r, among_axes, among_axes->key,
                  "is drawn, but not how often; expected grid.draws: 1 to 10000");
  }
  if (count == 0)
    return refuse(r, root, "grid.draws", "has no count; expected count: 1 to 10000, and the keys to draw");
  if (!add_axis(r, root, "draw", (size_t)count)) return false;
  const size_t before = r->members->variables;
  for (const wd_yaml_node *node = root->first; node; node = node->next)
    if (!is_of_all(node) && !add_draws(r, node, node, seed)) return false;
  if (among_axes) r->mistakes->source = axes_source;
  for (const wd_yaml_node *node = among_axes; node; node = node->next)
    if (draw_of(node) && !add_draws(r, node, draw_of(node), seed)) return false;
  return r->members->variables > before ||
         refuse(r, root, "grid.draws", "draws no key; expected KEY: {normal: [mean, deviation]} or the like");
}

/* --- The whole --- */

static void set_places(wd_yaml_node *node, int line, int column) {
  for (; node; node = node->next) {
    node->line = line, node->column = column;
    set_places(node->first, line, column);
  }
}

static wd_yaml_node *tree_of(reader *r, const wd_members_source *s) {
  wd_yaml_node *root = wd_yaml_read(s->text, strlen(s->text), r->mistakes);
  if (root) set_places(root, s->line, s->column);
  return root;
}

wd_members *wd_members_read(const wd_members_source *axes, const wd_members_source *draws,
                            wd_mistakes *mistakes) {
  reader r = {
      .members = calloc(1, sizeof *r.members), .scratch = calloc(1, sizeof *r.scratch), .mistakes = mistakes};
  wd_yaml_node *axes_tree = tree_of(&r, axes), *draws_tree = tree_of(&r, draws);
  bool good = r.members && r.scratch;
  if (!good) mistakes->no_memory = true;
  if (r.members) r.members->count = 1;
  mistakes->source = axes->source;
  good = good && axes_tree && draws_tree && read_axes(&r, axes_tree);
  mistakes->source = draws->source;
  good = good && read_draws(&r, draws_tree, axes_tree, axes->source);
  wd_yaml_free(axes_tree);
  wd_yaml_free(draws_tree);
  free(r.scratch);
  if (good) return r.members;
  wd_members_free(r.members);
  return NULL;
}

void wd_members_free(wd_members *members) {
  if (!members) return;
  for (size_t v = 0; v < members->variables; v++) {
    const wd_variable *variable = &members->variable[v];
    for (size_t i = 0; variable->text && i < members->axis[variable->axis].count; i++)
      free(variable->text[i]);
    free(variable->text);
    free(variable->number);
  }
  free(members);
}

bool wd_members_is_draw(const wd_members *members, size_t axis) {
  return strcmp(members->axis[axis].name, "draw") == 0;
}

void wd_members_place(const wd_members *members, size_t member, size_t index[WD_AXES_MAX]) {
  for (size_t a = members->axes; a-- > 0;) {
    index[a] = member % members->axis[a].count;
    member /= members->axis[a].count;
  }
}

const char *wd_members_value(const wd_members *members, const wd_variable *variable, size_t member) {
  size_t index[WD_AXES_MAX];
  wd_members_place(members, member, index);
  return variable->text[index[variable->axis]];
}

char *wd_members_describe(const wd_members *members, size_t member) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) return NULL;
  for (size_t v = 0; v < members->variables; v++)
    fprintf(out, "%s%s = %s", v ? ", " : "", members->variable[v].key->path,
            wd_members_value(members, &members->variable[v], member));
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}
