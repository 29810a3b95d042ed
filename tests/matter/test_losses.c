/* Neutrino losses: the table against the quadrature, published fits and numbers, limits that can be worked out, and
 * smoothness. */
#include "testing.h"
#include "testing_fit.h"

#include "base/constants.h"
#include "matter/losses.h"
#include "matter/plasma.h"
#include "matter/plasmon_decay.h"

/* sin^2 theta_W and couplings of the published numbers. */
#define SIN2 0.2319
static const double CV2 = (0.5 + 2 * SIN2) * (0.5 + 2 * SIN2) + 2 * (0.5 - 2 * SIN2) * (0.5 - 2 * SIN2);
static const double CA2 = 0.75;

static const wd_composition carbon = {1, {{6, 12, 1}}}; /* Y_e = 1/2 */

static wd_losses *losses;

static int create(void **state) {
  (void)state;
  return wd_losses_create(CV2, CA2, &losses, NULL);
}

static int destroy(void **state) {
  (void)state;
  wd_losses_free(losses);
  return 0;
}

static double loss_of(const wd_composition *c, double density, double temperature, enum wd_loss which) {
  double q[WD_LOSS_COUNT];
  wd_losses_at(losses, c, density, temperature, q);
  return q[which];
}

static wd_plasma plasma_of(double electrons, double kelvin) {
  wd_plasma p;
  wd_error err = {0};
  double density = electrons / WD_AMU_CGS * pow(WD_HBARC_CM, 3);
  if (wd_plasma_compute(density, kelvin * WD_KELVIN, WD_PLASMA_EXACT, 0, &p, &err))
    fail_msg("%s", err.message);
  return p;
}

static double quadrature(const wd_plasma *p, double kelvin) {
  double q[WD_POLARIZATIONS];
  wd_local l = {.volume = 1,
                .frequency2 = p->frequency * p->frequency,
                .v2 = p->v_star * p->v_star,
                .omega_axial = p->omega_axial,
                .temperature = kelvin * WD_KELVIN};
  wd_plasmon_decay(&l, q);
  return CV2 * (q[WD_TRANSVERSE] + q[WD_LONGITUDINAL]) + CA2 * q[WD_AXIAL];
}

/* In 200 places spread over the table by the golden ratio, where there are plasmons. */
static void table_is_the_quadrature(void **state) {
  (void)state;
  int count = 0;
  for (int i = 0; count < 200; i++) {
    double n = 1e-2 * pow(1e12, (i + 0.5) / 300), T = 3e6 * pow(1e9 / 3e6, fmod(0.6180339887498949 * i, 1));
    assert_true(i < 300);
    wd_plasma p = plasma_of(n, T);
    if (p.frequency > 100 * T * WD_KELVIN) continue;
    assert_close(loss_of(&carbon, 2 * n, T, WD_LOSS_PLASMON), quadrature(&p, T), 1e-3);
    count++;
  }
}

/* Where plasmons are about to freeze out or are too few, nothing is left, without a step. */
static void table_beyond_its_ends(void **state) {
  (void)state;
  assert_true(loss_of(&carbon, 1e9, 1e6, WD_LOSS_PLASMON) == 0);
  for (double T = 1e4; T < 1e7; T *= 1.1)
    for (double rho = 1e-8; rho < 1e11; rho *= 3) {
      double q = loss_of(&carbon, rho, T, WD_LOSS_PLASMON),
             warmer = loss_of(&carbon, rho, 1.01 * T, WD_LOSS_PLASMON);
      assert_true(q >= 0 && warmer >= q && isfinite(warmer));
    }
  /* omega_p^6 of a thin gas */
  assert_close(loss_of(&carbon, 2e-5, 2e7, WD_LOSS_PLASMON) / loss_of(&carbon, 1e-5, 2e7, WD_LOSS_PLASMON), 8,
               1e-3);
  wd_plasma p = plasma_of(1e2, 2e6);
  assert_close(loss_of(&carbon, 2e2, 2e6, WD_LOSS_PLASMON), quadrature(&p, 2e6), 2e-2);
}

static void fit_of_plasmon_decay(void **state) {
  (void)state;
  for (double T = 1e7; T < 1e9; T *= 1.5)
    for (double electrons = 1e2; electrons < 1e10; electrons *= 3) {
      double gamma = plasma_of(electrons, T).frequency / (T * WD_KELVIN);
      if (gamma < 1 || gamma > 8) continue;
      assert_close(loss_of(&carbon, 2 * electrons, T, WD_LOSS_PLASMON),
                   CV2 * haft_raffelt_weiss(electrons, T), 0.055);
    }
}

