/* Profiles from files: three formats, what they refuse, and stars made of them. */
#include "testing_point.h"

#include "base/constants.h"
#include "excess/emissivity.h"
#include "star/file.h"
#include "wdscan/model.h"
#include <unistd.h>

static wd_settings *settings;

static int set_up(void **state) {
  (void)state;
  settings = test_settings(NULL);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  wd_settings_free(settings);
  return 0;
}

static wd_config config_for(const char *path) {
  wd_config config = *wd_settings_config(settings);
  snprintf(config.star.profile, sizeof config.star.profile, "%s", path);
  return config;
}

/* The star of a file, which is removed. */
static wd_star *star_from(const char *path) {
  wd_config config = config_for(path);
  wd_star *star;
  wd_error err = {0};
  if (wd_star_create(&config, &star, &err)) fail_msg("%s", err.message);
  unlink(path);
  return star;
}

/* A file in the folder of the tests, which run from the top of the repository. */
static wd_profile_row *read_file(const char *path, size_t *count) {
  wd_config config = config_for(path);
  wd_profile_row *rows;
  wd_error err = {0};
  if (wd_profile_file_read(&config, &rows, count, &err)) fail_msg("%s", err.message);
  return rows;
}

/* A temporary file with a text; its name is good until the next call. */
static const char *write_file(const char *text) {
  static char path[64];
  strcpy(path, "/tmp/wdscan-profile-XXXXXX");
  int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
  close(descriptor);
  return path;
}

static wd_profile_row *read_text(const char *text, size_t *count) {
  const char *path = write_file(text);
  wd_profile_row *rows = read_file(path, count);
  unlink(path);
  return rows;
}

/* tests/data holds one star in three formats; MESA's file lacks the centre and goes inwards. */
static void three_formats_agree(void **state) {
  (void)state;
  size_t count[3];
  wd_profile_row *rows[3] = {read_file("tests/data/star.dat", &count[0]),
                             read_file("tests/data/star.gyre", &count[1]),
                             read_file("tests/data/profile.data", &count[2])};
  for (int f = 0; f < 3; f++) {
    assert_int_equal(count[f], 24);
    assert_true(rows[f][0].radius == 0);
    for (size_t i = 0; i < count[f]; i++) {
      double x = 0.999 * (double)i / 23, rho = 1e6 * pow(1 - x * x, 1.5),
             accuracy = f == 2 && i == 0 ? 1e-4 : 1e-12;
      assert_close(rows[f][i].radius, 8e8 * x, 1e-12);
      assert_close(rows[f][i].density, rho, accuracy);
      assert_close(rows[f][i].electron_density, 0.5 * rho / WD_AMU_CGS, accuracy);
      assert_close(rows[f][i].temperature, 1e8 * (1 - 0.5 * x * x), accuracy);
    }
    free(rows[f]);
  }
}

/* 8 rows of r, a and b at r = 0, 1, ... */
static char *table(const char *header, double a, double b) {
  static char text[2048];
  size_t n = (size_t)snprintf(text, sizeof text, "%s\n", header);
  for (int i = 0; i < 8; i++)
    n += (size_t)snprintf(text + n, sizeof text - n, "%d\t %g  %g\n", i, a * (10 - i), b);
  return text;
}

