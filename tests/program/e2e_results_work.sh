#!/bin/bash
# Work on result files: diff, slice, merge, extend. Inputs stay as they are, points keep their bits, what does not fit is
# refused.
set -eu
. "$(dirname "$0")/../functions.sh"
small_scan | sed 's/shells: 12/shells: 4/' >small.yaml
run() { expect 0 "$wdscan" run small.yaml --quiet "$@"; }
run -o whole.h5
run -o seed.h5 --set integrator.seed=1
before=$(cat whole.h5 seed.h5 | sha256sum)

# --- diff: the same; the same within errors; a planted deviation, with its size and place
expect 0 "$wdscan" diff whole.h5 whole.h5
grep -q 'keys that differ (whole.h5 -> whole.h5): none' out
expect 0 "$wdscan" diff whole.h5 seed.h5
grep -q '  integrator.seed: 20240502 -> 1' out
"$PYTHON" - "$here" <<'END'
import sys, shutil, h5py, numpy as np
# A row with its checksum, as docs/file-format.md has it: 64-bit FNV-1a over the two indices and the fields in their order, folded
# to 32 bits. Rows of the smallest couplings have the diagnostics of shells before the rest; this is another one.
FIELDS = ("excess excess_error excess_resonant excess_offresonant excess_resonant_error excess_offresonant_error "
          "excess_continuum excess_continuum_error diagnostics/failure status").split()
def seal(file, m, g):
    value = 0xcbf29ce484222325
    for byte in np.array([m, g], "<u8").tobytes() + b"".join(np.asarray(file[f][m, g]).tobytes() for f in FIELDS):
        value = (value ^ byte) * 0x100000001b3 % 2**64
    return (value ^ value >> 32) % 2**32
with h5py.File("whole.h5") as f:
    assert seal(f, 2, 3) == f["checksum"][2, 3]
for name, sigma in ("planted", 7.0), ("within", 4.0):
    shutil.copy("whole.h5", name + ".h5")
    with h5py.File(name + ".h5", "r+") as f:
        f["excess"][2, 3] += sigma * 2**0.5 * f["excess_error"][2, 3]
        f["checksum"][2, 3] = seal(f, 2, 3)
for name, rows in ("first", slice(3, None)), ("second", slice(0, 2)):  # parts of one grid, that have a mass in common
    shutil.copy("whole.h5", name + ".h5")
    with h5py.File(name + ".h5", "r+") as f:
        f["status"][rows] = 0
with h5py.File("second.h5", "r+") as f:
    f["luminosity_sm_checksum"][()] = 0
END
expect 1 "$wdscan" diff whole.h5 planted.h5 --json
said 'whole.h5 and planted.h5 differ: excess by up to 7 standard deviations'
"$PYTHON" - <<'END'
import json, h5py
found = json.load(open("out"))
excess = found["quantities"]["excess"]
with h5py.File("whole.h5") as f:
    assert (excess["mass_eV"], excess["coupling"]) == (f["mass"][2], f["coupling"][3]), excess
assert found["differ"] and abs(excess["largest_sigma"] - 7) < 1e-6, excess
assert (excess["compared"], excess["other_bits"], excess["beyond_5_sigma"]) == (30, 1, 1), excess
END
expect 0 "$wdscan" diff whole.h5 within.h5
expect 3 "$wdscan" diff whole.h5 small.yaml
expect 3 "$wdscan" diff whole.h5 missing.h5
expect 2 "$wdscan" diff whole.h5

