/* Stars of derived result files; see run/derive_stars.h. */
#include "run/derive_stars.h"

#include "excess/shell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct work {
  const wd_derivation *d;
  const wd_members *members;
  const size_t *partner;
  wd_derived_stars *stars;
  size_t shells;
  wd_campaign *campaign; /* of the new file, if it has axes and its stars are not simply those of a source */
} work;

static int no_memory(wd_error *err) {
  return wd_fail(err, WD_ERR_MEMORY, "out of memory for the stars of a result file");
}

static bool has_axes(const wd_result *r) {
  return wd_members_vary(wd_settings_config(r->settings));
}

/* --- Files of star.profile, whose texts are no settings --- */

static int refuse_changed(const wd_result *r, wd_error *err) {
  return wd_fail(err, WD_ERR_CONFIG,
                 "%s holds results of other stars: a file of star.profile has changed since; expected those "
                 "that it was computed with, to put its members into another order",
                 r->path);
}

static int files_of(const wd_settings *settings, char text[WD_CHECKSUM_TEXT], wd_error *err) {
  wd_campaign *campaign = NULL;
  int status = wd_campaign_create(settings, &campaign, err);
  if (!status) wd_campaign_star_files(campaign, text);
  wd_campaign_free(campaign);
  return status;
}

/* Are the files that the source was made with still there? */
static int check_files(const wd_result *r, wd_error *err) {
  const wd_config *config = wd_settings_config(r->settings);
  char stored[WD_CHECKSUM_TEXT], now[WD_CHECKSUM_TEXT];
  if (has_axes(r)) {
    wd_store_text(r->store, "star_files_checksum", stored, sizeof stored);
    int status = *stored ? files_of(r->settings, now, err) : WD_OK;
    return status || !*stored || strcmp(stored, now) == 0 ? status : refuse_changed(r, err);
  }
  if (!*config->star.profile) return WD_OK;
  wd_star *star = NULL;
  bool has = true;
  int status = wd_star_create(config, &star, err);
  if (!status) status = wd_run_has_star(r->store, star, &has, err);
  wd_star_free(star);
  return status || has ? status : refuse_changed(r, err);
}

/* Have the new file and all sources the same members? Then nobody has to look at the files. */
static bool same_members(const work *w) {
  bool same = true;
  for (size_t s = 0; s < w->d->sources && same; s++) {
    const size_t *partner = w->partner + s * w->members->count;
    same = w->d->source[s].members->count == w->members->count;
    for (size_t m = 0; m < w->members->count && same; m++) same = partner[m] == m;
  }
  return same;
}

/* The stars of the new file, whose files and whose solutions are needed at most once. */
static int need_campaign(work *w, wd_error *err) {
  return w->campaign ? WD_OK : wd_campaign_create(w->d->settings, &w->campaign, err);
}

static int settle_files(work *w, bool alone, wd_error *err) {
  const wd_derivation *d = w->d;
  char other[WD_CHECKSUM_TEXT];
  int status = WD_OK;
  wd_store_text(d->source->store, "star_files_checksum", w->stars->files, sizeof w->stars->files);
  if (!same_members(w)) {
    for (size_t s = 0; s < d->sources && !status; s++) status = check_files(&d->source[s], err);
    if (alone) return status; /* what it says of its file is the star itself */
    if (!status) status = need_campaign(w, err);
    if (!status) wd_campaign_star_files(w->campaign, w->stars->files);
    return status;
  }
  for (size_t s = 1; s < d->sources; s++) {
    wd_store_text(d->source[s].store, "star_files_checksum", other, sizeof other);
    if (strcmp(other, w->stars->files) != 0)
      return wd_fail(err, WD_ERR_CONFIG,
                     "%s and %s hold results of different stars: files of star.profile differ",
                     d->source->path, d->source[s].path);
  }
  return WD_OK;
}

/* --- Stars with axes --- */

/* The scalar of this name among those of a source; NULL: it has none. */
static const double *scalar_of(const wd_store_star *star, size_t member, const char *name) {
  for (size_t i = 0; i < star->attributes; i++)
    if (strcmp(star->attribute_name[i], name) == 0)
      return &star->attribute_value[member * star->attributes + i];
  return NULL;
}

/* Takes over what the source has, for members that have none yet. */
static int take_stars(work *w, size_t s, wd_error *err) {
  const wd_result *r = &w->d->source[s];
  const size_t *partner = w->partner + s * w->members->count;
  wd_store_star star = {0};
  double *shell = malloc(r->members->count * w->shells * sizeof *shell);
  int status = shell ? wd_store_read_shells(r->store, shell, err) : no_memory(err);
  if (!status) status = wd_store_read_star(r->store, &star, err);
  for (size_t m = 0; m < w->members->count && !status; m++) {
    double *to = w->stars->scalar + m * WD_STAR_SCALARS;
    if (partner[m] == WD_NO_MEMBER || !isnan(to[0])) continue;
    for (int i = 0; i < WD_STAR_SCALARS && !status; i++) {
      const double *from = scalar_of(&star, partner[m], wd_star_scalar_names[i]);
      if (!from) status = wd_fail(err, WD_ERR_CONFIG, "%s has no /star/%s", r->path, wd_star_scalar_names[i]);
      if (from) to[i] = *from;
    }
    memcpy(w->stars->shell + m * w->shells, shell + partner[m] * w->shells, w->shells * sizeof *shell);
  }
  wd_store_free_star(&star);
  free(shell);
  return status;
}

