/* Gauged U(1) models by their charges and mixing; see wdscan/model.h. */
#include "wdscan/model.h"

#include "base/constants.h"
#include "model/drift.h"
#include "model/mixing.h"
#include <gsl/gsl_integration.h>
#include <math.h>

static const double lepton_mass[WD_FLAVOURS] = {WD_M_ELECTRON, WD_M_MUON, WD_M_TAU}; /* [eV] */

static const wd_charges charges_of_group[] = {
    [WD_GROUP_MU_TAU] = {.lepton = {0, 1, -1}, .loop = true},
    [WD_GROUP_E_MU] = {.lepton = {1, -1, 0}, .loop = true},
    [WD_GROUP_E_TAU] = {.lepton = {1, 0, -1}, .loop = true},
    [WD_GROUP_DARK_PHOTON] = {.mixing = 1}, /* the coupling is epsilon_A */
    [WD_GROUP_B_L] = {.lepton = {-1, -1, -1}, .baryon = 1}};

static const wd_charges *charges_of(const wd_gauge_model *model) {
  return model->group == WD_GROUP_CHARGES ? &model->charges : &charges_of_group[model->group];
}

/* The heaviest lepton that has a charge. */
static int heaviest(const wd_charges *charges) {
  int a = WD_FLAVOURS - 1;
  while (a > 0 && charges->lepton[a] == 0) a--;
  return a;
}

/* epsilon_A. The loops of leptons diverge alike, so that with charges that add up to 0 only ratios of masses remain: each
 * family counts as one of L_a - L_heaviest. */
static double mixing_of(const wd_charges *charges, double coupling) {
  if (!charges->loop) return charges->mixing * coupling;
  const int last = heaviest(charges);
  double sum = 0;
  for (int a = 0; a < last; a++)
    sum += charges->lepton[a] * wd_kinetic_mixing_low(coupling, lepton_mass[a], lepton_mass[last]);
  return sum;
}

/* What `published` adds for the Z, as shares of e epsilon_A in d_V and d_A, Eqs. (12), (13). A boson far below the mass
 * of the Z does not see it: (P.3). */
static double z_vector(int formulas, double s2) {
  return formulas == WD_FORMULAS_PUBLISHED ? -s2 / (1 - s2) * (1 - 4 * s2) / 8 : 0;
}

static double z_axial(int formulas, double s2) {
  return formulas == WD_FORMULAS_PUBLISHED ? s2 / (1 - s2) / 8 : 0;
}

static wd_model model_of(const wd_charges *charges, double coupling, double sin2_theta_w, int formulas) {
  const double e = sqrt(4 * WD_PI * WD_ALPHA), s2 = sin2_theta_w;
  const int published = formulas == WD_FORMULAS_PUBLISHED;
  wd_model m = {.formulas = formulas, .coupling = coupling};
  for (int a = 0; a < WD_FLAVOURS; a++) m.charge[a] = charges->lepton[a];
  m.epsilon = mixing_of(charges, coupling);
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
static void add_drift(const wd_charges *charges, wd_model *m) {
  const double unit = 4 * WD_PI * WD_ALPHA * m->coupling / (2 * WD_PI * WD_PI);
  const int last = heaviest(charges);
  for (int a = 0; a < last; a++) {
    double change[WD_DRIFTS];
    wd_mixing_series(lepton_mass[a], lepton_mass[last], WD_DRIFTS, change);
    for (int n = 0; n < WD_DRIFTS; n++) m->drift[n] += charges->lepton[a] * change[n];
  }
  for (int n = 0; n < WD_DRIFTS; n++) m->drift[n] *= m->d_V != 0 ? unit / m->d_V : 0;
}

wd_model wd_model_of(const wd_config *config, double coupling) {
  const wd_charges *charges = charges_of(&config->physics.model);
  wd_model m = model_of(charges, coupling, config->physics.sin2_theta_w, config->physics.formulas);
  if (config->physics.mixing == WD_MIXING_Q2 && charges->loop) add_drift(charges, &m);
  return m;
}

double wd_model_resonant(const wd_model *model, int polarization) {
  const double d = polarization == WD_AXIAL ? model->d_A : model->d_V;
  return model->width > 0 ? model->square[polarization] / model->width
                          : 12 * WD_PI / (WD_FERMI * WD_FERMI) * d * d;
}

bool wd_model_escapes(const wd_model *model, double mass) {
  return model->sum_k2 > 0 || mass < 2 * WD_M_ELECTRON;
}

double wd_model_drift(const wd_model *model, double q2) {
  return wd_drift(model, q2);
}

double wd_model_mixing2(const wd_model *model, double m2) {
  const double d_V = model->d_V * wd_model_drift(model, m2);
  return d_V * d_V / (4 * WD_PI * WD_ALPHA);
}

wd_model wd_model_at(double coupling, double sin2_theta_w, int formulas) {
  return model_of(&charges_of_group[WD_GROUP_MU_TAU], coupling, sin2_theta_w, formulas);
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

/* The coupling of muons, per g. */
static double muon_charge(const wd_charges *charges) {
  const double mixing = charges->loop ? 0 : sqrt(4 * WD_PI * WD_ALPHA) * charges->mixing;
  return fabs(charges->lepton[WD_NU_MU] + mixing);
}

void wd_model_delta_a_mu_band(const wd_config *config, double mass, double band[2]) {
  const double delta = config->physics.delta_a_mu, error = config->physics.delta_a_mu_error;
  const double charge = muon_charge(charges_of(&config->physics.model));
  band[0] = band[1] = NAN;
  if (charge == 0 || delta + 2 * error < 0) return;
  band[0] = wd_model_delta_a_mu_coupling(mass, fmax(0, delta - 2 * error)) / charge;
  band[1] = wd_model_delta_a_mu_coupling(mass, delta + 2 * error) / charge;
}
