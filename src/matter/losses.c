/* Neutrino losses; see matter/losses.h. */
#include "matter/losses.h"

#include "base/constants.h"
#include "matter/absorption.h"
#include "matter/mixture.h"
#include "matter/plasma.h"
#include "matter/plasmon_decay.h"
#include <stdlib.h>

const char *const wd_loss_names[] = {"plasmon", "photo", "pair", "bremsstrahlung", NULL};

/* Cells of the table in ln(rho Y_e) and ln T. It reaches beyond the promised range, since its ends are worse. */
enum {
  DENSITY_CELLS = 50,
  TEMPERATURE_CELLS = 36,
  ROWS = DENSITY_CELLS + 3,
  COLUMNS = TEMPERATURE_CELLS + 3
};
enum { PHOTO_CELLS = 30, PHOTO_LINES = 4, PHOTO_COLUMNS = PHOTO_CELLS + 3 }; /* 1e7 to 1e10 K */
#define DENSITY_LOWEST 3e-3                                                  /* rho Y_e [g cm^-3] */
#define DENSITY_HIGHEST 3e10
#define TEMPERATURE_LOWEST 1.8e6 /* [K] */
#define TEMPERATURE_HIGHEST 1.5e9
#define COLDEST 500.0 /* omega_p/T up to which the quadrature is done; there are no plasmons left */

struct wd_losses {
  double half_sum, half_difference; /* sum (C_V^2 +- C_A^2)/2 */
  /* B-spline coefficients with a margin on each side, [ROWS * COLUMNS]: ln of omega_p [eV], and of the emission by
     plasmon decay [erg cm^-3 s^-1] times exp(omega_p/T), both without what pairs add; nearly straight */
  double frequency[ROWS * COLUMNS], plasmon[ROWS * COLUMNS];
  double photo[PHOTO_LINES][PHOTO_COLUMNS]; /* a_0, a_1, a_2 of (I.3.7) and c of (I.3.6) over lg T */
};

/* Matter at one place, as the formulas like it. */
typedef struct place {
  double density, temperature;      /* [g cm^-3], [K] */
  double log_temperature;           /* to base 10 */
  double electrons;                 /* rho Y_e [g cm^-3] */
  double charge2;                   /* rho sum X_i Z_i^2/A_i [g cm^-3] */
  double coupling;                  /* Gamma of the ions */
  double lambda, zeta;              /* T/m_e; (rho Y_e/1e9)^(1/3)/lambda, as p_F/T */
  double half_sum, half_difference; /* of the couplings */
} place;

/* 0 for x <= low, 1 for x >= high, with two continuous derivatives. */
static double step(double x, double low, double high) {
  const double t = wd_min(wd_max((x - low) / (high - low), 0), 1);
  return t * t * t * (10 - t * (15 - 6 * t));
}

static double electron_density(double electrons) { /* [eV^3] of rho Y_e [g cm^-3] */
  return electrons / WD_AMU_CGS * WD_HBARC_CM * WD_HBARC_CM * WD_HBARC_CM;
}

/* --- Plasmon decay --- */

/* Half the logarithm of 1 + (2 n_+/n_e)^2 with n_+ of pairs in a thin gas: how many more electrons and positrons there are
 * than n_e. Pairs appear so suddenly with temperature that the table would miss it. */
static double pairs(double electrons, double temperature) {
  const double z = WD_M_ELECTRON / (temperature * WD_KELVIN), n = electron_density(electrons);
  const double series = 1 + (15.0 / 8 + (105.0 / 128 - 315.0 / 1024 / z) / z) / z; /* of K_2(z), for z > 3 */
  const double root = WD_M_ELECTRON * WD_M_ELECTRON / (2 * WD_PI * z);
  const double ratio = 4 * root * sqrt(root) * exp(-z) * series / n;
  return 0.5 * wd_ln(1 + ratio * ratio);
}

