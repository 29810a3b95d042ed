/* New result files from others; see run/derive.h. */
#include "run/derive.h"

#include "base/log.h"
#include "base/place.h"
#include "result/axis.h"
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
  wd_store_share *share; /* [sources] */
  size_t *index;  /* of the shares: masses of the target, then couplings of the source, source by source */
  size_t members; /* of each source and of the target */
  wd_store_gathered count;
  bool complete;
} work;

/* --- Do the sources belong together? --- */

static int compare_settings(const wd_derivation *d, const wd_result *r, wd_error *err) {
  char *conflicts = wd_result_conflicts(r->settings, d->settings);
  int status = WD_OK;
  if (!conflicts)
    status = wd_fail(err, WD_ERR_MEMORY, "out of memory for the comparison of configurations");
  else if (*conflicts)
    status = wd_fail(
        err, WD_ERR_CONFIG,
        "%s holds results of another configuration; expected one that differs in the grid only. Keys that "
        "differ (%s -> %s):\n%s",
        r->path, r->path, r == d->source ? "now" : d->source->path, conflicts);
  free(conflicts);
  return status;
}

/* A star from a file, whose text is no setting, may have changed. */
static int compare_stars(const wd_derivation *d, const wd_store_star *star, wd_error *err) {
  for (size_t s = 1; s < d->sources; s++)
    for (size_t i = 0; i < star->profiles; i++) {
      const wd_store_profile *p = &star->profile[i];
      bool same;
      int status = wd_store_has_profile(d->source[s].store, p->name, p->values, star->nodes, &same, err);
      if (status) return status;
      if (!same)
        return wd_fail(err, WD_ERR_CONFIG, "%s and %s hold results of different stars: their /star/%s differ",
                       d->source->path, d->source[s].path, p->name);
    }
  return WD_OK;
}

static bool same_text(const wd_result *a, const wd_result *b, const char *name) {
  char first[WD_CHECKSUM_TEXT], other[WD_CHECKSUM_TEXT];
  wd_store_text(a->store, name, first, sizeof first);
  wd_store_text(b->store, name, other, sizeof other);
  return strcmp(first, other) == 0;
}

