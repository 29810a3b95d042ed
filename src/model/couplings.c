/* The gauged U(1)_{Li-Lj} models; see wdscan/model.h. */
#include "wdscan/model.h"

#include "base/constants.h"
#include "model/drift.h"
#include "model/mixing.h"
#include <gsl/gsl_integration.h>
#include <math.h>

static const double lepton_mass[WD_FLAVOURS] = {WD_M_ELECTRON, WD_M_MUON, WD_M_TAU}; /* [eV] */

/* i and j of L_i - L_j. */
static const enum wd_flavour families[][2] = {[WD_GROUP_MU_TAU] = {WD_NU_MU, WD_NU_TAU},
                                              [WD_GROUP_E_MU] = {WD_NU_E, WD_NU_MU},
                                              [WD_GROUP_E_TAU] = {WD_NU_E, WD_NU_TAU}};

/* What `published` adds for the Z, as shares of e epsilon_A in d_V and d_A, Eqs. (12), (13). A boson far below the mass
 * of the Z does not see it: (P.3). */
static double z_vector(int formulas, double s2) {
  return formulas == WD_FORMULAS_PUBLISHED ? -s2 / (1 - s2) * (1 - 4 * s2) / 8 : 0;
}

static double z_axial(int formulas, double s2) {
  return formulas == WD_FORMULAS_PUBLISHED ? s2 / (1 - s2) / 8 : 0;
}

static wd_model model_of(int group, double coupling, double sin2_theta_w, int formulas) {
  const double e = sqrt(4 * WD_PI * WD_ALPHA), s2 = sin2_theta_w;
  const int published = formulas == WD_FORMULAS_PUBLISHED;
  wd_model m = {.formulas = formulas, .coupling = coupling};
  const enum wd_flavour i = families[group][0], j = families[group][1];
  m.charge[i] = 1;
  m.charge[j] = -1;
  m.epsilon = wd_kinetic_mixing_low(coupling, lepton_mass[i], lepton_mass[j]);
  m.d_V = e * m.epsilon * (1 + z_vector(formulas, s2)) + coupling * m.charge[WD_NU_E];
  m.d_A = e * m.epsilon * z_axial(formulas, s2);
  for (int a = 0; a < WD_FLAVOURS; a++) {
    m.k[a] = m.charge[a] * coupling / 2 + m.d_A;
    m.C_V[a] = 2 * s2 + (a == WD_NU_E ? 0.5 : -0.5);
    m.C_A[a] = a == WD_NU_E ? 0.5 : -0.5;
    m.sum_k2 += m.k[a] * m.k[a];
    m.sum_CV2 += m.C_V[a] * m.C_V[a];
    m.sum_CA2 += m.C_A[a] * m.C_A[a];
    m.sum_CVk += m.C_V[a] * m.k[a];
    m.sum_CAk += m.C_A[a] * m.k[a];
  }
  m.r_bsm = (m.d_V * m.d_V + m.d_A * m.d_A) / (4 * WD_PI * WD_ALPHA);
  m.width = m.sum_k2 / ((published ? 24 : 6) * WD_PI); /* Eq. (36), (P.24); (P.23) */
  const double b_V = published ? 1 : -1, b_A = -b_V;   /* Eq. (15); (P.4) */
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    double d = p == WD_AXIAL ? m.d_A : m.d_V, Ck = p == WD_AXIAL ? m.sum_CAk : m.sum_CVk;
    m.interference[p] = 2 * (p == WD_AXIAL ? b_A : b_V) * sqrt(2) / WD_FERMI * d * Ck;
    m.square[p] = 2 / (WD_FERMI * WD_FERMI) * d * d * m.sum_k2;
  }
  return m;
}

/* e epsilon_A of d_V is e^2 g/(2 pi^2) Lambda(q^2), Eq. (A3). */
static void add_drift(int group, wd_model *m) {
  const double unit = 4 * WD_PI * WD_ALPHA * m->coupling / (2 * WD_PI * WD_PI);
  wd_mixing_series(lepton_mass[families[group][0]], lepton_mass[families[group][1]], WD_DRIFTS, m->drift);
  for (int n = 0; n < WD_DRIFTS; n++) m->drift[n] *= m->d_V != 0 ? unit / m->d_V : 0;
}

wd_model wd_model_of(const wd_config *config, double coupling) {
  wd_model m =
      model_of(config->physics.model, coupling, config->physics.sin2_theta_w, config->physics.formulas);
  if (config->physics.mixing == WD_MIXING_Q2) add_drift(config->physics.model, &m);
  return m;
}

double wd_model_drift(const wd_model *model, double q2) {
  return wd_drift(model, q2);
}

double wd_model_mixing2(const wd_model *model, double m2) {
  const double d_V = model->d_V * wd_model_drift(model, m2);
  return d_V * d_V / (4 * WD_PI * WD_ALPHA);
}

wd_model wd_model_at(double coupling, double sin2_theta_w, int formulas) {
  return model_of(WD_GROUP_MU_TAU, coupling, sin2_theta_w, formulas);
}

double wd_model_heavy_excess(const wd_model *model, double mass) {
  double m2 = mass * mass;
  return (model->square[WD_TRANSVERSE] / (m2 * m2) - model->interference[WD_TRANSVERSE] / m2) /
         model->sum_CV2;
}

static double anomaly_integrand(double u, void *inverse_x2) {
  return (1 - u) * u * u / (u * u + (1 - u) * *(double *)inverse_x2);
}

double wd_model_delta_a_mu(double mass, double coupling) {
  double ratio = mass / WD_M_MUON, inverse_x2 = ratio * ratio, integral = 0;
  /* the integrand turns at u = m/m_mu if the boson is light, at 1 - u = (m_mu/m)^2 if it is heavy */
  const double edge[] = {0, fmin(0.5, ratio), fmax(0.5, 1 - 1 / inverse_x2), 1};
  gsl_function f = {anomaly_integrand, &inverse_x2};
  gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(200);
  if (!workspace) return NAN;
  for (int i = 0; i < 3; i++) {
    double value = 0, error;
    if (!(edge[i + 1] > edge[i])) continue;
    int status = gsl_integration_qags(&f, edge[i], edge[i + 1], 1e-10 * integral, 1e-10, 200, workspace,
                                      &value, &error);
    integral += status ? NAN : value;
  }
  gsl_integration_workspace_free(workspace);
  return coupling * coupling / (4 * WD_PI * WD_PI) * integral;
}

double wd_model_delta_a_mu_coupling(double mass, double delta) {
  return sqrt(delta / wd_model_delta_a_mu(mass, 1));
}

void wd_model_delta_a_mu_band(const wd_config *config, double mass, double band[2]) {
  const double delta = config->physics.delta_a_mu, error = config->physics.delta_a_mu_error;
  const bool charged = config->physics.model != WD_GROUP_E_TAU, possible = delta + 2 * error >= 0;
  band[0] = band[1] = NAN;
  if (!charged || !possible) return;
  band[0] = wd_model_delta_a_mu_coupling(mass, fmax(0, delta - 2 * error));
  band[1] = wd_model_delta_a_mu_coupling(mass, delta + 2 * error);
}