static void units_and_names(void **state) {
  (void)state;
  const struct {
    const char *header;
    double a, b, radius, density, electrons, temperature; /* of the second row */
  } cases[] = {
      {"# r[km] n_e[cm^-3] T[K]", 1e29, 1e7, 1e5, 0, 9e29, 1e7},
      {"#radius (m) ne ( m^-3 ) T_keV", 1e35, 1, 1e2, 0, 9e29, 1e3 / WD_KELVIN},
      {"r_R_sun n_e_cm3 temperature_eV", 1e29, 100, WD_R_SUN_CGS, 0, 9e29, 100 / WD_KELVIN},
      {"R[Rsun] rho [g cm^-3] Y_e", 1e5, 0.4, WD_R_SUN_CGS, 9e5, 9e5 * 0.4 / WD_AMU_CGS, 1e8},
      {"radius_cm density_kg_m3 -", 1e8, 7, 1, 9e5, 9e5 * 0.5 / WD_AMU_CGS, 1e8},
      {"# comment\n\n# more\nr[cm] rho[g/cm**3] ye", 1e5, 1, 1, 9e5, 9e5 / WD_AMU_CGS, 1e8},
      {"r[cm] n_e[1/cm^3] Y_e", 1e29, 0.25, 1, 9e29 / 0.25 * WD_AMU_CGS, 9e29, 1e8},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t count;
    wd_profile_row *rows = read_text(table(cases[i].header, cases[i].a, cases[i].b), &count);
    assert_int_equal(count, 8);
    assert_close(rows[1].radius, cases[i].radius, 1e-14);
    assert_close(rows[1].electron_density, cases[i].electrons, 1e-14);
    assert_close(rows[1].temperature, cases[i].temperature, 1e-14);
    if (cases[i].density > 0) assert_close(rows[1].density, cases[i].density, 1e-14);
    free(rows);
  }
}

static void commas_comments_and_fortran(void **state) {
  (void)state;
  size_t count;
  wd_profile_row *rows =
      read_text("radius_km,density_g_cm3,Y_e\n"
                "7,1e3 , 0.5\n 6,2D+03,0.5\n# in between\n5,3.0d3,0.5\r\n\n4,4e3,0.5\n3,5e3,0.5\n"
                "2,6e3,0.5\n1,7e3,0.5\n0,8e3,0.5",
                &count);
  assert_int_equal(count, 8);
  for (size_t i = 0; i < 8; i++) {
    assert_close(rows[i].radius, 1e5 * (double)i, 1e-14);
    assert_close(rows[i].density, 1e3 * (double)(8 - i), 1e-14);
  }
  free(rows);
}

/* The same numbers in the forms in which people have them; a star may end in nothing. */
static void forms_of_text(void **state) {
  (void)state;
  const char *const cases[] = {
      "\xef\xbb\xbf# r[km] rho[g/cm^3]\n0 9e5\n1 8e5\n2 7e5\n3 6e5\n4 5e5\n5 4e5\n6 3e5\n7 2e5\n",
      "# r[km], rho[g/cm^3]\n0 9e5\n1 8e5\n2 7e5\n3 6e5\n4 5e5\n5 4e5\n6 3e5\n7 2e5\n",
      "r[km],rho[g/cm^3],\n0,9e5,\n1,8e5,\n2,7e5,\n3,6e5,\n4,5e5,\n5,4e5,\n6,3e5,\n7,2e5,\n",
      "# r[km] rho[g/cm^3]\r0 9e5\r1 8e5\r2 7e5\r3 6e5\r4 5e5\r5 4e5\r6 3e5\r7 2e5",
      "# r[km] rho[g/cm^3]\n0 0.9E+006\n1 8.D5\n2 .7d+06\n3 6.0Q5\n4 0.5+006\n5 4000.+2\n6 3e5\n7 2q+5\n",
      "# r[km] rho[g/cm^3]\n0 9e5\n1 8e5\n2 7e5\n3 6e5\n4 5e5\n5 4e5\n6 3e5\n7 2e5\n8 0.0\n",
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t count;
    wd_profile_row *rows = read_text(cases[i], &count);
    assert_int_equal(count, 8);
    for (size_t k = 0; k < count; k++) {
      assert_close(rows[k].radius, 1e5 * (double)k, 1e-14);
      assert_close(rows[k].density, 1e5 * (double)(9 - k), 1e-14);
    }
    free(rows);
  }
}

enum { ZONES = 40 };
#define ZONE_FACE(i) (8e8 * (i) / ZONES) /* [cm] outer face of zone i = 1 ... ZONES from the centre */

static double zone_density(int i) {
  double x = (i - 0.5) / ZONES;
  return 1e6 * pow(1 - x * x, 1.5);
}

