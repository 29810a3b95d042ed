/* Losses to A' of stars that cool; see bound/emission.h. */
#include "bound/emission.h"

#include "base/constants.h"
#include "star/thermal.h"
#include <math.h>
#include <stdlib.h>

#define FARTHEST 0.5  /* |ln factor| beyond which the excess is taken as there */
#define HOTTEST 0.999 /* of the star that begins to cool */

const wd_emission_plan wd_emission_usual = {.spacing = 0.2, .factor = 0.16};

struct wd_emission {
  const wd_config *config;
  wd_emission_plan plan;
  size_t epochs, factors, zones; /* factors: WD_FACTORS, or 1 */
  double *central;               /* [epochs] ln T_c [K], descending */
  wd_snapshot **snapshot;        /* [epochs] of the Standard Model */
  double *temperature;           /* [epochs * zones] ln T [K] in them */
  wd_star **star;                /* [epochs * factors] */
  wd_sampler **sampler;          /* the same */
};

size_t wd_emission_stars(const wd_emission *emission) {
  return emission->epochs * emission->factors;
}

size_t wd_emission_shells(const wd_emission *emission) {
  return (size_t)emission->config->grid.shells;
}

static int allocate(wd_emission *e, wd_error *err) {
  e->central = calloc(e->epochs, sizeof *e->central);
  e->snapshot = calloc(e->epochs, sizeof(wd_snapshot *));
  e->star = calloc(e->epochs * e->factors, sizeof(wd_star *));
  e->sampler = calloc(e->epochs * e->factors, sizeof(wd_sampler *));
  if (e->central && e->snapshot && e->star && e->sampler) return WD_OK;
  return wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu stars", e->epochs);
}

static int take_snapshots(wd_emission *e, const wd_cooling *cooling, double coldest, wd_error *err) {
  double *temperature = malloc(e->epochs * sizeof *temperature);
  if (!temperature) return wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu stars", e->epochs);
  const double hottest = HOTTEST * wd_cooling_first(cooling)->zone[0].temperature;
  for (size_t k = 0; k < e->epochs; k++) {
    temperature[k] = hottest * pow(coldest / hottest, (double)k / (double)(e->epochs - 1));
    e->central[k] = log(temperature[k]);
  }
  int status = wd_snapshots_create(cooling, e->epochs, temperature, e->snapshot, err);
  free(temperature);
  return status;
}

static int keep_temperatures(wd_emission *e, wd_error *err) {
  e->zones = e->snapshot[0]->zones;
  e->temperature = malloc(e->epochs * e->zones * sizeof *e->temperature);
  if (!e->temperature) return wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu zones", e->zones);
  for (size_t i = 0; i < e->epochs * e->zones; i++)
    e->temperature[i] = log(e->snapshot[i / e->zones]->temperature[i % e->zones]);
  return WD_OK;
}

/* A zone must not reach over more than two shells: its excess is theirs. */
static int check_shells(const wd_emission *e, wd_error *err) {
  if (wd_emission_shells(e) <= e->zones) return WD_OK;
  return wd_fail(err, WD_ERR_CONFIG,
                 "grid.shells: %zu, but this star that cools has %zu zones; expected at most %zu",
                 wd_emission_shells(e), e->zones, e->zones);
}

int wd_emission_create(const wd_config *config, const wd_cooling *cooling, double coldest,
                       const wd_emission_plan *plan, wd_emission **out, wd_error *err) {
  const double range = log(wd_cooling_first(cooling)->zone[0].temperature / coldest);
  wd_emission *e = calloc(1, sizeof *e);
  if (!e) return wd_fail(err, WD_ERR_MEMORY, "out of memory for stars that cool");
  e->config = config;
  e->plan = *plan;
  e->factors = *config->cooling.track ? 1 : WD_FACTORS;
  e->epochs = (size_t)fmax(ceil(range / plan->spacing), 1) + 1;
  int status = allocate(e, err);
  if (!status) status = take_snapshots(e, cooling, coldest, err);
  if (!status) status = keep_temperatures(e, err);
  if (!status) status = check_shells(e, err);
  for (size_t i = 0; i < e->epochs * e->factors && !status; i++) {
    const double factor = e->factors > 1 ? exp(plan->factor * ((double)(i % WD_FACTORS) - 1)) : 1;
    status = wd_star_of_snapshot(config, e->snapshot[i / e->factors], factor, &e->star[i], err);
    if (!status) status = wd_sampler_create(config, e->star[i], &e->sampler[i], err);
  }
  if (status)
    wd_emission_free(e);
  else
    *out = e;
  return status;
}

