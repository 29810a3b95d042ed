/* Losses to A' of stars that cool; see bound/emission.h. */
#include "bound/emission.h"

#include "base/constants.h"
#include "star/thermal.h"
#include <math.h>
#include <stdlib.h>

#define SPACING 0.2   /* of ln T_c of the stars, at most */
#define FACTOR 0.16   /* ln of the largest factor */
#define FARTHEST 0.5  /* |ln factor| beyond which the excess is taken as there */
#define HOTTEST 0.999 /* of the star that begins to cool */

struct wd_emission {
  const wd_config *config;
  size_t epochs, factors, zones; /* factors: WD_FACTORS, or 1 */
  double *central;               /* [epochs] ln T_c [K], descending */
  wd_snapshot **snapshot;        /* [epochs] of the Standard Model */
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

int wd_emission_create(const wd_config *config, const wd_cooling *cooling, double coldest, wd_emission **out,
                       wd_error *err) {
  const double range = log(wd_cooling_first(cooling)->zone[0].temperature / coldest);
  wd_emission *e = calloc(1, sizeof *e);
  if (!e) return wd_fail(err, WD_ERR_MEMORY, "out of memory for stars that cool");
  e->config = config;
  e->factors = *config->cooling.track ? 1 : WD_FACTORS;
  e->epochs = (size_t)fmax(ceil(range / SPACING), 1) + 1;
  int status = allocate(e, err);
  if (!status) status = take_snapshots(e, cooling, coldest, err);
  if (!status) e->zones = e->snapshot[0]->zones;
  for (size_t i = 0; i < e->epochs * e->factors && !status; i++) {
    const double factor = e->factors > 1 ? exp(FACTOR * ((double)(i % WD_FACTORS) - 1)) : 1;
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
  free(emission->snapshot);
  free(emission->star);
  free(emission->sampler);
  free(emission);
}

int wd_emission_compute(wd_emission *emission, size_t star, uint64_t stream, double mass, size_t n,
                        const double *coupling, double *excess, wd_emission_whole *whole, wd_error *err) {
  const wd_config *config = emission->config;
  const size_t shells = wd_emission_shells(emission);
  wd_point *state = malloc(wd_points_size(config, n));
  if (!state) return wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu points", n);
  wd_points_begin(state, config, stream * wd_emission_stars(emission) + star, mass, coupling, n,
                  config->integrator.relative_error);
  wd_point_compute(emission->sampler[star], config, state);
  int status = WD_OK;
  for (size_t i = 0; i < n && !status; i++) {
    wd_point_result result;
    wd_points_result_of(state, i, &result);
    if (result.status == WD_ROW_FAILED)
      status = wd_fail(err, WD_ERR_POINTS, "the point failed: %s", wd_failure_name(result.failure));
    whole[i] = (wd_emission_whole){result.excess, result.excess_error / fmax(fabs(result.excess), 1e-300),
                                   result.status == WD_ROW_TARGET_MISSED};
    for (size_t s = 0; s < shells; s++)
      excess[i * shells + s] = wd_points_shell_excess(state, i, (uint32_t)s);
  }
  free(state);
  return status;
}

int wd_emission_tabulate(wd_emission *emission, double mass, double coupling, double **excess,
                         wd_emission_whole **whole, wd_error *err) {
  const size_t stars = wd_emission_stars(emission), shells = wd_emission_shells(emission);
  *excess = malloc(stars * shells * sizeof **excess);
  *whole = malloc(stars * sizeof **whole);
  int status = *excess && *whole
                   ? WD_OK
                   : wd_fail(err, WD_ERR_MEMORY, "out of memory for the losses of %zu stars", stars);
  for (size_t i = 0; i < stars && !status; i++)
    status = wd_emission_compute(emission, i, 0, mass, 1, &coupling, *excess + i * shells, *whole + i, err);
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

/* The quadratic through (-h, a), (0, b), (h, c) at x, and its slope; straight on beyond FARTHEST. */
static void quadratic(double a, double b, double c, double x, double out[2]) {
  const double first = (c - a) / (2 * FACTOR), second = (a - 2 * b + c) / (FACTOR * FACTOR);
  const double y = fmin(fmax(x, -FARTHEST), FARTHEST);
  out[0] = b + y * (first + 0.5 * second * y);
  out[1] = x == y ? first + second * y : 0;
}

/* The excess in a shell of one epoch at ln factor x, and its derivative. */
static void at_epoch(const wd_emission_table *t, size_t epoch, size_t shell, double x, double out[2]) {
  const size_t shells = wd_emission_shells(t->emission);
  const double *e = t->excess + epoch * WD_FACTORS * shells + shell;
  const double a = e[0], b = e[shells], c = e[2 * shells];
  if (a > 0 && b > 0 && c > 0) {
    quadratic(log(a), log(b), log(c), x, out);
    out[0] = exp(out[0]);
    out[1] *= out[0];
  } else {
    quadratic(a, b, c, x, out);
  }
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

/* The excess in a zone of one epoch at ln factor x, and its derivative. */
static void in_zone(const wd_emission_table *t, size_t epoch, size_t zone, double x, double out[2]) {
  double rest, next[2];
  const size_t shell = shell_of(t->emission, zone, &rest);
  at_epoch(t, epoch, shell, x, out);
  if (rest == 0 || shell + 1 == wd_emission_shells(t->emission)) return;
  at_epoch(t, epoch, shell + 1, x, next);
  for (int i = 0; i < 2; i++) out[i] += rest * (next[i] - out[i]);
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

void wd_emission_excess(const void *table, size_t zone, double temperature, double central, double out[2]) {
  const wd_emission_table *t = table;
  const wd_emission *e = t->emission;
  double u, low[2], high[2];
  const size_t k = epoch_of(e, central, &u);
  const double usual =
      (1 - u) * log(e->snapshot[k]->temperature[zone]) + u * log(e->snapshot[k + 1]->temperature[zone]);
  in_zone(t, k, zone, log(temperature) - usual, low);
  in_zone(t, k + 1, zone, log(temperature) - usual, high);
  if (low[0] > 0 && high[0] > 0) {
    out[0] = t->factor * exp((1 - u) * log(low[0]) + u * log(high[0]));
    out[1] = out[0] * ((1 - u) * low[1] / low[0] + u * high[1] / high[0]);
  } else {
    for (int i = 0; i < 2; i++) out[i] = t->factor * ((1 - u) * low[i] + u * high[i]);
  }
}
