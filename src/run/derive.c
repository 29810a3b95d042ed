/* New result files from others; see run/derive.h. */
#include "run/derive.h"

#include "base/log.h"
#include "base/place.h"
#include "result/axis.h"
#include "run/derive_stars.h"
#include "run/drawing.h"
#include "run/file.h"
#include "run/lock.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct work {
  const wd_derivation *d;
  wd_members *members;   /* of the target */
  size_t *partner;       /* [source * members + member]: the member of the source, or WD_NO_MEMBER */
  wd_store_share *share; /* [sources] */
  size_t *index; /* of the shares: masses of the target, then couplings of the source, source by source */
  wd_store_gathered count;
  bool complete;
} work;

/* --- Do the sources belong together? --- */

static int compare_settings(const work *w, const wd_result *r, wd_error *err) {
  const wd_derivation *d = w->d;
  char *conflicts =
      wd_result_conflicts((wd_member_set){r->settings, r->members}, (wd_member_set){d->settings, w->members});
  int status = WD_OK;
  if (!conflicts)
    status = wd_fail(err, WD_ERR_MEMORY, "out of memory for the comparison of configurations");
  else if (*conflicts)
    status = wd_fail(err, WD_ERR_CONFIG,
                     "%s holds results of another configuration; expected one that differs in the grid only, "
                     "axes included. Keys that "
                     "differ (%s -> %s):\n%s",
                     r->path, r->path, r == d->source ? "now" : d->source->path, conflicts);
  free(conflicts);
  return status;
}

static bool same_text(const wd_result *a, const wd_result *b, const char *name) {
  char first[WD_CHECKSUM_TEXT], other[WD_CHECKSUM_TEXT];
  wd_store_text(a->store, name, first, sizeof first);
  wd_store_text(b->store, name, other, sizeof other);
  return strcmp(first, other) == 0;
}

/* A cooling.track and the data of a likelihood, whose texts are no settings, may have changed. */
static int compare_data(const wd_derivation *d, wd_error *err) {
  for (size_t s = 1; s < d->sources; s++) {
    if (!same_text(d->source, &d->source[s], "track_checksum"))
      return wd_fail(err, WD_ERR_CONFIG, "%s and %s follow different cooling sequences", d->source->path,
                     d->source[s].path);
    if (strcmp(wd_store_data_text(d->source->store), wd_store_data_text(d->source[s].store)) != 0)
      return wd_fail(err, WD_ERR_CONFIG, "%s and %s hold likelihoods of different data", d->source->path,
                     d->source[s].path);
  }
  return WD_OK;
}

static void compare_programs(const wd_derivation *d) {
  char first[64], other[64];
  wd_store_text(d->source->store, "commit", first, sizeof first);
  for (size_t s = 1; s < d->sources; s++) {
    wd_store_text(d->source[s].store, "commit", other, sizeof other);
    if (strcmp(first, other) != 0)
      wd_log(WD_LOG_WARNING, "%s and %s were begun by different builds, %s and %s", d->source->path,
             d->source[s].path, first, other);
  }
}

/* Is the new file one of those it is made of? */
static int check_sources(const wd_derivation *d, const char *path, wd_error *err) {
  struct stat target, source;
  if (stat(path, &target)) return WD_OK;
  for (size_t s = 0; s < d->sources; s++)
    if (stat(d->source[s].path, &source) == 0 && source.st_dev == target.st_dev &&
        source.st_ino == target.st_ino)
      return wd_fail(err, WD_ERR_USAGE, "%s is read: expected another name for the new file",
                     d->source[s].path);
  return WD_OK;
}

/* --- Filling --- */

/* The members of the sources that those of the new file are. */
static int match_members(work *w, wd_error *err) {
  const wd_derivation *d = w->d;
  const size_t n = w->members->count;
  const wd_member_set target = {d->settings, w->members};
  w->partner = malloc(d->sources * n * sizeof *w->partner);
  int status = w->partner ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory: the members of a scan");
  for (size_t s = 0; s < d->sources && !status; s++)
    status = wd_members_match(target, (wd_member_set){d->source[s].settings, d->source[s].members},
                              w->partner + s * n, err);
  return status;
}

static void index_of(const double *of, size_t n, const double *in, size_t m, size_t *index) {
  for (size_t i = 0; i < n; i++) {
    index[i] = wd_axis_find(in, m, of[i]);
    if (index[i] == m) index[i] = WD_STORE_NOWHERE;
  }
}

static int match_grids(work *w, wd_error *err) {
  const wd_derivation *d = w->d;
  const size_t members = w->members->count, all = members * d->masses;
  size_t n = d->sources * all + d->masses;
  for (size_t s = 0; s < d->sources; s++) n += d->source[s].couplings;
  w->share = malloc(d->sources * sizeof *w->share);
  w->index = malloc(n * sizeof *w->index);
  if (!w->share || !w->index) return wd_fail(err, WD_ERR_MEMORY, "out of memory: the axes");
  size_t *of_member = w->index, *next = w->index + d->masses;
  for (size_t s = 0; s < d->sources; s++) {
    const wd_result *r = &d->source[s];
    index_of(d->mass, d->masses, r->mass, r->masses, of_member);
    for (size_t i = 0; i < all; i++) {
      const size_t partner = w->partner[s * members + i / d->masses], mass = of_member[i % d->masses];
      const bool is_there = partner != WD_NO_MEMBER && mass != WD_STORE_NOWHERE;
      next[i] = is_there ? partner * r->masses + mass : WD_STORE_NOWHERE;
    }
    w->share[s] = (wd_store_share){.store = r->store, .mass = next, .coupling = next + all};
    index_of(r->coupling, r->couplings, d->coupling, d->couplings, next + all);
    next += all + r->couplings;
  }
  return WD_OK;
}

