#!/bin/bash
# `run --share I/N` and `merge`: shares of a scan, with axes and without, have together the bits of one run; each goes on where it was
# stopped; a merge of some of them is gone on with.
set -eu
. "$(dirname "$0")/../functions.sh"

cat >plane.yaml <<'END'
grid:
  mass: {min: 1.0e2, max: 1.0e6, points: 5}
  coupling: {min: 1.0e-12, max: 1.0e-4, points: 7}
  shells: 4
integrator: {relative_error: 0.02, sampling: separate}
END
sed '/^grid:/a\  axes: {star.mass: [0.6, 1.0]}\n  draws: {count: 2, star.temperature: {uniform: [5e7, 1e8]}}' plane.yaml >axes.yaml
sed 's/, sampling: separate//' plane.yaml >shared.yaml # few jobs: shares that have none of them, or only luminosities
sed '/^grid:/i\observable: cooling' plane.yaml | sed 's/points: 5/points: 2/; s/points: 7/points: 3/' >cooling.yaml

for scan in plane axes shared; do
  expect 0 "$wdscan" run $scan.yaml -o $scan.h5 --quiet
  for share in 1 2 3; do
    expect 0 "$mpirun" -np $share "$wdscan" run $scan.yaml -o $scan-$share.h5 --share $share/3
    grep -q "share $share of 3 is done: $scan-$share.h5 has " err || fail "$(cat err)"
    expect 0 "$wdscan" run $scan.yaml -o $scan-$share.h5 --share $share/3
    grep -q "nothing is left to do" err || fail "a share was computed twice: $(cat err)"
  done
  expect 0 "$wdscan" merge $scan-3.h5 $scan-1.h5 $scan-2.h5 -o merged-$scan.h5
  grep -q "taken over from 3 files; complete" err || fail "$(cat err)"
  same_bits $scan.h5 merged-$scan.h5
  expect 0 "$wdscan" merge $scan-1.h5 $scan-3.h5 -o part-$scan.h5
  ! grep -q complete err
  expect 0 "$wdscan" run $scan.yaml -o part-$scan.h5
  same_bits $scan.h5 part-$scan.h5
done
expect 0 "$wdscan" run cooling.yaml -o cooling.h5 --quiet
for share in 1 2; do expect 0 "$wdscan" run cooling.yaml -o cooling-$share.h5 --share $share/2; done
expect 0 "$wdscan" merge cooling-1.h5 cooling-2.h5 -o merged-cooling.h5
same_bits cooling.h5 merged-cooling.h5

# Every point in one share, and in one only
"$PYTHON" - <<'END'
import h5py
import numpy as np
for scan in "plane", "axes":
    done = [h5py.File(f"{scan}-{share}.h5")["status"][()] != 0 for share in (1, 2, 3)]
    assert (np.sum(done, axis=0) == 1).all() and all(abs(d.mean() - 1 / 3) < 0.1 for d in done), [d.mean() for d in done]
END

# Failed points are told, now and when the share is found done, and by the run that completes the file.
for _ in now again; do
  expect 1 "$wdscan" run plane.yaml -o dark.h5 --share 1/2 --set star.temperature=1000
  grep -q "share 1 of 2 is done, but [0-9]* of its [0-9]* points failed" err || fail "$(cat err)"
done
expect 1 "$wdscan" run plane.yaml -o dark.h5 --set star.temperature=1000

# Stopped and gone on with
brake 1
"$mpirun" -np 2 "$slow" run plane.yaml -o stopped.h5 --share 1/2 >out 2>err &
launcher=$!
await stopped.h5 3
touch stopped.h5.stop
reap 60
[ $code = 75 ] || fail "exit code $code, expected 75"
brake 0
expect 0 "$wdscan" run plane.yaml -o stopped.h5 --share 1/2
expect 0 "$wdscan" run plane.yaml -o other.h5 --share 2/2
expect 0 "$wdscan" merge stopped.h5 other.h5 -o both.h5
same_bits plane.h5 both.h5

# What is refused
refused() { expect 2 "$wdscan" "${@:2}" && grep -qF -- "$1" err || fail "expected \"$1\": $(cat err)"; }
for wrong in 0/3 4/3 1 1/ /3 -1/3 1/3x 1/99999999999999999999 ' 1/3'; do
  refused "--share \"$wrong\": expected I/N, from 1/N to N/N" run plane.yaml -o none.h5 --share "$wrong"
done
refused "--share 1/2, but grid.refine.levels: 1" run plane.yaml -o none.h5 --share 1/2 --set grid.refine.levels=1 --set grid.mass.points=9
refused "grid.axes" merge axes-1.h5 plane-1.h5 -o none.h5
[ ! -e none.h5 ] || fail "a file was made all the same"
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
got=0
# shellcheck disable=SC2016 # the ranks expand it
"$mpirun" -np 2 sh -c 'exec "$0" run plane.yaml -o none.h5 --share $((1 + ${OMPI_COMM_WORLD_RANK:-$PMI_RANK}))/2' "$wdscan" 2>err || got=$?
[ $got = 2 ] && grep -q -- '--share: 1/2 -> 2/2' err || fail "ranks of different shares: $(cat err)"
