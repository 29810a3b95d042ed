/* How fast the plasma absorbs an oscillation of the field: Gamma(omega) = -Im Pi/omega, absorption minus stimulated
 * emission, in the dipole limit (momentum k << p of the electrons), in which the three polarisations of a massive
 * vector absorb alike; (P.36) to (P.40) of docs/physics.md.
 *
 *   inverse bremsstrahlung of electrons on ions: relativistic Born approximation, blocking of both electrons, static
 *     screening by electrons, structure factor of the ions
 *   Compton scattering, vector + e -> photon + e: tree level for a massive vector at rest, blocking, stimulated
 *     emission and plasma frequency of the photon
 */
#ifndef WDSCAN_ABSORPTION_H
#define WDSCAN_ABSORPTION_H

#include "base/constants.h"
#include "base/vector_math.h"
#include "matter/structure_factor.h"

/* The gas at one place. */
typedef struct wd_gas {
  double electron_density; /* n_e [eV^3] */
  double temperature;      /* [eV] */
  double charge2;          /* sum n_i Z_i^2/n_e; Z for one kind of ion */
  double ions;             /* sum n_i/n_e; 1/Z for one kind of ion */
} wd_gas;

/* What absorbs there. */
typedef struct wd_absorber {
  wd_gas gas;
  double chemical_potential; /* with the rest mass [eV] */
  double frequency2;         /* omega_p^2 [eV^2] */
  double electrons2, ions2;  /* squared screening momenta of electrons and ions [eV^2] */
  double radius;             /* ion-sphere radius a [1/eV] */
  double phi[WD_STRUCTURE_POINTS];
} wd_absorber;

/* Gamma = (Z e)^2/(a T) of the ions: q_i^2 a^2/3. */
double wd_gas_coupling(const wd_gas *gas);

/* `factor` reaches up to the coupling of the gas or to freezing. WD_ERR_NUMERIC if no chemical potential fits. */
int wd_absorber_at(const wd_gas *gas, const wd_structure_factor *factor, wd_absorber *out, wd_error *err);

/* Ion structure factor times (q^2/(q^2 + q_e^2))^2, the square of the screened over that of the bare potential. */
double wd_absorber_screening(const wd_absorber *absorber, double q2);

/* Squared matrix elements, summed over spins and polarisations. Bremsstrahlung (P.36): the bracket t for electrons of
 * energies E and E + omega, `total` = 2 E + omega, and momentum transfer q. Compton (P.39): |M|^2/e^4 of
 * vector + e -> photon + e, M2 the vector's squared mass, s1 = s - m_e^2, u1 = u - m_e^2. */
WD_INLINE double wd_bremsstrahlung_square(double total, double omega, double q2) {
  return (q2 - omega * omega) * (total * total - q2 + 2 * omega * omega) -
         4 * WD_M_ELECTRON * WD_M_ELECTRON * omega * omega;
}
WD_INLINE double wd_compton_square(double M2, double s1, double u1) {
  const double m2 = WD_M_ELECTRON * WD_M_ELECTRON, a = 1 / s1 + 1 / u1, t = M2 - s1 - u1;
  return -8 * (s1 * s1 + u1 * u1 + 2 * M2 * t) / (s1 * u1) + 32 * m2 * a * (1 + m2 * a) +
         16 * m2 * M2 * (1 / (s1 * s1) + 1 / (u1 * u1));
}

/* Gamma [eV] of the two processes at omega [eV]. */
double wd_absorption_bremsstrahlung(const wd_absorber *absorber, double omega);
double wd_absorption_compton(const wd_absorber *absorber, double omega);

/* Their sum in a star, tabulated over s and ln(omega/T). */
typedef struct wd_absorption {
  double per_s; /* cells of the table for one of s */
  /* [(radii + 3) * WD_ABSORPTION_COLUMNS]: B-spline coefficients of ln(Gamma (omega/T)^2/eV), a margin on each side */
  double *value;
  /* Cells in s and in ln(omega/T), WD_ABSORPTION_CELLS: a variable, since GCC 12 makes no vectors of loops that clamp an
   * index to a constant. */
  int32_t radii, ratios;
} wd_absorption;

enum { WD_ABSORPTION_CELLS = 40, WD_ABSORPTION_COLUMNS = WD_ABSORPTION_CELLS + 3 }; /* in ln(omega/T) */
/* omega/T at the ends; below, Gamma ~ omega^-2 (Drude); above, there are no thermal bosons. */
#define WD_ABSORPTION_LOWEST 1e-3
#define WD_ABSORPTION_HIGHEST 150.0
#define WD_ABSORPTION_LOG_RANGE 11.918390573078392 /* ln of their ratio */

/* gas[i] at node i of the profile, 0..cells. WD_ERR_MEMORY, WD_ERR_NUMERIC. Free with wd_absorption_free. */
int wd_absorption_create(const wd_gas *gas, size_t cells, wd_absorption **out, wd_error *err);
void wd_absorption_free(wd_absorption *table);

/* From values at 1..n of a line with margins 0 and n + 1 to the coefficients of the natural cubic B-spline through them:
 * c[i-1] + 4 c[i] + c[i+1] = 6 y[i], straight at the ends. `scratch` is of length n + 1. */
void wd_spline_through(double *line, int n, size_t stride, double *scratch);

/* Cubic B-spline with four coefficients, at t in 0..1 between the inner two. */
WD_INLINE double wd_spline_between(double a, double b, double c, double d, double t) {
  const double u = 1 - t;
  return (a * u * u * u + b * (4 - 3 * t * t * (2 - t)) + c * (4 - 3 * u * u * (2 - u)) + d * t * t * t) / 6;
}

/* The spline along ln(omega/T) in the row of the table that begins at v[from]. */
WD_INLINE double wd_absorption_in_row(const double *v, int32_t from, double t) {
  return wd_spline_between(v[from], v[from + 1], v[from + 2], v[from + 3], t);
}

/* Gamma [eV] at s and omega/T. */
WD_INLINE double wd_absorption_at(const wd_absorption *table, double s, double ratio) {
  const double width = WD_ABSORPTION_LOG_RANGE / WD_ABSORPTION_CELLS;
  const double at = wd_max(wd_min(s * table->per_s, table->radii), 0);
  const double x = wd_min(wd_max(wd_ln(ratio / WD_ABSORPTION_LOWEST) / width, 0), table->ratios);
  const int32_t i = (int32_t)wd_min(at, table->radii - 1), j = (int32_t)wd_min(x, table->ratios - 1);
  const double t = x - j;
  const double *v = table->value;
  const int32_t n = WD_ABSORPTION_COLUMNS, from = i * n + j;
  const double first = wd_absorption_in_row(v, from, t), second = wd_absorption_in_row(v, from + n, t),
               third = wd_absorption_in_row(v, from + 2 * n, t),
               last = wd_absorption_in_row(v, from + 3 * n, t);
  return (1 + wd_expm1(wd_spline_between(first, second, third, last, at - i))) / (ratio * ratio);
}

#endif
