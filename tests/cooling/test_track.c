/* Cooling sequences from files: one star in three formats, and what is refused. */
#include "testing.h"

#include "base/constants.h"
#include "cooling/track.h"
#include <unistd.h>

static wd_config config_for(const char *path, double mass) {
  wd_settings *settings = test_settings(NULL);
  wd_config config = *wd_settings_config(settings);
  wd_settings_free(settings);
  config.star.mass = mass;
  snprintf(config.cooling.track, sizeof config.cooling.track, "%s", path);
  return config;
}

/* Reads a text as a file, which is removed. */
static int read_text(const char *text, double mass, wd_sequence **out, wd_error *err) {
  char path[64] = "/tmp/wdscan-track-XXXXXX";
  const int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
  close(descriptor);
  const wd_config config = config_for(path, mass);
  const int status = wd_track_read(&config, out, err);
  unlink(path);
  return status;
}

static wd_sequence *sequence_of(const char *text, double mass) {
  wd_sequence *s;
  wd_error err = {0};
  if (read_text(text, mass, &s, &err)) fail_msg("%s", err.message);
  return s;
}

/* --- Formats --- */

/* Published epochs of 0.55 M_sun, A. Bedard et al., Astrophys. J. 901 (2020) 93. */
typedef struct epoch {
  double age, log_temperature, effective, gravity, radius, photons,
      neutrinos; /* [yr, K, K, cm/s^2, cm, erg/s] */
} epoch;
enum { EPOCHS = 3 };
static const epoch star[EPOCHS] = {
    {2.03518e6, 7.820242, 48245.4, 7.699184, 1.20794e9, 5.63322e33, 1.17243e34},
    {6.71361e6, 7.727649, 32541.4, 7.795366, 1.08132e9, 9.34314e32, 1.92990e33},
    {1.87222e7, 7.631874, 24212.8, 7.840260, 1.02685e9, 2.58297e32, 2.88629e32}};
#define STAR_MASS 0.55

static void write_ours(FILE *out) {
  fprintf(out, "# a comment\n# luminosity_neutrino_lsun age_yr - log_central_temperature radius_km "
               "effective_temperature_K luminosity_photon_lsun\n");
  for (const epoch *e = star; e < star + EPOCHS; e++)
    fprintf(out, "%.9g %.9g nothing %.9g %.9g %.9g %.9g\n", e->neutrinos / WD_L_SUN_CGS, e->age,
            e->log_temperature, e->radius / 1e5, e->effective, e->photons / WD_L_SUN_CGS);
}

static void write_montreal(FILE *out) {
  fprintf(
      out,
      "====================\n  #Mod      Teff         Log(g)           R            Age            L\n"
      "           Log(Tc)       Log(Pc)      Log(rhoc)       Mx/M         Log(qx)\n"
      "             Lnu        Log(H/*)      Log(He/*)     Log(C/*)      Log(O/*)\n====================\n");
  for (int i = 0; i < EPOCHS; i++)
    fprintf(
        out,
        "     %d  %.9E %.9E %.9E %.9E %.9E\n   %.9E 2.2E+01 6.3E+00 0.0 0.0\n   %.9E -4.0 -2.0 -0.3 -0.3\n",
        i + 1, star[i].effective, star[i].gravity, star[i].radius, star[i].age, star[i].photons,
        star[i].log_temperature, star[i].neutrinos);
}

static void write_la_plata(FILE *out) {
  fprintf(out, "# log(L)     log(TEFF)   log T_c   log Ro_c      age/Myr        Mass     Log(Lpp)   Log(Lnu) "
               "   R/R_sun\n");
  for (const epoch *e = star; e < star + EPOCHS; e++)
    fprintf(out, " %.9f %.9f %.9f 6.4 %.9f 0.55 -99.0 %.9f %.9f\n", log10(e->photons / WD_L_SUN_CGS),
            log10(e->effective), e->log_temperature, e->age / 1e6, log10(e->neutrinos / WD_L_SUN_CGS),
            e->radius / WD_R_SUN_CGS);
}

/* Good until the next call. */
static char *text_by(void (*writer)(FILE *out)) {
  static char text[4096];
  FILE *out = fmemopen(text, sizeof text, "w");
  assert_non_null(out);
  writer(out);
  fclose(out);
  return text;
}

/* `stated`: the file has the mass. */
static void check_format(void (*writer)(FILE *out), bool stated) {
  char *text = text_by(writer);
  wd_sequence *s = sequence_of(text, STAR_MASS);
  assert_int_equal(s->count, EPOCHS);
  if (stated)
    assert_close(s->mass, STAR_MASS, 1e-4);
  else
    assert_true(s->mass == 0);
  for (int i = 0; i < EPOCHS; i++) {
    const wd_epoch *e = &s->epoch[i];
    assert_close(e->age, star[i].age * WD_YEAR_S, 1e-8);
    assert_close(e->central_temperature, pow(10, star[i].log_temperature), 1e-8);
    assert_close(e->effective_temperature, star[i].effective, 1e-8);
    assert_close(e->radius, star[i].radius, 1e-7);
    assert_close(e->photons, star[i].photons, 1e-8);
    assert_close(e->all_neutrinos, star[i].neutrinos, 1e-8);
    assert_true(isnan(e->neutrinos[WD_LOSS_PLASMON]) && isnan(e->energy) && e->boson == 0);
  }
  assert_true(isnan(s->energy_imbalance));
  wd_sequence_free(s);
}

