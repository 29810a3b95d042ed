/* The Fermi gas from a table; see matter/electrons.h. Within this file m_e = 1.
 *
 * The spline is of F = ln P - b in s = asinh(eta/a) and t = ln T. F has its nearest singularities, where
 * exp(-eta) = -1, a distance of order 1 off the real s whether eta is of order 1 or 10^7, and those of the step from
 * Newton to Einstein, E = 0, at the distance pi in ln(eta T): even grids suit both limits, and no formula has to be
 * joined to another. b = (eta - sqrt(eta^2 + a^2))/2 takes off the factor exp(eta) of a thin gas. Below ETA_MIN the
 * pressure is proportional to exp(eta) to rounding.
 *
 * A second spline, of s in ln n and t, gives eta for a density; Newton's method and Taylor's series make it exact.
 */
#include "matter/electrons.h"

#include "base/constants.h"
#include "base/gauss.h"
#include "matter/spline.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define M WD_M_ELECTRON
#define A 3.0           /* a */
#define ETA_MIN (-40.0) /* exp(eta) there is below rounding */
#define ETA_MAX 1e8     /* beyond the largest degeneracy of the table */
#define S_STEP 0.1
#define T_STEP 0.2
#define N_STEP 0.2  /* of ln n */
#define PAIRS 45    /* positrons are left out where they are fewer than exp(-45) of the electrons */
#define CLOSE 1e-11 /* step of Newton's method, in ln n, that Taylor's series does exactly */
enum { NODES = 24, PANELS_MAX = 16, MARGIN = 8, ITERATIONS = 60 };

struct wd_electron_table {
  wd_spline *log_pressure; /* F(s, t) */
  wd_spline *inverse;      /* s(ln n, t) of one species */
};

/* sinh^4(r) f, the integrand of 3 pi^2 P in the rapidity r, over a panel of kinetic energies. */
static double panel(double k0, double k1, double eta, double T) {
  const wd_gauss *r = wd_gauss_rule(NODES);
  double r0 = 2 * asinh(sqrt(k0 / 2)), width = 2 * asinh(sqrt(k1 / 2)) - r0, sum = 0;
  for (size_t i = 0; i < NODES; i++) {
    double half = sinh((r0 + width * r->at[i]) / 2), k = 2 * half * half, p2 = k * (k + 2), z = k / T - eta;
    double tail = exp(-fabs(z)), f = z > 0 ? tail / (1 + tail) : 1 / (1 + tail);
    sum += r->weight[i] * p2 * p2 * f;
  }
  return sum * width;
}

/* Panels that follow the Fermi edge, as in matter/plasma.c. */
double wd_electrons_log_pressure(double degeneracy, double temperature) {
  static const double around[] = {-38, -28, -20, -13, -7, -2, 2, 7, 13, 20, 28, 38, 50};
  static const double beyond[] = {0.3, 1.5, 4, 8, 13, 20, 28, 38, 50};
  double eta = degeneracy, T = temperature, kinetic[PANELS_MAX] = {0};
  int n = 1;
  if (eta > 0)
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
      if (eta + around[i] > 1e-3) kinetic[n++] = (eta + around[i]) * T;
    }
  else
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) kinetic[n++] = beyond[i] * T;
  double sum = panel(0, kinetic[1], eta, T);
  for (int i = 1; i + 1 < n; i++) sum += panel(kinetic[i], kinetic[i + 1], eta, T);
  return log(sum / (3 * WD_PI * WD_PI));
}

/* sqrt(eta^2 + a^2) - eta without cancellation: -2 b. */
static double gap(double eta) {
  double root = sqrt(eta * eta + A * A);
  return eta > 0 ? A * A / (root + eta) : root - eta;
}

static wd_spline_axis temperatures(void) {
  double t0 = log(WD_ELECTRONS_TEMPERATURE_MIN * WD_KELVIN / M) - MARGIN * T_STEP;
  double t1 = log(WD_ELECTRONS_TEMPERATURE_MAX * WD_KELVIN / M) + MARGIN * T_STEP;
  return (wd_spline_axis){t0, T_STEP, (size_t)ceil((t1 - t0) / T_STEP) + 1};
}

