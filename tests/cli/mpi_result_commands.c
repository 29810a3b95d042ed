/* The commands `status` and `contour` on result files: empty, partly filled, complete, with damage and
 * failures, and while the file is open for writing. */
#include "testing_mpi.h"

#include "cli/commands.h"
#include "store/store.h"

enum { MASSES = 2, COUPLINGS = 9, SHELLS = 2 };

static double mass[MASSES] = {1e3, 1e4}, coupling[COUPLINGS], shell[SHELLS] = {100, 200};

/* excess = g^2 / mass * 1e13; 1 % errors. */
static double excess_of(uint64_t m, uint64_t c) {
  return coupling[c] * coupling[c] / mass[m] * 1e13;
}

static int make_file(void **unused) {
  wd_error err = {0};
  (void)unused;
  for (int c = 0; c < COUPLINGS; c++) coupling[c] = pow(10, -8 + 0.5 * c);
  if (rank == 0) {
    wd_settings *settings = test_settings((const char *const[]){"output.contour_levels=[0.3]", NULL});
    wd_store_header header = {.settings = settings,
                              .masses = MASSES,
                              .couplings = COUPLINGS,
                              .shells = SHELLS,
                              .mass = mass,
                              .coupling = coupling,
                              .shell = shell,
                              .ranks = ranks};
    if (wd_store_create(path, &header, true, &err)) print_error("%s\n", err.message);
    wd_settings_free(settings);
  }
  MPI_Bcast(&err.status, 1, MPI_INT, 0, MPI_COMM_WORLD);
  return err.status;
}

static wd_store *open_for_writing(void) {
  wd_store *store = NULL;
  assert_int_equal(wd_store_open(path, MPI_COMM_WORLD, &store, NULL), WD_OK);
  return store;
}

