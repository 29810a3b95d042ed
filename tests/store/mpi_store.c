/* The result file: created complete, filled by all ranks, read back bit for bit; damage and foreign files are
 * noticed. */
#include "testing_mpi.h"

#include "store/store.h"
#include <dirent.h>
#include <errno.h>
#include <hdf5.h>
#include <signal.h>
#include <sys/resource.h>

enum { MASSES = 3, COUPLINGS = 5, SHELLS = 4, NODES = 7 };

static bool likelihood; /* files are of scans with one */
static const char *diagnostics = "output.diagnostics=mass";

static wd_settings *new_settings(void) {
  const char *const more = likelihood ? "likelihood.f_s.error=0.3" : NULL;
  return test_settings((const char *const[]){"integrator.seed=77", "output.contour_levels=[0.1, 0.3]",
                                             diagnostics, more, NULL});
}

/* Makes a file, or begins it. */
static int make(const char *file, bool replace, bool begin, wd_error *err) {
  static const double mass[MASSES] = {1, 10, 100}, coupling[COUPLINGS] = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1};
  static const double shell[SHELLS] = {1, 2, 3, 4}, density[NODES] = {7, 6, 5, 4, 3, 2, 1};
  static const wd_store_profile profile[] = {{"density", "g/cm3", "mass density", density}};
  static const char *const names[] = {"radius_km"};
  static const double values[] = {5417.0};
  wd_settings *settings = new_settings();
  wd_store_header header = {.settings = settings,
                            .masses = MASSES,
                            .couplings = COUPLINGS,
                            .shells = SHELLS,
                            .mass = mass,
                            .coupling = coupling,
                            .shell = shell,
                            .profile = profile,
                            .profiles = 1,
                            .profile_nodes = NODES,
                            .star_attribute_names = names,
                            .star_attribute_values = values,
                            .star_attributes = 1,
                            .data = likelihood ? "line 1\nline 2\n" : "",
                            .ranks = ranks};
  int status = (begin ? wd_store_begin : wd_store_create)(file, &header, replace, err);
  wd_settings_free(settings);
  return status;
}

static int create(const char *file, bool replace, wd_error *err) {
  return make(file, replace, /*begin=*/false, err);
}

static int begin(const char *file, bool replace, wd_error *err) {
  return make(file, replace, /*begin=*/true, err);
}

/* A row with values of all kinds, different for each grid point. */
typedef struct example {
  wd_row row;
  float chi2[SHELLS], relative_error[SHELLS];
  int64_t evaluations[SHELLS];
  int32_t iterations[SHELLS];
} example;

static void make_example(example *e, uint64_t mass, uint64_t coupling) {
  static const double odd[] = {NAN, -0.0, 4.9e-324, INFINITY, 1.0 / 3.0};
  uint64_t i = mass * COUPLINGS + coupling;
  memset(e, 0, sizeof *e);
  e->row = (wd_row){.mass_index = mass,
                    .coupling_index = coupling,
                    .excess = odd[i % 5],
                    .excess_error = sqrt((double)i),
                    .minus_two_delta_lnl = likelihood ? 3 - (double)i : NAN,
                    .minus_two_delta_lnl_error = likelihood ? 1.0 / (double)(i + 5) : NAN,
                    .status = 1 + (int)(i % 4),
                    .failure = (int)(i % WD_FAILURE_COUNT),
                    .chi2_per_dof = e->chi2,
                    .evaluations = e->evaluations,
                    .relative_error = e->relative_error,
                    .iterations = e->iterations};
  for (unsigned p = 0; p < WD_POLARIZATIONS; p++) { /* the file has parts in single precision */
    e->row.resonant[p] = (float)i * 0.1F + (float)p;
    e->row.offresonant[p] = -(float)e->row.resonant[p] / 7;
    e->row.resonant_error[p] = 1.0F / (float)(i + 3 + p);
    e->row.offresonant_error[p] = 1.0F / (float)(i + 4 + p);
    e->row.continuum[p] = (float)e->row.resonant[p] / 3;
    e->row.continuum_error[p] = 1.0F / (float)(i + 2 + p);
  }
  for (int k = 0; k < SHELLS; k++) {
    e->chi2[k] = 1.0F / (float)(i + (unsigned)k + 1);
    e->relative_error[k] = (float)odd[(i + (unsigned)k) % 5];
    e->evaluations[k] = (int64_t)(1000000007 * (i + 1)) + k;
    e->iterations[k] = (int32_t)i - k;
  }
}