static int tabulate(wd_electron_table *table, wd_error *err) {
  double s0 = asinh(ETA_MIN / A) - MARGIN * S_STEP, s1 = asinh(ETA_MAX / A) + MARGIN * S_STEP;
  wd_spline_axis s = {s0, S_STEP, (size_t)ceil((s1 - s0) / S_STEP) + 1}, t = temperatures();
  double *value = malloc(s.count * t.count * sizeof *value);
  if (!value) return wd_fail(err, WD_ERR_MEMORY, "out of memory for the table of the Fermi gas");
  for (size_t i = 0; i < s.count; i++) {
    double eta = A * sinh(s.start + (double)i * s.step);
    for (size_t j = 0; j < t.count; j++)
      value[i * t.count + j] =
          wd_electrons_log_pressure(eta, exp(t.start + (double)j * t.step)) + gap(eta) / 2;
  }
  int status = wd_spline_create(s, t, value, &table->log_pressure, err);
  free(value);
  return status;
}

/* One species at (eta, T); P1, P2, U1 are derivatives with respect to eta at constant T. */
typedef struct species {
  double P, P1, P2; /* pressure, n T and its derivative */
  double U, U1;     /* kinetic energy per volume */
} species;

static species species_at(const wd_electron_table *table, const wd_spline_weights *t, double eta) {
  double inside = fmax(eta, ETA_MIN), root = sqrt(inside * inside + A * A), s1 = 1 / root;
  wd_spline_weights s;
  wd_spline_weights_x(table->log_pressure, asinh(inside / A), &s);
  wd_spline_value F = wd_spline_at(table->log_pressure, &s, t);
  species out = {.P = exp(F.f - gap(inside) / 2 + (eta - inside))};
  if (eta < ETA_MIN) {
    out.P1 = out.P2 = out.P;
    out.U = out.U1 = out.P * (F.fy - 1);
    return out;
  }
  double L1 = F.fx * s1 + 0.5 * gap(inside) * s1;
  double L2 = (F.fxx - F.fx * inside * s1) * s1 * s1 - 0.5 * A * A * s1 * s1 * s1;
  out.P1 = out.P * L1;
  out.P2 = out.P * (L1 * L1 + L2);
  out.U = out.P * (F.fy - 1);
  out.U1 = out.P1 * (F.fy - 1) + out.P * F.fxy * s1;
  return out;
}

static void shift(species *s, double step) {
  s->P += s->P1 * step;
  s->P1 += s->P2 * step;
  s->U += s->U1 * step;
}

/* The inverse spline, from the classical gas at the thin end upwards: ln n is concave in eta, so that Newton's
 * method from below neither overshoots nor leaves the table. */
static int invert(wd_electron_table *table, wd_error *err) {
  const double unit = pow(WD_HBARC_CM / M, 3); /* [cm^3] */
  double n0 = log(WD_ELECTRONS_DENSITY_MIN * unit) - MARGIN * N_STEP;
  double n1 = log(WD_ELECTRONS_DENSITY_MAX * unit) + (MARGIN + 1) * N_STEP; /* with pairs, more electrons */
  wd_spline_axis n = {n0, N_STEP, (size_t)ceil((n1 - n0) / N_STEP) + 1}, t = temperatures();
  double *value = malloc(n.count * t.count * sizeof *value);
  if (!value) return wd_fail(err, WD_ERR_MEMORY, "out of memory for the table of the Fermi gas");
  for (size_t j = 0; j < t.count; j++) {
    double T = exp(t.start + (double)j * t.step), eta = n.start + log(0.5 * pow(2 * WD_PI / T, 1.5));
    wd_spline_weights at_t;
    wd_spline_weights_y(table->log_pressure, log(T), &at_t);
    for (size_t i = 0; i < n.count; i++) {
      double step = 1;
      for (int k = 0; k < ITERATIONS && fabs(step) > CLOSE; k++) {
        species e = species_at(table, &at_t, eta);
        step = n.start + (double)i * n.step - log(e.P1 / T);
        eta += step * e.P1 / e.P2;
      }
      value[i * t.count + j] = asinh(eta / A);
    }
  }
  int status = wd_spline_create(n, t, value, &table->inverse, err);
  free(value);
  return status;
}

