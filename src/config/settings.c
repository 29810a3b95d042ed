/* The configuration with the origins of its values; see wdscan/config.h.
 *
 * Everything is read in the same way: a YAML tree is laid over the present values (lay), be it that of a
 * file, of a value on the command line, or of a default. Mistakes are collected on the way. Keys whose new
 * value was refused are marked, so that validation does not complain about what follows from that.
 */
#include "base/place.h"
#include "base/text.h"
#include "config/axis_forms.h"
#include "config/members.h"
#include "config/source.h"
#include "config/value.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_TEXT = 256, FILE_SIZE_MAX = 1 << 20 };

static const char command_line[] = "command line", by_default[] = "default";

typedef struct origin {
  const char *source; /* "default", "command line", or the name of a file (owned by the settings) */
  int line, column;   /* 0: the source has none */
  bool refused;       /* a value was given, but is wrong */
} origin;

struct wd_settings {
  wd_config config;
  origin *origins; /* [wd_key_count()] */
  char **names;    /* the files read, to which origins point */
  size_t names_count;
};

typedef struct reading {
  wd_settings *settings;
  const char *source;
  wd_mistakes *mistakes;
  const char *file; /* paths count from the folder of this one; NULL: they stay as they are */
} reading;

/* --- Laying a YAML tree over the values --------------------------------------------------------------------
 */

static origin *origin_of(const wd_settings *settings, const wd_key *key) {
  return &settings->origins[key - wd_key_at(0)];
}

/* The key "grid.mass.min" beside "grid.mass.values". */
static const wd_key *key_beside(const wd_key *values, const char *name) {
  char path[PATH_TEXT];
  snprintf(path, sizeof path, "%.*s.%s", (int)(strrchr(values->path, '.') - values->path), values->path,
           name);
  return wd_key_find(path);
}

/* Values that are listed bring their own min, max and points. What the same source has said of these before stays, for
 * check_listed() to see. */
static void lay_ends(reading *r, const wd_key *values) {
  static const char *const name[] = {"min", "max", "points"};
  wd_grid_axis *axis =
      (wd_grid_axis *)((char *)&r->settings->config + values->offset - offsetof(wd_grid_axis, values));
  for (size_t i = 0; i < sizeof name / sizeof *name && axis->count; i++) {
    origin *o = origin_of(r->settings, key_beside(values, name[i]));
    if (o->source == r->source) continue;
    *o = *origin_of(r->settings, values);
    if (i == 0) axis->min = axis->values[0];
    if (i == 1) axis->max = axis->values[axis->count - 1];
    if (i == 2) axis->points = axis->count;
  }
}

/* Names of files among the values of an axis. A path in a file counts from the folder of the file. */
static void place_listed_paths(reading *r, wd_yaml_node *axes) {
  const char *slash = r->file ? strrchr(r->file, '/') : NULL;
  for (wd_yaml_node *axis = axes->first; slash && axis; axis = axis->next) {
    const wd_key *key = axis->key ? wd_key_find(axis->key) : NULL;
    for (wd_yaml_node *item = key && key->type == WD_KEY_TEXT ? axis->first : NULL; item; item = item->next) {
      char whole[2 * WD_PATH_MAX], *text;
      if (!item->text || !*item->text || *item->text == '/') continue;
      snprintf(whole, sizeof whole, "%.*s%s", (int)(slash + 1 - r->file), r->file, item->text);
      text = strdup(whole);
      if (!text) {
        r->mistakes->no_memory = true;
        return;
      }
      free(item->text);
      item->text = text;
    }
  }
}

static void lay_value(reading *r, const wd_key *key, wd_yaml_node *node) {
  bool read = wd_axis_forms_settle(key, node, r->mistakes);
  if (read && key->type == WD_KEY_TREE) place_listed_paths(r, node);
  read = read && wd_value_read(key, node, &r->settings->config, r->mistakes);
  *origin_of(r->settings, key) =
      (origin){.source = r->source, .line = node->line, .column = node->column, .refused = !read};
  if (read && key->type == WD_KEY_VALUES) lay_ends(r, key);
}

static void refuse_key(reading *r, const char *path, int line, int column) {
  int length = 0;
  const char *nearest = wd_key_nearest(path, &length);
  wd_mistakes_add(r->mistakes, line, column, path, "unknown key; the nearest known one is %.*s", length,
                  nearest);
}

static void lay(reading *r, wd_yaml_node *node, const char *path);

