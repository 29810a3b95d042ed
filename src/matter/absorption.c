/* Absorption in the plasma; see matter/absorption.h. */
#include "matter/absorption.h"

#include "base/constants.h"
#include "base/vector_math.h"
#include "matter/plasma.h"
#include <gsl/gsl_integration.h>
#include <stdlib.h>

#define M WD_M_ELECTRON
enum { ENERGY_NODES = 9, TRANSFER_NODES = 24, ANGLE_NODES = 8, EDGES_MAX = 24, RADII_MAX = 96 };

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

/* --- Integrals over electrons --- */

typedef struct rule {
  size_t nodes;
  const double *at, *weight; /* on -1..1 */
} rule;

/* Points and weights, made once. */
static rule rule_of(size_t nodes) {
  static double at[3][TRANSFER_NODES], weight[3][TRANSFER_NODES];
  static bool made;
  static const size_t sizes[3] = {ENERGY_NODES, ANGLE_NODES, TRANSFER_NODES};
  size_t which = 0;
  for (size_t k = 0; k < 3; k++) {
    if (sizes[k] == nodes) which = k;
    if (made) continue;
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(sizes[k]);
    for (size_t i = 0; i < sizes[k]; i++)
      gsl_integration_glfixed_point(-1, 1, i, &at[k][i], &weight[k][i], table);
    gsl_integration_glfixed_table_free(table);
  }
  made = true;
  return (rule){nodes, at[which], weight[which]};
}

static double fermi(double z) {
  return z > 0 ? exp(-z) / (1 + exp(-z)) : 1 / (1 + exp(z));
}

static void insert(double *edges, int *n, double edge) {
  int j = *n;
  if (!(edge > 0)) return;
  for (; j > 0 && edges[j - 1] > edge; j--) edges[j] = edges[j - 1];
  edges[j] = edge;
  (*n)++;
}

/* Kinetic energies between which f(E) (1 - f(E + omega)) is smooth; it is small outside, and so is what other
 * processes with this energy make of it. */
