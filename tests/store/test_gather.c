/* Files that are made of others, without MPI: rows with their bits, conflicts, damage, the star; nothing is left of one that
 * fails. */
#include "testing.h"

#include "store/store.h"
#include <unistd.h>

enum { MASSES = 3, COUPLINGS = 4, SHELLS = 2, NODES = 5 };

static char folder[] = "/tmp/wdscan_gather_XXXXXX";
static const double mass[MASSES] = {1, 10, 100}, coupling[COUPLINGS] = {1e-4, 1e-3, 1e-2, 1e-1},
                    shell[SHELLS] = {100.5, 200.25}, density[NODES] = {5, 4, 3, 2, 1};

static const char *in_folder(const char *name) {
  static char path[4][128];
  static int next;
  char *p = path[next++ % 4];
  snprintf(p, sizeof path[0], "%s/%s", folder, name);
  return p;
}

/* A file of the first masses and couplings of the grid, whose rows `fill` writes. */
static int create(const char *name, size_t masses, size_t couplings, wd_store_filler *fill, void *ctx,
                  wd_error *err) {
  static const wd_store_profile profile[] = {{"density", "g/cm3", "mass density", density}};
  static const char *const names[] = {"radius_km"};
  static const double radius[] = {5417.0};
  wd_settings *settings = test_settings((const char *const[]){"output.contour_levels=[0.3]", NULL});
  const wd_store_header header = {.settings = settings,
                                  .masses = masses,
                                  .couplings = couplings,
                                  .shells = SHELLS,
                                  .mass = mass,
                                  .coupling = coupling,
                                  .shell = shell,
                                  .profile = profile,
                                  .profiles = 1,
                                  .profile_nodes = NODES,
                                  .star_attribute_names = names,
                                  .star_attribute_values = radius,
                                  .star_attributes = 1,
                                  .ranks = 1};
  int status = wd_store_create_filled(in_folder(name), &header, /*replace=*/true, fill, ctx, err);
  wd_settings_free(settings);
  return status;
}

/* The value of a point, of which each has its own. */
static double value_of(uint64_t m, uint64_t g) {
  return 1.0 / (double)(3 + 10 * m + g);
}

/* What is written: rows of the masses first ... end - 1, all values times `factor`. */
typedef struct plan {
  size_t first, end;
  double factor;
} plan;

static int write_rows(void *ctx, wd_store *store, wd_error *err) {
  const plan *p = ctx;
  float chi2[SHELLS] = {0.5F, NAN}, error[SHELLS] = {0.1F, 0.2F};
  int64_t evaluations[SHELLS] = {7, 8};
  int32_t iterations[SHELLS] = {3, 4};
  int status = WD_OK;
  for (uint64_t m = p->first; m < p->end; m++)
    for (uint64_t g = 0; g < wd_store_couplings(store) && !status; g++) {
      const wd_row row = {.mass_index = m,
                          .coupling_index = g,
                          .excess = p->factor * value_of(m, g),
                          .excess_error = 0.01,
                          .status = WD_ROW_DONE,
                          .chi2_per_dof = chi2,
                          .relative_error = error,
                          .evaluations = evaluations,
                          .iterations = iterations};
      status = wd_store_put_row(store, &row, err);
    }
  return status;
}

static wd_store *look(const char *name) {
  wd_store *store = NULL;
  wd_error err = {0};
  if (wd_store_open_serial(in_folder(name), &store, &err)) fail_msg("%s", err.message);
  return store;
}

/* The grid of the target is that of the sources. */
static const size_t same_mass[MASSES] = {0, 1, 2}, same_coupling[COUPLINGS] = {0, 1, 2, 3};

typedef struct gathering {
  wd_store_share share[2];
  size_t n;
  wd_store_gathered count;
} gathering;

static int gather(void *ctx, wd_store *store, wd_error *err) {
  gathering *g = ctx;
  return wd_store_gather(store, g->share, g->n, "test of two", &g->count, err);
}