static void lay_section(reading *r, wd_yaml_node *node, const char *path) {
  if (wd_yaml_is_null(node)) return;
  if (node->kind != WD_YAML_MAPPING) {
    wd_mistakes_add(r->mistakes, node->line, node->column, *path ? path : NULL,
                    "has a value, but is a section; expected `key: value` lines");
    return;
  }
  for (wd_yaml_node *item = node->first; item; item = item->next) {
    char inner[PATH_TEXT];
    snprintf(inner, sizeof inner, "%s%s%s", path, *path ? "." : "", item->key);
    if (strchr(item->key, '.')) {
      wd_mistakes_add(r->mistakes, item->key_line, item->key_column, inner,
                      "a key has no dots here; expected sections, one in the other");
    } else {
      lay(r, item, inner);
    }
  }
}

/* `path` "" is the whole configuration. */
static void lay(reading *r, wd_yaml_node *node, const char *path) {
  char values[PATH_TEXT + sizeof ".values"]; /* `grid.mass: [1, 2]` */
  snprintf(values, sizeof values, "%s.values", path);
  const wd_key *key = wd_key_find(node->kind == WD_YAML_SEQUENCE && wd_key_find(values) ? values : path);
  if (key)
    lay_value(r, key, node);
  else if (*path == '\0' || wd_key_is_section(path))
    lay_section(r, node, path);
  else
    refuse_key(r, path, node->key_line, node->key_column);
}

static void lay_text(reading *r, const char *text, size_t length) {
  wd_yaml_node *root = wd_yaml_read(text, length, r->mistakes);
  if (root) lay(r, root, "");
  wd_yaml_free(root);
}

/* --- Sources -----------------------------------------------------------------------------------------------
 */

static const char *remember_name(wd_settings *settings, const char *name) {
  char **names = realloc(settings->names, (settings->names_count + 1) * sizeof *names);
  if (!names) return NULL;
  settings->names = names;
  char *copy = strdup(name);
  if (copy) names[settings->names_count++] = copy;
  return copy;
}

static void forget_places(wd_yaml_node *node) {
  for (; node; node = node->next) {
    node->line = node->key_line = 0;
    forget_places(node->first);
  }
}

/* One value of the command line or of the defaults, which have no lines; `text` is all that was given, its
 * value begins at `value`. */
static void lay_lone_value(reading *r, const char *path, const char *text, const char *value) {
  wd_mistakes *m = r->mistakes;
  size_t before = m->count;
  m->source = text;
  wd_yaml_node *node = wd_yaml_read(value, strlen(value), m);
  m->source = r->source;
  forget_places(node);
  wd_yaml_node nothing = {.kind = WD_YAML_SCALAR, .text = (char *)"", .plain = true};
  if (m->count == before && !m->no_memory) lay(r, node ? node : &nothing, path);
  wd_yaml_free(node);
}

static void lay_assignment(wd_settings *settings, const char *assignment, wd_mistakes *m) {
  reading r = {settings, command_line, m, NULL};
  const char *equals = strchr(assignment, '=');
  char path[PATH_TEXT];
  m->source = command_line;
  if (!equals || equals == assignment) {
    wd_mistakes_add(m, 0, 0, "--set", "\"%.60s\" is not an assignment; expected KEY=VALUE", assignment);
    return;
  }
  snprintf(path, sizeof path, "%.*s", (int)(equals - assignment), assignment);
  lay_lone_value(&r, path, assignment, equals + 1);
}

/* Does it begin as a file of HDF5? */
static bool is_hdf5(const char *text, size_t length) {
  static const char magic[] = "\x89HDF\r\n\x1a\n";
  return length >= sizeof magic - 1 && memcmp(text, magic, sizeof magic - 1) == 0;
}

/* Reads all of `in` into a malloc'ed buffer, of HDF5 the beginning; NULL with errno, EFBIG if it is no configuration. */
static char *read_all(FILE *in, size_t *length) {
  char *text = malloc(FILE_SIZE_MAX + 1);
  if (!text) return NULL;
  *length = fread(text, 1, FILE_SIZE_MAX + 1, in);
  if (!ferror(in) && (*length <= FILE_SIZE_MAX || is_hdf5(text, *length))) return text;
  if (!ferror(in)) errno = EFBIG;
  int error = errno;
  free(text);
  errno = error;
  return NULL;
}

static const char *name_of(const char *path) {
  return strcmp(path, "-") ? path : "standard input";
}

/* A path in a file counts from the folder of the file. */
static void place_path(wd_settings *settings, const char *key, char value[WD_PATH_MAX], const char *file,
                       const char *name, wd_mistakes *m) {
  const origin *o = origin_of(settings, wd_key_find(key));
  const char *slash = strrchr(file, '/');
  char whole[2 * WD_PATH_MAX];
  if (o->source != name || o->refused || !slash || *value == '\0' || *value == '/') return;
  int length = snprintf(whole, sizeof whole, "%.*s%s", (int)(slash + 1 - file), file, value);
  if (length < WD_PATH_MAX)
    memcpy(value, whole, (size_t)length + 1);
  else
    wd_mistakes_add(m, o->line, o->column, key,
                    "with the folder of the file in front it has %d bytes; expected fewer than %d", length,
                    WD_PATH_MAX);
}

