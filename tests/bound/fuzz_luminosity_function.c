/* Fuzzing of the reader of luminosity functions (libFuzzer; tests/gates/fuzz.sh): any bytes are either refused with a message
 * or give bins from bright to faint in which there are white dwarfs. */
#include "bound/luminosity_function.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
  if (!condition) abort();
}

static void check_bins(const wd_luminosity_function *f) {
  double sum = 0;
  require(f->bins >= 2);
  for (size_t i = 0; i < f->bins; i++) {
    const wd_luminosity_bin *b = &f->bin[i];
    require(isfinite(b->low) && isfinite(b->high) && b->high > b->low);
    require(i == 0 || b->low >= f->bin[i - 1].high);
    require(isfinite(b->value) && b->value >= 0);
    require(f->counted ? b->value == floor(b->value) : isfinite(b->error) && b->error > 0);
    sum += b->value;
  }
  require(sum > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  wd_luminosity_function *function;
  wd_error err = {0};
  char path[32];
  int file = memfd_create("bins", 0);
  require(file >= 0 && write(file, data, size) == (ssize_t)size);
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  int status = wd_luminosity_function_read(path, &function, &err);
  require((status == WD_OK) == (err.message[0] == '\0'));
  if (status == WD_OK) {
    check_bins(function);
    wd_luminosity_function_free(function);
  }
  close(file);
  return 0;
}
