/* The JSON writer; see base/json.h. One element a line, indented by depth; arrays of numbers on one line.
 */
#include "base/json.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>

static void write_text(FILE *out, const char *text) {
  fputc('"', out);
  uint32_t code;
  for (size_t n; *text; text += n) {
    n = wd_text_utf8(text, &code);
    if (n == 0) {
      n = 1;
      fputs("\\ufffd", out); /* the sign for what is not UTF-8 */
    } else if (code < 0x20) {
      fprintf(out, "\\u%04x", (unsigned)code);
    } else {
      if (code == '"' || code == '\\') fputc('\\', out);
      fwrite(text, 1, n, out);
    }
  }
  fputc('"', out);
}

static void write_double(FILE *out, double value) {
  if (isfinite(value))
    fprintf(out, "%.17g", value);
  else
    fputs("null", out);
}

static void new_line(const wd_json *json) {
  fprintf(json->out, "\n%*s", 2 * json->depth, "");
}

/* What stands before every element: comma, line break, key. */
static void begin_element(wd_json *json, const char *key) {
  if (!json->first) fputc(',', json->out);
  json->first = false;
  if (json->depth > 0) new_line(json);
  if (!key) return;
  write_text(json->out, key);
  fputs(": ", json->out);
}

static void open_bracket(wd_json *json, const char *key, char bracket) {
  begin_element(json, key);
  fputc(bracket, json->out);
  json->depth++;
  json->first = true;
}

static void close_bracket(wd_json *json, char bracket) {
  json->depth--;
  if (!json->first) new_line(json);
  fputc(bracket, json->out);
  json->first = false;
}

void wd_json_begin(wd_json *json, FILE *out) {
  *json = (wd_json){.out = out, .depth = 0, .first = true};
}

void wd_json_object(wd_json *json, const char *key) {
  open_bracket(json, key, '{');
}

void wd_json_array(wd_json *json, const char *key) {
  open_bracket(json, key, '[');
}

void wd_json_end_object(wd_json *json) {
  close_bracket(json, '}');
}

void wd_json_end_array(wd_json *json) {
  close_bracket(json, ']');
}

void wd_json_double(wd_json *json, const char *key, double value) {
  begin_element(json, key);
  write_double(json->out, value);
}

void wd_json_int(wd_json *json, const char *key, int64_t value) {
  begin_element(json, key);
  fprintf(json->out, "%" PRId64, value);
}

void wd_json_bool(wd_json *json, const char *key, bool value) {
  begin_element(json, key);
  fputs(value ? "true" : "false", json->out);
}

void wd_json_string(wd_json *json, const char *key, const char *value) {
  begin_element(json, key);
  if (value)
    write_text(json->out, value);
  else
    fputs("null", json->out);
}

void wd_json_doubles(wd_json *json, const char *key, const double *values, size_t n) {
  begin_element(json, key);
  fputc('[', json->out);
  for (size_t i = 0; i < n; i++) {
    if (i > 0) fputs(", ", json->out);
    write_double(json->out, values[i]);
  }
  fputc(']', json->out);
}

void wd_json_finish(wd_json *json) {
  fputc('\n', json->out);
}