static int lay_file_text(wd_settings *settings, const char *path, const char *text, size_t length,
                         wd_mistakes *m, wd_error *err) {
  const char *name = remember_name(settings, name_of(path));
  if (!name) return wd_fail(err, WD_ERR_MEMORY, "%s: out of memory", path);
  reading r = {settings, name, m, path};
  m->source = name;
  lay_text(&r, text, length);
  place_path(settings, "star.profile", settings->config.star.profile, path, name, m);
  place_path(settings, "likelihood.luminosity_function", settings->config.likelihood.luminosity_function,
             path, name, m);
  place_path(settings, "cooling.track", settings->config.cooling.track, path, name, m);
  place_path(settings, "output.file", settings->config.output.file, path, name, m);
  return WD_OK;
}

static void lay_output(wd_settings *settings, const char *file, const char *source, wd_mistakes *m) {
  const wd_key *key = wd_key_find("output.file");
  m->source = source;
  bool read = wd_value_read_text(key, file, &settings->config, m);
  *origin_of(settings, key) = (origin){.source = source, .refused = !read};
}

/* Names the result file after the configuration file: dir/fig4.yaml gives fig4.h5. */
static void name_output(wd_settings *settings, const char *path, wd_mistakes *m) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  const char *dot = strrchr(name, '.');
  int length = dot && dot > name ? (int)(dot - name) : (int)strlen(name);
  char file[WD_PATH_MAX];
  snprintf(file, sizeof file, "%.*s.h5", length, name);
  lay_output(settings, strcmp(path, "-") ? file : "scan.h5", by_default, m);
}

/* --- Checks of several keys together -----------------------------------------------------------------------
 */

static const origin *usable_origin(const wd_settings *settings, const char *path) {
  const origin *o = origin_of(settings, wd_key_find(path));
  return o->refused ? NULL : o;
}

/* min, max and points beside a list: its own, or none. */
static void check_listed(const wd_settings *settings, const char *path, const wd_grid_axis *axis,
                         wd_mistakes *m) {
  char key[PATH_TEXT], given[WD_REAL_TEXT], own[WD_REAL_TEXT];
  const struct {
    const char *name;
    double given, own;
  } of[] = {{"min", axis->min, axis->values[0]},
            {"max", axis->max, axis->values[axis->count - 1]},
            {"points", (double)axis->points, (double)axis->count}};
  for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
    snprintf(key, sizeof key, "%s.%s", path, of[i].name);
    const origin *o = usable_origin(settings, key);
    if (!o || of[i].given == of[i].own) continue;
    m->source = o->source;
    wd_mistakes_add(m, o->line, o->column, key,
                    "%s, but %s.values are listed, whose %s is %s; expected either the list or min, max and "
                    "points (values: [] removes the list)",
                    wd_text_from_real(of[i].given, given), path, of[i].name,
                    wd_text_from_real(of[i].own, own));
  }
}

static void check_axis(const wd_settings *settings, const char *path, const wd_grid_axis *axis,
                       wd_mistakes *m) {
  char min[PATH_TEXT], max[PATH_TEXT], points[PATH_TEXT];
  if (axis->count) {
    check_listed(settings, path, axis, m);
    return;
  }
  snprintf(min, sizeof min, "%s.min", path);
  snprintf(max, sizeof max, "%s.max", path);
  snprintf(points, sizeof points, "%s.points", path);
  const origin *low = usable_origin(settings, min), *high = usable_origin(settings, max);
  if (!low || !high || !usable_origin(settings, points)) return;
  bool right = axis->points == 1 ? axis->min <= axis->max : axis->min < axis->max;
  if (right) return;
  char place[WD_REAL_TEXT] = "", smaller[WD_REAL_TEXT], larger[WD_REAL_TEXT];
  if (high->line) snprintf(place, sizeof place, ":%d", high->line);
  m->source = low->source;
  wd_mistakes_add(m, low->line, low->column, min, "%s is not below %s = %s (%s%s); expected min < max%s",
                  wd_text_from_real(axis->min, smaller), max, wd_text_from_real(axis->max, larger),
                  high->source, place, axis->min == axis->max ? ", or points: 1" : "");
}

/* Levels of the excess; of f_s the limit of Hansen et al., Astrophys. J. 809 (2015) 141, at 95 %, and what better
 * observations may reach. */
