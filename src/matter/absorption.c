/* Absorption in the plasma; see matter/absorption.h. */
#include "matter/absorption.h"

#include "base/constants.h"
#include "base/gauss.h"
#include "base/vector_math.h"
#include "matter/plasma.h"
#include <stdlib.h>

#define M WD_M_ELECTRON
enum { RADII_MAX = 96 };

double wd_gas_coupling(const wd_gas *gas) {
  double radius = cbrt(3 / (4 * WD_PI * gas->ions * gas->electron_density));
  return 4 * WD_PI * WD_ALPHA * gas->charge2 * gas->electron_density / gas->temperature * radius * radius / 3;
}

int wd_absorber_at(const wd_gas *gas, const wd_structure_factor *factor, wd_absorber *out, wd_error *err) {
  wd_plasma plasma;
  double n = gas->electron_density, T = gas->temperature;
  int status = wd_plasma_compute(n, T, WD_PLASMA_EXACT, 0, &plasma, err);
  if (status) return status;
  out->gas = *gas;
  out->chemical_potential = plasma.chemical_potential;
  out->frequency2 = plasma.frequency * plasma.frequency;
  out->electrons2 = 4 * WD_PI * WD_ALPHA * wd_fermi_integrate(plasma.chemical_potential, T).density_slope;
  out->radius = cbrt(3 / (4 * WD_PI * gas->ions * n));
  double coupling =
      fmin(wd_gas_coupling(gas), WD_COUPLING_FREEZING); /* a crystal scatters like the last liquid */
  out->ions2 = 3 * coupling / (out->radius * out->radius);
  wd_structure_factor_at(factor, coupling, out->phi);
  return WD_OK;
}

/* The potential of the ions in the field of which electrons scatter: with electrons between them, too, the
 * interaction 1/q^2 of 1/S = 1 + phi q_i^2/q^2 becomes 1/(q^2 + q_e^2). */
WD_INLINE double screening(const wd_absorber *a, double phi, double q2) {
  double screened = q2 + a->electrons2, ratio = q2 / screened;
  return ratio * ratio / (1 + phi * a->ions2 / screened);
}

/* phi at `place` steps of its table. */
WD_INLINE double phi_at(const wd_absorber *a, double place) {
  if (!(place < WD_STRUCTURE_POINTS - 1)) return 0;
  int i = (int)place;
  return a->phi[i] + (place - i) * (a->phi[i + 1] - a->phi[i]);
}

double wd_absorber_screening(const wd_absorber *absorber, double q2) {
  double place = sqrt(q2) * absorber->radius / wd_structure_factor_step();
  return screening(absorber, phi_at(absorber, place), q2);
}

/* --- Momentum transfers --- */

/* Bremsstrahlung takes int dq/q^3 S t over a stretch of q for every energy of an electron and every omega. t of (P.36)
 * being a polynomial in q^2, that is a sum of differences of three functions of q,
 *   J_n(q) = int dq/q q^(2 n) S q^4/(q^2 + q_e^2)^2,   n = -1, 0, 1,
 * each summed up once by Simpson's rule in ln q, and cubic between its nodes with the slopes that are known. */
enum { POWERS = 3, TRANSFERS_MAX = 2048 };
#define Q_STEP 0.02 /* of ln q; the structure factor has a period of 0.1 where it oscillates fastest */

typedef struct transfers {
  double lowest, step;                                               /* of ln q */
  double value[POWERS][TRANSFERS_MAX], slope[POWERS][TRANSFERS_MAX]; /* J, and its change over a step */
} transfers;

/* q^2 and its screening at ln q = lowest + i step, i < n; loops with look-ups apart from those that become vectors. */
WD_VERSIONS static void screening_along(const wd_absorber *a, double lowest, double step, int n, double q2[],
                                        double out[]) {
  const double per_step = a->radius / wd_structure_factor_step();
  for (int i = 0; i < n; i++) {
    const double q = 1 + wd_expm1(lowest + i * step);
    q2[i] = q * q;
    out[i] = q * per_step;
  }
  for (int i = 0; i < n; i++) out[i] = phi_at(a, out[i]);
  for (int i = 0; i < n; i++) out[i] = screening(a, out[i], q2[i]);
}

