/* One grid point: reduction of its shells and planning of its rounds; see wdscan/point.h. */
#include "wdscan/point.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

/* How a pilot round's evaluations per shell are shared; poles are smooth lines and need few. */
static const double pilot_share[WD_CHANNELS] = {0.6, 0.2, 0.2};
#define PILOT_MIN 64      /* evaluations of a channel */
#define ROUND_MIN 128     /* a channel that is worth another round gets at least this many */
#define TARGET_MARGIN 0.9 /* rounds are planned for this fraction of the target error */
#define GROWTH                                                                                               \
  2.0 /* a round spends at most this many times what was spent before: estimates of the variance             \
       * are rough at first, and VEGAS+ converges faster than planned */
#define MEASURED_SHARE 0.75 /* of a round's evaluations, see shell.c */

struct wd_point {
  uint64_t point;
  double mass, coupling, relative_error;
  uint32_t round, shells;
  int32_t failure, status;
  int64_t spent;
  struct shell_state {
    int64_t next[WD_CHANNELS]; /* evaluations in the present round */
    wd_estimate channel[WD_CHANNELS];
  } shell[];
};

size_t wd_point_size(const wd_config *config) {
  return sizeof(wd_point) + (size_t)config->grid.shells * sizeof(struct shell_state);
}

void wd_point_begin(wd_point *state, const wd_config *config, uint64_t point, double mass, double coupling,
                    double relative_error) {
  memset(state, 0, wd_point_size(config));
  state->point = point;
  state->mass = mass;
  state->coupling = coupling;
  state->relative_error = relative_error;
  state->shells = (uint32_t)config->grid.shells;
  for (uint32_t s = 0; s < state->shells; s++)
    for (int c = 0; c < WD_CHANNELS; c++) {
      double share = pilot_share[c] * (double)config->integrator.pilot_evaluations;
      bool needed = c == WD_CHANNEL_PLANE || coupling > 0;
      state->shell[s].next[c] = needed ? (int64_t)fmax(share, PILOT_MIN) : 0;
    }
}

void wd_point_order(const wd_point *state, uint32_t shell, wd_shell_order *order) {
  memset(order, 0, sizeof *order);
  order->point = state->point;
  order->mass = state->mass;
  order->coupling = state->coupling;
  order->round = state->round;
  order->shell = shell;
  memcpy(order->evaluations, state->shell[shell].next, sizeof order->evaluations);
}

void wd_point_absorb(wd_point *state, uint32_t shell, const wd_shell_result *result) {
  if (result->failure && !state->failure) state->failure = result->failure;
  for (int c = 0; c < WD_CHANNELS; c++) {
    state->spent += result->channel[c].evaluations;
    wd_estimate_add(&state->shell[shell].channel[c], &result->channel[c], wd_channel_components(c));
  }
}

/* Sums over the components of one estimate that belong to N, the excess, and D, the Standard Model. */
typedef struct ratio {
  double N, D, NN, ND, DD; /* values, variances and covariance [erg/s] */
} ratio;

static ratio ratio_of(const wd_estimate *e, int channel) {
  ratio r = {0};
  size_t n = wd_channel_components(channel);
  if (channel == WD_CHANNEL_PLANE) {
    const double *cov = e->covariance;
    size_t N = WD_PLANE_OFF_TOTAL, D = WD_PLANE_SM_TOTAL;
    return (ratio){e->mean[N], e->mean[D], cov[N * n + N], cov[N * n + D], cov[D * n + D]};
  }
  for (size_t a = 0; a < n; a++) {
    r.N += e->mean[a];
    for (size_t b = 0; b < n; b++) r.NN += e->covariance[a * n + b];
  }
  return r;
}

static ratio total_ratio(const wd_point *state) {
  ratio sum = {0};
  for (uint32_t s = 0; s < state->shells; s++)
    for (int c = 0; c < WD_CHANNELS; c++) {
      ratio r = ratio_of(&state->shell[s].channel[c], c);
      sum.N += r.N, sum.D += r.D, sum.NN += r.NN, sum.ND += r.ND, sum.DD += r.DD;
    }
  return sum;
}

/* Variance of the quantity whose error is the target, as far as r causes it: N/D, or D/D_total for the
 * Standard Model alone. */
static double variance_of(const wd_point *state, const ratio *total, const ratio *r) {
  double D2 = total->D * total->D;
  if (state->coupling == 0) return r->DD / D2;
  double eps = total->N / total->D;
  return (r->NN - 2 * eps * r->ND + eps * eps * r->DD) / D2;
}

/* Plans the next round: measured evaluations n_i ~ sqrt(V_i) that bring the variance to `goal`, V_i the
 * variance per evaluation; within `left` evaluations. Returns what it will spend. */