/* A profile of MESA with radii in the column `radius`, of which one unit has `unit` cm, and one more column. */
static char *mesa_text(const char *radius, double unit, bool logarithm, const char *more, double value,
                       double solar_masses) {
  static char text[16384];
  const bool has_more = *more != 0;
  size_t n = (size_t)snprintf(text, sizeof text,
                              "1 2 3 4\nversion star_mass msun rsun\n\"a b\" %.10g 1.98841e33 6.957e10\n\n",
                              solar_masses);
  n += (size_t)snprintf(text + n, sizeof text - n, "1 2 3%s\nzone %s logRho %s\n", has_more ? " 4" : "",
                        radius, more);
  for (int i = ZONES; i >= 1; i--) {
    double r = strcmp(radius, "rmid") == 0 ? cbrt(0.5 * (pow(ZONE_FACE(i), 3) + pow(ZONE_FACE(i - 1), 3)))
                                           : ZONE_FACE(i);
    r /= unit;
    n += (size_t)snprintf(text + n, sizeof text - n, "%d %.15g %.15g", ZONES + 1 - i,
                          logarithm ? log10(r) : r, log10(zone_density(i)));
    n += has_more ? (size_t)snprintf(text + n, sizeof text - n, " %g\n", value)
                  : (size_t)snprintf(text + n, sizeof text - n, "\n");
  }
  return text;
}

static double zones_mass(void) {
  double mass = 0;
  for (int i = 1; i <= ZONES; i++)
    mass += 4 * WD_PI / 3 * zone_density(i) * (pow(ZONE_FACE(i), 3) - pow(ZONE_FACE(i - 1), 3));
  return mass;
}

/* MESA gives radii at the outer faces of zones and everything else at their middles, whatever the radius is called. */
static void zones_of_mesa(void **state) {
  (void)state;
  const struct {
    const char *radius;
    double unit;
    bool logarithm;
  } cases[] = {{"logR", 6.957e10, true},  {"radius", 6.957e10, false}, {"radius_cm", 1, false},
               {"radius_km", 1e5, false}, {"logR_cm", 1, true},        {"rmid", 6.957e10, false}};
  const double mass = zones_mass();
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    size_t count;
    const bool faces = strcmp(cases[c].radius, "rmid") != 0;
    wd_profile_row *rows = read_text(
        mesa_text(cases[c].radius, cases[c].unit, cases[c].logarithm, "", 0, mass / WD_M_SUN_CGS), &count);
    assert_int_equal(count, ZONES + 1); /* and the centre */
    for (int i = 1; i <= ZONES; i++) {
      assert_close(rows[i].radius, cbrt(0.5 * (pow(ZONE_FACE(i), 3) + pow(ZONE_FACE(i - 1), 3))), 1e-12);
      assert_close(rows[i].density, zone_density(i), 1e-12);
      if (faces) assert_close(rows[i].face, ZONE_FACE(i), 1e-12);
    }
    assert_close(wd_profile_rows_mass(rows, count), mass, faces ? 1e-10 : 3e-3);
    free(rows);
  }
}

/* The second zone of MESA's star with one column more. */
static wd_profile_row zone_with(const char *name, double value) {
  size_t count;
  wd_profile_row *rows =
      read_text(mesa_text("logR", 6.957e10, true, name, value, zones_mass() / WD_M_SUN_CGS), &count);
  const wd_profile_row zone = rows[1];
  free(rows);
  return zone;
}

/* Electrons per nucleon from whatever the file says of its composition. */
static void composition_of_mesa(void **state) {
  (void)state;
  const struct {
    const char *column;
    double value, electrons;
  } cases[] = {{"ye", 0.4, 0.4},
               {"free_e", 0.3, 0.3},
               {"x_mass_fraction_H", 0.7, 0.85},
               {"y_mass_fraction_He", 0.98, 0.5},
               {"h1", 0.2, 0.6},
               {"zbar", 2, 0.5},
               {"other", 7, 0.5}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    const wd_profile_row zone = zone_with(cases[c].column, cases[c].value);
    assert_close(zone.electron_density, cases[c].electrons * zone.density / WD_AMU_CGS, 1e-14);
  }
}

