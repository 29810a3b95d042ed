/* Grid points of one mass: reduction of their shells and planning of their rounds; see excess/point.h. */
#include "excess/point.h"

#include "base/constants.h"
#include <gsl/gsl_cdf.h>
#include <string.h>

/* How a pilot round's evaluations per shell are shared; poles are smooth lines and need few. */
static const double pilot_share[WD_CHANNELS] = {0.6, 0.2, 0.2, 0.3}; /* the last on top of the others */
#define PILOT_MIN 64                                                 /* evaluations of a channel at least */
#define ROUND_MIN 128       /* a channel that is worth another round gets at least this many */
#define TARGET_MARGIN 0.9   /* rounds are planned for this fraction of the target error */
#define MEASURED_SHARE 0.75 /* of a round's evaluations, see shell.c */
/* A round gives a channel at most this many times the evaluations it had: the first estimates of the variance are
 * rough, and VEGAS+ converges faster than planned. */
#define GROWTH 4.0

typedef struct shell_state {
  int64_t next[WD_CHANNELS]; /* evaluations in the present round */
  wd_estimate channel[WD_CHANNELS];
} shell_state;

/* What distinguishes the couplings: the coefficients of the components. 0 for what does not count. */
typedef struct coupling_state {
  double resonant[WD_POLARIZATIONS]; /* B/K [eV^4] */
  double linear[WD_POLARIZATIONS];   /* A [eV^2] */
  double square[WD_POLARIZATIONS];   /* B [eV^4] */
  double real[WD_POLARIZATIONS];     /* eps^2 = d_V^2/(4 pi alpha), of the continuum */
  int32_t status;
} coupling_state;

struct wd_point {
  uint64_t point;
  double mass, coupling; /* the largest coupling */
  double relative_error;
  uint32_t round, shells, couplings;
  int32_t failure;
  int64_t spent;
  wd_estimate total[WD_CHANNELS]; /* sums over the shells, by wd_point_advance, but for `evaluations` */
  shell_state shell[];            /* then coupling_state[couplings] */
};

static coupling_state *coupling_states(wd_point *state) {
  return (coupling_state *)(state->shell + state->shells);
}

static const coupling_state *coupling_at(const wd_point *state, size_t which) {
  return (const coupling_state *)(state->shell + state->shells) + which;
}

size_t wd_points_size(const wd_config *config, size_t couplings) {
  return sizeof(wd_point) + (size_t)config->grid.shells * sizeof(shell_state) +
         couplings * sizeof(coupling_state);
}

bool wd_points_shareable(const wd_config *config, double coupling, double shift) {
  wd_model m = wd_model_of(config, coupling);
  return fmax(m.width, m.r_bsm) < shift;
}

static coupling_state coefficients(const wd_config *config, double mass, double coupling) {
  wd_model m = wd_model_of(config, coupling);
  coupling_state c = {.status = WD_ROW_PENDING};
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    if (coupling == 0 || !(config->physics.polarizations >> p & 1u)) continue;
    c.linear[p] = m.interference[p];
    c.square[p] = m.square[p];
    if (!wd_model_escapes(&m, mass)) continue;
    if (wd_config_has_continuum(config) && wd_has_continuum(p)) c.real[p] = wd_model_mixing2(&m, mass * mass);
    if (config->physics.resonance == WD_RESONANCE_FULL) c.resonant[p] = wd_model_resonant(&m, p);
  }
  return c;
}

int64_t wd_points_least_evaluations(const wd_config *config) {
  return config->grid.shells * WD_CHANNELS * PILOT_MIN;
}

/* Each channel's evaluations of a shell in the pilot round, which keeps within integrator.max_evaluations, if that can
 * be. */
static void plan_pilot(const wd_config *config, int64_t evaluations[WD_CHANNELS]) {
  const double spare =
      fmax((double)(config->integrator.max_evaluations - wd_points_least_evaluations(config)), 0);
  double wish[WD_CHANNELS], wishes = 0;
  for (int c = 0; c < WD_CHANNELS; c++) {
    wish[c] = fmax(pilot_share[c] * (double)config->integrator.pilot_evaluations - PILOT_MIN, 0);
    wishes += wish[c] * (double)config->grid.shells;
  }
  const double scale = wishes > spare ? spare / wishes : 1;
  for (int c = 0; c < WD_CHANNELS; c++) evaluations[c] = PILOT_MIN + (int64_t)(scale * wish[c]);
}

