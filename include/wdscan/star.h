/* Structure of a white dwarf: hydrostatic equilibrium of a cold star with a given mass, and its plasma
 * profile.
 *
 * Newtonian: dP/dr = -G m rho/r^2, dm/dr = 4 pi r^2 rho. TOV adds the relativistic factors, with the energy
 * density in place of rho. The independent variable is sigma = sqrt(ln(x_c/x)), x = p_F/m_e: it is
 * proportional to r near the centre and counts scale heights in the outer layers, so that equal steps resolve
 * both; (P.9) of docs/physics.md.
 */
#ifndef WDSCAN_STAR_H
#define WDSCAN_STAR_H

#include "wdscan/config.h"

#ifdef __cplusplus
extern "C" {
#endif

struct wd_profile;
struct wd_absorption;

typedef struct wd_star {
  double mass;            /* [M_sun] */
  double radius;          /* [km] */
  double central_density; /* rest-mass density [g cm^-3] */
  size_t nodes;
  /* [nodes], centre to surface */
  double *node_radius;        /* [km] */
  double *electron_density;   /* [cm^-3] */
  double *plasma_frequency;   /* [eV] */
  double *chemical_potential; /* with the rest mass [eV] */
  double *v_star;
  double *omega_axial;              /* [eV] */
  double *temperature;              /* [eV] */
  double *charge2, *ions;           /* of the nuclei, per electron: sum n_i Z_i^2/n_e, sum n_i/n_e */
  struct wd_profile *profile;       /* the same as smooth functions, for the integrands */
  struct wd_absorption *absorption; /* of the plasma; NULL without the continuum */
} wd_star;

/* The star of the configuration: solved, or with the rows of the file star.profile as nodes (then star.mass,
 * star.eos and star.gravity have no say). Errors: WD_ERR_CONFIG for a mass that no star of this equation of
 * state has (the message names the largest) and for mistakes in the file, WD_ERR_IO, WD_ERR_NUMERIC,
 * WD_ERR_MEMORY. Free with wd_star_free. */
int wd_star_create(const wd_config *config, wd_star **out, wd_error *err);
void wd_star_free(wd_star *star);

/* The highest temperature in the star [eV]. */
double wd_star_hottest(const wd_star *star);

/* The same without the plasma: radius [km] and central density [g cm^-3] of a star of `mass` [M_sun] made of
 * these nuclei. */
int wd_star_structure(double mass, const wd_composition *composition, int eos, int gravity, double *radius,
                      double *central_density, wd_error *err);

#ifdef __cplusplus
}
#endif

#endif