# --- merge: parts of one grid are the whole, whatever their order; what two have must be the same bits
expect 0 "$wdscan" diff first.h5 second.h5 # a mass is in both
grep -q 'points computed in first.h5 only: 12' out
expect 0 "$wdscan" merge second.h5 first.h5 -o merged.h5 --quiet
same_bits whole.h5 merged.h5
expect 0 "$wdscan" run small.yaml -o merged.h5
said 'nothing is left to do'
[ "$("$PYTHON" "$here/check_result_file.py" merged.h5)" = '30 of 30' ] || fail 'the form of merged.h5'
expect 3 "$wdscan" merge whole.h5 planted.h5 -o conflict.h5
said 'whole.h5 and planted.h5 have different results for mass = 10000 eV, coupling = 1e-08'
expect 2 "$wdscan" merge whole.h5 seed.h5 -o conflict.h5
said 'integrator.seed: 1 -> 20240502'
[ ! -e conflict.h5 ] && [ ! -e conflict.h5.tmp ] && [ ! -e conflict.h5.lock ] || fail 'a merge that was refused left something'

# --- slice: its points are those of the whole; slices make the whole again, as tiles of masses and of couplings
expect 0 "$wdscan" slice whole.h5 mass=:1e4 -o light.h5 --quiet
expect 0 "$wdscan" slice whole.h5 mass_index=3:4 coupling=:1.0e-10 -o heavy.h5 --quiet
expect 0 "$wdscan" slice whole.h5 mass=1e5: coupling=1e-8: -o rest.h5 --quiet
expect 0 "$wdscan" merge light.h5 rest.h5 heavy.h5 -o tiles.h5 --quiet
same_bits whole.h5 tiles.h5
"$PYTHON" - <<'END'
import h5py, numpy as np
with h5py.File("whole.h5") as whole, h5py.File("heavy.h5") as part:
    assert part["excess"].shape == (2, 3)
    for name in "excess", "excess_error", "excess_resonant", "status":
        assert np.array_equal(whole[name][3:, :3], part[name][()]), name
    assert np.array_equal(whole["diagnostics/chi2_per_dof"][3:], part["diagnostics/chi2_per_dof"][()])
    assert np.array_equal(whole["star/radius"], part["star/radius"]) and np.array_equal(whole["shell"], part["shell"])
    assert whole["star"].attrs["radius_km"] == part["star"].attrs["radius_km"]
    assert part.attrs["taken_over"] == 6 and part.attrs["origin"].startswith("slice of whole.h5 (identity ")
END
expect 0 "$wdscan" diff whole.h5 heavy.h5
grep -q 'points computed in whole.h5 only: 24' out
# ... a merge keeps to what is there
expect 0 "$wdscan" merge light.h5 heavy.h5 -o gaps.h5 --quiet
expect 0 "$wdscan" status gaps.h5
grep -q 'points            24 of 30' out
expect 0 "$wdscan" run small.yaml -o gaps.h5 --quiet # and the rest can be computed
expect 0 "$wdscan" diff whole.h5 gaps.h5
# ... an uneven grid is described by its values, and gone on with so
expect 0 "$wdscan" slice whole.h5 mass_index=0 -o one.h5 --quiet
expect 0 "$wdscan" slice whole.h5 mass_index=2:3 -o two.h5 --quiet
expect 0 "$wdscan" merge one.h5 two.h5 -o uneven.h5 --quiet
expect 2 "$wdscan" run small.yaml -o uneven.h5 --set grid.mass.max=1e5 --set grid.mass.points=3
said 'grid.mass.values: ['
masses=$("$PYTHON" -c 'import h5py; print(", ".join(repr(float(m)) for m in h5py.File("uneven.h5")["mass"]))')
expect 0 "$wdscan" run small.yaml -o uneven.h5 --set "grid.mass=[$masses]"
said 'nothing is left to do'

# --- other contour levels without a scan
expect 0 "$wdscan" slice whole.h5 -o levels.h5 --level 0.2 --level 0.4 --quiet
expect 0 "$wdscan" contour whole.h5 --level 0.2 --level 0.4
mv out wanted
expect 0 "$wdscan" contour levels.h5
cmp out wanted
expect 0 "$wdscan" run small.yaml -o levels.h5 --set 'output.contour_levels=[0.2, 0.4]'
said 'nothing is left to do'

