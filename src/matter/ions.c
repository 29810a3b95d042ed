/* Ions; see matter/ions.h. */
#include "matter/ions.h"

#include <math.h>

/* Potekhin & Chabrier (2013), eq. (B.1) */
#define A1 (-0.907347)
#define A2 0.62849
#define A3 (-0.86602540378443865 - A1 / sqrt(A2))
#define B1 0.0045
#define B2 170.0
#define B3 (-8.4e-5)
#define B4 0.0037

/* x coth x - 1 */
static double oscillator(double x) {
  if (x > 0.1) return x / tanh(x) - 1;
  double y = x * x;
  return y * (1.0 / 3 + y * (-1.0 / 45 + y * (2.0 / 945 + y * (-1.0 / 4725 + y * (2.0 / 93555)))));
}

/* ln(sinh x/x) */
static double oscillator_free(double x) {
  if (x > 0.1) return x + log(-expm1(-2 * x) / (2 * x));
  double y = x * x;
  return y * (1.0 / 6 + y * (-1.0 / 180 + y * (1.0 / 2835 + y * (-1.0 / 37800 + y * (1.0 / 467775)))));
}

/* 1 - (x/sinh x)^2 */
static double frozen(double x) {
  double ratio = x > 300 ? 0 : x > 0 ? x / sinh(x) : 1;
  return 1 - ratio * ratio;
}

wd_ion wd_ion_at(double G, double q) {
  double root = sqrt(G), x = q / (2 * sqrt(3)), wave = 3 * oscillator(x);
  double energy =
      G * root * (A1 / sqrt(A2 + G) + A3 / (1 + G)) + B1 * G * G / (B2 + G) + B3 * G * G / (B4 + G * G);
  double free_energy = A1 * (sqrt(G * (A2 + G)) - A2 * asinh(sqrt(G / A2))) + 2 * A3 * (root - atan(root)) +
                       B1 * (G - B2 * log1p(G / B2)) + B3 / 2 * log1p(G * G / B4);
  return (wd_ion){.energy = 1.5 + energy + wave,
                  .pressure = 1 + energy / 3 + wave / 2,
                  .free_energy = free_energy + 3 * oscillator_free(x)};
}

double wd_ion_heat_capacity(double G, double q) {
  double root = sqrt(G), a = A2 + G, b = 1 + G, c = B2 + G, d = B4 + G * G;
  double excess = -0.5 * G * root * (A1 * A2 / (a * sqrt(a)) + A3 * (1 - G) / (b * b)) -
                  G * G * (B1 * B2 / (c * c) + B3 * (B4 - G * G) / (d * d));
  return 1.5 + excess - 3 * frozen(q / (2 * sqrt(3)));
}
