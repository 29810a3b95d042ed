/* Time steps of a cooling sequence; see cooling/sequence.h. */
#include "cooling/sequence.h"

#include "base/constants.h"
#include <math.h>
#include <stdlib.h>

enum { STEPS_MAX = 20000, HALVINGS = 30, STARTS = 8, GROWTH = 256 };
#define FIRST_STEP 1e7    /* [s] */
#define LONGEST_STEP 3e16 /* [s] */
#define SURFACE 1e-7      /* mass fraction outside which changes do not limit the step */
#define PAST_PEAK 0.99    /* of the highest temperature: the star has begun to cool */

static double hottest(const wd_evolution *e) {
  double most = 0;
  for (size_t i = 0; i < e->physics.onion->zones; i++) most = fmax(most, e->zone[i].temperature);
  return most;
}

/* Neutrino luminosities by process. */
static void sum_neutrinos(const wd_evolution *e, double out[WD_LOSS_COUNT]) {
  const wd_onion *o = e->physics.onion;
  for (size_t i = 0; i < o->zones; i++) {
    const wd_zone *z = &e->zone[i];
    double losses[WD_LOSS_COUNT];
    wd_losses_at(e->physics.losses, &o->matter[o->layer[i]], z->density, z->temperature, losses);
    losses[WD_LOSS_PLASMON] *= e->physics.plasmon;
    for (int k = 0; k < WD_LOSS_COUNT; k++) out[k] += o->width[i] * losses[k] / z->density;
  }
}

/* All of them, from the tables with which the star is followed. */
static double tabulated_neutrinos(const wd_evolution *e) {
  const wd_onion *o = e->physics.onion;
  double sum = 0;
  for (size_t i = 0; i < o->zones; i++) {
    const double *loss = e->zone[i].matter.value;
    sum += o->width[i] * (e->physics.plasmon * loss[WD_FLUID_PLASMON] + loss[WD_FLUID_OTHERS]);
  }
  return sum;
}

static wd_epoch epoch_of(const wd_evolution *e, bool brief) {
  const wd_onion *o = e->physics.onion;
  const wd_zone *z = e->zone;
  wd_epoch epoch = {.age = e->age,
                    .central_temperature = z[0].temperature,
                    .highest_temperature = hottest(e),
                    .central_density = z[0].density,
                    .radius = z[o->zones - 1].radius,
                    .photons = wd_evolution_luminosity(e, o->zones - 1),
                    .energy = wd_evolution_energy(e)};
  for (size_t i = 0; i < o->zones; i++) epoch.boson += o->width[i] * z[i].boson;
  if (brief)
    epoch.all_neutrinos = tabulated_neutrinos(e);
  else
    sum_neutrinos(e, epoch.neutrinos);
  for (int k = 0; k < WD_LOSS_COUNT; k++) epoch.all_neutrinos += epoch.neutrinos[k];
  const double surface = 4 * WD_PI * epoch.radius * epoch.radius;
  epoch.effective_temperature = pow(epoch.photons / (surface * WD_STEFAN_BOLTZMANN_CGS), 0.25);
  return epoch;
}

double wd_epoch_luminosity(const wd_epoch *epoch) {
  return epoch->photons + epoch->all_neutrinos + epoch->boson;
}

/* Largest change of ln T in the last step, but for the outermost layers, which follow what is below. */
static double change_of(const wd_evolution *e) {
  const wd_onion *o = e->physics.onion;
  double most = 0;
  for (size_t i = 0; i < o->zones && o->outside[i] > SURFACE * o->mass; i++)
    most = fmax(most, fabs(log(e->zone[i].temperature / e->before[i].temperature)));
  return most;
}

/* One step of at most *step, halved until it succeeds; *step becomes what the next one should be. */
static int advance(wd_evolution *e, double change, double *step, wd_error *err) {
  int status = WD_ERR_NUMERIC;
  for (int k = 0; k < HALVINGS && status == WD_ERR_NUMERIC; k++) {
    status = wd_evolution_step(e, *step, err);
    if (status) *step *= 0.5;
  }
  if (status) return status;
  *step = fmin(*step * fmin(fmax(change / change_of(e), 0.3), 1.5), LONGEST_STEP);
  return WD_OK;
}

static int too_long(double coldest, wd_error *err) {
  return wd_fail(err, WD_ERR_NUMERIC, "the star has not cooled to %.4g K within %d steps", coldest,
                 STEPS_MAX);
}