/* Output of F. X. Timmes' program sneut5, the fits of Itoh et al. (1996) with n = 2, sin^2 theta_W = 0.2319, from the
 * tests of pynucastro: rho, T, mean A and Z of the ions, losses by pairs, photo production, bremsstrahlung [erg/g/s].
 * Y_e decides on pairs and photo production, which may therefore be compared in carbon. */
static const struct published {
  double density, temperature, A, Z, pair, photo, bremsstrahlung;
} published[] = {
    {435964.0405, 11659144.01, 1.230769231, 1.076923077, 0, 1.80613144e-16, 4.244860688e-07},
    {91028210.15, 39810717.06, 1.255100538, 1.08784409, 4.550779002e-274, 4.284345605e-35, 0.0007036893859},
    {549.2802717, 857695898.6, 1.255100538, 1.08784409, 1.241049006e+10, 4400976.955, 25.38526796},
    {23946644.66, 5411695265, 1.526742695, 1.209769625, 4.83775822e+14, 1.827462615e+12, 941456652.3},
    {91028210.15, 39810717.06, 1.564362233, 1.22665501, 5.623151799e-269, 4.619933319e-34, 0.0006869215968},
    {6299605.249, 2928644565, 1.735406634, 1.30342763, 5.333457343e+12, 2.217659785e+10, 22237302.51}};
enum { PUBLISHED = sizeof published / sizeof *published };

static void published_pairs(void **state) {
  (void)state;
  for (const struct published *s = published; s < published + PUBLISHED; s++)
    assert_close(loss_of(&carbon, 2 * s->density * s->Z / s->A, s->temperature, WD_LOSS_PAIR) / s->density,
                 s->pair, 1e-6);
}

/* The series of the paper are followed at their nodes, every 10^0.1 K, as states 1 and 4 are. Between, they swing: not
 * much about state 2, by a factor of two about state 0, which is left out. */
static void published_photo(void **state) {
  (void)state;
  static const double tolerance[PUBLISHED] = {INFINITY, 1e-6, 1e-3, 0.06, 1e-6, 0.06};
  for (int i = 0; i < PUBLISHED; i++) {
    const struct published *s = published + i;
    assert_close(loss_of(&carbon, 2 * s->density * s->Z / s->A, s->temperature, WD_LOSS_PHOTO) / s->density,
                 s->photo, tolerance[i]);
  }
}

/* Bremsstrahlung by Z^2/A of a nucleus with integer numbers that has the Y_e (thin gas) or the ion coupling (liquid,
 * where Y_e does not matter) of the mean nucleus. */
static void published_bremsstrahlung(void **state) {
  (void)state;
  static const struct {
    int state;
    int64_t Z, A;
  } like[] = {{1, 3, 552}, {4, 4, 1881}, {2, 13, 15}, {3, 42, 53}, {5, 172, 229}};
  for (size_t i = 0; i < sizeof like / sizeof *like; i++) {
    const struct published *s = published + like[i].state;
    const wd_composition c = {1, {{like[i].Z, like[i].A, 1}}};
    double charge2 = (double)(like[i].Z * like[i].Z) / (double)like[i].A;
    assert_close(loss_of(&c, s->density, s->temperature, WD_LOSS_BREMSSTRAHLUNG) / s->density / charge2,
                 s->bremsstrahlung / (s->Z * s->Z / s->A), 1e-4);
  }
  /* hydrogen with a quarter of helium: 1 for sum X Z^2/A instead of the 0.942 of the means */
  const wd_composition solar = {2, {{1, 1, 0.75}, {2, 4, 0.25}}};
  const struct published *s = published;
  assert_close(loss_of(&solar, s->density, s->temperature, WD_LOSS_BREMSSTRAHLUNG) / s->density,
               s->bremsstrahlung / (s->Z * s->Z / s->A), 0.02);
}

/* Pairs at rest annihilate by the vector coupling, with sigma v = G_F^2 C_V^2 m_e^2/pi, and a thin gas has n_+ n_- =
 * m_e^3 T^3 exp(-2 m_e/T)/(2 pi^3): Q = G_F^2 C_V^2 m_e^6 T^3 exp(-2 m_e/T)/pi^4, to order T/m_e. */
