/* The mistakes of a configuration; see config/mistakes.h. */
#include "config/mistakes.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX_LENGTH = 640, ROOM_FOR_REST = 40 };

static size_t clip(int printed, size_t size) {
  return printed < 0 ? 0 : (size_t)printed < size ? (size_t)printed : size - 1;
}

void wd_mistakes_add(wd_mistakes *m, int line, int column, const char *key, const char *format, ...) {
  m->count++;
  char text[LINE_MAX_LENGTH];
  size_t n = clip(snprintf(text, sizeof text, "%s%.300s", m->shown ? "\n" : "", m->source), sizeof text);
  if (line) n += clip(snprintf(text + n, sizeof text - n, ":%d:%d", line, column), sizeof text - n);
  if (key) n += clip(snprintf(text + n, sizeof text - n, ": %.100s", key), sizeof text - n);
  n += clip(snprintf(text + n, sizeof text - n, ": "), sizeof text - n);
  va_list args;
  va_start(args, format);
  n += clip(wd_text_format(text + n, sizeof text - n, format, args), sizeof text - n);
  va_end(args);

  bool fits = m->shown + 1 == m->count && m->length + n + ROOM_FOR_REST < sizeof m->text;
  if (!fits) return;
  memcpy(m->text + m->length, text, n + 1);
  m->length += n;
  m->shown++;
}

int wd_mistakes_status(const wd_mistakes *m, wd_error *err) {
  if (m->no_memory) return wd_fail(err, WD_ERR_MEMORY, "%s: out of memory", m->source);
  if (m->count == 0) return WD_OK;
  if (m->shown == m->count) return wd_fail(err, WD_ERR_CONFIG, "%s", m->text);
  return wd_fail(err, WD_ERR_CONFIG, "%s\n... and %zu more mistakes", m->text, m->count - m->shown);
}
