/* Ends the process when a call does not come back; see store/watchdog.h. The launcher then ends the other
 * ranks. */
#include "store/watchdog.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char last_words[1536];

static void give_up(int number) {
  (void)number;
  ssize_t ignored = write(STDERR_FILENO, last_words, strlen(last_words));
  (void)ignored;
  _exit(3); /* wd_exit_code(WD_ERR_IO) */
}

void wd_watchdog_start(unsigned seconds, const char *message) {
  struct sigaction action = {.sa_handler = give_up};
  snprintf(last_words, sizeof last_words, "wdscan: %s\n", message);
  sigaction(SIGALRM, &action, NULL);
  alarm(seconds);
}

void wd_watchdog_stop(void) {
  alarm(0);
  signal(SIGALRM, SIG_DFL);
}