# --- a deficit has contours, too: where the point computed anew has it, and root finding finds it
cat >deficit.yaml <<'END'
physics: {model: e-mu, resonance: off, continuum: off}
grid:
  mass:     {min: 1.0e4, max: 1.0e5, points: 3}
  coupling: {min: 1.0e-12, max: 1.0e-4, points: 17}
  shells: 8
integrator: {relative_error: 0.003}
output: {contour_levels: [-0.3]}
END
expect 0 "$wdscan" run deficit.yaml --quiet
expect 0 "$wdscan" contour deficit.h5
mv out interpolated
expect 0 "$wdscan" contour deficit.yaml --refine
mv out refined
IFS=, read -r _ mass coupling _ < <(grep crossing interpolated) || fail 'no deficit is crossed'
expect 0 "$wdscan" point deficit.yaml --mass "$mass" --coupling "$coupling" --json
"$PYTHON" - <<'END'
import csv, json, h5py
lines = [list(csv.DictReader(open(name))) for name in ("interpolated", "refined")]
states = [[row["state"] for row in line] for line in lines]
assert states[0] == states[1] == ["above", "crossing", "above"], states
a, b = (line[1] for line in lines)
difference = float(a["coupling"]) - float(b["coupling"])
error = (float(a["coupling_error"])**2 + float(b["coupling_error"])**2)**0.5
assert abs(difference) < 5 * error, (a, b)
with h5py.File("deficit.h5") as f:
    assert list(f["contour_state"][0]) == [2, 1, 2] and f["contour_coupling"][0, 1] == float(a["coupling"])
point = json.load(open("out"))
slope = 2 * 0.3 / float(a["coupling"])  # at least
assert abs(point["excess"] + 0.3) < 5 * (point["excess_error"] + slope * float(a["coupling_error"])), point
END
expect 2 "$wdscan" contour deficit.h5 --level 0

# --- wrong cuts
wrong() {
  local text=$1
  shift
  expect 2 "$wdscan" slice whole.h5 "$@" -o wrong.h5
  said "$text"
}
wrong 'whole.h5 has no such mass; expected one of its 5, or LOW:HIGH' mass=123
wrong 'whole.h5 has no such coupling' coupling=1:2
wrong 'expected coupling_index=INDEX or FIRST:LAST, from 0 to 5' coupling_index=6
wrong 'expected mass_index=INDEX' mass_index=1.5
wrong 'expected mass=VALUE, LOW:HIGH' mass=heavy
wrong 'the mass is chosen twice' mass=1e4 mass_index=2
wrong 'expected mass=' shell=3
expect 2 "$wdscan" slice whole.h5 mass=1e4
said 'missing: -o FILE'
[ ! -e wrong.h5 ] || fail 'a wrong slice was written'

# --- nothing is replaced without --fresh, and no input ever
expect 3 "$wdscan" slice whole.h5 -o light.h5
said 'light.h5: exists already'
expect 0 "$wdscan" slice whole.h5 -o light.h5 --fresh --quiet
same_bits whole.h5 light.h5
ln -s whole.h5 link.h5
for name in whole.h5 link.h5; do
  expect 2 "$wdscan" merge seed.h5 whole.h5 -o $name --fresh
  said 'expected another name for the new file'
done
echo mine >thesis.txt
expect 3 "$wdscan" slice whole.h5 -o thesis.txt --fresh
[ "$(cat thesis.txt)" = mine ] || fail 'thesis.txt was replaced'

# --- extend: a longer grid is what a scan of it would be; a finer one keeps the bits of the points it has
sed 's/max: 1.0e6, points: 5/max: 1.0e7, points: 6/' small.yaml >longer.yaml
sed 's/points: 5/points: 9/; s/points: 6/points: 11/' small.yaml >finer.yaml
for grid in longer finer; do
  expect 0 "$wdscan" extend whole.h5 $grid.yaml --quiet
  expect 3 "$wdscan" extend whole.h5 $grid.yaml
  expect 0 "$mpirun" -np 2 "$wdscan" run $grid.yaml --quiet
  expect 0 "$wdscan" run $grid.yaml -o new.h5 --fresh --quiet
  expect 0 "$wdscan" diff $grid.h5 new.h5
  [ "$grid" = finer ] || same_bits longer.h5 new.h5
