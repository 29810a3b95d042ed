/* Tables of matter against what they are made of, where stars that cool are. */
#include "testing.h"

#include "matter/fluid.h"
#include "matter/opacity.h"

static wd_electron_table *electrons;
static wd_losses *losses;

/* What stars from 0.5 to 1 M_sun visit from 1 Myr to log T_c = 7.3, and somewhat more: decimal logarithms. */
static const struct layer {
  wd_composition matter;
  double density[2], temperature[2];
} layer[] = {{{1, {{1, 1, 1}}}, {-4, 4}, {5.2, 7.5}},
             {{1, {{2, 4, 1}}}, {2, 5.5}, {6.8, 8}},
             {{2, {{6, 12, 0.5}, {8, 16, 0.5}}}, {4, 8}, {7.1, 8.3}}};
enum { LAYERS = sizeof layer / sizeof *layer };

static double between(const double ends[2]) {
  static uint64_t state = 20240607;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return pow(10, ends[0] + (ends[1] - ends[0]) * (double)(state >> 11) * 0x1p-53);
}

static wd_fluid *fluid_of(const wd_composition *matter, double conduction) {
  wd_fluid *fluid;
  wd_error err = {0};
  if (wd_fluid_create(matter, electrons, losses, conduction, &fluid, &err)) fail_msg("%s", err.message);
  return fluid;
}

/* The quantities without a table. */
static wd_thermal direct(const wd_composition *matter, double rho, double T,
                         double out[WD_FLUID_QUANTITIES]) {
  wd_thermal m;
  wd_error err = {0};
  double loss[WD_LOSS_COUNT];
  if (wd_thermal_at(electrons, matter, rho, T, &m, &err)) fail_msg("%s", err.message);
  wd_losses_at(losses, matter, rho, T, loss);
  out[WD_FLUID_PRESSURE] = m.pressure;
  out[WD_FLUID_ENERGY] = m.energy;
  out[WD_FLUID_OPACITY] = wd_opacity(matter, rho, T, m.chemical_potential);
  out[WD_FLUID_PLASMON] = loss[WD_LOSS_PLASMON] / rho;
  out[WD_FLUID_OTHERS] = 0;
  for (int k = 0; k < WD_LOSS_COUNT; k++)
    if (k != WD_LOSS_PLASMON) out[WD_FLUID_OTHERS] += loss[k] / rho;
  return m;
}

/* Of the energy that of Coulomb forces is negative, so that it is measured by P/rho where it is small. Losses: of
 * 1e-3 erg/(g s), 5e-4 of the Sun's luminosity, less than 2 % of the coldest stars' here. */
static void table_is_the_matter(void **state) {
  (void)state;
  const double most[WD_FLUID_QUANTITIES] = {2e-5, 1e-4, 6e-4, 1e-2, 6e-2};
  for (int i = 0; i < LAYERS; i++) {
    const struct layer *l = &layer[i];
    wd_fluid *fluid = fluid_of(&l->matter, 1);
    for (int k = 0; k < 3000; k++) {
      const double rho = between(l->density), T = between(l->temperature);
      double truth[WD_FLUID_QUANTITIES];
      const wd_thermal m = direct(&l->matter, rho, T, truth);
      const double least[WD_FLUID_QUANTITIES] = {0, m.pressure / rho, 0, 1e-3, 1e-3};
      wd_fluid_state s;
      assert_true(wd_fluid_at(fluid, rho, T, &s));
      for (int q = 0; q < WD_FLUID_QUANTITIES; q++) {
        const double off = fabs(s.value[q] - truth[q]) / fmax(fabs(truth[q]), least[q]);
        if (!(off < most[q]))
          fail_msg("quantity %d of layer %d, 10^%.3f g/cm^3, 10^%.3f K: off by %.2g", q, i, log10(rho),
                   log10(T), off);
      }
    }
    wd_fluid_free(fluid);
  }
}

