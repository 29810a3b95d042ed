/* The gauged U(1)_{Lmu-Ltau} model; see wdscan/model.h. */
#include "wdscan/model.h"

#include "wdscan/constants.h"
#include <gsl/gsl_integration.h>
#include <math.h>

wd_model wd_model_at(double coupling, double sin2_theta_w, int formulas) {
  static const double charge[WD_FLAVOURS] = {0, 1, -1}; /* s_alpha of Eq. (14) */
  const double e = sqrt(4 * WD_PI * WD_ALPHA), s2 = sin2_theta_w, tan2 = s2 / (1 - s2);
  const int published = formulas == WD_FORMULAS_PUBLISHED;
  wd_model m = {.formulas = formulas, .coupling = coupling};
  m.epsilon = e * coupling / (6 * WD_PI * WD_PI) * log(WD_M_MUON / WD_M_TAU);
  m.d_V = e * m.epsilon * (1 - tan2 * (1 - 4 * s2) / 8);
  m.d_A = e * m.epsilon * tan2 / 8;
  for (int a = 0; a < WD_FLAVOURS; a++) {
    m.k[a] = charge[a] * coupling / 2 + m.d_A;
    m.C_V[a] = 2 * s2 + (a == WD_NU_E ? 0.5 : -0.5);
    m.C_A[a] = a == WD_NU_E ? 0.5 : -0.5;
    m.sum_k2 += m.k[a] * m.k[a];
    m.sum_CV2 += m.C_V[a] * m.C_V[a];
    m.sum_CA2 += m.C_A[a] * m.C_A[a];
    m.sum_CVk += m.C_V[a] * m.k[a];
    m.sum_CAk += m.C_A[a] * m.k[a];
  }
  m.r_bsm = (m.d_V * m.d_V + m.d_A * m.d_A) / (4 * WD_PI * WD_ALPHA);
  m.width = m.sum_k2 / ((published ? 24 : 6) * WD_PI); /* Eq. (36); optical theorem */
  const double b_V = published ? 1 : -1, b_A = -b_V;   /* Eq. (15); Lagrangian */
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    double d = p == WD_AXIAL ? m.d_A : m.d_V, Ck = p == WD_AXIAL ? m.sum_CAk : m.sum_CVk;
    m.interference[p] = 2 * (p == WD_AXIAL ? b_A : b_V) * sqrt(2) / WD_FERMI * d * Ck;
    m.square[p] = 2 / (WD_FERMI * WD_FERMI) * d * d * m.sum_k2;
  }
  return m;
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
  double inverse_x2 = mass * mass / (WD_M_MUON * WD_M_MUON), integral, error;
  gsl_function f = {anomaly_integrand, &inverse_x2};
  gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(200);
  if (!workspace) return NAN;
  int status = gsl_integration_qag(&f, 0, 1, 0, 1e-10, 200, GSL_INTEG_GAUSS61, workspace, &integral, &error);
  gsl_integration_workspace_free(workspace);
  return status ? NAN : coupling * coupling / (4 * WD_PI * WD_PI) * integral;
}
