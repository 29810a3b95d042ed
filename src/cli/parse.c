/* The command line of the program.
 *
 * wd_cli_main() parses all arguments, checks them against what the command takes, builds the settings from
 * CONFIG and --set, runs the command, and turns its status into the exit code. Commands and options are
 * declared in cli/tables.c. Under a launcher every process comes here.
 */
#include "cli/axes.h"
#include "cli/cli.h"

#include "base/log.h"
#include "base/text.h"
#include "cli/limits.h"
#include "run/launcher.h"
#include "run/libraries.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- Parsing -----------------------------------------------------------------------------------------------
 */

static int refuse_option(const wd_cli_line *l, const char *name, wd_error *err) {
  unsigned bit = l->command ? l->command->bit : WD_ANY;
  const wd_cli_option *nearest = wd_cli_options;
  for (const wd_cli_option *o = wd_cli_options; o->name; o++) {
    if (!(o->commands & bit)) continue;
    bool nearer =
        !(nearest->commands & bit) || wd_text_distance(name, o->name) < wd_text_distance(name, nearest->name);
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
static int parse_option(wd_cli_line *l, char **argv, int *index, wd_error *err) {
  char name[WD_QUOTED_TEXT];
  const char *value = split_option(argv[*index], name, sizeof name);
  const wd_cli_option *o = wd_cli_options;
  while (o->name && strcmp(o->name, strcmp(name, "-h") ? name : "--help") != 0) o++;
  if (!o->name) return refuse_option(l, name, err);
  l->given |= 1u << (o - wd_cli_options);
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

static int parse_command(wd_cli_line *l, const char *name, wd_error *err) {
  if (strcmp(name, "help") == 0) {
    l->help = true;
    return WD_OK;
  }
  const wd_cli_command *nearest = wd_cli_commands;
  for (const wd_cli_command *c = wd_cli_commands; c->name; c++) {
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

/* The word of a command's synopsis that stands for its operand number `index`, and how long it is; NULL if it takes no more. */
static const char *operand_word(const wd_cli_command *c, size_t index) {
  const char *word = c->operand;
  for (size_t i = 0; word && i < index; i++) {
    const char *blank = strchr(word, ' ');
    if (!blank) return strstr(word, "...") ? word : NULL;
    word = blank + 1;
  }
  return word;
}

/* The words of its synopsis that are not in brackets. */
static size_t operands_needed(const wd_cli_command *c) {
  size_t n = 0;
  for (const char *word = c->operand; word && *word != '['; n++) {
    word = strchr(word, ' ');
    if (word) word++;
  }
  return n;
}

static int parse_operand(wd_cli_line *l, const char *operand, wd_error *err) {
  if (!l->command) return parse_command(l, operand, err);
  char quoted[WD_QUOTED_TEXT];
  if (!operand_word(l->command, l->args.operand_count)) {
    return wd_fail(err, WD_ERR_USAGE, "unexpected argument %s (see wdscan %s --help)",
                   wd_text_quoted(operand, quoted), l->command->name);
  }
  l->operands[l->args.operand_count++] = operand;
  return WD_OK;
}

/* Do the options of `contour` fit each other? */
static int check_contour(const wd_arguments *args, wd_error *err) {
  int form = args->format;
  if (args->parts && args->refine)
    return wd_fail(err, WD_ERR_USAGE,
                   "--parts is for result files; --refine finds contours of the whole excess");
  if (args->quantity && args->refine)
    return wd_fail(err, WD_ERR_USAGE,
                   "--quantity is for result files; --refine finds contours of the excess");
  if (form != WD_LIMITS_CSV && args->quantity == WD_QUANTITY_LIKELIHOOD)
    return wd_fail(err, WD_ERR_USAGE,
                   "--format %s is for the excess and f_s; --quantity likelihood prints CSV",
                   wd_limits_formats[form]);
  if (form != WD_LIMITS_CSV && args->refine)
    return wd_fail(err, WD_ERR_USAGE, "--format %s is for result files; --refine prints CSV",
                   wd_limits_formats[form]);
  if (args->closed && form != WD_LIMITS_AXIONLIMITS && form != WD_LIMITS_DARKCAST)
    return wd_fail(err, WD_ERR_USAGE, "--closed: %s prints lines; expected --format axionlimits or darkcast",
                   wd_limits_formats[form]);
  if (args->mixing && form != WD_LIMITS_AXIONLIMITS && form != WD_LIMITS_HEPDATA)
    return wd_fail(err, WD_ERR_USAGE,
                   "--mixing: %s prints couplings; expected --format axionlimits or hepdata",
                   wd_limits_formats[form]);
  return WD_OK;
}

/* Does the command take all that was given, and is all given that it needs? */
static int check_line(const wd_cli_line *l, wd_error *err) {
  const wd_cli_command *c = l->command;
  if (l->help || l->version) return WD_OK;
  if (!c) {
    wd_cli_help(stderr, NULL);
    return wd_fail(err, WD_ERR_USAGE, "a command is missing");
  }
  if (c->bit == WD_COOL && isnan(l->args.mass) != isnan(l->args.coupling))
    return wd_fail(err, WD_ERR_USAGE, "--mass and --coupling go together: an A' has both");
  if (l->assignment_count && c->bit == WD_CONTOUR && !l->args.refine)
    return wd_fail(err, WD_ERR_USAGE, "--set goes with --refine: a result file has its configuration");
  if (l->assignment_count && c->bit == WD_BUGREPORT && !l->args.operand_count)
    return wd_fail(err, WD_ERR_USAGE, "--set goes with a CONFIG");
  char missing[128] = "";
  if (l->args.operand_count < operands_needed(c))
    snprintf(missing, sizeof missing, " %s", operand_word(c, l->args.operand_count));
  for (int i = 0; wd_cli_options[i].name; i++) {
    const wd_cli_option *o = &wd_cli_options[i];
    bool given = l->given & 1u << i, takes = o->commands & c->bit;
    if (given && !takes) {
      return wd_fail(err, WD_ERR_USAGE, "%s is no option of wdscan %s (see wdscan %s --help)", o->name,
                     c->name, c->name);
    }
    size_t n = strlen(missing);
    if (o->required & c->bit && !given)
      snprintf(missing + n, sizeof missing - n, " %s %s", o->name, o->value);
  }
  if (*missing == '\0') return check_contour(&l->args, err);
  return wd_fail(err, WD_ERR_USAGE, "missing:%s (see wdscan %s --help)", missing, c->name);
}

static int parse(wd_cli_line *l, int argc, char **argv, wd_error *err) {
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

static int load_settings(wd_cli_line *l, wd_error *err) {
  wd_arguments *args = &l->args;
  int status = wd_settings_create(&args->settings, err);
  if (status != WD_OK) return status;
  const wd_config_source *s = &args->source;
  status = wd_settings_load(args->settings, s->path, s->assignments, s->count, s->output, err);
  if (status || l->command->bit & (WD_CHECK | WD_EXTEND)) return status;
  return wd_axes_choose(args, &args->settings, s->path, err);
}

static int execute(wd_cli_line *l, wd_error *err) {
  const wd_cli_command *c = l->command;
  if (l->version) {
    wd_libraries_write(stdout);
    return WD_OK;
  }
  if (l->help) {
    wd_cli_help(stdout, c);
    return WD_OK;
  }
  wd_log_start(stderr, l->args.quiet ? WD_LOG_ERROR : l->args.log_level);
  int status = WD_OK;
  l->args.operands = l->operands;
  const char *config = l->operands[c->bit == WD_EXTEND]; /* of commands that have one */
  l->args.source = (wd_config_source){config, l->assignments, l->assignment_count, l->output};
  const unsigned with_config = WD_POINT | WD_STAR | WD_COOL | WD_VERIFY | WD_CHECK | WD_EXTEND;
  const bool loads = c->bit & with_config || l->args.refine;
  if (loads) status = load_settings(l, err);
  if (!loads || c->bit == WD_EXTEND) l->args.file = l->operands[0];
  return status == WD_OK ? c->run(&l->args, err) : status;
}

static int finish_output(wd_error *err) {
  errno = 0;
  if (fflush(stdout) == 0 && !ferror(stdout)) return WD_OK;
  return wd_fail(err, WD_ERR_IO, "standard output: cannot write: %s", strerror(errno ? errno : EIO));
}

/* Prints the message of an error. Where all ranks of a run have the same one, rank 0 is to say it alone: the others
 * know that it is said (see wd_session_end), or wait for a moment, in which the launcher ends them if rank 0 has failed,
 * too. */
static void complain(const wd_cli_line *l, const wd_error *err) {
  int rank = l->command && l->command->collective ? wd_launcher_rank() : 0;
  char who[32] = "";
  if (err->said) return;
  if (rank > 0) {
    sleep(2);
    snprintf(who, sizeof who, "rank %d: ", rank);
  }
  wd_log(WD_LOG_ERROR, "%s%s", who, err->message);
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
  wd_cli_line l = {.args = {.mass = NAN, .coupling = NAN, .max_time = INFINITY, .log_level = WD_LOG_INFO}};
  l.assignments = calloc((size_t)argc + 1, sizeof *l.assignments);
  l.operands = calloc((size_t)argc + 1, sizeof *l.operands);
  int status = l.assignments && l.operands ? parse(&l, argc, argv, &err)
                                           : wd_fail(&err, WD_ERR_MEMORY, "out of memory");
  if (status == WD_OK) status = execute(&l, &err);
  int output_status = finish_output(status == WD_OK ? &err : NULL);
  if (status == WD_OK) status = output_status;
  if (status != WD_OK) complain(&l, &err);
  wd_settings_free(l.args.settings);
  free(l.assignments);
  free(l.operands);
  return wd_exit_code(status);
}
