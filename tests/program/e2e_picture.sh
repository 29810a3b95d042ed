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

# With a Python that has no packages each script goes on with one that has them, or says what is missing.
for script in "$root"/scripts/plot_*.py; do
  PYTHON=$python "$python" -S "$script" --help >out 2>err || grep -q "expected a Python with these: scripts/setup.sh plot" err ||
    { cat err >&2; fail "${script##*/} without packages"; }
done

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

# No output replaces an input, another result, or what is no file.
cp results/small.h5 input.h5
cp results/small.h5 other_result.h5
mkfifo pipe
for output in input.h5 other_result.h5 pipe; do
  if "$python" "$root/scripts/plot_fig4.py" input.h5 -o $output 2>message; then fail "wrote over $output"; fi
  grep -qE "input.h5: .*$output is (an input|an HDF5 file|no ordinary file)" message || fail "of $output: $(cat message)"
done
if "$python" "$root/scripts/plot_fig4.py" input.h5 -o a.png --data input.h5 2>message; then fail "data over the input"; fi
cmp input.h5 results/small.h5 && cmp other_result.h5 results/small.h5 || fail "an input was changed"

# Files that do not belong together are refused by name of what differs.
"$WDSCAN" run small.yaml -o e-mu.h5 --quiet --set physics.model=e-mu
for plot in plot_stars plot_editions plot_mixing; do
  if "$python" "$root/scripts/$plot.py" input.h5 e-mu.h5 2>message; then fail "$plot drew two models"; fi
  grep -q "do not belong together: physics.model is mu-tau in input.h5, e-mu in e-mu.h5" message || fail "$plot: $(cat message)"
done
if "$python" "$root/scripts/plot_mixing.py" e-mu.h5 2>message; then fail "bounds of dark photons on e-mu"; fi
grep -q "e-mu.h5: physics.model is e-mu, neither mu-tau nor dark-photon" message || fail "$(cat message)"

# Dark photons have the bounds as they are published, and the same lines in terms of their coupling.
"$WDSCAN" run small.yaml -o dark.h5 --quiet --set physics.model=dark-photon
"$python" "$root/scripts/plot_fig4.py" dark.h5 -o dark.png --data dark.npz
"$python" "$root/scripts/plot_mixing.py" dark.h5 -o dark-mixing.png --data dark-mixing.npz
"$python" - "$root/scripts" <<'PY'
import sys
import h5py, numpy
sys.path.insert(0, sys.argv[1])
import wdplot
from limits import recompute
drawn, columns = numpy.load("dark.npz"), recompute.read("red_giant_dark_photon")[1]
assert numpy.allclose(drawn["limit red_giant_dark_photon"], numpy.column_stack([1e6 * columns["mass_MeV"], columns["mixing"]]))
with h5py.File("dark.h5") as file:
    level = list(file["level"][()]).index(0.3)
    assert numpy.array_equal(numpy.load("dark-mixing.npz")["contour 0 0.3"][:, 1], file["contour_coupling"][level], equal_nan=True)
    assert file["coupling"].attrs["description"] == "kinetic mixing epsilon with the photon"
text = "{charges: {e: 1, mu: -1, tau: 0, B: 0}, mixing: loop}"
own = {"config": {"physics.model": text}}
assert wdplot.model_text(own) == "U(1) with charges: e: 1, mu: -1, tau: 0, B: 0, mixing: loop", wdplot.model_text(own)
assert wdplot.coupling_label(own) == "coupling  $g$"
PY

# What is at the edges, across a gap, and in a file that is not finished; limits of mu-tau are for mu-tau.
"$WDSCAN" run small.yaml -o edges.h5 --quiet --set grid.coupling.min=1e-10 --set grid.coupling.max=1e-6
"$python" "$root/scripts/plot_fig4.py" edges.h5 -o edges.png --data edges.npz
"$python" "$root/scripts/plot_fig4.py" partial.h5 -o partial.png --data partial.npz
"$python" "$root/scripts/plot_fig5.py" e-mu.h5 -o e-mu.png --data e-mu.npz
"$python" - "$root/scripts" <<'PY'
import sys
import h5py, numpy
sys.path.insert(0, sys.argv[1])
import wdplot
drawn = numpy.load("edges.npz")
with h5py.File("edges.h5") as file:
    level = int(numpy.flatnonzero(numpy.isclose(file["level"][()], 0.3))[0])
    state, mass = file["contour_state"][level], file["mass"][()]
assert (state == 2).any() and (state == 3).any(), state
assert (drawn["contour 0.3 above"] == [[m, 1e-10] for m in mass[state == 2]]).all()
assert (drawn["contour 0.3 below"] == [[m, 1e-6] for m in mass[state == 3]]).all()
line = numpy.load("partial.npz")["contour 0.3"]
with h5py.File("results/small.h5") as file:
    whole = file["contour_coupling"][level]
known = line[numpy.isfinite(line[:, 1])]
assert len(known) == 1 and known[0, 1] == whole[3], (line, whole)
x, y = wdplot.joined(numpy.array([1.0, 2, 3, 4]), numpy.array([1e-8, 2e-8, 3e-7, 4e-7]))
assert list(x) == [1, 2, 3, 3, 4] and numpy.isnan(y).tolist() == [False, False, True, False, False]
names = list(numpy.load("e-mu.npz"))
assert "contour 0.3" in names and not [name for name in names if "limit" in name or name == "gminus2"], names
PY