static void settle_levels(wd_settings *settings) {
  static const double excess[] = {0.01, 0.1, 0.3, 0.5, 0.7}, f_s[] = {1.01, 1.1, 1.3, 1.5, 1.7};
  _Static_assert(sizeof excess == sizeof f_s, "as many of each");
  wd_config *c = &settings->config;
  if (origin_of(settings, wd_key_find("output.contour_levels"))->source != by_default) return;
  memcpy(c->output.contour_levels, c->observable == WD_OBSERVABLE_COOLING ? f_s : excess, sizeof excess);
  c->output.contour_level_count = sizeof excess / sizeof *excess;
}

/* The published formulas have no continuum: off by default, refused if asked for. */
static void settle_continuum(wd_settings *settings) {
  const bool published = settings->config.physics.formulas == WD_FORMULAS_PUBLISHED;
  if (origin_of(settings, wd_key_find("physics.continuum"))->source == by_default)
    settings->config.physics.continuum = published ? WD_CONTINUUM_OFF : WD_CONTINUUM_ON;
}

/* Defaults that follow from other keys. */
static void settle(wd_settings *settings) {
  settle_continuum(settings);
  settle_levels(settings);
}

/* The key's value is one that the printed formulas do not have: `why` says what they have. */
static void refuse_if_published(const wd_settings *settings, const char *key, bool other, const char *why,
                                wd_mistakes *m) {
  const origin *o = usable_origin(settings, key);
  if (!o || !usable_origin(settings, "physics.formulas")) return;
  if (settings->config.physics.formulas != WD_FORMULAS_PUBLISHED || !other) return;
  m->source = o->source;
  wd_mistakes_add(m, o->line, o->column, key, "%s, or physics.formulas: consistent", why);
}

static void check_continuum(const wd_settings *settings, wd_mistakes *m) {
  refuse_if_published(settings, "physics.continuum", settings->config.physics.continuum != WD_CONTINUUM_OFF,
                      "on, but physics.formulas: published has no continuum; expected off", m);
}

/* L_i - L_j, the first of the groups, do. */
static bool mixes_by_loops(const wd_gauge_model *model) {
  return model->group == WD_GROUP_CHARGES ? model->charges.loop : model->group <= WD_GROUP_E_TAU;
}

/* Mixing that is given does not run. */
static void check_loops(const wd_settings *settings, wd_mistakes *m) {
  const origin *mixing = usable_origin(settings, "physics.mixing");
  const wd_config *c = &settings->config;
  if (!mixing || !usable_origin(settings, "physics.model") || c->physics.mixing == WD_MIXING_ZERO) return;
  if (mixes_by_loops(&c->physics.model)) return;
  m->source = mixing->source;
  wd_mistakes_add(m, mixing->line, mixing->column, "physics.mixing",
                  "q2, but the kinetic mixing of this physics.model is a number, not that of loops; expected "
                  "zero");
}

static void check_mixing(const wd_settings *settings, wd_mistakes *m) {
  refuse_if_published(settings, "physics.mixing", settings->config.physics.mixing != WD_MIXING_ZERO,
                      "q2, but physics.formulas: published has the mixing at zero momentum; expected zero",
                      m);
}

static void check_window(const wd_settings *settings, wd_mistakes *m) {
  const origin *from = usable_origin(settings, "cooling.window.from"),
               *to = usable_origin(settings, "cooling.window.to");
  if (!from || !to || !usable_origin(settings, "cooling.window.quantity")) return;
  const double a = settings->config.cooling.window.from, b = settings->config.cooling.window.to;
  const bool magnitude = settings->config.cooling.window.quantity == WD_WINDOW_MAGNITUDE;
  if (magnitude ? a < b : a > b && b > 0) return;
  m->source = to->source;
  wd_mistakes_add(m, to->line, to->column, "cooling.window.to",
                  magnitude ? "%g, but the window begins at %g; expected a larger magnitude"
                            : "%g, but the window begins at %g; expected a smaller value above 0",
                  b, a);
}

/* Both layers need zones of their own. */
static void check_envelope(const wd_settings *settings, wd_mistakes *m) {
  const origin *helium = usable_origin(settings, "star.envelope.helium");
  if (!helium || !usable_origin(settings, "star.envelope.hydrogen")) return;
  const double below = settings->config.star.envelope.helium, above = settings->config.star.envelope.hydrogen;
  if (below == 0 || below >= 2 * above) return;
  m->source = helium->source;
  wd_mistakes_add(m, helium->line, helium->column, "star.envelope.helium",
                  "%g, with %g of hydrogen on top; expected twice that at least, or 0: no helium", below,
                  above);
}

static void check_cooling(const wd_settings *settings, wd_mistakes *m) {
  const origin *profile = usable_origin(settings, "star.profile");
  const wd_config *c = &settings->config;
  if (!profile || c->observable != WD_OBSERVABLE_COOLING || !c->star.profile[0]) return;
  m->source = profile->source;
  wd_mistakes_add(m, profile->line, profile->column, "star.profile",
                  "the star of a file does not cool; expected none with `observable: cooling`");
}

