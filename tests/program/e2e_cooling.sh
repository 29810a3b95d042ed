#!/bin/bash
# observable: cooling. A scan of f_s has the same bits on any number of ranks and however it was interrupted; its file, its
# contours and single points; windows and stars that are refused.
set -eu
. "$(dirname "$0")/../functions.sh"

cat >cool.yaml <<'END'
observable: cooling
star: {mass: 0.55}
physics: {continuum: off}
grid:
  mass:     {min: 1.0e3, max: 3.0e3, points: 2}
  coupling: {min: 1.0e-14, max: 1.0e-12, points: 3}
  shells: 8
integrator: {relative_error: 0.05}
END

# --- Alone, on three ranks, stopped before the first point
expect 0 "$wdscan" run cool.yaml -o shared.h5
expect 0 "$mpirun" -np 3 "$wdscan" run cool.yaml -o three.h5
same_bits shared.h5 three.h5
expect 75 "$wdscan" run cool.yaml -o stopped.h5 --max-time 00:00:00
[ "$(points stopped.h5)" = 0 ] || fail "points in a scan that was not begun"
expect 0 "$mpirun" -np 2 "$wdscan" run cool.yaml -o stopped.h5
same_bits shared.h5 stopped.h5

# --- Killed in the midst, with samples of their own for all points
expect 0 "$wdscan" run cool.yaml -o separate.h5 --set integrator.sampling=separate
brake 1
"$mpirun" -np 2 "$slow" run cool.yaml -o killed.h5 --set integrator.sampling=separate >out 2>err &
launcher=$!
await killed.h5 1
kill -KILL $(ranks)
reap 15
done=$(points killed.h5)
[ "$done" -ge 1 ] && [ "$done" -lt 6 ] || fail "$done points of 6 in a scan that was killed"
expect 0 "$wdscan" run cool.yaml -o killed.h5 --set integrator.sampling=separate
same_bits separate.h5 killed.h5

# --- The file has the promised form; f_s rises with the coupling, there is no excess in it, and nothing that is not known is a number
[ "$("$PYTHON" "$here/check_result_file.py" shared.h5)" = "6 of 6" ] || fail "points are missing"
"$PYTHON" - <<'END'
import h5py, numpy as np
with h5py.File("shared.h5") as f:
    f_s, error = f["f_s"][()], f["f_s_error"][()]
    assert "excess" not in f and "excess_error" not in f, list(f)
    assert f_s.shape == error.shape == (2, 3) and (f["status"][()] == np.where(f_s < 31, 1, 4)).all()
    assert (f_s > 1).all() and (np.diff(f_s, axis=1) > 0).all() and f_s[1, 0] < 1.01 and f_s[1, 2] > 1.7, f_s
    most = np.where(f_s < 10, 0.1, 0.5)  # stars that react strongly multiply the errors of their tables
    assert (error > 0).all() and (error <= most * (f_s - 1) + 1e-9).all(), error
    assert list(f["level"][()]) == [1.01, 1.1, 1.3, 1.5, 1.7], f["level"][()]
    assert (f["luminosity_sm"][()][:2] > 0).all()
    assert np.isnan(f["excess_resonant"][()]).all()
with h5py.File("separate.h5") as f:
    other = f["f_s"][()]
few = f_s < 10  # beyond, f_s says little more than that it is large
assert few.sum() == 5 and np.allclose(other[few] - 1, f_s[few] - 1, rtol=0.2), (other, f_s)
assert (other != f_s).any(), "own samples are the shared ones"
END

# --- Contours, of the levels of f_s by default
expect 0 "$wdscan" contour shared.h5
"$PYTHON" - <<'END'
import csv
rows = list(csv.DictReader(open("out")))
assert [float(r["level"]) for r in rows] == [x for level in (1.01, 1.1, 1.3, 1.5, 1.7) for x in (level, level)], rows
low = [float(r["coupling"]) for r in rows if float(r["mass_eV"]) == 3e3 and r["state"] == "crossing"]
assert len(low) == 5 and low == sorted(low), rows
END
expect 2 "$wdscan" contour shared.h5 --parts offresonant
said "--parts: shared.h5 has f_s, which has no parts"