static int fill_node(const wd_losses *l, double electrons, double kelvin, double *frequency, double *plasmon,
                     wd_error *err) {
  const double temperature = kelvin * WD_KELVIN; /* [eV] */
  wd_plasma p;
  int status = wd_plasma_compute(electron_density(electrons), temperature, WD_PLASMA_EXACT, 0, &p, err);
  if (status) return status;
  const wd_local local = {.volume = 1,
                          .frequency2 = p.frequency * p.frequency,
                          .v2 = p.v_star * p.v_star,
                          .omega_axial = p.omega_axial,
                          .temperature = wd_max(temperature, p.frequency / COLDEST)};
  double q[WD_POLARIZATIONS];
  wd_plasmon_decay(&local, q);
  const double CV2 = l->half_sum + l->half_difference, CA2 = l->half_sum - l->half_difference;
  const double more = pairs(electrons, kelvin);
  *frequency = log(p.frequency) - 0.5 * more;
  /* colder, the plasmons' momenta fill a volume ~ T^(3/2) */
  *plasmon = log(CV2 * (q[WD_TRANSVERSE] + q[WD_LONGITUDINAL]) + CA2 * q[WD_AXIAL]) +
             p.frequency / local.temperature + 1.5 * log(temperature / local.temperature) - 3 * more;
  return WD_OK;
}

static void to_splines(double *table) {
  double scratch[ROWS + COLUMNS];
  for (int i = 1; i + 1 < ROWS; i++) wd_spline_through(table + (size_t)i * COLUMNS, COLUMNS - 2, 1, scratch);
  for (int j = 0; j < COLUMNS; j++) wd_spline_through(table + j, ROWS - 2, COLUMNS, scratch);
}

static int fill(wd_losses *l, wd_error *err) {
  for (int i = 0; i <= DENSITY_CELLS; i++)
    for (int j = 0; j <= TEMPERATURE_CELLS; j++) {
      const int at = (i + 1) * COLUMNS + j + 1;
      double n = DENSITY_LOWEST * pow(DENSITY_HIGHEST / DENSITY_LOWEST, (double)i / DENSITY_CELLS);
      double T =
          TEMPERATURE_LOWEST * pow(TEMPERATURE_HIGHEST / TEMPERATURE_LOWEST, (double)j / TEMPERATURE_CELLS);
      int status = fill_node(l, n, T, &l->frequency[at], &l->plasmon[at], err);
      if (status) return status;
    }
  to_splines(l->frequency);
  to_splines(l->plasmon);
  return WD_OK;
}

/* The spline, straight beyond 0 and 1. */
static double along(const double c[4], double t) {
  const double inside = wd_min(wd_max(t, 0), 1), beyond = t - inside;
  return wd_spline_between(c[0], c[1], c[2], c[3], inside) +
         0.5 * (beyond > 0 ? c[3] - c[1] : c[2] - c[0]) * beyond;
}

static double interpolate(const double *table, int i, int j, double u, double t) {
  double row[4];
  for (int k = 0; k < 4; k++) row[k] = along(table + (i + k) * COLUMNS + j, t);
  return along(row, u);
}

static double plasmon(const wd_losses *l, const place *p) {
  const double per_n = DENSITY_CELLS / log(DENSITY_HIGHEST / DENSITY_LOWEST);
  const double per_T = TEMPERATURE_CELLS / log(TEMPERATURE_HIGHEST / TEMPERATURE_LOWEST);
  const double x = wd_ln(p->electrons / DENSITY_LOWEST) * per_n,
               y = wd_ln(p->temperature / TEMPERATURE_LOWEST) * per_T;
  const int i = (int)wd_min(wd_max(x, 0), DENSITY_CELLS - 1),
            j = (int)wd_min(wd_max(y, 0), TEMPERATURE_CELLS - 1);
  const double more = pairs(p->electrons, p->temperature);
  const double frequency = exp(interpolate(l->frequency, i, j, x - i, y - j) + 0.5 * more);
  return exp(interpolate(l->plasmon, i, j, x - i, y - j) + 3 * more -
             frequency / (p->temperature * WD_KELVIN));
}

/* --- Series of (I.3.7), (I.5.21) to (I.5.24) --- */

enum { HARMONICS = 7 };

typedef struct harmonics {
  double cosine[HARMONICS], sine[HARMONICS]; /* of 0, 1, 2... times an angle */
} harmonics;

static harmonics harmonics_of(double angle) {
  harmonics h = {.cosine = {1}};
  const double c = cos(angle), s = sin(angle);
  for (int k = 1; k < HARMONICS; k++) {
    h.cosine[k] = c * h.cosine[k - 1] - s * h.sine[k - 1];
    h.sine[k] = s * h.cosine[k - 1] + c * h.sine[k - 1];
  }
  return h;
}