void wd_emission_free(wd_emission *emission) {
  if (!emission) return;
  for (size_t i = 0; i < emission->epochs * emission->factors; i++) {
    if (emission->sampler) wd_sampler_free(emission->sampler[i]);
    if (emission->star) wd_star_free(emission->star[i]);
  }
  for (size_t k = 0; emission->snapshot && k < emission->epochs; k++) wd_snapshot_free(emission->snapshot[k]);
  free(emission->central);
  free(emission->temperature);
  free(emission->snapshot);
  free(emission->star);
  free(emission->sampler);
  free(emission);
}

int wd_emission_compute(wd_emission *emission, size_t star, uint64_t stream, double mass, size_t n,
                        const double *coupling, double *excess, double *error, wd_emission_whole *whole,
                        wd_error *err) {
  return wd_emission_sample(emission->sampler[star], emission->config,
                            stream * wd_emission_stars(emission) + star, mass, n, coupling, excess, error,
                            whole, err);
}

int wd_emission_sample(wd_sampler *sampler, const wd_config *config, uint64_t number, double mass, size_t n,
                       const double *coupling, double *excess, double *error, wd_emission_whole *whole,
                       wd_error *err) {
  const size_t shells = (size_t)config->grid.shells;
  wd_point *state = malloc(wd_points_size(config, n));
  if (!state) return wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu points", n);
  wd_points_begin(state, config, number, mass, coupling, n, config->integrator.relative_error);
  wd_point_compute(sampler, config, state);
  int status = WD_OK;
  for (size_t i = 0; i < n && !status; i++) {
    wd_point_result result;
    wd_points_result_of(state, i, &result);
    if (result.status == WD_ROW_FAILED)
      status = wd_fail(err, result.failure == WD_FAILURE_MEMORY ? WD_ERR_MEMORY : WD_ERR_POINTS,
                       "the point failed: %s", wd_failure_name(result.failure));
    whole[i] = (wd_emission_whole){result.excess, result.excess_error / fmax(fabs(result.excess), 1e-300),
                                   result.status == WD_ROW_TARGET_MISSED};
    for (size_t s = 0; s < shells; s++) {
      double unused;
      excess[i * shells + s] =
          wd_points_shell_excess(state, i, (uint32_t)s, error ? &error[i * shells + s] : &unused);
    }
  }
  free(state);
  return status;
}

int wd_emission_tabulate(wd_emission *emission, double mass, double coupling, size_t more, double **excess,
                         double **error, wd_emission_whole **whole, wd_error *err) {
  const size_t stars = wd_emission_stars(emission), shells = wd_emission_shells(emission);
  *excess = malloc((stars + more) * shells * sizeof **excess);
  if (error) *error = malloc((stars + more) * shells * sizeof **error);
  *whole = malloc((stars + more) * sizeof **whole);
  int status = *excess && (!error || *error) && *whole
                   ? WD_OK
                   : wd_fail(err, WD_ERR_MEMORY, "out of memory for the losses of %zu stars", stars);
  for (size_t i = 0; i < stars && !status; i++)
    status = wd_emission_compute(emission, i, 0, mass, 1, &coupling, *excess + i * shells,
                                 error ? *error + i * shells : NULL, *whole + i, err);
  return status;
}

size_t wd_emission_nearest(const wd_emission *emission, double central) {
  size_t nearest = 0;
  for (size_t k = 1; k < emission->epochs; k++)
    if (fabs(emission->central[k] - log(central)) < fabs(emission->central[nearest] - log(central)))
      nearest = k;
  return nearest * emission->factors + emission->factors / 2;
}