# --- Single points: as in the scan, within their errors; the larger the coupling, the shorter the time
for coupling in 1e-14 1e-13 3e-13; do
  expect 0 "$wdscan" point cool.yaml --mass 3e3 --coupling $coupling --json
  mv out $coupling.json
done
"$PYTHON" - <<'END'
import json, h5py
points = [json.load(open(f"{g}.json")) for g in ("1e-14", "1e-13", "3e-13")]
for p, g in zip(points, (1e-14, 1e-13, 3e-13)):
    assert p["mass_eV"] == 3e3 and p["coupling"] == g and p["status"] == "done", p
    assert 0 < p["time_ratio"] < 1 < p["f_s"] and 0 < p["f_s_error"] < 0.1 * (p["f_s"] - 1), p
assert points[0]["f_s"] < points[1]["f_s"] < points[2]["f_s"], points
assert points[0]["time_ratio"] > points[1]["time_ratio"] > points[2]["time_ratio"], points
with h5py.File("shared.h5") as f:
    f_s, error = f["f_s"][1, 0], f["f_s_error"][1, 0]
assert abs(points[0]["f_s"] - f_s) < 4 * (points[0]["f_s_error"] + error), (points[0], f_s, error)
END
expect 0 "$wdscan" point cool.yaml --mass 3e3 --coupling 1e-13 --set likelihood.f_s.error=0.28
grep -q "^f_s  *1\.[0-9]* +- " out || fail "no f_s in the text of a point"
grep -q "^-2 Delta ln L  *[0-9.]* +- [0-9.]*$" out || fail "no likelihood in the text of a point"

# --- Where A' take more than the star is given to them, f_s is a lower limit, and called so
expect 0 "$wdscan" point cool.yaml --mass 3e3 --coupling 1e-11
grep -q "^f_s  *at least [0-9]" out || fail "a lower limit without a word: $(cat out)"
expect 0 "$wdscan" run cool.yaml -o limit.h5 --set grid.mass.points=1 --set grid.coupling='{min: 1.0e-11, max: 2.0e-11, points: 1}'
[ "$("$PYTHON" "$here/check_result_file.py" limit.h5)" = "1 of 1" ] || fail "a lower limit is no point"
expect 0 "$wdscan" status limit.h5 --json
grep -q '"lower_limit": 1' out || fail "a lower limit without its status"

expect 0 "$wdscan" point cool.yaml --mass 3e3 --coupling 1e-13 --json \
  --set integrator.relative_error=1e-5 --set integrator.max_evaluations=20000
grep -q '"status": "target_missed"' out || fail "not said that the target error was missed"
said "the target error was not reached"

# --- Windows that are none
# refused TEXT ASSIGNMENT...: by run and point, with the exit code 2
refused() {
  local text=$1 assignment set=()
  shift
  for assignment in "$@"; do set+=(--set "$assignment"); done
  expect 2 "$wdscan" point cool.yaml --mass 3e3 --coupling 1e-13 "${set[@]}"
  said "$text"
  expect 2 "$wdscan" run cool.yaml -o x.h5 "${set[@]}"
  said "$text"
  [ ! -e x.h5 ] || fail "a scan without a window: $*"
}
refused "cooling.window.to: 20000, but the window begins at 20000" cooling.window.from=20000
refused "cooling.window.to: 60000, but the window begins at 50000" cooling.window.from=50000 cooling.window.to=60000
refused "cooling.window.to: 0, but" cooling.window.to=0
refused "cooling.window.to: 5, but the window begins at 8" cooling.window.{quantity=magnitude,from=8,to=5}
refused "cooling.window: the star never is what \`from\` says" cooling.window.from=900000
refused "cooling.window: the star is not at the end of the window before its core freezes" cooling.window.to=3000
cp "$here/data/profile.data" .
refused "star.profile: the star of a file does not cool" star.profile=profile.data

# --- Where the star of the Standard Model passes and the one with this A' does not, the point fails, not the configuration
expect 1 "$wdscan" point cool.yaml --mass 1e3 --coupling 5e-12 --set cooling.window.from=77500
said "the point failed: the star with this A' never is what cooling.window.from says"
expect 1 "$wdscan" run cool.yaml -o fast.h5 --set cooling.window.from=77500 \
  --set grid.mass.points=1 --set grid.coupling='{min: 5.0e-12, max: 1.0e-11, points: 1}'