static int solve_star(work *w, size_t member, wd_error *err) {
  int status = need_campaign(w, err);
  if (status) return status;
  return wd_campaign_survey(w->campaign, member, w->stars->scalar + member * WD_STAR_SCALARS,
                            w->stars->shell + member * w->shells, NULL, err);
}

static int settle_members(work *w, wd_error *err) {
  int status = WD_OK;
  for (size_t s = 0; s < w->d->sources && !status; s++) status = take_stars(w, s, err);
  for (size_t m = 0; m < w->members->count && !status; m++)
    if (isnan(w->stars->scalar[m * WD_STAR_SCALARS])) status = solve_star(w, m, err);
  return status;
}

/* --- Without axes --- */

/* All sources have the whole star: it is taken over as it is. */
static int keep_star(work *w, wd_error *err) {
  const wd_result *first = w->d->source;
  wd_store_star *star = &w->stars->kept;
  int status = wd_store_read_shells(first->store, w->stars->shell, err);
  if (!status) status = wd_store_read_star(first->store, star, err);
  for (size_t s = 1; s < w->d->sources && !status; s++)
    for (size_t i = 0; i < star->profiles && !status; i++) {
      const wd_store_profile *p = &star->profile[i];
      const wd_result *other = &w->d->source[s];
      bool same;
      status = wd_store_has_profile(other->store, p->name, p->values, star->nodes, &same, err);
      if (!status && !same)
        status =
            wd_fail(err, WD_ERR_CONFIG, "%s and %s hold results of different stars: their /star/%s differ",
                    first->path, other->path, p->name);
    }
  return status;
}

/* The star of a file without axes. */
static const wd_star *star_of(const wd_derived_stars *stars) {
  return stars->bound ? wd_bound_star(stars->bound) : stars->solved;
}

static int solve_alone(work *w, wd_error *err) {
  const wd_config *config = wd_settings_config(w->d->settings);
  if (config->observable == WD_OBSERVABLE_COOLING) return wd_bound_create(config, &w->stars->bound, err);
  return wd_star_create(config, &w->stars->solved, err);
}

/* A member by itself: its star is solved again, and must be that of the sources. */
static int settle_alone(work *w, wd_error *err) {
  const wd_config *config = wd_settings_config(w->d->settings);
  double scalar[WD_STAR_SCALARS];
  int status = WD_OK;
  for (size_t s = 0; s < w->d->sources && !status; s++) status = take_stars(w, s, err);
  if (!status) status = solve_alone(w, err);
  if (status) return status;
  const wd_star *star = star_of(w->stars);
  wd_star_scalars(star, scalar);
  wd_run_describe_star(star, w->stars->profile, &(wd_store_header){0});
  for (int i = 0; i < WD_STAR_SCALARS; i++) {
    double *taken = &w->stars->scalar[i];
    if (isnan(*taken)) *taken = scalar[i];
    if (fabs(*taken - scalar[i]) > 1e-9 * fabs(scalar[i]))
      return wd_fail(err, WD_ERR_CONFIG, "%s holds results of another star: its %s is %.9g, now %.9g",
                     w->d->source->path, wd_star_scalar_names[i], *taken, scalar[i]);
  }
  for (size_t i = 0; i < w->shells; i++) w->stars->shell[i] = wd_shell_middle(config, star, (int64_t)i);
  return WD_OK;
}

/* --- The whole --- */

int wd_derive_stars(const wd_derivation *d, const wd_members *members, const size_t *partner,
                    wd_derived_stars *stars, wd_error *err) {
  work w = {.d = d,
            .members = members,
            .partner = partner,
            .stars = stars,
            .shells = wd_store_shells(d->source->store)};
  bool plain = true;
  *stars = (wd_derived_stars){0};
  stars->shell = malloc(members->count * w.shells * sizeof *stars->shell);
  stars->scalar = malloc(members->count * WD_STAR_SCALARS * sizeof *stars->scalar);
  if (!stars->shell || !stars->scalar) return no_memory(err);
  for (size_t i = 0; i < members->count * WD_STAR_SCALARS; i++) stars->scalar[i] = NAN;
  for (size_t s = 0; s < d->sources; s++) plain = plain && !has_axes(&d->source[s]);
  const bool alone = !wd_members_vary(wd_settings_config(d->settings));
  if (plain && alone) return keep_star(&w, err);
  int status = settle_files(&w, alone, err);
  if (!status) status = alone ? settle_alone(&w, err) : settle_members(&w, err);
  if (alone) *stars->files = '\0';
  wd_campaign_free(w.campaign);
  return status;
}

void wd_derive_describe_stars(const wd_derived_stars *stars, wd_store_header *header) {
  header->shell = stars->shell;
  header->star_files = stars->files;
  if (stars->kept.attributes) {
    header->profile = stars->kept.profile;
    header->profiles = stars->kept.profiles;
    header->profile_nodes = stars->kept.nodes;
    header->star_attribute_names = stars->kept.attribute_name;
    header->star_attribute_values = stars->kept.attribute_value;
    header->star_attributes = stars->kept.attributes;
    return;
  }
  header->star_attribute_names = wd_star_scalar_names;
  header->star_attribute_values = stars->scalar;
  header->star_attributes = WD_STAR_SCALARS;
  if (!star_of(stars)) return;
  header->profile = stars->profile;
  header->profiles = WD_RUN_PROFILES;
  header->profile_nodes = star_of(stars)->nodes;
}

void wd_derive_free_stars(wd_derived_stars *stars) {
  wd_store_free_star(&stars->kept);
  wd_star_free(stars->solved);
  wd_bound_free(stars->bound);
  free(stars->shell);
  free(stars->scalar);
  *stars = (wd_derived_stars){0};
}