double wd_emission_central(const wd_emission *emission, size_t star) {
  return exp(emission->central[star / emission->factors]);
}

const wd_star *wd_emission_star(const wd_emission *emission, size_t star) {
  return emission->star[star];
}

void wd_emission_interrupt(wd_emission *emission, bool (*interrupted)(void)) {
  for (size_t i = 0; i < wd_emission_stars(emission); i++)
    wd_sampler_interrupt(emission->sampler[i], interrupted);
}

/* --- Interpolation --- */

/* The excess, or its logarithm where it has one, and the derivative by ln T. */
typedef struct local_excess {
  bool log;
  double value, slope;
} local_excess;

static local_excess plain(local_excess e) {
  if (!e.log) return e;
  const double value = exp(e.value);
  return (local_excess){false, value, value * e.slope};
}

static local_excess logarithm(local_excess e) {
  return !e.log && e.value > 0 ? (local_excess){true, log(e.value), e.slope / e.value} : e;
}

static local_excess mix(local_excess a, local_excess b, double u) {
  return (local_excess){a.log, a.value + u * (b.value - a.value), a.slope + u * (b.slope - a.slope)};
}

/* Interpolates, in logarithms where both have them. */
static local_excess between(local_excess a, local_excess b, double u) {
  a = logarithm(a), b = logarithm(b);
  return a.log == b.log ? mix(a, b, u) : mix(plain(a), plain(b), u);
}

/* In one shell of one epoch: a quadratic in the ln of the factor. */
typedef struct curve {
  bool log;
  double value, slope, bend;
} curve;

/* Through the excess of the three factors, `stride` apart; `step`: of ln factor. */
static curve curve_through(const double *excess, size_t stride, double step) {
  double a = excess[0], b = excess[stride], c = excess[2 * stride];
  const bool log_law = a > 0 && b > 0 && c > 0;
  if (log_law) a = log(a), b = log(b), c = log(c);
  return (curve){log_law, b, (c - a) / (2 * step), 0.5 * (a - 2 * b + c) / (step * step)};
}

/* At ln factor x; the same everywhere beyond FARTHEST. */
static local_excess on_curve(const curve *c, double x) {
  const double y = fmin(fmax(x, -FARTHEST), FARTHEST);
  return (local_excess){c->log, c->value + y * (c->slope + c->bend * y),
                        x == y ? c->slope + 2 * c->bend * y : 0};
}

struct wd_emission_table {
  const wd_emission *emission;
  double factor;
  curve curve[]; /* [epochs * shells] */
};

int wd_emission_table_create(const wd_emission *emission, const double *excess, double factor,
                             wd_emission_table **out, wd_error *err) {
  const size_t shells = wd_emission_shells(emission), n = emission->epochs * shells;
  wd_emission_table *t = malloc(sizeof *t + n * sizeof *t->curve);
  if (!t) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a table of %zu shells", n);
  t->emission = emission;
  t->factor = factor;
  for (size_t i = 0; i < n; i++)
    t->curve[i] = curve_through(excess + (i / shells) * WD_FACTORS * shells + i % shells, shells,
                                emission->plan.factor);
  *out = t;
  return WD_OK;
}

void wd_emission_table_free(wd_emission_table *table) {
  free(table);
}

/* How much of a zone is in which shell. Node i + 1 of the star is the middle of zone i, so the zone reaches from i + 1/2 to
 * i + 3/2 of the node coordinate. */
static size_t shell_of(const wd_emission *e, size_t zone, double *rest) {
  const double per_shell = (double)e->zones / (double)wd_emission_shells(e);
  const double low = (double)zone + 0.5, high = fmin((double)zone + 1.5, (double)e->zones);
  const size_t shell = (size_t)(low / per_shell);
  *rest = fmin(fmax((high - (double)(shell + 1) * per_shell) / (high - low), 0), 1);
  return shell;
}