static void make_sources(plan a, plan b) {
  wd_error err;
  assert_int_equal(create("a.h5", MASSES, COUPLINGS, write_rows, &a, &err), WD_OK);
  assert_int_equal(create("b.h5", MASSES, COUPLINGS, write_rows, &b, &err), WD_OK);
}

static gathering both_sources(void) {
  return (gathering){
      .share = {{look("a.h5"), same_mass, same_coupling}, {look("b.h5"), same_mass, same_coupling}}, .n = 2};
}

static void close_sources(gathering *g) {
  for (size_t i = 0; i < 2; i++) wd_store_close(g->share[i].store, NULL);
}

static void check_row(void *ctx, const wd_row *row, bool damaged) {
  double right = value_of(row->mass_index, row->coupling_index);
  assert_false(damaged);
  assert_int_equal(row->status, WD_ROW_DONE);
  assert_memory_equal(&row->excess, &right, sizeof right);
  if (row->coupling_index == 0) /* with diagnostics of masses */
    assert_true(row->chi2_per_dof[0] == 0.5 && isnan(row->chi2_per_dof[1]) && row->evaluations[1] == 8);
  ++*(int *)ctx;
}

static void parts_make_the_whole(void **unused) {
  (void)unused;
  wd_error err;
  int rows = 0;
  make_sources((plan){0, 2, 1}, (plan){1, 3, 1}); /* a mass is in both */
  gathering g = both_sources();
  assert_int_equal(create("c.h5", MASSES, COUPLINGS, gather, &g, &err), WD_OK);
  assert_true(g.count.taken == 12 && g.count.other_streams == 0 && g.count.damaged == 0);
  wd_store *store = look("c.h5");
  assert_int_equal(wd_store_each_row(store, check_row, &rows, &err), WD_OK);
  assert_int_equal(rows, 12);
  char origin[32];
  wd_store_text(store, "origin", origin, sizeof origin);
  assert_string_equal(origin, "test of two");
  assert_true(wd_store_keeps(store, 2, 3));
  assert_false(wd_store_keeps(g.share[0].store, 0, 0)); /* began empty */
  wd_store_close(store, NULL);
  close_sources(&g);
}

static void another_result_for_a_point_is_refused(void **unused) {
  (void)unused;
  wd_error err;
  make_sources((plan){0, 2, 1}, (plan){1, 3, 1 + 1e-15});
  gathering g = both_sources();
  unlink(in_folder("c.h5"));
  assert_int_equal(create("c.h5", MASSES, COUPLINGS, gather, &g, &err), WD_ERR_IO);
  assert_non_null(strstr(err.message, "different results for mass = 10 eV, coupling = 0.0001"));
  assert_non_null(strstr(err.message, "a.h5"));
  assert_non_null(strstr(err.message, "b.h5"));
  assert_int_equal(access(in_folder("c.h5"), F_OK), -1);
  assert_int_equal(access(in_folder("c.h5.tmp"), F_OK), -1);
  close_sources(&g);
}

/* What is there for the shells of a mass belongs to the smallest coupling of the file it is from. */
static void check_unknown_shells(void *ctx, const wd_row *row, bool damaged) {
  assert_false(damaged);
  if (row->coupling_index > 0) return;
  assert_true(isnan(row->chi2_per_dof[0]) && isnan(row->relative_error[1]));
  assert_true(row->evaluations[1] == 0 && row->iterations[0] == 0);
  ++*(int *)ctx;
}

