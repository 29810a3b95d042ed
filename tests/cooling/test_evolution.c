/* A star in zones: its masses, the cold star as a limit, energy, what it forgets, finer zones and shorter steps. */
#include "testing_cooling.h"

#define START 1.5e8 /* [K] for each solar mass: 0.23 R_sun */

static wd_settings *settings_of(double mass, const char *more) {
  char text[32];
  snprintf(text, sizeof text, "star.mass=%g", mass);
  return test_settings((const char *[]){text, "star.composition={C12: 0.5, O16: 0.5}", more, NULL});
}

/* --- Zones --- */

static bool is_face(const wd_onion *o, double fraction) {
  for (size_t i = 0; i <= o->zones; i++)
    if (fabs(o->outside[i] / (fraction * o->mass) - 1) < 1e-12) return true;
  return false;
}

/* Faces go outwards, widths are what is between them, the layers lie in their order, and their borders are faces. */
static void check_zones(const wd_config *config, double fineness) {
  wd_onion *o;
  assert_int_equal(wd_onion_create(config, fineness, &o, NULL), WD_OK);
  const double helium = config->star.envelope.helium, hydrogen = config->star.envelope.hydrogen;
  double sum = 0, layer[WD_LAYERS] = {0};
  assert_close(o->mass, config->star.mass * 1.98841e33, 1e-4);
  assert_true(o->inside[0] == 0 && o->outside[0] == o->mass);
  for (size_t i = 0; i < o->zones; i++) {
    assert_true(o->outside[i + 1] < o->outside[i] && o->inside[i + 1] >= o->inside[i]);
    assert_close(o->inside[i] + o->outside[i], o->mass, 1e-15);
    assert_close(o->width[i], o->outside[i] - o->outside[i + 1], 1e-12);
    assert_true(i == 0 || o->layer[i] >= o->layer[i - 1]);
    sum += o->width[i];
    layer[o->layer[i]] += o->width[i];
  }
  assert_close(sum + o->outside[o->zones], o->mass, 1e-13);
  assert_close(o->outside[o->zones], 1e-11 * o->mass, 1e-9);
  assert_true(is_face(o, helium) || helium == 0);
  assert_true(is_face(o, hydrogen) || hydrogen == 0);
  assert_true(fabs(layer[WD_LAYER_CORE] / o->mass - (1 - fmax(helium, hydrogen))) < 2e-11);
  assert_true(fabs(layer[WD_LAYER_HELIUM] / o->mass - fmax(helium - hydrogen, 0)) < 2e-11);
  assert_true(fabs(layer[WD_LAYER_HYDROGEN] / o->mass - hydrogen) < 2e-11);
  assert_true(o->matter[WD_LAYER_CORE].count == config->star.composition.count);
  wd_onion_free(o);
}

static void zones_add_up(void **state) {
  (void)state;
  static const char *const envelopes[] = {
      "{helium: 1.0e-2, hydrogen: 1.0e-4}", "{helium: 0, hydrogen: 0}",
      "{helium: 0.1, hydrogen: 1.0e-2}",    "{helium: 0, hydrogen: 1.0e-5}",
      "{helium: 1.0e-3, hydrogen: 1.0e-3}", "{helium: 3.0e-4, hydrogen: 1.0e-9}"};
  for (size_t i = 0; i < sizeof envelopes / sizeof *envelopes; i++) {
    char text[80];
    snprintf(text, sizeof text, "star.envelope=%s", envelopes[i]);
    wd_settings *settings = settings_of(0.6, text);
    for (double fineness = 0.5; fineness < 5; fineness *= 2)
      check_zones(wd_settings_config(settings), fineness);
    wd_settings_free(settings);
  }
}

/* --- The star --- */

/* Stars of one mass: their tables are made once. */
static wd_cooling *cooling_of(double mass, double fineness, const char *more) {
  wd_settings *settings = settings_of(mass, more);
  wd_cooling *cooling = test_cooling(settings, fineness, USUAL_CHANGE);
  wd_settings_free(settings);
  return cooling;
}

/* With steps of `change`, from a star that had the central temperature `start` [K] before it contracted. */
static wd_sequence *sequence_of(const wd_cooling *cooling, double change, double start) {
  const wd_physics physics = wd_cooling_physics(cooling);
  wd_evolution *first;
  wd_error err = {0};
  if (wd_sequence_begin(&physics, start, change, &first, &err)) fail_msg("%s", err.message);
  wd_sequence *s = test_sequence(
      first, &physics, (wd_sequence_plan){.earliest = 1.9e6 * WD_YEAR_S, .coldest = 1.9e7, .change = change});
  wd_evolution_free(first);
  return s;
}

/* Without an envelope, at 1.2e7 K, the star is that of T = 0 with Salpeter's equation of state, whose Coulomb terms are
 * those of a lattice: less dense in the centre by what pressure of heat is left, wider by a few per cent, the more
 * the lighter. Exchange and the Thomas-Fermi term, which Salpeter has, are worth less than one per cent of the pressure. */