/* In a zone, `rest` of which is in the next shell, of one epoch at ln factor x: the mean over the zone. */
static local_excess in_zone(const wd_emission_table *t, size_t epoch, size_t shell, double rest, double x) {
  const size_t shells = wd_emission_shells(t->emission);
  const curve *c = t->curve + epoch * shells + shell;
  const local_excess here = on_curve(c, x);
  return rest > 0 && shell + 1 < shells ? mix(plain(here), plain(on_curve(c + 1, x)), rest) : here;
}

/* The epoch before the central temperature, and how far it is to the next one, 0..1. */
static size_t epoch_of(const wd_emission *e, double central, double *u) {
  const double last = (double)(e->epochs - 1);
  const double place = (e->central[0] - log(central)) / (e->central[0] - e->central[e->epochs - 1]) * last;
  const double inside = fmin(fmax(place, 0), last);
  const size_t k = (size_t)fmin(inside, last - 1);
  *u = inside - (double)k;
  return k;
}

/* A zone of a star: between which tabulated ones it is, and where. */
typedef struct place {
  size_t epoch, shell;
  double u, rest; /* of the way to the next epoch, of the zone in the next shell */
  double x;       /* ln of its temperature over the usual one */
} place;

static place place_of(const wd_emission *e, size_t zone, double temperature, double central) {
  place p;
  p.epoch = epoch_of(e, central, &p.u);
  p.shell = shell_of(e, zone, &p.rest);
  const double *usual = e->temperature + p.epoch * e->zones + zone;
  p.x = log(temperature) - ((1 - p.u) * usual[0] + p.u * usual[e->zones]);
  return p;
}

void wd_emission_excess(const void *table, size_t zone, double temperature, double central, double out[2]) {
  const wd_emission_table *t = table;
  const place p = place_of(t->emission, zone, temperature, central);
  const local_excess excess = plain(
      between(in_zone(t, p.epoch, p.shell, p.rest, p.x), in_zone(t, p.epoch + 1, p.shell, p.rest, p.x), p.u));
  out[0] = t->factor * excess.value;
  out[1] = t->factor * excess.slope;
}

/* Adds `share` times the derivatives of the excess on a curve by that at its three factors, `stride` apart. */
static void add_derivatives(const curve *c, double x, double step, double share, size_t stride, double *by) {
  const double y = fmin(fmax(x, -FARTHEST), FARTHEST) / step, value = plain(on_curve(c, x)).value;
  const double weight[WD_FACTORS] = {0.5 * y * (y - 1), 1 - y * y, 0.5 * y * (y + 1)};
  for (int f = 0; f < WD_FACTORS; f++)
    by[(size_t)f * stride] +=
        share * weight[f] * (c->log ? value / plain(on_curve(c, (f - 1) * step)).value : 1);
}

void wd_emission_add_derivatives(const wd_emission_table *t, size_t zone, double temperature, double central,
                                 double share, double *by) {
  const wd_emission *e = t->emission;
  const place p = place_of(e, zone, temperature, central);
  const size_t shells = wd_emission_shells(e);
  const bool two = p.rest > 0 && p.shell + 1 < shells;
  local_excess at[2];
  double of_epoch[2] = {1 - p.u, p.u};
  for (size_t k = 0; k < 2; k++) at[k] = plain(in_zone(t, p.epoch + k, p.shell, p.rest, p.x));
  if (at[0].value > 0 && at[1].value > 0) { /* logarithms are interpolated */
    const double value = plain(between(at[0], at[1], p.u)).value;
    for (int k = 0; k < 2; k++) of_epoch[k] *= value / at[k].value;
  }
  for (size_t k = 0; k < 2; k++) {
    const size_t i = (p.epoch + k) * shells + p.shell, star = (p.epoch + k) * WD_FACTORS;
    const double here = share * t->factor * of_epoch[k];
    double *of_star = by + star * shells + p.shell;
    add_derivatives(&t->curve[i], p.x, e->plan.factor, two ? here * (1 - p.rest) : here, shells, of_star);
    if (two) add_derivatives(&t->curve[i + 1], p.x, e->plan.factor, here * p.rest, shells, of_star + 1);
  }
}
