/* Opacities of fully ionised matter; see matter/opacity.h. */
#include "matter/opacity.h"

#include "base/constants.h"
#include "base/gauss.h"
#include "base/vector_math.h"
#include "matter/conduction.h"
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sf_bessel.h>
#include <math.h>
#include <stdbool.h>

#define M WD_M_ELECTRON
#define RYDBERG (0.5 * WD_ALPHA * WD_ALPHA * M) /* [eV] */
enum { PHOTONS = 6, ELECTRONS = 4, BORN_TERMS = 12 };

/* --- Gaunt factors --- */

enum { GAUNT_U = 8, GAUNT_GAMMA = 11 };

/* Hummer's Table 1: Chebyshev coefficients D_ij, i of gamma2, j of u. */
static const double hummer[GAUNT_GAMMA][GAUNT_U] = {
    {8.986940175e+00, -4.009515855e+00, 8.808871266e-01, 2.640245111e-02, -4.580645915e-02, -3.568055702e-03,
     2.827798067e-03, 3.365860195e-04},
    {-8.006936989e-01, 9.466021705e-01, 9.043402532e-02, -9.608451450e-02, -1.885629865e-02, 1.050313890e-02,
     2.800889961e-03, -1.078209202e-03},
    {-3.781305103e-01, 1.102726332e-01, -1.543619180e-02, 8.310561114e-03, 2.179620525e-02, 4.259726289e-03,
     -4.181588794e-03, -1.770208330e-03},
    {1.877213132e-02, -1.004885705e-01, -5.483366378e-02, -4.520154409e-03, 8.366530426e-03, 3.700273930e-03,
     6.889320423e-04, 9.460313195e-05},
    {7.300158392e-02, 3.576785497e-03, -4.545307025e-03, -1.017965604e-02, -9.530211924e-03, -3.450186162e-03,
     1.040482914e-03, 1.407073544e-03},
    {-1.744671550e-03, 2.864013856e-02, 1.903394837e-02, 7.091074494e-03, -9.668371391e-04, -2.999107465e-03,
     -1.820642230e-03, -3.874082085e-04},
    {-1.707268366e-02, -4.694254776e-03, 1.311691517e-03, 5.316703136e-03, 5.178193095e-03, 2.451228935e-03,
     -2.277321615e-05, -8.182359057e-04},
    {2.567331664e-04, -9.155339970e-03, -6.997479192e-03, -3.571518641e-03, -2.096101038e-04, 1.553822487e-03,
     1.509584686e-03, 6.212627837e-04},
    {4.098322531e-03, 1.635218463e-03, -5.918883504e-04, -2.333091048e-03, -2.484138313e-03, -1.359996060e-03,
     -5.371426147e-05, 5.553549563e-04},
    {3.837562402e-05, 2.938325230e-03, 2.393747064e-03, 1.328839809e-03, 9.135013312e-05, -7.137252303e-04,
     -7.656848158e-04, -3.504683798e-04},
    {-8.491991820e-04, -3.615327726e-04, 3.148015257e-04, 8.909207650e-04, 9.869737522e-04, 6.134671184e-04,
     1.068883394e-04, -2.046080100e-04},
};

/* c_0/2 + c_1 T_1(x) + ... */
static double chebyshev(const double *c, int count, double x) {
  double b1 = 0, b2 = 0;
  for (int j = count - 1; j > 0; j--) {
    const double b = c[j] + 2 * x * b1 - b2;
    b2 = b1, b1 = b;
  }
  return 0.5 * c[0] + x * b1 - b2;
}

static double within(double x, double most) {
  return fmin(fmax(x, -most), most);
}

/* Adds factor times the coefficients in u. */
static void add_gaunt(double factor, double gamma2, double c[GAUNT_U]) {
  const double x = within(log10(gamma2) / 3, 1);
  double T[GAUNT_GAMMA] = {0.5, x};
  for (int i = 2; i < GAUNT_GAMMA; i++) T[i] = 2 * x * T[i - 1] - (i == 2 ? 1 : T[i - 2]);
  for (int i = 0; i < GAUNT_GAMMA; i++)
    for (int j = 0; j < GAUNT_U; j++) c[j] += factor * T[i] * hummer[i][j];
}

/* u from 1e-4 to 10^1.5 on -1..1 */
static double gaunt_place(double ln_u) {
  return within((2 * ln_u / 2.302585092994046 + 2.5) / 5.5, 1);
}

double wd_gaunt_factor(double u, double gamma2) {
  double c[GAUNT_U] = {0};
  add_gaunt(1, gamma2, c);
  return chebyshev(c, GAUNT_U, gaunt_place(log(u)));
}

