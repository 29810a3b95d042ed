/* What is printed about the configuration keys: the table of `wdscan keys`, the reference configuration, the page
 * docs/configuration.md, and the section of the manual page. All of it follows from the declarations in keys.c.
 */
#include "config/keys.h"

#include <string.h>

static const char *const type_name[] = {
    [WD_KEY_REAL] = "real",       [WD_KEY_INTEGER] = "integer", [WD_KEY_CHOICE] = "choice",
    [WD_KEY_CHOICES] = "choices", [WD_KEY_TEXT] = "text",       [WD_KEY_REALS] = "reals",
    [WD_KEY_VALUES] = "values",   [WD_KEY_TREE] = "tree",       [WD_KEY_MODEL] = "model",
    [WD_KEY_NUCLEI] = "nuclei"};

static void write_allowed(FILE *out, const wd_key *key, const char *separator) {
  if (key->range) fprintf(out, "%s", key->range);
  for (int i = 0; key->choices && key->choices[i]; i++)
    fprintf(out, "%s%s", i ? separator : "", key->choices[i]);
  if (key->type == WD_KEY_TREE) fprintf(out, "{KEY: ..., ...}");
  if (key->type == WD_KEY_TEXT) fprintf(out, "any text");
  if (key->type == WD_KEY_MODEL)
    fprintf(out, "%s{charges: {e: 1, mu: -1, tau: 0, B: 0}, mixing: loop}", separator);
  if (key->type == WD_KEY_NUCLEI) {
    for (int i = 0; wd_nuclei[i]; i++) fprintf(out, "%s%s", wd_nuclei[i], separator);
    fprintf(out, "{Z: 6, A: 12}%s{H1: 0.7, He4: 0.3}", separator);
  }
}

void wd_keys_write(FILE *out) {
  static const char row[] = "%-29s %-8s %-6s %-34s ";
  fprintf(out, row, "KEY", "TYPE", "UNIT", "DEFAULT");
  fprintf(out, "RANGE or CHOICES\n");
  for (const wd_key *key = wd_key_at(0), *end = key + wd_key_count(); key < end; key++) {
    fprintf(out, row, key->path, type_name[key->type], *key->unit ? key->unit : "-", key->initial);
    write_allowed(out, key, " | ");
    fprintf(out, "\n    %s%s\n", key->meaning, key->role == WD_KEY_CONTROL ? " (run control)" : "");
  }
  fprintf(out, "\nResults depend on every key but those of run control, which may be changed when a scan is "
               "resumed.\n");
}

void wd_keys_write_reference(FILE *out) {
  fprintf(
      out,
      "# Every key of wdscan at its default; an empty file means the same. Made by `wdscan keys --yaml`.\n");
  const char *previous = NULL, *name;
  for (const wd_key *key = wd_key_at(0), *end = key + wd_key_count(); key < end; key++) {
    char text[WD_EXPECTED_TEXT];
    int indent = wd_key_enter(out, previous, key->path, &name);
    fprintf(out, "%*s# %s\n", indent, "", key->meaning);
    fprintf(out, "%*s%s: %s  # %s\n", indent, "", name, key->initial, wd_key_expected(key, text));
    previous = key->path;
  }
}

/* --- docs/configuration.md --- */

static const char markdown_head[] =
    "<!-- Made by `wdscan keys --markdown` from the declarations in src/config/keys.c; `make docs` renews "
    "it. -->\n"
    "# Configuration\n\n"
    "A configuration is a YAML file. Every key has a default, so that an empty file is a valid one:\n"
    "[`configs/reference.yaml`](../configs/reference.yaml) has them all. On the command line,\n"
    "`--set star.mass=0.6` changes a key. Unknown keys, keys that are given twice, and values of the wrong "
    "type or out of\n"
    "range are errors; all mistakes of a file are reported at once, with line and column.\n"
    "`wdscan check CONFIG` prints every key with its value and where that comes from, and what the scan will "
    "cost.\n\n"
    "Results depend on all keys but those marked *run control*: a scan goes on only with the values it began "
    "with,\n"
    "while keys of run control may change. Intervals have round brackets where the end is excluded.\n";

static void write_markdown_row(FILE *out, const wd_key *key) {
  const char *dot = strchr(key->path, '.');
  fprintf(out, "| `%s` | %s | %s | `%s` | ", dot ? dot + 1 : key->path, type_name[key->type], key->unit,
          key->initial);
  write_allowed(out, key, ", ");
  fprintf(out, " | %s%s |\n", key->meaning, key->role == WD_KEY_CONTROL ? " (*run control*)" : "");
}

void wd_keys_write_markdown(FILE *out) {
  const char *section = "";
  size_t length = 0;
  fputs(markdown_head, out);
  for (const wd_key *key = wd_key_at(0), *end = key + wd_key_count(); key < end; key++) {
    size_t n = strcspn(key->path, ".");
    if (n != length || strncmp(section, key->path, n) != 0)
      fprintf(out,
              "\n## %.*s\n\n| key | type | unit | default | allowed | meaning |\n|---|---|---|---|---|---|\n",
              (int)n, key->path);
    section = key->path, length = n;
    write_markdown_row(out, key);
  }
}
