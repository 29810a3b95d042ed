/* Cooling sequences: published ones, what the factor on the neutrino losses does, what is refused.
 *
 * Tables of the sequences "thick" of A. Bedard, P. Bergeron, P. Brassard & G. Fontaine, Astrophys. J. 901 (2020) 93, cores of
 * C and O in equal parts by mass, helium 1e-2 and hydrogen 1e-4 of the mass, from their public files; and of the sequence of
 * 0.6096 M_sun, Z = 0.01, of I. Renedo et al., Astrophys. J. 717 (2010) 183. */
#include "testing_cooling.h"

typedef struct published {
  double log_temperature, age, photons, neutrinos, radius; /* centre; [yr], [erg/s], [erg/s], [cm] */
} published;

enum { EPOCHS = 12 };
static const published star_055[EPOCHS] = {
    {7.82024, 2.0352e6, 5.6332e33, 1.1724e34, 1.2079e9}, {7.77262, 3.8110e6, 2.1944e33, 4.8137e33, 1.1320e9},
    {7.72765, 6.7136e6, 9.3431e32, 1.9299e33, 1.0813e9}, {7.67777, 1.1887e7, 4.3295e32, 6.9894e32, 1.0463e9},
    {7.63187, 1.8722e7, 2.5830e32, 2.8863e32, 1.0269e9}, {7.58506, 2.8082e7, 1.7534e32, 1.2251e32, 1.0138e9},
    {7.54192, 3.9302e7, 1.3149e32, 5.6376e31, 1.0050e9}, {7.49518, 5.4745e7, 9.9818e31, 2.4109e31, 9.9722e8},
    {7.44646, 7.4894e7, 7.6263e31, 9.6977e30, 9.9023e8}, {7.39719, 9.9814e7, 5.8484e31, 3.7321e30, 9.8396e8},
    {7.34821, 1.2944e8, 4.4974e31, 1.3975e30, 9.7830e8}, {7.30001, 1.6376e8, 3.4715e31, 5.1769e29, 9.7318e8}};
static const published star_060[EPOCHS] = {
    {7.80870, 2.0558e6, 5.2270e33, 1.2723e34, 1.1024e9}, {7.76166, 3.8255e6, 1.9036e33, 4.6783e33, 1.0398e9},
    {7.71465, 7.0719e6, 7.6110e32, 1.6151e33, 9.9830e8}, {7.67080, 1.1799e7, 4.0099e32, 6.2451e32, 9.7567e8},
    {7.62226, 1.9138e7, 2.4586e32, 2.3835e32, 9.6085e8}, {7.57188, 2.9627e7, 1.7073e32, 9.2770e31, 9.5076e8},
    {7.52618, 4.2256e7, 1.2980e32, 3.9667e31, 9.4379e8}, {7.47790, 5.9277e7, 9.9405e31, 1.5881e31, 9.3752e8},
    {7.44102, 7.5018e7, 8.1556e31, 7.7393e30, 9.3321e8}, {7.39184, 9.9924e7, 6.2754e31, 2.8855e30, 9.2793e8},
    {7.34316, 1.2927e8, 4.8368e31, 1.0578e30, 9.2314e8}, {7.29527, 1.6317e8, 3.7382e31, 3.8716e29, 9.1878e8}};
static const published star_100[EPOCHS] = {
    {7.84372, 2.2012e6, 1.3432e33, 4.5058e33, 6.0217e8}, {7.79485, 4.4592e6, 8.4776e32, 1.5742e33, 5.9656e8},
    {7.74922, 7.7686e6, 6.5705e32, 6.6378e32, 5.9350e8}, {7.69668, 1.3538e7, 5.1740e32, 2.5579e32, 5.9075e8},
    {7.64379, 2.2123e7, 4.0505e32, 9.4787e31, 5.8811e8}, {7.59276, 3.3424e7, 3.1501e32, 3.4728e31, 5.8562e8},
    {7.54335, 4.7335e7, 2.4416e32, 1.2748e31, 5.8330e8}, {7.49514, 6.3856e7, 1.8890e32, 4.7444e30, 5.8115e8},
    {7.44798, 8.3135e7, 1.4590e32, 1.8142e30, 5.7915e8}, {7.40175, 1.0549e8, 1.1258e32, 7.1956e29, 5.7730e8},
    {7.34515, 1.3854e8, 8.1438e31, 2.4052e29, 5.7511e8}, {7.30059, 1.6985e8, 6.2928e31, 1.0509e29, 5.7349e8}};