/* The same holds for a cooling.track, the data of a likelihood and, with axes, the files of all stars. */
static int compare_data(const wd_derivation *d, wd_error *err) {
  for (size_t s = 1; s < d->sources; s++) {
    if (!same_text(d->source, &d->source[s], "track_checksum"))
      return wd_fail(err, WD_ERR_CONFIG, "%s and %s follow different cooling sequences", d->source->path,
                     d->source[s].path);
    if (!same_text(d->source, &d->source[s], "star_files_checksum"))
      return wd_fail(err, WD_ERR_CONFIG,
                     "%s and %s hold results of different stars: files of star.profile differ",
                     d->source->path, d->source[s].path);
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

static size_t *index_of(const double *of, size_t n, const double *in, size_t m, size_t *index) {
  for (size_t i = 0; i < n; i++) {
    index[i] = wd_axis_find(in, m, of[i]);
    if (index[i] == m) index[i] = WD_STORE_NOWHERE;
  }
  return index + n;
}

/* The masses of the further members, whose grids are that of the first. */
static size_t *repeat(size_t members, size_t n, size_t m, size_t *index) {
  for (size_t i = n; i < members * n; i++)
    index[i] = index[i - n] == WD_STORE_NOWHERE ? WD_STORE_NOWHERE : index[i - n] + m;
  return index + members * n;
}

static int match_grids(work *w, wd_error *err) {
  const wd_derivation *d = w->d;
  size_t n = d->sources * w->members * d->masses;
  for (size_t s = 0; s < d->sources; s++) n += d->source[s].couplings;
  w->share = malloc(d->sources * sizeof *w->share);
  w->index = malloc(n * sizeof *w->index);
  if (!w->share || !w->index) return wd_fail(err, WD_ERR_MEMORY, "out of memory: the axes");
  size_t *next = w->index;
  for (size_t s = 0; s < d->sources; s++) {
    const wd_result *r = &d->source[s];
    w->share[s] = (wd_store_share){.store = r->store, .mass = next};
    index_of(d->mass, d->masses, r->mass, r->masses, next);
    next = repeat(w->members, d->masses, r->masses, next);
    w->share[s].coupling = next;
    next = index_of(r->coupling, r->couplings, d->coupling, d->couplings, next);
  }
  return WD_OK;
}

/* The luminosities of a member, which a scan computes at its first mass: from the source that has it, if there is one. */
static int take_luminosity(work *w, wd_store *target, size_t member, wd_error *err) {
  double value[WD_POLARIZATIONS], error[WD_POLARIZATIONS];
  for (int any = 0; any < 2; any++)
    for (size_t s = 0; s < w->d->sources; s++) {
      if (!any && w->share[s].mass[0] != 0) continue;
      int status = wd_store_read_luminosity(w->d->source[s].store, member, value, error, err);
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
  return (uint64_t)w->members * w->d->masses * w->d->couplings;
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
  for (size_t m = 0; m < w->members && !status; m++) status = take_luminosity(w, store, m, err);
  w->complete = !status && w->count.taken == points_of(w) && has_luminosities(store);
  return w->complete ? wd_run_draw(store, &total, err) : status;
}

/* --- The new file --- */

static int create(work *w, const char *path, const wd_store_star *star, const double *shell, wd_error *err) {
  const wd_derivation *d = w->d;
  char track[WD_CHECKSUM_TEXT], files[WD_CHECKSUM_TEXT];
  wd_store_text(d->source->store, "track_checksum", track, sizeof track);
  wd_store_text(d->source->store, "star_files_checksum", files, sizeof files);
  const wd_store_header header = {.settings = d->settings,
                                  .masses = d->masses,
                                  .couplings = d->couplings,
                                  .shells = wd_store_shells(d->source->store),
                                  .mass = d->mass,
                                  .coupling = d->coupling,
                                  .shell = shell,
                                  .profile = star->profile,
                                  .profiles = star->profiles,
                                  .profile_nodes = star->nodes,
                                  .star_attribute_names = star->attribute_name,
                                  .star_attribute_values = star->attribute_value,
                                  .star_attributes = star->attributes,
                                  .track = track,
                                  .star_files = files,
                                  .data = wd_store_data_text(d->source->store),
                                  .ranks = 1};
  wd_lock lock;
  int status = wd_lock_acquire(&lock, path, err);
  if (status) return status;
  status = wd_store_create_filled(path, &header, d->replace, fill, w, err);
  wd_lock_release(&lock);
  return status;
}

static void report(const work *w, const char *path) {
  if (w->members > 1) wd_log(WD_LOG_INFO, "%s: %zu members", path, w->members);
  wd_log(WD_LOG_INFO, "%s: %zu x %zu points, %" PRIu64 " of them taken over from %zu file%s%s", path,
         w->d->masses, w->d->couplings, w->count.taken, w->d->sources, w->d->sources == 1 ? "" : "s",
         w->complete ? "; complete" : "");
  if (w->count.damaged) wd_log(WD_LOG_WARNING, "%" PRIu64 " damaged points were left out", w->count.damaged);
  if (w->count.taken == points_of(w) && !w->complete)
    wd_log(WD_LOG_WARNING, "%s: the Standard-Model luminosities are in none of the files", path);
}

/* Star and shells of the first source. */
static int derive(work *w, const char *path, wd_error *err) {
  const wd_result *first = w->d->source;
  wd_store_star star = {0};
  double *shell = malloc(w->members * wd_store_shells(first->store) * sizeof *shell);
  int status = shell ? wd_store_read_shells(first->store, shell, err)
                     : wd_fail(err, WD_ERR_MEMORY, "out of memory: the shells of %s", first->path);
  if (!status) status = wd_store_read_star(first->store, &star, err);
  if (!status) status = compare_stars(w->d, &star, err);
  if (!status) status = compare_data(w->d, err);
  if (!status) status = match_grids(w, err);
  if (!status) status = create(w, path, &star, shell, err);
  if (!status) report(w, path);
  wd_store_free_star(&star);
  free(shell);
  return status;
}

int wd_derive(const wd_derivation *d, wd_error *err) {
  char path[WD_PATH_MAX];
  wd_settings *settings = NULL;
  wd_derivation named = *d;
  work w = {.d = &named, .members = wd_store_members(d->source->store)};
  int status = wd_place_target(d->path, path, sizeof path, err);
  if (!status) status = check_sources(d, path, err);
  if (!status) status = wd_store_check_target(path, d->replace, err);
  for (size_t s = 0; s < d->sources && !status; s++) status = compare_settings(d, &d->source[s], err);
  if (!status) status = wd_run_nameless(d->settings, &settings, err);
  named.settings = settings;
  if (!status) compare_programs(d);
  if (!status) status = derive(&w, path, err);
  wd_settings_free(settings);
  free(w.share);
  free(w.index);
  return status;
}
