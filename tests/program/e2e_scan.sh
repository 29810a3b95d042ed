#!/bin/bash
# A scan by mpirun: bit-identical for any number of ranks, never overwritten, resumed, reported, stopped.
set -eu
. "$(dirname "$0")/../functions.sh"

small_scan >small.yaml

# --- The same bits from every number of ranks
for ranks in 1 2 3 4 7; do
  expect 0 "$mpirun" -np $ranks "$wdscan" run small.yaml -o ranks$ranks.h5
  "$PYTHON" "$here/compare_scans.py" ranks1.h5 ranks$ranks.h5
done
expect 0 "$wdscan" run small.yaml -o alone.h5 # without mpirun
"$PYTHON" "$here/compare_scans.py" ranks1.h5 alone.h5
# ... and other bits from another seed: the comparison can fail
expect 0 "$wdscan" run small.yaml -o seed.h5 --set integrator.seed=1
! "$PYTHON" "$here/compare_scans.py" ranks1.h5 seed.h5 >out || fail "another seed gives the same results"

# --- Couplings with samples of their own: the same bits from every number of ranks, other ones than with shared samples
for ranks in 1 3; do
  expect 0 "$mpirun" -np $ranks "$wdscan" run small.yaml -o separate$ranks.h5 --set integrator.sampling=separate
done
"$PYTHON" "$here/compare_scans.py" separate1.h5 separate3.h5
! "$PYTHON" "$here/compare_scans.py" ranks1.h5 separate1.h5 >out || fail "separate samples give the same results"

# --- More ranks than points and shells
expect 0 "$mpirun" -np 6 "$wdscan" run small.yaml -o tiny.h5 --set grid.mass.points=1 --set grid.coupling.points=1 \
  --set grid.mass.max=100 --set grid.coupling.max=1e-14 --set grid.shells=2

# --- A finished scan says so, and is not touched
sum=$(sha256sum <alone.h5)
expect 0 "$wdscan" run small.yaml -o alone.h5
grep -q "nothing is left to do" err
[ "$sum" = "$(sha256sum <alone.h5)" ] || fail "a finished scan was changed"

# --- Another configuration is refused with the keys that differ, and nothing is lost
expect 2 "$wdscan" run small.yaml -o alone.h5 --set star.mass=0.9 --set integrator.seed=5
grep -q "star.mass: 1 -> 0.9" err && grep -q "integrator.seed" err
[ "$sum" = "$(sha256sum <alone.h5)" ] || fail "a refused scan changed the file"
expect 0 env SLURM_NTASKS=4 SLURM_PROCID=0 "$wdscan" run small.yaml -o alone.h5 --set output.checkpoint_interval=10
grep -q "checkpoint_interval" err
expect 0 "$wdscan" run small.yaml -o alone.h5 --set integrator.seed=1 --fresh
"$PYTHON" "$here/compare_scans.py" seed.h5 alone.h5

# --- Stopped by the time limit, resumed by another number of ranks: the same bits
expect 75 "$wdscan" run small.yaml -o stopped.h5 --max-time 00:00:00
grep -q "run the same command again" err
expect 0 "$wdscan" status stopped.h5 --json
expect 0 "$mpirun" -np 3 "$wdscan" run small.yaml -o stopped.h5
"$PYTHON" "$here/compare_scans.py" ranks1.h5 stopped.h5

# --- A damaged row is computed again, and the user is told
cp ranks1.h5 damaged.h5
"$PYTHON" - <<'END'
import h5py
with h5py.File("damaged.h5", "r+") as f:
    f["excess"][2, 1] *= 1.5
END
expect 0 "$wdscan" run small.yaml -o damaged.h5
grep -q "1 rows are damaged" err
"$PYTHON" "$here/compare_scans.py" ranks1.h5 damaged.h5

# --- The same file by two runs at once
brake 1
"$mpirun" -np 1 "$slow" run small.yaml -o busy.h5 --set integrator.sampling=separate >out 2>&1 &
launcher=$!
for _ in $(seq 300); do [ ! -e busy.h5 ] || break; sleep 0.01; done
code=0
"$wdscan" run small.yaml -o busy.h5 --set integrator.sampling=separate 2>err || code=$?
kill -TERM $launcher 2>/dev/null || true
wait $launcher || true
[ $code = 3 ] || fail "a second run on the same file ended with $code"

# --- An unreachable target is reported, not hidden
expect 0 "$wdscan" run small.yaml -o capped.h5 --set integrator.relative_error=1e-6 --set integrator.max_evaluations=20000
grep -q "missed the target error" err
"$PYTHON" - <<'END'
import h5py
with h5py.File("capped.h5") as f:
    assert (f["status"][()] == 3).any()
    assert (f["diagnostics/evaluations"][()].sum(axis=1) <= 20000).all()
END

expect 0 "$wdscan" point small.yaml --mass 1e4 --coupling 1e-9 --set integrator.max_evaluations=1000
grep -qE "max_evaluations: 1000; a point of [0-9]+ shells may take [0-9]+ all the same" err ||
  fail "not said that the cap is too small"

# --- At a contour's couplings the single points give its level
expect 0 "$wdscan" contour ranks1.h5 --level 0.3
head -1 out | grep -qx "level,mass_eV,coupling,coupling_error,state"
[ "$(wc -l <out)" = 6 ] || fail "not one contour point at each mass"
tail -n +2 out >points
while IFS=, read -r level mass coupling error state; do
  [ "$state" = crossing ] || fail "no crossing at $mass eV"
  expect 0 "$wdscan" point small.yaml --mass "$mass" --coupling "$coupling" --json
  "$PYTHON" - "$level" "$coupling" "$error" <<'END'
import json, sys
level, coupling, error = map(float, sys.argv[1:])
point = json.load(open("out"))
# the excess goes like the second to the fourth power of the coupling
allowed = 4 * (4 * error / coupling * level + point["excess_error"]) + 0.02 * level
assert abs(point["excess"] - level) < allowed, (point, level, allowed)
END
done <points

# --- Contours by root finding agree with the interpolated ones
expect 0 "$wdscan" contour ranks1.h5
mv out interpolated
expect 0 "$wdscan" contour --refine small.yaml
"$PYTHON" - <<'END'
import csv
def read(name):
    return {(r["level"], r["mass_eV"]): (float(r["coupling"]), float(r["coupling_error"])) for r in csv.DictReader(open(name)) if r["state"] == "crossing"}
interpolated, refined = read("interpolated"), read("out")
assert interpolated.keys() == refined.keys() and len(refined) >= 20, (interpolated.keys() ^ refined.keys())
for key, (g, error) in refined.items():
    other, other_error = interpolated[key]
    assert abs(g - other) < 5 * (error**2 + other_error**2) ** 0.5 + 2e-3 * g, (key, g, error, other, other_error)
END
expect 2 "$wdscan" contour ranks1.h5 --set star.mass=0.9
expect 3 "$wdscan" contour --refine missing.yaml

# --- N singletons under srun are detected
for task in "SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=0" "SLURM_STEP_NUM_TASKS=4 PMIX_RANK=0" "SLURM_NTASKS=4 SLURM_PROCID=2"; do
  expect 2 env $task "$wdscan" run small.yaml -o single.h5
  grep -q "pmix" err
done
[ ! -e single.h5 ] || fail "a singleton started the scan"
