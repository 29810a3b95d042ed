#!/bin/bash
# The result file: its form, before, during and after the scan; what stands in the way of making it.
set -eu
. "$(dirname "$0")/../functions.sh"
brake 1

cat >small.yaml <<'END'
grid:
  mass:     {min: 100.0, max: 1.0e6, points: 6}
  coupling: {min: 1.0e-12, max: 1.0e-4, points: 8}
  shells: 8
integrator: {relative_error: 0.01}
END

# --- Before: a scan that was stopped at once has the whole form, and no values
expect 75 "$wdscan" run small.yaml -o map.h5 --max-time 00:00:00
[ "$("$PYTHON" "$here/check_result_file.py" map.h5)" = "0 of 48" ] || fail "points in a scan that was not begun"
[ "$(ls)" = "$(printf 'err\nmap.h5\nout\nsmall.yaml')" ] || fail "files beside the result: $(ls)"

# --- During: read again and again while two ranks write
size=$(stat -c %s map.h5)
"$mpirun" -np 2 "$slow" run small.yaml -o map.h5 >run.log 2>&1 &
launcher=$!
reads=0
while kill -0 $launcher 2>/dev/null; do
  "$PYTHON" "$here/check_result_file.py" map.h5 >out || fail "not readable while it is being written"
  expect 0 "$wdscan" status map.h5 --json
  grep -q '"damaged": 0' out || { cat out; fail "a point that is being written counts as damaged"; }
  expect 0 "$wdscan" contour map.h5
  reads=$((reads + 1))
done
wait $launcher || { cat run.log; fail "the scan failed"; }
[ $reads -gt 0 ] || fail "the scan was over before it could be read"

# --- After
[ "$("$PYTHON" "$here/check_result_file.py" map.h5)" = "48 of 48" ] || fail "points are missing"
[ "$size" = "$(stat -c %s map.h5)" ] || fail "the file has grown"
expect 0 "$wdscan" status map.h5
grep -q "map.h5: complete" out
expect 0 "$wdscan" contour map.h5
cp out contours.csv
"$PYTHON" - <<'END'
# the stored contours are the printed ones
import csv, h5py, math
printed = {(float(r["level"]), float(r["mass_eV"])): (float(r["coupling"]), float(r["coupling_error"]))
           for r in csv.DictReader(open("contours.csv")) if r["state"] == "crossing"}
with h5py.File("map.h5") as f:
    stored = {(level, mass): (f["contour_coupling"][i, k], f["contour_coupling_error"][i, k])
              for i, level in enumerate(f["level"][()]) for k, mass in enumerate(f["mass"][()])
              if not math.isnan(f["contour_coupling"][i, k])}
assert printed and printed == stored, (printed, stored)
with h5py.File("map.h5") as f:
    names = f["contour_state"].attrs["flag_meanings"].split()
    state = {(level, mass): names[f["contour_state"][i, k]]
             for i, level in enumerate(f["level"][()]) for k, mass in enumerate(f["mass"][()])}
printed = {(float(r["level"]), float(r["mass_eV"])): r["state"] for r in csv.DictReader(open("contours.csv"))}
assert printed == state and len(set(state.values())) > 1, state
END

# --- Contours of parts: all parts are the excess; others are those of the arrays of the file
expect 0 "$wdscan" contour map.h5 --parts transverse,longitudinal,axial
cmp out contours.csv
expect 0 "$wdscan" contour map.h5 --parts transverse.resonant,offresonant --level 0.3
"$PYTHON" - <<'END'
import csv, sys
import h5py, numpy as np
with h5py.File("map.h5") as f:
    names = [name.decode() if isinstance(name, bytes) else name for name in f["polarization"][()]]
    part = f["excess_resonant"][:, :, names.index("transverse")].astype(float) + f["excess_offresonant"][()].sum(axis=2, dtype=float)
    error = f["excess_resonant_error"][:, :, names.index("transverse")].astype(float) + f["excess_offresonant_error"][()].sum(axis=2, dtype=float)
    coupling, mass = f["coupling"][()], f["mass"][()]