/* Lets the star contract until it begins to cool; its age counts from when it was hottest. */
static int contract(wd_evolution *e, double change, wd_error *err) {
  double peak = hottest(e), birth = 0, step = FIRST_STEP;
  for (int k = 0; k < STEPS_MAX; k++) {
    int status = advance(e, change, &step, err);
    if (status) return status;
    const double now = hottest(e);
    if (now > peak) peak = now, birth = e->age;
    if (now < PAST_PEAK * peak) {
      e->age -= birth;
      return WD_OK;
    }
  }
  return too_long(peak, err);
}

int wd_sequence_append(wd_sequence *s, const wd_epoch *epoch, wd_error *err) {
  if (s->count % GROWTH == 0) {
    wd_epoch *more = realloc(s->epoch, (s->count + GROWTH) * sizeof *more);
    if (!more) return wd_fail(err, WD_ERR_MEMORY, "out of memory for a cooling sequence");
    s->epoch = more;
  }
  s->epoch[s->count++] = *epoch;
  return WD_OK;
}

/* Adds the present star to the sequence. */
static int record(const wd_evolution *e, const wd_sequence_plan *plan, wd_sequence *s, wd_error *err) {
  wd_epoch now = epoch_of(e, plan->brief);
  if (now.age < plan->earliest) return WD_OK;
  if (s->count > 0 && !plan->brief) {
    const wd_epoch *last = &s->epoch[s->count - 1];
    const double mean = 0.5 * (wd_epoch_luminosity(last) + wd_epoch_luminosity(&now));
    now.radiated = last->radiated + mean * (now.age - last->age);
  }
  int status = wd_sequence_append(s, &now, err);
  return status || !plan->watch ? status : plan->watch(plan->watch_params, e, &now, err);
}

static int follow(wd_evolution *e, const wd_sequence_plan *plan, wd_sequence *s, wd_error *err) {
  double step = e->last_step;
  int status = record(e, plan, s, err);
  for (int k = 0; !status && e->zone[0].temperature > plan->coldest; k++) {
    if (k == STEPS_MAX) return too_long(plan->coldest, err);
    status = advance(e, plan->change, &step, err);
    if (!status) status = record(e, plan, s, err);
  }
  if (status && status != WD_ERR_STOPPED) return status;
  if (s->count > 1) return WD_OK;
  return wd_fail(err, WD_ERR_CONFIG, "the star is colder than %.4g K before it is %.3g years old",
                 plan->coldest, plan->earliest / WD_YEAR_S);
}

int wd_sequence_begin(const wd_physics *physics, double temperature, double change, wd_evolution **out,
                      wd_error *err) {
  int status = WD_ERR_NUMERIC;
  for (int k = 0; k < STARTS && status == WD_ERR_NUMERIC; k++, temperature *= 1.2) {
    wd_evolution *e = NULL;
    status = wd_evolution_start(physics, temperature, &e, err);
    if (!status) status = contract(e, change, err);
    if (status)
      wd_evolution_free(e);
    else
      *out = e;
  }
  return status;
}

int wd_sequence_create(const wd_evolution *first, const wd_physics *physics, const wd_sequence_plan *plan,
                       wd_sequence **out, wd_error *err) {
  wd_evolution *e = wd_evolution_copy(first, physics);
  wd_sequence *s = calloc(1, sizeof *s);
  int status = s && e ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for a cooling sequence");
  if (!status) status = follow(e, plan, s, err);
  wd_evolution_free(e);
  if (status) {
    wd_sequence_free(s);
    return status;
  }
  const wd_epoch *last = &s->epoch[s->count - 1];
  if (!plan->brief)
    s->energy_imbalance = (last->radiated + last->energy - s->epoch[0].energy) / last->radiated;
  *out = s;
  return WD_OK;
}

int wd_sequence_copy(const wd_sequence *sequence, wd_sequence **out, wd_error *err) {
  wd_sequence *s = calloc(1, sizeof *s);
  int status = s ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for a cooling sequence");
  for (size_t i = 0; i < sequence->count && !status; i++)
    status = wd_sequence_append(s, &sequence->epoch[i], err);
  if (status) {
    wd_sequence_free(s);
    return status;
  }
  s->mass = sequence->mass;
  s->checksum = sequence->checksum;
  s->energy_imbalance = sequence->energy_imbalance;
  *out = s;
  return WD_OK;
}

void wd_sequence_free(wd_sequence *sequence) {
  if (!sequence) return;
  free(sequence->epoch);
  free(sequence);
}
