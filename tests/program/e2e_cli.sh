#!/bin/bash
# The command line: help, version, exit codes, where output goes, shipped configurations.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

die() { printf '%s\n' "$@"; exit 1; }

# expect CODE ARGUMENTS...: runs wdscan; its output is then in files out and err
expect() {
  local code=$1 got=0
  shift
  "$WDSCAN" "$@" >out 2>err </dev/null || got=$?
  [ $got = "$code" ] || die "wdscan $*: exit code $got, expected $code" "$(cat out err)"
}
# has FILE TEXT: a line of FILE contains TEXT
has() { grep -qF -- "$2" "$1" || die "expected '$2' in:" "$(cat "$1")"; }
quiet() { [ ! -s "$1" ] || die "expected nothing in $1:" "$(cat "$1")"; }

# Help and version go to standard output and succeed; no command at all is an error.
for help in --help -h help; do
  expect 0 $help && quiet err && has out 'usage: wdscan COMMAND'
done
commands='run point star verify check contour status diff slice merge extend bugreport keys manual completion'
for command in $commands; do has out "  $command "; done
for command in $commands; do
  for arguments in "$command --help" "--help $command" "help $command" "$command -h --quiet"; do
    expect 0 $arguments && quiet err && has out "usage: wdscan $command"
  done
done
expect 2 && quiet out && has err 'usage: wdscan COMMAND' && has err 'wdscan: a command is missing'
expect 0 --version && quiet err && has out "wdscan $(cat "$root/VERSION") (commit "
for library in 'MPI: ' 'HDF5: ' 'GSL: ' 'libyaml: '; do has out "$library"; done

# Wrong command lines.
touch empty.yaml
wrong() {
  local message=$1
  shift
  expect 2 "$@" && quiet out && has err "wdscan: $message"
}
wrong 'unknown command "statsu"; the nearest is status' statsu x.h5
wrong 'unknown command "verfiy"; the nearest is verify' verfiy empty.yaml
wrong 'unknown option "--frehs"; the nearest is --fresh (see wdscan run --help)' run --frehs empty.yaml
wrong 'unknown option "-x"' -x
wrong '--json is no option of wdscan run' run empty.yaml --json
wrong '--json is no option of wdscan run' --json run empty.yaml
wrong '-o is no option of wdscan check' check empty.yaml -o x.h5
wrong '--json takes no value' star empty.yaml --json=yes
wrong 'missing: CONFIG' run
wrong 'missing: FILE' status
wrong 'missing: CONFIG --mass EV --coupling G' point
wrong 'missing: --coupling G' point empty.yaml --mass 1
wrong 'unexpected argument "more.yaml"' check empty.yaml more.yaml
wrong 'unexpected argument "--json"' star empty.yaml -- --json
wrong 'unexpected argument "x"' keys x
wrong '--set: expected a value' check empty.yaml --set
wrong '-o: expected the name of a file' run empty.yaml -o ''
for value in 1:2:3:4 1-24 1:60 -1:00 soon ''; do
  wrong "--max-time \"$value\": expected minutes, MM:SS, HH:MM:SS, D-HH" run empty.yaml --max-time "$value"
done
for value in nan inf 0 -1 1e3x 0x1 11 ''; do
  wrong "--coupling \"$value\": expected a number in (0, 10]" point empty.yaml --mass 1 --coupling "$value"
done
wrong '--mass "nan": expected a number in [1e-30, 1e12] eV' point empty.yaml --coupling 1e-6 --mass=nan
wrong '--log-level "loud": expected one of error, warning, info, debug' run empty.yaml --log-level loud
wrong '--progress "": expected one of auto, bar, lines, none' run empty.yaml --progress ''
wrong '--format "root": expected one of csv, axionlimits, darkcast, hepdata' contour x.h5 --format root
wrong '--closed: csv prints lines; expected --format axionlimits or darkcast' contour x.h5 --closed
wrong '--mixing: darkcast prints couplings; expected --format axionlimits or hepdata' contour x.h5 --format darkcast --mixing
wrong '--format hepdata is for result files; --refine prints CSV' contour --refine empty.yaml --format hepdata
wrong '--no-trial is no option of wdscan run' run empty.yaml --no-trial
printf '\x89HDF\r\n\x1a\n\0\0\0' >result.h5
wrong 'result.h5 is a result file (HDF5), no configuration; expected a YAML file' check result.h5
head -c 2000000 /dev/zero >>result.h5
wrong 'result.h5 is a result file (HDF5), no configuration; expected a YAML file' run result.h5
wrong '--level "0": expected a number in (-inf, 0) or (0, inf)' contour x.h5 --level 0.3 --level 0

# Options go before, between and after the other arguments, with = or a blank.
expect 0 --set star.mass=0.6 check --set=star.eos=ideal empty.yaml --set 'grid.mass={min: 1, max: 2}'
has out '  mass: 0.6 # command line' && has out '  eos: ideal # command line' && has out '    max: 2 # command line'
has out '  temperature: 100000000 # default' && has out '  file: "empty.h5" # default'
expect 0 check --set star.mass=0.6 -- empty.yaml
"$WDSCAN" check - <<<'star: {mass: 0.7}' >out
has out '  mass: 0.7 # standard input:1' && has out '  file: "scan.h5" # default'

# What `check` prints is a configuration, and the same one; it writes no file.
mkdir folder
printf 'star:\n  mass: 0.6\noutput:\n  file: "folder/a b.h5"\n' >a.yaml
expect 0 check a.yaml && has out '  mass: 0.6 # a.yaml:2' && sed 's/ *#.*//' out >b.yaml
expect 0 check b.yaml && sed 's/ *#.*//' out | cmp - b.yaml
[ -z "$(ls folder)" ] && [ ! -e empty.h5 ] || die 'check wrote a file'

# The shipped configurations.
for config in quick quick-paper fig4 bound fig5 fig4-consistent fig4-0.6msun paper-fig4 paper-fig5 reference; do
  expect 0 check "$root/configs/$config.yaml" --no-trial && quiet err && has out "  file: \"$config.h5\""
done
expect 0 keys --yaml && quiet err && cmp out "$root/configs/reference.yaml"
values() { expect 0 check "$1" --no-trial && grep -v '^#\|file:' out | sed 's/ *#.*//'; }
values "$root/configs/fig4.yaml" >fig4
values empty.yaml | diff fig4 -
expect 0 keys && quiet err && has out 'integrator.pilot_evaluations'

# Standard output that cannot be written.
for command in keys 'check --no-trial empty.yaml' --help --version; do
  got=0; "$WDSCAN" $command >/dev/full 2>err || got=$?
  [ $got = 3 ] || die "wdscan $command >/dev/full: exit code $got"
  has err 'standard output: cannot write: No space left on device'
  got=0; "$WDSCAN" $command >&- 2>err || got=$?
  [ $got = 3 ] || die "wdscan $command >&-: exit code $got"
  has err 'standard output: cannot write'
done

# Under a launcher each process of a serial command does what it is told; a mistake of a run is reported once, with its
# exit code.
mpirun() { command "${MPIRUN:-mpirun}" -np 3 "$WDSCAN" "$@" 2>err >out </dev/null; }
mpirun check empty.yaml || die 'mpirun check failed:' "$(cat err)"
[ "$(grep -c '^star:' out)" = 3 ] || die 'not every check printed:' "$(cat out)"
got=0; mpirun run empty.yaml --set star.mas=1 || got=$?
[ $got = 2 ] && [ "$(grep -c 'star.mas: unknown key' err)" = 1 ] || die "mpirun: exit code $got" "$(cat err)"