static double series(const harmonics *h, const double c[HARMONICS], const double s[HARMONICS]) {
  double sum = 0;
  for (int k = 0; k < HARMONICS; k++) sum += c[k] * h->cosine[k] + s[k] * h->sine[k];
  return sum;
}

/* --- Photo production: gamma + e -> e + nu + nubar --- */

/* Table 2 of Itoh et al., for T from 1e7, 1e8 and 1e9 K on, as printed: c_0 and c_6 are to be halved. */
static const double photo_cosine[3][3][HARMONICS] = {
    {{1.008e11, 0, 0, 0, 0, 0, 0},
     {8.156e10, 9.728e8, -3.806e9, -4.384e9, -5.774e9, -5.249e9, -5.153e9},
     {1.067e11, -9.782e9, -7.193e9, -6.936e9, -6.893e9, -7.041e9, -7.193e9}},
    {{9.889e10, -4.524e8, -6.088e6, 4.269e7, 5.172e7, 4.910e7, 4.388e7},
     {1.813e11, -7.556e9, -3.304e9, -1.031e9, -1.764e9, -1.851e9, -1.928e9},
     {9.750e10, 3.484e10, 5.199e9, -1.695e9, -2.865e9, -3.395e9, -3.418e9}},
    {{9.581e10, 4.107e8, 2.305e8, 2.236e8, 1.580e8, 2.165e8, 1.721e8},
     {1.459e12, 1.314e11, -1.169e11, -1.765e11, -1.867e11, -1.983e11, -1.896e11},
     {2.424e11, -3.669e9, -8.691e9, -7.967e9, -7.932e9, -7.987e9, -8.333e9}}};
static const double photo_sine[3][3][HARMONICS] = {
    {{0, 0, 0, 0, 0, 0, 0},
     {0, -1.879e10, -9.667e9, -5.602e9, -3.370e9, -1.825e9, 0},
     {0, -2.919e10, -1.185e10, -7.270e9, -4.222e9, -1.560e9, 0}},
    {{0, -1.135e8, 1.256e8, 5.149e7, 3.436e7, 1.005e7, 0},
     {0, 1.652e9, -3.119e9, -1.839e9, -1.458e9, -8.956e8, 0},
     {0, -1.549e10, -9.338e9, -5.899e9, -3.035e9, -1.598e9, 0}},
    {{0, 4.724e8, 2.976e8, 2.242e8, 7.937e7, 4.859e7, 0},
     {0, -7.094e11, -3.697e11, -2.189e11, -1.273e11, -5.705e10, 0},
     {0, -2.254e10, -1.551e10, -7.793e9, -4.489e9, -2.185e9, 0}}};

/* From the series of each decade, (I.3.7), to a spline through their values every 10^0.1 K, which are smooth. There the
 * series agree with what was calculated; between, they swing, even below zero. */
static void fill_photo(double table[PHOTO_LINES][PHOTO_COLUMNS]) {
  double scratch[PHOTO_COLUMNS];
  for (int k = 0; k <= PHOTO_CELLS; k++) {
    const int decade = k < PHOTO_CELLS ? k / 10 : 2;
    const double tau = 0.1 * k - decade; /* (I.3.8) */
    const harmonics h = harmonics_of(5 * WD_PI / 3 * tau);
    for (int j = 0; j < 3; j++) {
      const double *c = photo_cosine[decade][j];
      table[j][k + 1] = series(&h, c, photo_sine[decade][j]) - 0.5 * (c[0] + c[6] * h.cosine[6]);
    }
    table[3][k + 1] = decade == 0 ? 0.5654 + tau : 1.5654; /* (I.3.6) */
  }
  for (int j = 0; j < PHOTO_LINES; j++) wd_spline_through(table[j], PHOTO_CELLS + 1, 1, scratch);
}

/* f_photo (I.3.4) */
static double photo_factor(const wd_losses *losses, const place *p) {
  const double at = wd_min(wd_max((p->log_temperature - 7) * 10, 0), PHOTO_CELLS);
  const int k = (int)wd_min(at, PHOTO_CELLS - 1);
  const double z = p->zeta, l = 1 / p->lambda;
  double a[PHOTO_LINES];
  for (int j = 0; j < PHOTO_LINES; j++) a[j] = along(&losses->photo[j][k], at - k);
  return (a[0] + z * (a[1] + z * a[2])) * exp(-a[3] * z) /
         (z * z * z + l * (6.290e-3 + l * (7.483e-3 + l * 3.061e-4)));
}