/* Each rank writes its share of the rows. */
static void fill(void) {
  wd_store *store;
  wd_error err;
  assert_int_equal(wd_store_open(path, MPI_COMM_WORLD, &store, &err), WD_OK);
  for (uint64_t i = 0; i < MASSES * COUPLINGS; i++) {
    example e;
    if ((int)(i % (unsigned)ranks) != rank) continue;
    make_example(&e, i / COUPLINGS, i % COUPLINGS);
    if (i < 3)
      assert_int_equal(wd_store_write_row(store, &e.row, &err), WD_OK);
    else /* with one rank, these join: the rest of a mass, a whole one, the beginning of the third */
      assert_int_equal(wd_store_put_row(store, &e.row, &err), WD_OK);
    if (i == 12) assert_int_equal(wd_store_commit_rows(store, &err), WD_OK);
  }
  assert_int_equal(wd_store_commit_rows(store, &err), WD_OK);
  assert_int_equal(wd_store_commit_rows(store, &err), WD_OK);
  assert_int_equal(wd_store_sync(store, &err), WD_OK);
  assert_int_equal(wd_store_flush(store, &err), WD_OK);
  assert_int_equal(wd_store_close(store, &err), WD_OK);
  MPI_Barrier(MPI_COMM_WORLD);
}

static void check_row(void *ctx, const wd_row *row, bool damaged) {
  example e;
  wd_row *want = &e.row;
  make_example(&e, row->mass_index, row->coupling_index);
  assert_false(damaged);
  assert_memory_equal(&row->excess, &want->excess, sizeof(double));
  assert_memory_equal(&row->excess_error, &want->excess_error, sizeof(double));
  const double *read = &row->minus_two_delta_lnl, *written = &want->minus_two_delta_lnl;
  for (int k = 0; k < 2; k++) assert_true(likelihood ? read[k] == written[k] : isnan(read[k]));
  assert_memory_equal(row->resonant, want->resonant, sizeof row->resonant);
  assert_memory_equal(row->offresonant, want->offresonant, sizeof row->offresonant);
  assert_memory_equal(row->resonant_error, want->resonant_error, sizeof row->resonant_error);
  assert_memory_equal(row->offresonant_error, want->offresonant_error, sizeof row->offresonant_error);
  assert_memory_equal(row->continuum, want->continuum, sizeof row->continuum);
  assert_memory_equal(row->continuum_error, want->continuum_error, sizeof row->continuum_error);
  assert_int_equal(row->status, want->status);
  assert_int_equal(row->failure, want->failure);
  ++*(int *)ctx;
  const bool of_masses = strstr(diagnostics, "mass") && row->coupling_index == 0;
  if (!of_masses && !strstr(diagnostics, "shell")) {
    assert_true(!row->chi2_per_dof && !row->relative_error && !row->evaluations && !row->iterations);
    return;
  }
  assert_memory_equal(row->chi2_per_dof, e.chi2, sizeof e.chi2);
  assert_memory_equal(row->relative_error, e.relative_error, sizeof e.relative_error);
  assert_memory_equal(row->evaluations, e.evaluations, sizeof e.evaluations);
  assert_memory_equal(row->iterations, e.iterations, sizeof e.iterations);
}

/* Rank 0 creates a new file; all wait for it. */
static int fresh_file(void **unused) {
  wd_error err = {0};
  (void)unused;
  if (rank == 0) unlink(path);
  int status = rank == 0 ? create(path, false, &err) : WD_OK;
  if (status) print_error("%s\n", err.message);
  MPI_Barrier(MPI_COMM_WORLD);
  return status;
}

static void write_text(const char *text) {
  FILE *f = fopen(path, "w");
  fputs(text, f);
  fclose(f);
}

static int files_in_folder(void) {
  int n = 0;
  DIR *dir = opendir(folder);
  for (struct dirent *entry; (entry = readdir(dir));) n += entry->d_name[0] != '.';
  closedir(dir);
  return n;
}

static wd_store *look(void) {
  wd_store *store = NULL;
  wd_error err = {0};
  int status = wd_store_open_serial(path, &store, &err);
  if (status) print_error("%s\n", err.message);
  assert_int_equal(status, WD_OK);
  return store;
}