/* Without an A', f_s is 1. */
static void check_levels(const wd_settings *settings, wd_mistakes *m) {
  const origin *levels = usable_origin(settings, "output.contour_levels");
  const wd_config *c = &settings->config;
  if (!levels || c->observable != WD_OBSERVABLE_COOLING) return;
  for (int64_t i = 0; i < c->output.contour_level_count; i++) {
    const double level = c->output.contour_levels[i];
    char text[WD_REAL_TEXT];
    if (level > 0 && level != 1) continue;
    m->source = levels->source;
    wd_mistakes_add(m, levels->line, levels->column, "output.contour_levels",
                    "%s is no level of f_s, which is 1 without an A'; expected positive numbers other than 1",
                    wd_text_from_real(level, text));
  }
}

/* Data of a likelihood are of stars that cool. */
static void check_likelihood(const wd_settings *settings, wd_mistakes *m) {
  static const char *const used[] = {"likelihood.f_s.error", "likelihood.luminosity_function",
                                     "likelihood.pulsator.error", "likelihood.red_giant.error"};
  const wd_config *c = &settings->config;
  const bool in_use[] = {c->likelihood.f_s.error > 0, c->likelihood.luminosity_function[0] != '\0',
                         c->likelihood.pulsator.error > 0, c->likelihood.red_giant.error > 0};
  if (!usable_origin(settings, "observable") || c->observable == WD_OBSERVABLE_COOLING) return;
  for (size_t i = 0; i < sizeof used / sizeof *used; i++) {
    const origin *o = usable_origin(settings, used[i]);
    if (!o || !in_use[i]) continue;
    m->source = o->source;
    wd_mistakes_add(m, o->line, o->column, used[i],
                    "there is no likelihood of an excess; expected it with `observable: cooling` only");
  }
}

/* Along a cooling.track, of which the window only is followed, f_s and red giants are the data. */
static void check_track(const wd_settings *settings, wd_mistakes *m) {
  const wd_config *c = &settings->config;
  const origin *o = usable_origin(settings, "cooling.track");
  if (!o || !*c->cooling.track ||
      (!*c->likelihood.luminosity_function && !(c->likelihood.pulsator.error > 0)))
    return;
  m->source = o->source;
  wd_mistakes_add(m, o->line, o->column, "cooling.track",
                  "a likelihood of a luminosity function or a pulsator needs the star that reacts; expected "
                  "likelihood.f_s or likelihood.red_giant only, or no track");
}

/* A pulsator has a temperature and a period. */
static void check_pulsator(const wd_settings *settings, wd_mistakes *m) {
  static const char *const needed[] = {"likelihood.pulsator.effective_temperature",
                                       "likelihood.pulsator.period"};
  const wd_config *c = &settings->config;
  const double value[] = {c->likelihood.pulsator.effective_temperature, c->likelihood.pulsator.period};
  if (!usable_origin(settings, "likelihood.pulsator.error") || !(c->likelihood.pulsator.error > 0)) return;
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
    const origin *o = usable_origin(settings, needed[i]);
    if (!o || value[i] > 0) continue;
    m->source = o->source;
    wd_mistakes_add(
        m, o->line, o->column, needed[i],
        "0, but likelihood.pulsator.error puts the pulsator into the likelihood; expected a number above 0");
  }
}

/* The printed formulas are those of one model. */
static void check_edition(const wd_settings *settings, wd_mistakes *m) {
  const origin *edition = usable_origin(settings, "physics.formulas"),
               *model = usable_origin(settings, "physics.model");
  const bool published = settings->config.physics.formulas == WD_FORMULAS_PUBLISHED;
  if (!edition || !model || !published || settings->config.physics.model.group == WD_GROUP_MU_TAU) return;
  m->source = edition->source;
  wd_mistakes_add(
      m, edition->line, edition->column, "physics.formulas",
      "`published` are the formulas of arXiv:2405.00094, which treats mu-tau only, and the sign of its "
      "Eq. (15) would make an excess a deficit in other models; expected `consistent`, or physics.model: "
      "mu-tau");
}

