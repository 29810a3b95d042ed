#!/bin/bash
# grid.refine: few masses are computed, with the bits of the full grid, and chosen alike for any number of ranks and after a
# kill; contours agree with those of the full grid within their errors, at masses between those of the grid, too.
set -eu
. "$(dirname "$0")/../functions.sh"
brake 1

# Without the continuum the contours jump between 70 and 85 keV.
cat >refined.yaml <<'END_OF_YAML'
physics: {continuum: off}
grid:
  mass:     {min: 1.0e3, max: 1.0e7, points: 161}
  coupling: {min: 1.0e-14, max: 1.0e-2, points: 41}
  shells: 8
  refine: {levels: 4, tolerance: 0.01}
output: {contour_levels: [0.01, 0.3]}
END_OF_YAML
sed '/refine:/d' refined.yaml >full.yaml
expect 0 "$wdscan" run full.yaml
expect 0 "$wdscan" run refined.yaml
said "grid.refine: begins with 11 of 161 masses" "are computed (" "interpolated between them"

# --- Against the full grid
"$PYTHON" - <<'END'
import h5py, numpy as np
full, refined = h5py.File("full.h5"), h5py.File("refined.h5")
status = refined["status"][()]
computed = (status != 5).all(axis=1)
assert (computed == (status != 5).any(axis=1)).all() and computed[0] and computed[-1]
share = computed.mean()
assert 11 / 161 < share < 0.25, share
for name in full:  # bits of what is computed
    data = full[name]
    if isinstance(data, h5py.Dataset) and data.ndim > 1 and data.shape[:2] == status.shape and name != "checksum":
        assert data[()][computed].tobytes() == refined[name][()][computed].tobytes(), name
assert (full["contour_state"][()] == refined["contour_state"][()]).all()
a, b = (np.log(file["contour_coupling"][()]) for file in (full, refined))
ea, eb = (file["contour_coupling_error"][()] / file["contour_coupling"][()] for file in (full, refined))
deviation, error = np.abs(a - b)[:, ~computed], np.hypot(ea, eb)[:, ~computed]
assert (deviation < 4 * error).all(), (deviation / error).max()
assert error.max() < 0.03 and np.sqrt(np.mean(deviation**2)) < 0.005, (error.max(), deviation.max())
# the map, where there is an excess to speak of; its parts add up
big = (full["excess"][()] > 1e-4) & ~computed[:, None]
pull = np.abs(full["excess"][()] - refined["excess"][()]) / np.hypot(full["excess_error"][()], refined["excess_error"][()])
assert np.mean(pull[big] > 4) < 1e-3, np.mean(pull[big] > 4)
parts = np.concatenate([refined["excess_" + part][()] for part in ("resonant", "offresonant", "continuum")], axis=2, dtype="f8")
deviation = np.abs(parts.sum(axis=2) - refined["excess"][()]) / np.abs(parts).max(axis=2)
usual = (status == 5) & (np.abs(parts).max(axis=2) > 1e-30)  # single precision ends near 1e-38
assert (deviation[usual] < 1e-6).all(), deviation[usual].max()
END
"$PYTHON" "$here/check_result_file.py" refined.h5 >/dev/null || fail "not in its form"

# --- Whatever diagnostics are kept: the same results, and no shells where nothing was integrated
for kind in none shell; do
  expect 0 "$wdscan" run refined.yaml --set output.diagnostics=$kind -o $kind.h5
  "$PYTHON" "$here/check_result_file.py" $kind.h5 >/dev/null || fail "not in its form with $kind"
done
"$PYTHON" - <<'END'
import h5py, numpy as np
full, mass, none, shell = (h5py.File(name + ".h5") for name in ("full", "refined", "none", "shell"))
interpolated = mass["status"][()] == 5
assert interpolated.any()
for name, data in none.items():
    if name.startswith(("excess", "status", "contour")):
        assert all(data[()].tobytes() == other[name][()].tobytes() for other in (mass, shell)), name
for name in "chi2_per_dof", "evaluations", "relative_error", "iterations":
    of_mass, of_all = (file["diagnostics"][name][()] for file in (mass, shell))
    for values in of_mass[interpolated[:, 0]], of_all[interpolated]:
        assert (np.isnan(values) if values.dtype.kind == "f" else values == 0).all(), name
    computed = ~interpolated[:, 0]
    assert of_mass[computed].tobytes() == full["diagnostics"][name][()][computed].tobytes(), name
    assert of_all[computed, 0].tobytes() == of_mass[computed].tobytes(), name
END
expect 0 "$wdscan" status refined.h5
grep -q '^  interpolated  ' out || fail "status does not tell"

