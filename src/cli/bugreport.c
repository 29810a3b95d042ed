/* `wdscan bugreport`: what those who are to mend a fault need to know, without what says who and where: program, libraries,
 * machine, and the effective configuration or what a result file holds. A configuration or a file that is wrong is part of the
 * report. */
#include "base/machine.h"
#include "base/place.h"
#include "base/platform.h"
#include "base/privacy.h"
#include "cli/cli.h"
#include "run/launcher.h"
#include "run/libraries.h"
#include "run/lock.h"
#include "run/result.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What the report is about. */
typedef struct subject {
  wd_privacy *privacy;
  char *folder; /* of the result file; malloc'ed, or NULL */
} subject;

static const char head[] = "# Report of a fault in wdscan\n\n"
                           "Please add here what you ran, what came out, and what you expected; and read the "
                           "rest before you send it.\n";

/* --- What must not be seen --- */

/* Where files of a configuration are. */
static int hide_paths(wd_privacy *privacy, const wd_config *config, wd_error *err) {
  const char *const paths[] = {config->star.profile, config->cooling.track,
                               config->likelihood.luminosity_function, config->output.file};
  int status = WD_OK;
  for (size_t i = 0; i < sizeof paths / sizeof *paths && !status; i++)
    status = wd_privacy_hide_path(privacy, paths[i], err);
  return status;
}

/* Where a result file was made, and where a scan is running that writes to it. */
static int hide_hosts(wd_privacy *privacy, const wd_result *result, wd_error *err) {
  char host[256], owner[WD_LOCK_MARK], target[WD_PATH_MAX];
  wd_store_text(result->store, "host", host, sizeof host);
  int status = wd_privacy_hide_host(privacy, host, err);
  if (status || wd_place_target(result->path, target, sizeof target, NULL)) return status;
  wd_lock_look(target, owner);
  owner[strcspn(owner, " ")] = '\0';
  return wd_privacy_hide_host(privacy, owner, err);
}

/* --- The parts --- */

static void write_program(FILE *out) {
  fputs("\n## Program\n\n", out);
  wd_libraries_write(out);
  wd_platform_write(out);
}

static void write_machine(const subject *s, FILE *out) {
  fputs("\n## Machine\n\n", out);
  wd_machine_write(s->folder ? s->folder : ".", out);
  fprintf(out, "processes by mpirun: %ld, by srun: %ld\n", wd_launcher_ranks(), wd_launcher_srun_tasks());
}

static int write_config(const wd_arguments *args, subject *s, FILE *out, wd_error *err) {
  const wd_config_source *source = &args->source;
  wd_settings *settings;
  wd_error mistakes;
  int status = wd_settings_create(&settings, err);
  if (status) return status;
  fprintf(out, "\n## Configuration: %s\n\n", args->file);
  if (wd_settings_load(settings, args->file, source->assignments, source->count, NULL, &mistakes))
    fprintf(out, "%s\n\n", mistakes.message);
  wd_settings_write(settings, out, /*origins=*/true);
  const wd_config *config = wd_settings_config(settings);
  s->folder = wd_cli_folder_of(config->output.file);
  status = hide_paths(s->privacy, config, err);
  wd_settings_free(settings);
  return status;
}

static int write_result(const wd_arguments *args, subject *s, FILE *out, wd_error *err) {
  wd_result result;
  wd_error wrong;
  int status = WD_OK;
  fprintf(out, "\n## Result file: %s\n\n", args->file);
  s->folder = wd_cli_folder_of(args->file);
  if (wd_result_open(args->file, &result, &wrong)) fprintf(out, "%s\n", wrong.message);
  if (result.store) status = hide_hosts(s->privacy, &result, err);
  if (result.settings && !status) status = hide_paths(s->privacy, wd_settings_config(result.settings), err);
  if (result.store && !status && wd_cli_write_status(args->file, out, &wrong))
    fprintf(out, "%s\n", wrong.message);
  wd_result_close(&result);
  return status;
}

/* HDF5 begins with the same bytes always; a damaged file has its name. */
static bool is_result(FILE *file, const char *name) {
  static const char signature[] = "\x89HDF\r\n\x1a\n";
  char first[sizeof signature - 1] = "";
  const size_t length = strlen(name);
  const bool read = fread(first, sizeof first, 1, file) == 1;
  return (read && memcmp(first, signature, sizeof first) == 0) ||
         (length > 3 && strcmp(name + length - 3, ".h5") == 0);
}

static int write_file(const wd_arguments *args, subject *s, FILE *out, wd_error *err) {
  FILE *file;
  int status = wd_place_open_input("", args->file, &file, err);
  if (status) return status;
  const bool result = is_result(file, args->file);
  fclose(file);
  status = wd_privacy_hide_path(s->privacy, args->file, err);
  if (status) return status;
  if (result && args->source.count)
    return wd_fail(err, WD_ERR_USAGE, "--set goes with a CONFIG: %s is a result file", args->file);
  return result ? write_result(args, s, out, err) : write_config(args, s, out, err);
}

/* --- The whole --- */

/* The private report, whose parts about the file come last; *text is malloc'ed. */
static int compose(const wd_arguments *args, subject *s, char **text, wd_error *err) {
  char *about = NULL;
  size_t size, about_size;
  FILE *file = open_memstream(&about, &about_size), *out = open_memstream(text, &size);
  int status = file && out ? WD_OK : wd_fail(err, WD_ERR_MEMORY, "out of memory for a report");
  if (!status && args->file) status = write_file(args, s, file, err);
  if (file) fclose(file);
  if (!status) {
    fputs(head, out);
    write_program(out);
    write_machine(s, out);
    fputs(about, out);
  }
  if (out) fclose(out);
  free(about);
  return status;
}

/* To -o, which must be a new file, or to standard output. */
static int publish(const wd_arguments *args, const subject *s, const char *text, wd_error *err) {
  const char *path = args->source.output;
  FILE *out = path ? fopen(path, "wx") : stdout;
  if (!out && errno == EEXIST)
    return wd_fail(err, WD_ERR_IO, "%s exists already; name another file with -o", path);
  if (!out) return wd_fail(err, WD_ERR_IO, "%s: cannot write: %s", path, strerror(errno));
  wd_privacy_write(s->privacy, text, out);
  if (!path) return WD_OK;
  const bool written = !ferror(out);
  return fclose(out) == 0 && written ? WD_OK
                                     : wd_fail(err, WD_ERR_IO, "%s: cannot write: %s", path, strerror(errno));
}

int wd_command_bugreport(const wd_arguments *args, wd_error *err) {
  subject s = {0};
  char *text = NULL;
  int status = wd_privacy_create(&s.privacy, err);
  if (!status) status = compose(args, &s, &text, err);
  if (!status) status = publish(args, &s, text, err);
  free(text);
  free(s.folder);
  wd_privacy_free(s.privacy);
  return status;
}