/* Interpolation takes four masses to begin with, and contours to go by. */
static void check_refinement(const wd_settings *settings, wd_mistakes *m) {
  const origin *levels = usable_origin(settings, "grid.refine.levels");
  const wd_config *c = &settings->config;
  const int64_t least = ((int64_t)3 << c->grid.refine.levels) + 1;
  if (!levels || c->grid.refine.levels == 0) return;
  m->source = levels->source;
  if (usable_origin(settings, "grid.mass.points") && c->grid.mass.points < least)
    wd_mistakes_add(m, levels->line, levels->column, "grid.refine.levels",
                    "%lld, with a grid of %lld masses; expected %lld masses at least, or fewer levels",
                    (long long)c->grid.refine.levels, (long long)c->grid.mass.points, (long long)least);
  if (usable_origin(settings, "grid.coupling.points") && c->grid.coupling.points < 2)
    wd_mistakes_add(m, levels->line, levels->column, "grid.refine.levels",
                    "%lld, with a grid of one coupling, which has no contours to go by; expected two "
                    "couplings at least, or 0",
                    (long long)c->grid.refine.levels);
}

static wd_members_source tree_of(const wd_settings *settings, const char *path, const char *text) {
  const origin *o = origin_of(settings, wd_key_find(path));
  return (wd_members_source){text, o->source, o->line, o->column};
}

static wd_members *members_of(const wd_settings *settings, wd_mistakes *m) {
  const wd_members_source axes = tree_of(settings, "grid.axes", settings->config.grid.axes),
                          draws = tree_of(settings, "grid.draws", settings->config.grid.draws);
  return wd_members_read(&axes, &draws, m);
}

static void validate(const wd_settings *settings, wd_mistakes *m);

/* Each member has to be a configuration by itself; the first that is not is named. */
static void check_each_member(const wd_settings *settings, const wd_members *members, wd_mistakes *m) {
  const size_t before = m->count;
  for (size_t i = 0; i < members->count && m->count == before && !m->no_memory; i++) {
    wd_settings *member = NULL;
    char *name = wd_members_describe(members, i);
    if (!name || wd_member_settings(settings, members, i, &member, NULL))
      m->no_memory = true;
    else
      validate(member, m);
    if (m->count > before) {
      m->source = origin_of(settings, wd_key_find("grid.axes"))->source;
      wd_mistakes_add(m, 0, 0, "grid.axes", "this is so with %s", name);
    }
    free(name);
    wd_settings_free(member);
  }
}

/* Keys that would change no star. */
static void check_effects(const wd_settings *settings, const wd_members *members, wd_mistakes *m) {
  const wd_config *c = &settings->config;
  bool thermal = (c->star.structure == WD_STRUCTURE_THERMAL && !*c->star.profile) ||
                 c->observable == WD_OBSERVABLE_COOLING;
  for (size_t v = 0; v < members->variables; v++)
    thermal = thermal || strcmp(members->variable[v].key->path, "star.structure") == 0;
  for (size_t v = 0; v < members->variables && !thermal; v++) {
    const wd_variable *variable = &members->variable[v];
    const bool drawn = wd_members_is_draw(members, variable->axis);
    const origin *o = origin_of(settings, wd_key_find(drawn ? "grid.draws" : "grid.axes"));
    if (!wd_key_is_of_thermal(variable->key)) continue;
    m->source = o->source;
    wd_mistakes_add(m, o->line, o->column, variable->key->path,
                    "varies, and changes nothing; expected star.structure: thermal, and no star.profile");
  }
}

static void check_members(const wd_settings *settings, wd_mistakes *m) {
  wd_members *members = usable_origin(settings, "grid.axes") && usable_origin(settings, "grid.draws")
                            ? members_of(settings, m)
                            : NULL;
  if (members && members->axes) {
    check_effects(settings, members, m);
    check_each_member(settings, members, m);
  }
  wd_members_free(members);
}

static void validate(const wd_settings *settings, wd_mistakes *m) {
  check_mixing(settings, m);
  check_loops(settings, m);
  check_continuum(settings, m);
  check_edition(settings, m);
  check_window(settings, m);
  check_envelope(settings, m);
  check_cooling(settings, m);
  check_levels(settings, m);
  check_likelihood(settings, m);
  check_pulsator(settings, m);
  check_track(settings, m);
  check_axis(settings, "grid.mass", &settings->config.grid.mass, m);
  check_axis(settings, "grid.coupling", &settings->config.grid.coupling, m);
  check_refinement(settings, m);
  check_members(settings, m);
}

/* --- Members -----------------------------------------------------------------------------------------------
 */

/* The copy's names are its own. */
static int copy(const wd_settings *settings, wd_settings **out, wd_error *err) {
  const size_t keys = wd_key_count();
  wd_settings *new = calloc(1, sizeof *new);
  *out = new;
  if (new) new->origins = malloc(keys * sizeof *new->origins);
  if (!new || !new->origins) return wd_fail(err, WD_ERR_MEMORY, "configuration: out of memory");
  new->config = settings->config;
  memcpy(new->origins, settings->origins, keys * sizeof *new->origins);
  for (size_t n = 0; n < settings->names_count; n++) {
    const char *name = remember_name(new, settings->names[n]);
    if (!name) return wd_fail(err, WD_ERR_MEMORY, "configuration: out of memory");
    for (size_t i = 0; i < keys; i++)
      if (new->origins[i].source == settings->names[n]) new->origins[i].source = name;
  }
  return WD_OK;
}