done
"$PYTHON" - <<'END'
import h5py, numpy as np
with h5py.File("whole.h5") as whole, h5py.File("finer.h5") as finer, h5py.File("new.h5") as new:
    assert (finer["status"][()] == 1).all()
    for name in "excess", "excess_error", "excess_offresonant":
        assert np.array_equal(finer[name][::2, ::2], whole[name][()]), name
    assert np.array_equal(finer["diagnostics/chi2_per_dof"][::2], whole["diagnostics/chi2_per_dof"][()])
    assert not np.array_equal(finer["excess"][()], new["excess"][()])
    assert (finer.attrs["taken_over"], finer.attrs["other_streams"]) == (30, 30)
with h5py.File("longer.h5") as longer:
    assert (longer.attrs["taken_over"], longer.attrs["other_streams"]) == (30, 0)
with h5py.File("merged.h5") as merged:
    assert (merged.attrs["taken_over"], merged.attrs["other_streams"]) == (30, 0)
END
expect 2 "$wdscan" extend whole.h5 finer.yaml --set star.mass=0.9 -o other.h5
said 'star.mass: 1 -> 0.9'
expect 3 "$wdscan" extend small.yaml finer.yaml -o other.h5
expect 3 "$wdscan" extend whole.h5 missing.yaml -o other.h5

# --- status: is a scan running, how fast, what has it taken so far
expect 0 "$wdscan" status whole.h5
grep -q '^running           no$' out || { cat out; fail 'a finished scan runs'; }
brake 1
"$mpirun" -np 2 "$slow" run small.yaml -o running.h5 --quiet --set integrator.sampling=separate >log 2>&1 &
launcher=$!
await running.h5 3
expect 0 "$wdscan" status running.h5 --json
"$PYTHON" -c 'import json, socket
s = json.load(open("out"))
assert s["running"] == "yes" and s["run_by"].split()[0] == socket.gethostname() and s["ranks"] == 2, s
assert s["core_hours"] > 0' || fail 'what status says of a scan that runs'
touch running.h5.stop
reap 30
expect 0 "$wdscan" status running.h5 --json
"$PYTHON" - <<'END'
import json, h5py
s = json.load(open("out"))
with h5py.File("running.h5") as f:
    timing = {name: f["timing"][name][()] for name in f["timing"]}
done = s["total"] - s["pending"]
assert s["running"] == "no" and s["seconds_left"] is None and s["ranks"] == 2 and 0 < done < 30, s
assert timing["run_points"] == done, (timing, done)
assert abs(s["points_per_s"] - done / timing["run_seconds"]) < 1e-9 and s["core_hours"] == timing["core_seconds"] / 3600
assert timing["core_seconds"] >= 2 * timing["run_seconds"] > 0, timing
first = timing["core_seconds"]
open("first", "w").write(repr(float(first)))
END
expect 0 "$wdscan" run small.yaml -o running.h5 --quiet --set integrator.sampling=separate
"$PYTHON" - <<'END'
import h5py
first = float(open("first").read())
with h5py.File("running.h5") as f:  # all runs count
    total, seconds, ranks = (f["timing"][name][()] for name in ("core_seconds", "run_seconds", "run_ranks"))
assert ranks == 1 and first + seconds <= total < first + seconds + 60, (first, seconds, total)
END

[ "$(cat whole.h5 seed.h5 | sha256sum)" = "$before" ] || fail 'an input has changed'
! ls | grep -E '\.(tmp|lock)$' || fail 'something is left behind'