static void a_new_file_is_all_pending(void **unused) {
  (void)unused;
  wd_error err;
  double mass[MASSES], coupling[COUPLINGS], excess[MASSES * COUPLINGS], error[MASSES * COUPLINGS], level[2];
  int8_t status[MASSES * COUPLINGS];
  uint64_t damaged = 99;
  wd_store *store = look();
  assert_int_equal(wd_store_masses(store), MASSES);
  assert_int_equal(wd_store_couplings(store), COUPLINGS);
  assert_int_equal(wd_store_shells(store), SHELLS);
  assert_int_equal(wd_store_levels(store), 2);
  assert_int_equal(wd_store_read_axes(store, mass, coupling, &err), WD_OK);
  assert_int_equal(wd_store_read(store, excess, error, status, &damaged, &err), WD_OK);
  assert_int_equal(wd_store_read_levels(store, level, &err), WD_OK);
  assert_true(mass[2] == 100 && coupling[4] == 1e-1 && level[1] == 0.3);
  assert_int_equal(damaged, 0);
  for (int i = 0; i < MASSES * COUPLINGS; i++) {
    assert_true(isnan(excess[i]) && isnan(error[i]));
    assert_int_equal(status[i], WD_ROW_PENDING);
  }
  double luminosity[WD_POLARIZATIONS], luminosity_error[WD_POLARIZATIONS];
  assert_int_equal(wd_store_read_luminosity(store, 0, luminosity, luminosity_error, &err), WD_OK);
  for (int p = 0; p < WD_POLARIZATIONS; p++) assert_true(isnan(luminosity[p]) && isnan(luminosity_error[p]));
  wd_settings *settings = new_settings();
  char *text = wd_settings_text(settings);
  assert_string_equal(wd_store_config_text(store), text);
  free(text);
  wd_settings_free(settings);
  assert_int_equal(wd_store_close(store, &err), WD_OK);
}

/* Rows of a scan with a likelihood have two values more, and the file its data. */
static void likelihoods_come_back(void **unused) {
  wd_error err;
  int rows = 0;
  likelihood = true;
  assert_int_equal(fresh_file(unused), WD_OK);
  fill();
  wd_store *store = look();
  assert_true(wd_store_has_likelihood(store));
  assert_string_equal(wd_store_data_text(store), "line 1\nline 2\n");
  assert_int_equal(wd_store_each_row(store, check_row, &rows, &err), WD_OK);
  assert_int_equal(rows, MASSES * COUPLINGS);
  assert_int_equal(wd_store_close(store, &err), WD_OK);
  MPI_Barrier(MPI_COMM_WORLD);
  likelihood = false;
  assert_int_equal(fresh_file(unused), WD_OK);
  store = look();
  assert_false(wd_store_has_likelihood(store));
  assert_string_equal(wd_store_data_text(store), "");
  assert_int_equal(wd_store_close(store, &err), WD_OK);
}

static const char *const all_diagnostics[] = {"output.diagnostics=none", "output.diagnostics=shell",
                                              "output.diagnostics=mass"};
enum { ALL_DIAGNOSTICS = sizeof all_diagnostics / sizeof *all_diagnostics };

static void rows_of_all_ranks_come_back_bit_for_bit(void **unused) {
  for (int i = 0; i < ALL_DIAGNOSTICS; i++) {
    wd_error err;
    int rows = 0;
    diagnostics = all_diagnostics[i];
    assert_int_equal(fresh_file(unused), WD_OK);
    fill();
    wd_store *store = look();
    assert_int_equal(wd_store_each_row(store, check_row, &rows, &err), WD_OK);
    assert_int_equal(rows, MASSES * COUPLINGS);
    assert_int_equal(wd_store_rows_of(store, 1, 2, check_row, &rows, &err), WD_OK);
    assert_int_equal(rows, (MASSES + 1) * COUPLINGS);
    assert_int_equal(wd_store_close(store, &err), WD_OK);
    MPI_Barrier(MPI_COMM_WORLD);
  }
}

/* Are all numbers with a decimal point of a dataset NaN, and all others 0? Counts the datasets that have some. A group is
   gone through likewise, but for those that say what was asked for. */