/* For q from low to high [eV]. */
static void sum_transfers(const wd_absorber *a, double low, double high, transfers *t) {
  const double range = log(high / low);
  double q2[2][TRANSFERS_MAX], S[2][TRANSFERS_MAX]; /* at nodes and half a step beyond */
  t->lowest = log(low);
  t->step = fmax(Q_STEP, range / (TRANSFERS_MAX - 1));
  const int n = (int)fmin(ceil(range / t->step) + 1, TRANSFERS_MAX);
  for (int k = 0; k < 2; k++) screening_along(a, t->lowest + 0.5 * k * t->step, t->step, n, q2[k], S[k]);
  for (int power = 0; power < POWERS; power++) {
    double *value = t->value[power], *slope = t->slope[power], middle[TRANSFERS_MAX];
    for (int i = 0; i < n; i++) {
      slope[i] = t->step * S[0][i] * (power == 0 ? 1 / q2[0][i] : power == 1 ? 1 : q2[0][i]);
      middle[i] = t->step * S[1][i] * (power == 0 ? 1 / q2[1][i] : power == 1 ? 1 : q2[1][i]);
    }
    value[0] = 0;
    for (int i = 1; i < n; i++) value[i] = value[i - 1] + (slope[i - 1] + 4 * middle[i - 1] + slope[i]) / 6;
  }
}

WD_INLINE double transfers_to(const transfers *t, int power, int32_t i, double x) {
  const double *value = t->value[power], *slope = t->slope[power];
  const double rise = value[i + 1] - value[i], a = slope[i], b = slope[i + 1];
  return value[i] + x * (a + x * (3 * rise - 2 * a - b + x * (a + b - 2 * rise)));
}

/* --- Integrals over electrons --- */

enum { ENERGY_NODES = 9, ANGLE_NODES = 8, EDGES_MAX = 24, ELECTRONS_MAX = ENERGY_NODES * EDGES_MAX };

/* Energies of electrons with their weights in int dE f(E), and 1 - f(E + omega). */
typedef struct electrons {
  int count;
  double E[ELECTRONS_MAX], weight[ELECTRONS_MAX], vacant[ELECTRONS_MAX];
} electrons;

/* 1/(exp(z) + 1) */
WD_INLINE double fermi(double z) {
  return 1 / (2 + wd_expm1(z));
}

static void insert(double *edges, int *n, double edge) {
  int j = *n;
  if (!(edge > 0)) return;
  for (; j > 0 && edges[j - 1] > edge; j--) edges[j] = edges[j - 1];
  edges[j] = edge;
  (*n)++;
}

#define HOTTEST 34.0 /* kinetic energy over T, above which there are none */
#define ABOVE_EDGE 22.0

/* Kinetic energies between which f(E) (1 - f(E + omega)) is smooth; it is small outside, and so is what other
 * processes with this energy make of it. */
static int energy_edges(const wd_absorber *a, double omega, double edges[EDGES_MAX]) {
  static const double around[] = {-22, -6, 0, 6, ABOVE_EDGE}, beyond[] = {0.7, 2, 5, 11, 22, HOTTEST};
  double T = a->gas.temperature, fermi_edge = a->chemical_potential - M;
  int n = 0;
  edges[n++] = 0;
  if (fermi_edge > 2 * T) {
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
      insert(edges, &n, fermi_edge + around[i] * T);
      if (omega > 2 * T) insert(edges, &n, fermi_edge - omega + around[i] * T);
    }
    edges[0] = fmax(fermi_edge - omega - 40 * T, 0);
  } else {
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) insert(edges, &n, beyond[i] * T);
    for (double x = 0.1; x < 20 && x * omega < 5 * T; x *= 10) insert(edges, &n, x * omega);
  }
  return n;
}

static double highest_energy(const wd_absorber *a) {
  double T = a->gas.temperature;
  return M + fmax(a->chemical_potential - M + ABOVE_EDGE * T, HOTTEST * T);
}

/* Nodes in the root of the kinetic energy. */
WD_VERSIONS static void find_electrons(const wd_absorber *a, double omega, electrons *out) {
  const wd_gauss *r = wd_gauss_rule(ENERGY_NODES);
  const double T = a->gas.temperature;
  double edges[EDGES_MAX];
  const int n = energy_edges(a, omega, edges);
  out->count = 0;
  for (int k = 0; k + 1 < n; k++) {
    double low = sqrt(edges[k]), width = sqrt(edges[k + 1]) - low;
    for (int i = 0; i < ENERGY_NODES; i++) {
      double x = low + width * r->at[i];
      out->E[out->count] = M + x * x;
      out->weight[out->count++] = width * r->weight[i] * 2 * x;
    }
  }
  for (int i = 0; i < out->count; i++) {
    double z = (out->E[i] - a->chemical_potential) / T;
    out->weight[i] *= fermi(z);
    out->vacant[i] = fermi(-z - omega / T);
  }
}

