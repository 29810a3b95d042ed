/* Values of configuration keys; see config/value.h.
 *
 * read_X() converts a YAML node to the type X of a key, or adds a mistake that says what was expected;
 * write_X() is its inverse. Both find the value in wd_config by the offset that the key declares.
 */
#include "config/value.h"
#include "base/constants.h"
#include "base/text.h"
#include "config/nuclei.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FRACTIONS_TOLERANCE 1e-3 /* of their sum; what is left is rounding */
#define CHARGES_TOLERANCE 1e-12  /* of their sum, likewise */
#define CHARGE_MAX 100.0
#define BARYONS_MAX 10.0 /* coupling of baryons over that of electrons; docs/models.md */

static void *field_of(const wd_key *key, wd_config *config) {
  return (char *)config + key->offset;
}

static const void *const_field_of(const wd_key *key, const wd_config *config) {
  return (const char *)config + key->offset;
}

/* "<what> is wrong; expected ...": always false. */
static bool refuse(const wd_key *key, const wd_yaml_node *node, wd_mistakes *m, const char *what,
                   const char *wrong) {
  char expected[WD_EXPECTED_TEXT];
  wd_mistakes_add(m, node->line, node->column, key->path, "%s%s%s; expected %s", what, *what ? " " : "",
                  wrong, wd_key_expected(key, expected));
  return false;
}

static bool refuse_text(const wd_key *key, const wd_yaml_node *node, wd_mistakes *m, const char *wrong) {
  char quoted[WD_QUOTED_TEXT];
  return refuse(key, node, m, wd_text_quoted(node->text, quoted), wrong);
}

static bool is_scalar(const wd_key *key, const wd_yaml_node *node, wd_mistakes *m) {
  if (node->kind == WD_YAML_MAPPING) return refuse(key, node, m, "", "holds keys, not a value");
  if (node->kind == WD_YAML_SEQUENCE) return refuse(key, node, m, "", "is a list");
  if (wd_yaml_is_null(node) && key->type != WD_KEY_TEXT) return refuse(key, node, m, "", "has no value");
  return true;
}

static bool is_list(const wd_key *key, const wd_yaml_node *node, wd_mistakes *m) {
  if (node->kind != WD_YAML_SEQUENCE) return refuse(key, node, m, "", "is not a list");
  if (!node->first) return refuse(key, node, m, "", "is an empty list");
  return true;
}

static bool read_real(const wd_key *key, const wd_yaml_node *node, double *out, wd_mistakes *m) {
  double value;
  if (!is_scalar(key, node, m)) return false;
  if (!node->plain) return refuse_text(key, node, m, "is a text, in quotes");
  if (!wd_text_to_real(node->text, &value)) return refuse_text(key, node, m, "is not a number");
  if (!wd_key_allows_real(key, value)) return refuse(key, node, m, node->text, "is out of range");
  *out = value;
  return true;
}

/* An integer of any size; whether it is in range is for the caller. */
static bool read_whole(const wd_key *key, const wd_yaml_node *node, int64_t *out, wd_mistakes *m) {
  if (!is_scalar(key, node, m)) return false;
  if (!node->plain) return refuse_text(key, node, m, "is a text, in quotes");
  if (!wd_text_to_integer(node->text, out)) return refuse_text(key, node, m, "is not an integer");
  return true;
}

static bool read_integer(const wd_key *key, const wd_yaml_node *node, int64_t *out, wd_mistakes *m) {
  int64_t value;
  if (!read_whole(key, node, &value, m)) return false;
  if (!wd_key_allows_integer(key, value)) return refuse(key, node, m, node->text, "is out of range");
  *out = value;
  return true;
}

static bool read_choice(const wd_key *key, const wd_yaml_node *node, int *out, wd_mistakes *m) {
  if (!is_scalar(key, node, m)) return false;
  for (int i = 0; key->choices[i]; i++) {
    if (strcmp(key->choices[i], node->text) != 0) continue;
    *out = i;
    return true;
  }
  return refuse_text(key, node, m, "is unknown");
}

