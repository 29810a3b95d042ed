#!/bin/bash
# What the program says about itself: the manual page, the completion for bash, docs/configuration.md.
set -eu
. "$(dirname "$0")/../functions.sh"
root=$(dirname "$here")

# docs/configuration.md is what the program prints, with a row for every key.
expect 0 "$wdscan" keys --markdown
cmp out "$root/docs/configuration.md" || fail 'docs/configuration.md is old: make docs'
keys=$("$wdscan" keys | grep -oE '^[a-z][a-z0-9_.]*')
[ "$(grep -c '^| `' out)" = "$(wc -l <<<"$keys")" ] || fail 'docs/configuration.md has not all keys'

# The manual page has all commands, options, keys and exit codes.
expect 0 "$wdscan" manual
sed 's/\\-/-/g' out >manual
commands=$("$wdscan" --help | sed -n '/^  run/,/^$/s/^  \([a-z]*\).*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 10 ] || fail "commands: $commands"
for command in $commands; do
  grep -q "^.fB$command.fR" manual || fail "the manual has no command $command"
  for option in $("$wdscan" "$command" --help | sed -n 's/^  \(-[-a-z]*\).*/\1/p'); do
    grep -q "fB$option.fR" manual || fail "the manual has no option $option"
  done
done
for key in $keys 0 1 2 3 4 75; do grep -q "^.fB$key.fR" manual || fail "the manual has no $key"; done
grep -qF "wdscan $(cat "$root/VERSION")" manual || fail 'the manual has not the version'
if command -v groff >/dev/null; then
  groff -man -ww -Tutf8 out >page 2>warnings
  [ ! -s warnings ] || { cat warnings; fail 'groff warns of the manual page'; }
  grep -q -- "mass of the A' in eV" page || fail 'the manual page does not read as it should'
fi

# The completion, as bash would call it.
"$wdscan" completion >completion.bash
touch a.yaml b.yml c.h5 d.txt
mkdir folder
# offers LINE WORD...: completing LINE offers these words, in any order
offers() {
  local line=$1 offered
  shift
  offered=$(bash --norc -c '. ./completion.bash || exit; COMP_LINE=$1 COMP_POINT=${#1}; _wdscan; printf "%s\\n" "${COMPREPLY[@]}"' \
    bash "$line" | sort | tr '\n' ' ') || fail "completion of '$line' failed"
  [ "${offered% }" = "$(printf '%s\n' "$@" | sort | tr '\n' ' ' | sed 's/ $//')" ] ||
    fail "completion of '$line': $offered, expected $*"
}
offers 'wdscan ' $commands
offers 'wdscan st' star status
offers 'wdscan --v' --version
offers 'wdscan run --f' --fresh
offers 'wdscan run --m' --max-time
offers 'wdscan point a.yaml --' --at --set --mass --coupling --json --samples --help --version
offers 'wdscan run ' a.yaml b.yml folder
offers 'wdscan run a.yaml -o ' *
offers 'wdscan status ' c.h5 folder
offers 'wdscan bug' bugreport
offers 'wdscan bugreport --' --set --help --version
offers 'wdscan bugreport a' a.yaml
offers 'wdscan bugreport c' c.h5 completion.bash
offers 'wdscan contour --refine a' a.yaml
offers 'wdscan keys '
offers 'wdscan run a.yaml --log-level ' error warning info debug
offers 'wdscan run a.yaml --set star.eo' star.eos=
offers 'wdscan run a.yaml --set star.eos=' salpeter ideal
offers 'wdscan run a.yaml --set star.composition=C' C12
offers 'wdscan run a.yaml --set physics.model=e' e-mu e-tau
offers 'wdscan run a.yaml --set star.mass='
offers 'wdscan run a.yaml --set=star.eo' star.eos=
offers 'wdscan run a.yaml --set=star.eos=s' salpeter
offers 'wdscan run a.yaml --log-level=d' debug
offers 'wdscan run --set star.eos=ideal ' a.yaml b.yml folder
