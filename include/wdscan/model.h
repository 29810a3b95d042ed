/* The gauged U(1)_{Lmu-Ltau} model of Foldenauer & Hoefken Zink, arXiv:2405.00094 ("the paper"), its siblings e-mu and
 * e-tau, where electrons couple at tree level, too, dark photons, which couple by mixing only, B - L, and any charges of
 * leptons and baryons; docs/models.md.
 *
 * Two complete sets of formulas (physics.formulas): `published`, as printed, and `consistent`, where the
 * width is that of the optical theorem, both polarisations share it, and the signs follow from the
 * Lagrangian; docs/physics.md, whose equations are (P.n).
 */
#ifndef WDSCAN_MODEL_H
#define WDSCAN_MODEL_H

#include "wdscan/config.h"

#ifdef __cplusplus
extern "C" {
#endif

enum wd_flavour { WD_NU_E, WD_NU_MU, WD_NU_TAU, WD_FLAVOURS };

enum { WD_DRIFTS = 5 };

typedef struct wd_model {
  int formulas;
  double coupling;            /* g; of dark photons: epsilon_A itself */
  double charge[WD_FLAVOURS]; /* s_alpha of Eq. (14): of L_i - L_j 1 for i, -1 for j */
  double epsilon;             /* epsilon_A: that of loops, Eq. (A7) with the exact logarithm, or as given */
  double d_V, d_A;            /* to electrons, Eqs. (12), (13); d_V: + g s_e */
  /* physics.mixing: q2: d_V at q^2 is d_V (1 + sum drift[n] q^(2n+2)), far below the thresholds of pairs; else 0 */
  double drift[WD_DRIFTS];                           /* [eV^-(2n+2)] */
  double k[WD_FLAVOURS];                             /* couplings to neutrinos, Eq. (14) */
  double C_V[WD_FLAVOURS], C_A[WD_FLAVOURS];         /* Standard Model, below Eq. (15) */
  double sum_k2, sum_CV2, sum_CA2, sum_CVk, sum_CAk; /* sums over flavours */
  double r_bsm;                                      /* Re Pi/q^2, Eq. (31), (P.21) */
  double width;                                      /* K: Im Pi_T = K q^2, (P.23) or (P.24) */
  /* (P.5): sum_a |C_a + delta_a|^2 - C_a^2 = interference Re(1/D) + square/|D|^2, D = q^2 - m^2 - Pi; [eV^2],
     [eV^4], for the vector coefficients (transverse and longitudinal) and the axial ones */
  double interference[WD_POLARIZATIONS], square[WD_POLARIZATIONS];
} wd_model;

/* The model of the configuration's section `physics`. */
wd_model wd_model_of(const wd_config *config, double coupling);

/* L_mu - L_tau. */
wd_model wd_model_at(double coupling, double sin2_theta_w, int formulas);

/* square/width of a polarisation, the coefficient of resonant parts (P.30) [eV^4]. Where the A' has no neutrinos to decay
 * into it is 12 pi d^2/G_F^2, as for any width of the optical theorem (P.23). */
double wd_model_resonant(const wd_model *model, int polarization);

/* Does a real A' of this mass [eV] carry its energy out of the star? Not one that decays into nothing but e+e-. */
bool wd_model_escapes(const wd_model *model, double mass);

/* d_V at q2 [eV^2] in units of d_V, and what it is for a real A': the square of its mixing with the photon, d_V^2/4 pi alpha
 * at q^2 = m^2. */
double wd_model_drift(const wd_model *model, double q2);
double wd_model_mixing2(const wd_model *model, double m2);

/* Heavy limit of the excess (P.6), first line of Eq. (21): sum |C + delta|^2/sum C^2 - 1 with 1/D = -1/m^2; m
 * in eV. */
double wd_model_heavy_excess(const wd_model *model, double mass);

/* Contribution of a boson to the muon's anomalous magnetic moment, Eq. (8), for a muon of charge +-1 (mu-tau,
 * e-mu, b-l); mass in eV. */
double wd_model_delta_a_mu(double mass, double coupling);

/* The coupling with which it is `delta`; NaN if delta is negative, which no coupling gives. */
double wd_model_delta_a_mu_coupling(double mass, double delta);

/* The couplings that bring it within two standard deviations of the configured value. The lower edge is 0 if
 * no boson at all is within; both are NaN if no coupling is, or if muons have no charge (e-tau). Mixing by loops is
 * neglected beside charges; with a given mixing the muon's coupling is g s_mu + e epsilon_A. */
void wd_model_delta_a_mu_band(const wd_config *config, double mass, double band[2]);

#ifdef __cplusplus
}
#endif

#endif
