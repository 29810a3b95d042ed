/* The YAML reader; see config/yaml.h.
 *
 * libyaml gives a stream of events (scalar, start and end of a list or mapping); read_node() turns the one at
 * hand, with all that belongs to it, into a tree. A fatal mistake (syntax, too deep, too many, no memory)
 * sets `failed`, upon which everything read so far is given back and wd_yaml_read returns NULL.
 */
#include "config/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { DEPTH_MAX = 16, NODES_MAX = 4096 };

typedef struct reader {
  yaml_parser_t parser;
  const char *input;
  wd_mistakes *mistakes;
  int nodes;
  bool failed;
} reader;

static wd_yaml_node *read_node(reader *r, yaml_event_t *event, int depth);

static void complain(reader *r, yaml_mark_t mark, const char *text) {
  wd_mistakes_add(r->mistakes, (int)mark.line + 1, (int)mark.column + 1, NULL, "%s", text);
}

static void fail(reader *r, yaml_mark_t mark, const char *text) {
  complain(r, mark, text);
  r->failed = true;
}

/* The place where a character that cannot be read stands: libyaml gives only its offset. */
static yaml_mark_t place_of(const reader *r, size_t offset) {
  yaml_mark_t mark = {.index = offset};
  for (size_t i = 0; i < offset; i++) {
    mark.column++;
    if (r->input[i] == '\n') mark.line++, mark.column = 0;
  }
  return mark;
}

static void fail_syntax(reader *r) {
  const yaml_parser_t *p = &r->parser;
  const char *problem = p->problem ? p->problem : "cannot be read";
  r->failed = true;
  if (p->error == YAML_MEMORY_ERROR) {
    r->mistakes->no_memory = true;
    return;
  }
  yaml_mark_t mark = p->error == YAML_READER_ERROR ? place_of(r, p->problem_offset) : p->problem_mark;
  char begin[32] = "";
  if (p->context && p->context_mark.line < mark.line) {
    snprintf(begin, sizeof begin, " begun in line %d", (int)p->context_mark.line + 1);
  }
  wd_mistakes_add(r->mistakes, (int)mark.line + 1, (int)mark.column + 1, NULL, "not YAML: %s%s%s%s", problem,
                  p->context ? " " : "", p->context ? p->context : "", begin);
}

static bool next(reader *r, yaml_event_t *event) {
  if (r->failed) return false;
  if (!yaml_parser_parse(&r->parser, event)) fail_syntax(r);
  return !r->failed;
}

static wd_yaml_node *new_node(reader *r, enum wd_yaml_kind kind, yaml_mark_t mark) {
  if (++r->nodes > NODES_MAX) {
    fail(r, mark, "too many values; expected a configuration of wdscan");
    return NULL;
  }
  wd_yaml_node *node = calloc(1, sizeof *node);
  if (!node) {
    r->failed = r->mistakes->no_memory = true;
    return NULL;
  }
  node->kind = kind;
  node->line = (int)mark.line + 1;
  node->column = (int)mark.column + 1;
  return node;
}

static void refuse_marks(reader *r, yaml_mark_t mark, const yaml_char_t *anchor, const yaml_char_t *tag) {
  if (anchor) complain(r, mark, "an anchor (&) has no meaning here; expected the plain value");
  if (tag) complain(r, mark, "a tag (!) has no meaning here; expected the plain value");
}

static wd_yaml_node *read_scalar(reader *r, const yaml_event_t *event) {
  refuse_marks(r, event->start_mark, event->data.scalar.anchor, event->data.scalar.tag);
  wd_yaml_node *node = new_node(r, WD_YAML_SCALAR, event->start_mark);
  if (!node) return NULL;
  const char *value = (const char *)event->data.scalar.value;
  node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  node->text = strdup(value);
  if (!node->text) r->failed = r->mistakes->no_memory = true;
  if (strlen(value) != event->data.scalar.length) {
    complain(r, event->start_mark, "a text must not contain a NUL character");
  }
  return node;
}

static wd_yaml_node *read_sequence(reader *r, const yaml_event_t *start, int depth) {
  refuse_marks(r, start->start_mark, start->data.sequence_start.anchor, start->data.sequence_start.tag);
  wd_yaml_node *node = new_node(r, WD_YAML_SEQUENCE, start->start_mark);
  if (!node) return NULL;
  wd_yaml_node **tail = &node->first;
  yaml_event_t event;
  while (next(r, &event)) {
    bool end = event.type == YAML_SEQUENCE_END_EVENT;
    if (!end && (*tail = read_node(r, &event, depth + 1))) tail = &(*tail)->next;
    yaml_event_delete(&event);
    if (end) break;
  }
  return node;
}

static bool is_duplicate(reader *r, const wd_yaml_node *mapping, const wd_yaml_node *key) {
  for (const wd_yaml_node *other = mapping->first; other; other = other->next) {
    if (strcmp(other->key, key->text) != 0) continue;
    wd_mistakes_add(r->mistakes, key->line, key->column, key->text,
                    "given twice, first in line %d; expected only one of them", other->key_line);
    return true;
  }
  return false;
}