static bool read_choices(const wd_key *key, const wd_yaml_node *node, unsigned *out, wd_mistakes *m) {
  unsigned mask = 0;
  if (!is_list(key, node, m)) return false;
  for (const wd_yaml_node *item = node->first; item; item = item->next) {
    int choice;
    if (!read_choice(key, item, &choice, m)) return false;
    if (mask & 1u << choice) return refuse_text(key, item, m, "is given twice");
    mask |= 1u << choice;
  }
  *out = mask;
  return true;
}

static bool store_text(const wd_key *key, const wd_yaml_node *node, const char *text, char *out,
                       wd_mistakes *m) {
  if (strlen(text) >= WD_PATH_MAX) return refuse(key, node, m, "", "is longer than 1023 bytes");
  if (!wd_text_is_printable(text)) {
    return refuse(key, node, m, "", "has characters that are not printable UTF-8");
  }
  strcpy(out, text);
  return true;
}
static_assert(WD_PATH_MAX == 1024, "stated in store_text");

static bool read_text(const wd_key *key, const wd_yaml_node *node, char *out, wd_mistakes *m) {
  if (!is_scalar(key, node, m)) return false;
  return store_text(key, node, wd_yaml_is_null(node) ? "" : node->text, out, m);
}

static bool read_reals(const wd_key *key, const wd_yaml_node *node, double *out, wd_mistakes *m) {
  double values[WD_LEVELS_MAX];
  int64_t n = 0;
  if (!is_list(key, node, m)) return false;
  for (const wd_yaml_node *item = node->first; item; item = item->next) {
    if (n == WD_LEVELS_MAX) return refuse(key, node, m, "", "is too long");
    if (!read_real(key, item, &values[n], m)) return false;
    for (int64_t i = 0; i < n; i++) {
      if (values[i] == values[n]) return refuse_text(key, item, m, "is given twice");
    }
    n++;
  }
  memcpy(out, values, (size_t)n * sizeof *out);
  memcpy(out + WD_LEVELS_MAX, &n, sizeof n);
  return true;
}

/* May be empty. */
static bool read_values(const wd_key *key, const wd_yaml_node *node, double *out, wd_mistakes *m) {
  double values[WD_VALUES_MAX];
  int64_t n = 0;
  if (node->kind != WD_YAML_SEQUENCE) return refuse(key, node, m, "", "is not a list");
  for (const wd_yaml_node *item = node->first; item; item = item->next) {
    if (n == WD_VALUES_MAX) return refuse(key, node, m, "", "is too long");
    if (!read_real(key, item, &values[n], m)) return false;
    if (n > 0 && values[n] <= values[n - 1])
      return refuse_text(key, item, m, "is not above the value before it");
    n++;
  }
  memcpy(out, values, (size_t)n * sizeof *out);
  memcpy(out + WD_VALUES_MAX, &n, sizeof n);
  return true;
}

/* What stands in it is checked when all keys are known. */
static bool read_tree(const wd_key *key, const wd_yaml_node *node, char *out, wd_mistakes *m) {
  char text[WD_TREE_TEXT] = "";
  if (node->kind != WD_YAML_MAPPING) return refuse(key, node, m, "", "is no tree of keys");
  FILE *stream = fmemopen(text, sizeof text, "w");
  if (!stream) return m->no_memory = true, false;
  wd_yaml_write(node, stream);
  const bool fits = fflush(stream) == 0 && ftell(stream) < WD_TREE_TEXT - 1;
  fclose(stream);
  if (!fits) return refuse(key, node, m, "", "is longer than 8190 bytes");
  if (!wd_text_is_printable(text))
    return refuse(key, node, m, "", "has characters that are not printable UTF-8");
  strcpy(out, text);
  return true;
}