/* --- Bremsstrahlung --- */

/* For omega of lowest..highest. */
static void prepare_transfers(const wd_absorber *a, double lowest, double highest, transfers *out) {
  double E = highest_energy(a) + highest;
  sum_transfers(a, lowest, 2 * sqrt((E - M) * (E + M)), out); /* omega < p' - p and p' + p < 2 p' */
}

/* int dE f (1 - f') (E + E')^-2 int q dq S t/(q^2 + q_e^2)^2 between p' - p and p' + p (P.37). */
WD_VERSIONS static double scattered(const transfers *t, const electrons *e, double omega) {
  const double per_step = 1 / t->step, omega2 = omega * omega;
  double term[ELECTRONS_MAX], sum = 0;
  for (int i = 0; i < e->count; i++) {
    const double E = e->E[i], total = 2 * E + omega, total2 = total * total, p2 = (E - M) * (E + M);
    const double change = omega * total; /* p'^2 - p^2 */
    const double high = sqrt(p2 + change) + sqrt(p2), low = change / high;
    const double from = (wd_ln(low) - t->lowest) * per_step, to = (wd_ln(high) - t->lowest) * per_step;
    const int32_t first = (int32_t)from, last = (int32_t)to;
    const double x = from - first, y = to - last;
    const double coefficient[POWERS] = {-omega2 * (total2 + 2 * omega2 + 4 * M * M), total2 + 3 * omega2, -1};
    double integral = 0;
    for (int k = 0; k < POWERS; k++)
      integral += coefficient[k] * (transfers_to(t, k, last, y) - transfers_to(t, k, first, x));
    term[i] = e->weight[i] * e->vacant[i] * integral / total2;
  }
  for (int i = 0; i < e->count; i++) sum += term[i];
  return sum;
}

static double bremsstrahlung(const wd_absorber *a, const transfers *t, const electrons *e, double omega) {
  double strength = 16 * WD_ALPHA * WD_ALPHA * WD_ALPHA * a->gas.charge2 * a->gas.electron_density /
                    (3 * omega * omega * omega);
  return strength * -expm1(-omega / a->gas.temperature) * scattered(t, e, omega);
}

double wd_absorption_bremsstrahlung(const wd_absorber *absorber, double omega) {
  transfers t;
  electrons e;
  prepare_transfers(absorber, omega, omega, &t);
  find_electrons(absorber, omega, &e);
  return bremsstrahlung(absorber, &t, &e, omega);
}

/* --- Compton --- */

/* int dE f p/(4 pi^2) times the integral over the angle between electron and photon. A photon below the plasma frequency
 * does not propagate. */
WD_VERSIONS static double scattered_off(const wd_absorber *a, const electrons *e, double omega) {
  const wd_gauss *r = wd_gauss_rule(ANGLE_NODES);
  const double per_T = 1 / a->gas.temperature;
  double term[ELECTRONS_MAX] = {0}, sum = 0;
  for (int k = 0; k < ANGLE_NODES; k++)
    for (int i = 0; i < e->count; i++) {
      const double E = e->E[i], p = sqrt((E - M) * (E + M)), along = p * (2 * r->at[k] - 1),
                   rest = E + omega - along;
      const double photon = omega * (2 * E + omega) / (2 * rest);
      const double v2 = wd_max(1 - a->frequency2 / (photon * photon), 0);
      const double square =
          wd_compton_square(omega * omega, omega * (2 * E + omega), -2 * photon * (E - along));
      const double vacant = fermi((a->chemical_potential - E - omega + photon) * per_T);
      term[i] += r->weight[k] * p * vacant / -wd_expm1(-photon * per_T) * photon * sqrt(v2) /
                 (4 * WD_PI * rest) * square;
    }
  for (int i = 0; i < e->count; i++) sum += e->weight[i] * term[i];
  return sum / (4 * WD_PI * WD_PI);
}

static double compton(const wd_absorber *a, const electrons *e, double omega) {
  double charge4 = 16 * WD_PI * WD_PI * WD_ALPHA * WD_ALPHA;
  return charge4 / (6 * omega) * -expm1(-omega / a->gas.temperature) * scattered_off(a, e, omega);
}

double wd_absorption_compton(const wd_absorber *absorber, double omega) {
  electrons e;
  find_electrons(absorber, omega, &e);
  return compton(absorber, &e, omega);
}

/* --- The table --- */

