/* Reads one YAML document into a small tree that remembers where everything stands.
 *
 * What a configuration has no use for is refused: anchors, aliases, tags, several documents, keys that are
 * not plain words, keys given twice.
 */
#ifndef WDSCAN_YAML_H
#define WDSCAN_YAML_H

#include "config/mistakes.h"

#include <stdio.h>

enum wd_yaml_kind { WD_YAML_SCALAR, WD_YAML_SEQUENCE, WD_YAML_MAPPING };

typedef struct wd_yaml_node {
  enum wd_yaml_kind kind;
  int line, column;           /* of the value, from 1 */
  char *key;                  /* its name in a mapping; NULL elsewhere */
  int key_line, key_column;   /* of that name */
  char *text;                 /* of a scalar */
  bool plain;                 /* a scalar written without quotes */
  struct wd_yaml_node *first; /* of the elements of a sequence or mapping */
  struct wd_yaml_node *next;  /* element of the same sequence or mapping */
} wd_yaml_node;

/* Returns the tree, or NULL if the document is empty or cannot be read to its end; the latter, and all that
 * is refused, is added to `mistakes`. */
wd_yaml_node *wd_yaml_read(const char *text, size_t length, wd_mistakes *mistakes);
void wd_yaml_free(wd_yaml_node *node);

/* Writes a tree in one line, in which it reads the same; and a text in quotes. */
void wd_yaml_write(const wd_yaml_node *node, FILE *out);
void wd_yaml_write_quoted(const char *text, FILE *out);

/* Is the value absent: nothing, ~ or null? */
bool wd_yaml_is_null(const wd_yaml_node *node);

#endif
