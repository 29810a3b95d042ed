/* What a run stores at the head of its result file, and whether a file was begun with the same; see run/file.h. */
#include "run/file.h"

#include "base/log.h"
#include "bound/bound.h"
#include "result/axis.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int wd_run_copy_settings(const wd_settings *settings, wd_settings **out, wd_error *err) {
  char *text = wd_settings_text(settings);
  if (!text) return wd_fail(err, WD_ERR_MEMORY, "out of memory for the configuration");
  int status = wd_settings_create(out, err);
  if (!status) status = wd_settings_read_text(*out, text, strlen(text), "configuration", err);
  free(text);
  return status;
}

int wd_run_nameless(const wd_settings *settings, wd_settings **out, wd_error *err) {
  int status = wd_run_copy_settings(settings, out, err);
  return status ? status : wd_settings_set(*out, "output.file=\"\"", err);
}

/* As of wd_likelihood_text. */
static char *data_of(const wd_scan *scan) {
  return wd_likelihood_text(scan->bound      ? wd_bound_likelihood(scan->bound)
                            : scan->campaign ? wd_campaign_likelihood(scan->campaign)
                                             : NULL);
}

/* What is stored of a cooling.track; "" if there is none. */
static void track_text(const wd_run_file *f, char text[WD_CHECKSUM_TEXT]) {
  const wd_scan *scan = f->scan;
  const wd_sequence *track = scan->bound      ? wd_bound_track(scan->bound)
                             : scan->campaign ? wd_campaign_track(scan->campaign)
                                              : NULL;
  text[0] = '\0';
  if (track) snprintf(text, WD_CHECKSUM_TEXT, "%016" PRIx64, track->checksum);
}

/* A file without profiles, of several stars. */
static void describe_stars(const wd_run_file *f, char files[WD_CHECKSUM_TEXT], wd_store_header *header) {
  header->shell = f->survey->shell;
  header->star_attribute_values = f->survey->scalar;
  wd_campaign_star_files(f->scan->campaign, files);
  header->star_files = files;
}

void wd_run_describe_star(const wd_star *star, wd_store_profile profile[WD_RUN_PROFILES],
                          wd_store_header *header) {
  const wd_store_profile profiles[WD_RUN_PROFILES] = {
      {"radius", "km", "distance from the centre", star->node_radius},
      {"electron_density", "cm-3", "number density of electrons", star->electron_density},
      {"plasma_frequency", "eV", "plasma frequency omega_p", star->plasma_frequency},
      {"chemical_potential", "eV", "chemical potential of the electrons with their rest mass",
       star->chemical_potential},
      {"v_star", "1", "characteristic velocity omega_1/omega_p", star->v_star},
      {"omega_axial", "eV", "axial frequency omega_A", star->omega_axial},
      {"temperature", "eV", "temperature", star->temperature},
      {"ion_charge2", "1", "sum of n_i Z_i^2 over the nuclei per electron", star->charge2},
      {"ions", "1", "nuclei per electron", star->ions},
  };
  memcpy(profile, profiles, sizeof profiles);
  header->profile = profile;
  header->profiles = WD_RUN_PROFILES;
  header->profile_nodes = star->nodes;
}

int wd_run_file_begin(const wd_run_file *f, bool replace, wd_error *err) {
  const wd_scan *scan = f->scan;
  const wd_star *star = scan->star;
  const wd_config *config = scan->config;
  wd_store_profile profile[WD_RUN_PROFILES];
  double scalar[WD_STAR_SCALARS];
  size_t shells = (size_t)config->grid.shells;
  double *shell = malloc(shells * sizeof *shell);
  char *data = data_of(scan);
  wd_settings *settings = NULL;
  char track[WD_CHECKSUM_TEXT], files[WD_CHECKSUM_TEXT];
  track_text(f, track);
  int status = shell && data ? wd_run_nameless(f->settings, &settings, err)
                             : wd_fail(err, WD_ERR_MEMORY, "out of memory for %zu shells", shells);
  for (size_t i = 0; i < shells && star && !status; i++) shell[i] = wd_shell_middle(config, star, (int64_t)i);
  wd_store_header header = {.settings = settings,
                            .masses = scan->masses,
                            .couplings = scan->couplings,
                            .shells = shells,
                            .mass = scan->mass,
                            .coupling = scan->coupling,
                            .shell = shell,
                            .star_attribute_names = wd_star_scalar_names,
                            .star_attribute_values = scalar,
                            .star_attributes = WD_STAR_SCALARS,
                            .data = data,
                            .track = track,
                            .ranks = f->ranks};
  if (star) {
    wd_star_scalars(star, scalar);
    wd_run_describe_star(star, profile, &header);
  } else {
    describe_stars(f, files, &header);
  }
  if (!status) status = wd_store_begin(f->path, &header, replace, err);
  wd_settings_free(settings);
  free(data);
  free(shell);
  return status;
}

/* With axes, the files of the stars, whose texts are no settings, must be those that the scan was begun with. */
static int compare_star_files(const wd_run_file *f, const wd_store *store, wd_error *err) {
  char now[WD_CHECKSUM_TEXT], stored[WD_CHECKSUM_TEXT];
  wd_campaign_star_files(f->scan->campaign, now);
  wd_store_text(store, "star_files_checksum", stored, sizeof stored);
  if (strcmp(stored, now) == 0) return WD_OK;
  return wd_fail(err, WD_ERR_CONFIG,
                 "%s holds a scan of other stars: a file of star.profile has changed since; name another "
                 "file with -o, or start over with --fresh",
                 f->path);
}