/* {Z: 6, A: 12} */
static bool read_charges(const wd_key *key, const wd_yaml_node *node, wd_composition *out, wd_mistakes *m) {
  int64_t z = 0, a = 0;
  for (const wd_yaml_node *item = node->first; item; item = item->next) {
    bool is_z = !strcmp(item->key, "Z"), is_a = !strcmp(item->key, "A");
    char quoted[WD_QUOTED_TEXT];
    if (!is_z && !is_a) return refuse(key, item, m, wd_text_quoted(item->key, quoted), "is unknown");
    if (!read_whole(key, item, is_z ? &z : &a, m)) return false;
  }
  if (z < 1 || a < z || a > WD_MASS_NUMBER_MAX) return refuse(key, node, m, "", "is not a nucleus");
  *out = (wd_composition){1, {{z, a, 1}}};
  return true;
}

/* {H1: 0.7, He4: 0.28, O16: 0.02} */
static bool read_fractions(const wd_key *key, const wd_yaml_node *node, wd_composition *out, wd_mistakes *m) {
  wd_composition all = {0};
  double sum = 0;
  char quoted[WD_QUOTED_TEXT];
  for (const wd_yaml_node *item = node->first; item; item = item->next) {
    if (all.count == WD_NUCLEI_MAX) return refuse(key, item, m, "", "has more than 16 nuclei");
    wd_share *share = &all.share[all.count];
    if (!wd_nucleus_read(item->key, false, &share->Z, &share->A))
      return refuse(key, item, m, wd_text_quoted(item->key, quoted), "is unknown");
    if (!is_scalar(key, item, m)) return false;
    if (!wd_text_to_real(item->text, &share->fraction)) return refuse_text(key, item, m, "is not a number");
    if (!(share->fraction > 0 && share->fraction <= 1))
      return refuse(key, item, m, item->text, "is no mass fraction in (0, 1]");
    sum += share->fraction;
    all.count++;
  }
  if (!(fabs(sum - 1) <= FRACTIONS_TOLERANCE)) {
    wd_mistakes_add(m, node->line, node->column, key->path,
                    "has mass fractions that add up to %.6g, not 1; expected 1 within %g", sum,
                    FRACTIONS_TOLERANCE);
    return false;
  }
  *out = all;
  return true;
}

static bool read_nuclei(const wd_key *key, const wd_yaml_node *node, wd_composition *out, wd_mistakes *m) {
  if (node->kind == WD_YAML_MAPPING) {
    bool charges = !node->first || !strcmp(node->first->key, "Z") || !strcmp(node->first->key, "A");
    return charges ? read_charges(key, node, out, m) : read_fractions(key, node, out, m);
  }
  if (!is_scalar(key, node, m)) return false;
  int64_t z, a;
  if (!wd_nucleus_read(node->text, false, &z, &a)) return refuse_text(key, node, m, "is unknown");
  *out = (wd_composition){1, {{z, a, 1}}};
  return true;
}

/* --- A model by its charges --- */

static bool read_charge(const wd_key *key, const wd_yaml_node *node, double *out, wd_mistakes *m) {
  if (!is_scalar(key, node, m)) return false;
  if (!wd_text_to_real(node->text, out)) return refuse_text(key, node, m, "is not a number");
  if (!(fabs(*out) <= CHARGE_MAX)) return refuse(key, node, m, node->text, "is beyond 100");
  return true;
}

/* {e: 1, mu: -1, tau: 0, B: 0}; who is not named has none. */
static bool read_charged(const wd_key *key, const wd_yaml_node *node, wd_charges *out, wd_mistakes *m) {
  if (node->kind != WD_YAML_MAPPING) return refuse(key, node, m, "charges:", "names no e, mu, tau or B");
  for (const wd_yaml_node *item = node->first; item; item = item->next) {
    double *const place[] = {&out->lepton[0], &out->lepton[1], &out->lepton[2], &out->baryon};
    char quoted[WD_QUOTED_TEXT];
    int i = 0;
    while (wd_charge_names[i] && strcmp(wd_charge_names[i], item->key)) i++;
    if (!wd_charge_names[i]) return refuse(key, item, m, wd_text_quoted(item->key, quoted), "is unknown");
    if (!read_charge(key, item, place[i], m)) return false;
  }
  return true;
}

static bool read_mixing(const wd_key *key, const wd_yaml_node *node, wd_charges *out, wd_mistakes *m) {
  out->loop = node->kind == WD_YAML_SCALAR && !strcmp(node->text, "loop");
  return out->loop || read_charge(key, node, &out->mixing, m);
}

