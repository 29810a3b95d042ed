/* Small texts; see base/text.h.
 *
 * Numbers are first taken apart by one grammar, [sign] digits [. digits] [e [sign] digits], so that real
 * numbers and integers accept and refuse the same spellings; the C library then only converts.
 */
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char digit_set[] = "0123456789";

/* The value is the digits in [first, last), their point ignored, times ten to the exponent. */
typedef struct decimal {
  bool negative;
  const char *first, *last;
  long exponent;
} decimal;

static bool take_apart(const char *text, decimal *d) {
  const char *s = text;
  d->negative = *s == '-';
  if (*s == '-' || *s == '+') s++;
  d->first = s;
  size_t before = strspn(s, digit_set), after = 0;
  s += before;
  if (*s == '.') {
    after = strspn(s + 1, digit_set);
    s += 1 + after;
  }
  if (before + after == 0) return false;
  d->last = s;
  d->exponent = 0;
  if (*s == 'e' || *s == 'E') {
    const char *start = ++s;
    if (*s == '-' || *s == '+') s++;
    size_t n = strspn(s, digit_set);
    if (n == 0 || n > 9) return false;
    d->exponent = strtol(start, NULL, 10);
    s += n;
  }
  d->exponent -= (long)after;
  return *s == '\0';
}

/* "C" for all threads, made once and kept. */
static locale_t c_locale;

static void make_locale(void) {
  c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

locale_t wd_text_c_locale(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_locale);
  return uselocale(c_locale);
}

int wd_text_format(char *out, size_t size, const char *format, va_list args) {
  locale_t before = wd_text_c_locale();
  int length = vsnprintf(out, size, format, args);
  uselocale(before);
  return length;
}

static double to_real(const char *text) {
  locale_t before = wd_text_c_locale();
  double value = strtod(text, NULL);
  uselocale(before);
  return value;
}

bool wd_text_to_real(const char *text, double *out) {
  decimal d;
  if (!take_apart(text, &d)) return false;
  errno = 0;
  double value = to_real(text);
  if (errno == ERANGE || !isfinite(value)) return false;
  *out = value + 0.0; /* no negative zero */
  return true;
}

bool wd_text_to_integer(const char *text, int64_t *out) {
  decimal d;
  if (!take_apart(text, &d)) return false;
  while (d.last > d.first && (d.last[-1] == '0' || d.last[-1] == '.')) {
    if (*--d.last == '0') d.exponent++;
  }
  int64_t value = 0;
  for (const char *s = d.first; s < d.last; s++) {
    if (*s == '.') continue;
    if (__builtin_mul_overflow(value, 10, &value)) return false;
    if (__builtin_add_overflow(value, *s - '0', &value)) return false;
  }
  if (value != 0 && d.exponent < 0) return false;
  for (long i = 0; value != 0 && i < d.exponent; i++) {
    if (__builtin_mul_overflow(value, 10, &value)) return false;
  }
  *out = d.negative ? -value : value;
  return true;
}

/* The unit [s] of the first field of a duration by what separates the fields; 0: it is none. */
static double first_unit(const char *separators) {
  static const struct {
    const char *separators;
    double unit;
  } forms[] = {{"", 60}, {":", 60}, {"::", 3600}, {"-", 86400}, {"-:", 86400}, {"-::", 86400}};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    if (strcmp(separators, forms[i].separators) == 0) return forms[i].unit;
  return 0;
}

bool wd_text_to_seconds(const char *text, double *out) {
  if (strcmp(text, "UNLIMITED") == 0) {
    *out = INFINITY;
    return true;
  }
  enum { FIELDS = 4 };
  double field[FIELDS];
  char separators[FIELDS + 1] = "";
  int n = 0;
  for (const char *s = text;; s++) {
    size_t length = strspn(s, digit_set);
    if (n == FIELDS || length == 0 || length > 9) return false;
    field[n] = to_real(s);
    s += length;
    separators[n++] = *s;
    if (*s == '\0') break;
  }
  double unit = first_unit(separators), seconds = 0;
  if (unit == 0) return false;
  for (int i = 0; i < n; i++) {
    bool days = i > 0 && unit == 86400;
    if (i > 0) unit /= days ? 24 : 60;
    if (i > 0 && field[i] >= (days ? 24 : 60)) return false;
    seconds += field[i] * unit;
  }
  *out = seconds;
  return true;
}