static void formats(void **state) {
  (void)state;
  check_format(write_ours, false);
  check_format(write_montreal, true);
  check_format(write_la_plata, true);
}

/* Commas, a bare header, ends of lines of other systems, an exponent as Fortran writes it. */
static void other_manners(void **state) {
  (void)state;
  wd_sequence *s =
      sequence_of("age_yr,log_central_temperature,effective_temperature_K,radius_km,luminosity_photon_lsun,"
                  "luminosity_neutrino_lsun\r\n"
                  "1D6, 7.8, 3e4, 10000, 0.15080, 2\r\n# between\r\n2e6, 7.7, 2e4, 10000, 0.029788, 1\r\n",
                  1);
  assert_int_equal(s->count, 2);
  assert_close(s->epoch[0].age, 1e6 * WD_YEAR_S, 1e-12);
  assert_close(s->epoch[1].central_temperature, pow(10, 7.7), 1e-12);
  wd_sequence_free(s);
}

/* The checksum knows every number. */
static void checksum(void **state) {
  (void)state;
  char *text = text_by(write_montreal);
  wd_sequence *s = sequence_of(text, STAR_MASS), *same = sequence_of(text, STAR_MASS);
  assert_true(s->checksum != 0 && s->checksum == same->checksum);
  char *digit = strstr(text, "7.727649");
  digit[7] = '8';
  wd_sequence *other = sequence_of(text, STAR_MASS);
  assert_true(other->checksum != s->checksum);
  wd_sequence_free(s);
  wd_sequence_free(same);
  wd_sequence_free(other);
}

/* --- What is refused --- */

#define HEADER                                                                                               \
  "# age_yr log_central_temperature effective_temperature_K radius_km luminosity_photon_lsun "               \
  "luminosity_neutrino_lsun\n"
#define FIRST "1e6 7.8 3e4 10000 0.15080 2\n"

static void refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"", ":0: the file ends here; expected a cooling sequence"},
      {FIRST, ":1: numbers without a header; expected the names of the columns"},
      {"# age_yr\n", ":1: the file ends here; expected rows of numbers"},
      {HEADER FIRST, ":2: 1 epochs; expected 2 or more"},
      {"# age_yr age\n1 2\n", ":1: unknown column \"age\"; expected the names that `wdscan cool --json` has"},
      {"# age_yr radius_km\n1 2\n", ":1: no column log_central_temperature"},
      {"# age_yr age_yr\n1 2\n", ":1: two columns age_yr"},
      {HEADER FIRST "2e6 7.7 2e4 10000 0.029788\n", ":3: 5 columns; the header has 6"},
      {HEADER FIRST "2e6 7.7 2e4 10000 0.029788 1 1\n", ":3: 7 columns; the header has 6"},
      {HEADER FIRST "2e6 7.x 2e4 10000 0.029788 1\n",
       ":3: log_central_temperature: \"7.x\" is not a finite number"},
      {HEADER FIRST "2e6 5e7 2e4 10000 0.029788 1\n",
       ":3: log_central_temperature: \"5e7\" is out of range; expected a number from 5 to 10"},
      {HEADER FIRST "2e6 7.7 2e4 1e10 0.029788 1\n",
       ":3: radius_km: \"1e10\" is out of range; expected a number from 100 to 1e+09"},
      {HEADER FIRST "2e6 7.7 2e4 11000 0.029788 1\n",
       ":3: effective temperature and radius make a luminosity of 0.03604 L_sun, the file says 0.02979"},
      {HEADER FIRST "1e6 7.7 2e4 10000 0.029788 1\n",
       ":3: age 1000000 yr after 1000000 yr; expected ages that rise from epoch to epoch"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    wd_sequence *s;
    wd_error err = {0};
    const int status = read_text(cases[i].text, 1, &s, &err);
    if (status != WD_ERR_CONFIG || !strstr(err.message, cases[i].message))
      fail_msg("status %d, \"%s\" instead of \"%s\"", status, err.message, cases[i].message);
  }
}

/* In files that have the mass of their star, and number their models. */
static void refused_of_others(void **state) {
  (void)state;
  wd_sequence *s;
  wd_error err = {0};
  char *text = text_by(write_montreal);
  assert_int_equal(read_text(text, 0.5, &s, &err), WD_ERR_CONFIG);
  assert_non_null(
      strstr(err.message, ":8: the star has 0.55 M_sun, but star.mass is 0.5; expected star.mass: 0.55"));
  *strstr(text, "     2  ") = '\0';
  strcat(text, "     3  4.8E+04 7.699184 1.20794E+09 3E+06 5.6E+33\n7.8 0 0 0 0\n1E+34 0 0 0 0\n");
  assert_int_equal(read_text(text, STAR_MASS, &s, &err), WD_ERR_CONFIG);
  assert_non_null(strstr(err.message, ":11: model 3; expected number 2"));
  *strstr(text, "7.8 0 0") = '\0';
  assert_int_equal(read_text(text, STAR_MASS, &s, &err), WD_ERR_CONFIG);
  assert_non_null(strstr(err.message, "the file ends here; expected the rest of a model"));
  const wd_config config = config_for("/nowhere.trk", 1);
  assert_int_equal(wd_track_read(&config, &s, &err), WD_ERR_IO);
  assert_non_null(strstr(err.message, "cooling.track: /nowhere.trk: No such file"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(formats), cmocka_unit_test(other_manners),
                                     cmocka_unit_test(checksum), cmocka_unit_test(refused),
                                     cmocka_unit_test(refused_of_others)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
