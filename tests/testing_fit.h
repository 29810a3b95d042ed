/* A published fit of the emission by plasmon decay, for more than one test. */
#ifndef WDSCAN_TESTING_FIT_H
#define WDSCAN_TESTING_FIT_H

#include <math.h>

/* The fit of M. Haft, G. Raffelt & A. Weiss, Astrophys. J. 425 (1994) 222, as in N. Itoh et al., Astrophys.
 * J. Suppl. 102 (1996) 411, Eqs. (4.5)-(4.11), per unit sum of C_V^2 [erg cm^-3 s^-1]; T in K. */
static inline double haft_raffelt_weiss(double rho_over_mu, double kelvin) {
  double lambda = kelvin / 5.9302e9;
  double gamma2 =
      1.1095e11 * rho_over_mu / (kelvin * kelvin * sqrt(1 + pow(1.019e-6 * rho_over_mu, 2.0 / 3)));
  double gamma = sqrt(gamma2);
  double f_T = 2.4 + 0.6 * sqrt(gamma) + 0.51 * gamma + 1.25 * pow(gamma, 1.5);
  double f_L = (8.6 * gamma2 + 1.35 * pow(gamma, 3.5)) / (225 - 17 * gamma + gamma2);
  double x = (17.5 + log10(2 * rho_over_mu) - 3 * log10(kelvin)) / 6;
  double y = (-24.5 + log10(2 * rho_over_mu) + 3 * log10(kelvin)) / 6, f_xy = 1;
  if (fabs(x) <= 0.7 && y >= 0) {
    double width = fmin(0, y - 1.6 + 1.25 * x) / (0.57 - 0.25 * x);
    f_xy = 1.05 +
           (0.39 - 1.25 * x - 0.35 * sin(4.5 * x) - 0.3 * exp(-pow(4.5 * x + 0.9, 2))) * exp(-width * width);
  }
  return 3.00e21 * pow(lambda, 9) * pow(gamma, 6) * exp(-gamma) * (f_T + f_L) * f_xy;
}

#endif
