#!/bin/bash
# Bad input, each with its exit code and a message that names the place; nothing is left behind.
set -eu

dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"

die() { printf '%s\n' "$@"; exit 1; }

# refuses CODE MESSAGE ARGUMENTS...
refuses() {
  local code=$1 message=$2 got=0
  shift 2
  "$WDSCAN" "$@" >out 2>err </dev/null || got=$?
  [ $got = "$code" ] || die "wdscan $*: exit code $got, expected $code" "$(cat err)"
  grep -qF -- "wdscan: $message" err || die "wdscan $*: expected '$message' in:" "$(cat err)"
}

# Mistakes in a file: the same from every command that reads one.
cat >bad.yaml <<'END'
star:
  temprature: 1.0e8
  temperature: -1.0e8
  mass: 1.0
  mass: 0.6
grid:
  mass: {min: 10.0, max: 1.0e7, points: 1e3x}
  coupling:
    min: 1.0e-2
    max: 1.0e-14
END
for command in run star cool check 'point --mass 1 --coupling 1e-6'; do
  refuses 2 'bad.yaml:2:3: star.temprature: unknown key; the nearest known one is star.temperature' $command bad.yaml
  for message in \
    'bad.yaml:3:16: star.temperature: -1.0e8 is out of range; expected a number in (0, 1e10] K' \
    'bad.yaml:5:3: mass: given twice, first in line 4' \
    'bad.yaml:7:41: grid.mass.points: "1e3x" is not an integer; expected an integer in [1, 1000000]' \
    'bad.yaml:9:10: grid.coupling.min: 0.01 is not below grid.coupling.max = 1e-14 (bad.yaml:10)'; do
    grep -qF -- "wdscan: $message" err || die "$command: expected '$message' in:" "$(cat err)"
  done
  [ "$(wc -l <err)" = 5 ] && [ ! -s out ] || die "$command: expected five lines:" "$(cat err out)"
done

# Settings of the command line, by the same rules.
touch good.yaml
refuses 2 'command line: star.mas: unknown key; the nearest known one is star.mass' check good.yaml --set star.mas=1
refuses 2 'command line: grid.shells: "1e3x" is not an integer' run good.yaml --set grid.shells=1e3x
refuses 2 'command line: grid.mass.min: 100000000 is not below grid.mass.max = 10000000 (default)' \
  star good.yaml --set grid.mass.min=1e8

# A star that cannot exist, by either equation of state (the ideal one allows the larger mass).
for command in run star 'point --mass 1 --coupling 1e-6'; do
  refuses 2 'star.mass: 1.44 M_sun is above the limiting mass of this equation of state' $command good.yaml \
    --set star.mass=1.44
  refuses 2 'star.mass: 1.47 M_sun is above the limiting mass of this equation of state' $command good.yaml \
    --set star.mass=1.47 --set star.eos=ideal
done

# Files that cannot be read, and folders that cannot be written.
refuses 3 'absent.yaml: cannot read the configuration: No such file or directory' run absent.yaml
refuses 3 '.: cannot read the configuration: Is a directory' check .
mkdir closed.h5
refuses 3 'output.file: absent/x.h5: cannot write into its folder absent: No such file or directory' \
  check good.yaml --set output.file=absent/x.h5
refuses 3 'output.file: good.yaml/x.h5: cannot write into its folder good.yaml: Not a directory' \
  check good.yaml --set output.file=good.yaml/x.h5
refuses 3 'output.file: closed.h5 exists and is no file' check good.yaml --set output.file=closed.h5
refuses 3 'star.profile: absent.dat: No such file or directory' check good.yaml --set star.profile=absent.dat
refuses 3 'absent/x.h5: ' run good.yaml -o absent/x.h5
refuses 3 'closed.h5: ' run good.yaml -o closed.h5
refuses 3 'good.yaml: ' run good.yaml -o good.yaml # not a result file: it is kept
[ -e good.yaml ] && [ ! -s good.yaml ] || die 'run touched a file that is not its own'
refuses 3 'absent.h5: ' status absent.h5
refuses 3 'good.yaml: ' contour good.yaml
if [ "$(id -u)" != 0 ]; then # root may write everywhere
  chmod a-w closed.h5
  refuses 3 'output.file: closed.h5/x.h5: cannot write into its folder closed.h5: Permission denied' \
    check good.yaml --set output.file=closed.h5/x.h5
  echo '{}' >secret.yaml && chmod 0 secret.yaml
  refuses 3 'secret.yaml: cannot read the configuration: Permission denied' check secret.yaml
  rm -f secret.yaml
fi

# A disk that has no room for the result file (11 MB): a limit on the size of files does the same.
(
  trap '' XFSZ
  ulimit -f 8192 # kB
  refuses 3 'x.h5: ' run good.yaml -o x.h5 --set output.diagnostics=shell
)

rm -rf closed.h5
[ "$(ls)" = $'bad.yaml\nerr\ngood.yaml\nout' ] || die 'files were left behind:' "$(ls)"