static herr_t check_blank(hid_t group, const char *name, const H5L_info_t *info, void *count) {
  static const char *const asked[] = {"mass", "coupling", "shell", "level", "star", "timing"};
  (void)info;
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
    if (!strcmp(name, asked[i])) return 0;
  hid_t id = H5Oopen(group, name, H5P_DEFAULT);
  herr_t read = 0;
  if (H5Iget_type(id) == H5I_GROUP) {
    read = H5Literate(id, H5_INDEX_NAME, H5_ITER_INC, NULL, check_blank, count);
  } else {
    double values[MASSES * COUPLINGS * SHELLS];
    hid_t type = H5Dget_type(id), space = H5Dget_space(id);
    const bool real = H5Tget_class(type) == H5T_FLOAT, number = real || H5Tget_class(type) == H5T_INTEGER;
    const hssize_t n = number ? H5Sget_simple_extent_npoints(space) : 0;
    if (number) read = H5Dread(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Sclose(space);
    H5Tclose(type);
    for (hssize_t i = 0; i < n; i++)
      if (real ? !isnan(values[i]) : values[i] != 0) fail_msg("%s[%d] is %g", name, (int)i, values[i]);
    *(int *)count += real;
  }
  H5Oclose(id);
  return read;
}

/* All ranks make a new file together: it has no name until it is complete, and then nothing but NaN and 0. */
static void all_ranks_make_a_new_file(void **unused) {
  static const int reals[ALL_DIAGNOSTICS] = {12, 14, 14};
  (void)unused;
  for (int i = 0; i < ALL_DIAGNOSTICS; i++) {
    wd_error err;
    wd_store *store;
    int rows = 0, found = 0;
    diagnostics = all_diagnostics[i];
    if (rank == 0) unlink(path);
    if (rank == 0) assert_int_equal(begin(path, false, &err), WD_OK);
    MPI_Barrier(MPI_COMM_WORLD);
    assert_int_equal(access(path, F_OK), -1);
    MPI_Barrier(MPI_COMM_WORLD);
    assert_int_equal(wd_store_open_begun(path, false, MPI_COMM_WORLD, &store, &err), WD_OK);
    assert_int_equal(wd_store_sync(store, &err), WD_OK); /* it is there under its name */
    if (rank == 0) {
      hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
      assert_true(H5Literate(file, H5_INDEX_NAME, H5_ITER_INC, NULL, check_blank, &found) >= 0);
      H5Fclose(file);
      assert_int_equal(found, reals[i]);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    assert_int_equal(wd_store_close(store, &err), WD_OK);
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0) assert_int_equal(files_in_folder(), 1);
    fill();
    store = look();
    assert_int_equal(wd_store_each_row(store, check_row, &rows, &err), WD_OK);
    assert_int_equal(rows, MASSES * COUPLINGS);
    assert_int_equal(wd_store_close(store, &err), WD_OK);
    MPI_Barrier(MPI_COMM_WORLD);
  }
}

/* A file that gets the name meanwhile stays as it is, and nothing is left of the new one. */
static void a_new_file_replaces_none_that_has_come_meanwhile(void **unused) {
  (void)unused;
  wd_error err;
  wd_store *store;
  char text[32] = "";
  if (rank == 0) {
    unlink(path);
    assert_int_equal(begin(path, false, &err), WD_OK);
    write_text("precious");
  }
  MPI_Barrier(MPI_COMM_WORLD);
  assert_int_equal(wd_store_open_begun(path, false, MPI_COMM_WORLD, &store, &err), WD_ERR_IO);
  assert_non_null(strstr(err.message, "exists already"));
  assert_null(store);
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank > 0) return;
  assert_int_equal(files_in_folder(), 1);
  FILE *f = fopen(path, "r");
  assert_non_null(fgets(text, sizeof text, f));
  fclose(f);
  assert_string_equal(text, "precious");
}