/* The loops of leptons must have a finite sum. */
static bool loops_are_finite(const wd_key *key, const wd_yaml_node *node, const wd_charges *c,
                             wd_mistakes *m) {
  const double sum = c->lepton[0] + c->lepton[1] + c->lepton[2];
  if (!c->loop || (fabs(sum) <= CHARGES_TOLERANCE && c->baryon == 0)) return true;
  wd_mistakes_add(m, node->line, node->column, key->path,
                  "mixing: loop diverges where leptons have charges that add up to %g and B is %g; expected "
                  "sum and B of 0, or as mixing a number, epsilon_A/g",
                  sum, c->baryon);
  return false;
}

/* Electrons are the emitters. Baryons may couple more strongly, but not so much that nuclei would count. */
static bool electrons_emit(const wd_key *key, const wd_yaml_node *node, const wd_charges *c, wd_mistakes *m) {
  const bool leptons = c->lepton[0] != 0 || c->lepton[1] != 0 || c->lepton[2] != 0;
  const double electrons = c->lepton[0] + sqrt(4 * WD_PI * WD_ALPHA) * c->mixing;
  const bool coupled = c->loop ? leptons : electrons != 0;
  const bool nuclei = coupled && fabs(c->baryon) > BARYONS_MAX * fabs(electrons);
  if (!coupled)
    wd_mistakes_add(
        m, node->line, node->column, key->path,
        "couples to no electrons, so that no star would emit it; expected a charge of e, or mixing");
  if (nuclei)
    wd_mistakes_add(m, node->line, node->column, key->path,
                    "B is %g, but electrons couple with %g; expected a ratio of at most %g: the emission by "
                    "nuclei is not computed",
                    c->baryon, electrons, BARYONS_MAX);
  return coupled && !nuclei;
}

/* {charges: {...}, mixing: loop or a number}; without mixing: 0. */
static bool read_charges_and_mixing(const wd_key *key, const wd_yaml_node *node, wd_gauge_model *out,
                                    wd_mistakes *m) {
  wd_gauge_model model = {.group = WD_GROUP_CHARGES};
  for (const wd_yaml_node *item = node->first; item; item = item->next) {
    const bool charges = !strcmp(item->key, "charges"), mixing = !strcmp(item->key, "mixing");
    char quoted[WD_QUOTED_TEXT];
    if (!charges && !mixing) return refuse(key, item, m, wd_text_quoted(item->key, quoted), "is unknown");
    if (charges && !read_charged(key, item, &model.charges, m)) return false;
    if (mixing && !read_mixing(key, item, &model.charges, m)) return false;
  }
  if (!loops_are_finite(key, node, &model.charges, m)) return false;
  if (!electrons_emit(key, node, &model.charges, m)) return false;
  *out = model;
  return true;
}

static bool read_model(const wd_key *key, const wd_yaml_node *node, wd_gauge_model *out, wd_mistakes *m) {
  wd_gauge_model model = {0};
  if (node->kind == WD_YAML_MAPPING) return read_charges_and_mixing(key, node, out, m);
  if (!read_choice(key, node, &model.group, m)) return false;
  *out = model;
  return true;
}

bool wd_value_read(const wd_key *key, const wd_yaml_node *node, wd_config *config, wd_mistakes *m) {
  void *field = field_of(key, config);
  switch (key->type) {
  case WD_KEY_REAL:
    return read_real(key, node, field, m);
  case WD_KEY_INTEGER:
    return read_integer(key, node, field, m);
  case WD_KEY_CHOICE:
    return read_choice(key, node, field, m);
  case WD_KEY_CHOICES:
    return read_choices(key, node, field, m);
  case WD_KEY_TEXT:
    return read_text(key, node, field, m);
  case WD_KEY_REALS:
    return read_reals(key, node, field, m);
  case WD_KEY_VALUES:
    return read_values(key, node, field, m);
  case WD_KEY_TREE:
    return read_tree(key, node, field, m);
  case WD_KEY_MODEL:
    return read_model(key, node, field, m);
  case WD_KEY_NUCLEI:
    return read_nuclei(key, node, field, m);
  }
  assert(!"key type");
  return false;
}

