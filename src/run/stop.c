/* Requests to stop early; see run/stop.h. */
#include "run/stop.h"

#include "base/log.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

static const double look_interval = 1.0; /* s between looks for the stop file */

static volatile sig_atomic_t caught; /* the last signal; 0: none */

static const struct {
  int number, flags;
  const char *name;
} signals[] = {{SIGTERM, SA_RESTART, "SIGTERM"}, {SIGUSR1, SA_RESTART, "SIGUSR1"},
               {SIGUSR2, SA_RESTART, "SIGUSR2"}, {SIGXCPU, SA_RESTART, "SIGXCPU"},
               {SIGHUP, SA_RESTART, "SIGHUP"},   {SIGINT, SA_RESTART | (int)SA_RESETHAND, "SIGINT"}};

enum { SIGNALS = sizeof signals / sizeof *signals };

static void note(int number) {
  caught = number;
}

static bool hangup_ignored; /* when the program was started: nohup */

void wd_stop_note_nohup(void) {
  struct sigaction now;
  if (sigaction(SIGHUP, NULL, &now) == 0 && now.sa_handler == SIG_IGN) hangup_ignored = true;
}

void wd_stop_catch_signals(void) {
  caught = 0;
  wd_stop_note_nohup();
  for (int i = 0; i < SIGNALS; i++) {
    struct sigaction action = {.sa_handler = note, .sa_flags = signals[i].flags};
    if (signals[i].number == SIGHUP && hangup_ignored) action.sa_handler = SIG_IGN;
    sigemptyset(&action.sa_mask);
    sigaction(signals[i].number, &action, NULL);
  }
  signal(SIGPIPE, SIG_IGN); /* nobody reads the messages any more: the scan goes on */
  signal(SIGXFSZ, SIG_IGN); /* a file-size limit is an error of write(), like a full disk */
}

void wd_stop_start(wd_stop *stop, double max_time, const char *result_file, double (*now)(void)) {
  *stop = (wd_stop){.now = now, .deadline = now() + max_time, .limit = max_time, .next_look = now()};
  if (!result_file) return;
  snprintf(stop->file, sizeof stop->file, "%s.stop", result_file);
  if (unlink(stop->file) == 0)
    wd_log(WD_LOG_WARNING, "%s was left from before this run: removed; make it again to stop", stop->file);
}

static bool found_stop_file(wd_stop *stop) {
  if (!*stop->file || stop->now() < stop->next_look) return false;
  stop->next_look = stop->now() + look_interval;
  return unlink(stop->file) == 0;
}

bool wd_stop_asked(wd_stop *stop) {
  char *reason = stop->reason;
  if (*reason) return true;
  for (int i = 0; i < SIGNALS; i++)
    if (caught == signals[i].number) snprintf(reason, sizeof stop->reason, "%s received", signals[i].name);
  if (!*reason && stop->now() >= stop->deadline)
    snprintf(reason, sizeof stop->reason, "the time limit of %g s is reached", stop->limit);
  if (!*reason && found_stop_file(stop)) snprintf(reason, sizeof stop->reason, "%s found", stop->file);
  return *reason;
}