/* All rows below `end`, written by all ranks in turn; the one numbered `failing` as failed. */
static void write_rows(wd_store *store, uint64_t end, uint64_t failing) {
  for (uint64_t i = (uint64_t)rank; i < end; i += (uint64_t)ranks) {
    float chi2[SHELLS] = {1, 1}, relative_error[SHELLS] = {0.01F, 0.01F};
    int64_t evaluations[SHELLS] = {100, 11};
    int32_t iterations[SHELLS] = {5, 5};
    bool fails = i == failing;
    double excess = fails ? NAN : excess_of(i / COUPLINGS, i % COUPLINGS);
    wd_row row = {.mass_index = i / COUPLINGS,
                  .coupling_index = i % COUPLINGS,
                  .excess = excess,
                  .excess_error = 0.01 * excess,
                  .status = fails ? WD_ROW_FAILED : WD_ROW_DONE,
                  .failure = fails ? WD_FAILURE_NAN : WD_FAILURE_NONE,
                  .chi2_per_dof = chi2,
                  .relative_error = relative_error,
                  .evaluations = evaluations,
                  .iterations = iterations};
    assert_int_equal(wd_store_write_row(store, &row, NULL), WD_OK);
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

/* What a command prints to stdout. */
static const char *output_of(int (*command)(const wd_arguments *, wd_error *), const wd_arguments *args) {
  static char text[16384];
  wd_error err = {0};
  FILE *file = tmpfile();
  fflush(stdout);
  int saved = dup(STDOUT_FILENO);
  dup2(fileno(file), STDOUT_FILENO);
  int status = command(args, &err);
  fflush(stdout);
  dup2(saved, STDOUT_FILENO);
  close(saved);
  rewind(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  assert_int_equal(status, WD_OK);
  return text;
}

static void has(const char *text, const char *words) {
  if (!strstr(text, words)) fail_msg("no '%s' in:\n%s", words, text);
}

static void an_empty_file(void **unused) {
  (void)unused;
  wd_arguments args = {.file = path, .mass = NAN, .json = true};
  const char *text = output_of(wd_command_status, &args);
  has(text, "\"complete\": false");
  has(text, "\"total\": 18");
  has(text, "\"pending\": 18");
  has(text, "\"evaluations\": 0");
  has(text, "\"transverse\": null");
  has(text, "\"program\": \"wdscan\"");
  has(text, "temperature:");
  args.json = false;
  has(output_of(wd_command_status, &args), "points            0 of 18 (0.0 %)");
  assert_string_equal(output_of(wd_command_contour, &args),
                      "level,mass_eV,coupling,coupling_error,state\n"
                      "0.3,1000,nan,nan,unfinished\n0.3,10000,nan,nan,unfinished\n");
}

static void a_file_that_is_being_written(void **unused) {
  (void)unused;
  wd_arguments args = {.file = path, .mass = NAN};
  wd_store *store = open_for_writing();
  write_rows(store, COUPLINGS + 2, UINT64_MAX); /* the first mass and two points of the second */
  const char *text = output_of(wd_command_status, &args);
  has(text, "not complete");
  has(text, "points            11 of 18 (61.1 %)");
  text = output_of(wd_command_contour, &args);
  has(text, "\n0.3,1000,");
  has(text, ",crossing\n0.3,10000,nan,nan,unfinished\n");
  wd_store_close(store, NULL);
}

static void a_complete_file(void **unused) {
  (void)unused;
  wd_arguments args = {.file = path, .mass = NAN, .json = true, .levels = {0.1, 0.7}, .level_count = 2};
  const double luminosity[WD_POLARIZATIONS] = {1e35, 4e34, 1e31},
               error[WD_POLARIZATIONS] = {1e30, 1e30, 1e30};
  wd_store *store = open_for_writing();
  write_rows(store, MASSES * COUPLINGS, 0);
  if (rank == 0) assert_int_equal(wd_store_write_luminosity(store, 0, luminosity, error, NULL), WD_OK);
  wd_store_close(store, NULL);
  MPI_Barrier(MPI_COMM_WORLD);
  const char *text = output_of(wd_command_status, &args);
  has(text, "\"complete\": true");
  has(text, "\"done\": 17");
  has(text, "\"failed\": 1");
  has(text, "\"failed_points\": [\n    {\n      \"mass_eV\": 1000,\n      \"coupling\": 1e-08,\n"
            "      \"reason\": \"integrand_not_finite\"\n    }\n  ]");
  has(text, "\"evaluations\": 222");
  has(text, "\"longitudinal\": 3.9999999999999998e+34");
  args.json = false;
  has(output_of(wd_command_status, &args),
      "  failed          1\n    mass 1000 eV, coupling 1e-08: integrand_not_finite\n");
  text = output_of(wd_command_contour, &args);
  assert_memory_equal(text, "level,mass_eV,coupling,coupling_error,state\n", 44);
  text += 44;
  for (int i = 0; i < 4; i++) { /* level by level, mass by mass */
    double level, m, g, g_error;
    int used = 0;
    assert_int_equal(sscanf(text, "%lf,%lf,%lf,%lf,crossing\n%n", &level, &m, &g, &g_error, &used), 4);
    assert_true(level == args.levels[i / 2] && m == mass[i % 2]);
    assert_true(fabs(g / sqrt(level * m / 1e13) - 1) < 1e-12);
    assert_true(g_error > 0.002 * g && g_error < 0.006 * g);
    text += used;
  }
  assert_string_equal(text, "");
}

static void a_damaged_point(void **unused) {
  (void)unused;
  wd_arguments args = {.file = path, .mass = NAN, .json = true};
  wd_store *store = open_for_writing();
  write_rows(store, MASSES * COUPLINGS, UINT64_MAX);
  wd_store_close(store, NULL);
  if (rank == 0) { /* one excess is changed without its checksum */
    double excess = excess_of(0, 4), other = excess * 2;
    unsigned char bytes[65536];
    FILE *file = fopen(path, "r+b");
    size_t size = fread(bytes, 1, sizeof bytes, file);
    unsigned char *found = memmem(bytes, size, &excess, sizeof excess);
    assert_non_null(found);
    fseek(file, found - bytes, SEEK_SET);
    fwrite(&other, sizeof other, 1, file);
    fclose(file);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  const char *text = output_of(wd_command_status, &args);
  has(text, "\"damaged\": 1");
  has(text, "\"pending\": 1");
  has(text, "\"complete\": false");
}

static void wrong_files(void **unused) {
  (void)unused;
  wd_error err;
  wd_arguments args = {.file = "/nowhere/x.h5"};
  assert_int_equal(wd_command_status(&args, &err), WD_ERR_IO);
  has(err.message, "/nowhere/x.h5: cannot be read: No such file or directory");
  assert_int_equal(wd_command_contour(&args, &err), WD_ERR_IO);
  args.file = "/proc/self/status";
  assert_int_equal(wd_command_contour(&args, &err), WD_ERR_IO);
  has(err.message, "not a result file of wdscan");
  args.file = folder;
  assert_int_equal(wd_command_status(&args, &err), WD_ERR_IO);
  has(err.message, "Is a directory");
}

int main(int argc, char **argv) {
#define FILE_TEST(f) cmocka_unit_test_setup_teardown(f, make_file, wait_for_all)
  const struct CMUnitTest tests[] = {
      FILE_TEST(an_empty_file),   FILE_TEST(a_file_that_is_being_written),
      FILE_TEST(a_complete_file), FILE_TEST(a_damaged_point),
      FILE_TEST(wrong_files),
  };
  start_mpi(&argc, &argv);
  int failed = cmocka_run_group_tests(tests, make_folder, remove_folder);
  MPI_Finalize();
  return failed;
}