/* --- Rules, made once --- */

typedef struct rules {
  double k[PHOTONS], photon[PHOTONS]; /* Gauss-Laguerre: sum photon f(k) = int dk k^4 f(k)/4 sinh(k/2)^2 */
  double share[ELECTRONS],
      electron[ELECTRONS]; /* 0..1 of the electrons that can absorb, the fast ones first */
  double born[BORN_TERMS]; /* 1/(e^(u/2) K_0(u/2)): the inverse of Born's Gaunt factor, pi/sqrt(3) apart */
} rules;

static void make_born(double c[BORN_TERMS]) {
  enum { POINTS = 64 };
  for (int j = 0; j < BORN_TERMS; j++) {
    c[j] = 0;
    for (int i = 0; i < POINTS; i++) {
      const double angle = WD_PI * (i + 0.5) / POINTS, u = pow(10, (5.5 * cos(angle) - 2.5) / 2);
      c[j] += 2.0 / POINTS * cos(j * angle) / gsl_sf_bessel_K0_scaled(u / 2);
    }
  }
}

static const rules *the_rules(void) {
  static _Thread_local rules r; /* a copy for each thread */
  static _Thread_local bool made;
  if (made) return &r;
  const double power = 2; /* of k, in the weight of the rule */
  gsl_integration_fixed_workspace *w =
      gsl_integration_fixed_alloc(gsl_integration_fixed_laguerre, PHOTONS, 0, 1, power, 0);
  for (int i = 0; i < PHOTONS; i++) {
    const double k = gsl_integration_fixed_nodes(w)[i], below = -expm1(-k);
    r.k[i] = k;
    r.photon[i] = gsl_integration_fixed_weights(w)[i] * k * k / (below * below);
  }
  gsl_integration_fixed_free(w);
  const wd_gauss *g = wd_gauss_rule(ELECTRONS);
  for (int i = 0; i < ELECTRONS; i++) {
    const double t = g->at[i];
    const double rest =
        1 - t * t; /* smooth where the energy vanishes, with its root, and where it grows, with its log */
    r.share[i] = rest * rest;
    r.electron[i] = 4 * t * rest * g->weight[i];
  }
  make_born(r.born);
  made = true;
  return &r;
}

/* --- Photons of one frequency --- */

typedef struct medium {
  wd_ionised matter;
  const rules *rules;
  double a, b;           /* q^3/((q^2 + a)(q^2 + b)): screened and correlated scatterers [T M] */
  double gaunt[GAUNT_U]; /* exact Gaunt factor, coefficients in u */
  double absorption;     /* 16 alpha^3 sum n_i Z_i^2/(3 T^2) [eV] */
  double scattering;     /* n_e sigma_T, less recoil and blocking [eV] */
  double cutoff2;        /* (plasma frequency/T)^2 */
} medium;

/* int q^3 dq/((q^2 + a)(q^2 + b)) over p' - p..p' + p, for x = p^2/2M T */
WD_INLINE double transfers(const medium *m, double x, double u) {
  const double sum = sqrt(x) + sqrt(x + u), high = 2 * sum * sum, low = 2 * u * u / (sum * sum);
  return 0.5 * (m->b * wd_ln((high + m->b) / (low + m->b)) - m->a * wd_ln((high + m->a) / (low + m->a))) /
         (m->b - m->a);
}

/* int dx (f(x) - f(x + u)) transfers: with the share s of these electrons that are faster than x, it is an integral
 * over s, and x = eta - ln((e^s - 1)/(1 - e^(s - u))). */
WD_VERSIONS static double over_electrons(const medium *m, double u, double decay) {
  const double eta = m->matter.degeneracy, z = exp(-fabs(eta));
  const double all = eta < 0 ? log1p(z * -expm1(-u) / (1 + z * decay)) : log1p((1 - decay) / (z + decay));
  double sum = 0;
  for (int i = 0; i < ELECTRONS; i++) {
    const double grown = wd_expm1(all * m->rules->share[i]);
    const double x = eta - wd_ln(grown / (1 - decay - decay * grown));
    sum += m->rules->electron[i] * transfers(m, wd_max(x, 1e-9), u);
  }
  return all * sum;
}

