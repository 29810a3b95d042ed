/* Small texts: strict numbers in and out, durations, quoting for messages, the nearest of several words. */
#ifndef WDSCAN_TEXT_H
#define WDSCAN_TEXT_H

#include <locale.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WD_REAL_TEXT = 32, WD_QUOTED_TEXT = 64 };

/* Numbers have a decimal point here, whatever locale a host program has chosen: from now on, for this thread, the
 * locale is "C". Returns the one before, to be given back by uselocale(). */
locale_t wd_text_c_locale(void);

/* vsnprintf() in the locale "C". */
int wd_text_format(char *out, size_t size, const char *format, va_list args);

/* A decimal number and nothing else: no nan, inf, hexadecimal, blanks, trailing characters, overflow or
 * underflow. Returns whether it is one; *out is untouched if not. */
bool wd_text_to_real(const char *text, double *out);

/* The same for an integer; "1e6" and "2.50e1" are integers, "1.5" is not. */
bool wd_text_to_integer(const char *text, int64_t *out);

/* A duration in any form that SLURM takes, M, M:S, H:M:S, D-H, D-H:M or D-H:M:S, or UNLIMITED (infinity), in seconds. */
bool wd_text_to_seconds(const char *text, double *out);

/* A duration [s] and a size [bytes] for people, to two and three digits: "under 0.1 s", "4.2 min", "17 h", "1.02 GB". Return buffer. */
const char *wd_text_from_seconds(double seconds, char buffer[WD_REAL_TEXT]);
const char *wd_text_from_bytes(double bytes, char buffer[WD_REAL_TEXT]);

/* The shortest of 15, 16 and 17 digits that reads back to the same value. Returns buffer. */
const char *wd_text_from_real(double value, char buffer[WD_REAL_TEXT]);

/* The code point at the start of `text` and its length in bytes; 0 if it is not UTF-8. */
size_t wd_text_utf8(const char *text, uint32_t *code);

/* Are all characters valid UTF-8 and printable, none a control character or a line break? */
bool wd_text_is_printable(const char *text);

/* `text` in double quotes for a message: clipped, control characters as '?'. Returns buffer. */
const char *wd_text_quoted(const char *text, char buffer[WD_QUOTED_TEXT]);

/* `text` as a word of a shell command: as it is, or in single quotes in `buffer`, whose `size` should be four
 * times the length of `text`, and eight more. */
const char *wd_text_for_shell(const char *text, char *buffer, size_t size);

/* Edit distance: insertions, deletions, replacements and swaps of neighbours; case does not count. */
size_t wd_text_distance(const char *a, const char *b);

#endif