bool wd_value_read_text(const wd_key *key, const char *text, wd_config *config, wd_mistakes *m) {
  assert(key->type == WD_KEY_TEXT);
  const wd_yaml_node nowhere = {0};
  return store_text(key, &nowhere, text, field_of(key, config), m);
}

static void write_choices(const wd_key *key, unsigned mask, FILE *out) {
  const char *separator = "[";
  for (int i = 0; key->choices[i]; i++) {
    if (!(mask & 1u << i)) continue;
    fprintf(out, "%s%s", separator, key->choices[i]);
    separator = ", ";
  }
  fputc(']', out);
}

/* A list with room for `most` values, and their count behind it. */
static void write_reals(const double *values, size_t most, FILE *out) {
  char text[WD_REAL_TEXT];
  int64_t n;
  memcpy(&n, values + most, sizeof n);
  fputc('[', out);
  for (int64_t i = 0; i < n; i++) fprintf(out, "%s%s", i ? ", " : "", wd_text_from_real(values[i], text));
  fputc(']', out);
}

static void write_nuclei(const wd_composition *c, FILE *out) {
  char name[WD_NUCLEUS_TEXT], text[WD_REAL_TEXT];
  const wd_share *first = &c->share[0];
  if (c->count == 1 && wd_nucleus_name(first->Z, first->A, name))
    fputs(name, out);
  else if (c->count == 1)
    fprintf(out, "{Z: %lld, A: %lld}", (long long)first->Z, (long long)first->A);
  for (int64_t i = 0; c->count > 1 && i < c->count; i++)
    fprintf(out, "%s%s: %s%s", i ? ", " : "{", wd_nucleus_name(c->share[i].Z, c->share[i].A, name),
            wd_text_from_real(c->share[i].fraction, text), i + 1 == c->count ? "}" : "");
}

static void write_model(const wd_key *key, const wd_gauge_model *model, FILE *out) {
  const wd_charges *c = &model->charges;
  const double charge[] = {c->lepton[0], c->lepton[1], c->lepton[2], c->baryon};
  char text[WD_REAL_TEXT];
  if (model->group != WD_GROUP_CHARGES) {
    fputs(key->choices[model->group], out);
    return;
  }
  for (int i = 0; wd_charge_names[i]; i++)
    fprintf(out, "%s%s: %s", i ? ", " : "{charges: {", wd_charge_names[i],
            wd_text_from_real(charge[i], text));
  fprintf(out, "}, mixing: %s}", c->loop ? "loop" : wd_text_from_real(c->mixing, text));
}

void wd_value_write(const wd_key *key, const wd_config *config, FILE *out) {
  const void *field = const_field_of(key, config);
  char text[WD_REAL_TEXT];
  switch (key->type) {
  case WD_KEY_REAL:
    fputs(wd_text_from_real(*(const double *)field, text), out);
    break;
  case WD_KEY_INTEGER:
    fprintf(out, "%lld", (long long)*(const int64_t *)field);
    break;
  case WD_KEY_CHOICE:
    fputs(key->choices[*(const int *)field], out);
    break;
  case WD_KEY_CHOICES:
    write_choices(key, *(const unsigned *)field, out);
    break;
  case WD_KEY_TEXT:
    wd_yaml_write_quoted(field, out);
    break;
  case WD_KEY_REALS:
    write_reals(field, WD_LEVELS_MAX, out);
    break;
  case WD_KEY_VALUES:
    write_reals(field, WD_VALUES_MAX, out);
    break;
  case WD_KEY_TREE:
    fputs(field, out);
    break;
  case WD_KEY_MODEL:
    write_model(key, field, out);
    break;
  case WD_KEY_NUCLEI:
    write_nuclei(field, out);
  }
}

char *wd_value_text(const wd_key *key, const wd_config *config) {
  char *text = NULL;
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) return NULL;
  wd_value_write(key, config, out);
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}