/* (I.3.2), (I.3.3) */
static double photo(const wd_losses *losses, const place *p) {
  const double l = p->lambda, l5 = l * l * l * l * l;
  const double q = 0.666 * pow(1 + 2.045 * l, -2.066) /
                   (1 + p->electrons / (l * (1.875e8 + l * (1.653e8 + l * (8.449e8 - l * 1.604e8)))));
  return (p->half_sum - p->half_difference * q) * p->electrons * l5 * photo_factor(losses, p);
}

/* --- Annihilation of pairs: e+ + e- -> nu + nubar --- */

/* (I.2.5) to (I.2.8), for T < 1e10 K. */
static double pair(const place *p) {
  const double l = p->lambda, l2 = l * l, z = p->zeta, root = sqrt(l);
  const double g = 1 + l2 * (-13.04 + l2 * (133.5 + l2 * (1534 + l2 * 918.6)));
  const double f = (6.002e19 + z * (2.084e20 + z * 1.872e21)) * exp(-5.5924 * z) /
                   (z * z * z + (9.383e-1 + (-4.141e-1 + 5.829e-2 / l) / l) / l);
  const double q = pow(1 + p->electrons / (7.692e7 * l * l2 + 9.715e6 * root), -0.3) /
                   (10.7480 * l2 + 0.3967 * root + 1.005);
  return (p->half_sum + p->half_difference * q) * g * exp(-2 / l) * f;
}

/* --- Bremsstrahlung on ions: e + (Z, A) -> e + (Z, A) + nu + nubar --- */

typedef struct factors {
  double F, G; /* of the sums of C_V^2 + C_A^2 and of C_V^2 - C_A^2 */
} factors;

/* Electrons of any degeneracy above 0.3 T_F, (I.5.2), (I.5.3), (I.5.9). */
static factors weakly_degenerate(const place *p) {
  const double t = p->temperature * 1e-8, t2 = t * t, t3_2 = t * sqrt(t), t5 = t2 * t2 * t;
  const double eta = p->electrons / (7.05e6 * t3_2 + 5.12e4 * t2 * t), inverse = 1 / eta;
  const double crowd = 4.07 + 0.0240 * pow(t, 1.4) + 4.59e-5 * pow(t, -0.110) * pow(p->density, 0.656);
  return (factors){.F = 1 / (23.5 + 6.83e4 / t2 + 7.81e8 / t5) +
                        1.26 * (1 + inverse) / (1 + inverse * (1.47 + inverse * 3.29e-2)),
                   .G = 1 / ((1 + 1e-9 * p->electrons) * (230 + 6.7e5 / t2 + 7.66e9 / t5)) +
                        1 / ((7.75e5 * t3_2 + 247 * pow(t, 3.85)) / p->electrons + crowd)};
}

/* Series for 12C, (I.5.21) to (I.5.24), in the angle u = (pi/5) (lg rho - 3): F and G for Gamma = 1, then for 160. */
static const struct liquid_series {
  double cosine[HARMONICS], sine[HARMONICS], constant, slope;
} liquid_F[2] = {{{0.08973, -0.05821, -0.01089, -0.01147, -0.00656, -0.00519},
                  {0, -0.04969, -0.01584, -0.00504, -0.00281},
                  0.34529,
                  0.00945},
                 {{0.033905, -0.00944, -0.01289, -0.00589, -0.00404, -0.00330},
                  {0, -0.02213, -0.01136, -0.00467, -0.00131},
                  0.24819,
                  -0.02342}},
  liquid_G[2] = {{{0.00383, -0.00710, -0.00028, 0.00232, 0.00044, 0.00158},
                  {0, 0.02300, -0.01078, 0.00118, -0.00089},
                  0.07917,
                  -0.01259},
                 {{-0.003845, 0.00356, -0.00184, 0.00146, 0.00031, 0.00069},
                  {0, 0.01052, -0.00354, -0.00014, -0.00018},
                  0.05211,
                  -0.00829}};

/* The share of Gamma = 1 at x = Gamma^(-1/3), (I.5.25) and (I.5.26): beyond its largest value it stays there, as the
 * ions of light nuclei are less than a liquid. */