/* log T_c, age [Myr], log L/L_sun, log L_nu/L_sun, R/R_sun. Up to 16 % of L are from burning hydrogen. */
static const published renedo_0609[] = {
    {7.78817, 2.0403, 0.12006, 0.41046, 0.0156143},     {7.71768, 6.0717, -0.53726, -0.33797, 0.0143996},
    {7.64891, 13.6466, -0.95450, -0.99575, 0.0138826},  {7.57750, 26.1063, -1.21623, -1.59427, 0.0136207},
    {7.51211, 42.9960, -1.39991, -2.12867, 0.0134585},  {7.43606, 70.6215, -1.59560, -2.77137, 0.0133058},
    {7.36800, 103.3644, -1.76440, -3.37341, 0.0131888}, {7.29971, 144.5459, -1.92911, -3.99561, 0.0130864}};

/* How far off each may be, relatively. */
typedef struct limits {
  double neutrinos, photons, radius, age;
} limits;

static wd_sequence *sequence_of(const char *const settings_list[], double factor, double earliest) {
  wd_settings *settings = test_settings(settings_list);
  wd_cooling *cooling = test_cooling(settings, 1, USUAL_CHANGE);
  const wd_physics physics = test_physics(cooling, factor);
  wd_sequence *sequence =
      test_sequence(wd_cooling_first(cooling), &physics,
                    (wd_sequence_plan){.earliest = earliest * WD_YEAR_S, .coldest = 1.9e7});
  wd_cooling_free(cooling);
  wd_settings_free(settings);
  return sequence;
}

static wd_sequence *star_of(const char *mass, const char *more) {
  return sequence_of((const char *[]){mass, "star.composition={C12: 0.5, O16: 0.5}", more, NULL}, 1, 5e5);
}

/* Luminosities and radii at equal central temperature; times from the first epoch of the table: each code has a zero of
 * its own, when the star is hottest here, which is up to 1.3 Myr before theirs. */
static void check(const char *mass, const char *more, const published *table, size_t count, limits most) {
  wd_sequence *s = star_of(mass, more);
  const double zero = test_star_at(s, table[0].log_temperature).age - table[0].age;
  for (const published *p = table; p < table + count; p++) {
    const test_cool_star ours = test_star_at(s, p->log_temperature);
    assert_close(ours.neutrinos, p->neutrinos, most.neutrinos);
    assert_close(ours.photons, p->photons, most.photons);
    assert_close(ours.radius, p->radius, most.radius);
    if (p > table) assert_close(ours.age - zero - table[0].age, p->age - table[0].age, most.age);
  }
  wd_sequence_free(s);
}

static void check_all(const char *more, limits most) {
  check("star.mass=0.55", more, star_055, EPOCHS, most);
  check("star.mass=0.6", more, star_060, EPOCHS, most);
  check("star.mass=1", more, star_100, EPOCHS, most);
}

/* With the weak mixing angle of the losses in these sequences, those of Itoh et al. (1996). Measured: L_nu -3 to +10 %, L_gamma -6 to
 * +8 %, R within 1 %, times -10 to 0 %. Most of it is conduction in the core at log T_c = 7.7 to 7.8: see the next test. */
static void bedard_2020(void **state) {
  (void)state;
  check_all("physics.sin2_theta_w=0.2319", (limits){0.11, 0.09, 0.0125, 0.105});
}

/* With sin^2 theta_W at zero momentum, as it is here by default, L_nu is 2.5 % larger at equal rho and T. Hot stars,
 * whose profile of temperature the neutrinos make, differ by up to 5 %: L_nu +15 %, L_gamma +12 %, times -13 %. */
static void default_angle(void **state) {
  (void)state;
  check_all(NULL, (limits){0.16, 0.13, 0.014, 0.14});
}

/* With an angle that gives the couplings of the Particle Data Group with their radiative corrections, g_V = 0.9602 of nu_e and
 * -0.0398 of nu_mu: L_nu -4 to +8 %, L_gamma -6 to +7 %, times -9.1 to +1 %, all within what is known of stars. */
static void radiative_couplings(void **state) {
  (void)state;
  check_all("physics.sin2_theta_w=0.2301", (limits){0.085, 0.07, 0.0125, 0.0925});
}