static void luminosity_and_contours_come_back(void **unused) {
  (void)unused;
  wd_error err;
  wd_store *store;
  const double value[WD_POLARIZATIONS] = {1e35, 2e34, 3e31}, error[WD_POLARIZATIONS] = {1e30, 2e30, 3e30};
  double contour[2 * MASSES] = {1e-5, NAN, 3e-5, 4e-5, 5e-5, NAN}, contour_error[2 * MASSES] = {1e-9};
  int8_t contour_state[2 * MASSES] = {1, 3, 1, 1, 1, 2};
  const wd_store_curves written = {contour, contour_error, contour_state};
  int8_t state[2 * MASSES];
  double read_error[2 * MASSES];
  assert_int_equal(wd_store_open(path, MPI_COMM_WORLD, &store, &err), WD_OK);
  if (rank == ranks - 1) {
    assert_int_equal(wd_store_write_luminosity(store, 0, value, error, &err), WD_OK);
    assert_int_equal(wd_store_write_contours(store, 0, MASSES, &written, &err), WD_OK);
  }
  assert_int_equal(wd_store_close(store, &err), WD_OK);
  MPI_Barrier(MPI_COMM_WORLD);
  double found[2 * MASSES], luminosity[WD_POLARIZATIONS], luminosity_error[WD_POLARIZATIONS];
  store = look();
  assert_int_equal(wd_store_read_luminosity(store, 0, luminosity, luminosity_error, &err), WD_OK);
  assert_memory_equal(luminosity, value, sizeof value);
  assert_memory_equal(luminosity_error, error, sizeof error);
  wd_store_curves read = {found, read_error, state};
  assert_int_equal(wd_store_read_contours(store, 0, MASSES, &read, &err), WD_OK);
  assert_memory_equal(found, contour, sizeof contour);
  assert_memory_equal(read_error, contour_error, sizeof contour_error);
  assert_memory_equal(state, contour_state, sizeof contour_state);
  wd_store_close(store, NULL);
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT),
        id = H5Dopen2(file, "/contour_coupling", H5P_DEFAULT);
  assert_true(H5Dread(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, found) >= 0);
  assert_memory_equal(found, contour, sizeof contour);
  H5Dclose(id);
  H5Fclose(file);
}

/* Flips a bit of the byte at `offset` of a dataset's raw data. */
static void flip(const char *dataset, haddr_t offset) {
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), id = H5Dopen2(file, dataset, H5P_DEFAULT);
  offset += H5Dget_offset(id);
  H5Dclose(id);
  H5Fclose(file);
  FILE *raw = fopen(path, "r+b");
  fseek(raw, (long)offset, SEEK_SET);
  int byte = fgetc(raw);
  fseek(raw, (long)offset, SEEK_SET);
  fputc(byte ^ 0x02, raw);
  fclose(raw);
}

/* A field, a bit of which is flipped in the row `victim`. */
static void check_flip(const char *name, unsigned size, uint64_t at, uint64_t victim) {
  wd_error err;
  int8_t status[MASSES * COUPLINGS], part[COUPLINGS];
  double excess[MASSES * COUPLINGS];
  uint64_t damaged, mass = victim / COUPLINGS;
  flip(name, at * size + size / 2);
  wd_store *store = look();
  assert_int_equal(wd_store_read(store, excess, NULL, status, &damaged, &err), WD_OK);
  assert_int_equal(damaged, 1);
  for (unsigned i = 0; i < MASSES * COUPLINGS; i++)
    assert_int_equal(status[i], i == victim ? WD_ROW_PENDING : 1 + i % 4);
  assert_true(isnan(excess[victim]));
  assert_int_equal(wd_store_read_states(store, mass, mass + 1, part, &damaged, &err), WD_OK);
  assert_memory_equal(part, status + mass * COUPLINGS, sizeof part);
  assert_int_equal(damaged, 1);
  wd_store_close(store, NULL);
  flip(name, at * size + size / 2);
}

static void a_flipped_bit_makes_a_row_pending(void **unused) {
  enum { VICTIM = 8, MASS = 2 }; /* status 1, which the flip makes 3; the first row of the mass */
  static const struct {
    const char *name;
    unsigned size; /* bytes per grid point, or per mass */
  } fields[] = {{"/excess", 8},
                {"/excess_error", 8},
                {"/excess_resonant", 12},
                {"/excess_offresonant", 12},
                {"/excess_resonant_error", 12},
                {"/excess_offresonant_error", 12},
                {"/excess_continuum", 12},
                {"/excess_continuum_error", 12},
                {"/diagnostics/failure", 1},
                {"/checksum", 4},
                {"/status", 1}},
    shells[] = {{"/diagnostics/chi2_per_dof", 4 * SHELLS},
                {"/diagnostics/relative_error", 4 * SHELLS},
                {"/diagnostics/evaluations", 8 * SHELLS},
                {"/diagnostics/iterations", 4 * SHELLS}};
  for (int i = 0; i < ALL_DIAGNOSTICS; i++) {
    diagnostics = all_diagnostics[i];
    assert_int_equal(fresh_file(unused), WD_OK);
    fill();
    const bool masses = strstr(diagnostics, "mass"), none = strstr(diagnostics, "none");
    for (size_t f = 0; rank == 0 && f < sizeof fields / sizeof *fields; f++)
      check_flip(fields[f].name, fields[f].size, VICTIM, VICTIM);
    for (size_t f = 0; rank == 0 && !none && f < sizeof shells / sizeof *shells; f++)
      check_flip(shells[f].name, shells[f].size, masses ? MASS : VICTIM, masses ? MASS * COUPLINGS : VICTIM);
    MPI_Barrier(MPI_COMM_WORLD);
  }
}