static wd_gas gas_between(const wd_gas *gas, size_t cells, double s) {
  size_t i = (size_t)fmin(s, (double)cells - 1);
  const wd_gas *a = gas + i, *b = a + 1;
  double t = s - (double)i;
  return (wd_gas){a->electron_density * pow(b->electron_density / a->electron_density, t),
                  a->temperature * pow(b->temperature / a->temperature, t),
                  a->charge2 + t * (b->charge2 - a->charge2), a->ions + t * (b->ions - a->ions)};
}

static int fill_row(const wd_gas *gas, const wd_structure_factor *factor, double *row, wd_error *err) {
  const double T = gas->temperature;
  wd_absorber a;
  transfers t;
  electrons e;
  int status = wd_absorber_at(gas, factor, &a, err);
  if (!status) prepare_transfers(&a, WD_ABSORPTION_LOWEST * T, WD_ABSORPTION_HIGHEST * T, &t);
  for (int j = 0; j <= WD_ABSORPTION_CELLS && !status; j++) {
    double ratio = WD_ABSORPTION_LOWEST * exp(j * WD_ABSORPTION_LOG_RANGE / WD_ABSORPTION_CELLS);
    double omega = ratio * T;
    find_electrons(&a, omega, &e);
    row[j] = log((bremsstrahlung(&a, &t, &e, omega) + compton(&a, &e, omega)) * ratio * ratio);
    if (!isfinite(row[j]))
      status =
          wd_fail(err, WD_ERR_NUMERIC, "no absorption found at n_e = %.6g eV^3, T = %.6g eV, omega = %.6g eV",
                  gas->electron_density, T, omega);
  }
  return status;
}

void wd_spline_through(double *line, int n, size_t stride, double *scratch) {
  scratch[1] = 0;
  for (int i = 2; i < n; i++) {
    double pivot = 4 - scratch[i - 1];
    scratch[i] = 1 / pivot;
    line[(size_t)i * stride] = (6 * line[(size_t)i * stride] - line[(size_t)(i - 1) * stride]) / pivot;
    if (i == n - 1) line[(size_t)i * stride] -= scratch[i] * line[(size_t)n * stride];
  }
  for (int i = n - 2; i > 1; i--) line[(size_t)i * stride] -= scratch[i] * line[(size_t)(i + 1) * stride];
  line[0] = 2 * line[stride] - line[2 * stride];
  line[(size_t)(n + 1) * stride] = 2 * line[(size_t)n * stride] - line[(size_t)(n - 1) * stride];
}

static int fill(const wd_gas *gas, size_t cells, const wd_structure_factor *factor, wd_absorption *table,
                wd_error *err) {
  const int n = WD_ABSORPTION_COLUMNS, rows = table->radii + 3;
  double *v = table->value, scratch[RADII_MAX + WD_ABSORPTION_COLUMNS];
  for (int i = 0; i <= table->radii; i++) {
    wd_gas here = gas_between(gas, cells, i / table->per_s);
    int status = fill_row(&here, factor, v + (i + 1) * n + 1, err);
    if (status) return status;
    wd_spline_through(v + (i + 1) * n, n - 2, 1, scratch);
  }
  for (int j = 0; j < n; j++) wd_spline_through(v + j, rows - 2, (size_t)n, scratch);
  return WD_OK;
}

int wd_absorption_create(const wd_gas *gas, size_t cells, wd_absorption **out, wd_error *err) {
  double coupling = 0;
  for (size_t i = 0; i <= cells; i++) coupling = fmax(coupling, wd_gas_coupling(&gas[i]));
  wd_structure_factor *factor = NULL;
  wd_absorption *table = calloc(1, sizeof *table);
  int status = wd_structure_factor_create(coupling, &factor, err);
  if (table && !status) {
    table->ratios = WD_ABSORPTION_CELLS;
    table->radii = (int32_t)(cells < RADII_MAX ? cells : RADII_MAX);
    table->per_s = (double)table->radii / (double)cells;
    table->value = malloc((size_t)(table->radii + 3) * WD_ABSORPTION_COLUMNS * sizeof *table->value);
  }
  if (!status && (!table || !table->value))
    status = wd_fail(err, WD_ERR_MEMORY, "out of memory for a table of the absorption");
  if (!status) status = fill(gas, cells, factor, table, err);
  wd_structure_factor_free(factor);
  if (status)
    wd_absorption_free(table);
  else
    *out = table;
  return status;
}

void wd_absorption_free(wd_absorption *table) {
  if (table) free(table->value);
  free(table);
}
