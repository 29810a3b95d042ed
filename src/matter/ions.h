/* Thermodynamics of fully ionised nuclei in a uniform background of electrons: per ion, in units of T.
 *
 * Ideal gas; free energy of the classical one-component plasma in the liquid, fitted to Monte Carlo simulations by
 * A. Y. Potekhin & G. Chabrier, Phys. Rev. E 62 (2000) 8554, eq. (16), with the coefficients of Astron. Astrophys.
 * 550 (2013) A43, eq. (B.1), which has the limit of Debye & Hueckel; quantum effects. Nuclei of several kinds add
 * up at the same n_e (linear mixing), each with
 *   Gamma_i = Z_i^(5/3) Gamma_e, Gamma_e = alpha/(a_e T), a_e = (3/(4 pi n_e))^(1/3), and
 *   q_i = omega_i/T, omega_i^2 = 4 pi alpha n_e Z_i/M_i.
 *
 * Quantum effects are those of an oscillator of frequency omega_i/sqrt(3) over its classical limit,
 *   F/NT = 3 ln(sinh x/x), x = q/(2 sqrt 3):
 * q^2/24 for small q, which is exact (Wigner & Kirkwood; J. P. Hansen, Phys. Rev. A 8 (1973) 3096). For large q
 * they take 3 k_B off the heat capacity, which is what a classical liquid has near freezing, and no more; the
 * zero-point energy becomes sqrt(3)/2 q, 13 per cent above that of the lattice (0.767 q).
 *
 * Left out: crystallisation (Gamma = 175) with its latent heat. A star of 1.2 M_sun (1.53e8 g/cm^3 at the centre)
 * has there, at log T/K = 7.3, Gamma = 96 (C), 121 (C/O 50:50), 155 (O); heavier or colder ones may freeze.
 * Corrections to linear mixing: Debye & Hueckel's limit is not additive, and for Gamma << 1 the excess, of order
 * Gamma^(3/2) T, is off by some per cent of itself for C/O. Spins of the nuclei.
 */
#ifndef WDSCAN_IONS_H
#define WDSCAN_IONS_H

typedef struct wd_ion {
  double energy;      /* 3/2 in a thin hot gas [T per ion] */
  double pressure;    /* 1 in a thin hot gas [n_ion T] */
  double free_energy; /* without that of the ideal gas [T per ion] */
} wd_ion;

/* At coupling Gamma and q = omega/T. */
wd_ion wd_ion_at(double coupling, double quantum);

/* Heat capacity at constant volume per ion [k_B]. */
double wd_ion_heat_capacity(double coupling, double quantum);

#endif
