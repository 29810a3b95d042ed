/* A scan with axes as jobs; see scan/campaign.h.
 *
 * State and order of a job are those of the member's own scan with the number of the member in front. While a rank computes
 * it may be asked for other jobs (jobs/jobs.h, wd_jobs_poll): what `compute` works with is then in use, and stays.
 */
#include "scan/campaign.h"

#include "base/checksum.h"
#include "bound/along.h"
#include "scan/cooling.h"
#include "star/file.h"
#include "star/sources.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Members at a time: one in the works, those of blocks that wait, those of the survey; and the bytes of one. */
enum { KEPT = 32, KEPT_COOLING = 4 };
#define KEPT_BYTES 1e6
#define KEPT_COOLING_BYTES 26e6

typedef struct entry {
  wd_scan *scan; /* NULL: empty */
  wd_settings *settings;
  wd_star *star;   /* NULL: not needed yet; of the survey: without the absorption */
  wd_bound *bound; /* observable: cooling, instead; NULL: not needed yet */
  size_t member;
  uint64_t used; /* when, on the campaign's clock */
  bool busy;     /* in use by `compute` */
} entry;

struct wd_campaign {
  const wd_settings *settings;
  wd_members *members;
  uint64_t *first_job;         /* [members + 1] */
  size_t *shared;              /* [members] as in wd_scan */
  size_t *loose, *bound_stars; /* likewise */
  size_t largest_block;
  char star_file[WD_PATH_MAX]; /* the last star.profile that is in the checksum; "": none yet */
  uint64_t star_files;         /* checksum of these files */
  wd_likelihood *likelihood;   /* NULL: nothing is observed */
  wd_sequence *track;          /* NULL: none */
  entry kept[KEPT];
  int room; /* entries in use */
  uint64_t clock;
};

/* In front of what the member's own scan has. `lost`: there was no memory for that scan, and nothing follows. */
typedef struct message {
  uint64_t member;
  bool lost;
  max_align_t inner[];
} message;

const char *const wd_star_scalar_names[WD_STAR_SCALARS] = {"mass_msun", "radius_km", "central_density_g_cm3",
                                                           "central_plasma_frequency_eV",
                                                           "surface_plasma_frequency_eV"};

void wd_star_scalars(const wd_star *star, double scalar[WD_STAR_SCALARS]) {
  const double values[WD_STAR_SCALARS] = {star->mass, star->radius, star->central_density,
                                          star->plasma_frequency[0], star->plasma_frequency[star->nodes - 1]};
  memcpy(scalar, values, sizeof values);
}

/* --- Members --- */

static void empty(entry *e) {
  wd_scan_free(e->scan);
  wd_star_free(e->star);
  wd_bound_free(e->bound);
  wd_settings_free(e->settings);
  *e = (entry){0};
}

/* The scan of a member, without its star. */
static int fill_entry(const wd_campaign *c, size_t member, entry *e, wd_error *err) {
  int status = wd_member_settings(c->settings, c->members, member, &e->settings, err);
  if (!status) status = wd_scan_create(wd_settings_config(e->settings), NULL, 0, 0, &e->scan, err);
  if (status) return status;
  e->scan->member = e->member = member;
  e->scan->bound_stars = c->bound_stars[member];
  return WD_OK;
}

/* The entry that was not used for longest, of those that are not busy. */
static entry *oldest(wd_campaign *c) {
  entry *best = NULL;
  for (int i = 0; i < c->room; i++)
    if (!c->kept[i].busy && (!best || c->kept[i].used < best->used)) best = &c->kept[i];
  return best;
}

/* NULL: out of memory. */
static entry *entry_of(wd_campaign *c, size_t member) {
  entry *e = NULL;
  for (int i = 0; i < c->room && !e; i++)
    if (c->kept[i].scan && c->kept[i].member == member) e = &c->kept[i];
  if (!e) {
    e = oldest(c);
    empty(e);
    if (fill_entry(c, member, e, NULL)) {
      empty(e);
      return NULL;
    }
  }
  e->used = ++c->clock;
  return e;
}

/* Solves the star, with the message of a mistake. What it absorbs is for those that compute with it. */
static int solve_star(entry *e, wd_error *err) {
  if (e->star || e->bound) return WD_OK;
  if (wd_settings_config(e->settings)->observable == WD_OBSERVABLE_COOLING) {
    int status = wd_bound_create(wd_settings_config(e->settings), &e->bound, err);
    if (!status) wd_bound_interrupt(e->bound, wd_jobs_poll);
    return status;
  }
  wd_config bare = *wd_settings_config(e->settings);
  bare.physics.continuum = WD_CONTINUUM_OFF;
  return wd_star_create(&bare, &e->star, err);
}

static bool has_star(entry *e) {
  if (e->scan->sampler) return true;
  if (solve_star(e, NULL)) return false;
  if (e->bound) {
    wd_scan_give_bound(e->scan, e->bound);
    return !wd_scan_give_star(e->scan, wd_bound_star(e->bound), NULL);
  }
  return !wd_star_add_absorption(wd_settings_config(e->settings), e->star, NULL) &&
         !wd_scan_give_star(e->scan, e->star, NULL);
}