expect 0 "$wdscan" status fast.h5
grep -q "coupling 5e-12: cooling_not_followed" out || fail "a failed point without its reason: $(cat out)"

# --- The same window by another quantity, L = 10^((4.74 - M)/2.5) L_sun
expect 0 "$wdscan" point cool.yaml --mass 3e3 --coupling 1e-13 --json --set cooling.window.quantity=magnitude --set cooling.window.from=5 --set cooling.window.to=9
mv out magnitude.json
expect 0 "$wdscan" point cool.yaml --mass 3e3 --coupling 1e-13 --json \
  --set cooling.window.quantity=luminosity --set cooling.window.from=0.7870457896950988 --set cooling.window.to=0.01976969640
"$PYTHON" - <<'END'
import json
a, b = json.load(open("magnitude.json")), json.load(open("out"))
assert abs(a["f_s"] - b["f_s"]) < 1e-5 and abs(a["time_ratio"] - b["time_ratio"]) < 1e-6, (a, b)
END

# --- What is observed: the likelihood has the same bits on any number of ranks and after an interruption, f_s is as before; a path
# counts from the configuration's folder
mkdir below
cp cool.yaml below/data.yaml
cat >>below/data.yaml <<'END'
likelihood:
  f_s: {value: 1.15, error: 0.28}
  luminosity_function: counts.dat
  pulsator: {effective_temperature: 22600, period: 489.33, period_change: 2.0e-13, error: 0.9e-13}
  red_giant: {error: 0.15}
END
cat >below/counts.dat <<'END'
# made up
M_bol_low  M_bol_high  count
6.0        6.5         10
6.5        7.5         40
8.0        8.5         58
END
expect 0 "$wdscan" run below/data.yaml -o data.h5
expect 75 "$wdscan" run below/data.yaml -o again.h5 --max-time 00:00:00
expect 0 "$mpirun" -np 3 "$wdscan" run below/data.yaml -o again.h5
same_bits data.h5 again.h5
[ "$("$PYTHON" "$here/check_result_file.py" data.h5)" = "6 of 6" ] || fail "points are missing"
cp data.h5 other.h5
"$PYTHON" -c 'import h5py; h5py.File("other.h5", "r+")["likelihood_data"][()] = "M_bol 6.5 to 7.5: 41\n"'
expect 0 "$wdscan" diff data.h5 other.h5
grep -q "^  likelihood.luminosity_function: other data" out || fail "other data are no difference: $(cat out)"
expect 0 "$wdscan" point below/data.yaml --mass 3e3 --coupling 1e-13 --json
mv out point.json
"$PYTHON" - <<'END'
import json, h5py, numpy as np
with h5py.File("shared.h5") as f:
    before = f["f_s"][()]
    assert "minus_two_delta_lnl" not in f and "likelihood_data" not in f, list(f)
with h5py.File("data.h5") as f:
    assert (f["f_s"][()] == before).all(), (f["f_s"][()], before)
    value, error = f["minus_two_delta_lnl"][()], f["minus_two_delta_lnl_error"][()]
    assert value.shape == error.shape == (2, 3) and (error > 0).all(), error
    assert f["likelihood_data"].asstr()[()].split("\n")[1] == "M_bol 6.5 to 7.5: 40", f["likelihood_data"][()]
    assert (np.abs(value[:, 0]) < 0.1).all() and (value[:, 2] > 3.84).all(), value
p = json.load(open("point.json"))
parts = p["contributions"]
assert sorted(parts) == ["f_s", "luminosity_function", "pulsator", "red_giant"], p
assert abs(p["minus_two_delta_lnl"] - sum(parts.values())) < 1e-12 and p["minus_two_delta_lnl_error"] > 0, p
square = lambda value, data, error: ((value - data) / error) ** 2
for name, known in (("f_s", square(p["f_s"], 1.15, 0.28) - square(1, 1.15, 0.28)), ("red_giant", square(p["red_giant_loss"], 0, 0.15))):
    assert abs(parts[name] - known) < 1e-9, (name, known, p)
