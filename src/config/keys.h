/* The declarations of the configuration keys: one line each, from which all else about a key follows. */
#ifndef WDSCAN_KEYS_H
#define WDSCAN_KEYS_H

#include "wdscan/config.h"

/* How a value is written and where it lives in wd_config. */
enum wd_key_type {
  WD_KEY_REAL,    /* a number; double */
  WD_KEY_INTEGER, /* an integer; int64_t */
  WD_KEY_CHOICE,  /* one of `choices`; int, its index */
  WD_KEY_CHOICES, /* a list of some of `choices`; unsigned, bit 1u << index */
  WD_KEY_TEXT,    /* a text; char[WD_PATH_MAX] */
  WD_KEY_REALS,   /* a list of 1 to WD_LEVELS_MAX numbers; double[WD_LEVELS_MAX], then int64_t, their count */
  WD_KEY_VALUES, /* a list of 0 to WD_VALUES_MAX ascending numbers; double[WD_VALUES_MAX], then int64_t, their count */
  WD_KEY_TREE,  /* {key: value, ...} of any depth; char[WD_TREE_TEXT], as YAML in one line */
  WD_KEY_MODEL, /* one of `choices` or {charges: {e: 1}, mixing: 0}; wd_gauge_model */
  WD_KEY_NUCLEI /* He4, {Z: 2, A: 4} or {H1: 0.7, He4: 0.3}; wd_composition */
};

/* What the value of a key governs. */
enum wd_key_role {
  WD_KEY_RESULTS, /* results depend on it */
  WD_KEY_CONTROL  /* only where and when things are written, or what is shown beside the results */
};

typedef struct wd_key {
  const char *path; /* "section.name" */
  enum wd_key_type type;
  enum wd_key_role role;
  size_t offset;       /* of the value in wd_config */
  const char *unit;    /* "" if it has none */
  const char *initial; /* the default, as YAML */
  const char *range;   /* of numbers, one or two intervals: "(0, 10]", "(-inf, 0) or (0, inf)"; else NULL */
  const char *const *choices; /* ends with NULL; else NULL */
  const char *meaning;
} wd_key;

/* Nuclei that stars are made of; ends with NULL. */
extern const char *const wd_nuclei[];

/* The names of wd_charges, leptons first; ends with NULL. */
extern const char *const wd_charge_names[];

enum { WD_EXPECTED_TEXT = 192 };

size_t wd_key_count(void);
const wd_key *wd_key_at(size_t index);
const wd_key *wd_key_find(const char *path); /* NULL: unknown */
bool wd_key_is_section(const char *path);    /* "grid" and "grid.mass" are */

/* The known key or section whose name is nearest to an unknown one; length of its name in *length. */
const char *wd_key_nearest(const char *path, int *length);

bool wd_key_allows_real(const wd_key *key, double value);
bool wd_key_allows_integer(const wd_key *key, int64_t value);

/* What a value must be: "a number in (0, 10]". Returns buffer. */
const char *wd_key_expected(const wd_key *key, char buffer[WD_EXPECTED_TEXT]);

/* Writes the lines "section:" that are entered when the key `path` follows the key `previous` (NULL: none) in
 * a YAML file. Returns the indentation of the line of `path`, in *name its last component. */
int wd_key_enter(FILE *out, const char *previous, const char *path, const char **name);

#endif