# --- The same bits with three ranks, and when a run is killed after the first stage
expect 0 "$mpirun" -np 3 "$wdscan" run refined.yaml -o ranks.h5
same_bits refined.h5 ranks.h5
"$mpirun" -np 2 "$slow" run refined.yaml -o killed.h5 >out 2>err &
launcher=$!
await killed.h5 $((12 * 41))
# shellcheck disable=SC2046 # several processes
kill -KILL $(ranks)
reap 30
[ "$code" != 0 ] || fail "was not killed"
[ "$(points killed.h5)" -lt $((161 * 41)) ] || fail "was killed too late"
expect 0 "$wdscan" run refined.yaml -o killed.h5
same_bits refined.h5 killed.h5
expect 0 "$mpirun" -np 3 "$wdscan" run refined.yaml
said "nothing is left to do"
same_bits refined.h5 killed.h5

# --- Between the masses of the grid: as by root finding, within the error; not across a threshold
between() {
  expect 0 "$wdscan" contour refined.h5 --level 0.3 --mass "$1"
  cp out interpolated.csv
  expect 0 "$wdscan" contour refined.yaml --refine --level 0.3 --mass "$1"
  "$PYTHON" - <<'END'
import csv
(a,), (b,) = (list(csv.DictReader(open(name))) for name in ("interpolated.csv", "out"))
assert a["state"] == b["state"] == "crossing" and a["mass_eV"] == b["mass_eV"]
x, y, error = float(a["coupling"]), float(b["coupling"]), float(a["coupling_error"])
assert abs(x - y) < 3 * (error**2 + float(b["coupling_error"])**2) ** 0.5, (x, y, error)
assert error < 0.02 * x, error / x
END
}
for mass in 84500 2345.6 31000 6e6; do between $mass; done
expect 1 "$wdscan" contour refined.h5 --level 0.3 --mass 78000
said "level 0.3 at 78000 eV cannot be told from the masses beside it"
grep -q '^0.3,78000,nan,nan,unfinished$' out
expect 2 "$wdscan" contour refined.h5 --mass 10
said "--mass 10: outside the grid of refined.h5; expected 1000 to 10000000 eV"

# --- Interpolated points give way to computed ones: what is extended to the full grid has its bits
expect 0 "$wdscan" extend refined.h5 full.yaml -o extended.h5
expect 0 "$wdscan" run full.yaml -o extended.h5
same_bits full.h5 extended.h5
expect 0 "$wdscan" slice refined.h5 mass=1e4:1e5 -o part.h5
expect 0 "$wdscan" merge part.h5 full.h5 -o merged.h5
"$PYTHON" -c 'import h5py; assert (h5py.File("merged.h5")["status"][()] == h5py.File("full.h5")["status"][()]).all()'

# --- What cannot be refined
expect 2 "$wdscan" check full.yaml --set grid.refine.levels=6
said "grid.refine.levels: 6, with a grid of 161 masses; expected 193 masses at least, or fewer levels"
expect 2 "$wdscan" check refined.yaml --set grid.coupling.points=1
said "with a grid of one coupling, which has no contours to go by"
expect 2 "$wdscan" run refined.yaml --set grid.refine.tolerance=0.02
said "grid.refine.tolerance: 0.01 -> 0.02"

# --- With axes each member is refined as if it were alone, for any number of ranks and after an interruption
brake 0
cat >axes.yaml <<'END_OF_YAML'
physics: {continuum: off}
grid:
  mass:     {min: 1.0e2, max: 1.0e7, points: 41}
  coupling: {min: 1.0e-13, max: 1.0e-4, points: 21}
  shells: 4
  refine: {levels: 3}
  axes: {star.mass: [0.6, 1.0], physics.model: [mu-tau, e-mu]}
integrator: {relative_error: 0.02}
output: {contour_levels: [0.3]}
END_OF_YAML
expect 0 "$wdscan" run axes.yaml -o axes.h5
said "grid.refine: begins with 24 of 164 masses" "interpolated between them"
expect 75 "$wdscan" run axes.yaml -o again.h5 --max-time 00:00:00
expect 0 "$mpirun" -np 3 "$wdscan" run axes.yaml -o again.h5
same_bits axes.h5 again.h5
for model in mu-tau e-mu; do
  expect 0 "$wdscan" run axes.yaml -o $model.h5 --quiet --set grid.axes='{}' --set star.mass=0.6 --set physics.model=$model
done
"$PYTHON" - <<'END'
import h5py
import numpy as np
whole = h5py.File("axes.h5")
computed = []
for i, model in enumerate(("mu-tau", "e-mu")):
    alone = h5py.File(model + ".h5")
    for name in ("status", "excess", "excess_error", "excess_resonant", "contour_coupling", "contour_coupling_error", "contour_state"):
        a, b = (whole[name][:, 0, i] if name.startswith("contour") else whole[name][0, i]), alone[name][()]
        assert np.array_equal(a, b, equal_nan=True), (model, name)
    computed.append((alone["status"][()] != 5).all(axis=1))
assert computed[0].sum() < 41 and (computed[0] != computed[1]).any()  # they are not refined alike
END
