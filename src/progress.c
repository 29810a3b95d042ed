/* Progress of a scan for the user; see wdscan/progress.h. */
#include "wdscan/progress.h"

#include "wdscan/store.h"
#include <math.h>
#include <string.h>
#include <unistd.h>

static const double terminal_interval = 0.5, first_interval = 5, longest_interval = 60; /* s */

void wd_progress_start(wd_progress *p, FILE *out, bool quiet, uint64_t total, uint64_t before,
                       double (*now)(void)) {
  *p = (wd_progress){.out = quiet ? NULL : out, .now = now, .start = now(), .total = total, .before = before};
  p->terminal = !quiet && isatty(fileno(out));
  p->interval = p->terminal ? terminal_interval : first_interval;
  p->next = p->start + p->interval;
}

void wd_progress_count(wd_progress *p, int status) {
  p->failed += status == WD_ROW_FAILED;
  p->missed += status == WD_ROW_TARGET_MISSED;
  p->done += status == WD_ROW_DONE;
}

/* "h:mm:ss" */
static const char *duration(double seconds, char text[32]) {
  long long s = llround(fmin(seconds, 1e12));
  snprintf(text, 32, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
  return text;
}

static void print_problems(const wd_progress *p) {
  if (p->missed) fprintf(p->out, ", %llu missed the target error", (unsigned long long)p->missed);
  if (p->failed) fprintf(p->out, ", %llu failed", (unsigned long long)p->failed);
}

static void print_bar(const wd_progress *p, double fraction) {
  enum { WIDTH = 24 };
  int filled = (int)(fraction * WIDTH);
  fputc('[', p->out);
  for (int i = 0; i < WIDTH; i++) fputc(i < filled ? '#' : '.', p->out);
  fputs("] ", p->out);
}

static void print_line(const wd_progress *p) {
  char text[32];
  uint64_t here = p->done + p->missed + p->failed, all = p->before + here;
  double fraction = p->total ? (double)all / (double)p->total : 1;
  double rate = (double)here / (p->now() - p->start); /* points per s */
  if (p->terminal)
    print_bar(p, fraction);
  else
    fputs("wdscan: ", p->out);
  fprintf(p->out, "%llu/%llu points (%.1f %%)", (unsigned long long)all, (unsigned long long)p->total,
          100 * fraction);
  if (here) fprintf(p->out, ", %.3g/s, %s left", rate, duration((double)(p->total - all) / rate, text));
  print_problems(p);
}

void wd_progress_show(wd_progress *p) {
  double now = p->now();
  if (!p->out || now < p->next) return;
  if (!p->terminal) p->interval = fmin(2 * p->interval, longest_interval);
  p->next = now + p->interval;
  if (p->terminal) fputc('\r', p->out);
  print_line(p);
  fputs(p->terminal ? "\033[K" : "\n", p->out); /* the rest of the old line is erased */
  fflush(p->out);
}

void wd_progress_end(wd_progress *p) {
  char text[32];
  uint64_t here = p->done + p->missed + p->failed, all = p->before + here;
  if (!p->out) return;
  if (p->terminal) fputs("\r\033[K", p->out);
  fprintf(p->out, "wdscan: %llu points in %s, %llu of %llu done", (unsigned long long)here,
          duration(p->now() - p->start, text), (unsigned long long)all, (unsigned long long)p->total);
  print_problems(p);
  fputc('\n', p->out);
  fflush(p->out);
}