/* Nuclei: isotopes of MESA and columns X_..., hydrogen and helium with the rest as configured, a mean nucleus. */
static void nuclei_of_rows(void **state) {
  (void)state;
  const struct {
    const char *header, *values;
    double electrons, charge2, ions;
  } cases[] = {
      {"# r[km] rho[g/cm^3] X_H1 X_He4 X_O16", "0.7 0.28 0.02", 0.85, 1.06 / 0.85, 0.77125 / 0.85},
      {"# r[km] rho[g/cm^3] X_C12 -", "1 7", 0.5, 6, 1.0 / 6},
      {"# r[km] rho[g/cm^3] X_H1 m/M_sun", "0.7 7", 0.85, (0.7 + 0.3 * 3) / 0.85, (0.7 + 0.3 / 12) / 0.85},
      {"# r[km] rho[g/cm^3] Y_e X_He4", "0.4 1", 0.4, 2, 0.5},
      {"# r[km] rho[g/cm^3] Y_e -", "0.5 1", 0.5, 6, 1.0 / 6},
      {"r[km],rho[g/cm^3],X_H1,X_He4", "0.25 0.75", 0.625, 1 / 0.625, 0.4375 / 0.625},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[2048];
    int n = snprintf(text, sizeof text, "%s\n", cases[i].header);
    for (int row = 0; row < 9; row++)
      n += snprintf(text + n, sizeof text - (size_t)n, "%d %d %s\n", row, 9 - row, cases[i].values);
    size_t count;
    wd_profile_row *rows = read_text(text, &count);
    assert_int_equal(count, 9);
    for (size_t k = 0; k < count; k++) {
      assert_close(rows[k].electron_density, cases[i].electrons * rows[k].density / WD_AMU_CGS, 1e-14);
      assert_close(rows[k].charge2, cases[i].charge2, 1e-14);
      assert_close(rows[k].ions, cases[i].ions, 1e-14);
    }
    free(rows);
  }
  const struct {
    const char *column;
    double value, charge2; /* the rest is carbon */
  } mesa[] = {{"x_mass_fraction_H", 0.7, (0.7 + 0.3 * 3) / 0.85},
              {"h1", 0.2, (0.2 + 0.8 * 3) / 0.6},
              {"y_mass_fraction_He", 1, 2},
              {"o16", 1, 8},
              {"zbar", 2, 6}, /* without abar */
              {"other", 7, 6}};
  for (size_t i = 0; i < sizeof mesa / sizeof *mesa; i++) {
    const wd_profile_row zone = zone_with(mesa[i].column, mesa[i].value);
    assert_close(zone.charge2, mesa[i].charge2, 1e-14);
  }
}

/* The mass in the header tells whether the columns were understood: 0.4 % off is accepted, 0.6 % is not. */
static void mass_of_mesa(void **state) {
  (void)state;
  for (int wrong = 0; wrong < 2; wrong++) {
    double stated = zones_mass() / WD_M_SUN_CGS * (wrong ? 1.006 : 1.004);
    const char *path = write_file(mesa_text("logR", 6.957e10, true, "", 0, stated));
    wd_config config = config_for(path);
    wd_profile_row *rows = NULL;
    size_t count;
    wd_error err = {0};
    assert_int_equal(wd_profile_file_read(&config, &rows, &count, &err), wrong ? WD_ERR_CONFIG : WD_OK);
    unlink(path);
    if (wrong)
      assert_non_null(strstr(err.message, "its header says"));
    else
      free(rows);
  }
}

