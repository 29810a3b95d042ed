/* The star in time: hydrostatic equilibrium and energy in zones of fixed mass, solved together and implicitly (Henyey).
 *
 * Unknowns of zone i: density and temperature in its middle, radius r of its outer face. With m, dm from the onion,
 * V = 1/rho, u the energy per gram and L the luminosity through a face,
 *   4 pi/3 rho (r^3 - r_in^3) = dm
 *   P - P_above = G m dm_between/(4 pi r^4)                                                        at the outer face
 *   dm (du/dt + P dV/dt + losses) = L_in - L
 *   L = -(4 pi r^2)^2 a c/(3 kappa) d(T^4)/dm                             radiation and conduction, 1/kappa the sum of both
 * and at the surface T^4 = (3/4) T_eff^4 (tau + 2/3). Time derivatives are of second order (BDF2), so that
 * sum over zones of P dV/dt is the rate of gravitational energy up to the order of the step; (C.1) to (C.5) of
 * docs/cooling.md. */
#ifndef WDSCAN_EVOLUTION_H
#define WDSCAN_EVOLUTION_H

#include "cooling/onion.h"
#include "matter/fluid.h"

/* Losses to the A' in a zone at temperature [K] over those by plasmon decay in the Standard Model, out[0], and their
 * derivative by ln T, out[1], while the star's centre has the temperature `central` [K]. */
typedef void wd_boson_excess(const void *params, size_t zone, double temperature, double central,
                             double out[2]);

/* What does not change with time. */
typedef struct wd_physics {
  const wd_onion *onion;
  const wd_fluid *fluid[WD_LAYERS];
  const wd_losses *losses; /* the neutrinos of `fluid` by process */
  double plasmon;          /* factor on the losses by plasmon decay in the Standard Model, f_s */
  wd_boson_excess *boson;  /* NULL: none */
  const void *boson_params;
} wd_physics;

/* Matter in a zone. */
typedef struct wd_zone {
  double density, temperature; /* [g cm^-3], [K] */
  double radius;               /* of the outer face [cm] */
  wd_fluid_state matter;
  /* losses to the A' [erg g^-1 s^-1] and their derivatives by ln rho and ln T */
  double boson, boson_by_density, boson_by_temperature;
} wd_zone;

typedef struct wd_evolution {
  wd_physics physics;
  double age, last_step;         /* [s] */
  wd_zone *zone;                 /* [zones] now */
  wd_zone *before, *before_that; /* one and two steps ago */
  struct wd_newton *newton;      /* work space */
} wd_evolution;

/* A star that is about to contract: in hydrostatic equilibrium with T ~ P^(1/4) and this central temperature [K], at
 * age 0. WD_ERR_NUMERIC, WD_ERR_MEMORY. Free
 * with wd_evolution_free. */
int wd_evolution_start(const wd_physics *physics, double temperature, wd_evolution **out, wd_error *err);
void wd_evolution_free(wd_evolution *evolution);

/* The same star with other physics, of the same onion; NULL if there is no memory. */
wd_evolution *wd_evolution_copy(const wd_evolution *evolution, const wd_physics *physics);

/* Goes on by `step` [s]. WD_ERR_NUMERIC if no solution is found; then nothing has changed. */
int wd_evolution_step(wd_evolution *evolution, double step, wd_error *err);

/* Luminosity through the outer face of zone i [erg/s]. */
double wd_evolution_luminosity(const wd_evolution *evolution, size_t i);

/* Internal and gravitational energy [erg]. */
double wd_evolution_energy(const wd_evolution *evolution);

#endif
