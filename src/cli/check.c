/* `wdscan check`: the effective configuration, where each value comes from, and what the scan will cost.
 *
 * The output is YAML, with all that is not configuration in comments, so that it can serve as a
 * configuration. No file is written; whether a scan could write its result file is looked up. For the cost some
 * jobs of the scan are tried out, which takes seconds; with --no-trial nothing is computed.
 */
#include "base/text.h"
#include "cli/cli.h"
#include "config/members.h"
#include "scan/campaign.h"
#include "scan/cost.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

char *wd_cli_folder_of(const char *path) {
  const char *slash = strrchr(path, '/');
  if (!slash) return strdup(".");
  return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

static int check_folder(const char *file, wd_error *err) {
  char *folder = wd_cli_folder_of(file);
  struct stat info;
  if (!folder) return wd_fail(err, WD_ERR_MEMORY, "%s: out of memory", file);
  int error = 0;
  if (stat(folder, &info))
    error = errno;
  else if (!S_ISDIR(info.st_mode))
    error = ENOTDIR;
  else if (access(folder, W_OK | X_OK))
    error = errno;
  int status = WD_OK;
  if (error) {
    status = wd_fail(err, WD_ERR_IO, "output.file: %s: cannot write into its folder %s: %s", file, folder,
                     strerror(error));
  }
  free(folder);
  return status;
}

static int check_output(const char *file, wd_error *err) {
  struct stat info;
  if (stat(file, &info)) return check_folder(file, err);
  if (!S_ISREG(info.st_mode)) return wd_fail(err, WD_ERR_IO, "output.file: %s exists and is no file", file);
  if (access(file, W_OK)) return wd_fail(err, WD_ERR_IO, "output.file: %s: %s", file, strerror(errno));
  printf("# %s exists: `wdscan run` goes on with it if it was begun with the same configuration\n", file);
  return WD_OK;
}

static int check_input(const char *key, const char *file, wd_error *err) {
  if (*file == '\0' || access(file, R_OK) == 0) return WD_OK;
  return wd_fail(err, WD_ERR_IO, "%s: %s: %s", key, file, strerror(errno));
}

/* *star_seconds: of the processor, for the star. */
static int estimate(const wd_config *config, wd_cost *cost, double *star_seconds, wd_error *err) {
  if (config->observable == WD_OBSERVABLE_COOLING) return wd_cost_estimate_cooling(config, cost, err);
  wd_star *star = NULL;
  const clock_t start = clock();
  int status = wd_star_create(config, &star, err);
  *star_seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
  if (status == WD_OK) status = wd_cost_estimate(config, star, cost, err);
  wd_star_free(star);
  return status;
}

/* With axes some members are tried out, and their mean stands for all. */
static int estimate_members(const wd_settings *settings, const wd_members *members, wd_cost *cost,
                            wd_error *err) {
  enum { TRIES = 3 };
  const size_t tries = members->count < TRIES ? members->count : TRIES;
  const double each = (double)members->count / (double)tries;
  wd_cost sum = *cost;
  for (size_t i = 0; i < tries; i++) {
    wd_settings *member = NULL;
    wd_cost one = {0};
    int status =
        wd_member_settings(settings, members, (size_t)wd_cost_pick(members->count, tries, i), &member, err);
    double star_seconds = 0;
    if (!status) status = estimate(wd_settings_config(member), &one, &star_seconds, err);
    wd_settings_free(member);
    if (status) return status;
    sum.jobs += each * one.jobs;
    sum.trials += one.trials;
    sum.evaluations += each * one.evaluations;
    /* stars: before the scan and by the rank that computes */
    sum.seconds += each * (one.seconds + 2 * (star_seconds + one.start_seconds));
    sum.start_seconds += one.start_seconds / (double)tries;
    sum.job_seconds += one.job_seconds / (double)tries;
    sum.point_seconds += one.point_seconds / (double)tries;
    sum.rank_bytes = fmax(sum.rank_bytes, one.rank_bytes);
    sum.root_bytes = fmax(sum.root_bytes, one.root_bytes - one.points + sum.points);
    sum.root_rank_bytes = fmax(sum.root_rank_bytes, one.root_rank_bytes);
  }
  sum.stars = (double)members->count;
  sum.rank_bytes += wd_campaign_bytes(wd_settings_config(settings), members->count);
  *cost = sum;
  return WD_OK;
}

static void print_members(const wd_members *members, wd_cost *cost) {
  char text[WD_REAL_TEXT];
  cost->points *= (double)members->count;
  cost->file_bytes *= (double)members->count;
  printf("# this for each of %zu combinations of the values of", members->count);
  for (size_t a = 0; a < members->axes; a++)
    printf("%s %s (%zu)", a ? "," : "", members->axis[a].name, members->axis[a].count);
  printf("\n# in all %.0f points, and a result file of at most %s\n", cost->points,
         wd_text_from_bytes(cost->file_bytes, text));
}

static int print_cost(const wd_settings *settings, const wd_members *members, bool no_trial, wd_error *err) {
  const wd_config *config = wd_settings_config(settings);
  wd_cost cost = wd_cost_of_grid(config);
  wd_cost_print_grid(&cost, config, stdout);
  if (config->grid.coupling.points == 1)
    puts("# grid.coupling has one point: there will be no contours, which take two or more");
  if (members->axes) print_members(members, &cost);
  if (no_trial) return WD_OK;
  double star_seconds = 0;
  int status = members->axes ? estimate_members(settings, members, &cost, err)
                             : estimate(config, &cost, &star_seconds, err);
  if (status == WD_OK) wd_cost_print(&cost, config, stdout);
  return status;
}

int wd_command_check(const wd_arguments *args, wd_error *err) {
  const wd_config *config = wd_settings_config(args->settings);
  printf("# %s: valid. Behind each value: where it comes from.\n", args->source.path);
  wd_settings_write(args->settings, stdout, /*origins=*/true);
  int status = check_input("star.profile", config->star.profile, err);
  if (status == WD_OK)
    status = check_input("likelihood.luminosity_function", config->likelihood.luminosity_function, err);
  if (status == WD_OK) status = check_input("cooling.track", config->cooling.track, err);
  wd_members *members = NULL;
  if (status == WD_OK) status = wd_members_create(args->settings, &members, err);
  if (status == WD_OK) status = print_cost(args->settings, members, args->no_trial, err);
  wd_members_free(members);
  return status == WD_OK ? check_output(config->output.file, err) : status;
}
