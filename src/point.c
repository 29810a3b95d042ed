/* One grid point: reduction of its shells and planning of its rounds; see wdscan/point.h. */
#include "wdscan/point.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

/* How a pilot round's evaluations per shell are shared; poles are smooth lines and need few. */
static const double pilot_share[WD_CHANNELS] = {0.6, 0.2, 0.2};
#define PILOT_MIN 64        /* evaluations of a channel */
#define ROUND_MIN 128       /* a channel that is worth another round gets at least this many */
#define TARGET_MARGIN 0.9   /* rounds are planned for this fraction of the target error */
#define MEASURED_SHARE 0.75 /* of a round's evaluations, see shell.c */
/* A round gives a channel at most this many times the evaluations it had: the first estimates of the variance
 * are rough, and VEGAS+ converges faster than planned. */
#define GROWTH 4.0

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

/* What must be known well enough: the excess, and each resonant part by itself, since parts are results too.
 */
enum criterion { EXCESS, TRANSVERSE_PART, LONGITUDINAL_PART, CRITERIA };

typedef struct demand {
  double value, variance; /* of the whole; N/D or a part times D */
  double root_sum;        /* sum of sqrt(variance per evaluation) over shells and channels */
  double goal;            /* bound of the variance */
} demand;

/* The variance that one estimate contributes to a criterion. */
static double contribution(const wd_point *state, const ratio *total, const wd_estimate *e, int channel,
                           int criterion) {
  static const int part_channel[CRITERIA] = {-1, WD_CHANNEL_TRANSVERSE, WD_CHANNEL_LONGITUDINAL};
  static const size_t part_component[CRITERIA] = {0, WD_TPOLE_RES, WD_LPOLE_RES};
  if (criterion == EXCESS) {
    ratio r = ratio_of(e, channel);
    return fmax(0, variance_of(state, total, &r));
  }
  size_t i = part_component[criterion], n = wd_channel_components(channel);
  return part_channel[criterion] == channel ? e->covariance[i * n + i] : 0;
}

static void take_demands(const wd_point *state, const ratio *total, demand demands[CRITERIA]) {
  memset(demands, 0, CRITERIA * sizeof *demands);
  demands[EXCESS].value = state->coupling == 0 ? 1 : total->N / total->D;
  demands[EXCESS].variance = variance_of(state, total, total);
  for (uint32_t s = 0; s < state->shells; s++) {
    demands[TRANSVERSE_PART].value += state->shell[s].channel[WD_CHANNEL_TRANSVERSE].mean[WD_TPOLE_RES];
    demands[LONGITUDINAL_PART].value += state->shell[s].channel[WD_CHANNEL_LONGITUDINAL].mean[WD_LPOLE_RES];
    for (int c = 0; c < WD_CHANNELS; c++)
      for (int k = 0; k < CRITERIA; k++) {
        const wd_estimate *e = &state->shell[s].channel[c];
        double v = contribution(state, total, e, c, k);
        demands[k].root_sum += sqrt(v * (double)e->measured);
        if (k != EXCESS) demands[k].variance += v;
      }
  }
  for (int k = 0; k < CRITERIA; k++) {
    double target = demands[k].value * state->relative_error;
    demands[k].goal = target * target;
  }
}

static bool is_met(const demand *d) {
  return d->variance <= d->goal;
}

/* How many evaluations more this channel of this shell should get: n_i ~ sqrt(V_i) measured evaluations bring
 * the variance to the goal, V_i the variance per evaluation; the largest of what the unmet criteria ask for.
 */
static double wish_of(const wd_point *state, const ratio *total, const demand demands[CRITERIA],
                      uint32_t shell, int channel) {
  const wd_estimate *e = &state->shell[shell].channel[channel];
  double best = 0;
  for (int k = 0; k < CRITERIA; k++) {
    if (is_met(&demands[k])) continue;
    double v = contribution(state, total, e, channel, k);
    double goal = TARGET_MARGIN * TARGET_MARGIN * demands[k].goal;
    best = fmax(best, sqrt(v * (double)e->measured) * demands[k].root_sum / goal);
  }
  double more = fmin(best - (double)e->measured, GROWTH * (double)e->measured) / MEASURED_SHARE;
  return more > 0.25 * ROUND_MIN ? fmax(more, ROUND_MIN) : 0;
}

/* Plans the next round within `left` evaluations. Returns what it will spend. */
static int64_t plan(wd_point *state, const ratio *total, const demand demands[CRITERIA], int64_t left) {
  double wish = 0;
  int64_t spend = 0;
  for (uint32_t s = 0; s < state->shells; s++)
    for (int c = 0; c < WD_CHANNELS; c++) wish += wish_of(state, total, demands, s, c);
  double scale = wish > 0 ? fmin(1, (double)left / wish) : 0;
  for (uint32_t s = 0; s < state->shells; s++)
    for (int c = 0; c < WD_CHANNELS; c++) {
      int64_t n = (int64_t)(scale * wish_of(state, total, demands, s, c));
      state->shell[s].next[c] = n >= PILOT_MIN ? n : 0;
      spend += state->shell[s].next[c];
    }
  return spend;
}

bool wd_point_advance(wd_point *state, const wd_config *config) {
  ratio total = total_ratio(state);
  if (!state->failure && !(total.D > 0)) state->failure = WD_FAILURE_DARK; /* too cold for a double */
  if (state->failure) {
    state->status = WD_ROW_FAILED;
    return false;
  }
  demand demands[CRITERIA];
  take_demands(state, &total, demands);
  state->status = is_met(&demands[EXCESS]) ? WD_ROW_DONE : WD_ROW_TARGET_MISSED;
  if (is_met(&demands[EXCESS]) && is_met(&demands[TRANSVERSE_PART]) && is_met(&demands[LONGITUDINAL_PART]))
    return false;
  int64_t left = config->integrator.max_evaluations - state->spent;
  if (left < ROUND_MIN || state->round + 1 >= WD_ROUNDS_MAX) return false;
  if (plan(state, &total, demands, left) == 0) return false;
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