int wd_campaign_survey(wd_campaign *c, size_t member, double *scalar, double *shell, double *tables,
                       wd_error *err) {
  entry *e = entry_of(c, member);
  char *name = wd_members_describe(c->members, member);
  int status = name && e ? solve_star(e, err) : wd_fail(err, WD_ERR_MEMORY, "out of memory");
  if (status) {
    wd_fail_context(err, status, "grid.axes: with %s", name ? name : "");
  } else {
    const wd_config *config = wd_settings_config(e->settings);
    const wd_star *star = e->bound ? wd_bound_star(e->bound) : e->star;
    wd_star_scalars(star, scalar);
    for (int64_t i = 0; i < config->grid.shells; i++) shell[i] = wd_shell_middle(config, star, i);
    if (tables) *tables = e->bound ? (double)wd_bound_stars(e->bound) : 0;
  }
  free(name);
  return status;
}

void wd_campaign_learn(wd_campaign *c, const double *tables) {
  for (size_t m = 0; m < c->members->count; m++) c->bound_stars[m] = (size_t)tables[m];
  for (int i = 0; i < c->room; i++)
    if (c->kept[i].scan) c->kept[i].scan->bound_stars = c->bound_stars[c->kept[i].member];
}

/* --- The plan --- */

/* Adds the file of a star to the checksum, once while members that follow each other have the same. */
static int add_star_file(wd_campaign *c, const wd_config *config, wd_error *err) {
  uint64_t sum;
  if (strcmp(config->star.profile, c->star_file) == 0) return WD_OK;
  strcpy(c->star_file, config->star.profile);
  if (!*c->star_file) return WD_OK;
  int status = wd_profile_file_checksum(c->star_file, &sum, err);
  if (!status)
    c->star_files = wd_checksum(c->star_files ? c->star_files : wd_checksum_start, &sum, sizeof sum);
  return status;
}

void wd_campaign_star_files(const wd_campaign *c, char text[WD_CHECKSUM_TEXT]) {
  text[0] = '\0';
  if (c->star_files) snprintf(text, WD_CHECKSUM_TEXT, "%016" PRIx64, c->star_files);
}

static int plan(wd_campaign *c, wd_error *err) {
  for (size_t m = 0; m < c->members->count; m++) {
    entry e = {0};
    int status = fill_entry(c, m, &e, err);
    if (!status) status = add_star_file(c, wd_settings_config(e.settings), err);
    if (!status) {
      c->shared[m] = e.scan->shared;
      c->loose[m] = e.scan->loose;
      c->first_job[m + 1] = c->first_job[m] + wd_scan_jobs(e.scan);
      if (wd_scan_largest_block(e.scan) > c->largest_block) c->largest_block = wd_scan_largest_block(e.scan);
    }
    empty(&e);
    if (status) return status;
  }
  return WD_OK;
}

int wd_campaign_create(const wd_settings *settings, wd_campaign **out, wd_error *err) {
  wd_campaign *c = calloc(1, sizeof *c);
  *out = c;
  if (!c) return wd_fail(err, WD_ERR_MEMORY, "out of memory for the members of a scan");
  const wd_config *config = wd_settings_config(settings);
  const bool cooling = config->observable == WD_OBSERVABLE_COOLING;
  c->settings = settings;
  c->room = cooling ? KEPT_COOLING : KEPT;
  int status = wd_members_create(settings, &c->members, err);
  if (!status && cooling && wd_config_has_likelihood(config))
    status = wd_likelihood_create(config, &c->likelihood, err);
  if (!status && cooling && *config->cooling.track) status = wd_along_window(config, &c->track, err);
  if (status) return status;
  c->first_job = calloc(c->members->count + 1, sizeof *c->first_job);
  c->shared = calloc(3 * c->members->count, sizeof *c->shared);
  if (c->shared) {
    c->loose = c->shared + c->members->count;
    c->bound_stars = c->loose + c->members->count;
  }
  if (c->first_job && c->shared) return plan(c, err);
  return wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu members of a scan", c->members->count);
}

void wd_campaign_free(wd_campaign *c) {
  if (!c) return;
  for (int i = 0; i < KEPT; i++) empty(&c->kept[i]);
  wd_members_free(c->members);
  wd_likelihood_free(c->likelihood);
  wd_sequence_free(c->track);
  free(c->first_job);
  free(c->shared);
  free(c);
}

const wd_likelihood *wd_campaign_likelihood(const wd_campaign *campaign) {
  return campaign->likelihood;
}

const wd_sequence *wd_campaign_track(const wd_campaign *campaign) {
  return campaign->track;
}

const wd_members *wd_campaign_members(const wd_campaign *campaign) {
  return campaign->members;
}

double wd_campaign_bytes(const wd_config *config, size_t members) {
  const bool cooling = config->observable == WD_OBSERVABLE_COOLING;
  const size_t most = cooling ? KEPT_COOLING : KEPT, kept = members < most ? members : most;
  return (double)(kept - 1) * (cooling ? KEPT_COOLING_BYTES : KEPT_BYTES);
}