rows = list(csv.DictReader(open("out")))
assert len(rows) == len(mass)
found = 0
for row, values, errors in zip(rows, part, error):
    above = np.flatnonzero(values >= 0.3)
    if row["state"] != "crossing":
        assert len(above) == 0 or above[0] == 0, (row, values)
        continue
    found += 1
    k = above[0]
    g = float(row["coupling"])
    x1, x2 = coupling[k - 1] ** 2, coupling[k] ** 2
    h = np.interp(g * g, [x1, x2], [values[k - 1] / x1, values[k] / x2])
    assert abs(g * g * h / 0.3 - 1) < 1e-9, (row, g * g * h)
    assert 0 < float(row["coupling_error"]) < g
assert found > 1, rows
END
expect 2 "$wdscan" contour map.h5 --parts transverse.flat
said '"transverse.flat" is unknown'
expect 2 "$wdscan" contour small.yaml --refine --parts transverse
said "--parts is for result files"

# --- Other diagnostics: the form, the results, their bits when other ranks go on with what is left; no mixing, no more than 100 bytes a point
sed 's/points: 8/points: 121/; s/shells: 8/shells: 32/' small.yaml >wide.yaml
for kind in mass none shell; do
  expect 0 "$mpirun" -np 2 "$wdscan" run wide.yaml -o $kind.h5 --set output.diagnostics=$kind
  [ "$("$PYTHON" "$here/check_result_file.py" $kind.h5)" = "726 of 726" ] || fail "$kind: not the promised form"
  expect 0 "$wdscan" diff mass.h5 $kind.h5 --json
  "$PYTHON" - $kind <<'END'
import json, shutil, sys, h5py
kind, = sys.argv[1:]
assert all(q["other_bits"] == 0 for q in json.load(open("out"))["quantities"].values())
with h5py.File(kind + ".h5") as f:
    size = {}
    f.visititems(lambda name, item: size.update({name: item.nbytes}) if isinstance(item, h5py.Dataset) and item.ndim > 1 else None)
    each = sum(n for name, n in size.items() if not name.startswith("contour")) / f["excess"].size
    assert each < 735 if kind == "shell" else each < 100, each
shutil.copy(kind + ".h5", "rest.h5")
with h5py.File("rest.h5", "r+") as f:
    f["status"][1, 100], f["status"][3:] = 0, 0
    if kind == "mass":
        f["diagnostics/evaluations"][2, 31] += 1  # which the row of the smallest coupling guards
END
  expect 0 "$mpirun" -np 3 "$wdscan" run wide.yaml -o rest.h5 --set output.diagnostics=$kind
  [ $kind != mass ] || grep -q '1 rows are damaged' err || { cat err; fail "damage in the diagnostics of a mass is not noticed"; }
  same_bits $kind.h5 rest.h5
done
expect 2 "$wdscan" run wide.yaml -o none.h5
said "output.diagnostics: none -> mass"

# --- No room: a limit on the size of files, which MPI's own files keep, in place of a full disk
cp map.h5 old.h5
for target in new old; do
  code=0
  (ulimit -f 20000 && exec "$wdscan" run small.yaml -o $target.h5 --fresh --set grid.shells=10000 \
    --set grid.mass.points=200) >out 2>err || code=$?
  [ $code = 3 ] || { cat out err; fail "exit code $code with no room for the file"; }
  grep -q "$target.h5: cannot reserve .* File too large" err || { cat err; fail "the message does not name file and cause"; }
done
[ ! -e new.h5 ] || fail "something half-written has the final name"
cmp map.h5 old.h5
! ls | grep -q tmp || fail "a temporary file is left: $(ls)"

# --- Wrong files
expect 3 "$wdscan" status nowhere.h5
grep -q "nowhere.h5: .*No such file" err
expect 3 "$wdscan" contour small.yaml
grep -q "small.yaml: not a result file" err
head -c 20000 map.h5 >short.h5
expect 3 "$wdscan" status short.h5
expect 3 "$wdscan" run small.yaml -o short.h5
[ "$(stat -c %s short.h5)" = 20000 ] || fail "a damaged file was touched"