/* Rate of absorption and scattering [eV] of photons of momentum k T and energy u T. */
static double rate(const medium *m, double k, double u) {
  const double decay = fmax(exp(-u), 1e-290), place = gaunt_place(log(u));
  const double exact =
      chebyshev(m->gaunt, GAUNT_U, place) * WD_PI / sqrt(3) * chebyshev(m->rules->born, BORN_TERMS, place);
  const double q2 = 2 * k * k * m->matter.temperature / M; /* mean square of the momentum transfer [T M] */
  const double collective = (q2 + m->b - m->a) / (q2 + m->b);
  return m->absorption / (u * u * u) * exact * over_electrons(m, u, decay) +
         m->scattering * k / u * collective;
}

/* --- Opacities --- */

/* By how much less than in a thin gas the ions of a liquid arrange themselves to screen: fitted to the absorption of
 * matter/absorption.h, which has their structure factor. */
static double correlation(double coupling) {
  return 1 / (1 + 0.4 * coupling);
}

static medium medium_at(const wd_composition *composition, const wd_ionised *matter) {
  const double T = matter->temperature, thomson = 8 * WD_PI * WD_ALPHA * WD_ALPHA / (3 * M * M); /* [eV^-2] */
  const double recoil =
      1 + pow(T / 43.3e3, 0.885); /* J. Poutanen, Astrophys. J. 835 (2017) 119, 2 to 300 keV */
  medium m = {.matter = *matter, .rules = the_rules()};
  double charge2 = 0;
  m.a = matter->electrons2 / (T * M);
  m.b = m.a + correlation(matter->coupling) * matter->ions2 / (T * M);
  m.absorption = 16 * WD_ALPHA * WD_ALPHA * WD_ALPHA * matter->charge2 / (3 * T * T);
  m.scattering = matter->electrons * thomson / (recoil * matter->stiffness);
  m.cutoff2 = 4 * WD_PI * WD_ALPHA * matter->electrons / (hypot(matter->fermi_momentum, M) * T * T);
  for (int64_t i = 0; i < composition->count; i++) {
    const double Z = (double)composition->share[i].Z;
    charge2 += composition->share[i].fraction * Z * Z / (double)composition->share[i].A;
  }
  for (int64_t i = 0; i < composition->count; i++) {
    const double Z = (double)composition->share[i].Z;
    const double part = composition->share[i].fraction * Z * Z / (double)composition->share[i].A / charge2;
    if (part > 0) add_gaunt(part, Z * Z * RYDBERG / (T * matter->stiffness), m.gaunt);
  }
  return m;
}

double wd_opacity_free_free(const wd_composition *composition, double density, double temperature,
                            double chemical_potential, double u) {
  const wd_ionised matter = wd_ionised_at(composition, density, temperature, chemical_potential);
  medium m = medium_at(composition, &matter);
  m.scattering = 0;
  return rate(&m, u, u) / (WD_HBARC_CM * density);
}

/* Photons of momentum k carry heat with the velocity k/u: 1/kappa ~ int dk k^4 e^u/(e^u - 1)^2/rate. */
static double radiative(const wd_composition *composition, double density, const wd_ionised *matter) {
  const medium m = medium_at(composition, matter);
  const rules *r = m.rules;
  double sum = 0;
  for (int i = 0; i < PHOTONS; i++) {
    const double k = r->k[i], u = sqrt(k * k + m.cutoff2), shift = m.cutoff2 / (u + k);
    const double below = expm1(-k) / expm1(-u);
    sum += r->photon[i] * exp(-shift) * below * below / rate(&m, k, u);
  }
  const double all = 4 * WD_PI * WD_PI * WD_PI * WD_PI / 15; /* int dk k^4 e^k/(e^k - 1)^2 */
  return all / sum / (WD_HBARC_CM * density);
}

static double conductive(double density, const wd_ionised *matter) {
  const double T = matter->temperature, radiation = 4 * WD_PI * WD_PI / 45 * T * T * T; /* 16 sigma T^3/3 */
  return radiation / wd_conductivity(matter) / (WD_HBARC_CM * density);
}

double wd_opacity_radiative(const wd_composition *composition, double density, double temperature,
                            double chemical_potential) {
  const wd_ionised matter = wd_ionised_at(composition, density, temperature, chemical_potential);
  return radiative(composition, density, &matter);
}

double wd_opacity_conductive(const wd_composition *composition, double density, double temperature,
                             double chemical_potential) {
  const wd_ionised matter = wd_ionised_at(composition, density, temperature, chemical_potential);
  return conductive(density, &matter);
}

double wd_opacity(const wd_composition *composition, double density, double temperature,
                  double chemical_potential) {
  const wd_ionised matter = wd_ionised_at(composition, density, temperature, chemical_potential);
  const double r = radiative(composition, density, &matter), c = conductive(density, &matter);
  return 1 / (1 / r + 1 / c);
}