/* The luminosities of a member, which a scan computes at its first mass: from the source that has it, if there is one. */
static int take_luminosity(work *w, wd_store *target, size_t member, wd_error *err) {
  double value[WD_POLARIZATIONS], error[WD_POLARIZATIONS];
  for (int any = 0; any < 2; any++)
    for (size_t s = 0; s < w->d->sources; s++) {
      const wd_result *r = &w->d->source[s];
      const size_t partner = w->partner[s * w->members->count + member];
      const size_t first = w->share[s].mass[member * w->d->masses];
      if (partner == WD_NO_MEMBER || (!any && first != partner * r->masses)) continue;
      int status = wd_store_read_luminosity(r->store, partner, value, error, err);
      if (!status && isnan(value[0])) continue;
      return status ? status : wd_store_write_luminosity(target, member, value, error, err);
    }
  return WD_OK;
}

static bool has_luminosities(wd_store *store) {
  double value[WD_POLARIZATIONS], error[WD_POLARIZATIONS];
  for (size_t m = 0; m < wd_store_members(store); m++)
    if (wd_store_read_luminosity(store, m, value, error, NULL) || isnan(value[0])) return false;
  return true;
}

static uint64_t points_of(const work *w) {
  return (uint64_t)w->members->count * w->d->masses * w->d->couplings;
}

/* "slice of a.h5 (identity ..., version ..., commit ..., created ...)" */
static char *describe(const wd_derivation *d) {
  static const char *const names[] = {"identity", "version", "commit", "created"};
  char *text = NULL, value[96];
  size_t length;
  FILE *out = open_memstream(&text, &length);
  if (!out) return NULL;
  fprintf(out, "%s of", d->how);
  for (size_t s = 0; s < d->sources; s++) {
    fprintf(out, "%s %s (", s ? "," : "", d->source[s].path);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
      wd_store_text(d->source[s].store, names[i], value, sizeof value);
      fprintf(out, "%s%s %s", i ? ", " : "", names[i], value);
    }
    fputc(')', out);
  }
  if (fclose(out) == 0) return text;
  free(text);
  return NULL;
}

static int fill(void *ctx, wd_store *store, wd_error *err) {
  work *w = ctx;
  wd_tally total = {0};
  char *origin = describe(w->d);
  int status = origin ? wd_store_gather(store, w->share, w->d->sources, origin, &w->count, err)
                      : wd_fail(err, WD_ERR_MEMORY, "out of memory");
  free(origin);
  for (size_t m = 0; m < w->members->count && !status; m++) status = take_luminosity(w, store, m, err);
  w->complete = !status && w->count.taken == points_of(w) && has_luminosities(store);
  return w->complete ? wd_run_draw(store, &total, err) : status;
}

/* --- The new file --- */

static int create(work *w, const char *path, const wd_derived_stars *stars, wd_error *err) {
  const wd_derivation *d = w->d;
  char track[WD_CHECKSUM_TEXT];
  wd_store_text(d->source->store, "track_checksum", track, sizeof track);
  wd_store_header header = {.settings = d->settings,
                            .masses = d->masses,
                            .couplings = d->couplings,
                            .shells = wd_store_shells(d->source->store),
                            .mass = d->mass,
                            .coupling = d->coupling,
                            .track = track,
                            .data = wd_store_data_text(d->source->store),
                            .ranks = 1};
  wd_derive_describe_stars(stars, &header);
  wd_lock lock;
  int status = wd_lock_acquire(&lock, path, err);
  if (status) return status;
  status = wd_store_create_filled(path, &header, d->replace, fill, w, err);
  wd_lock_release(&lock);
  return status;
}

static void report(const work *w, const char *path) {
  if (w->members->count > 1) wd_log(WD_LOG_INFO, "%s: %zu members", path, w->members->count);
  wd_log(WD_LOG_INFO, "%s: %zu x %zu points, %" PRIu64 " of them taken over from %zu file%s%s", path,
         w->d->masses, w->d->couplings, w->count.taken, w->d->sources, w->d->sources == 1 ? "" : "s",
         w->complete ? "; complete" : "");
  if (w->count.damaged) wd_log(WD_LOG_WARNING, "%" PRIu64 " damaged points were left out", w->count.damaged);
  if (w->count.taken == points_of(w) && !w->complete)
    wd_log(WD_LOG_WARNING, "%s: the Standard-Model luminosities are in none of the files", path);
}

static int derive(work *w, const char *path, wd_error *err) {
  wd_derived_stars stars = {0};
  int status = match_members(w, err);
  if (!status) status = compare_data(w->d, err);
  if (!status) status = wd_derive_stars(w->d, w->members, w->partner, &stars, err);
  if (!status) status = match_grids(w, err);
  if (!status) status = create(w, path, &stars, err);
  if (!status) report(w, path);
  wd_derive_free_stars(&stars);
  return status;
}

int wd_derive(const wd_derivation *d, wd_error *err) {
  char path[WD_PATH_MAX];
  wd_settings *settings = NULL;
  wd_derivation named = *d;
  work w = {.d = &named};
  int status = wd_place_target(d->path, path, sizeof path, err);
  if (!status) status = check_sources(d, path, err);
  if (!status) status = wd_store_check_target(path, d->replace, err);
  if (!status) status = wd_members_create(d->settings, &w.members, err);
  for (size_t s = 0; s < d->sources && !status; s++) status = compare_settings(&w, &d->source[s], err);
  if (!status) status = wd_run_nameless(d->settings, &settings, err);
  named.settings = settings;
  if (!status) compare_programs(d);
  if (!status) status = derive(&w, path, err);
  wd_settings_free(settings);
  wd_members_free(w.members);
  free(w.partner);
  free(w.share);
  free(w.index);
  return status;
}
