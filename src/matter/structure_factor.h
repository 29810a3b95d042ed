/* The static structure factor S(q) of the ions, a classical one-component plasma, from a gas to the freezing liquid.
 *
 * Hypernetted-chain equation, split into short and long ranges and solved after Ng, J. Chem. Phys. 61 (1974) 2680. With
 * q in units of 1/a, a = (3/(4 pi n))^(1/3), Gamma = (Z e)^2/(a T), it is kept as the local factor phi(q; Gamma) in
 *   1/S = 1 + phi 3 Gamma/q^2,
 * which is 1 for Debye and Hueckel's weakly coupled gas and for q -> 0. Energies of the plasma come out within one
 * per cent of simulations up to freezing (tests); the first peak of S at Gamma = 100 is some 10 per cent too low.
 */
#ifndef WDSCAN_STRUCTURE_FACTOR_H
#define WDSCAN_STRUCTURE_FACTOR_H

#include "wdscan/status.h"
#include <stddef.h>

#define WD_COUPLING_FREEZING 175.0 /* Potekhin & Chabrier, Phys. Rev. E 62 (2000) 8554 */

enum { WD_STRUCTURE_POINTS = 408 }; /* of q: up to q = 25, beyond which S = 1 */

typedef struct wd_structure_factor wd_structure_factor;

/* For Gamma up to `coupling`, at most that of freezing. WD_ERR_MEMORY; WD_ERR_NUMERIC if the equation does not
 * converge. */
int wd_structure_factor_create(double coupling, wd_structure_factor **out, wd_error *err);
void wd_structure_factor_free(wd_structure_factor *factor);

/* phi at q = i wd_structure_factor_step(), i < WD_STRUCTURE_POINTS, for this Gamma (at most the largest). */
void wd_structure_factor_at(const wd_structure_factor *factor, double coupling, double phi[]);
double wd_structure_factor_step(void);

/* Potential energy per ion and T, (3 Gamma/ 2) int r dr h(r): what simulations give. */
double wd_structure_factor_energy(const wd_structure_factor *factor, double coupling);

#endif
