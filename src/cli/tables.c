/* The tables of the command line; see cli.h. To add a command: src/cli/X.c, a bit in cli.h, a line here. */
#include "cli/cli.h"

#include "base/log.h"
#include "base/text.h"
#include "cli/limits.h"
#include "config/keys.h"
#include "result/parts.h"
#include "run/progress.h"

#include <string.h>

const char wd_cli_about[] = "Neutrino cooling of white dwarfs with a gauge boson of L_mu - L_tau.";

/* clang-format off */
const wd_cli_exit wd_cli_exits[] = {
    {0, "done"},
    {1, "anything else: failed grid points, files that `diff` finds to differ"},
    {2, "wrong command line or configuration"},
    {3, "file or I/O error"},
    {4, "verification failed"},
    {75, "stopped early; the same command goes on"},
    {-1, NULL},
};

const wd_cli_command wd_cli_commands[] = {
    {"run", WD_RUN, "CONFIG", true, wd_command_run, "run a scan, or go on with one that was stopped",
     "Under mpirun or srun on all their ranks. The result file is also the checkpoint: the same command goes on with "
     "what it holds, on any number of ranks and with the same results, and says so if nothing is left to do. A signal, "
     "the time limit or a file named FILE.stop ends the scan in order."},
    {"point", WD_POINT, "CONFIG", false, wd_command_point, "compute one point of the plane",
     "Prints the excess of the neutrino luminosity over that of the Standard Model, with its error and its parts."},
    {"star", WD_STAR, "CONFIG", false, wd_command_star, "compute the star and its Standard-Model luminosities",
     "Prints radius, central density, plasma frequencies, neutrino luminosities and the profile."},
    {"cool", WD_COOL, "CONFIG", false, wd_command_cool, "let the star cool",
     "Prints the cooling sequence, from hot to cold: age, temperatures, radius, luminosities; with --mass and --coupling "
     "that of a star which emits this A'."},
    {"verify", WD_VERIFY, "CONFIG", false, wd_command_verify, "compare the engine with deterministic methods",
     "At points in all regimes, chosen for this star, and with every edition of the formulas that the model has."},
    {"check", WD_CHECK, "CONFIG", false, wd_command_check, "validate a configuration, print it and its cost",
     "Prints every key with the origin of its value, the size of the result file, and, from a trial of some grid points that "
     "takes seconds, the expected time and memory. With --no-trial it computes nothing. Writes no file."},
    {"contour", WD_CONTOUR, "FILE", false, wd_command_contour, "print the contours of a result file",
     "As CSV: level, mass_eV, coupling, coupling_error, state. With --format as a limit, with its source: two columns in eV "
     "with comments (axionlimits), in GeV (darkcast), a table in YAML with errors (hepdata). With --mass at one mass, also between "
     "those of the grid, with the error of interpolation in coupling_error; exit code 1 if a threshold is in the way."},
    {"status", WD_STATUS, "FILE", false, wd_command_status, "say what a result file holds",
     "Prints points done and failed, luminosities, provenance, configuration; also while the scan runs."},
    {"diff", WD_DIFF, "FILE FILE", false, wd_command_diff, "compare two result files",
     "Prints which keys differ, and how far results at common points deviate, in units of their errors. Exit code 1 if one of "
     "them deviates by more than 5 standard deviations, has failed in one file only, or if there is no common point."},
    {"slice", WD_SLICE, "FILE [KEY=VALUE...]", false, wd_command_slice, "cut a part out of a result file",
     "KEY is mass, coupling or a key of grid.axes, VALUE a value of the grid or LOW:HIGH, both included; or mass_index and the "
     "like with indices from 0 on. Without KEY all points are taken, with --level for new contours."},
    {"merge", WD_MERGE, "FILE FILE...", false, wd_command_merge, "put result files of one configuration together",
     "Parts of one grid, or grids beside each other: keys may differ in the grid and the values of its axes only, and a point that "
     "two files have must have the same bits in both."},
    {"extend", WD_EXTEND, "FILE CONFIG", false, wd_command_extend, "begin a scan with the points of another grid",
     "Makes the result file of CONFIG, which differs from that of FILE in the grid and its axes only, with the points of FILE that "
     "are on it; `wdscan run CONFIG` computes the others."},
    {"bugreport", WD_BUGREPORT, "[FILE|CONFIG]", false, wd_command_bugreport, "write what a report of a fault needs",
     "Program, libraries, machine, limits, and the effective configuration or what is in the result file. Names of users and hosts and "
     "the folders of paths are left out. Read it before you send it; nothing is sent."},
    {"keys", WD_KEYS, NULL, false, wd_command_keys, "list all configuration keys",
     "With type, unit, default, range and meaning."},
    {"manual", WD_MANUAL, NULL, false, wd_command_manual, "print the manual page",
     "In the format of man(1); to read it: wdscan manual | man -l -"},
    {"completion", WD_COMPLETION, NULL, false, wd_command_completion, "print the completion for a shell",
     "For bash, zsh or fish. To switch it on in this shell: source <(wdscan completion), or wdscan completion --shell fish | source"},
    {NULL, 0, NULL, false, NULL, NULL, NULL},
};
/* clang-format on */

