/* Hot matter; see matter/thermal.h. Sums are in natural units and converted at the end. */
#include "matter/thermal.h"

#include "base/constants.h"
#include "matter/ions.h"
#include <math.h>

#define CM3 (WD_HBARC_CM * WD_HBARC_CM * WD_HBARC_CM) /* 1 eV^3 is 1/CM3 per cm^3 */

/* Per nucleon: energy and pressure/density in units of T, entropy in k_B. */
typedef struct ions {
  double energy, pressure, entropy;
  double coupling; /* mean by number */
} ions;

static ions ions_at(const wd_composition *composition, double mass, double n_e, double nucleons, double T) {
  ions sum = {0};
  double count = 0, coupling_e = WD_ALPHA * cbrt(4 * WD_PI / 3 * n_e) / T;
  double frequency2 = 4 * WD_PI * WD_ALPHA * n_e / (WD_M_AMU * T * T); /* times Z/A */
  for (const wd_share *s = composition->share; s < composition->share + composition->count; s++) {
    if (s->fraction == 0) continue;
    double Z = (double)s->Z, number = s->fraction / (mass * (double)s->A), root = cbrt(Z);
    double coupling = coupling_e * Z * root * root, heavy = WD_M_AMU * (double)s->A * T / (2 * WD_PI);
    wd_ion ion = wd_ion_at(coupling, sqrt(frequency2 * Z / (double)s->A));
    double ideal = log(number * nucleons / (heavy * sqrt(heavy))) - 1; /* free energy */
    count += number;
    sum.energy += number * ion.energy;
    sum.pressure += number * ion.pressure;
    sum.entropy += number * (ion.energy - ion.free_energy - ideal);
    sum.coupling += number * coupling;
  }
  sum.coupling /= count;
  return sum;
}

int wd_thermal_at(const wd_electron_table *table, const wd_composition *composition, double density,
                  double temperature, wd_thermal *out, wd_error *err) {
  double mass = 0, charge = 0, T = temperature * WD_KELVIN;
  for (const wd_share *s = composition->share; s < composition->share + composition->count; s++) {
    mass += s->fraction;
    charge += s->fraction * (double)s->Z / (double)s->A;
  }
  double nucleons = density / WD_AMU_CGS * CM3, n_e = nucleons * charge / mass; /* [eV^3] */
  wd_electrons electrons;
  int status = wd_electrons_at(table, n_e, T, &electrons, err);
  if (status)
    return wd_fail_context(err, status, "matter of %.9g g/cm^3 and Y_e = %.6g at %.9g K", density,
                           charge / mass, temperature);
  ions i = ions_at(composition, mass, n_e, nucleons, T);
  double radiation = WD_PI * WD_PI / 15 * T * T * T * T; /* [eV^4] */
  double pressure = electrons.pressure + nucleons * T * i.pressure + radiation / 3;
  double energy = electrons.energy + nucleons * T * i.energy + radiation;
  double entropy = electrons.entropy + nucleons * i.entropy + 4.0 / 3 * radiation / T;
  *out = (wd_thermal){.pressure = pressure * WD_EV_ERG / CM3,
                      .energy = energy * WD_EV_ERG / CM3 / density,
                      .entropy = entropy * WD_KELVIN * WD_EV_ERG / CM3 / density,
                      .electron_density = n_e / CM3,
                      .chemical_potential = electrons.degeneracy * T,
                      .density_slope = electrons.density_slope,
                      .coupling = i.coupling};
  return WD_OK;
}