/* Rows at another place of the grid: other random numbers. */
static void a_part_elsewhere(void **unused) {
  static const size_t from[2] = {1, WD_STORE_NOWHERE},
                      to[COUPLINGS] = {WD_STORE_NOWHERE, WD_STORE_NOWHERE, 0, 1};
  (void)unused;
  wd_error err;
  make_sources((plan){0, 3, 1}, (plan){0, 0, 1});
  gathering g = {.share = {{look("a.h5"), from, to}}, .n = 1};
  assert_int_equal(create("c.h5", 2, 2, gather, &g, &err), WD_OK);
  assert_true(g.count.taken == 2 && g.count.other_streams == 2);
  wd_store *store = look("c.h5");
  double excess[4];
  int8_t status[4];
  assert_int_equal(wd_store_read(store, NULL, NULL, excess, NULL, status, NULL, &err), WD_OK);
  assert_true(excess[0] == value_of(1, 2) && excess[1] == value_of(1, 3) && isnan(excess[2]));
  assert_true(status[0] == WD_ROW_DONE && status[2] == WD_ROW_PENDING);
  assert_true(wd_store_keeps(store, 0, 1) && !wd_store_keeps(store, 1, 0));
  int masses = 0;
  assert_int_equal(wd_store_each_row(store, check_unknown_shells, &masses, &err), WD_OK);
  assert_int_equal(masses, 2);
  wd_store_close(store, NULL);
  wd_store_close(g.share[0].store, NULL);
}

/* One excess of a.h5 is changed without its checksum: it is left out, and b.h5 has it. */
static void damaged_points_are_left_out(void **unused) {
  (void)unused;
  wd_error err;
  double right = value_of(0, 1), wrong = 2 * right;
  unsigned char bytes[1 << 16];
  make_sources((plan){0, 3, 1}, (plan){0, 1, 1});
  FILE *file = fopen(in_folder("a.h5"), "r+b");
  size_t size = fread(bytes, 1, sizeof bytes, file);
  unsigned char *found = memmem(bytes, size, &right, sizeof right);
  assert_non_null(found);
  fseek(file, found - bytes, SEEK_SET);
  fwrite(&wrong, sizeof wrong, 1, file);
  fclose(file);
  gathering g = both_sources();
  int rows = 0;
  assert_int_equal(create("c.h5", MASSES, COUPLINGS, gather, &g, &err), WD_OK);
  assert_true(g.count.taken == 12 && g.count.damaged == 1);
  wd_store *store = look("c.h5");
  assert_int_equal(wd_store_each_row(store, check_row, &rows, &err), WD_OK);
  wd_store_close(store, NULL);
  close_sources(&g);
}

static void the_star_comes_back(void **unused) {
  (void)unused;
  wd_error err;
  wd_store_star star;
  double shells[SHELLS];
  make_sources((plan){0, 0, 1}, (plan){0, 0, 1});
  wd_store *store = look("a.h5");
  assert_int_equal(wd_store_read_star(store, &star, &err), WD_OK);
  assert_true(star.nodes == NODES && star.profiles == 1 && star.attributes == 1);
  assert_string_equal(star.profile->name, "density");
  assert_string_equal(star.profile->unit, "g/cm3");
  assert_string_equal(star.profile->description, "mass density");
  assert_memory_equal(star.profile->values, density, sizeof density);
  assert_string_equal(star.attribute_name[0], "radius_km");
  assert_true(star.attribute_value[0] == 5417);
  wd_store_free_star(&star);
  assert_int_equal(wd_store_read_shells(store, shells, &err), WD_OK);
  assert_memory_equal(shells, shell, sizeof shell);
  wd_store_close(store, NULL);
}

static int make_folder(void **unused) {
  (void)unused;
  return mkdtemp(folder) ? 0 : 1;
}

static int remove_folder(void **unused) {
  (void)unused;
  for (const char *name = "a.h5\0b.h5\0c.h5\0"; *name; name += strlen(name) + 1) unlink(in_folder(name));
  return rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parts_make_the_whole), cmocka_unit_test(another_result_for_a_point_is_refused),
      cmocka_unit_test(a_part_elsewhere),     cmocka_unit_test(damaged_points_are_left_out),
      cmocka_unit_test(the_star_comes_back),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