/* --- What options take --- */

static int take_output(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  if (*value == '\0') return wd_fail(err, WD_ERR_USAGE, "%s: expected the name of a file", name);
  l->output = value;
  return WD_OK;
}

static int take_samples(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  if (*value == '\0') return wd_fail(err, WD_ERR_USAGE, "%s: expected the name of a file", name);
  l->args.samples = value;
  return WD_OK;
}

int wd_cli_take_assignment(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
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

static int take_mass(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  return take_real(name, value, "grid.mass.min", &l->args.mass, err);
}

static int take_coupling(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  return take_real(name, value, "grid.coupling.min", &l->args.coupling, err);
}

static int take_level(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  wd_arguments *args = &l->args;
  if (args->level_count == WD_LEVELS_MAX) {
    return wd_fail(err, WD_ERR_USAGE, "%s: expected at most %d levels", name, WD_LEVELS_MAX);
  }
  return take_real(name, value, "output.contour_levels", &args->levels[args->level_count++], err);
}

static int take_at(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  wd_arguments *args = &l->args;
  if (args->at_count == WD_LEVELS_MAX)
    return wd_fail(err, WD_ERR_USAGE, "%s: expected at most %d of them", name, WD_LEVELS_MAX);
  args->at[args->at_count++] = value;
  return WD_OK;
}

/* "0.16,0.5,0.84" */
static int take_quantiles(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  wd_arguments *args = &l->args;
  char quoted[WD_QUOTED_TEXT];
  for (const char *at = value; args->quantile_count < WD_LEVELS_MAX;) {
    char number[WD_REAL_TEXT];
    const int length = (int)strcspn(at, ",");
    double *q = &args->quantiles[args->quantile_count++];
    snprintf(number, sizeof number, "%.*s", length, at);
    if (length >= WD_REAL_TEXT || !wd_text_to_real(number, q) || !(*q > 0 && *q < 1)) break;
    if (at[length] == '\0') return WD_OK;
    at += length + 1;
  }
  return wd_fail(err, WD_ERR_USAGE, "%s %s: expected at most %d numbers between 0 and 1, as 0.16,0.5,0.84",
                 name, wd_text_quoted(value, quoted), WD_LEVELS_MAX);
}

static int take_parts(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  (void)name;
  l->args.parts_text = value;
  return wd_parts_read(value, &l->args.parts, err);
}

static int take_max_time(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  char quoted[WD_QUOTED_TEXT];
  if (wd_text_to_seconds(value, &l->args.max_time)) return WD_OK;
  return wd_fail(err, WD_ERR_USAGE, "%s %s: expected minutes, MM:SS, HH:MM:SS, D-HH, D-HH:MM or D-HH:MM:SS",
                 name, wd_text_quoted(value, quoted));
}

static int take_share(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  int end = 0;
  char quoted[WD_QUOTED_TEXT];
  wd_arguments *a = &l->args;
  const bool good = strspn(value, "0123456789/") == strlen(value) && strlen(value) < 16 &&
                    sscanf(value, "%d/%d%n", &a->share, &a->shares, &end) == 2 && value[end] == '\0';
  if (good && a->share >= 1 && a->share <= a->shares) return WD_OK;
  return wd_fail(err, WD_ERR_USAGE, "%s %s: expected I/N, from 1/N to N/N", name,
                 wd_text_quoted(value, quoted));
}

/* One of `words`; *out is its index. */
static int take_word(const char *name, const char *value, const char *const *words, int *out, wd_error *err) {
  char quoted[WD_QUOTED_TEXT], known[WD_EXPECTED_TEXT] = "";
  for (int i = 0; words[i]; i++) {
    if (strcmp(value, words[i]) == 0) {
      *out = i;
      return WD_OK;
    }
    size_t n = strlen(known);
    snprintf(known + n, sizeof known - n, "%s%s", i ? ", " : "", words[i]);
  }
  return wd_fail(err, WD_ERR_USAGE, "%s %s: expected one of %s", name, wd_text_quoted(value, quoted), known);
}

static int take_log_level(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  return take_word(name, value, wd_log_levels, &l->args.log_level, err);
}

static int take_progress(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  return take_word(name, value, wd_progress_forms, &l->args.progress, err);
}

static const char *const quantities[] = {"f_s", "likelihood", NULL};

static int take_quantity(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  int which;
  int status = take_word(name, value, quantities, &which, err);
  if (status == WD_OK) l->args.quantity = which == 0 ? WD_QUANTITY_F_S : WD_QUANTITY_LIKELIHOOD;
  return status;
}

static int take_format(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  return take_word(name, value, wd_limits_formats, &l->args.format, err);
}

static int take_shell(wd_cli_line *l, const char *name, const char *value, wd_error *err) {
  return take_word(name, value, wd_cli_shells, &l->args.shell, err);
}

#define FLAG(member) NULL, offsetof(wd_cli_line, member), NULL

/* clang-format off */
const wd_cli_option wd_cli_options[] = {
    {"-o", "FILE", WD_RUN | WD_SLICE | WD_MERGE | WD_EXTEND | WD_BUGREPORT, WD_SLICE | WD_MERGE,
     "the file to write: a result file, instead of output.file, or a report, instead of standard output", take_output, 0, NULL},
    {"--set", "KEY=VALUE", WD_RUN | WD_POINT | WD_STAR | WD_COOL | WD_VERIFY | WD_CHECK | WD_CONTOUR | WD_EXTEND | WD_BUGREPORT, false,
     "set a configuration key; may be repeated", wd_cli_take_assignment, 0, NULL},
    {"--max-time", "HH:MM:SS", WD_RUN, false, "end within this time; or any form that SLURM takes: minutes, MM:SS, D-HH, D-HH:MM, D-HH:MM:SS", take_max_time, 0, NULL},
    {"--share", "I/N", WD_RUN, false, "compute the I-th of N shares of the points only, into a file that `wdscan merge` puts together with the others", take_share, 0, NULL},
    {"--fresh", NULL, WD_RUN | WD_SLICE | WD_MERGE | WD_EXTEND, false, "replace an existing result file", FLAG(args.fresh)},
    {"--quiet", NULL, WD_RUN | WD_SLICE | WD_MERGE | WD_EXTEND, false, "print errors only, no progress", FLAG(args.quiet)},
    {"--log-level", "LEVEL", WD_RUN, false, "what to print: error, warning, info (default), debug", take_log_level, 0,
     wd_log_levels},
    {"--progress", "FORM", WD_RUN, false, "bar, lines, none or auto: a bar on a terminal, else lines", take_progress, 0,
     wd_progress_forms},
    {"--mass", "EV", WD_POINT | WD_COOL | WD_CONTOUR, WD_POINT, "mass of the A' in eV", take_mass, 0, NULL},
    {"--coupling", "G", WD_POINT | WD_COOL, WD_POINT, "coupling g", take_coupling, 0, NULL},
    {"--no-trial", NULL, WD_CHECK, false, "compute nothing: no expected time and memory", FLAG(args.no_trial)},
    {"--json", NULL, WD_POINT | WD_STAR | WD_COOL | WD_VERIFY | WD_STATUS | WD_DIFF, false, "print one JSON object", FLAG(args.json)},
    {"--samples", "FILE", WD_POINT, false, "write the weighted samples to FILE (CSV)", take_samples, 0, NULL},
    {"--level", "X", WD_CONTOUR | WD_SLICE | WD_MERGE, false, "the excess, f_s or -2 Delta ln L to find the contour of; may be repeated", take_level, 0, NULL},
    {"--at", "KEY=VALUE", WD_CONTOUR | WD_POINT | WD_STAR | WD_COOL | WD_VERIFY, false,
     "of a scan with axes, only where KEY has this VALUE, or that draw=NUMBER; may be repeated", take_at, 0, NULL},
    {"--quantile", "Q,...", WD_CONTOUR, false, "of a scan with draws, quantiles over these, as 0.16,0.5,0.84", take_quantiles, 0, NULL},
    {"--parts", "PART,...", WD_CONTOUR, false,
     "contours of some parts of the excess, as transverse.resonant,longitudinal,offresonant", take_parts, 0, NULL},
    {"--quantity", "NAME", WD_CONTOUR, false, "contours of f_s, or of the likelihood: levels of -2 Delta ln L", take_quantity,
     0, quantities},
    {"--format", "FORM", WD_CONTOUR, false,
     "csv (default), axionlimits, darkcast or hepdata; see the details above", take_format, 0, wd_limits_formats},
    {"--closed", NULL, WD_CONTOUR, false, "close the region along the upper edge of the grid (axionlimits, darkcast)",
     FLAG(args.closed)},
    {"--mixing", NULL, WD_CONTOUR, false, "print the mixing with the photon instead of the coupling (axionlimits, hepdata)",
     FLAG(args.mixing)},
    {"--refine", NULL, WD_CONTOUR, false, "FILE is a configuration: find the contours by root finding",
     FLAG(args.refine)},
    {"--shell", "SHELL", WD_COMPLETION, false, "bash (default), zsh or fish", take_shell, 0, wd_cli_shells},
    {"--yaml", NULL, WD_KEYS, false, "print a configuration with every key at its default", FLAG(args.yaml)},
    {"--markdown", NULL, WD_KEYS, false, "print docs/configuration.md", FLAG(args.markdown)},
    {"--help", NULL, WD_ANY, false, "print this help", FLAG(help)},
    {"--version", NULL, WD_ANY, false, "print version, commit and libraries", FLAG(version)},
    {NULL, NULL, 0, false, NULL, NULL, 0, NULL},
};
/* clang-format on */
