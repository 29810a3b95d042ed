/* `wdscan manual`: the manual page wdscan(1), from the tables of the command line and of the keys. */
#include "cli/cli.h"

#include "config/keys.h"
#include "wdscan/version.h"

/* Prints a text that is no markup: what groff would take for typography or for a request stays as it is. */
static void put(const char *text) {
  for (bool start = true; *text; start = *text++ == '\n') {
    if (start && (*text == '.' || *text == '\'')) fputs("\\&", stdout);
    switch (*text) {
    case '\\':
      fputs("\\e", stdout);
      break;
    case '-':
      fputs("\\-", stdout);
      break;
    case '\'':
      fputs("\\(aq", stdout);
      break;
    case '`':
      fputs("\\(ga", stdout);
      break;
    case '^':
      fputs("\\(ha", stdout);
      break;
    case '~':
      fputs("\\(ti", stdout);
      break;
    default:
      fputc(*text, stdout);
    }
  }
}

static void line(const char *text) {
  put(text);
  fputc('\n', stdout);
}

/* ".TP", a name in bold, a value in italics */
static void tag(const char *name, const char *value) {
  fputs(".TP\n\\fB", stdout);
  put(name);
  fputs("\\fR", stdout);
  if (value) {
    fputs(" \\fI", stdout);
    put(value);
    fputs("\\fR", stdout);
  }
  fputc('\n', stdout);
}

static void write_options(unsigned bit) {
  puts(".RS");
  for (const wd_cli_option *o = wd_cli_options; o->name; o++) {
    if (!(o->commands & bit) || o->commands == WD_ANY) continue;
    tag(o->name, o->value);
    line(o->meaning);
  }
  puts(".RE");
}

static void write_commands(void) {
  puts(".SH COMMANDS");
  for (const wd_cli_command *c = wd_cli_commands; c->name; c++) {
    tag(c->name, c->operand);
    line(c->summary);
    puts(".br");
    line(c->details);
    write_options(c->bit);
  }
  puts(".PP\nAll commands take \\fB\\-\\-help\\fR and \\fB\\-\\-version\\fR.");
}

static void write_keys(void) {
  char text[WD_EXPECTED_TEXT];
  puts(".SH CONFIGURATION\nA YAML file; \\fBwdscan keys \\-\\-yaml\\fR prints one with every key. Sections "
       "are written as\n"
       "dots here. Keys of run control may change when a scan is resumed.");
  for (const wd_key *key = wd_key_at(0), *end = key + wd_key_count(); key < end; key++) {
    tag(key->path, NULL);
    put(key->meaning);
    if (key->role == WD_KEY_CONTROL) put(" (run control)");
    put("; ");
    put(wd_key_expected(key, text));
    put("; default: ");
    line(key->initial);
  }
}

static void write_end(void) {
  puts(".SH EXIT STATUS");
  for (const wd_cli_exit *e = wd_cli_exits; e->code >= 0; e++) {
    printf(".TP\n\\fB%d\\fR\n", e->code);
    line(e->meaning);
  }
  puts(".SH ENVIRONMENT");
  tag("NO_COLOR", NULL);
  line("if set, nothing is coloured");
  tag("COLUMNS", NULL);
  line("width of the progress bar where the output is no terminal");
  puts(".SH FILES");
  tag("FILE.stop", NULL);
  line("ends the scan that writes to FILE, in order, when it appears");
  tag("FILE.lock", NULL);
  line("keeps a second scan off FILE while one runs");
  puts(".SH EXAMPLES\n.EX");
  line("wdscan point fig4.yaml --mass 30e3 --coupling 1e-13");
  line("mpirun -np 4 wdscan run fig4.yaml -o fig4.h5 --max-time 01:50:00");
  line("wdscan contour fig4.h5 --level 0.3");
  puts(".EE\n.SH SEE ALSO\nThe documentation in share/doc/wdscan.\n.SH REFERENCES");
  for (const char *const *paper = wd_papers; *paper; paper++) {
    puts(".PP");
    line(*paper);
  }
}

int wd_command_manual(const wd_arguments *args, wd_error *err) {
  (void)args, (void)err;
  printf(".\\\" Made by `wdscan manual`.\n.TH WDSCAN 1 \"\" \"wdscan %s\" \"User Commands\"\n", wd_version());
  puts(".SH NAME\nwdscan \\- neutrino cooling of white dwarfs with a gauge boson of L_mu \\- L_tau\n.SH "
       "SYNOPSIS");
  puts("\\fBwdscan\\fR \\fICOMMAND\\fR ...\n.SH DESCRIPTION");
  line("wdscan scans the plane of mass and coupling of a gauge boson A' of L_mu - L_tau for how much it "
       "speeds up the\n"
       "cooling of white dwarfs by neutrinos. CONFIG is a YAML file, FILE a result file (HDF5). Results go "
       "to standard\n"
       "output, all else to standard error.");
  write_commands();
  write_keys();
  write_end();
  return WD_OK;
}