static void expect_refusal(const char *words) {
  wd_store *store;
  wd_error err = {0};
  assert_int_equal(wd_store_open(path, MPI_COMM_WORLD, &store, &err), WD_ERR_IO); /* on all ranks alike */
  assert_int_equal(err.status, WD_ERR_IO);
  assert_null(store);
  if (!strstr(err.message, words) || !strstr(err.message, path)) print_error("%s\n", err.message);
  assert_non_null(strstr(err.message, words));
  assert_non_null(strstr(err.message, path));
}

static void a_damaged_header_is_refused(void **unused) {
  (void)unused;
  if (rank == 0) flip("/mass", 9);
  MPI_Barrier(MPI_COMM_WORLD);
  expect_refusal("damaged");
  if (rank == 0) flip("/mass", 9);
  if (rank == 0) flip("/level", 3);
  MPI_Barrier(MPI_COMM_WORLD);
  expect_refusal("damaged");
}

/* Another program's HDF5 file, or one of ours of another version. */
static void write_foreign(bool ours) {
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), space = H5Screate(H5S_SCALAR);
  if (ours) {
    const char *program = "wdscan";
    const int64_t version = 999;
    hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, H5T_VARIABLE);
    hid_t a = H5Acreate2(file, "program", text, space, H5P_DEFAULT, H5P_DEFAULT);
    hid_t b = H5Acreate2(file, "format_version", H5T_NATIVE_INT64, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(a, text, &program);
    H5Awrite(b, H5T_NATIVE_INT64, &version);
    H5Aclose(a);
    H5Aclose(b);
    H5Tclose(text);
  }
  H5Sclose(space);
  H5Fclose(file);
}

static void foreign_files_are_refused(void **unused) {
  (void)unused;
  for (int kind = 0; kind < 6; kind++) {
    static const char *const words[] = {"No such file",      "not a result file", "not a result file",
                                        "another program's", "version 999",       "cannot be opened"};
    wd_error err = {0};
    if (rank == 0) {
      unlink(path);
      if (kind == 1) write_text("");
      if (kind == 2) write_text("mass,coupling,excess\n");
      if (kind == 3) write_foreign(false);
      if (kind == 4) write_foreign(true);
      if (kind == 5) assert_int_equal(create(path, true, &err) || truncate(path, 5000), 0);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    expect_refusal(words[kind]);
  }
}

static void nothing_is_overwritten_unasked(void **unused) {
  (void)unused;
  wd_error err;
  char text[32] = "";
  if (rank == 0) {
    unlink(path);
    write_text("precious");
    assert_int_equal(create(path, false, &err), WD_ERR_IO);
    assert_non_null(strstr(err.message, "--fresh"));
    assert_int_equal(create(path, true, &err), WD_ERR_IO);
    assert_non_null(strstr(err.message, "result files of wdscan only"));
    FILE *f = fopen(path, "r");
    assert_non_null(fgets(text, sizeof text, f));
    fclose(f);
    assert_string_equal(text, "precious");
    unlink(path);
    assert_int_equal(create(path, false, &err), WD_OK);
    assert_int_equal(create(path, false, &err), WD_ERR_IO);
    assert_int_equal(create(path, true, &err), WD_OK);
    wd_store_close(look(), NULL);
    assert_int_equal(files_in_folder(), 1);
  }
}

static void bad_targets_are_named(void **unused) {
  (void)unused;
  wd_error err;
  char target[160];
  if (rank == 0) {
    snprintf(target, sizeof target, "%s/missing/x.h5", folder);
    assert_int_equal(create(target, false, &err), WD_ERR_IO);
    assert_non_null(strstr(err.message, "/missing"));
    assert_non_null(strstr(err.message, "No such file"));
    snprintf(target, sizeof target, "%s/x.h5", path);
    assert_int_equal(create(target, false, &err), WD_ERR_IO);
    assert_non_null(strstr(err.message, "is not a folder"));
    assert_int_equal(create(folder, true, &err), WD_ERR_IO);
    assert_non_null(strstr(err.message, "is a folder"));
    assert_int_equal(create("/proc/x.h5", true, &err), WD_ERR_IO); /* not writable even for root */
    assert_non_null(strstr(err.message, "/proc"));
  }
}

/* A file-size limit instead of a full disk: the same failure of the same calls. */
static void without_space_nothing_is_left_behind(void **unused) {
  (void)unused;
  wd_error err;
  struct rlimit old, little;
  if (rank > 0) return;
  getrlimit(RLIMIT_FSIZE, &old);
  little = (struct rlimit){100000, old.rlim_max};
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &little);
  int status = create(path, true, &err);
  setrlimit(RLIMIT_FSIZE, &old);
  assert_int_equal(status, WD_ERR_IO);
  assert_non_null(strstr(err.message, "cannot reserve"));
  assert_non_null(strstr(err.message, strerror(EFBIG)));
  assert_int_equal(files_in_folder(), 1); /* the old file, as it was */
  wd_store_close(look(), NULL);
}

