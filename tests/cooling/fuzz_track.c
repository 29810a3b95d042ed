/* Fuzzing of the reader of published cooling sequences (libFuzzer; tests/gates/fuzz.sh): any bytes are either refused with a
 * message or give epochs of rising age that a star can have. */
#include "cooling/track.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
  if (!condition) abort();
}

static void check_epochs(const wd_sequence *s) {
  require(s->count >= 2 && s->checksum != 0);
  for (size_t i = 0; i < s->count; i++) {
    const wd_epoch *e = &s->epoch[i];
    require(isfinite(e->age) && (i == 0 || e->age > s->epoch[i - 1].age));
    require(isfinite(e->central_temperature) && e->central_temperature > 0);
    require(isfinite(e->effective_temperature) && e->effective_temperature > 0);
    require(isfinite(e->radius) && e->radius > 0);
    require(isfinite(e->photons) && e->photons > 0);
    require(isfinite(e->all_neutrinos) && e->all_neutrinos >= 0);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  wd_settings *settings;
  wd_sequence *sequence;
  wd_error err = {0};
  int file = memfd_create("track", 0);
  require(file >= 0 && write(file, data, size) == (ssize_t)size);
  require(wd_settings_create(&settings, NULL) == WD_OK);
  wd_config config = *wd_settings_config(settings);
  snprintf(config.cooling.track, sizeof config.cooling.track, "/proc/self/fd/%d", file);
  int status = wd_track_read(&config, &sequence, &err);
  require((status == WD_OK) == (err.message[0] == '\0'));
  if (status == WD_OK) {
    check_epochs(sequence);
    wd_sequence_free(sequence);
  }
  wd_settings_free(settings);
  close(file);
  return 0;
}