/* Differences of the table itself; some 1e-8 of the scale, but for losses where bremsstrahlung sets in. */
static void derivatives(void **state) {
  (void)state;
  const double h = 1e-4;
  for (int i = 0; i < LAYERS; i++) {
    wd_fluid *fluid = fluid_of(&layer[i].matter, 1);
    for (int k = 0; k < 1000; k++) {
      const double rho = between(layer[i].density), T = between(layer[i].temperature);
      wd_fluid_state at, up, down, hot, cold;
      assert_true(wd_fluid_at(fluid, rho, T, &at));
      assert_true(wd_fluid_at(fluid, rho * exp(h), T, &up) && wd_fluid_at(fluid, rho * exp(-h), T, &down));
      assert_true(wd_fluid_at(fluid, rho, T * exp(h), &hot) && wd_fluid_at(fluid, rho, T * exp(-h), &cold));
      for (int q = 0; q < WD_FLUID_QUANTITIES; q++) {
        const double scale =
            fabs(at.value[q]) + (q == WD_FLUID_ENERGY ? at.value[WD_FLUID_PRESSURE] / rho : 1e-5);
        const double slope[2] = {(up.value[q] - down.value[q]) / (2 * h),
                                 (hot.value[q] - cold.value[q]) / (2 * h)};
        assert_true(fabs(slope[0] - at.by_density[q]) < 1e-6 * scale);
        assert_true(fabs(slope[1] - at.by_temperature[q]) < 5e-5 * scale);
      }
    }
    wd_fluid_free(fluid);
  }
}

/* A factor on the conductivity divides the opacity where electrons carry the heat and does nothing where light does. */
static void conductivity(void **state) {
  (void)state;
  wd_fluid *fluid = fluid_of(&layer[0].matter, 1), *better = fluid_of(&layer[0].matter, 2);
  wd_fluid_state a, b;
  assert_true(wd_fluid_at(fluid, 1e5, 1e7, &a) && wd_fluid_at(better, 1e5, 1e7, &b));
  assert_close(b.value[WD_FLUID_OPACITY], 0.5 * a.value[WD_FLUID_OPACITY], 1e-3);
  assert_true(wd_fluid_at(fluid, 1e-3, 1e6, &a) && wd_fluid_at(better, 1e-3, 1e6, &b));
  assert_close(b.value[WD_FLUID_OPACITY], a.value[WD_FLUID_OPACITY], 1e-4);
  assert_true(a.value[WD_FLUID_PRESSURE] == b.value[WD_FLUID_PRESSURE]);
  wd_fluid_free(fluid);
  wd_fluid_free(better);
}

static void says_where_it_ends(void **state) {
  (void)state;
  wd_fluid *fluid = fluid_of(&layer[1].matter, 1);
  wd_fluid_state s;
  static const double inside[][2] = {{4.1e-9, 1e6}, {4.9e9, 1e9}, {1, 1.4e4}, {1, 3.9e9}};
  static const double outside[][2] = {{3.9e-9, 1e6}, {5.1e9, 1e9}, {1, 1.2e4}, {1, 5e9},
                                      {NAN, 1e6},    {1, NAN},     {0, 1e6},   {1, -1}};
  for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
    assert_true(wd_fluid_at(fluid, inside[i][0], inside[i][1], &s));
  for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
    assert_false(wd_fluid_at(fluid, outside[i][0], outside[i][1], &s));
  wd_fluid_free(fluid);
}

static int set_up(void **state) {
  (void)state;
  return wd_electron_table_create(&electrons, NULL) || wd_losses_create(0.9312, 0.75, &losses, NULL);
}

static int tear_down(void **state) {
  (void)state;
  wd_electron_table_free(electrons);
  wd_losses_free(losses);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(table_is_the_matter),
      cmocka_unit_test(derivatives),
      cmocka_unit_test(conductivity),
      cmocka_unit_test(says_where_it_ends),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