/* Compares the stored configuration with the present one: results must not change, run control may. */
static int compare_settings(const wd_run_file *f, const wd_settings *stored, wd_error *err) {
  wd_settings *now = NULL;
  int status = wd_run_nameless(f->settings, &now, err);
  if (status) {
    wd_settings_free(now);
    return status;
  }
  char *results = wd_settings_differences(stored, now, /*physics=*/true);
  char *control = wd_settings_differences(stored, now, /*physics=*/false);
  if (!results || !control)
    status = wd_fail(err, WD_ERR_MEMORY, "out of memory for the comparison of configurations");
  else if (*results)
    status =
        wd_fail(err, WD_ERR_CONFIG,
                "%s holds a scan of another configuration; name another file with -o, or start over with "
                "--fresh. Keys that differ (file -> now):\n%s",
                f->path, results);
  else if (*control)
    wd_log(WD_LOG_INFO, "%s: going on with changed run control (file -> now):\n%s", f->path, control);
  free(results);
  free(control);
  wd_settings_free(now);
  return status;
}

int wd_run_has_star(wd_store *store, const wd_star *star, bool *has, wd_error *err) {
  const struct {
    const char *name;
    const double *value;
  } profile[] = {{"radius", star->node_radius},
                 {"electron_density", star->electron_density},
                 {"temperature", star->temperature},
                 {"ion_charge2", star->charge2},
                 {"ions", star->ions}};
  int status = WD_OK;
  *has = true;
  for (size_t i = 0; i < sizeof profile / sizeof *profile && *has && !status; i++)
    status = wd_store_has_profile(store, profile[i].name, profile[i].value, star->nodes, has, err);
  return status;
}

/* Compares the stored star with the present one, if that comes from a file, whose text is no setting. */
static int compare_profile(const wd_run_file *f, wd_store *store, wd_error *err) {
  bool has = true;
  const bool is_from_file = *f->scan->config->star.profile;
  int status = is_from_file ? wd_run_has_star(store, f->scan->star, &has, err) : WD_OK;
  if (status || has) return status;
  return wd_fail(
      err, WD_ERR_CONFIG,
      "%s holds a scan of another star: star.profile: %s has changed since; name another file with "
      "-o, or start over with --fresh",
      f->path, f->scan->config->star.profile);
}

/* The grid of a file that was put together from others need not be one that a configuration describes. */
static int compare_axes(const wd_run_file *f, wd_store *store, wd_error *err) {
  const size_t masses = wd_store_masses(store), couplings = wd_store_couplings(store);
  double *axes = malloc((masses + couplings) * sizeof *axes);
  if (!axes) return wd_fail(err, WD_ERR_MEMORY, "out of memory: the axes of %s", f->path);
  int status = wd_store_read_axes(store, axes, axes + masses, err);
  bool same = wd_axis_same(axes, masses / wd_store_members(store), f->scan->mass, f->scan->masses) &&
              wd_axis_same(axes + masses, couplings, f->scan->coupling, f->scan->couplings);
  free(axes);
  if (status || same) return status;
  return wd_fail(
      err, WD_ERR_CONFIG,
      "%s was put together from several grids, and its masses or couplings are not evenly spaced, as a "
      "configuration has them; go on with the files that it was made of",
      f->path);
}

/* Compares the stored data with the present ones, whose text is no setting. */
static int compare_data(const wd_run_file *f, const wd_store *store, wd_error *err) {
  char *now = data_of(f->scan);
  int status = WD_OK;
  if (!now)
    status = wd_fail(err, WD_ERR_MEMORY, "out of memory for the comparison of data");
  else if (strcmp(now, wd_store_data_text(store)) != 0)
    status = wd_fail(
        err, WD_ERR_CONFIG,
        "%s holds a scan with other data: likelihood.luminosity_function: %s has changed since; name another "
        "file with -o, or start over with --fresh",
        f->path, f->scan->config->likelihood.luminosity_function);
  free(now);
  return status;
}

/* The same of a cooling.track. */
static int compare_track(const wd_run_file *f, const wd_store *store, wd_error *err) {
  char now[WD_CHECKSUM_TEXT], stored[WD_CHECKSUM_TEXT];
  track_text(f, now);
  wd_store_text(store, "track_checksum", stored, sizeof stored);
  if (strcmp(stored, now) == 0) return WD_OK;
  return wd_fail(
      err, WD_ERR_CONFIG,
      "%s holds a scan along another sequence: cooling.track: %s has changed since; name another file with "
      "-o, or start over with --fresh",
      f->path, f->scan->config->cooling.track);
}

int wd_run_file_check(const wd_run_file *f, wd_error *err) {
  wd_store *store;
  wd_settings *stored = NULL;
  int status = wd_store_open_serial(f->path, &store, err);
  if (status) return status;
  const char *text = wd_store_config_text(store);
  status = wd_settings_create(&stored, err);
  if (!status) status = wd_settings_read_text(stored, text, strlen(text), f->path, err);
  if (!status) status = compare_settings(f, stored, err);
  if (!status) status = compare_axes(f, store, err);
  if (!status)
    status = f->scan->campaign ? compare_star_files(f, store, err) : compare_profile(f, store, err);
  if (!status) status = compare_data(f, store, err);
  if (!status) status = compare_track(f, store, err);
  wd_settings_free(stored);
  int closed = wd_store_close(store, status ? NULL : err);
  return status ? status : closed;
}