static double share_of_weak_coupling(const double c[4], double x) {
  const double largest = (-c[2] - sqrt(c[2] * c[2] - 3 * c[1] * c[3])) / (3 * c[3]), y = wd_min(x, largest);
  return c[0] + y * (c[1] + y * (c[2] + y * c[3]));
}

static double liquid_factor(const struct liquid_series s[2], const harmonics *h, double u, double share) {
  double value[2];
  for (int k = 0; k < 2; k++) value[k] = s[k].constant + s[k].slope * u + series(h, s[k].cosine, s[k].sine);
  return share * value[0] + (1 - share) * value[1];
}

/* Degenerate electrons in a liquid of carbon, (I.5.18) to (I.5.20); other nuclei differ little. */
static factors liquid(const place *p) {
  static const double v[4] = {-0.05483, -0.01946, 1.86310, -0.78873},
                      w[4] = {-0.06711, 0.06859, 1.74360, -0.74498};
  const double u = WD_PI / 5 * (log10(p->density) - 3), x = 1 / cbrt(p->coupling);
  const harmonics h = harmonics_of(u);
  return (factors){liquid_factor(liquid_F, &h, u, share_of_weak_coupling(v, x)),
                   liquid_factor(liquid_G, &h, u, share_of_weak_coupling(w, x))};
}

/* (I.5.1), (I.5.17). The fits, which meet at 0.3 T_F, change between 0.2 and 0.45 T_F. */
static double bremsstrahlung(const place *p) {
  const double x2 = 1.018 * pow(p->electrons * 1e-6, 2.0 / 3); /* (p_F/m_e)^2 */
  const double fermi = 5.9302e9 * x2 / (sqrt(1 + x2) + 1);     /* T_F [K] */
  const double weight = step(p->temperature / fermi, 0.2, 0.45);
  const double t = p->temperature * 1e-8, t3 = t * t * t;
  double value = 0;
  if (weight > 0) {
    const factors f = weakly_degenerate(p);
    value += weight * (p->half_sum * f.F - p->half_difference * f.G);
  }
  if (weight < 1) {
    const factors f = liquid(p);
    value += (1 - weight) * (p->half_sum * f.F - p->half_difference * f.G);
  }
  return wd_max(0.5738 * p->charge2 * t3 * t3 * value, 0);
}

/* --- All --- */

static place place_of(const wd_losses *l, const wd_composition *composition, double density,
                      double temperature) {
  const wd_mixture m = wd_mixture_of(composition);
  place p = {.density = density,
             .temperature = temperature,
             .log_temperature = log10(temperature),
             .electrons = density * m.electrons,
             .charge2 = density * m.electrons * m.charge2,
             .lambda = temperature / 5.9302e9,
             .half_sum = l->half_sum,
             .half_difference = l->half_difference};
  const wd_gas gas = {electron_density(p.electrons), temperature * WD_KELVIN, m.charge2, m.ions};
  p.coupling = wd_gas_coupling(&gas);
  p.zeta = cbrt(p.electrons * 1e-9) / p.lambda;
  return p;
}

void wd_losses_at(const wd_losses *losses, const wd_composition *composition, double density,
                  double temperature, double out[WD_LOSS_COUNT]) {
  const place p = place_of(losses, composition, density, temperature);
  const double valid = step(p.log_temperature, 7, 7.05); /* of the fits */
  out[WD_LOSS_PLASMON] = plasmon(losses, &p);
  out[WD_LOSS_PHOTO] = valid > 0 ? valid * photo(losses, &p) : 0;
  out[WD_LOSS_PAIR] = valid > 0 ? valid * pair(&p) : 0;
  out[WD_LOSS_BREMSSTRAHLUNG] = valid > 0 ? valid * bremsstrahlung(&p) : 0;
}

int wd_losses_create(double sum_CV2, double sum_CA2, wd_losses **out, wd_error *err) {
  wd_losses *l = calloc(1, sizeof *l);
  if (!l) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a table of neutrino losses");
  l->half_sum = 0.5 * (sum_CV2 + sum_CA2);
  l->half_difference = 0.5 * (sum_CV2 - sum_CA2);
  fill_photo(l->photo);
  int status = fill(l, err);
  if (status)
    wd_losses_free(l);
  else
    *out = l;
  return status;
}

void wd_losses_free(wd_losses *losses) {
  free(losses);
}
