/* The polytrope of index 3, T ~ rho^(1/3), which radiative stars resemble: a star that contracts before it is a white
 * dwarf starts as one. */
#ifndef WDSCAN_POLYTROPE_H
#define WDSCAN_POLYTROPE_H

/* A place in the polytrope, from which the next one outwards is found. */
typedef struct wd_place {
  double xi, theta, slope;
} wd_place;

wd_place wd_polytrope_centre(void);

/* Where the mass fraction `outside` in (0, 1) is outside, at or beyond *place, which moves there: radius over that of the
 * star, and temperature over the central one, from the Lane-Emden equation (relative accuracy 1e-3, enough for a guess). */
double wd_polytrope_radius(wd_place *place, double outside);
double wd_polytrope_temperature(wd_place *place, double outside);

/* k T_c R/(G M mu m_u) of an ideal gas of mean molecular weight mu: Chandrasekhar (1939), table 4. */
#define WD_POLYTROPE_TEMPERATURE 0.8543

#endif
