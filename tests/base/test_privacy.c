/* Texts without private words and paths, each against the text that it must become. */
#include "base/privacy.h"
#include "testing.h"

#include <unistd.h>

static wd_privacy *privacy;

static int set_up(void **state) {
  (void)state;
  setenv("HOME", "/home/jane.doe/", 1);
  setenv("USER", "jdoe", 1);
  setenv("LOGNAME", "jdoe", 1);
  assert_int_equal(chdir("/"), 0);
  assert_int_equal(wd_privacy_create(&privacy, NULL), WD_OK);
  assert_int_equal(wd_privacy_hide_host(privacy, "node7.hpc.example.edu", NULL), WD_OK);
  assert_int_equal(wd_privacy_hide_path(privacy, "/data/our group/white dwarf.dat", NULL), WD_OK);
  assert_int_equal(wd_privacy_hide_path(privacy, "../secret/track.txt", NULL), WD_OK);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  wd_privacy_free(privacy);
  return 0;
}

static void becomes(const char *text, const char *expected) {
  char *out = NULL;
  size_t size;
  FILE *file = open_memstream(&out, &size);
  wd_privacy_write(privacy, text, file);
  fclose(file);
  assert_string_equal(out, expected);
  free(out);
}

static void paths(void **state) {
  (void)state;
  becomes("file: /scratch/a/b/scan.h5", "file: .../scan.h5");
  becomes("/scratch/a/b.yaml:7: no", ".../b.yaml:7: no");
  becomes("profile: \"/scratch/my stars/a.dat\" # x", "profile: \".../a.dat\" # x");
  becomes("-I/opt/gsl/include -L/opt/lib", "-I.../include -L.../lib");
  becomes("LD_PRELOAD: /a/b.so:/c/d.so", "LD_PRELOAD: .../b.so:.../d.so");
  becomes("star: /data/our group/white dwarf.dat: No such file", "star: .../white dwarf.dat: No such file");
  becomes("../secret/track.txt:3", ".../track.txt:3");
}

static void the_home_folder(void **state) {
  (void)state;
  becomes("in /home/jane.doe/scans/a/b.h5", "in ~/.../b.h5");
  becomes("in /home/jane.doe/b.h5", "in ~/.../b.h5");
  becomes("HOME=/home/jane.doe, so", "HOME=~, so");
  becomes("/home/jane.doe2/x/b.h5", ".../b.h5");
}

static void users_and_hosts(void **state) {
  (void)state;
  becomes("scan_jdoe_2.h5 by jdoe2", "scan_USER_2.h5 by USER2");
  becomes("/tmp/x/jdoe.h5 of jane.doe", ".../USER.h5 of USER");
  becomes("rank 3: node7.hpc.example.edu: node7: hpc.example.edu", "rank 3: HOST: HOST: HOST");
  becomes("package: Open MPI smith@builder-3.example Distribution",
          "package: Open MPI USER@HOST Distribution");
}

/* What is no path and no name. */
static void the_rest_stays(void **state) {
  (void)state;
  static const char *const texts[] = {"",
                                      "and/or 3 erg/s",
                                      "the dataset /likelihood_data",
                                      "configs/fig4.yaml",
                                      "mass: 1.0e-3 # default",
                                      "xjdoe jdoes"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) becomes(texts[i], texts[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(paths),
      cmocka_unit_test(the_home_folder),
      cmocka_unit_test(users_and_hosts),
      cmocka_unit_test(the_rest_stays),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
