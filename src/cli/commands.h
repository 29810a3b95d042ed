/* The commands of the program: one file src/cli/X.c each; src/cli/parse.c parses the command line for all. */
#ifndef WDSCAN_COMMANDS_H
#define WDSCAN_COMMANDS_H

#include "wdscan/config.h"

/* A parsed and checked command line. What a command does not take is refused by the parser. */
typedef struct wd_arguments {
  wd_settings *settings; /* defaults + CONFIG + --set + -o, validated; NULL for commands without CONFIG */
  const char *config;    /* path of CONFIG, or NULL */
  const char *file;      /* result FILE of `contour` and `status`, or NULL */
  const char *samples;   /* --samples FILE of `point`, or NULL */
  double mass;           /* --mass [eV]; NaN if absent */
  double coupling;       /* --coupling; NaN if absent */
  double max_time;       /* --max-time [s]; infinity if absent */
  double levels[WD_LEVELS_MAX];
  int level_count; /* --level, repeatable */
  bool json, fresh, quiet;
  bool refine;   /* --refine of `contour`: `config` instead of `file` */
  bool yaml;     /* --yaml of `keys`: the reference configuration */
  bool markdown; /* --markdown of `keys` */
  int log_level; /* enum wd_log_level; --quiet: errors only */
  int progress;  /* enum wd_progress_form */
} wd_arguments;

/* Each command prints results to stdout and everything else to stderr. Returns a status. `run` and `point`
 * are started on all ranks of an MPI launcher, the others on rank 0 only. An error that concerns all ranks is
 * to be returned by all: see complain() in src/cli/parse.c. */
int wd_command_run(const wd_arguments *args, wd_error *err);
int wd_command_point(const wd_arguments *args, wd_error *err);
int wd_command_star(const wd_arguments *args, wd_error *err);
int wd_command_verify(const wd_arguments *args, wd_error *err);
int wd_command_contour(const wd_arguments *args, wd_error *err);
int wd_command_status(const wd_arguments *args, wd_error *err);
int wd_command_check(const wd_arguments *args, wd_error *err);
int wd_command_keys(const wd_arguments *args, wd_error *err);
int wd_command_manual(const wd_arguments *args, wd_error *err);
int wd_command_completion(const wd_arguments *args, wd_error *err);

/* Parses argv, runs the command, prints the error if there is one ("wdscan: ..."), returns the exit code. */
int wd_cli_main(int argc, char **argv);

#endif
