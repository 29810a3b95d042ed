/* Messages for the user; see base/log.h. */
#include "base/log.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

const char *const wd_log_levels[] = {[WD_LOG_ERROR] = "error",
                                     [WD_LOG_WARNING] = "warning",
                                     [WD_LOG_INFO] = "info",
                                     [WD_LOG_DEBUG] = "debug",
                                     NULL};

static const char erase_line[] = "\r\033[K";

static FILE *chosen;
static int threshold = WD_LOG_INFO;
static bool bar_shown;

static FILE *output(void) {
  return chosen ? chosen : stderr;
}

void wd_log_start(FILE *out, int level) {
  chosen = out;
  threshold = level;
  bar_shown = false;
}

bool wd_log_shows(int level) {
  return level <= threshold;
}

bool wd_log_on_terminal(void) {
  const char *term = getenv("TERM");
  return isatty(fileno(output())) && !(term && strcmp(term, "dumb") == 0);
}

int wd_log_columns(void) {
  struct winsize size;
  if (ioctl(fileno(output()), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char *columns = getenv("COLUMNS");
  int n = columns ? atoi(columns) : 0;
  return n > 0 ? n : 80;
}

static bool coloured(void) {
  const char *no_color = getenv("NO_COLOR");
  return wd_log_on_terminal() && !(no_color && *no_color);
}

static void print_prefix(int level) {
  static const char *const colour[] = {[WD_LOG_ERROR] = "\033[31m", [WD_LOG_WARNING] = "\033[33m"};
  static const char *const word[] = {[WD_LOG_ERROR] = "wdscan:", [WD_LOG_WARNING] = "wdscan: warning:"};
  if (level > WD_LOG_WARNING)
    fputs("wdscan: ", output());
  else if (coloured())
    fprintf(output(), "%s%s\033[m ", colour[level], word[level]);
  else
    fprintf(output(), "%s ", word[level]);
}

void wd_log_bar(const char *text) {
  if (bar_shown) fputs(erase_line, output());
  bar_shown = text != NULL;
  if (text) fputs(text, output());
  fflush(output());
}

void wd_log(int level, const char *format, ...) {
  if (!wd_log_shows(level)) return;
  char text[4096];
  va_list args;
  va_start(args, format);
  wd_text_format(text, sizeof text, format, args);
  va_end(args);
  wd_log_bar(NULL);
  for (const char *line = text; *line;) {
    size_t length = strcspn(line, "\n");
    print_prefix(level);
    fprintf(output(), "%.*s\n", (int)length, line);
    line += length + (line[length] == '\n');
  }
  fflush(output());
}