/* One "key: value" whose first event is at hand; NULL if it is refused. */
static wd_yaml_node *read_pair(reader *r, yaml_event_t *key_event, const wd_yaml_node *mapping, int depth) {
  wd_yaml_node *key = read_node(r, key_event, depth), *value = NULL;
  yaml_event_t event;
  if (next(r, &event)) {
    value = read_node(r, &event, depth);
    yaml_event_delete(&event);
  }
  bool is_word = key && key->kind == WD_YAML_SCALAR;
  if (key && !is_word && !r->failed) complain(r, key_event->start_mark, "a key must be a plain word");
  if (r->failed || !value || !is_word || is_duplicate(r, mapping, key)) {
    wd_yaml_free(value);
    value = NULL;
  } else {
    value->key = key->text;
    value->key_line = key->line;
    value->key_column = key->column;
    key->text = NULL;
  }
  wd_yaml_free(key);
  return value;
}

static wd_yaml_node *read_mapping(reader *r, const yaml_event_t *start, int depth) {
  refuse_marks(r, start->start_mark, start->data.mapping_start.anchor, start->data.mapping_start.tag);
  wd_yaml_node *node = new_node(r, WD_YAML_MAPPING, start->start_mark);
  if (!node) return NULL;
  wd_yaml_node **tail = &node->first;
  yaml_event_t event;
  while (next(r, &event)) {
    bool end = event.type == YAML_MAPPING_END_EVENT;
    if (!end && (*tail = read_pair(r, &event, node, depth + 1))) tail = &(*tail)->next;
    yaml_event_delete(&event);
    if (end) break;
  }
  return node;
}

/* The value whose first event is at hand (the caller deletes that event); NULL if it is refused. */
static wd_yaml_node *read_node(reader *r, yaml_event_t *event, int depth) {
  if (depth > DEPTH_MAX) {
    fail(r, event->start_mark, "nested too deeply; expected a configuration of wdscan");
    return NULL;
  }
  switch (event->type) {
  case YAML_SCALAR_EVENT:
    return read_scalar(r, event);
  case YAML_SEQUENCE_START_EVENT:
    return read_sequence(r, event, depth);
  case YAML_MAPPING_START_EVENT:
    return read_mapping(r, event, depth);
  default:
    complain(r, event->start_mark, "an alias (*) has no meaning here; expected the plain value");
    return NULL;
  }
}

static wd_yaml_node *read_stream(reader *r) {
  wd_yaml_node *root = NULL;
  yaml_event_t event;
  bool end = false;
  for (int documents = 0; !end && next(r, &event);) {
    switch (event.type) {
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
      break;
    case YAML_STREAM_END_EVENT:
      end = true;
      break;
    case YAML_DOCUMENT_START_EVENT:
      if (++documents > 1) fail(r, event.start_mark, "a second document; expected only one");
      break;
    default:
      root = read_node(r, &event, /*depth=*/0);
    }
    yaml_event_delete(&event);
  }
  return root;
}

wd_yaml_node *wd_yaml_read(const char *text, size_t length, wd_mistakes *mistakes) {
  reader r = {.input = text, .mistakes = mistakes};
  if (!yaml_parser_initialize(&r.parser)) {
    mistakes->no_memory = true;
    return NULL;
  }
  yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, length);
  wd_yaml_node *root = read_stream(&r);
  yaml_parser_delete(&r.parser);
  if (!r.failed) return root;
  wd_yaml_free(root);
  return NULL;
}

void wd_yaml_free(wd_yaml_node *node) {
  while (node) {
    wd_yaml_node *following = node->next;
    wd_yaml_free(node->first);
    free(node->key);
    free(node->text);
    free(node);
    node = following;
  }
}

bool wd_yaml_is_null(const wd_yaml_node *node) {
  if (node->kind != WD_YAML_SCALAR || !node->plain) return false;
  return !strcmp(node->text, "") || !strcmp(node->text, "~") || !strcmp(node->text, "null");
}

static bool is_word(const char *text) {
  return *text &&
         text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-/")] == '\0';
}

void wd_yaml_write_quoted(const char *text, FILE *out) {
  fputc('"', out);
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') fputc('\\', out);
    fputc(*text, out);
  }
  fputc('"', out);
}

void wd_yaml_write(const wd_yaml_node *node, FILE *out) {
  const bool mapping = node->kind == WD_YAML_MAPPING;
  if (node->kind == WD_YAML_SCALAR) {
    if (node->plain && is_word(node->text))
      fputs(node->text, out);
    else
      wd_yaml_write_quoted(node->text, out);
    return;
  }
  fputc(mapping ? '{' : '[', out);
  for (const wd_yaml_node *item = node->first; item; item = item->next) {
    if (mapping && is_word(item->key)) fprintf(out, "%s: ", item->key);
    if (mapping && !is_word(item->key)) wd_yaml_write_quoted(item->key, out), fputs(": ", out);
    wd_yaml_write(item, out);
    if (item->next) fputs(", ", out);
  }
  fputc(mapping ? '}' : ']', out);
}
