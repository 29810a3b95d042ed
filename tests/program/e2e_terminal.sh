#!/bin/bash
# What a scan says: whole lines where the output goes to a file, a bar and colours on a terminal, levels.
set -eu
. "$(dirname "$0")/../functions.sh"
unset NO_COLOR COLUMNS
export TERM=xterm
escape=$'\033'
brake 1

cat >small.yaml <<'Y'
grid: {mass: {points: 12}, coupling: {points: 12}, shells: 4}
integrator: {relative_error: 0.05}
Y
cat >long.yaml <<'Y'
grid: {mass: {min: 1e5, points: 10000}, coupling: {points: 4}, shells: 4}
integrator: {sampling: separate}
Y

# A summary at the end: points, failures, worst error, time, file, next command, papers.
expect 0 "$wdscan" run small.yaml -o 'a map.h5'
said 'a map.h5: 12 x 12 points in 4 shells, 144 of them to do, on 1 rank' 'wdscan: 144 points in 0:00:' \
  ', 144 of 144 done' 'a map.h5 is complete: 144 points, 0 failed, 0 missed the target error' \
  'largest relative error: 0.0' "next: wdscan contour 'a map.h5'" 'please cite Foldenauer & Hoefken Zink' 'Lepage'
! grep -q "$escape\|^[^w]" err || { cat err >&2; fail 'escapes, or lines of nobody, in a file'; }
[ ! -s out ] || fail 'messages on standard output'
bash -c "${wdscan%wdscan}$(sed -n 's/^wdscan: next: //p' err)" >contours.csv || fail 'the next command does not work'
grep -q '^level,mass_eV,coupling' contours.csv || fail 'no contours'

# The error named is the largest of the map, at its place.
"$PYTHON" - <<'P' || fail 'the largest error is another'
import re, h5py, numpy as np
said = re.search(r"largest relative error: (\S+) at mass = (\S+) eV, coupling = (\S+)", open("err").read())
with h5py.File("a map.h5") as f:
    error = np.abs(f["excess_error"][:] / f["excess"][:])
    i, j = np.unravel_index(error.argmax(), error.shape)
    found = error.max(), f["mass"][i], f["coupling"][j]
assert np.allclose([float(x) for x in said.groups()], found, rtol=[0.06, 1e-8, 1e-8]), (said.groups(), found)
P

# Again: nothing to do, the same summary.
expect 0 "$wdscan" run small.yaml -o 'a map.h5'
said '0 of them to do' 'nothing is left to do' 'is complete: 144 points'

# Levels: errors only, then warnings, then each block of jobs.
for option in --quiet '--log-level error' '--log-level=warning'; do
  expect 0 "$wdscan" run small.yaml -o quiet.h5 --fresh $option
  [ ! -s err ] || { cat err >&2; fail "$option is not quiet"; }
done
expect 0 "$wdscan" run small.yaml -o debug.h5 --log-level debug
points=$(sed -n 's/^wdscan: \([0-9]*\) points to mass = .* done: [0-9]* evaluations$/\1/p' err | awk "{n += \$1} END {print n}")
[ "$points" = 144 ] || { cat err >&2; fail 'debug does not name all points'; }
expect 2 "$wdscan" run small.yaml --quiet --set star.mass=-1
expect 75 "$slow" run long.yaml -o long.h5 --quiet --max-time 00:00:01
[ "$(wc -l <err)" = 1 ] || { cat err >&2; fail 'more than the error'; }
said 'wdscan: stopped early'

# Points that fail are named, up to twenty of them, and counted; the summary sends to the command that names them all.
expect 1 "$wdscan" run small.yaml -o dark.h5 --set star.temperature=1000
said 'warning: point mass = 10 eV, coupling = 1e-14 failed: no_neutrino_luminosity' 'are counted, not named' \
  'is complete: 144 points, 144 failed' 'next: wdscan status dark.h5' '144 of 144 points failed'
[ "$(grep -c 'warning: point mass' err)" = 20 ] || { cat err >&2; fail 'not twenty points are named'; }

# on_terminal COMMAND...: as on a terminal of 80 columns; what it shows is in the file shown. Exit code in $code.
on_terminal() {
  code=0
  script -qec "stty cols 80; $*" /dev/null >shown 2>&1 </dev/null || code=$?
  tr -d '\r' <shown | sed "s/$escape\[[0-9;]*[mK]//g" >plain
}
# shows PATTERN FILE COMMAND...: with longer and longer time limits, until FILE has the pattern: a busy machine may need
# seconds to begin
shows() {
  local pattern=$1 file=$2 limit
  shift 2
  for limit in 2 6 15; do
    "$@" --max-time "0:$limit"
    if grep -q -- "$pattern" "$file"; then return; fi
  done
  cat "$file" >&2
  return 1
}
command -v script >/dev/null || { echo 'no program script (util-linux): terminals not tested'; exit 77; }
shows '\[[#.]*\] [0-9]*/40000 points (.* %), .*/s, .* left' plain on_terminal "$slow" run long.yaml -o long.h5 ||
  fail 'no bar on a terminal'
[ $code = 75 ] || { cat shown >&2; fail "exit code $code on a terminal"; }
grep -qF "${escape}[31mwdscan:${escape}[m stopped early" shown || { cat -v shown >&2; fail 'the error has no colour'; }
tr '\r' '\n' <shown | sed "s/$escape\[[0-9;]*[mK]//g" | awk 'length > 79 && /left/ { exit 1 }' || fail 'a bar wider than the terminal'
shows '\[[#.]*\] [0-9]*/40000' plain on_terminal env NO_COLOR=1 "$slow" run long.yaml -o long.h5 ||
  fail 'NO_COLOR takes the bar away'
! grep -qF "${escape}[3" shown || { cat -v shown >&2; fail 'colours in spite of NO_COLOR'; }
on_terminal env TERM=dumb "$slow" run long.yaml -o long.h5 --max-time 00:00:02
! grep -qF "$escape" shown || { cat -v shown >&2; fail 'escapes on a dumb terminal'; }
on_terminal "$slow" run long.yaml -o long.h5 --max-time 00:00:02 --progress lines
! grep -q '\[[#.]*\]' plain || fail 'a bar in spite of --progress lines'

# --progress bar: also where the output is no terminal, as under mpirun.
shows '/40000 points' err expect 75 "$slow" run long.yaml -o long.h5 --progress bar || fail 'no bar in a file'
