/* Conduction of heat by electrons; see matter/conduction.h. */
#include "matter/conduction.h"

#include "base/constants.h"
#include <math.h>

#define M WD_M_ELECTRON
#define EULER 0.57721566490153286
/* Moments u_-1 and u_-2 of the frequencies of a body-centred cubic crystal: Baiko & Yakovlev, Astron. Lett. 21 (1995) 702 */
#define LATTICE_1 2.79855
#define LATTICE_2 12.972

/* --- Matter --- */

/* n_e/(T dn_e/dmu) of t = p_F^2/(2 E_F T): exact for t -> 0 and for t -> infinity, relativistic or not; within 3 %
 * between. */
static double stiffness_of(double t) {
  double root = t * sqrt(t), middle = root * (0.532 - 0.250 * t) / (1 + 0.925 * t * root);
  return sqrt(1 + 4 * t * t / 9 + middle);
}

wd_ionised wd_ionised_at(const wd_composition *composition, double density, double temperature,
                         double chemical_potential) {
  wd_ionised m = {.temperature = temperature * WD_KELVIN};
  const double nucleons = density / WD_AMU_CGS * WD_HBARC_CM * WD_HBARC_CM * WD_HBARC_CM; /* [eV^3] */
  double inertia = 0, mass = 0;
  for (const wd_share *s = composition->share; s < composition->share + composition->count; s++) {
    const double Z = (double)s->Z, A = (double)s->A, n = s->fraction / A;
    mass += s->fraction;
    m.ions += n;
    m.electrons += n * Z;
    m.charge2 += n * Z * Z;
    inertia += n * Z * Z / A;
  }
  m.ions *= nucleons / mass;
  m.electrons *= nucleons / mass;
  m.charge2 *= nucleons / mass;
  m.ion_frequency = sqrt(4 * WD_PI * WD_ALPHA * inertia * nucleons / mass / WD_M_AMU);
  m.degeneracy = chemical_potential / m.temperature;
  m.fermi_momentum = cbrt(3 * WD_PI * WD_PI * m.electrons);
  m.stiffness =
      stiffness_of(m.fermi_momentum * m.fermi_momentum / (2 * hypot(m.fermi_momentum, M) * m.temperature));
  m.electrons2 = 4 * WD_PI * WD_ALPHA * m.electrons / (m.temperature * m.stiffness);
  m.ions2 = 4 * WD_PI * WD_ALPHA * m.charge2 / m.temperature;
  const double radius = cbrt(3 / (4 * WD_PI * m.ions)); /* [1/eV] */
  m.coupling = m.ions2 * radius * radius / 3;
  return m;
}

/* --- Coulomb logarithm --- */

enum { SERIES = 22 };
static const double series[SERIES] = {1,
                                      0.25,
                                      0.055555555555555552,
                                      0.010416666666666666,
                                      0.0016666666666666668,
                                      0.00023148148148148149,
                                      2.834467120181406e-05,
                                      3.1001984126984127e-06,
                                      3.0619243582206544e-07,
                                      2.7557319223985891e-08,
                                      2.27746439867652e-09,
                                      1.7397297489890083e-10,
                                      1.2353110643708935e-11,
                                      8.1933897126640886e-13,
                                      5.0981091545465446e-14,
                                      2.9871733327421158e-15,
                                      1.6537983849091297e-16,
                                      8.6773372047701253e-18,
                                      4.326650129802279e-19,
                                      2.0551588116560825e-20,
                                      9.3204481254244102e-22,
                                      4.0439960874775335e-23}; /* 1/(k k!), k = 1, 2, ... */

/* exp(x) E_1(x): power series, or the continued fraction 1/(x+1 - 1/(x+3 - 4/(x+5 - ...))); Abramowitz & Stegun (5.1.11)
 * and (5.1.22). Good to 1e-12. */