/* A conductivity larger by 20 % takes 0.6 M_sun from +9 % of L_nu to -3..+4 %, but carries 14 % more out of cold stars than the
 * published sequence has: no one factor makes both equal. */
static void conduction(void **state) {
  (void)state;
  wd_sequence *s = star_of("star.mass=0.6", "physics={sin2_theta_w: 0.2319}"),
              *better = sequence_of((const char *[]){"star.mass=0.6", "star.composition={C12: 0.5, O16: 0.5}",
                                                     "physics.sin2_theta_w=0.2319",
                                                     "cooling.conductivity=1.2", NULL},
                                    1, 5e5);
  for (int i = 1; i < EPOCHS; i++)
    assert_close(test_star_at(better, star_060[i].log_temperature).neutrinos, star_060[i].neutrinos, 0.05);
  const test_cool_star cold = test_star_at(s, 7.3), other = test_star_at(better, 7.3);
  assert_close(other.photons / cold.photons, 1.17, 0.02);
  assert_close(other.neutrinos / cold.neutrinos, 1.018, 0.01);
  wd_sequence_free(s);
  wd_sequence_free(better);
}

/* Another code with other envelopes and cores: L_gamma at equal T_c is 16 to 28 % less here, as it is in the sequence of 0.6 M_sun above,
 * and that is worth -5 to +9 % of the time. */
static void renedo_2010(void **state) {
  (void)state;
  enum { COUNT = sizeof renedo_0609 / sizeof *renedo_0609 };
  published table[COUNT];
  for (int i = 0; i < COUNT; i++) {
    const published *p = &renedo_0609[i];
    table[i] = (published){p->log_temperature, 1e6 * p->age, pow(10, p->photons) * WD_L_SUN_CGS,
                           pow(10, p->neutrinos) * WD_L_SUN_CGS, p->radius * 6.957e10};
  }
  check("star.mass=0.6096", "physics.sin2_theta_w=0.2319", table, COUNT, (limits){0.1, 0.3, 0.02, 0.105});
}

/* --- The factor on the losses --- */

static wd_sequence *with_factor(double factor) {
  return sequence_of((const char *[]){"star.mass=0.6", NULL}, factor, 2e6);
}

/* More plasmons that decay, less time; a cold star, which light cools, is the same at equal central temperature and radiates neutrinos
 * by plasmon decay in proportion to the factor, and by other processes whatever it is. */
static void factor_on_neutrinos(void **state) {
  (void)state;
  wd_sequence *s[4];
  static const double factor[] = {0, 0.5, 1, 2};
  for (int i = 0; i < 4; i++) s[i] = with_factor(factor[i]);
  for (double lg = 7.72; lg > 7.3; lg -= 0.06)
    for (int i = 0; i < 3; i++) {
      const test_cool_star less = test_star_at(s[i], lg), more = test_star_at(s[i + 1], lg);
      assert_true(more.age < less.age);
      assert_true(more.plasmon > less.plasmon);
    }
  const test_cool_star none = test_star_at(s[0], 7.31), half = test_star_at(s[1], 7.31),
                       once = test_star_at(s[2], 7.31), twice = test_star_at(s[3], 7.31);
  assert_close(half.plasmon, 0.5 * once.plasmon, 0.01);
  assert_close(twice.plasmon, 2 * once.plasmon, 0.01);
  assert_close(none.neutrinos, once.neutrinos - once.plasmon, 0.01);
  assert_close(none.photons, twice.photons, 0.01);
  assert_true(none.age > 1.5 * once.age);
  for (size_t i = 0; i < s[0]->count; i++) {
    const wd_epoch *e = &s[0]->epoch[i];
    assert_true(e->neutrinos[WD_LOSS_PLASMON] == 0 && e->neutrinos[WD_LOSS_BREMSSTRAHLUNG] > 0);
  }
  for (int i = 0; i < 4; i++) wd_sequence_free(s[i]);
}

/* --- Sequences --- */

static int watched(void *params, const wd_evolution *e, const wd_epoch *epoch, wd_error *err) {
  size_t *count = params;
  assert_close(epoch->central_temperature, e->zone[0].temperature, 0);
  return ++*count == 20 ? wd_fail(err, WD_ERR_STOPPED, "enough") : WD_OK;
}

