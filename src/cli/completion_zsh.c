/* The completion for zsh, from the tables of the command line and of the keys: a function for _arguments. */
#include "cli/cli.h"

#include "config/keys.h"

#include <string.h>

/* A text inside '...' and inside the brackets of _arguments. */
static void put_meaning(const char *text) {
  for (; *text; text++) {
    if (*text == '\'')
      fputs("'\\''", stdout);
    else if (*text == '[' || *text == ']' || *text == ':' || *text == '\\')
      printf("\\%c", *text);
    else
      putchar(*text);
  }
}

static void write_keys(void) {
  puts("_wdscan_setting() {\n  case $PREFIX in");
  for (const wd_key *key = wd_key_at(0), *end = key + wd_key_count(); key < end; key++) {
    const char *const *values = wd_cli_values_of(key);
    if (!values) continue;
    printf("    %s=*) compset -P '*='; compadd --", key->path);
    for (; *values; values++) printf(" '%s'", *values);
    puts(" ;;");
  }
  fputs("    *=*) _message value ;;\n    *) compadd -q -S = --", stdout);
  for (const wd_key *key = wd_key_at(0), *end = key + wd_key_count(); key < end; key++)
    printf(" %s", key->path);
  puts(" ;;\n  esac\n}\n");
}

static void write_action(const wd_cli_option *o) {
  putchar(':');
  put_meaning(o->value);
  putchar(':');
  if (o->take == wd_cli_take_assignment) fputs("_wdscan_setting", stdout);
  if (strcmp(o->value, "FILE") == 0) fputs("_files", stdout);
  for (int i = 0; o->words && o->words[i]; i++) printf("%s%s", i ? " " : "(", o->words[i]);
  if (o->words) putchar(')');
}

/* One argument of _arguments. */
static void write_option(const wd_cli_option *o) {
  const char *repeat = strstr(o->meaning, "may be repeated") ? "*" : "",
             *joint = o->name[1] == '-' ? "=" : "+";
  printf(" \\\n        '%s%s%s[", repeat, o->name, o->value ? joint : "");
  put_meaning(o->meaning);
  putchar(']');
  if (o->value) write_action(o);
  putchar('\'');
}

/* The variable with the pattern of files that a command takes. */
static const char *files_of(const wd_cli_command *c) {
  const bool config = strstr(c->operand, "CONFIG"), result = strstr(c->operand, "FILE");
  return config && result ? "either" : config ? "config" : "result";
}

static void write_command(const wd_cli_command *c) {
  printf("    %s)\n      _arguments", c->name);
  for (const wd_cli_option *o = wd_cli_options; o->name; o++)
    if (o->commands & c->bit) write_option(o);
  if (c->operand)
    printf(" \\\n        \"%s:%s:_files -g '$%s'\"", strchr(c->operand, ' ') ? "*" : "", c->operand,
           files_of(c));
  puts(" ;;");
}

void wd_cli_complete_zsh(void) {
  puts("#compdef wdscan\n# Completion of wdscan for zsh; made by `wdscan completion --shell zsh`.\n");
  write_keys();
  puts("_wdscan() {\n  local config='*.y(|a)ml' result='*.h5' either='*.(h5|y(|a)ml)' state\n  local -a "
       "commands line\n"
       "  typeset -A opt_args\n  (( ${words[(I)--refine]} )) && result=$config\n  commands=(");
  for (const wd_cli_command *c = wd_cli_commands; c->name; c++) {
    printf("    '%s:", c->name);
    put_meaning(c->summary);
    puts("'");
  }
  puts("  )\n  _arguments -C '(- *)--help[print help]' '(- *)--version[print version, commit and libraries]' "
       "\\\n"
       "    '1:command:->command' '*::argument:->argument'\n"
       "  [[ $state != command ]] || _describe command commands\n  [[ $state == argument ]] || return\n"
       "  case $words[1] in");
  for (const wd_cli_command *c = wd_cli_commands; c->name; c++) write_command(c);
  puts("  esac\n}\n\n"
       "if [[ $funcstack[1] == _wdscan ]]; then _wdscan \"$@\"; else compdef _wdscan wdscan; fi");
}
