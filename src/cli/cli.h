/* The command line's declarations: one table of commands, one of options (cli/tables.c). Parsing (cli/parse.c), help
 * (cli/help.c), the manual page (cli/manual.c) and the completions (cli/completion.c) follow from them.
 */
#ifndef WDSCAN_CLI_H
#define WDSCAN_CLI_H

#include "cli/commands.h"

/* Bits by which options name the commands that take them. */
enum {
  WD_RUN = 1,
  WD_POINT = 2,
  WD_STAR = 4,
  WD_VERIFY = 8,
  WD_CHECK = 16,
  WD_CONTOUR = 32,
  WD_STATUS = 64,
  WD_KEYS = 128,
  WD_MANUAL = 256,
  WD_COMPLETION = 512,
  WD_COOL = 1024,
  WD_DIFF = 2048,
  WD_SLICE = 4096,
  WD_MERGE = 8192,
  WD_EXTEND = 16384,
  WD_BUGREPORT = 32768,
  WD_ANY = 65535
};

typedef struct wd_cli_command {
  const char *name; /* NULL ends the table */
  unsigned bit;
  const char
      *operand; /* CONFIG, FILE, several words, the last one with "..." if there may be more of it, or NULL */
  bool collective; /* its processes under a launcher are ranks of one run */
  int (*run)(const wd_arguments *args, wd_error *err);
  const char *summary, *details; /* a phrase for lists; sentences for the help of the command */
} wd_cli_command;

/* The command line as far as it is parsed. */
typedef struct wd_cli_line {
  const wd_cli_command *command;
  wd_arguments args;
  const char *output;
  const char **operands;    /* args.operand_count of them */
  const char **assignments; /* of --set */
  size_t assignment_count;
  unsigned given; /* bit 1u << i: wd_cli_options[i] */
  bool help, version;
} wd_cli_line;

typedef struct wd_cli_option {
  const char *name, *value; /* name NULL ends the table; value NULL: a flag */
  unsigned commands;        /* that take it */
  unsigned required;        /* by which of them */
  const char *meaning;
  int (*take)(wd_cli_line *l, const char *name, const char *value, wd_error *err); /* NULL for a flag */
  size_t flag;              /* its offset in wd_cli_line */
  const char *const *words; /* the values there are, ends with NULL; NULL: others */
} wd_cli_option;

/* The one of --set, whose value is a key and its value. */
int wd_cli_take_assignment(wd_cli_line *l, const char *name, const char *value, wd_error *err);

extern const wd_cli_command wd_cli_commands[];
extern const wd_cli_option wd_cli_options[];

typedef struct wd_cli_exit {
  int code; /* -1 ends the table */
  const char *meaning;
} wd_cli_exit;

extern const wd_cli_exit wd_cli_exits[];

extern const char wd_cli_about[];

/* Completions: the shells there are (ends with NULL), what the value of a key can be (NULL: anything), and those that are
 * not in cli/completion.c. */
extern const char *const wd_cli_shells[];
struct wd_key;
const char *const *wd_cli_values_of(const struct wd_key *key);
void wd_cli_complete_zsh(void);
void wd_cli_complete_fish(void);

/* Prints the help of a command; NULL: of the program. */
void wd_cli_help(FILE *out, const wd_cli_command *command);

/* The folder of `path` as a malloc'ed string, or NULL: out of memory. */
char *wd_cli_folder_of(const char *path);

/* What `wdscan status` prints of a result file, as text to `out`, or, with NULL, as JSON to standard output. Errors: those of wd_store_open_serial(), WD_ERR_MEMORY. */
int wd_cli_write_status(const char *file, FILE *out, wd_error *err);

/* Writes "name OPERAND [-o FILE] ..." . */
void wd_cli_synopsis(FILE *out, const wd_cli_command *command);

#endif