assert 5e-14 < p["pulsator_period_change"] < 2e-13 and parts["pulsator"] < 0, p
assert abs(p["minus_two_delta_lnl"] - value[1, 1]) < 5 * (p["minus_two_delta_lnl_error"] + error[1, 1]), (p, value, error)
END

# --- Its contours, and files that have none
expect 0 "$wdscan" contour data.h5 --quantity likelihood
"$PYTHON" - <<'END'
import csv
rows = list(csv.DictReader(open("out")))
assert [float(r["level"]) for r in rows] == [2.71, 2.71, 3.84, 3.84] and {r["state"] for r in rows} == {"crossing"}, rows
low, high = ([float(r["coupling"]) for r in rows if float(r["level"]) == level] for level in (2.71, 3.84))
assert all(1e-14 < a < b < 1e-12 for a, b in zip(low, high)), rows
END
expect 0 "$wdscan" contour data.h5 --level 1.1
mv out by_default
expect 0 "$wdscan" contour data.h5 --level 1.1 --quantity f_s
cmp out by_default
expect 2 "$wdscan" contour shared.h5 --quantity likelihood
said "--quantity likelihood: shared.h5 has none; expected a scan with data in \`likelihood\`"
expect 0 "$wdscan" run cool.yaml -o excess.h5 --set observable=excess --set grid.mass.points=1 --set grid.coupling.points=1
expect 2 "$wdscan" contour excess.h5 --quantity f_s
said "--quantity: excess.h5 has the excess; expected a scan with \`observable: cooling\`"
expect 2 "$wdscan" contour data.h5 --quantity excess
said "--quantity \"excess\": expected one of f_s, likelihood"
expect 2 "$wdscan" contour below/data.yaml --refine --quantity f_s
said "--quantity is for result files"
expect 2 "$wdscan" contour data.h5 --quantity likelihood --format hepdata --level 3.84
said "--format hepdata is for the excess and f_s"

# --- The data of a scan stay the same, whatever their file is called
cp below/counts.dat below/other.dat
expect 0 "$wdscan" run below/data.yaml -o data.h5 --set likelihood.luminosity_function=below/other.dat
said "nothing is left to do"
sed 's/58/59/' below/counts.dat >below/other.dat
expect 2 "$wdscan" run below/data.yaml -o data.h5 --set likelihood.luminosity_function=below/other.dat
said "data.h5 holds a scan with other data: likelihood.luminosity_function: below/other.dat has changed since"

# --- Data that are none
expect 3 "$wdscan" point below/data.yaml --mass 3e3 --coupling 1e-13 --set likelihood.luminosity_function=counts.dat
said "likelihood.luminosity_function: counts.dat: No such file"
expect 3 "$wdscan" check below/data.yaml --set likelihood.luminosity_function=counts.dat
said "likelihood.luminosity_function: counts.dat: No such file"
sed 's/58/x/' below/counts.dat >bad.dat
refused "bad.dat:5: count: \"x\" is not a finite number" likelihood.luminosity_function=bad.dat
sed 's/8.5/17/' below/counts.dat >bad.dat
refused "bad.dat:5: M_bol_high: 17, but the star's core freezes before it is so faint" likelihood.luminosity_function=bad.dat
refused "likelihood.pulsator.effective_temperature: the star has 22600 K at an age of" cooling.earliest=1e8 \
  likelihood.pulsator='{effective_temperature: 22600, period: 500, error: 1e-13}'

# --- Its picture
root=$(dirname "$here")
if python=$("$root/scripts/find_python.sh" h5py numpy matplotlib); then
  "$python" "$root/scripts/plot_bound.py" shared.h5 -o bound.png --data bound.npz 2>log || { cat log >&2; fail "no picture of f_s"; }
  "$python" - <<'END'
import numpy as np
line = np.load("bound.npz")["shared.h5 1.7"]
assert ((line[:, 1] > 1e-13) & (line[:, 1] < 1e-12)).all() and len(line) == 2, line
END
  if "$python" "$root/scripts/plot_contours.py" shared.h5 2>log; then fail "a picture of an excess that is not there"; fi
  grep -q 'plot_bound.py draws it' log || fail "the message does not name plot_bound.py: $(cat log)"
fi