static int failing(void *params, const wd_evolution *e, const wd_epoch *epoch, wd_error *err) {
  (void)params, (void)e, (void)epoch;
  return wd_fail(err, WD_ERR_IO, "no more");
}

/* Ages go up and central temperatures down, each luminosity is positive, T_max >= T_c, L_gamma is what T_eff and R say. The observer is
 * asked at each epoch and may end the sequence, or fail it. */
static void epochs(void **state) {
  (void)state;
  wd_settings *settings = test_settings((const char *[]){"star.mass=0.6", NULL});
  wd_cooling *cooling = test_cooling(settings, 1, USUAL_CHANGE);
  const wd_physics physics = wd_cooling_physics(cooling);
  const wd_evolution *first = wd_cooling_first(cooling);
  wd_sequence_plan plan = {.earliest = 2e6 * WD_YEAR_S, .coldest = 1.9e7, .change = USUAL_CHANGE};
  wd_sequence *s = test_sequence(first, &physics, plan);
  for (size_t i = 0; i < s->count; i++) {
    const wd_epoch *e = &s->epoch[i];
    for (int k = 0; k < WD_LOSS_COUNT; k++) assert_true(e->neutrinos[k] > 0 || k == WD_LOSS_PAIR);
    assert_true(e->highest_temperature >= e->central_temperature && e->boson == 0);
    assert_close(e->photons,
                 4 * WD_PI * e->radius * e->radius * 5.670374419e-5 * pow(e->effective_temperature, 4),
                 1e-12);
    if (i == 0) continue;
    assert_true(e->age > e[-1].age && e->central_temperature < e[-1].central_temperature);
    assert_true(e->energy < e[-1].energy && e->radius < e[-1].radius &&
                e->central_density > e[-1].central_density);
  }
  assert_true(s->epoch[0].age >= 2e6 * WD_YEAR_S && s->epoch[s->count - 1].central_temperature <= 1.9e7);
  wd_sequence_free(s);
  size_t count = 0;
  wd_error err = {0};
  plan.watch = watched, plan.watch_params = &count;
  assert_int_equal(wd_sequence_create(first, &physics, &plan, &s, &err), WD_OK);
  assert_true(count == 20 && s->count == 20);
  wd_sequence_free(s);
  plan.watch = failing;
  assert_int_equal(wd_sequence_create(first, &physics, &plan, &s, &err), WD_ERR_IO);
  assert_string_equal(err.message, "no more");
  plan.watch = NULL;
  plan.earliest = 1e9 * WD_YEAR_S;
  assert_int_equal(wd_sequence_create(first, &physics, &plan, &s, &err), WD_ERR_CONFIG);
  assert_non_null(strstr(err.message, "the star is colder than"));
  wd_cooling_free(cooling);
  wd_settings_free(settings);
}

/* A brief sequence has the same luminosity: its neutrinos are those of the tables that both are followed with. */
static void brief(void **state) {
  (void)state;
  wd_settings *settings = test_settings((const char *[]){"star.mass=0.6", NULL});
  wd_cooling *cooling = test_cooling(settings, 1, USUAL_CHANGE);
  wd_physics physics = wd_cooling_physics(cooling);
  physics.plasmon = 1.7;
  wd_sequence_plan plan = {.coldest = 1.9e7, .change = USUAL_CHANGE};
  wd_sequence *whole = test_sequence(wd_cooling_first(cooling), &physics, plan);
  plan.brief = true;
  wd_sequence *s = test_sequence(wd_cooling_first(cooling), &physics, plan);
  assert_int_equal(s->count, whole->count);
  for (size_t i = 0; i < s->count; i++) {
    assert_close(s->epoch[i].age, whole->epoch[i].age, 0);
    assert_close(wd_epoch_luminosity(&s->epoch[i]), wd_epoch_luminosity(&whole->epoch[i]), 1e-3);
    assert_true(s->epoch[i].neutrinos[WD_LOSS_PLASMON] == 0 && s->epoch[i].radiated == 0);
  }
  wd_sequence_free(s);
  wd_sequence_free(whole);
  wd_cooling_free(cooling);
  wd_settings_free(settings);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bedard_2020), cmocka_unit_test(default_angle), cmocka_unit_test(radiative_couplings),
      cmocka_unit_test(conduction),  cmocka_unit_test(renedo_2010),   cmocka_unit_test(factor_on_neutrinos),
      cmocka_unit_test(epochs),      cmocka_unit_test(brief),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