/* Each mistake with its status and a part of its message; %s stands for the file. */
static void mistakes_are_refused(void **state) {
  (void)state;
#define ROWS(n) "0 9 1\n1 8 1\n2 7 1\n3 6 1\n4 5 1\n5 4 1\n6 3 1\n" n "\n"
#define HEADER "# r[km] rho[g/cm^3] T[K]\n"
#define GYRE_ROW(n, r) n " " r " 1e30 0 1e20 1e7 1e5 0 0 0 0 0 0 0 0 0 0 0 0\n"
#define GYRE_ROWS                                                                                            \
  GYRE_ROW("1", "0")                                                                                         \
  GYRE_ROW("2", "1e7")                                                                                       \
  GYRE_ROW("3", "2e7") GYRE_ROW("4", "2e7") GYRE_ROW("5", "3e7") GYRE_ROW("6", "4e7") GYRE_ROW("7", "5e7")
  const struct {
    const char *text, *message;
  } cases[] = {
      {"", ":0: the file ends here; expected a stellar profile"},
      {"# only words\n", ":1: the file ends here; expected rows of numbers"},
      {ROWS("7 2 1"), ":1: numbers without a header"},
      {"# r[km] n_e[cm^-3] temprature[K]\n" ROWS("7 2 1"),
       ":1: unknown column \"temprature[K]\"; expected radius"},
      {"# r[pc] n_e[cm^-3] T[K]\n" ROWS("7 2 1"),
       ":1: column \"r[pc]\": unknown unit; expected cm, m, km or R_sun"},
      {"# r n_e[cm^-3] T[K]\n" ROWS("7 2 1"), ":1: column \"r\" has no unit; expected cm, m, km or R_sun"},
      {"# r[km] n_e[cm3] T[K]\n" ROWS("7 2 1"),
       ":1: column \"n_e[cm3]\": unknown unit; expected cm^-3 or m^-3"},
      {"\n# r[km] rho[g/cm^2] T[K]\n" ROWS("7 2 1"),
       ":2: column \"rho[g/cm^2]\": unknown unit; expected g/cm^3"},
      {"# r[km] n_e[cm^-3] T[C]\n" ROWS("7 2 1"), ":1: column \"T[C]\": unknown unit; expected K, eV or keV"},
      {"# r[km] r[cm] rho[g/cm^3]\n" ROWS("7 2 1"), ":1: two columns with the radius"},
      {"# r[km] T[K] -\n" ROWS("7 2 1"), "no column has the density"},
      {"# - T[K] rho[g/cm^3]\n" ROWS("7 2 1"), "no column has the radius"},
      {"r[km],n_e[cm^-3],rho[g/cm^3],Y_e\n1,2,3,4\n", "n_e, rho and Y_e are one too many"},
      {HEADER "text\n" ROWS("7 2 1"), ":2: unknown column \"text\""},
      {"r[km] rho[g/cm^3] T[K]\nmore\n" ROWS("7 2 1"), ":2: expected a row of numbers"},
      {HEADER ROWS("7 2"), ":9: 2 columns; the header has 3"},
      {HEADER ROWS("7 2 1 0"), ":9: 4 columns; the header has 3"},
      {"# r[km] rho[g/cm^3] X_H1 X_He4\n0 9 0.7 0.4\n",
       ":2: the mass fractions X_... add up to 1.1; expected at most 1"},
      {"# r[km] rho[g/cm^3] X_H1\n" ROWS("7 2 1.5"), ":9: \"1.5\" is no mass fraction of a nucleus"},
      {"# r[km] rho[g/cm^3] X_Q1\n" ROWS("7 2 1"), ":1: unknown column \"X_Q1\""},
      {HEADER ROWS("7 2 nan"), ":9: T: \"nan\" is not a finite number"},
      {HEADER ROWS("7 inf 1"), ":9: rho: \"inf\" is not a finite number"},
      {HEADER ROWS("7 2x 1"), ":9: rho: \"2x\" is not a finite number"},
      {HEADER ROWS("7 1e999 1"), ":9: rho: \"1e999\" is not a finite number"},
      {HEADER ROWS("-7 2 1"), ":9: radius: \"-7\" is out of range"},
      {HEADER ROWS("7 0 1"), ":9: the density is zero, or too small; expected a positive number"},
      {HEADER ROWS("7 2 -1"), ":9: T: \"-1\" is out of range"},
      {HEADER ROWS("7 2 1e11"), ":9: T: \"1e11\" is above 1e+10 K"},
      {"# r[km] rho[g/cm^3] Y_e\n" ROWS("7 2 1.5"), ":9: Y_e: \"1.5\" is above 1"},
      {HEADER ROWS("5.5 2 1"), ":9: radius 550000 cm after 600000 cm; expected radii that rise"},
      {HEADER ROWS("6 2 1"), ":9: radius 600000 cm comes a second time"},
      {HEADER "9 1 1\n2 1 1\n1 1 1\n" ROWS("8 2 1"),
       ":6: radius 100000 cm after 0 cm; expected radii that fall"},
      {HEADER "0 9 1\n1 9 1\n", ":3: 2 rows; expected 8 or more"},
      {HEADER "1 9 1\n1.1 8 1\n2 7 1\n3 6 1\n4 5 1\n5 4 1\n6 3 1\n7 2 1\n",
       ":2: the innermost radius, 100000 cm"},
      {"8 1e33 1e9 1e33 102\n" GYRE_ROWS, ":1: version 102 of GYRE's MESA format is unknown"},
      {"8 1e33 1e9 1e33 100\n" GYRE_ROWS, ":8: the file ends after 7 of 8 rows"},
      {"8 1e33 1e9 1e33 120\n" GYRE_ROWS, ":2: 19 columns; the header has 20"},
      {"8 1e33 1e9 1e33 101\n" GYRE_ROWS GYRE_ROW("9", "6e7"), ":9: expected row 8"},
      {"8 1e33 1e9 1e33 19\n" GYRE_ROWS GYRE_ROW("8", "6e7") GYRE_ROW("9", "6e7"),
       ":10: more than the 8 rows"},
      {"8 1e33 1e9 1e33 100\n" GYRE_ROWS GYRE_ROW("8", "4e7"), ":9: radius 4e+07 cm after 5e+07 cm"},
      {"8 1e33 1e9 1e33 100 1\n" GYRE_ROWS, ":1: numbers without a header"},
      {"8 1e33 1e9 1e33 1e300\n" GYRE_ROWS, ":1: numbers without a header"},
      {"4 1e33 1e9 1e33 100\n" GYRE_ROWS, ":1: 4 rows; expected 8 or more"},
      {"1 2\na b\n5 6\n1 3\n", ":4: expected the numbers of MESA's columns"},
      {"1\na\n5\n1 2\nzone logR logT\n1 0 7\n", ":5: 3 names for 2 columns"},
      {"1\na\n5\n1 2\nzone logR\n1 0\n", "no column has the density, logRho or rho"},
      {"1\na\n5\n1 2\nzone logRho\n1 0\n", "no column has the radius, logR or radius"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *path = write_file(cases[i].text);
    wd_config config = config_for(path);
    wd_profile_row *rows;
    size_t count;
    wd_error err = {0};
    assert_int_equal(wd_profile_file_read(&config, &rows, &count, &err), WD_ERR_CONFIG);
    unlink(path);
    if (strncmp(err.message, path, strlen(path)) != 0 || !strstr(err.message, cases[i].message))
      fail_msg("case %zu: \"%s\" lacks \"%s\"", i, err.message, cases[i].message);
  }
}

static void files_that_cannot_be_read(void **state) {
  (void)state;
  const char *const paths[] = {"/nowhere/profile.dat", "/tmp"};
  for (size_t i = 0; i < 2; i++) {
    wd_config config = config_for(paths[i]);
    wd_profile_row *rows;
    wd_star *star;
    size_t count;
    wd_error err = {0};
    assert_int_equal(wd_profile_file_read(&config, &rows, &count, &err), WD_ERR_IO);
    assert_non_null(strstr(err.message, paths[i]));
    assert_int_equal(wd_star_create(&config, &star, &err), WD_ERR_IO);
  }
}

/* GYRE writes a discontinuity as two rows with one radius: it stays in place and has no volume. */
static void discontinuity(void **state) {
  (void)state;
  char text[4096];
  size_t n = (size_t)snprintf(text, sizeof text, "16 1e33 15e7 0 100\n");
  for (int i = 0; i < 16; i++)
    n += (size_t)snprintf(text + n, sizeof text - n, "%d %de7 0 0 0 1e8 %g 0 0 0 0 0 0 0 0 0 0 0 0\n", i + 1,
                          i < 8 ? i : i - 1, (i < 8 ? 2e6 : 1e6) * (1 - 0.002 * i * i));
  const char *path = write_file(text);
  wd_star *star = star_from(path);
  assert_int_equal(star->nodes, 16);
  assert_int_equal(star->profile->segments, 1);
  for (double s = 7; s <= 8; s += 0.125) {
    wd_local l = wd_local_at(star->profile, s);
    assert_true(l.volume == 0 && l.frequency2 > 0);
  }
  wd_star_free(star);
}

static wd_point_result compute(const wd_config *config, const wd_star *star, double mass, double coupling) {
  wd_point_result result = point_in(star, config, 1, mass, coupling);
  return result;
}

static void standard_luminosities(const wd_star *star, double L[WD_POLARIZATIONS]) {
  wd_model m = wd_model_at(0, 0.2312, WD_FORMULAS_PUBLISHED);
  wd_emissivity_quadrature(star->profile, 0, (double)star->profile->cells, L);
  for (int p = 0; p < WD_POLARIZATIONS; p++) L[p] *= p == WD_AXIAL ? m.sum_CA2 : m.sum_CV2;
}

/* The solved star as zones of MESA, 60 and 600 of them: what the middle of a zone stands for costs less than the zones. */
static void zones_of_a_star(void **state) {
  (void)state;
  wd_star *solved = test_star(settings);
  double truth[WD_POLARIZATIONS], L[WD_POLARIZATIONS];
  standard_luminosities(solved, truth);
  const int zones[] = {60, 600};
  for (int c = 0; c < 2; c++) {
    const char *path = write_file("1 2\na b\n1 2\n1 2 3 4\nzone radius_cm rho ye\n");
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    size_t node = solved->nodes - 2;
    for (int i = zones[c]; i >= 1;
         i--) { /* density at the zone's middle, linear between the nodes of the star */
      double outer = 0.999 * solved->radius * i / zones[c],
             inner = 0.999 * solved->radius * (i - 1) / zones[c],
             middle = cbrt(0.5 * (pow(outer, 3) + pow(inner, 3)));
      while (node > 0 && solved->node_radius[node] > middle) node--;
      double t =
          (middle - solved->node_radius[node]) / (solved->node_radius[node + 1] - solved->node_radius[node]);
      double n = solved->electron_density[node] * (1 - t) + solved->electron_density[node + 1] * t;
      fprintf(file, "%d %.12g %.12g 0.5\n", zones[c] + 1 - i, outer * WD_KM_CM, n * WD_AMU_CGS / 0.5);
    }
    fclose(file);
    wd_star *star = star_from(path);
    standard_luminosities(star, L);
    for (int p = 0; p < WD_POLARIZATIONS; p++) assert_close(L[p], truth[p], c == 0 ? 5e-3 : 2e-4);
    assert_close(star->mass, solved->mass, c == 0 ? 2e-3 : 1e-4);
    wd_star_free(star);
  }
  wd_star_free(solved);
}

/* The solved star, written as columns and read back: with every node, and with every third one. */
static void round_trip(void **state) {
  (void)state;
  wd_star *solved = test_star(settings);
  double truth[WD_POLARIZATIONS], L[WD_POLARIZATIONS];
  standard_luminosities(solved, truth);
  for (size_t step = 1; step <= 3; step += 2) {
    const char *path = write_file("r[km] n_e[cm^-3] T[eV]\n");
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    for (size_t i = 0; i < solved->nodes; i += step)
      fprintf(file, "%.10e %.10e %.10e\n", solved->node_radius[i], solved->electron_density[i],
              solved->temperature[i]);
    fclose(file);
    wd_star *star = star_from(path);
    assert_int_equal(star->nodes, (solved->nodes - 1) / step + 1);
    assert_close(star->mass, solved->mass, step == 1 ? 1e-4 : 1e-3);
    assert_close(star->radius, solved->radius, 1e-9);
    assert_close(star->central_density, solved->central_density, 1e-9);
    assert_close(star->plasma_frequency[0], solved->plasma_frequency[0], 1e-9);
    standard_luminosities(star, L);
    for (int p = 0; p < WD_POLARIZATIONS; p++) assert_close(L[p], truth[p], step == 1 ? 1e-6 : 1e-3);
    const wd_config *config = wd_settings_config(settings);
    wd_point_result a = compute(config, solved, 3e4, 1e-12), b = compute(config, star, 3e4, 1e-12);
    assert_true(a.status == WD_ROW_DONE && b.status == WD_ROW_DONE);
    assert_pull(b.excess, hypot(a.excess_error, b.excess_error) + 1e-3 * a.excess, a.excess, 4);
    wd_star_free(star);
  }
  wd_star_free(solved);
}

/* A red giant with a degenerate core, 12 decades of density out to 1e12 cm, in GYRE's format: it is not part
 * of this repository. */
static void red_giant(void **state) {
  (void)state;
  const char *path = getenv("WDSCAN_RED_GIANT");
  if (!path) path = "../shared/data/rgb.mesa";
  if (access(path, R_OK) != 0) {
    print_message("skipped: no %s (WDSCAN_RED_GIANT names it)\n", path);
    skip();
  }
  wd_config config = config_for(path);
  config.star.composition = (wd_composition){1, {{2, 4, 1}}};
  wd_star *star;
  wd_error err = {0};
  if (wd_star_create(&config, &star, &err)) fail_msg("%s", err.message);
  assert_int_equal(star->nodes, 2719);
  assert_close(star->mass, 3.9605604122816644e33 / WD_M_SUN_CGS, 1e-4); /* as the file says */
  assert_close(star->radius, 1.0003990e7, 1e-6);
  assert_close(star->central_density, 69023.988, 1e-7);
  assert_close(star->temperature[0], 6.4504467804802053e7 * WD_KELVIN, 1e-12);
  assert_true(star->temperature[1000] < 0.5 * star->temperature[0]);
  assert_true(star->profile->segments > 1); /* the density inversion of the envelope */
  for (size_t i = 0; i < star->nodes; i++)
    assert_true(star->plasma_frequency[i] > 0 && star->v_star[i] > 0 && star->v_star[i] < 1);
  for (int formulas = 0; formulas < 2; formulas++)
    for (double mass = 1e-3; mass < 1e8; mass *= 10) {
      config.physics.formulas = formulas;
      wd_point_result r = compute(&config, star, mass, 1e-11);
      assert_true(isfinite(r.excess) && isfinite(r.excess_error) && r.failure == 0 && r.luminosity_total > 0);
    }
  wd_star_free(star);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(three_formats_agree),
      cmocka_unit_test(units_and_names),
      cmocka_unit_test(commas_comments_and_fortran),
      cmocka_unit_test(forms_of_text),
      cmocka_unit_test(zones_of_mesa),
      cmocka_unit_test(composition_of_mesa),
      cmocka_unit_test(nuclei_of_rows),
      cmocka_unit_test(mass_of_mesa),
      cmocka_unit_test(zones_of_a_star),
      cmocka_unit_test(mistakes_are_refused),
      cmocka_unit_test(files_that_cannot_be_read),
      cmocka_unit_test(discontinuity),
      cmocka_unit_test(round_trip),
      cmocka_unit_test(red_giant),
  };
  gsl_set_error_handler_off();
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