static void few_pairs(void **state) {
  (void)state;
  for (double kelvin = 8e7; kelvin < 1.2e8; kelvin *= 1.1) {
    double T = kelvin * WD_KELVIN, m2 = WD_M_ELECTRON * WD_M_ELECTRON;
    double limit =
        WD_FERMI * WD_FERMI * CV2 * m2 * m2 * m2 * T * T * T * exp(-2 * WD_M_ELECTRON / T) / pow(WD_PI, 4);
    limit *= WD_EV_ERG / (pow(WD_HBARC_CM, 3) * WD_HBAR_S);
    assert_close(loss_of(&carbon, 1, kelvin, WD_LOSS_PAIR), limit, 0.1);
  }
}

/* Slow electrons in a thin gas: 0.976e8 Y_e T_9^8 erg/g/s for C_V = C_A = 1 (V. Petrosian, G. Beaudet & E. E. Salpeter,
 * Phys. Rev. 154 (1967) 1445), otherwise in proportion to C_V^2 + 5 C_A^2 (D. A. Dicus, Phys. Rev. D 6 (1972) 941). */
static void slow_electrons(void **state) {
  (void)state;
  for (double T = 1.2e7; T < 2.5e7; T *= 1.2)
    assert_close(loss_of(&carbon, 1, T, WD_LOSS_PHOTO),
                 0.976e8 * 0.5 * pow(T * 1e-9, 8) * (CV2 + 5 * CA2) / 6, 0.08);
}

/* T = 1e8 K, rho = 1e6 g/cm^3: a white dwarf early on. */
static void shares(void **state) {
  (void)state;
  double q[WD_LOSS_COUNT], sum = 0;
  wd_losses_at(losses, &carbon, 1e6, 1e8, q);
  for (int i = 0; i < WD_LOSS_COUNT; i++) sum += q[i];
  assert_true(q[WD_LOSS_PLASMON] > 0.95 * sum);
  assert_true(q[WD_LOSS_BREMSSTRAHLUNG] > 0.01 * sum && q[WD_LOSS_BREMSSTRAHLUNG] < 0.05 * sum);
  assert_true(q[WD_LOSS_PHOTO] < 1e-3 * sum && q[WD_LOSS_PAIR] < 1e-30 * sum);
}

/* Slopes of logarithms change little from one step to the next, as far as there are losses to speak of. */
static void check_slopes(enum wd_loss which, double rho, double T, double rho_step, double T_step) {
  double last = NAN, value = 0;
  for (int i = 0; i < 1000; i++, rho *= rho_step, T *= T_step) {
    double next = log(loss_of(&carbon, rho, T, which)), slope = (next - value) / log(rho_step * T_step);
    if (i > 1 && next > -600 && !(fabs(slope - last) < 0.1 * (2 + fabs(slope))))
      fail_msg("%s at %g g/cm^3, %g K: slope %g after %g", wd_loss_names[which], rho, T, slope, last);
    last = slope;
    value = next;
  }
}

static void smooth(void **state) {
  (void)state;
  for (int which = 0; which < WD_LOSS_COUNT; which++) {
    for (double rho = 1e1; rho < 1e7; rho *= 10)
      check_slopes(which, rho, which == WD_LOSS_PAIR ? 2.5e7 : 1.3e7, 1, 1.0043);
    for (double T = 2.5e7; T < 1e9; T *= 2) check_slopes(which, 3e2, T, 1.012, 1);
  }
}

static void cold_matter(void **state) {
  (void)state;
  for (int which = WD_LOSS_PHOTO; which < WD_LOSS_COUNT; which++) {
    assert_true(loss_of(&carbon, 1e3, 1e7, which) == 0);
    double above = loss_of(&carbon, 1e3, 1.13e7, which), near = loss_of(&carbon, 1e3, 1.001e7, which);
    assert_true(near >= 0 && near <= 1e-4 * above);
  }
  assert_true(loss_of(&carbon, 1e3, 9e6, WD_LOSS_PLASMON) > 0);
}

static void names(void **state) {
  (void)state;
  assert_string_equal(wd_loss_names[WD_LOSS_PLASMON], "plasmon");
  assert_string_equal(wd_loss_names[WD_LOSS_BREMSSTRAHLUNG], "bremsstrahlung");
  assert_null(wd_loss_names[WD_LOSS_COUNT]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(table_is_the_quadrature),
      cmocka_unit_test(table_beyond_its_ends),
      cmocka_unit_test(fit_of_plasmon_decay),
      cmocka_unit_test(published_pairs),
      cmocka_unit_test(published_photo),
      cmocka_unit_test(published_bremsstrahlung),
      cmocka_unit_test(few_pairs),
      cmocka_unit_test(slow_electrons),
      cmocka_unit_test(shares),
      cmocka_unit_test(smooth),
      cmocka_unit_test(cold_matter),
      cmocka_unit_test(names),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, create, destroy);
}
