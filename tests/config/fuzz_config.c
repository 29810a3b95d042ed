/* Fuzzing of the configuration reader (libFuzzer; tests/gates/fuzz.sh): any bytes are either refused with a
 * message or read, and what was read and written again reads back to the same text.
 */
#include "wdscan/config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
  if (!condition) abort();
}

static wd_settings *create(void) {
  wd_settings *settings;
  require(wd_settings_create(&settings, NULL) == WD_OK);
  return settings;
}

/* As a file, in memory. */
static void read_text(const char *text, size_t size) {
  wd_settings *settings = create(), *again = create();
  wd_error err = {0};
  int status = wd_settings_read_text(settings, text, size, "fuzz", &err);
  if (status == WD_OK) status = wd_settings_validate(settings, &err);
  require((status == WD_OK) == (err.message[0] == '\0'));
  char *written = wd_settings_text(settings);
  require(written && wd_settings_read_text(again, written, strlen(written), "again", &err) == WD_OK);
  char *rewritten = wd_settings_text(again), *differences = wd_settings_differences(settings, again, true);
  require(rewritten && strcmp(written, rewritten) == 0 && differences && *differences == '\0');
  free(written), free(rewritten), free(differences);
  wd_settings_free(settings), wd_settings_free(again);
}

/* As an assignment of the command line. */
static void set(const char *text, size_t size) {
  wd_settings *settings = create();
  wd_error err = {0};
  char *assignment = strndup(text, size);
  require(assignment);
  int status = wd_settings_set(settings, assignment, &err);
  require((status == WD_OK) == (err.message[0] == '\0'));
  free(assignment);
  wd_settings_free(settings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  read_text((const char *)data, size);
  set((const char *)data, size);
  return 0;
}