static int energy_edges(const wd_absorber *a, double omega, double edges[EDGES_MAX]) {
  static const double around[] = {-22, -6, 0, 6, 22}, beyond[] = {0.7, 2, 5, 11, 22, 34};
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

/* int dE f(E) (1 - f(E + omega)) integrand(a, omega, E), in the root of the kinetic energy. */
static double over_electrons(const wd_absorber *a, double omega, bool blocked,
                             double (*integrand)(const wd_absorber *a, double omega, double E)) {
  const rule r = rule_of(ENERGY_NODES);
  double edges[EDGES_MAX], sum = 0, T = a->gas.temperature;
  int n = energy_edges(a, omega, edges);
  for (int k = 0; k + 1 < n; k++) {
    double low = sqrt(edges[k]), half = 0.5 * (sqrt(edges[k + 1]) - low);
    for (size_t i = 0; i < r.nodes; i++) {
      double x = low + half * (1 + r.at[i]), E = M + x * x, z = (E - a->chemical_potential) / T;
      double occupied = fermi(z) * (blocked ? fermi(-z - omega / T) : 1);
      if (occupied > 0) sum += half * r.weight[i] * 2 * x * occupied * integrand(a, omega, E);
    }
  }
  return sum;
}

/* --- Bremsstrahlung --- */

/* int dq/q^3 S t over low..high, see below; loops with calls and look-ups apart from those that become vectors. */
WD_VERSIONS static double over_transfers(const wd_absorber *a, double omega, double total, double low,
                                         double high) {
  enum { N = TRANSFER_NODES };
  const rule r = rule_of(N);
  const double half = 0.5 * wd_ln(high / low), step = wd_structure_factor_step();
  double q[N], place[N], phi[N], term[N], sum = 0;
  for (int i = 0; i < N; i++) q[i] = low * (1 + wd_expm1(half * (1 + r.at[i])));
  for (int i = 0; i < N; i++) place[i] = q[i] * a->radius / step;
  for (int i = 0; i < N; i++) phi[i] = phi_at(a, place[i]);
  for (int i = 0; i < N; i++) {
    double q2 = q[i] * q[i];
    term[i] = half * r.weight[i] * wd_bremsstrahlung_square(total, omega, q2) / q2 * screening(a, phi[i], q2);
  }
  for (int i = 0; i < N; i++) sum += term[i];
  return sum;
}

/* (E + E')^-2 int q dq S t/(q^2 + q_e^2)^2 between p' - p and p' + p (P.37). S oscillates above 1/a. */
static double transfer_integral(const wd_absorber *a, double omega, double E) {
  const double total = 2 * E + omega, p2 = (E - M) * (E + M), p = sqrt(p2);
  const double change = omega * total, p_final = sqrt(p2 + change); /* p'^2 - p^2 */
  const double low = change / (p_final + p), high = p_final + p, middle = 1 / a->radius;
  double sum = middle > low && middle < high ? over_transfers(a, omega, total, low, middle) +
                                                   over_transfers(a, omega, total, middle, high)
                                             : over_transfers(a, omega, total, low, high);
  return sum / (total * total);
}

double wd_absorption_bremsstrahlung(const wd_absorber *absorber, double omega) {
  const wd_gas *gas = &absorber->gas;
  double strength = 16 * WD_ALPHA * WD_ALPHA * WD_ALPHA * gas->charge2 * gas->electron_density /
                    (3 * omega * omega * omega);
  return strength * -expm1(-omega / gas->temperature) *
         over_electrons(absorber, omega, /*blocked=*/true, transfer_integral);
}

/* --- Compton --- */

double wd_compton_square(double M2, double s1, double u1) {
  double m2 = M * M, a = 1 / s1 + 1 / u1, t = M2 - s1 - u1;
  return -8 * (s1 * s1 + u1 * u1 + 2 * M2 * t) / (s1 * u1) + 32 * m2 * a * (1 + m2 * a) +
         16 * m2 * M2 * (1 / (s1 * s1) + 1 / (u1 * u1));
}

/* p/(4 pi^2) times the integral over the angle between electron and photon. */
static double angle_integral(const wd_absorber *a, double omega, double E) {
  const rule r = rule_of(ANGLE_NODES);
  const double p = sqrt((E - M) * (E + M)), T = a->gas.temperature;
  double sum = 0;
  for (size_t i = 0; i < r.nodes; i++) {
    double along = p * r.at[i], rest = E + omega - along;
    double photon = omega * (2 * E + omega) / (2 * rest), v2 = 1 - a->frequency2 / (photon * photon);
    if (v2 <= 0) continue; /* no photon of this energy propagates */
    double square = wd_compton_square(omega * omega, omega * (2 * E + omega), -2 * photon * (E - along));
    double free = fermi((a->chemical_potential - E - omega + photon) / T);
    sum += 0.5 * r.weight[i] * free / -expm1(-photon / T) * photon * sqrt(v2) / (4 * WD_PI * rest) * square;
  }
  return p / (4 * WD_PI * WD_PI) * sum;
}

double wd_absorption_compton(const wd_absorber *absorber, double omega) {
  double charge4 = 16 * WD_PI * WD_PI * WD_ALPHA * WD_ALPHA;
  return charge4 / (6 * omega) * -expm1(-omega / absorber->gas.temperature) *
         over_electrons(absorber, omega, /*blocked=*/false, angle_integral);
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
  wd_absorber a;
  int status = wd_absorber_at(gas, factor, &a, err);
  for (int j = 0; j <= WD_ABSORPTION_CELLS && !status; j++) {
    double ratio = WD_ABSORPTION_LOWEST * exp(j * WD_ABSORPTION_LOG_RANGE / WD_ABSORPTION_CELLS);
    double omega = ratio * gas->temperature;
    row[j] =
        log((wd_absorption_bremsstrahlung(&a, omega) + wd_absorption_compton(&a, omega)) * ratio * ratio);
    if (!isfinite(row[j]))
      status =
          wd_fail(err, WD_ERR_NUMERIC, "no absorption found at n_e = %.6g eV^3, T = %.6g eV, omega = %.6g eV",
                  gas->electron_density, gas->temperature, omega);
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