static void cold_star(void **state) {
  (void)state;
  static const double masses[] = {0.5, 0.6, 1.0, 1.2}, wider[] = {0.034, 0.026, 0.010, 0.005},
                      denser[] = {-0.025, -0.020, -0.0045, 0.004};
  for (int i = 0; i < 4; i++) {
    wd_cooling *cooling = cooling_of(masses[i], 1, "star.envelope={helium: 0, hydrogen: 0}");
    const wd_physics physics = wd_cooling_physics(cooling);
    wd_sequence *s =
        test_sequence(wd_cooling_first(cooling), &physics,
                      (wd_sequence_plan){.earliest = 1e7 * WD_YEAR_S, .coldest = 1.2e7, .change = 0.02});
    const wd_epoch *last = &s->epoch[s->count - 1];
    double radius, density;
    assert_int_equal(wd_star_structure(masses[i], &physics.onion->matter[WD_LAYER_CORE], WD_EOS_SALPETER,
                                       WD_GRAVITY_NEWTONIAN, &radius, &density, NULL),
                     WD_OK);
    assert_close(last->radius / (radius * WD_KM_CM), 1 + wider[i], 0.01);
    assert_close(last->central_density / density, 1 + denser[i], 0.02);
    wd_sequence_free(s);
    wd_cooling_free(cooling);
  }
}

/* What is radiated is what internal and gravitational energy lose, up to the second order of the step, and to 5e-5 by
 * which the losses of the tables, which the star has, are not those that are added up. */
static void energy(void **state) {
  (void)state;
  static const double masses[] = {0.5, 0.6, 1.0, 1.2};
  for (int i = 0; i < 4; i++) {
    wd_cooling *cooling = cooling_of(masses[i], 1, NULL);
    double imbalance[3], change = 0.014;
    for (int k = 0; k < 3; k++, change *= 0.5) {
      wd_sequence *s = sequence_of(cooling, change, START * masses[i]);
      imbalance[k] = s->energy_imbalance;
      wd_sequence_free(s);
    }
    assert_true(fabs(imbalance[1]) < 6e-4 && fabs(imbalance[2]) < 2.5e-4);
    const double order = (imbalance[0] - imbalance[1]) / (imbalance[1] - imbalance[2]);
    if (!(order > 3.6 && order < 4.4)) fail_msg("%g M_sun: half the step divides by %.3g", masses[i], order);
    wd_cooling_free(cooling);
  }
}

/* At equal central temperature, and in age. */
static void compare(const wd_sequence *a, const wd_sequence *b, double luminosities, double age) {
  for (double lg = 7.83; lg > 7.29; lg -= 0.06) {
    const test_cool_star p = test_star_at(a, lg), q = test_star_at(b, lg);
    assert_close(p.neutrinos, q.neutrinos, luminosities);
    assert_close(p.photons, q.photons, luminosities);
    assert_close(p.hottest, q.hottest, luminosities);
    assert_close(p.radius, q.radius, luminosities);
    assert_close(p.age, q.age, age);
  }
}

/* A star that is at first twice as wide or half as wide is the same when it cools: luminosities within 1e-4. Ages count from
 * the highest temperature, which is the flatter the lighter the star. */
static void start_is_forgotten(void **state) {
  (void)state;
  static const double masses[] = {0.5, 0.6, 1.0};
  for (int i = 0; i < 3; i++) {
    wd_cooling *cooling = cooling_of(masses[i], 1, NULL);
    wd_sequence *usual = sequence_of(cooling, 0.007, START * masses[i]);
    for (double factor = 0.5; factor < 3; factor *= 4) {
      wd_sequence *other = sequence_of(cooling, 0.007, factor * START * masses[i]);
      compare(other, usual, 5e-4, 3e-3);
      wd_sequence_free(other);
    }
    wd_sequence_free(usual);
    wd_cooling_free(cooling);
  }
}

/* What is left to gain: 0.6 % of L_gamma from zones, where light stars are widest, 0.2 % of ages from steps. */
static void finer(void **state) {
  (void)state;
  static const double masses[] = {0.6, 1.0};
  for (int i = 0; i < 2; i++) {
    wd_cooling *cooling = cooling_of(masses[i], 1, NULL), *fine = cooling_of(masses[i], 2, NULL);
    wd_sequence *usual = sequence_of(cooling, 0.007, START * masses[i]),
                *zones = sequence_of(fine, 0.007, START * masses[i]),
                *steps = sequence_of(cooling, 0.0035, START * masses[i]);
    compare(usual, zones, 8e-3, 3e-3);
    compare(usual, steps, 1e-3, 2e-3);
    wd_sequence_free(usual);
    wd_sequence_free(zones);
    wd_sequence_free(steps);
    wd_cooling_free(cooling);
    wd_cooling_free(fine);
  }
}

/* A step that cannot be done leaves everything as it was, and the next one succeeds. */
static void steps_that_fail(void **state) {
  (void)state;
  wd_cooling *cooling = cooling_of(0.6, 1, NULL);
  const wd_physics physics = wd_cooling_physics(cooling);
  wd_evolution *e;
  wd_error err = {0};
  assert_int_equal(wd_evolution_start(&physics, 1e8, &e, &err), WD_OK);
  assert_close(e->zone[0].temperature, 1e8, 1e-6);
  assert_int_equal(wd_evolution_step(e, 1e9, &err), WD_OK);
  const wd_zone before = e->zone[10];
  const double energy = wd_evolution_energy(e);
  assert_int_equal(wd_evolution_step(e, 1e20, &err), WD_ERR_NUMERIC);
  assert_true(strlen(err.message) > 0);
  assert_memory_equal(&before, &e->zone[10], sizeof before);
  assert_true(e->age == 1e9 && wd_evolution_energy(e) == energy);
  assert_int_equal(wd_evolution_step(e, 1e9, &err), WD_OK);
  assert_true(e->age == 2e9);
  wd_evolution_free(e);
  wd_cooling_free(cooling);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(zones_add_up),       cmocka_unit_test(cold_star), cmocka_unit_test(energy),
      cmocka_unit_test(start_is_forgotten), cmocka_unit_test(finer),     cmocka_unit_test(steps_that_fail),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
