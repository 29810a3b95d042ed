/* Lines, fields and numbers of a text file; see base/source.h. */
#include "base/source.h"

#include "base/text.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

int wd_source_fail(const wd_source *src, size_t line, wd_error *err, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  wd_text_format(text, sizeof text, format, args);
  va_end(args);
  return wd_fail(err, WD_ERR_CONFIG, "%s:%zu: %s", src->path, line, text);
}

const char wd_blanks[] = " \t";

/* The next line, without its end: LF, CR LF or CR; negative at the end of the file. */
static ssize_t take_line(wd_source *src) {
  size_t n = 0;
  for (int c; (c = getc(src->file)) != EOF || n > 0;) {
    if (n + 2 > src->room) {
      char *larger = realloc(src->text, 2 * src->room + 256);
      if (!larger) return -1;
      src->text = larger;
      src->room = 2 * src->room + 256;
    }
    if (c == '\r' && (c = getc(src->file)) != '\n' && c != EOF) ungetc(c, src->file), c = '\n';
    src->text[n] = '\0';
    if (c == '\n' || c == EOF) return (ssize_t)n;
    src->text[n++] = (char)c;
  }
  return -1;
}

/* Goes to the next line that is not blank. At the end of the file *more is false. */
int wd_source_next(wd_source *src, bool *more, wd_error *err) {
  static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8 */
  ssize_t length;
  while ((length = take_line(src)) >= 0) {
    src->line++;
    if (strlen(src->text) != (size_t)length) return wd_source_fail_here(src, err, "this is no text file");
    if (src->line == 1 && strncmp(src->text, mark, 3) == 0)
      memmove(src->text, src->text + 3, (size_t)(length -= 3) + 1);
    while (length > 0 && strchr(" \t\r\n", src->text[length - 1])) src->text[--length] = '\0';
    *more = true;
    if (length > 0) return WD_OK;
  }
  *more = false;
  if (feof(src->file)) return WD_OK;
  return wd_fail(err, WD_ERR_IO, "%s: %s: %s", src->key, src->path, strerror(errno));
}

int wd_source_need(wd_source *src, const char *what, wd_error *err) {
  bool more;
  int status = wd_source_next(src, &more, err);
  if (status || more) return status;
  return wd_source_fail_here(src, err, "the file ends here; expected %s", what);
}

/* Cuts the next field off *rest; NULL if there is none. Blanks within brackets, and before an opening one, do
 * not separate. */
char *wd_next_field(char **rest, char separator) {
  char *start = *rest + strspn(*rest, wd_blanks), *end = start;
  if (*start == '\0') return NULL;
  for (int depth = 0; *end; end++) {
    depth += (*end == '[' || *end == '(') - (*end == ']' || *end == ')');
    if (depth > 0) continue;
    if (separator == ',' && *end == ',') break;
    if (separator == ' ' && strchr(wd_blanks, *end)) {
      char next = end[strspn(end, wd_blanks)];
      if (next != '[' && next != '(') break;
    }
  }
  *rest = *end ? end + 1 : end;
  *end = '\0';
  while (end > start && strchr(wd_blanks, end[-1])) *--end = '\0';
  return start;
}

/* A number, its exponent after E or, as Fortran writes it, after D, Q or, with three digits, after nothing. */
bool wd_field_number(const char *text, double *value) {
  char copy[64];
  size_t mantissa = strcspn(text, "eEdDqQ"), sign = text[0] ? 1 + strcspn(text + 1, "+-") : 0;
  bool bare = text[0] && text[mantissa] == '\0' && text[sign] != '\0';
  if (bare) mantissa = sign;
  if (strlen(text) + 2 > sizeof copy) return false;
  snprintf(copy, sizeof copy, "%.*s%s%s", (int)mantissa, text, text[mantissa] ? "e" : "",
           text[mantissa] ? text + mantissa + !bare : "");
  return wd_text_to_real(copy, value);
}

bool wd_begins_with_number(const char *line, char separator) {
  char copy[64] = "", *rest = copy;
  double value;
  strncpy(copy, line, sizeof copy - 1);
  char *field = wd_next_field(&rest, separator);
  return field && wd_field_number(field, &value);
}