static double scaled_exponential_integral(double x) {
  if (x < 2) {
    double sum = 0;
    for (int k = SERIES - 1; k >= 0; k--) sum = x * (series[k] - sum);
    return exp(x) * (sum - EULER - log(x));
  }
  const int terms = x < 8 ? 28 : 10;
  double p0 = 0, p1 = 1, q0 = 1, q1 = x + 1;
  for (int k = 1; k < terms; k++) {
    const double b = x + 2 * k + 1, p = b * p1 - (double)k * k * p0, q = b * q1 - (double)k * k * q0;
    p0 = p1, q0 = q1, p1 = p, q1 = q;
  }
  return p1 / q1;
}

/* The integral of t (1 - exp(-w t)) (1 - v2 t)/(t + s)^2 dt/2 over 0..1, t = (q/2p)^2: appendix of
 * Potekhin et al. */
static double coulomb_logarithm(double s, double w, double v2) {
  const double full = w < 40 ? -expm1(-w) : 1, decay = 1 - full, L = log1p(1 / s), b = s * w;
  double difference = scaled_exponential_integral(b); /* exp(b) (E_1(b) - E_1(b + w)) */
  if (decay > 0) difference -= decay * scaled_exponential_integral(b + w);
  const double first = L + s / (s + 1) * full - (1 + b) * difference;
  const double second = 1 - full / w - s * s / (s + 1) * full - 2 * s * L + s * (2 + b) * difference;
  return 0.5 * (first - v2 * second);
}

/* What does not depend on the energy of the electron. */
typedef struct scatterers {
  double charge;            /* Z */
  double ions2, electrons2; /* squared screening momenta; that of the ions as the liquid has it [eV^2] */
  double spread;            /* of the ions around their places: u_-2/q_i^2 [eV^-2] */
  double quantum;           /* suppression where the motion of the ions is quantal */
  double zero_point;        /* suppression by the zero-point motion, without sqrt(p) [eV^-1/2] */
} scatterers;

/* G_0 of Potekhin et al. at T/(ion plasma frequency) = quantum. */
static double quantum_factor(double Z, double quantum) {
  const double over = Z / 125;
  return quantum / sqrt(quantum * quantum + 0.0361 / cbrt(Z)) * (1 + over * over);
}

static scatterers scatterers_of(const wd_ionised *m) {
  const double gamma = m->coupling, quantum = m->temperature / m->ion_frequency;
  const double Z = m->charge2 / m->electrons;
  const double A = 4 * WD_PI * WD_ALPHA * m->charge2 / (m->ion_frequency * m->ion_frequency * WD_M_AMU);
  scatterers s = {.charge = Z, .electrons2 = m->electrons2, .quantum = quantum_factor(Z, quantum)};
  s.ions2 = m->ions2 * (1 + 0.06 * gamma) * exp(-sqrt(gamma));
  s.spread = LATTICE_2 / m->ions2;
  s.zero_point = 0.25 * LATTICE_1 * 1.683 / sqrt(A * Z * M) * exp(-9.1 * quantum);
  return s;
}

/* Coulomb logarithm of electrons of momentum p [eV] and velocity v. */
static double effective_logarithm(const scatterers *s, double p, double v) {
  const double born = v * s->charge * WD_PI * WD_ALPHA, p2 = 4 * p * p;
  const double screening = (s->ions2 + s->electrons2) * exp(-born) / p2;
  const double width = s->spread * (1 + born / 3) * p2;
  return coulomb_logarithm(screening, width, v * v) * s->quantum * exp(-s->zero_point * sqrt(p));
}

/* --- Averages over the electrons --- */

/* K = T (F_2 - F_1^2/F_0), F_k = int dx (-df/dx) (x - eta)^k p^3 tau(E)/(3 pi^2 E), x = kinetic energy/T. The rule of
 * equal steps in y, x = ln(1 + e^y), is good to 1 % whatever the degeneracy. */
