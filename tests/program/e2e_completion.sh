#!/bin/bash
# The completions for zsh and fish, asked as the shells ask them. That for bash: e2e_manual.
set -eu
. "$(dirname "$0")/../functions.sh"
# shellcheck disable=SC2154 # wdscan: set in functions.sh

shells=()
for shell in zsh fish; do ! command -v $shell >/dev/null || shells+=("$shell"); done
[ ${#shells[@]} -gt 0 ] || { echo "neither zsh nor fish is installed"; exit 77; }
for shell in "${shells[@]}"; do "$wdscan" completion --shell "$shell" >".$shell"; done
touch a.yaml b.yml c.h5 d.txt
mkdir folder

# The lines to complete, and the words that every shell offers then, in any order.
lines=() words=()
offers() {
  lines+=("$1")
  shift
  words+=("$*")
}
offers 'wdscan st' star status
offers 'wdscan run --f' --fresh
offers 'wdscan contour --form' --format
offers 'wdscan contour c.h5 --format ' csv axionlimits darkcast hepdata
offers 'wdscan run ' a.yaml b.yml folder
offers 'wdscan status ' c.h5 folder
offers 'wdscan bug' bugreport
offers 'wdscan bugreport ' a.yaml b.yml c.h5 folder
offers 'wdscan extend ' a.yaml b.yml c.h5 folder
offers 'wdscan run a.yaml --log-level=d' debug
offers 'wdscan run a.yaml --max-time '
offers 'wdscan run a.yaml --set star.eos=s' salpeter
offers 'wdscan run a.yaml --set star.composition=C' C12

# What completing the lines offers, in the files fish.N and zsh.N: fish says so; zsh on a terminal of its own, where each
# call of compadd is noted.
ask_fish() {
  local i
  for i in "${!lines[@]}"; do
    fish --no-config -c 'source .fish; complete -C "$argv[1]"' "${lines[i]}" | cut -f 1 >"fish.$i"
  done
}
cat >.ask.zsh <<'Z'
zmodload zsh/zpty
zpty asked zsh -f -i
zpty -w asked 'PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; source ./.zsh
compadd() {
  local -a found
  [[ "$*" == *-[OAD][[:space:]]* ]] || { builtin compadd -A found "$@"; print -rl -- $found >>.found }
  builtin compadd "$@"
}
end-asking() { : >>.found; mv .found .done; }; zle -N end-asking
bindkey "^X" end-asking; bindkey "^I" complete-word; bindkey "^U" kill-whole-line; : >.ready'
wait_for() { local i; for ((i = 0; i < 400; i++)); do [[ -e $1 ]] && return; sleep 0.05; done; exit 1; }
wait_for .ready
for ((n = 1; n <= $#; n++)); do
  zpty -w -n asked "$argv[n]"$'\t\x18'
  wait_for .done
  mv .done zsh.$((n - 1))
  zpty -w -n asked $'\x15'
done
zpty -d asked
Z
ask_zsh() { timeout 120 zsh -f .ask.zsh "${lines[@]}" >/dev/null 2>err || { cat err; fail "zsh did not answer"; }; }

for shell in "${shells[@]}"; do
  "ask_$shell"
  for i in "${!lines[@]}"; do
    # a folder has a slash or not; fish repeats what stands before a =
    offered=$(sed 's|/$||; s|^.*=||' "$shell.$i" | sort -u | tr '\n' ' ' | sed 's/^ *//; s/ *$//')
    want=$(tr ' ' '\n' <<<"${words[i]}" | sort | tr '\n' ' ' | sed 's/^ *//; s/ *$//')
    [ "$offered" = "$want" ] || fail "$shell, completion of '${lines[i]}': $offered, expected $want"
  done
done
echo "answered: ${shells[*]}"
