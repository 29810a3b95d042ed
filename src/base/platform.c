/* On what this process computes; see base/platform.h. */
#include "base/platform.h"

#include "base/checksum.h"
#include "base/vector_math.h"
#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

/* --- The program's file: the build ID that the linker has put into it --- */

/* Writes the build ID among the notes of a segment. */
static void write_build_id(const unsigned char *notes, size_t size, FILE *out) {
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) head;
    memcpy(&head, notes, sizeof head);
    size_t name = (head.n_namesz + 3u) & ~3u, all = sizeof head + name + ((head.n_descsz + 3u) & ~3u);
    if (all > size) return;
    if (head.n_type == NT_GNU_BUILD_ID)
      for (size_t i = 0; i < head.n_descsz; i++) fprintf(out, "%02x", notes[sizeof head + name + i]);
    notes += all;
    size -= all;
  }
}

/* The first object is the program itself. */
static int visit_object(struct dl_phdr_info *object, size_t size, void *out) {
  (void)size;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
    if (segment->p_type != PT_NOTE) continue;
    /* the linker gives the address as a number */
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    write_build_id((const unsigned char *)(object->dlpi_addr + segment->p_vaddr), segment->p_memsz, out);
  }
  return 1;
}

/* --- The version of the loops in WD_VERSIONS that the processor gets --- */

static const char *vector_code(void) {
#ifdef WD_SEVERAL_VERSIONS
  if (__builtin_cpu_supports("x86-64-v4")) return "x86-64-v4";
  if (__builtin_cpu_supports("x86-64-v3")) return "x86-64-v3";
#endif
  return "as compiled";
}

/* --- What arithmetic returns --- */

static double first_of_pair(double x) {
  return pow(fabs(x) + 0.5, 1.37) + atan2(x, 0.7) + hypot(x, 3);
}

static double of_cube(double x) {
  return asinh(x) + cbrt(x) + atan(x);
}

/* Elementary functions that the program calls, each where it is finite. */
static uint64_t arithmetic(void) {
  static double (*const function[])(double) = {exp,  expm1, sinh,  cosh,  tan,           erfc,
                                               sqrt, log,   log1p, log10, first_of_pair, of_cube};
  uint64_t sum = wd_checksum_start;
  for (size_t f = 0; f < sizeof function / sizeof *function; f++)
    for (volatile double x = 1e-3; x < 30; x *= 1.37) {
      double y = function[f](x), tiny = 1e-300 * (1e-10 * x);
      sum = wd_checksum(sum, &y, sizeof y);
      sum = wd_checksum(sum, &tiny, sizeof tiny);
    }
  return sum;
}

void wd_platform_write(FILE *out) {
  fputs("build ID: ", out);
  dl_iterate_phdr(visit_object, out);
  fprintf(out, "\nvector code: %s\n", vector_code());
#ifdef __GLIBC__
  fprintf(out, "C library: %s\n", gnu_get_libc_version());
#endif
  fprintf(out, "checksum of elementary functions: %016llx\n", (unsigned long long)arithmetic());
}