int wd_members_create(const wd_settings *settings, wd_members **out, wd_error *err) {
  wd_mistakes mistakes = {0};
  *out = members_of(settings, &mistakes);
  return wd_mistakes_status(&mistakes, err);
}

/* Another value of a key, from the same place as the axes. */
static void lay_member_value(reading *r, const wd_key *key, const char *text, const origin *place) {
  lay_lone_value(r, key->path, r->source, text);
  *origin_of(r->settings, key) = *place;
}

int wd_member_settings(const wd_settings *settings, const wd_members *members, size_t member,
                       wd_settings **out, wd_error *err) {
  int status = copy(settings, out, err);
  if (status) return status;
  const origin axes = *origin_of(*out, wd_key_find("grid.axes")),
               draws = *origin_of(*out, wd_key_find("grid.draws"));
  wd_mistakes mistakes = {0};
  reading r = {*out, axes.source, &mistakes, NULL};
  for (size_t i = 0; i < members->variables; i++) {
    const wd_variable *v = &members->variable[i];
    const bool is_drawn = wd_members_is_draw(members, v->axis);
    lay_member_value(&r, v->key, wd_members_value(members, v, member), is_drawn ? &draws : &axes);
  }
  strcpy((*out)->config.grid.axes, "{}");
  strcpy((*out)->config.grid.draws, "{}");
  settle(*out);
  return wd_mistakes_status(&mistakes, err);
}

/* --- The public face ---------------------------------------------------------------------------------------
 */

int wd_settings_create(wd_settings **out, wd_error *err) {
  wd_settings *settings = calloc(1, sizeof *settings);
  origin *origins = calloc(wd_key_count(), sizeof *origins);
  *out = settings;
  if (!settings || !origins) {
    free(settings);
    free(origins);
    *out = NULL;
    return wd_fail(err, WD_ERR_MEMORY, "configuration: out of memory");
  }
  settings->origins = origins;
  wd_mistakes mistakes = {.source = by_default};
  reading r = {settings, by_default, &mistakes, NULL};
  for (size_t i = 0; i < wd_key_count(); i++) {
    const wd_key *key = wd_key_at(i);
    lay_lone_value(&r, key->path, key->path, key->initial);
  }
  assert(mistakes.count == 0);
  settle(settings);
  int status = wd_mistakes_status(&mistakes, err);
  if (status != WD_OK) {
    wd_settings_free(settings);
    *out = NULL;
  }
  return status;
}

void wd_settings_free(wd_settings *settings) {
  if (!settings) return;
  for (size_t i = 0; i < settings->names_count; i++) free(settings->names[i]);
  free(settings->names);
  free(settings->origins);
  free(settings);
}

int wd_config_read(const char *path, char **text, size_t *length, wd_error *err) {
  bool standard_input = strcmp(path, "-") == 0;
  FILE *in = stdin;
  int status =
      standard_input ? WD_OK : wd_place_open_input("cannot read the configuration: ", path, &in, err);
  if (status) return status;
  *text = read_all(in, length);
  int error = errno;
  if (!standard_input) fclose(in);
  if (!*text)
    return wd_fail(err, WD_ERR_IO, "%s: cannot read the configuration: %s", name_of(path), strerror(error));
  if (!is_hdf5(*text, *length)) return WD_OK;
  free(*text);
  *text = NULL;
  return wd_fail(
      err, WD_ERR_CONFIG,
      "%s is a result file (HDF5), no configuration; expected a YAML file. `wdscan status` shows the "
      "configuration it was made with, `wdscan contour` its contours",
      name_of(path));
}

int wd_settings_read(wd_settings *settings, const char *path, wd_error *err) {
  wd_mistakes mistakes = {0};
  char *text;
  size_t length;
  int status = wd_config_read(path, &text, &length, err);
  if (status != WD_OK) return status;
  status = lay_file_text(settings, path, text, length, &mistakes, err);
  free(text);
  settle(settings);
  return status == WD_OK ? wd_mistakes_status(&mistakes, err) : status;
}

int wd_settings_read_text(wd_settings *settings, const char *text, size_t length, const char *name,
                          wd_error *err) {
  wd_mistakes mistakes = {.source = remember_name(settings, name)};
  if (!mistakes.source) return wd_fail(err, WD_ERR_MEMORY, "%s: out of memory", name);
  reading r = {settings, mistakes.source, &mistakes, NULL};
  lay_text(&r, text, length);
  settle(settings);
  return wd_mistakes_status(&mistakes, err);
}

