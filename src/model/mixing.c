/* One-loop kinetic mixing; see model/mixing.h.
 *
 * The real part of Lambda is integrated over half of the symmetric range by GSL, split where one of the two
 * logarithms diverges; its imaginary part is elementary: with beta = sqrt(1 - 4 m^2/q^2) the argument of the
 * logarithm is negative for |x - 1/2| < beta/2, where x(1-x) integrates to beta (3 - beta^2)/12.
 */
#include "model/mixing.h"

#include "base/constants.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <math.h>

enum { WORKSPACE = 200 };
#define ACCURACY 1e-10 /* relative, of each piece */

typedef struct loop {
  double m2[2]; /* [eV^2] */
  double q2;    /* [eV^2] */
} loop;

static double loop_integrand(double x, void *params) {
  const loop *l = params;
  double weight = x * (1 - x), below = l->m2[1] - weight * l->q2;
  double change = (l->m2[0] - l->m2[1]) / below; /* the ratio of the arguments is 1 + change */
  return weight * (fabs(change) < 0.5 ? log1p(change) : log(fabs((l->m2[0] - weight * l->q2) / below)));
}

/* The velocity beta of the pair that q^2 can make; 0 below threshold. */
static double pair_velocity(double m2, double q2) {
  return q2 > 4 * m2 ? sqrt(1 - 4 * m2 / q2) : 0;
}

double complex wd_mixing_loop(double mass_i, double mass_j, double q2) {
  if (mass_i == mass_j) return 0;
  if (q2 == 0) return log(mass_i / mass_j) / 3;
  loop l = {{mass_i * mass_i, mass_j * mass_j}, q2};
  double edge[4] = {0, 0.5, 0.5, 0.5}, imaginary = 0, real = 0;
  for (int i = 0; i < 2; i++) {
    double beta = pair_velocity(l.m2[i], q2);
    if (beta > 0) edge[i + 1] = 2 * l.m2[i] / (q2 * (1 + beta)); /* x_- = (1 - beta)/2 */
    imaginary += (i == 0 ? -1 : 1) * WD_PI * beta * (3 - beta * beta) / 12;
  }
  if (edge[1] > edge[2]) {
    double swap = edge[1];
    edge[1] = edge[2], edge[2] = swap;
  }
  gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(WORKSPACE);
  if (!workspace) return NAN;
  gsl_function f = {loop_integrand, &l};
  for (int i = 0; i < 3; i++) {
    double value, error;
    if (!(edge[i + 1] > edge[i])) continue;
    int status = gsl_integration_qags(&f, edge[i], edge[i + 1], ACCURACY * fabs(real), ACCURACY, WORKSPACE,
                                      workspace, &value, &error);
    real += status == GSL_SUCCESS ? 2 * value : NAN;
  }
  gsl_integration_workspace_free(workspace);
  return real + I * imaginary;
}

wd_kinetic_mixing wd_kinetic_mixing_at(double coupling, double sin2_theta_w, const wd_mixing_masses *masses,
                                       double q2) {
  const double e = sqrt(4 * WD_PI * WD_ALPHA), s = sqrt(sin2_theta_w), c = sqrt(1 - sin2_theta_w);
  const double unit = coupling / (8 * WD_PI * WD_PI);
  double complex lepton = wd_mixing_loop(masses->lepton[0], masses->lepton[1], q2);
  double complex neutrino = wd_mixing_loop(masses->neutrino[0], masses->neutrino[1], q2);
  wd_kinetic_mixing mixing;
  mixing.B = e / c * unit * (3 * lepton + neutrino);
  mixing.W = e / s * unit * (lepton - neutrino);
  mixing.A = 4 * e * unit * lepton;
  mixing.Z = -2 * e * s / c * unit * (lepton + neutrino);
  mixing.Z_rotated = c * mixing.W - s * mixing.B;
  return mixing;
}

/* With y = x(1-x): ln(1 - y q^2/m^2) = -sum (y q^2/m^2)^n/n, and int y^(n+1) dx = (n+1)!^2/(2n+3)!. */
void wd_mixing_series(double mass_i, double mass_j, int terms, double change[]) {
  double moment = 1.0 / 6; /* of y */
  for (int n = 1; n <= terms; n++) {
    moment *= (n + 1.0) / (2 * (2 * n + 3.0));
    change[n - 1] = -moment / n * (pow(mass_i, -2 * n) - pow(mass_j, -2 * n));
  }
}

double wd_kinetic_mixing_low(double coupling, double mass_i, double mass_j) {
  const double e = sqrt(4 * WD_PI * WD_ALPHA);
  return e * coupling / (6 * WD_PI * WD_PI) * log(mass_i / mass_j);
}
