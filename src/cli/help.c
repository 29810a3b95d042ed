/* The texts of --help, from the tables of cli.h. */
#include "cli/cli.h"

#include <string.h>

enum { COLUMN = 24, WIDTH = 79 };

/* Breaks a text into lines. */
static void write_wrapped(FILE *out, const char *text) {
  while (*text) {
    size_t length = strlen(text);
    if (length > WIDTH) {
      length = WIDTH;
      while (length > 1 && text[length] != ' ') length--;
    }
    fprintf(out, "%.*s\n", (int)length, text);
    text += length + (text[length] == ' ');
  }
}

static void write_row(FILE *out, const char *name, const char *value, const char *meaning) {
  int width = fprintf(out, "  %s%s%s", name, value ? " " : "", value ? value : "");
  fprintf(out, "%*s%s\n", COLUMN - width, "", meaning);
}

void wd_cli_synopsis(FILE *out, const wd_cli_command *c) {
  fprintf(out, "%s%s%s", c->name, c->operand ? " " : "", c->operand ? c->operand : "");
  for (const wd_cli_option *o = wd_cli_options; o->name; o++) {
    if (!(o->commands & c->bit) || o->commands == WD_ANY) continue;
    fprintf(out, o->required & c->bit ? " %s%s%s" : " [%s%s%s]", o->name, o->value ? " " : "",
            o->value ? o->value : "");
  }
}

static void write_command_help(FILE *out, const wd_cli_command *c) {
  fputs("usage: wdscan ", out);
  wd_cli_synopsis(out, c);
  fprintf(out, "\n\n%s\n\n", c->summary);
  write_wrapped(out, c->details);
  fputc('\n', out);
  for (const wd_cli_option *o = wd_cli_options; o->name; o++)
    if (o->commands & c->bit) write_row(out, o->name, o->value, o->meaning);
}

static void write_help(FILE *out) {
  fprintf(out, "usage: wdscan COMMAND ...   (wdscan COMMAND --help: its options)\n\n%s\n\n", wd_cli_about);
  for (const wd_cli_command *c = wd_cli_commands; c->name; c++)
    write_row(out, c->name, c->operand, c->summary);
  fputs("\n  --help, --version\n\n"
        "CONFIG is a YAML file (wdscan keys --yaml prints one), FILE a result file (HDF5).\n"
        "Results go to standard output, all else to standard error. Exit codes:\n",
        out);
  for (const wd_cli_exit *e = wd_cli_exits; e->code >= 0; e++)
    fprintf(out, "  %2d  %s\n", e->code, e->meaning);
}

void wd_cli_help(FILE *out, const wd_cli_command *command) {
  if (command)
    write_command_help(out, command);
  else
    write_help(out);
}