void wd_points_begin(wd_point *state, const wd_config *config, uint64_t point, double mass,
                     const double *coupling, size_t couplings, double relative_error) {
  memset(state, 0, wd_points_size(config, couplings));
  state->point = point;
  state->mass = mass;
  state->coupling = coupling[couplings - 1];
  state->relative_error = relative_error;
  state->shells = (uint32_t)config->grid.shells;
  state->couplings = (uint32_t)couplings;
  for (size_t i = 0; i < couplings; i++) coupling_states(state)[i] = coefficients(config, mass, coupling[i]);
  int64_t pilot[WD_CHANNELS];
  plan_pilot(config, pilot);
  for (uint32_t s = 0; s < state->shells; s++)
    for (int c = 0; c < WD_CHANNELS; c++) {
      bool needed = c == WD_CHANNEL_PLANE || state->coupling > 0;
      state->shell[s].next[c] = needed ? pilot[c] : 0;
    }
}

void wd_points_set_width(wd_point *state, double width) {
  for (size_t i = 0; i < state->couplings; i++) {
    coupling_state *c = coupling_states(state) + i;
    for (int p = 0; p < WD_POLARIZATIONS; p++)
      if (c->resonant[p] > 0) c->resonant[p] = c->square[p] / width;
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

/* --- Reduction --- */

/* N, the excess, and D, the Standard Model: values, variances and covariance [erg/s]. */
typedef struct ratio {
  double N, D, NN, ND, DD;
} ratio;

enum part { RESONANT, OFFRESONANT, CONTINUUM, PARTS };

/* Adds the coefficients with which a channel's components enter a part of N. */
static void combine_part(const coupling_state *c, int channel, int part, int p, double n[WD_COMPONENTS_MAX]) {
  const bool l = p == WD_LONGITUDINAL;
  const int i = p == WD_AXIAL; /* the transverse channel has two of each */
  if (channel == WD_CHANNEL_PLANE) {
    if (part != OFFRESONANT) return;
    n[WD_PLANE_LINEAR + p] = c->linear[p];
    n[WD_PLANE_SQUARE + p] = c->square[p];
  } else if (channel == WD_CHANNEL_CONTINUUM) {
    if (part == CONTINUUM && wd_has_continuum(p))
      n[l ? WD_CONTINUUM_LONGITUDINAL : WD_CONTINUUM_TRANSVERSE] = c->real[p];
  } else if ((channel == WD_CHANNEL_LONGITUDINAL) == l) {
    if (part == RESONANT) n[l ? WD_LPOLE_RESONANT : WD_TPOLE_RESONANT + i] = c->resonant[p];
    if (part == OFFRESONANT) n[l ? WD_LPOLE_LINEAR : WD_TPOLE_LINEAR + i] = c->linear[p];
    if (part == OFFRESONANT) n[l ? WD_LPOLE_SQUARE : WD_TPOLE_SQUARE + i] = c->square[p];
    if (part == CONTINUUM && wd_has_continuum(p)) n[l ? WD_LPOLE_CONTINUUM : WD_TPOLE_CONTINUUM] = c->real[p];
  }
}

/* The coefficients of a channel's components in N. */
static void combine(const coupling_state *c, int channel, double n[WD_COMPONENTS_MAX]) {
  memset(n, 0, WD_COMPONENTS_MAX * sizeof *n);
  for (int p = 0; p < WD_POLARIZATIONS; p++)
    for (int part = 0; part < PARTS; part++) combine_part(c, channel, part, p, n);
}

static ratio ratio_of(const wd_estimate *e, const double coefficient[], int channel) {
  const size_t n = wd_channel_components(channel), D = WD_PLANE_SM_TOTAL;
  const bool plane = channel == WD_CHANNEL_PLANE;
  const size_t from = plane ? WD_PLANE_LINEAR : 0, to = plane ? WD_PLANE_SM_TOTAL : n; /* others are 0 */
  ratio r = {0};
  if (e->measured == 0) return r;
  for (size_t a = from; a < to; a++) {
    if (coefficient[a] == 0) continue;
    double row = 0;
    for (size_t b = from; b < to; b++) row += coefficient[b] * e->covariance[a * n + b];
    r.N += coefficient[a] * e->mean[a];
    r.NN += coefficient[a] * row;
    if (plane) r.ND += coefficient[a] * e->covariance[a * n + D];
  }
  if (plane) r.D = e->mean[D], r.DD = e->covariance[D * n + D];
  return r;
}

/* Shells are independent: means and covariances add up. */
static void sum_shells(wd_point *state) {
  memset(state->total, 0, sizeof state->total);
  for (int c = 0; c < WD_CHANNELS; c++) {
    const size_t n = wd_channel_components(c);
    wd_estimate *total = &state->total[c];
    for (uint32_t s = 0; s < state->shells; s++) {
      const wd_estimate *e = &state->shell[s].channel[c];
      for (size_t i = 0; i < n; i++) total->mean[i] += e->mean[i];
      for (size_t i = 0; i < n * n; i++) total->covariance[i] += e->covariance[i];
      total->measured += e->measured;
      total->chi2 += e->chi2;
      total->dof += e->dof;
      total->iterations += e->iterations;
    }
  }
}

static void add_ratio(ratio *sum, const ratio *r) {
  sum->N += r->N, sum->D += r->D, sum->NN += r->NN, sum->ND += r->ND, sum->DD += r->DD;
}

static ratio total_ratio(const wd_point *state, const coupling_state *coupling) {
  ratio sum = {0};
  for (int c = 0; c < WD_CHANNELS; c++) {
    double coefficient[WD_COMPONENTS_MAX];
    combine(coupling, c, coefficient);
    ratio r = ratio_of(&state->total[c], coefficient, c);
    add_ratio(&sum, &r);
  }
  return sum;
}

static ratio part_ratio(const wd_point *state, const coupling_state *coupling, int part, int p) {
  ratio sum = {0};
  for (int c = 0; c < WD_CHANNELS; c++) {
    double coefficient[WD_COMPONENTS_MAX] = {0};
    combine_part(coupling, c, part, p, coefficient);
    ratio r = ratio_of(&state->total[c], coefficient, c);
    add_ratio(&sum, &r);
  }
  return sum;
}

/* Variance of the quantity whose error is the target, as far as r causes it: N/D, or D/D_total for the Standard Model
 * alone. */
static double variance_of(const wd_point *state, const ratio *total, const ratio *r) {
  double D2 = total->D * total->D;
  if (state->coupling == 0) return r->DD / D2;
  double eps = total->N / total->D;
  return fmax(0, (r->NN - 2 * eps * r->ND + eps * eps * r->DD) / D2);
}

/* --- Planning --- */

/* What must be known well enough: the excess, and each resonant part by itself, since parts are results too. */
enum criterion { EXCESS, TRANSVERSE_PART, LONGITUDINAL_PART, CRITERIA };

typedef struct demand {
  double variance, goal; /* of the whole, and its bound */
  double root_sum;       /* sum of sqrt(variance per evaluation) over shells and channels */
} demand;

/* The demands, with the coupling that is farthest from the target standing for the excess. */
typedef struct demands {
  demand of[CRITERIA];
  ratio total; /* of that coupling */
  double coefficient[WD_CHANNELS][WD_COMPONENTS_MAX];
} demands;

static bool is_met(const demand *d) {
  return d->variance <= d->goal;
}

/* The variance that one estimate contributes to a criterion. */
static double contribution(const wd_point *state, const demands *d, const wd_estimate *e, int channel,
                           int criterion) {
  static const int part_channel[CRITERIA] = {-1, WD_CHANNEL_TRANSVERSE, WD_CHANNEL_LONGITUDINAL};
  static const size_t part_component[CRITERIA] = {0, WD_TPOLE_RESONANT, WD_LPOLE_RESONANT};
  if (criterion == EXCESS) {
    ratio r = ratio_of(e, d->coefficient[channel], channel);
    return variance_of(state, &d->total, &r);
  }
  size_t i = part_component[criterion], n = wd_channel_components(channel);
  return part_channel[criterion] == channel ? e->covariance[i * n + i] : 0;
}

/* Sets the status of every coupling and finds the one farthest from its target. */
static size_t judge(wd_point *state) {
  size_t worst = 0;
  double worst_excess = -1;
  for (size_t i = 0; i < state->couplings; i++) {
    coupling_state *c = coupling_states(state) + i;
    ratio total = total_ratio(state, c);
    double target = state->relative_error * (state->coupling == 0 ? 1 : fabs(total.N / total.D));
    double variance = variance_of(state, &total, &total);
    c->status = variance <= target * target ? WD_ROW_DONE : WD_ROW_TARGET_MISSED;
    double excess = variance > 0 ? variance / (target * target) : 0;
    if (excess > worst_excess) worst = i, worst_excess = excess;
  }
  return worst;
}

static void take_demands(const wd_point *state, const coupling_state *coupling, demands *d) {
  memset(d, 0, sizeof *d);
  double part[CRITERIA] = {0};
  for (int c = 0; c < WD_CHANNELS; c++) combine(coupling, c, d->coefficient[c]);
  d->total = total_ratio(state, coupling);
  part[EXCESS] = state->coupling == 0 ? 1 : d->total.N / d->total.D;
  d->of[EXCESS].variance = variance_of(state, &d->total, &d->total);
  if (coupling->resonant[WD_TRANSVERSE] > 0)
    part[TRANSVERSE_PART] = state->total[WD_CHANNEL_TRANSVERSE].mean[WD_TPOLE_RESONANT];
  if (coupling->resonant[WD_LONGITUDINAL] > 0)
    part[LONGITUDINAL_PART] = state->total[WD_CHANNEL_LONGITUDINAL].mean[WD_LPOLE_RESONANT];
  for (uint32_t s = 0; s < state->shells; s++) {
    const wd_estimate *channel = state->shell[s].channel;
    for (int c = 0; c < WD_CHANNELS; c++)
      for (int k = 0; k < CRITERIA; k++) {
        double v = contribution(state, d, &channel[c], c, k);
        d->of[k].root_sum += sqrt(v * (double)channel[c].measured);
        if (k != EXCESS) d->of[k].variance += v;
      }
  }
  for (int k = 0; k < CRITERIA; k++) {
    double target = part[k] * state->relative_error;
    d->of[k].goal = target * target;
    if (k != EXCESS && part[k] == 0) d->of[k].variance = 0; /* it does not count */
  }
}

/* How many evaluations more this channel of this shell should get: n_i ~ sqrt(V_i) measured evaluations bring the
 * variance to the goal, V_i the variance per evaluation (P.34); the largest of what the unmet criteria ask for. */
static double wish_of(const wd_point *state, const demands *d, uint32_t shell, int channel) {
  const wd_estimate *e = &state->shell[shell].channel[channel];
  double best = 0;
  for (int k = 0; k < CRITERIA; k++) {
    if (is_met(&d->of[k])) continue;
    double v = contribution(state, d, e, channel, k), goal = TARGET_MARGIN * TARGET_MARGIN * d->of[k].goal;
    best = fmax(best, sqrt(v * (double)e->measured) * d->of[k].root_sum / goal);
  }
  double more = fmin(best - (double)e->measured, GROWTH * (double)e->measured) / MEASURED_SHARE;
  return more > 0.25 * ROUND_MIN ? fmax(more, ROUND_MIN) : 0;
}

/* Plans the next round within `left` evaluations. Returns what it will spend. */
static int64_t plan(wd_point *state, const demands *d, int64_t left) {
  double wish = 0;
  int64_t spend = 0;
  for (uint32_t s = 0; s < state->shells; s++)
    for (int c = 0; c < WD_CHANNELS; c++) wish += wish_of(state, d, s, c);
  double scale = wish > 0 ? fmin(1, (double)left / wish) : 0;
  for (uint32_t s = 0; s < state->shells; s++)
    for (int c = 0; c < WD_CHANNELS; c++) {
      int64_t n = (int64_t)(scale * wish_of(state, d, s, c));
      state->shell[s].next[c] = n >= PILOT_MIN ? n : 0;
      spend += state->shell[s].next[c];
    }
  return spend;
}

bool wd_point_advance(wd_point *state, const wd_config *config) {
  demands d;
  sum_shells(state);
  if (!state->failure && !(total_ratio(state, coupling_at(state, 0)).D > 0))
    state->failure = WD_FAILURE_DARK; /* too cold for a double */
  if (state->failure) {
    for (size_t i = 0; i < state->couplings; i++) coupling_states(state)[i].status = WD_ROW_FAILED;
    return false;
  }
  take_demands(state, coupling_at(state, judge(state)), &d);
  if (is_met(&d.of[EXCESS]) && is_met(&d.of[TRANSVERSE_PART]) && is_met(&d.of[LONGITUDINAL_PART]))
    return false;
  int64_t left = config->integrator.max_evaluations - state->spent;
  if (left < ROUND_MIN || state->round + 1 >= WD_ROUNDS_MAX) return false;
  if (plan(state, &d, left) == 0) return false;
  state->round++;
  return true;
}

/* --- Outcome --- */

/* A part's share of the excess, with its standard deviation; by the algebra of the whole. */
static double share_of(const wd_point *state, const coupling_state *coupling, int part, int p,
                       double *error) {
  const ratio r = part_ratio(state, coupling, part, p);
  *error = r.N != 0 ? sqrt(variance_of(state, &r, &r)) : 0;
  return r.N / r.D;
}

static void take_parts(const wd_point *state, const coupling_state *c, wd_point_result *out) {
  const wd_estimate *plane = &state->total[WD_CHANNEL_PLANE];
  for (int p = 0; p < WD_POLARIZATIONS; p++) {
    out->luminosity_sm[p] = plane->mean[WD_PLANE_SM + p];
    out->luminosity_sm_error[p] = sqrt(plane->covariance[(WD_PLANE_SM + p) * (WD_PLANE_COMPONENTS + 1)]);
    out->resonant[p] = share_of(state, c, RESONANT, p, &out->resonant_error[p]);
    out->offresonant[p] = share_of(state, c, OFFRESONANT, p, &out->offresonant_error[p]);
    out->continuum[p] = share_of(state, c, CONTINUUM, p, &out->continuum_error[p]);
  }
}

void wd_points_result_of(const wd_point *state, size_t which, wd_point_result *out) {
  memset(out, 0, sizeof *out);
  const coupling_state *coupling = coupling_at(state, which);
  ratio total = total_ratio(state, coupling);
  take_parts(state, coupling, out);
  for (int c = 0; c < WD_CHANNELS; c++) {
    out->chi2 += state->total[c].chi2;
    out->dof += state->total[c].dof;
    out->iterations += state->total[c].iterations;
  }
  out->luminosity_total = total.D;
  out->luminosity_total_error = sqrt(total.DD);
  out->excess = total.N / total.D;
  out->excess_error = sqrt(variance_of(state, &total, &total));
  out->q_value = out->dof > 0 ? gsl_cdf_chisq_Q(out->chi2, (double)out->dof) : 1;
  out->evaluations = state->spent;
  out->status = coupling->status;
  out->failure = state->failure;
}

void wd_points_shell(const wd_point *state, size_t which, const wd_point_result *result, uint32_t shell,
                     double *chi2_per_dof, int64_t *evaluations, double *relative_error,
                     int32_t *iterations) {
  double chi2 = 0, variance = 0;
  int64_t dof = 0;
  ratio total = {.N = result->excess * result->luminosity_total, .D = result->luminosity_total};
  *evaluations = 0;
  *iterations = 0;
  for (int c = 0; c < WD_CHANNELS; c++) {
    const wd_estimate *e = &state->shell[shell].channel[c];
    double coefficient[WD_COMPONENTS_MAX];
    combine(coupling_at(state, which), c, coefficient);
    ratio r = ratio_of(e, coefficient, c);
    chi2 += e->chi2;
    dof += e->dof;
    variance += variance_of(state, &total, &r);
    *evaluations += e->evaluations;
    *iterations += e->iterations;
  }
  *chi2_per_dof = dof > 0 ? chi2 / (double)dof : NAN;
  *relative_error = sqrt(variance) / fabs(result->excess);
}

double wd_points_shell_excess(const wd_point *state, size_t which, uint32_t shell, double *error) {
  ratio sum = {0};
  for (int c = 0; c < WD_CHANNELS; c++) {
    double coefficient[WD_COMPONENTS_MAX];
    combine(coupling_at(state, which), c, coefficient);
    ratio r = ratio_of(&state->shell[shell].channel[c], coefficient, c);
    add_ratio(&sum, &r);
  }
  *error = sqrt(variance_of(state, &sum, &sum));
  return sum.N / sum.D;
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
