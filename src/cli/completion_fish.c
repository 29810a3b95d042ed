/* The completion for fish, from the tables of the command line and of the keys. */
#include "cli/cli.h"

#include "config/keys.h"

#include <string.h>

/* A text in single quotes. */
static void put_quoted(const char *text) {
  putchar('\'');
  for (; *text; text++) {
    if (*text == '\'' || *text == '\\') putchar('\\');
    putchar(*text);
  }
  putchar('\'');
}

static void write_keys(void) {
  puts("function __wdscan_settings");
  for (const wd_key *key = wd_key_at(0), *end = key + wd_key_count(); key < end; key++) {
    const char *const *values = wd_cli_values_of(key);
    printf("  printf '%%s\\t%%s\\n' '%s='", key->path);
    putchar(' ');
    put_quoted(key->meaning);
    for (; values && *values; values++) printf(" '%s=%s' value", key->path, *values);
    putchar('\n');
  }
  puts("end\n");
}

static const char helpers[] = //
    "# folders, and files whose names end as the pattern says\n"
    "function __wdscan_files\n"
    "  for name in (commandline -ct)*\n"
    "    if test -d $name\n"
    "      echo $name/\n"
    "    else if string match -qr -- '\\.('$argv[1]')$' $name\n"
    "      echo $name\n"
    "    end\n"
    "  end\n"
    "end\n\n"
    "function __wdscan_command\n"
    "  __fish_seen_subcommand_from $argv\n"
    "end\n";

/* What all completions of a command begin with. */
static void write_condition(const wd_cli_command *c) {
  printf("complete -c wdscan -n '__wdscan_command %s' ", c->name);
}

static void write_option(const wd_cli_command *c, const wd_cli_option *o) {
  write_condition(c);
  printf(o->name[1] == '-' ? "-l %s" : "-s %s", o->name + (o->name[1] == '-' ? 2 : 1));
  if (o->value) fputs(strcmp(o->value, "FILE") ? " -x" : " -rF", stdout);
  if (o->take == wd_cli_take_assignment) fputs(" -a '(__wdscan_settings)'", stdout);
  for (int i = 0; o->words && o->words[i]; i++) printf("%s%s", i ? " " : " -a '", o->words[i]);
  fputs(o->words ? "' -d " : " -d ", stdout);
  put_quoted(o->meaning);
  putchar('\n');
}

/* How the names of files that a command takes end; with --refine, `contour` takes a configuration. */
static const char *files_of(const wd_cli_command *c) {
  const bool config = strstr(c->operand, "CONFIG") || c->bit == WD_CONTOUR,
             result = strstr(c->operand, "FILE");
  return config && result ? "h5|ya?ml" : config ? "ya?ml" : "h5";
}

static void write_command(const wd_cli_command *c) {
  printf("complete -c wdscan -n __fish_use_subcommand -a %s -d ", c->name);
  put_quoted(c->summary);
  putchar('\n');
  for (const wd_cli_option *o = wd_cli_options; o->name; o++)
    if (o->commands & c->bit && o->commands != WD_ANY) write_option(c, o);
  if (!c->operand) return;
  write_condition(c);
  printf("-a '(__wdscan_files \"%s\")'\n", files_of(c));
}

void wd_cli_complete_fish(void) {
  puts("# Completion of wdscan for fish; made by `wdscan completion --shell fish`.\n");
  write_keys();
  puts(helpers);
  puts("complete -c wdscan -f\ncomplete -c wdscan -l help -d 'print help'\n"
       "complete -c wdscan -l version -d 'print version, commit and libraries'");
  for (const wd_cli_command *c = wd_cli_commands; c->name; c++) write_command(c);
}