static int64_t plan(wd_point *state, const ratio *total, double goal, int64_t left) {
  double root_sum = 0, wish = 0;
  for (uint32_t s = 0; s < state->shells; s++)
    for (int c = 0; c < WD_CHANNELS; c++) {
      const wd_estimate *e = &state->shell[s].channel[c];
      ratio r = ratio_of(e, c);
      root_sum += sqrt(fmax(0, variance_of(state, total, &r)) * (double)e->measured);
    }
  for (int pass = 0; pass < 2; pass++) { /* first the sum of wishes, then the shares of what is left */
    double scale = pass == 0 ? 1 : fmin(1, (double)left / wish);
    int64_t spend = 0;
    for (uint32_t s = 0; s < state->shells; s++)
      for (int c = 0; c < WD_CHANNELS; c++) {
        const wd_estimate *e = &state->shell[s].channel[c];
        ratio r = ratio_of(e, c);
        double best = sqrt(fmax(0, variance_of(state, total, &r)) * (double)e->measured) * root_sum / goal;
        double more = (best - (double)e->measured) / MEASURED_SHARE;
        if (!(more > 0.25 * ROUND_MIN))
          more = 0;
        else
          more = fmax(more, ROUND_MIN);
        if (pass == 0) wish += more;
        int64_t n = (int64_t)(more * scale);
        state->shell[s].next[c] = n >= PILOT_MIN ? n : 0;
        spend += state->shell[s].next[c];
      }
    if (pass == 1 || wish == 0) return wish == 0 ? 0 : spend;
  }
  return 0;
}

bool wd_point_advance(wd_point *state, const wd_config *config) {
  if (state->failure) {
    state->status = WD_ROW_FAILED;
    return false;
  }
  ratio total = total_ratio(state);
  double target =
      state->coupling == 0 ? state->relative_error : state->relative_error * fabs(total.N / total.D);
  double variance = variance_of(state, &total, &total);
  if (variance <= target * target) {
    state->status = WD_ROW_DONE;
    return false;
  }
  state->status = WD_ROW_TARGET_MISSED;
  int64_t left = config->integrator.max_evaluations - state->spent;
  if (left < ROUND_MIN || state->round + 1 >= WD_ROUNDS_MAX) return false;
  left = (int64_t)fmin((double)left, GROWTH * (double)state->spent);
  double goal = TARGET_MARGIN * TARGET_MARGIN * target * target;
  if (plan(state, &total, goal, left) == 0) return false;
  state->round++;
  return true;
}

void wd_point_result_of(const wd_point *state, wd_point_result *out) {
  memset(out, 0, sizeof *out);
  ratio total = total_ratio(state);
  for (uint32_t s = 0; s < state->shells; s++) {
    const wd_estimate *plane = &state->shell[s].channel[WD_CHANNEL_PLANE];
    const double *t = state->shell[s].channel[WD_CHANNEL_TRANSVERSE].mean;
    const double *l = state->shell[s].channel[WD_CHANNEL_LONGITUDINAL].mean;
    for (int p = 0; p < WD_POLARIZATIONS; p++) {
      out->luminosity_sm[p] += plane->mean[WD_PLANE_SM + p];
      out->luminosity_sm_error[p] += plane->covariance[(WD_PLANE_SM + p) * (WD_PLANE_COMPONENTS + 1)];
      out->offresonant[p] += plane->mean[WD_PLANE_OFF + p];
    }
    out->resonant[WD_TRANSVERSE] += t[WD_TPOLE_RES];
    out->resonant[WD_AXIAL] += t[WD_TPOLE_RES_AXIAL];
    out->resonant[WD_LONGITUDINAL] += l[WD_LPOLE_RES];
    out->offresonant[WD_TRANSVERSE] += t[WD_TPOLE_OFF];
    out->offresonant[WD_AXIAL] += t[WD_TPOLE_OFF_AXIAL];
    out->offresonant[WD_LONGITUDINAL] += l[WD_LPOLE_OFF];
    for (int c = 0; c < WD_CHANNELS; c++) {
      out->chi2 += state->shell[s].channel[c].chi2;
      out->dof += state->shell[s].channel[c].dof;
      out->iterations += state->shell[s].channel[c].iterations;
    }
  }
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    out->luminosity_sm_error[p] = sqrt(out->luminosity_sm_error[p]);
    out->resonant[p] /= total.D;
    out->offresonant[p] /= total.D;
  }
  out->luminosity_total = total.D;
  out->luminosity_total_error = sqrt(total.DD);
  out->excess = total.N / total.D;
  out->excess_error = sqrt(fmax(0, variance_of(state, &total, &total)));
  out->q_value = out->dof > 0 ? gsl_cdf_chisq_Q(out->chi2, (double)out->dof) : 1;
  out->evaluations = state->spent;
  out->status = state->status;
  out->failure = state->failure;
}

void wd_point_shell(const wd_point *state, const wd_point_result *result, uint32_t shell,
                    double *chi2_per_dof, int64_t *evaluations, double *relative_error, int32_t *iterations) {
  double chi2 = 0, variance = 0;
  int64_t dof = 0;
  ratio total = {.N = result->excess * result->luminosity_total, .D = result->luminosity_total};
  *evaluations = 0;
  *iterations = 0;
  for (int c = 0; c < WD_CHANNELS; c++) {
    const wd_estimate *e = &state->shell[shell].channel[c];
    ratio r = ratio_of(e, c);
    chi2 += e->chi2;
    dof += e->dof;
    variance += variance_of(state, &total, &r);
    *evaluations += e->evaluations;
    *iterations += e->iterations;
  }
  *chi2_per_dof = dof > 0 ? chi2 / (double)dof : NAN;
  *relative_error = sqrt(fmax(0, variance)) / fabs(result->excess);
}

void wd_point_compute(wd_sampler *sampler, const wd_config *config, wd_point *state) {
  do {
    for (uint32_t s = 0; s < state->shells; s++) {
      wd_shell_order order;
      wd_shell_result result;
      wd_point_order(state, s, &order);
      wd_sampler_compute(sampler, &order, &result);
      wd_point_absorb(state, s, &result);
    }
  } while (wd_point_advance(state, config));
}
