/* The command line: one table of commands, one of options.
 *
 * wd_cli_main() parses all arguments, checks them against what the command takes, builds the settings from
 * CONFIG and --set, runs the command, and turns its status into the exit code. The help texts come from the
 * same tables. Under an MPI launcher every rank comes here; commands that are not collective run on rank 0
 * only.
 */
#include "wdscan/commands.h"
#include "wdscan/keys.h"
#include "wdscan/text.h"
#include "wdscan/version.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  RUN = 1,
  POINT = 2,
  STAR = 4,
  CHECK = 8,
  CONTOUR = 16,
  STATUS = 32,
  KEYS = 64,
  VERIFY = 128,
  ANY = 255
};

typedef struct command {
  const char *name;
  unsigned bit;
  const char *operand; /* CONFIG, FILE or NULL */
  bool collective;     /* runs on all ranks */
  int (*run)(const wd_arguments *args, wd_error *err);
  const char *summary;
} command;

static const command commands[] = {
    {"run", RUN, "CONFIG", true, wd_command_run, "run a scan, or go on with one that was stopped"},
    {"point", POINT, "CONFIG", true, wd_command_point, "compute one point of the plane"},
    {"star", STAR, "CONFIG", false, wd_command_star, "compute the star and its Standard-Model luminosities"},
    {"verify", VERIFY, "CONFIG", false, wd_command_verify, "compare the engine with deterministic methods"},
    {"check", CHECK, "CONFIG", false, wd_command_check, "validate a configuration, print it and its cost"},
    {"contour", CONTOUR, "FILE", false, wd_command_contour, "print the contours of a result file as CSV"},
    {"status", STATUS, "FILE", false, wd_command_status, "say what a result file holds"},
    {"keys", KEYS, NULL, false, wd_command_keys, "list all configuration keys"},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

/* The command line as far as it is parsed. */
typedef struct line {
  const command *command;
  wd_arguments args;
  const char *operand, *output;
  const char **assignments; /* of --set */
  size_t assignment_count;
  unsigned given; /* bit 1u << i: options[i] */
  bool help, version;
} line;

/* --- Options -----------------------------------------------------------------------------------------------
 */

typedef struct option {
  const char *name, *value; /* value NULL: a flag */
  unsigned commands;        /* that take it */
  bool required;            /* by these commands */
  const char *meaning;
  int (*take)(line *l, const char *name, const char *value, wd_error *err); /* NULL for a flag */
  size_t flag;                                                              /* its offset in `line` */
} option;

static int take_output(line *l, const char *name, const char *value, wd_error *err) {
  if (*value == '\0') return wd_fail(err, WD_ERR_USAGE, "%s: expected the name of a file", name);
  l->output = value;
  return WD_OK;
}

static int take_samples(line *l, const char *name, const char *value, wd_error *err) {
  if (*value == '\0') return wd_fail(err, WD_ERR_USAGE, "%s: expected the name of a file", name);
  l->args.samples = value;
  return WD_OK;
}

static int take_assignment(line *l, const char *name, const char *value, wd_error *err) {
  (void)name, (void)err;
  l->assignments[l->assignment_count++] = value;
  return WD_OK;
}

/* A number that is allowed where the key `path` is. */
static int take_real(const char *name, const char *value, const char *path, double *out, wd_error *err) {
  const wd_key *key = wd_key_find(path);
  char quoted[WD_QUOTED_TEXT];
  if (wd_text_to_real(value, out) && wd_key_allows_real(key, *out)) return WD_OK;
  return wd_fail(err, WD_ERR_USAGE, "%s %s: expected a number in %s%s%s", name, wd_text_quoted(value, quoted),
                 key->range, *key->unit ? " " : "", key->unit);
}

static int take_mass(line *l, const char *name, const char *value, wd_error *err) {
  return take_real(name, value, "grid.mass.min", &l->args.mass, err);
}

static int take_coupling(line *l, const char *name, const char *value, wd_error *err) {
  return take_real(name, value, "grid.coupling.min", &l->args.coupling, err);
}

static int take_level(line *l, const char *name, const char *value, wd_error *err) {
  wd_arguments *args = &l->args;
  if (args->level_count == WD_LEVELS_MAX) {
    return wd_fail(err, WD_ERR_USAGE, "%s: expected at most %d levels", name, WD_LEVELS_MAX);
  }
  return take_real(name, value, "output.contour_levels", &args->levels[args->level_count++], err);
}

static int take_max_time(line *l, const char *name, const char *value, wd_error *err) {
  char quoted[WD_QUOTED_TEXT];
  if (wd_text_to_seconds(value, &l->args.max_time)) return WD_OK;
  return wd_fail(err, WD_ERR_USAGE, "%s %s: expected HH:MM:SS, MM:SS or D-HH:MM:SS", name,
                 wd_text_quoted(value, quoted));
}

#define FLAG(member) NULL, offsetof(line, member)

/* clang-format off */
static const option options[] = {
    {"-o", "FILE", RUN, false, "result file, instead of output.file", take_output, 0},
    {"--set", "KEY=VALUE", RUN | POINT | STAR | VERIFY | CHECK | CONTOUR, false,
     "set a configuration key; may be repeated", take_assignment, 0},
    {"--max-time", "HH:MM:SS", RUN, false, "end within this time; also MM:SS, D-HH:MM:SS", take_max_time, 0},
    {"--fresh", NULL, RUN, false, "replace an existing result file", FLAG(args.fresh)},
    {"--quiet", NULL, RUN, false, "print errors only", FLAG(args.quiet)},
    {"--mass", "EV", POINT, true, "mass of the A' in eV", take_mass, 0},
    {"--coupling", "G", POINT, true, "coupling g", take_coupling, 0},
    {"--json", NULL, POINT | STAR | VERIFY | STATUS, false, "print one JSON object", FLAG(args.json)},
    {"--samples", "FILE", POINT, false, "write the weighted samples to FILE (CSV)", take_samples, 0},
    {"--level", "X", CONTOUR, false, "the excess to print the contour of; may be repeated", take_level, 0},
    {"--refine", NULL, CONTOUR, false, "FILE is a configuration: find the contours by root finding",
     FLAG(args.refine)},
    {"--yaml", NULL, KEYS, false, "print a configuration with every key at its default", FLAG(args.yaml)},
    {"--help", NULL, ANY, false, "print this help", FLAG(help)},
    {"--version", NULL, ANY, false, "print version, commit and libraries", FLAG(version)},
};
/* clang-format on */
enum { OPTIONS = sizeof options / sizeof options[0] };

/* --- Help --------------------------------------------------------------------------------------------------
 */

static void write_command_help(FILE *out, const command *c) {
  fprintf(out, "usage: wdscan %s%s%s", c->name, c->operand ? " " : "", c->operand ? c->operand : "");
  for (const option *o = options; o < options + OPTIONS; o++) {
    if (!(o->commands & c->bit) || o->commands == ANY) continue;
    fprintf(out, o->required ? " %s%s%s" : " [%s%s%s]", o->name, o->value ? " " : "",
            o->value ? o->value : "");
  }
  fprintf(out, "\n\n%s\n\n", c->summary);
  for (const option *o = options; o < options + OPTIONS; o++) {
    if (!(o->commands & c->bit)) continue;
    int width = fprintf(out, "  %s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
    fprintf(out, "%*s%s\n", 24 - width, "", o->meaning);
  }
}

static void write_help(FILE *out) {
  fprintf(out, "usage: wdscan COMMAND ...   (wdscan COMMAND --help: its options)\n\n"
               "Neutrino cooling of white dwarfs with a gauge boson of L_mu - L_tau.\n\n");
  for (const command *c = commands; c < commands + COMMANDS; c++) {
    int width = fprintf(out, "  %s%s%s", c->name, c->operand ? " " : "", c->operand ? c->operand : "");
    fprintf(out, "%*s%s\n", 24 - width, "", c->summary);
  }
  fprintf(out, "\n  --help, --version\n\n"
               "CONFIG is a YAML file (wdscan keys --yaml prints one), FILE a result file (HDF5).\n"
               "Results go to standard output, all else to standard error. Exit codes: 0 done,\n"
               "2 wrong command line or configuration, 3 file or I/O error, 4 verification failed,\n"
               "75 stopped early, can be resumed, 1 anything else.\n");
}

/* --- Parsing -----------------------------------------------------------------------------------------------
 */

static int refuse_option(const line *l, const char *name, wd_error *err) {
  unsigned bit = l->command ? l->command->bit : ANY;
  const option *nearest = NULL;
  for (const option *o = options; o < options + OPTIONS; o++) {
    if (!(o->commands & bit)) continue;
    bool nearer = !nearest || wd_text_distance(name, o->name) < wd_text_distance(name, nearest->name);
    if (nearer) nearest = o;
  }
  char quoted[WD_QUOTED_TEXT];
  return wd_fail(err, WD_ERR_USAGE, "unknown option %s; the nearest is %s (see wdscan %s --help)",
                 wd_text_quoted(name, quoted), nearest->name, l->command ? l->command->name : "COMMAND");
}

/* Splits "--name=value" and "-ovalue"; returns the value, or NULL if there is none in the argument. */
static const char *split_option(const char *argument, char *name, size_t size) {
  size_t length = argument[1] == '-' ? strcspn(argument, "=") : 2;
  snprintf(name, size, "%.*s", (int)length, argument);
  if (argument[length] == '\0') return NULL;
  return argument + length + (argument[1] == '-');
}

/* Takes the option at argv[*index] and moves *index to its last argument. */
static int parse_option(line *l, char **argv, int *index, wd_error *err) {
  char name[WD_QUOTED_TEXT];
  const char *value = split_option(argv[*index], name, sizeof name);
  const option *o = options;
  while (o < options + OPTIONS && strcmp(o->name, strcmp(name, "-h") ? name : "--help") != 0) o++;
  if (o == options + OPTIONS) return refuse_option(l, name, err);
  l->given |= 1u << (o - options);
  if (!o->value) {
    if (value) return wd_fail(err, WD_ERR_USAGE, "%s takes no value", o->name);
    *(bool *)((char *)l + o->flag) = true;
    return WD_OK;
  }
  if (!value) value = argv[*index + 1];
  if (!value) return wd_fail(err, WD_ERR_USAGE, "%s: expected a value, %s", o->name, o->value);
  if (value == argv[*index + 1]) ++*index;
  return o->take(l, o->name, value, err);
}

static int parse_command(line *l, const char *name, wd_error *err) {
  if (strcmp(name, "help") == 0) {
    l->help = true;
    return WD_OK;
  }
  const command *nearest = commands;
  for (const command *c = commands; c < commands + COMMANDS; c++) {
    if (wd_text_distance(name, c->name) < wd_text_distance(name, nearest->name)) nearest = c;
  }
  if (strcmp(name, nearest->name) == 0) {
    l->command = nearest;
    return WD_OK;
  }
  char quoted[WD_QUOTED_TEXT];
  return wd_fail(err, WD_ERR_USAGE, "unknown command %s; the nearest is %s (see wdscan --help)",
                 wd_text_quoted(name, quoted), nearest->name);
}

static int parse_operand(line *l, const char *operand, wd_error *err) {
  if (!l->command) return parse_command(l, operand, err);
  char quoted[WD_QUOTED_TEXT];
  bool wanted = l->command->operand && !l->operand;
  if (!wanted) {
    return wd_fail(err, WD_ERR_USAGE, "unexpected argument %s (see wdscan %s --help)",
                   wd_text_quoted(operand, quoted), l->command->name);
  }
  l->operand = operand;
  return WD_OK;
}

/* Does the command take all that was given, and is all given that it needs? */
static int check_line(const line *l, wd_error *err) {
  const command *c = l->command;
  if (l->help || l->version) return WD_OK;
  if (!c) {
    write_help(stderr);
    return wd_fail(err, WD_ERR_USAGE, "a command is missing");
  }
  if (l->assignment_count && c->bit == CONTOUR && !l->args.refine)
    return wd_fail(err, WD_ERR_USAGE, "--set goes with --refine: a result file has its configuration");
  char missing[128] = "";
  if (c->operand && !l->operand) snprintf(missing, sizeof missing, " %s", c->operand);
  for (int i = 0; i < OPTIONS; i++) {
    const option *o = &options[i];
    bool given = l->given & 1u << i, takes = o->commands & c->bit;
    if (given && !takes) {
      return wd_fail(err, WD_ERR_USAGE, "%s is no option of wdscan %s (see wdscan %s --help)", o->name,
                     c->name, c->name);
    }
    size_t n = strlen(missing);
    if (takes && o->required && !given)
      snprintf(missing + n, sizeof missing - n, " %s %s", o->name, o->value);
  }
  if (*missing == '\0') return WD_OK;
  return wd_fail(err, WD_ERR_USAGE, "missing:%s (see wdscan %s --help)", missing, c->name);
}

static int parse(line *l, int argc, char **argv, wd_error *err) {
  int status = WD_OK;
  bool options_end = false;
  for (int i = 1; i < argc && status == WD_OK; i++) {
    bool is_option = !options_end && argv[i][0] == '-' && argv[i][1] != '\0';
    if (is_option && strcmp(argv[i], "--") == 0)
      options_end = true;
    else if (is_option)
      status = parse_option(l, argv, &i, err);
    else
      status = parse_operand(l, argv[i], err);
  }
  return status == WD_OK ? check_line(l, err) : status;
}

/* --- Running -----------------------------------------------------------------------------------------------
 */

/* The first of these variables of MPI launchers that is set, as a number; -1: none. */
static int first_set(const char *const *names) {
  for (; *names; names++) {
    if (getenv(*names)) return atoi(getenv(*names));
  }
  return -1;
}

static int launcher_rank(void) {
  static const char *const names[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", NULL};
  int rank = first_set(names);
  return rank > 0 ? rank : 0;
}

static int load_settings(line *l, wd_error *err) {
  static const char *const sizes[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", NULL};
  wd_arguments *args = &l->args;
  args->config = l->operand;
  if (strcmp(args->config, "-") == 0 && l->command->collective && first_set(sizes) > 1) {
    return wd_fail(err, WD_ERR_USAGE, "standard input reaches only one of several ranks; expected a file");
  }
  int status = wd_settings_create(&args->settings, err);
  if (status != WD_OK) return status;
  return wd_settings_load(args->settings, args->config, l->assignments, l->assignment_count, l->output, err);
}

static int execute(line *l, wd_error *err) {
  const command *c = l->command;
  bool collective = c && c->collective && !l->help && !l->version;
  if (!collective && launcher_rank() > 0) return WD_OK;
  if (l->version) {
    wd_version_write(stdout);
    return WD_OK;
  }
  if (l->help) {
    if (c)
      write_command_help(stdout, c);
    else
      write_help(stdout);
    return WD_OK;
  }
  int status = WD_OK;
  if (c->bit & (RUN | POINT | STAR | VERIFY | CHECK) || l->args.refine)
    status = load_settings(l, err);
  else
    l->args.file = l->operand;
  return status == WD_OK ? c->run(&l->args, err) : status;
}

static int finish_output(wd_error *err) {
  errno = 0;
  if (fflush(stdout) == 0 && !ferror(stdout)) return WD_OK;
  return wd_fail(err, WD_ERR_IO, "standard output: cannot write: %s", strerror(errno ? errno : EIO));
}

/* Prints the message of an error. Where all ranks have the same one, rank 0 is to say it alone: the others
 * have an empty one (see wd_session_hush), or wait for a moment, in which the launcher ends them if rank 0
 * has failed, too. */
static void complain(const wd_error *err) {
  int rank = launcher_rank();
  char who[32] = "wdscan";
  if (rank > 0) {
    if (!*err->message) return;
    sleep(2);
    snprintf(who, sizeof who, "wdscan: rank %d", rank);
  }
  const char *text = *err->message ? err->message : wd_status_text(err->status);
  while (*text) {
    size_t length = strcspn(text, "\n");
    fprintf(stderr, "%s: %.*s\n", who, (int)length, text);
    text += length + (text[length] == '\n');
  }
}

/* A standard stream that is closed would be the number of the next file opened, and prints would go there.
 * Opened the wrong way round, it makes them fail. */
static void hold_standard_streams(void) {
  for (int fd = 0; fd <= 2; fd++) {
    if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) (void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
  }
}

int wd_cli_main(int argc, char **argv) {
  hold_standard_streams();
  wd_error err = {.status = WD_OK};
  line l = {.args = {.mass = NAN, .coupling = NAN, .max_time = INFINITY}};
  l.assignments = calloc((size_t)argc + 1, sizeof *l.assignments);
  int status = l.assignments ? parse(&l, argc, argv, &err) : wd_fail(&err, WD_ERR_MEMORY, "out of memory");
  if (status == WD_OK) status = execute(&l, &err);
  int output_status = finish_output(status == WD_OK ? &err : NULL);
  if (status == WD_OK) status = output_status;
  if (status != WD_OK) complain(&err);
  wd_settings_free(l.args.settings);
  free(l.assignments);
  return wd_exit_code(status);
}