const char *wd_text_from_seconds(double seconds, char buffer[WD_REAL_TEXT]) {
  static const struct {
    double unit;
    const char *name;
  } units[] = {{1, "s"}, {60, "min"}, {3600, "h"}, {86400, "days"}};
  int i = seconds < 100 ? 0 : seconds < 6000 ? 1 : seconds < 72 * 3600.0 ? 2 : 3;
  double value = fmax(seconds, 0.1) / units[i].unit;
  const char *under = seconds < 0.1 ? "under " : "";
  snprintf(buffer, WD_REAL_TEXT, "%s%.*f %s", under, value < 9.95 ? 1 : 0, value, units[i].name);
  return buffer;
}

const char *wd_text_from_bytes(double bytes, char buffer[WD_REAL_TEXT]) {
  static const char *const units[] = {"kB", "MB", "GB", "TB", "PB"};
  double value = bytes / 1e3;
  int i = 0;
  for (; value >= 999.5 && i < 4; i++) value /= 1e3;
  snprintf(buffer, WD_REAL_TEXT, "%.3g %s", value, units[i]);
  return buffer;
}

const char *wd_text_from_real(double value, char buffer[WD_REAL_TEXT]) {
  locale_t before = wd_text_c_locale();
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(buffer, WD_REAL_TEXT, "%.*g", digits, value);
    if (strtod(buffer, NULL) == value) break;
  }
  uselocale(before);
  return buffer;
}

size_t wd_text_utf8(const char *text, uint32_t *code) {
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  unsigned char lead = (unsigned char)text[0];
  size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
  if (length == 0) return 0;
  uint32_t value = length == 1 ? lead : lead & (0x7fu >> length);
  for (size_t i = 1; i < length; i++) {
    unsigned char next = (unsigned char)text[i];
    if (next >> 6 != 2) return 0;
    value = value << 6 | (next & 0x3f);
  }
  bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < smallest[length] || value > 0x10ffff || surrogate) return 0;
  *code = value;
  return length;
}

static bool is_printable(uint32_t c) {
  bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
  bool line_break = c == 0x2028 || c == 0x2029;
  return !control && !line_break && c != 0xfeff && c != 0xfffe && c != 0xffff;
}

bool wd_text_is_printable(const char *text) {
  uint32_t code;
  for (size_t n; *text; text += n) {
    n = wd_text_utf8(text, &code);
    if (n == 0 || !is_printable(code)) return false;
  }
  return true;
}

const char *wd_text_quoted(const char *text, char buffer[WD_QUOTED_TEXT]) {
  static const char clipped[] = "...";
  size_t room = WD_QUOTED_TEXT - 2 - sizeof clipped; /* two quotes; sizeof counts the final NUL */
  size_t used = 0;
  buffer[used++] = '"';
  uint32_t code;
  for (size_t n; *text; text += n) {
    n = wd_text_utf8(text, &code);
    bool shown = n > 0 && is_printable(code);
    if (n == 0) n = 1;
    if (used + n > room) break;
    if (shown)
      memcpy(buffer + used, text, n);
    else
      buffer[used] = '?';
    used += shown ? n : 1;
  }
  snprintf(buffer + used, WD_QUOTED_TEXT - used, "%s\"", *text ? clipped : "");
  return buffer;
}

const char *wd_text_for_shell(const char *text, char *buffer, size_t size) {
  static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+-=@%:,";
  static const char quote[] = "'\\''";
  if (*text && text[strspn(text, safe)] == '\0') return text;
  size_t used = 0;
  buffer[used++] = '\'';
  for (; *text && used + sizeof quote + 1 < size; text++) {
    if (*text == '\'')
      used += (size_t)sprintf(buffer + used, "%s", quote);
    else
      buffer[used++] = *text;
  }
  buffer[used++] = '\'';
  buffer[used] = '\0';
  return buffer;
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Three rows of the table of distances between the first i letters of a and the first j of b: the present
 * row, the one before (i - 1) and the one before that (i - 2, for swaps). */
size_t wd_text_distance(const char *a, const char *b) {
  enum { LONGEST = 96 };
  size_t rows[3][LONGEST + 1];
  size_t *present = rows[0], *before = rows[1], *older = rows[2];
  size_t n = smaller(strlen(a), LONGEST), m = smaller(strlen(b), LONGEST);
  for (size_t j = 0; j <= m; j++) present[j] = j;
  for (size_t i = 1; i <= n; i++) {
    size_t *spare = older;
    older = before, before = present, present = spare;
    present[0] = i;
    for (size_t j = 1; j <= m; j++) {
      int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
      size_t best = smaller(before[j], present[j - 1]) + 1;
      best = smaller(best, before[j - 1] + (x != y));
      bool swap =
          i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) && y == tolower((unsigned char)a[i - 2]);
      if (swap) best = smaller(best, older[j - 2] + 1);
      present[j] = best;
    }
  }
  return present[m];
}