/* The bytes of a file, and how many. */
static char *bytes_of(const char *name, size_t *size) {
  FILE *in = fopen(name, "r");
  assert_non_null(in);
  assert_int_equal(fseek(in, 0, SEEK_END), 0);
  *size = (size_t)ftell(in);
  rewind(in);
  char *bytes = malloc(*size);
  assert_int_equal(fread(bytes, 1, *size, in), *size);
  fclose(in);
  return bytes;
}

/* The last rank means another file, of the same form, or one that is not there: refused on all ranks, and no byte is
 * changed. */
static void all_ranks_open_the_same_file(void **unused) {
  (void)unused;
  wd_store *store = NULL;
  wd_error err = {0};
  char other[sizeof path + 8], who[32];
  size_t size, size_after;
  bool last = ranks > 1 && rank == ranks - 1;
  if (ranks == 1) skip();
  snprintf(other, sizeof other, "%s.other", path);
  snprintf(who, sizeof who, "rank %d (host ", ranks - 1);
  if (last) assert_int_equal(create(other, true, &err), WD_OK);
  const char *mine = last ? other : path;
  char *before = bytes_of(mine, &size);
  assert_int_equal(wd_store_open(mine, MPI_COMM_WORLD, &store, &err), WD_ERR_IO);
  assert_null(store);
  assert_memory_equal(err.message, who, strlen(who));
  assert_non_null(strstr(err.message, other));
  assert_non_null(strstr(err.message, "is another file here than on rank 0"));
  char *after = bytes_of(mine, &size_after);
  assert_int_equal(size, size_after);
  assert_memory_equal(before, after, size);
  free(before);
  free(after);
  if (last) unlink(other);
  assert_int_equal(wd_store_open(mine, MPI_COMM_WORLD, &store, &err), WD_ERR_IO);
  assert_memory_equal(err.message, who, strlen(who));
  assert_non_null(strstr(err.message, "No such file"));
}

int main(int argc, char **argv) {
#define STORE_TEST(f) cmocka_unit_test_setup_teardown(f, fresh_file, wait_for_all)
  const struct CMUnitTest tests[] = {
      STORE_TEST(a_new_file_is_all_pending),
      STORE_TEST(all_ranks_open_the_same_file),
      STORE_TEST(rows_of_all_ranks_come_back_bit_for_bit),
      STORE_TEST(all_ranks_make_a_new_file),
      STORE_TEST(a_new_file_replaces_none_that_has_come_meanwhile),
      STORE_TEST(likelihoods_come_back),
      STORE_TEST(luminosity_and_contours_come_back),
      STORE_TEST(a_flipped_bit_makes_a_row_pending),
      STORE_TEST(a_damaged_header_is_refused),
      STORE_TEST(foreign_files_are_refused),
      STORE_TEST(nothing_is_overwritten_unasked),
      STORE_TEST(bad_targets_are_named),
      STORE_TEST(without_space_nothing_is_left_behind),
  };
  start_mpi(&argc, &argv);
  int failed = cmocka_run_group_tests(tests, make_folder, remove_folder);
  MPI_Finalize();
  return failed;
}
