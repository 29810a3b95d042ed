#!/bin/bash
# cooling.track: what cool prints of a published sequence, a scan along one on any number of ranks, and files that are refused or have changed.
set -eu
. "$(dirname "$0")/../functions.sh"
mkdir below
cp "$here/data/track.txt" below/
cat >below/track.yaml <<'END'
observable: cooling
star: {mass: 0.55}
cooling: {track: track.txt, window: {from: 45000, to: 16000}}
physics: {continuum: off}
grid:
  mass:     {min: 3.0e3, max: 1.0e4, points: 2}
  coupling: {min: 1.0e-14, max: 1.0e-12, points: 3}
  shells: 4
integrator: {relative_error: 0.05}
END

# --- Printed as it is in the file; what that does not have is null
expect 0 "$WDSCAN" cool below/track.yaml --json
"$PYTHON" - <<'END'
import json
with open("below/track.txt") as file:
    lines = file.read().splitlines()
names = lines[2].lstrip("# ").split()
rows = [[float(x) for x in line.split()] for line in lines[3:]]
data = json.load(open("out"))
assert data["mass_msun"] == 0.55 and data["energy_imbalance"] is None
for i, name in enumerate(names):
    assert all(abs(x / row[i] - 1) < 1e-12 for x, row in zip(data["sequence"][name], rows, strict=True)), name
assert data["sequence"]["log_maximum_temperature"] == data["sequence"]["luminosity_plasmon_lsun"] == [None] * len(rows)
assert data["sequence"]["luminosity_boson_lsun"] == [0] * len(rows)
END
mv out without.json
expect 0 "$WDSCAN" cool below/track.yaml
grep -q "^energy imbalance not known (along below/track.txt)" out || fail "not said that energy is not known"
grep -q "^ *2.03518e+06 *7.8202 *- *48246.0 " out || fail "no first epoch: $(cat out)"
expect 0 "$WDSCAN" cool below/track.yaml --json --mass 1e4 --coupling 5e-14
"$PYTHON" - <<'END'
import json
old, new = json.load(open("without.json"))["sequence"], json.load(open("out"))["sequence"]
assert all(x > 0 for x in new["luminosity_boson_lsun"]) and new["age_yr"][0] == old["age_yr"][0]
assert all(a < b for a, b in zip(new["age_yr"][1:], old["age_yr"][1:]))
assert new["effective_temperature_K"] == old["effective_temperature_K"]
END

# --- A scan along it, and a point of it
expect 0 "$WDSCAN" run below/track.yaml -o one.h5
expect 0 "$mpirun" -np 2 "$WDSCAN" run below/track.yaml -o two.h5
same_bits one.h5 two.h5
expect 0 "$WDSCAN" diff one.h5 two.h5
grep -q "keys that differ (one.h5 -> two.h5): none" out || fail "keys differ: $(cat out)"
cp one.h5 epochs.h5
"$PYTHON" -c 'import h5py; h5py.File("epochs.h5", "r+").attrs.modify("track_checksum", "0123456789abcdef")'
expect 0 "$WDSCAN" diff one.h5 epochs.h5
grep -q "^  cooling.track: other epochs" out || fail "another sequence is no difference: $(cat out)"
[ "$("$PYTHON" "$here/check_result_file.py" one.h5)" = "6 of 6" ] || fail "points are missing"
expect 0 "$WDSCAN" point below/track.yaml --json --mass 1e4 --coupling 1e-13
"$PYTHON" - <<'END'
import json, h5py
p = json.load(open("out"))
with h5py.File("one.h5") as f:
    f_s, error = f["f_s"][()], f["f_s_error"][()]
assert (f_s[:, 1:] > f_s[:, :-1]).all() and f_s[0, 0] > 1 and (error > 0).all() and (error < 0.1 * (f_s - 1)).all(), f_s
assert abs(p["f_s"] - f_s[1, 1]) < 4 * (p["f_s_error"] + error[1, 1]) and 0 < p["time_ratio"] < 1, (p, f_s)
END

# --- It goes on under another name of the file, but not with other epochs
cp below/track.txt other.txt
expect 0 "$WDSCAN" run below/track.yaml -o one.h5 --set cooling.track=other.txt
said "cooling.track:"
sed -i 's/7.677767/7.677768/' other.txt
expect 2 "$WDSCAN" run below/track.yaml -o one.h5 --set cooling.track=other.txt
said "one.h5 holds a scan along another sequence: cooling.track: other.txt has changed since"
expect 2 "$WDSCAN" run below/track.yaml -o one.h5 --set 'cooling.track=""'
said 'cooling.track: "below/track.txt" -> ""'

# --- Parts of the file keep its epochs, and go together with those of the same only
for i in 0 1; do expect 0 "$WDSCAN" slice one.h5 mass_index=$i -o part$i.h5; done
expect 0 "$WDSCAN" merge part0.h5 part1.h5 -o both.h5
expect 0 "$WDSCAN" diff one.h5 both.h5
expect 0 "$WDSCAN" run below/track.yaml -o both.h5
said "nothing is left to do"
expect 0 "$WDSCAN" run below/track.yaml -o other.h5 --set cooling.track=other.txt --set grid.mass='{min: 1.0e4, points: 1}'
expect 2 "$WDSCAN" merge part0.h5 other.h5 -o x.h5
said "part0.h5 and other.h5 follow different cooling sequences"
expect 0 "$WDSCAN" contour both.h5 --level 1.7 --format axionlimits
grep -q '^# cooling.track: "below/track.txt"' out || fail "a limit that does not say which sequence it follows: $(cat out)"

# --- Ranks that see different files
mkdir a b
cp below/track.txt a/it.txt
cp other.txt b/it.txt
cat >each.sh <<'END'
case ${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}} in 0) cd a ;; *) cd b ;; esac
exec "$@"
END
expect 2 "$mpirun" -np 2 bash each.sh "$WDSCAN" run ../below/track.yaml --set cooling.track=it.txt -o "$PWD/x.h5"
said "another cooling.track than rank 0"
[ ! -e x.h5 ] || fail "a scan of ranks that disagree"

# --- What is wrong with a file
# refused CODE TEXT ASSIGNMENT: by cool, point and run
refused() {
  expect "$1" "$WDSCAN" cool below/track.yaml --set "$3"
  said "$2"
  expect "$1" "$WDSCAN" point below/track.yaml --mass 1e4 --coupling 1e-13 --set "$3"
  said "$2"
  expect "$1" "$WDSCAN" run below/track.yaml -o x.h5 --set "$3"
  said "$2"
  [ ! -e x.h5 ] || fail "a scan along nothing: $3"
}
refused 3 "cooling.track: nowhere.txt: No such file" cooling.track=nowhere.txt
refused 3 "cooling.track: /: Is a directory" cooling.track=/
refused 2 "track.yaml:9: the file ends here; expected rows of numbers" cooling.track=below/track.yaml
sed '5s/39373.38/3937.338/' below/track.txt >bad.txt
refused 2 "bad.txt:5: effective temperature and radius make a luminosity of" cooling.track=bad.txt
expect 3 "$WDSCAN" check below/track.yaml --set cooling.track=nowhere.txt
said "cooling.track: nowhere.txt: No such file"
