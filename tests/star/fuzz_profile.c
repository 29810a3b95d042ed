/* Fuzzing of the readers of stellar profiles (libFuzzer; tests/gates/fuzz.sh): any bytes are either refused
 * with a message or give rows from the centre to the surface that a star can be made of.
 */
#include "star/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
  if (!condition) abort();
}

static void check_rows(const wd_profile_row *row, size_t count) {
  require(count >= WD_PROFILE_ROWS_MIN && row[0].radius == 0);
  for (size_t i = 0; i < count; i++) {
    require(i == 0 || row[i].radius >= row[i - 1].radius);
    require(isfinite(row[i].radius));
    require(isfinite(row[i].electron_density) && row[i].electron_density >= 0);
    require(isfinite(row[i].density) && row[i].density >= 0);
    require(isfinite(row[i].temperature) && row[i].temperature > 0);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  wd_settings *settings;
  wd_profile_row *rows;
  wd_error err = {0};
  size_t count;
  int file = memfd_create("profile", 0);
  require(file >= 0 && write(file, data, size) == (ssize_t)size);
  require(wd_settings_create(&settings, NULL) == WD_OK);
  wd_config config = *wd_settings_config(settings);
  snprintf(config.star.profile, sizeof config.star.profile, "/proc/self/fd/%d", file);
  int status = wd_profile_file_read(&config, &rows, &count, &err);
  require((status == WD_OK) == (err.message[0] == '\0'));
  if (status == WD_OK) {
    check_rows(rows, count);
    free(rows);
  }
  wd_settings_free(settings);
  close(file);
  return 0;
}