uint64_t wd_campaign_jobs(const wd_campaign *campaign) {
  return campaign->first_job[campaign->members->count];
}

static size_t member_of(const wd_campaign *c, uint64_t job) {
  size_t low = 0, high = c->members->count;
  while (high - low > 1) {
    const size_t middle = (low + high) / 2;
    *(job < c->first_job[middle] ? &high : &low) = middle;
  }
  return low;
}

bool wd_campaign_luminosity_of(const wd_campaign *c, uint64_t job, size_t *member) {
  *member = member_of(c, job);
  return job == c->first_job[*member];
}

uint64_t wd_campaign_points_of(const wd_scan *scan, uint64_t job, size_t *points) {
  const wd_campaign *c = scan->campaign;
  const size_t m = member_of(c, job);
  const wd_scan alone = {
      .masses = scan->masses, .couplings = scan->couplings, .shared = c->shared[m], .loose = c->loose[m]};
  return (uint64_t)m * scan->masses * scan->couplings +
         wd_scan_points_of(&alone, job - c->first_job[m], points);
}

/* --- The functions of wd_job_ops --- */

static wd_campaign *campaign_of(void *ctx) {
  return (*(wd_scan **)ctx)->campaign;
}

/* The jobs of a member need its star. */
static uint64_t group_end(void *ctx, uint64_t job) {
  const wd_campaign *c = campaign_of(ctx);
  return c->first_job[member_of(c, job) + 1];
}

/* The member's own scan, for the functions of its ops; NULL: out of memory. */
static wd_scan *scan_of(void *ctx, uint64_t member) {
  entry *e = entry_of(campaign_of(ctx), (size_t)member);
  if (e) e->scan->store = (*(wd_scan **)ctx)->store;
  return e ? e->scan : NULL;
}

static wd_job_ops ops_of(const wd_scan *scan) {
  wd_job_ops ops = {0};
  wd_scan_fill_ops(scan, &ops);
  return ops;
}

static void begin(void *ctx, uint64_t job, void *state) {
  const wd_campaign *c = campaign_of(ctx);
  message *s = state;
  s->member = member_of(c, job);
  wd_scan *scan = scan_of(ctx, s->member);
  s->lost = !scan;
  if (scan) ops_of(scan).begin(&scan, job - c->first_job[s->member], s->inner);
}

static void order(void *ctx, const void *state, uint32_t part, void *out) {
  const message *s = state;
  message *o = out;
  wd_scan *scan = s->lost ? NULL : scan_of(ctx, s->member);
  o->member = s->member;
  o->lost = !scan;
  if (scan) ops_of(scan).order(&scan, s->inner, part, o->inner);
}

static void compute(void *ctx, const void *what, void *result) {
  const message *o = what;
  wd_scan *scan = o->lost ? NULL : scan_of(ctx, o->member);
  if (!scan) {
    wd_scan_fail_part(*(wd_scan **)ctx, result);
    return;
  }
  entry *e = entry_of(campaign_of(ctx), (size_t)o->member);
  e->busy = true;
  if (has_star(e))
    ops_of(scan).compute(&scan, o->inner, result);
  else /* without memory, since the star has been solved before */
    wd_scan_fail_part(scan, result);
  e->busy = false;
}

static void absorb(void *ctx, void *state, uint32_t part, const void *result) {
  message *s = state;
  wd_scan *scan = s->lost ? NULL : scan_of(ctx, s->member);
  s->lost = !scan;
  if (scan) ops_of(scan).absorb(&scan, s->inner, part, result);
}

static bool advance(void *ctx, void *state) {
  message *s = state;
  wd_scan *scan = s->lost ? NULL : scan_of(ctx, s->member);
  s->lost = !scan;
  return scan && ops_of(scan).advance(&scan, s->inner);
}

/* A job that was lost ends the run; what is in the file stays. */
static int finish(void *ctx, const void *state, void *report, wd_error *err) {
  const message *s = state;
  wd_scan *scan = s->lost ? NULL : scan_of(ctx, s->member);
  if (!scan)
    return wd_fail(err, WD_ERR_MEMORY, "out of memory for a member of the scan (number %llu)",
                   (unsigned long long)s->member);
  return ops_of(scan).finish(&scan, s->inner, report, err);
}

void wd_campaign_fill_ops(const wd_scan *scan, wd_job_ops *ops) {
  wd_scan alone = *scan;
  const wd_campaign *c = scan->campaign;
  alone.campaign = NULL;
  alone.shared = c->largest_block;
  for (size_t m = 0; m < c->members->count; m++)
    if (c->bound_stars[m] > alone.bound_stars) alone.bound_stars = c->bound_stars[m];
  wd_scan_fill_ops(&alone, ops);
  ops->jobs = wd_campaign_jobs(scan->campaign);
  ops->state_size += sizeof(message);
  ops->order_size += sizeof(message);
  ops->group_end = group_end;
  ops->begin = begin;
  ops->order = order;
  ops->compute = compute;
  ops->absorb = absorb;
  ops->advance = advance;
  ops->finish = finish;
}