int wd_settings_set(wd_settings *settings, const char *assignment, wd_error *err) {
  wd_mistakes mistakes = {0};
  lay_assignment(settings, assignment, &mistakes);
  settle(settings);
  return wd_mistakes_status(&mistakes, err);
}

int wd_settings_validate(const wd_settings *settings, wd_error *err) {
  wd_mistakes mistakes = {0};
  validate(settings, &mistakes);
  return wd_mistakes_status(&mistakes, err);
}

int wd_settings_load_text(wd_settings *settings, const wd_config_source *source, const char *text,
                          size_t length, wd_error *err) {
  wd_mistakes mistakes = {0};
  int status = lay_file_text(settings, source->path, text, length, &mistakes, err);
  if (status != WD_OK) return status;
  for (size_t i = 0; i < source->count; i++) lay_assignment(settings, source->assignments[i], &mistakes);
  if (source->output) lay_output(settings, source->output, command_line, &mistakes);
  bool named = *settings->config.output.file || !usable_origin(settings, "output.file");
  if (!named) name_output(settings, source->path, &mistakes);
  settle(settings);
  validate(settings, &mistakes);
  return wd_mistakes_status(&mistakes, err);
}

int wd_settings_load(wd_settings *settings, const char *path, const char *const *assignments, size_t count,
                     const char *output, wd_error *err) {
  const wd_config_source source = {path, assignments, count, output};
  char *text;
  size_t length;
  int status = wd_config_read(path, &text, &length, err);
  if (status != WD_OK) return status;
  status = wd_settings_load_text(settings, &source, text, length, err);
  free(text);
  return status;
}

const wd_config *wd_settings_config(const wd_settings *settings) {
  return &settings->config;
}

/* --- Writing and comparing ---------------------------------------------------------------------------------
 */

char *wd_settings_value(const wd_settings *settings, const char *key) {
  const wd_key *found = wd_key_find(key);
  return found ? wd_value_text(found, &settings->config) : NULL;
}

static void write_origin(const origin *o, FILE *out) {
  fprintf(out, " # %s", o->source);
  if (o->line) fprintf(out, ":%d", o->line);
}

void wd_settings_write(const wd_settings *settings, FILE *out, bool origins) {
  const char *previous = NULL, *name;
  for (size_t i = 0; i < wd_key_count(); i++) {
    const wd_key *key = wd_key_at(i);
    int indent = wd_key_enter(out, previous, key->path, &name);
    fprintf(out, "%*s%s: ", indent, "", name);
    wd_value_write(key, &settings->config, out);
    if (origins) write_origin(origin_of(settings, key), out);
    fputc('\n', out);
    previous = key->path;
  }
}

void wd_settings_list(const wd_settings *settings, FILE *out) {
  for (size_t i = 0; i < wd_key_count(); i++) {
    const wd_key *key = wd_key_at(i);
    fprintf(out, "%s: ", key->path);
    wd_value_write(key, &settings->config, out);
    fputc('\n', out);
  }
}

char *wd_settings_text(const wd_settings *settings) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) return NULL;
  wd_settings_write(settings, out, /*origins=*/false);
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}

static bool write_difference(const wd_key *key, const wd_config *old, const wd_config *new, FILE *out) {
  char *before = wd_value_text(key, old), *after = wd_value_text(key, new);
  bool complete = before && after;
  if (complete && strcmp(before, after) != 0) fprintf(out, "%s: %s -> %s\n", key->path, before, after);
  free(before);
  free(after);
  return complete;
}

/* Another name for a file that is read changes no results by itself: its contents are compared with those stored. */
static enum wd_key_role role_of(const wd_key *key, const wd_config *old, const wd_config *new) {
  const struct {
    const char *path, *old, *new;
  } files[] = {{"star.profile", old->star.profile, new->star.profile},
               {"cooling.track", old->cooling.track, new->cooling.track},
               {"likelihood.luminosity_function", old->likelihood.luminosity_function,
                new->likelihood.luminosity_function}};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (strcmp(key->path, files[i].path) == 0 && *files[i].old && *files[i].new) return WD_KEY_CONTROL;
  return key->role;
}

char *wd_settings_differences(const wd_settings *old, const wd_settings *new_settings, bool physics) {
  enum wd_key_role role = physics ? WD_KEY_RESULTS : WD_KEY_CONTROL;
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) return NULL;
  bool complete = true;
  for (size_t i = 0; i < wd_key_count(); i++) {
    const wd_key *key = wd_key_at(i);
    if (role_of(key, &old->config, &new_settings->config) == role)
      complete &= write_difference(key, &old->config, &new_settings->config, out);
  }
  if (fclose(out) == 0 && complete) return text;
  free(text);
  return NULL;
}
