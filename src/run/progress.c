/* Progress of a scan for the user; see run/progress.h. */
#include "run/progress.h"

#include "base/log.h"
#include "base/text.h"
#include "store/store.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>

const char *const wd_progress_forms[] = {[WD_PROGRESS_AUTO] = "auto",
                                         [WD_PROGRESS_BAR] = "bar",
                                         [WD_PROGRESS_LINES] = "lines",
                                         [WD_PROGRESS_NONE] = "none",
                                         NULL};

static const double bar_interval = 0.5, first_interval = 5, longest_interval = 60; /* s */

void wd_progress_start(wd_progress *p, int form, uint64_t total, uint64_t before, double (*now)(void)) {
  *p = (wd_progress){.form = form, .now = now, .start = now(), .total = total, .before = before};
  if (form == WD_PROGRESS_AUTO) p->form = wd_log_on_terminal() ? WD_PROGRESS_BAR : WD_PROGRESS_LINES;
  p->interval = p->form == WD_PROGRESS_BAR ? bar_interval : first_interval;
  p->next = p->start + p->interval;
}

void wd_progress_count(wd_progress *p, int status, uint64_t points) {
  if (status == WD_ROW_FAILED) p->failed += points;
  if (status == WD_ROW_TARGET_MISSED) p->missed += points;
  if (status == WD_ROW_DONE || status == WD_ROW_LOWER_LIMIT) p->done += points;
}

enum { LINE_TEXT = 256 };

__attribute__((format(printf, 2, 3))) static void append(char line[LINE_TEXT], const char *format, ...) {
  size_t n = strlen(line);
  va_list args;
  va_start(args, format);
  wd_text_format(line + n, LINE_TEXT - n, format, args);
  va_end(args);
}

static void append_problems(char line[LINE_TEXT], const wd_progress *p, bool brief) {
  if (p->missed)
    append(line, ", %llu missed%s", (unsigned long long)p->missed, brief ? "" : " the target error");
  if (p->failed) append(line, ", %llu failed", (unsigned long long)p->failed);
}

static void write_state(char line[LINE_TEXT], const wd_progress *p, double fraction) {
  char text[32];
  uint64_t here = p->done + p->missed + p->failed, all = p->before + here;
  double rate = (double)here / (p->now() - p->start); /* points per s */
  append(line, "%llu/%llu points (%.1f %%)", (unsigned long long)all, (unsigned long long)p->total,
         100 * fraction);
  if (here)
    append(line, ", %.*f/s, %s left", rate < 10 ? 1 : 0, rate,
           wd_text_duration((double)(p->total - all) / rate, text));
  append_problems(line, p, /*brief=*/p->form == WD_PROGRESS_BAR);
}

/* The line must not be broken: the bar is as wide as fits, or left out, and the rest is cut. */
static void show_bar(const char *state, double fraction) {
  enum { WIDEST = 24, NARROWEST = 8 };
  char line[LINE_TEXT + WIDEST + 4] = "";
  int room = wd_log_columns() - 1, left = room - (int)strlen(state) - 3; /* "[] " */
  int width = left < WIDEST ? left : WIDEST, filled = (int)(fraction * width);
  if (width >= NARROWEST) {
    line[0] = '[';
    for (int i = 0; i < width; i++) line[1 + i] = i < filled ? '#' : '.';
    memcpy(line + 1 + width, "] ", 3);
  }
  strcat(line, state);
  if (room < (int)strlen(line)) line[room] = '\0';
  wd_log_bar(line);
}

void wd_progress_show(wd_progress *p) {
  double now = p->now(), fraction;
  if (now < p->next || p->form == WD_PROGRESS_NONE || !wd_log_shows(WD_LOG_INFO)) return;
  bool bar = p->form == WD_PROGRESS_BAR;
  if (!bar) p->interval = fmin(2 * p->interval, longest_interval);
  p->next = now + p->interval;
  char line[LINE_TEXT] = "";
  fraction = p->total ? (double)(p->before + p->done + p->missed + p->failed) / (double)p->total : 1;
  write_state(line, p, fraction);
  if (bar)
    show_bar(line, fraction);
  else
    wd_log(WD_LOG_INFO, "%s", line);
}

void wd_progress_end(wd_progress *p) {
  char text[32], line[LINE_TEXT] = "";
  uint64_t here = p->done + p->missed + p->failed, all = p->before + here;
  append(line, "%llu points in %s, %llu of %llu done", (unsigned long long)here,
         wd_text_duration(p->now() - p->start, text), (unsigned long long)all, (unsigned long long)p->total);
  append_problems(line, p, /*brief=*/false);
  wd_log_bar(NULL);
  wd_log(WD_LOG_INFO, "%s", line);
}
