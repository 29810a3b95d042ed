#!/bin/bash
# Every plotting script on small scans: PNG and PDF come out, and what is drawn is what the files hold.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
python=$("$root/scripts/find_python.sh" h5py numpy matplotlib) || { echo "no matplotlib"; exit 77; }
. "$root/tests/functions.sh"
export PYTHONDONTWRITEBYTECODE=1

# scan NAME [KEY=VALUE]...
scan() {
  local name=$1 options=()
  shift
  for setting in "$@"; do options+=(--set "$setting"); done
  "$WDSCAN" run --quiet small.yaml -o "$name.h5" "${options[@]}"
}

# plot SCRIPT FILE... [OPTION]...: SCRIPT.png, SCRIPT.pdf and SCRIPT.npz
plot() {
  local name=$1
  shift
  "$python" -W error::RuntimeWarning "$root/scripts/plot_$name.py" "$@" -o "$name.png" -o "$name.pdf" --data "$name.npz" 2>"$name.message" ||
    fail "plot_$name.py: $(cat "$name.message")"
  [ "$(head -c 4 $name.png | tr -d '\0\211')" = PNG ] && [ "$(head -c 4 $name.pdf)" = %PDF ] || fail "$name: no pictures"
  [ "$(stat -c %s $name.png)" -gt 10000 ] || fail "$name.png is too small to be a picture"
}
# The same beside the next one; done: all are
drawing=()
draw() {
  plot "$@" &
  drawing+=($!)
  [ ${#drawing[@]} -lt 2 ] || done_drawing
}
done_drawing() {
  for process in "${drawing[@]}"; do wait "$process" || exit 1; done
  drawing=()
}

cat >small.yaml <<'YAML'
grid:
  mass: {min: 1e-3, max: 1e7, points: 11}
  coupling: {min: 1e-14, max: 1e-2, points: 25}
  shells: 4
integrator: {relative_error: 0.05}
output: {diagnostics: shell}
YAML
scan published physics.formulas=published physics.sin2_theta_w=0.2312
scan consistent
scan warm star.temperature=2e8 physics.formulas=published physics.sin2_theta_w=0.2312
scan heavy grid.mass.min=1e6 grid.mass.max=1e9 grid.mass.points=7 grid.coupling.min=1e-6 grid.coupling.max=1e-1
"$WDSCAN" point small.yaml --mass 3e4 --coupling 1e-13 --samples samples.csv --json >point.json
"$WDSCAN" contour published.h5 >contours.csv
for mass in 0.6 1; do "$WDSCAN" cool small.yaml --set star.mass=$mass --json >cool-$mass.json; done

printf 'axes.grid: True\nfont.size: 9\n' >own.mplstyle
draw fig3 published.h5 --style paper
draw fig4 published.h5
draw fig5 heavy.h5 --delta-a-mu 3e-9 --delta-a-mu-error 1e-9 --style paper --no-title
draw editions published.h5 consistent.h5 --style slides
draw stars published.h5 warm.h5 --style own.mplstyle --width 86mm
draw contours published.h5 --refined contours.csv --width 7in
draw diagnostics published.h5
draw mixing published.h5 consistent.h5
draw emission samples.csv published.h5 --mass 3e4
draw cooling cool-0.6.json cool-1.json --published
done_drawing

"$python" - "$root/scripts" <<'PY'
import json
import sys

import h5py
import numpy as np

sys.path.insert(0, sys.argv[1])
import wdplot
from limits import recompute


def same(name, got, x, y, relative=0.0):
    known = np.isfinite(y)  # lines have gaps
    got = got[np.isfinite(got[:, 1])]
    assert got.shape == (known.sum(), 2), f"{name}: {got.shape} instead of {known.sum()} points"
    for values, expected in (got[:, 0], x), (got[:, 1], y):
        expected = np.asarray(expected, float)[known]
        assert np.allclose(values, expected, rtol=relative, atol=0, equal_nan=True), f"{name}: not as in the file"


published, consistent, warm, heavy = (h5py.File(name + ".h5") for name in ("published", "consistent", "warm", "heavy"))
mass, coupling = published["mass"][...], published["coupling"][...]
thirty = int(np.flatnonzero(np.isclose(published["level"][...], 0.3))[0])
resonant, off = published["excess_resonant"][...], published["excess_offresonant"][...]
contour_of = lambda excess: wdplot.contour_of({"mass": mass, "coupling": coupling}, excess).coupling
names = [name.decode() if isinstance(name, bytes) else name for name in published["polarization"][...]]

for file in published, consistent, warm:  # lines of parts are found as the contours of the file are
    line = contour_of(file["excess"][...])
    assert np.allclose(line, file["contour_coupling"][thirty], rtol=1e-9, equal_nan=True), line

drawn = np.load("fig3.npz")
for name in "plasma_frequency", "electron_density":
    same(name, drawn[name], published["star/radius"][...], published["star/" + name][...])

drawn = np.load("fig4.npz")
expected = np.log10(np.maximum(published["excess"][...], 1e-5))
assert (drawn["log10_excess"] == expected.T).all(), "the map is not the file's"
for level, line in zip(published["level"][...], published["contour_coupling"][...]):
    same("fig4", drawn[f"contour {level:g}"], mass, line)
same("no resonance", drawn["30 % by virtual A′ alone"], mass,
     contour_of(off.sum(axis=2)))

# Fig. 5: contours of the file, at 30 % those of Eq. (21), limits as in their files, the band as configured.
drawn = np.load("fig5.npz")
for level, line in zip(heavy["level"][...], heavy["contour_coupling"][...]):
    same("fig5", drawn[f"contour {level:g}"], heavy["mass"][...], line)
line = drawn["contour 0.3"][-1]
assert abs(line[1] / (3.759e-5 * line[0] / 1e6) - 1) < 0.1, "the 30 % line is not that of heavy bosons"
for name in "borexino", "charm2_trident", "coherent_csi2017", "na64mu_approximate", "babar_4mu":
    columns = recompute.read(name)[1]
    vertices = {(round(float(x)), float(y)) for x, y in drawn["limit " + name]}
    for x, y in zip(1e6 * columns["mass_MeV"], columns["coupling"]):
        near = [v for v in vertices if v[0] == round(x)]
        assert not near or any(abs(v[1] / y - 1) < 1e-6 for v in near), f"{name} at {x} eV"
low, high = recompute.gminus2(1.0, 3e-9, 1e-9)[1:]
edge = drawn["gminus2"][np.isclose(drawn["gminus2"][:, 0], 1e6), 1]
assert np.isclose(edge, low).any() and np.isclose(edge, high).any(), "the band is not the one asked for"

drawn = np.load("editions.npz")
for file, title in (published, "published"), (consistent, "consistent"):
    prefix = f"formulas “{title}” "
    same(title, drawn[prefix + "all"], file["mass"][...], file["contour_coupling"][thirty])
    for name in names:
        part = file["excess_resonant"][:, :, names.index(name)]
        same(name, drawn[f"{prefix}{name} resonance"], mass, contour_of(part))
# Published: flat; consistent: 1/m, since the longitudinal resonance is.
slope = lambda file: np.diff(np.log(file["contour_coupling"][thirty][3:6])) / np.diff(np.log(mass[3:6]))
assert np.allclose(slope(published), 0, atol=0.03) and np.allclose(slope(consistent), -1, atol=0.03)

drawn = np.load("stars.npz")
for i, file in enumerate((published, warm)):
    same("stars", drawn[f"contour {i}"], mass, file["contour_coupling"][thirty])
same("ratio", drawn["ratio 1"], mass, warm["contour_coupling"][thirty] / published["contour_coupling"][thirty], 1e-9)

drawn = np.load("contours.npz")
for level, line, error in zip(published["level"][...], published["contour_coupling"][...],
                              published["contour_coupling_error"][...]):
    same("contours", drawn[f"contour {level:g}"], mass, line)
    same("error", drawn[f"error {level:g}"], mass, 100 * error / line)
    band = drawn[f"band {level:g}"][:, 1]
    for sign in -1, 1:
        assert np.isin((line + sign * 5 * error)[np.isfinite(line)], band).all(), f"the band of {level:g}"

drawn = np.load("diagnostics.npz")
evaluations = published["diagnostics/evaluations"][...]
assert np.allclose(10 ** drawn["log10_evaluations"], evaluations.sum(axis=2).T)
assert np.allclose(drawn["chi2"], np.nanmean(published["diagnostics/chi2_per_dof"][...], axis=2).T)
assert np.allclose(drawn["error"], 100 * (published["excess_error"][...] / abs(published["excess"][...])).T)
same("shells", drawn["shell_evaluations"], np.arange(1, 5), np.median(evaluations, axis=(0, 1)))

drawn = np.load("mixing.npz")
for i, file in enumerate((published, consistent)):
    same("mixing", drawn[f"contour {i} 0.3"], mass, abs(recompute.MIXING) * file["contour_coupling"][thirty], 1e-12)
assert abs(recompute.MIXING * 70 + 1) < 0.02  # Eq. (3)

# The samples add up to the result of the point, part by part, and resonant ones lie on the curve.
samples = np.genfromtxt("samples.csv", delimiter=",", names=True, dtype=None, encoding="utf-8")
with open("point.json") as file:
    point = json.load(file)
assert abs(samples["weight"][samples["part"] == "sm"].sum() - 1) < 1e-6
for name in names:
    for part in "resonant", "offresonant":
        total = samples["weight"][(samples["polarization"] == name) & (samples["part"] == part)].sum()
        assert np.isclose(total, point["parts"][name][part], rtol=1e-6, atol=0), f"{name} {part}: {total}"
on_curve = samples[samples["part"] == "resonant"]
assert len(on_curve) > 100
assert np.allclose(on_curve["omega_eV"] ** 2 - on_curve["k_eV"] ** 2, 3e4**2, rtol=1e-4)
drawn = np.load("emission.npz")
for branch, polarizations in ("transverse", ["transverse", "axial"]), ("longitudinal", ["longitudinal"]):
    own = on_curve[np.isin(on_curve["polarization"], polarizations)]
    assert (drawn["resonant " + branch] == np.array([own["r_km"], own["k_eV"]]).T).all()
    curve = drawn["curve " + branch]
    assert len(curve) > 20
    main = own[own["weight"] > 0.1 * own["weight"].max()]  # the curve, drawn through the nodes, passes there
    on_line = np.interp(main["k_eV"], curve[:, 1], curve[:, 0])
    assert np.allclose(on_line, main["r_km"], rtol=0.02), branch

drawn = np.load("cooling.npz")
for i, name in enumerate(("cool-0.6.json", "cool-1.json")):
    with open(name) as file:
        star = json.load(file)["sequence"]
    age = np.array(star["age_yr"]) / 1e6
    same("cooling", drawn[f"photons {i}"], age, np.array(star["luminosity_photon_lsun"]))
    same("cooling", drawn[f"neutrinos {i}"], age, np.array(star["luminosity_neutrino_lsun"]))
    same("cooling", drawn[f"maximum {i}"], age, 10 ** np.array(star["log_maximum_temperature"]))
    published = drawn[f"published photons {i}"]
    assert len(published) == 12
    nearest = np.interp(published[:, 0], age, star["luminosity_photon_lsun"])
    assert np.allclose(published[:, 1], nearest, rtol=0.35), published[:, 1] / nearest
PY

# Pictures at the size of a journal's column: exactly as wide, all inside, no text below 7 pt, nothing upon each other.
"$python" - <<'PY' || fail "not as wide as was asked for"
from matplotlib.image import imread

for name, inches in ("fig3", 3.375), ("fig5", 3.375), ("editions", 10.0), ("stars", 86 / 25.4), ("contours", 7.0):
    wide = imread(name + ".png").shape[1]
    assert abs(wide - 200 * inches) <= 1, f"{name}.png is {wide} pixels wide, expected {200 * inches}"
PY
"$python" "$root/tests/check_layout.py" "$root/scripts" <<'COMMANDS' || fail "not as a journal has it"
fig3 published.h5
fig4 consistent.h5 --paper published.h5
fig5 heavy.h5
editions published.h5 consistent.h5
stars published.h5 warm.h5
contours published.h5 --refined contours.csv
continuum consistent.h5
diagnostics published.h5
mixing published.h5 consistent.h5
emission samples.csv published.h5 --mass 3e4
cooling cool-0.6.json cool-1.json --published
COMMANDS
search=$PATH
refused() {
  local message=$1
  shift
  if PATH=$search "$python" "$root/scripts/plot_fig4.py" published.h5 -o refused.png "$@" 2>message; then fail "not refused: $*"; fi
  grep -qF -- "$message" message && [ ! -e refused.png ] || fail "not said: $message: $(cat message)"
}
refused '--style nosuch: no such file; expected paper, slides or a file .mplstyle' --style nosuch
refused "'3': expected a number with in, cm, mm or pt, as 3.375in" --width 3
refused "'300in': expected 1in to 40in" --width 300in
search=$PWD/no-latex
refused '--usetex: there is no latex and no dvipng and no kpsewhich; expected LaTeX' --usetex
# Without modules: a sentence, or another Python that has them.
mkdir bare
printf '#!/bin/sh\nexec "%s" -E -S "$@"\n' "$(command -v "$python")" >bare/python3
chmod +x bare/python3
got=0
PYTHON='' bare/python3 "$root/scripts/plot_fig4.py" published.h5 -o bare.png 2>message || got=$?
[ $got = 0 ] && [ -s bare.png ] || grep -qE '^plot_fig4.py: Python \(.*\) has no h5py.*; expected a Python with these' message || fail "$(cat message)"

# Mistakes are named and leave no success behind.
if "$python" "$root/scripts/plot_emission.py" contours.csv published.h5 --mass 3e4 2>message; then fail "samples of nothing"; fi
grep -q contours.csv message || fail "the message does not name the file"
if "$python" "$root/scripts/plot_cooling.py" point.json 2>message; then fail "cooling of a point"; fi
grep -q 'point.json: no sequence' message || fail "the message does not say what is wrong: $(cat message)"
if "$WDSCAN" point small.yaml --mass 3e4 --coupling 1e-13 --samples no/such/folder.csv >/dev/null 2>message; then
  fail "samples written nowhere"
fi
grep -q no/such/folder.csv message || fail "the message does not name the file of the samples"
