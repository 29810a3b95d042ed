/* Matter of one composition for the equations of a star: pressure, energy, opacity and neutrino losses with their
 * derivatives, from splines in ln rho and ln T through matter/thermal.h, matter/opacity.h and matter/losses.h.
 *
 * A call costs a tenth of what it stands for. Nodes are a tenth of a decade apart. */
#ifndef WDSCAN_FLUID_H
#define WDSCAN_FLUID_H

#include "matter/losses.h"
#include "matter/thermal.h"

enum wd_fluid_quantity {
  WD_FLUID_PRESSURE, /* [erg cm^-3] */
  WD_FLUID_ENERGY,   /* [erg g^-1] */
  WD_FLUID_OPACITY,  /* radiation and conduction [cm^2 g^-1] */
  WD_FLUID_PLASMON,  /* neutrino losses of the Standard Model by plasmon decay [erg g^-1 s^-1] */
  WD_FLUID_OTHERS,   /* and by all other processes */
  WD_FLUID_QUANTITIES
};

/* Values and derivatives by ln rho and ln T. */
typedef struct wd_fluid_state {
  double value[WD_FLUID_QUANTITIES], by_density[WD_FLUID_QUANTITIES], by_temperature[WD_FLUID_QUANTITIES];
} wd_fluid_state;

typedef struct wd_fluid wd_fluid;

/* `conduction`: a factor on the conductivity, 1, or what its uncertainty is worth. WD_ERR_MEMORY, WD_ERR_NUMERIC. Free
 * with wd_fluid_free. */
int wd_fluid_create(const wd_composition *composition, const wd_electron_table *electrons,
                    const wd_losses *losses, double conduction, wd_fluid **out, wd_error *err);
void wd_fluid_free(wd_fluid *fluid);

/* At density [g cm^-3] and temperature [K]. False outside of 4e-9..5e9 g cm^-3 and 1.3e4..3.9e9 K, where there is none. */
bool wd_fluid_at(const wd_fluid *fluid, double density, double temperature, wd_fluid_state *out);

#endif