int wd_electron_table_create(wd_electron_table **out, wd_error *err) {
  wd_electron_table *table = calloc(1, sizeof *table);
  if (!table) return wd_fail(err, WD_ERR_MEMORY, "out of memory for the table of the Fermi gas");
  int status = tabulate(table, err);
  if (!status) status = invert(table, err);
  if (status)
    wd_electron_table_free(table);
  else
    *out = table;
  return status;
}

void wd_electron_table_free(wd_electron_table *table) {
  if (!table) return;
  wd_spline_free(table->log_pressure);
  wd_spline_free(table->inverse);
  free(table);
}

/* The table at one temperature. */
typedef struct isotherm {
  const wd_electron_table *table;
  double T;
  wd_spline_weights weights; /* of both splines, whose axes of t are the same */
} isotherm;

static double inverse_at(const isotherm *at, double n) {
  wd_spline_weights w;
  wd_spline_weights_x(at->table->inverse, log(n), &w);
  return A * sinh(wd_spline_only(at->table->inverse, &w, &at->weights));
}

/* eta and both species there for a net density n; false if Newton's method does not end. It runs in
 * asinh(n/2 n_0), n_0 the electrons at mu = 0, which is nearly linear in eta for pairs and ln n without. */
static bool solve(const isotherm *at, double n, double *eta, species *e, species *p) {
  double n0 = 0, T = at->T;
  *eta = inverse_at(at, n);
  *p = (species){0};
  bool pairs = 2 * (*eta + 1 / T) < PAIRS;
  if (pairs) {
    n0 = species_at(at->table, &at->weights, -1 / T).P1 / T;
    *eta = inverse_at(at, n / 2 + sqrt(n * n / 4 + n0 * n0)); /* law of mass action */
  }
  for (int i = 0; i < ITERATIONS; i++) {
    *e = species_at(at->table, &at->weights, *eta);
    if (pairs) *p = species_at(at->table, &at->weights, -*eta - 2 / T);
    double net = (e->P1 - p->P1) / T, slope = (e->P2 + p->P2) / T;
    double off = pairs ? asinh(n / (2 * n0)) - asinh(net / (2 * n0)) : log(n / net);
    double step = off * sqrt(net * net + 4 * n0 * n0) / slope;
    *eta += step;
    if (fabs(off) < CLOSE) {
      shift(e, step);
      shift(p, -step);
      return true;
    }
  }
  return false;
}

int wd_electrons_at(const wd_electron_table *table, double density, double temperature, wd_electrons *out,
                    wd_error *err) {
  double cgs = density / (WD_HBARC_CM * WD_HBARC_CM * WD_HBARC_CM), kelvin = temperature / WD_KELVIN;
  if (!(cgs >= WD_ELECTRONS_DENSITY_MIN && cgs <= WD_ELECTRONS_DENSITY_MAX &&
        kelvin >= WD_ELECTRONS_TEMPERATURE_MIN && kelvin <= WD_ELECTRONS_TEMPERATURE_MAX))
    return wd_fail(
        err, WD_ERR_NUMERIC,
        "the Fermi gas is tabulated for %g to %g electrons/cm^3 and %g to %g K, not for %.9g and %.9g",
        WD_ELECTRONS_DENSITY_MIN, WD_ELECTRONS_DENSITY_MAX, WD_ELECTRONS_TEMPERATURE_MIN,
        WD_ELECTRONS_TEMPERATURE_MAX, cgs, kelvin);
  isotherm at = {.table = table, .T = temperature / M};
  double T = at.T, eta, n = density / (M * M * M);
  wd_spline_weights_y(table->log_pressure, log(T), &at.weights);
  species e, p;
  if (!solve(&at, n, &eta, &e, &p))
    return wd_fail(err, WD_ERR_NUMERIC, "no chemical potential found for %.9g electrons/cm^3 at %.9g K", cgs,
                   kelvin);
  double entropy = e.U + e.P - eta * e.P1 + p.U + p.P + (eta + 2 / T) * p.P1; /* times T */
  *out = (wd_electrons){.pressure = M * M * M * M * (e.P + p.P),
                        .energy = M * M * M * M * (e.U + p.U + 2 * p.P1 / T),
                        .entropy = M * M * M * entropy / T,
                        .degeneracy = eta,
                        .density_slope = (e.P2 + p.P2) / (T * n)};
  return WD_OK;
}
