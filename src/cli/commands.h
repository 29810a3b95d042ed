/* The commands of the program: one file src/cli/X.c each; src/cli/parse.c parses the command line for all. */
#ifndef WDSCAN_COMMANDS_H
#define WDSCAN_COMMANDS_H

#include "config/source.h"

/* What `contour` is asked for. */
enum wd_quantity_asked { WD_QUANTITY_OF_FILE, WD_QUANTITY_F_S, WD_QUANTITY_LIKELIHOOD };

/* A parsed and checked command line. What a command does not take is refused by the parser. */
typedef struct wd_arguments {
  wd_config_source source; /* CONFIG, --set and -o, as given */
  wd_settings
      *settings; /* defaults and the source, validated; NULL for commands without CONFIG, and for `run`, of
                              which only rank 0 reads CONFIG */
  const char *const *operands; /* as given: FILE, CONFIG ... */
  size_t operand_count;
  const char *file;    /* the first result FILE among them, or NULL; of `bugreport`, any file */
  const char *samples; /* --samples FILE of `point`, or NULL */
  double mass;         /* --mass [eV]; NaN if absent */
  double coupling;     /* --coupling; NaN if absent */
  double max_time;     /* --max-time [s]; infinity if absent */
  int share, shares;   /* --share I/N of `run`; 0, 0 if absent */
  double levels[WD_LEVELS_MAX];
  int level_count;               /* --level, repeatable */
  const char *at[WD_LEVELS_MAX]; /* --at KEY=VALUE, repeatable */
  size_t at_count;
  double quantiles[WD_LEVELS_MAX]; /* --quantile Q,... */
  size_t quantile_count;
  unsigned parts;         /* --parts of `contour`, a mask (result/parts.h); 0: the whole excess */
  const char *parts_text; /* the same as given, or NULL */
  int shell;              /* --shell of `completion`, enumerates wd_cli_shells */
  int format;             /* --format of `contour`, enum wd_limits_format */
  int quantity;           /* --quantity of `contour`, enum wd_quantity_asked */
  bool json, fresh, quiet;
  bool no_trial;       /* --no-trial of `check` */
  bool closed, mixing; /* --closed and --mixing of `contour` */
  bool refine;         /* --refine of `contour`: `config` instead of `file` */
  bool yaml;           /* --yaml of `keys`: the reference configuration */
  bool markdown;       /* --markdown of `keys` */
  int log_level;       /* enum wd_log_level; --quiet: errors only */
  int progress;        /* enum wd_progress_form */
} wd_arguments;

/* Each command prints results to stdout and everything else to stderr. Returns a status. Only `run`
 * knows of MPI: under a launcher its processes are the ranks of one run, and an error that concerns all of them is to be
 * returned by all (see complain() in src/cli/parse.c); processes of other commands know nothing of each other. */
int wd_command_run(const wd_arguments *args, wd_error *err);
int wd_command_point(const wd_arguments *args, wd_error *err);
int wd_command_star(const wd_arguments *args, wd_error *err);
int wd_command_cool(const wd_arguments *args, wd_error *err);
int wd_command_verify(const wd_arguments *args, wd_error *err);
int wd_command_contour(const wd_arguments *args, wd_error *err);
int wd_command_diff(const wd_arguments *args, wd_error *err);
int wd_command_slice(const wd_arguments *args, wd_error *err);
int wd_command_merge(const wd_arguments *args, wd_error *err);
int wd_command_extend(const wd_arguments *args, wd_error *err);
int wd_command_status(const wd_arguments *args, wd_error *err);
int wd_command_bugreport(const wd_arguments *args, wd_error *err);
int wd_command_check(const wd_arguments *args, wd_error *err);
int wd_command_keys(const wd_arguments *args, wd_error *err);
int wd_command_manual(const wd_arguments *args, wd_error *err);
int wd_command_completion(const wd_arguments *args, wd_error *err);

/* Parses argv, runs the command, prints the error if there is one ("wdscan: ..."), returns the exit code. */
int wd_cli_main(int argc, char **argv);

#endif
