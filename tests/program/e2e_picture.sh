#!/bin/bash
# scripts/run_scan.sh and scripts/plot_fig4.py: a small scan to its pictures, twice, and unfinished files.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
python=$("$root/scripts/find_python.sh" h5py numpy matplotlib) || { echo "no matplotlib"; exit 77; }
. "$root/tests/functions.sh"

is_picture() { [ "$(head -c 4 "$1" | tr -d '\0\211')" = "$2" ] && [ "$(stat -c %s "$1")" -gt 5000 ]; }

cat >small.yaml <<'YAML'
grid:
  mass: {min: 1e3, max: 1e6, points: 4}
  coupling: {min: 1e-14, max: 1e-3, points: 12}
  shells: 4
integrator: {relative_error: 0.05}
YAML
"$root/scripts/run_scan.sh" "$WDSCAN" small.yaml
is_picture results/small.png PNG || fail "results/small.png is no picture"
is_picture results/small.pdf %PDF || fail "results/small.pdf is no picture"
before=$(sha256sum <results/small.h5)
"$root/scripts/run_scan.sh" "$WDSCAN" small.yaml
[ "$(sha256sum <results/small.h5)" = "$before" ] || fail "a second run changed the result"

# Pending and failed points, and a file without any result.
"$python" - <<'PY'
import h5py, numpy, shutil
for name, states in ("partial", {0: slice(0, 2), 2: slice(2, 3)}), ("empty", {0: slice(None)}):
    shutil.copy("results/small.h5", name + ".h5")
    with h5py.File(name + ".h5", "r+") as file:
        for state, where in states.items():
            file["status"][where] = state
            for dataset in "excess", "excess_resonant", "excess_offresonant":
                file[dataset][where] = numpy.nan
        file["contour_coupling"][...] = numpy.nan
PY
for name in partial empty; do
  "$python" -W error::RuntimeWarning "$root/scripts/plot_fig4.py" $name.h5
  is_picture $name.png PNG || fail "$name.png is no picture"
done
cmp -s partial.png empty.png && fail "pending points look like finished ones"

echo "no result" >other.h5
if "$python" "$root/scripts/plot_fig4.py" other.h5 2>message; then fail "plotted a text file"; fi
grep -q 'other.h5' message || fail "the message does not name the file"
if "$python" "$root/scripts/plot_fig4.py" results/small.h5 -o no/such/folder.png; then fail "wrote nowhere"; fi