static double off_ions(const wd_ionised *m) {
  enum { BELOW = -5, ABOVE = 8 };
  const double step = 2, eta = m->degeneracy, T = m->temperature;
  const double middle = eta > 30 ? eta : log1p(exp(eta));
  const scatterers ions = scatterers_of(m);
  double F[3] = {0, 0, 0};
  double shrinking = exp(-middle - BELOW * step); /* e^-y */
  const double ratio = exp(-step);
  for (int j = BELOW; j <= ABOVE; j++, shrinking *= ratio) {
    const double y = middle + j * step, x = y + log1p(shrinking), z = x - eta;
    const double tail = exp(-fabs(z)), slope = tail / ((1 + tail) * (1 + tail)); /* -df/dx */
    const double p2 = x * T * (x * T + 2 * M), p = sqrt(p2), v = p / (M + x * T);
    const double weight = slope / (1 + shrinking) * p2 * p2 * v * v / effective_logarithm(&ions, p, v);
    F[0] += weight;
    F[1] += weight * z;
    F[2] += weight * z * z;
  }
  const double rate = 4 * WD_PI * WD_ALPHA * WD_ALPHA * m->charge2; /* nu p^2 v/Lambda */
  return T * step / (3 * WD_PI * WD_PI * rate) * (F[2] - F[1] * F[1] / F[0]);
}

/* Relaxation time of electrons that scatter off electrons [1/eV]: Shternin & Yakovlev, Eqs. (21)-(23), with the factor
 * for partial degeneracy that leads to Lampe, Phys. Rev. 174 (1968) 276, for thin gases. */
static double electron_time(const wd_ionised *m) {
  const double x = m->fermi_momentum / M, E = hypot(1, x), v = x / E, v3 = v * v * v, T = m->temperature / M;
  const double y = 2 * sqrt(WD_ALPHA / WD_PI) * x * sqrt(v) / T, yv = y * v;
  const double c1 = 0.123636 + 0.016234 * v * v, c2 = 0.0762 + 0.05714 * v3 * v;
  const double A = 12.2 + 25.2 * v3, C = A * exp(c1 / c2);
  const double l = log1p(128.56 / (y * (37.1 + y * (10.83 + y)))) * (0.1587 - 0.02538 / (1 + 0.0435 * y)) / v;
  const double t = v3 * log1p(C / (A * yv + yv * yv)) * (2.404 / C + (c2 - 2.404 / C) / (1 + 0.1 * yv));
  const double mixed = v * log1p(C / (A * y + 10.83 * yv * yv + pow(yv, 8.0 / 3))) *
                       (18.52 * v * v / C + (c2 - 18.52 * v * v / C) / (1 + 0.1558 * pow(y, 1 - 0.75 * v)));
  const double scale = 6 * WD_ALPHA * sqrt(WD_ALPHA) / (WD_PI * WD_PI * sqrt(WD_PI));
  const double theta = T * (E + 1) / (x * x), thin = 25 * theta;
  const double degenerate = 1 / (M * scale * x * y * sqrt(v) * (l + t + mixed));
  return degenerate * (1 + thin + 0.4342 * sqrt(theta) * thin * thin) / (1 + thin * thin);
}

/* Potekhin et al.: by how much ions scatter heat better than charge when their motion is quantal. */
static double inelasticity(const wd_ionised *m) {
  const double Z = m->charge2 / m->electrons, quantum = m->temperature / m->ion_frequency;
  const double v = m->fermi_momentum / hypot(m->fermi_momentum, M), G0 = quantum_factor(Z, quantum);
  const double spread = 0.0081 + quantum * quantum, G2 = quantum / (spread * sqrt(spread));
  return 1 + G2 / G0 * (1 + v * v * v * v * Z * WD_PI * WD_ALPHA) * 0.0105 * (1 - 1 / Z);
}

double wd_conductivity(const wd_ionised *matter) {
  const double p = matter->fermi_momentum, E = hypot(p, M), K = off_ions(matter);
  const double ion_time = 9 * K * E / (matter->temperature * p * p * p); /* K = pi^2 n_e T tau/(3 E_F) */
  const double time = electron_time(matter);
  return K * time / (ion_time + time * inelasticity(matter));
}
