/* `wdscan completion`: for bash, zsh (cli/completion_zsh.c) and fish (cli/completion_fish.c), from the tables of the command line
 * and of the keys. That for bash is here. It needs nothing but bash: words are taken from the line itself, since bash splits
 * `--set key=value` at the `=`. */
#include "cli/cli.h"

#include "config/keys.h"

const char *const wd_cli_shells[] = {"bash", "zsh", "fish", NULL};

const char *const *wd_cli_values_of(const wd_key *key) {
  if (key->type == WD_KEY_NUCLEI) return wd_nuclei;
  return key->type == WD_KEY_CHOICE || key->type == WD_KEY_MODEL ? key->choices : NULL;
}

static void write_words(const char *const *words) {
  for (int i = 0; words[i]; i++) printf("%s%s", i ? " " : "", words[i]);
}

static void write_command_names(const char *separator) {
  for (const wd_cli_command *c = wd_cli_commands; c->name; c++)
    printf("%s%s", c == wd_cli_commands ? "" : separator, c->name);
}

/* Candidates of an option's value, or of a key's. */
static void write_option_values(void) {
  puts("  case $previous in");
  for (const wd_cli_option *o = wd_cli_options; o->name; o++) {
    if (!o->value) continue;
    printf("    %s) ", o->name);
    if (o->words) {
      fputs("_wdscan_offer '", stdout);
      write_words(o->words);
      puts("'; return ;;");
    } else if (o->take == wd_cli_take_assignment) {
      puts("_wdscan_setting; return ;;");
    } else {
      puts("_wdscan_files '!*'; return ;;");
    }
  }
  puts("  esac");
}

static void write_options(void) {
  puts("  case $command in");
  for (const wd_cli_command *c = wd_cli_commands; c->name; c++) {
    printf("    %s) options='", c->name);
    for (const wd_cli_option *o = wd_cli_options; o->name; o++)
      if (o->commands & c->bit) printf("%s ", o->name);
    printf("' operand='%s' ;;\n", c->operand ? c->operand : "");
  }
  puts("  esac");
}

static void write_keys(void) {
  fputs("_wdscan_setting() {\n  case $current in\n", stdout);
  for (const wd_key *key = wd_key_at(0), *end = key + wd_key_count(); key < end; key++) {
    const char *const *values = wd_cli_values_of(key);
    if (!values) continue;
    printf("    %s=*) _wdscan_offer '", key->path);
    for (; *values; values++) printf("%s=%s ", key->path, *values);
    puts("' ;;");
  }
  fputs("    *=*) ;;\n    *) _wdscan_offer '", stdout);
  for (const wd_key *key = wd_key_at(0), *end = key + wd_key_count(); key < end; key++)
    printf("%s= ", key->path);
  puts("'; compopt -o nospace 2>/dev/null ;;\n  esac\n}\n");
}

static const char helpers[] = //
    "# offers those of $1 that begin with $current\n"
    "_wdscan_offer() {\n"
    "  mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$current\")\n"
    "  # bash replaces only what follows the last =\n"
    "  [[ $COMP_WORDBREAKS != *=* ]] || COMPREPLY=(\"${COMPREPLY[@]#\"${current%\"${current##*=}\"}\"}\")\n"
    "}\n\n"
    "# offers folders, and files whose names do not match $1\n"
    "_wdscan_files() {\n"
    "  mapfile -t COMPREPLY < <({ compgen -f -X \"$1\" -- \"$current\"; compgen -d -- \"$current\"; } | sort "
    "-u)\n"
    "  compopt -o filenames 2>/dev/null\n"
    "}\n\n";

static const char split_line[] = //
    "_wdscan() {\n"
    "  local words word command='' options='--help --version' operand='' current previous\n"
    "  read -ra words <<<\"${COMP_LINE:0:COMP_POINT}\"\n"
    "  [[ ${COMP_LINE:0:COMP_POINT} != *[[:blank:]] ]] || words+=('')\n"
    "  current=${words[-1]} previous=${words[-2]}\n"
    "  if [[ $current == --*=* && $COMP_WORDBREAKS == *=* ]]; then\n"
    "    previous=${current%%=*} current=${current#*=}\n"
    "  fi\n"
    "  COMPREPLY=()\n"
    "  for word in \"${words[@]:1:${#words[@]}-2}\"; do\n"
    "    case $word in ";

static void complete_bash(void) {
  puts("# Completion of wdscan for bash; made by `wdscan completion`.\n");
  fputs(helpers, stdout);
  write_keys();
  fputs(split_line, stdout);
  write_command_names(" | ");
  puts(") command=$word; break ;; esac\n  done");
  write_option_values();
  write_options();
  puts("  if [[ $current == -* ]]; then _wdscan_offer \"$options\"");
  fputs("  elif [[ -z $command ]]; then _wdscan_offer '", stdout);
  write_command_names(" ");
  puts("'\n  elif [[ $operand == CONFIG* || ${words[*]} == *--refine* ]]; then _wdscan_files '!*.y*ml'");
  puts("  elif [[ $operand == *CONFIG* ]]; then _wdscan_files '!*'\n  elif [[ $operand == FILE* ]]; then "
       "_wdscan_files '!*.h5'\n  fi\n}\n\ncomplete -F _wdscan wdscan");
}

int wd_command_completion(const wd_arguments *args, wd_error *err) {
  static void (*const complete[])(void) = {complete_bash, wd_cli_complete_zsh, wd_cli_complete_fish};
  (void)err;
  complete[args->shell]();
  return WD_OK;
}
