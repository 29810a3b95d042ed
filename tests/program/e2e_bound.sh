#!/bin/bash
# The pictures of bounds: lines, bands and ratios are those of the files, limits those of scripts/limits, and files that do not belong
# together are refused; luminosity functions; scripts/run_bound.sh runs what it says and goes on after a stop.
#
# Scans of f_s are made here from scans of the excess, as f_s = 1 + excess: that takes no time, and the lines are known.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
python=$("$root/scripts/find_python.sh" h5py numpy matplotlib) || { echo "no matplotlib"; exit 77; }
. "$root/tests/functions.sh"
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$root/scripts/python

cat >small.yaml <<'YAML'
observable: cooling
star: {mass: 0.55}
grid:
  mass: {min: 1, max: 1e8, points: 9}
  coupling: {min: 1e-14, max: 1e-2, points: 25}
  shells: 4
integrator: {relative_error: 0.05}
YAML
"$WDSCAN" run small.yaml -o excess.h5 --quiet --set observable=excess
"$WDSCAN" run small.yaml -o giants.h5 --quiet --set observable=excess --set star.mass=0.48 --set star.composition=He4
"$WDSCAN" run small.yaml -o e-mu-excess.h5 --quiet --set observable=excess --set physics.model=e-mu

# make_fs FILE CONFIG FACTOR EXCESS [KEY=VALUE]...: FILE with f_s = 1 + FACTOR times the excess of the file EXCESS
cat >make_fs.py <<'PY'
import shutil, sys
import h5py, wdscan
name, config, factor, source, *settings = sys.argv[1:]
keys = {key: float(value) if value[0].isdigit() else value for key, value in (setting.split("=", 1) for setting in settings)}
shutil.copy(source, name)
with h5py.File(name, "r+") as file:
    text = wdscan.Config(config, **keys).text
    for old, new in ("excess", "f_s"), ("excess_error", "f_s_error"):
        file[new] = float(factor) * file[old][()] + (new == "f_s")
        del file[old]
    del file["config"]
    file["config"] = text
PY
make_fs() { "$python" make_fs.py "$1" small.yaml "${@:2}"; }
make_fs first.h5 1 excess.h5
make_fs late.h5 2 excess.h5 cooling.window.from=30000 cooling.window.to=15000
make_fs heavy.h5 0.5 excess.h5 star.mass=0.6
make_fs thin.h5 1.2 excess.h5 star.envelope.hydrogen=1e-6

# --- What is drawn is what the files hold
draw() { "$python" -W error::RuntimeWarning "$root/scripts/plot_bound.py" "$@"; }
draw first.h5 late.h5 heavy.h5 thin.h5 --isothermal excess.h5 --red-giants giants.h5 -o b.png -o b.pdf --data b.npz 2>log || { cat log >&2; fail 'no picture'; }
[ "$(head -c 4 b.png | tr -d '\0\211')" = PNG ] && [ "$(stat -c %s b.png)" -gt 50000 ] && [ "$(head -c 4 b.pdf)" = %PDF ] || fail 'no pictures'
"$python" - "$root/scripts" <<'PY'
import sys
import numpy as np
sys.path.insert(0, sys.argv[1])
import plot_bound, wdplot
from limits import recompute

files = {name: plot_bound.read(name + ".h5") for name in ("first", "late", "heavy", "thin")}
drawn = np.load("b.npz")
mass = files["first"]["mass"]
line = lambda name, level=1.7: plot_bound.curve_of(files[name], level).coupling


def same(name, expected, relative=1e-12):
    got = drawn[name][np.isfinite(drawn[name][:, 1])]
    known = np.isfinite(expected)
    assert known.sum() >= 7 and np.array_equal(got[:, 0], mass[known]), (name, got, expected)
    assert np.allclose(got[:, 1], expected[known], rtol=relative, atol=0), (name, got, expected)


for name in "first", "late":  # a window is a line of its own
    for level in 1.7, 1.3:
        same(f"{name}.h5 {level:g}", line(name, level))
        same(f"mixing {name}.h5 {level:g}", abs(recompute.MIXING) * line(name, level))
        same(f"ratio {name}.h5 {level:g}", line(name, level) / line("first"))
assert not [name for name in drawn if "heavy.h5" in name or "thin.h5" in name], "a variation is drawn as a line"
same("isothermal", line("first"), 1e-6)  # f_s - 1 is the excess here, and in the file the 0.7 of that


def edges(name):
    """Lower and upper edge of a band, by mass."""
    x, y = drawn[name].T
    return {m: (y[x == m].min(), y[x == m].max()) for m in mass if (x == m).any()}


all_lines = np.array([line(name) for name in files])
assert (all_lines[2] > all_lines[0]).any() and (all_lines[1] < all_lines[3]).any()
for prefix, scale in ("", np.ones(9)), ("mixing ", np.full(9, abs(recompute.MIXING))), ("ratio ", 1 / all_lines[0]):
    band = edges(prefix + "band")
    assert len(band) >= 6, band
    for i, m in enumerate(mass):
        assert m not in band or np.allclose(band[m], scale[i] * np.array([all_lines[:, i].min(), all_lines[:, i].max()])), (m, band[m])
giants = [wdplot.contour(wdplot.read("giants.h5"), level).coupling for level in (0.17, 0.31)]
for i, m in enumerate(mass):
    if m in edges("red giants"):
        assert np.allclose(edges("red giants")[m], [giants[0][i], giants[1][i]]), m

# Twice the excess: of light bosons, g^2, and of heavy ones, nearly g^4; limits of dark photons in mixing, laboratory limits in g.
twice = dict(zip(mass, line("first") / line("late")))
assert abs(twice[100] / 2 ** (1 / 2) - 1) < 0.01 and abs(twice[1e7] / 2 ** (1 / 4) - 1) < 0.03, twice
_, columns = recompute.read("sun_luminosity_dark_photon")
x, y = drawn["limit sun_luminosity_dark_photon"].T  # of the last plane, that of the mixing
below = y < 0.99
expected = np.exp(np.interp(np.log(x[below] / 1e6), np.log(columns["mass_MeV"]), np.log(columns["mixing"])))
assert below.sum() > 100 and np.allclose(y[below], expected, rtol=1e-9)
x, y = drawn["limit borexino"].T
at = np.argmin(np.abs(np.log(x / 1e7)) + (y > 0.99))
assert abs(y[at] / (abs(recompute.MIXING) * 0.0004785 * x[at] / 1e7) - 1) < 0.02

# What the legend says: what a file changes, and how far it is from the first.
assert plot_bound.changes(files["first"], files["heavy"]) == {"star.mass": 0.6}
assert plot_bound.changes(files["first"], files["thin"]) == {"star.envelope.hydrogen": 1e-6}
curve = plot_bound.curve_of(files["first"], 1.7)
assert plot_bound.ratio_text([curve], curve) == "×1.00 | ×1.00", plot_bound.ratio_text([curve], curve)
double = plot_bound.curve_of(files["first"], 1.7)
double.coupling = curve.coupling * np.where(mass < 1e3, 2, 0.5)
assert plot_bound.ratio_text([double], curve) == "×0.50–2.00 | ×0.50", plot_bound.ratio_text([double], curve)
double.coupling, double.error = np.ones(9), np.where(mass == 1e5, 0.9, 0.02)  # 100 keV is hatched
assert plot_bound.error_text(double) == "MC ±2 %", plot_bound.error_text(double)
PY

# --- Another model: one plane, and no limits of mu-tau in it
make_fs e-mu.h5 1 e-mu-excess.h5 physics.model=e-mu
draw e-mu.h5 -o e-mu.png --data e-mu.npz
"$python" - <<'PY'
import numpy as np
names = list(np.load("e-mu.npz"))
assert "e-mu.h5 1.7" in names and not [name for name in names if "limit" in name or "mixing" in name], names
PY

# --- Files that do not belong together
refused() {
  local text=$1
  shift
  if draw "$@" -o x.png 2>message; then fail "drawn: $*"; fi
  grep -qF -- "$text" message || { cat message >&2; fail "not said: $text"; }
  [ ! -e x.png ] || fail "a picture of what was refused: $*"
}
cp first.h5 again.h5
make_fs few.h5 1 excess.h5 grid.mass.points=5
refused 'again.h5 has star, window and physics of first.h5; expected a variation of it' first.h5 again.h5
refused 'do not belong together: grid.mass.points is 9 in first.h5, 5 in few.h5' first.h5 few.h5
refused 'do not belong together: physics.model is mu-tau in first.h5, e-mu in e-mu-excess.h5' first.h5 --isothermal e-mu-excess.h5
refused 'no scan with `observable: cooling`' excess.h5
refused 'plot_bound.py draws it' first.h5 --red-giants late.h5

# --- Luminosity functions: a star with age = tau exp(M/2), and one in 0.8 of its times, stay 0.8 of its time in each magnitude
"$python" - <<'PY'
import json
import numpy as np
magnitude = np.linspace(3, 10, 200)
light = 10 ** ((4.74 - magnitude) / 2.5)
for name, tau, mass, boson in ("standard", 1e6, 0.55, {}), ("boson", 8e5, 0.55, {"mass_eV": 1e4, "coupling": 5e-14}), ("other", 1e6, 0.6, {"mass_eV": 1, "coupling": 1}):
    columns = {"age_yr": tau * np.exp(magnitude / 2), "luminosity_photon_lsun": light, "effective_temperature_K": 6e4 * light**0.25}
    for rest in "log_central_temperature", "log_maximum_temperature", "luminosity_neutrino_lsun", "luminosity_boson_lsun":
        columns[rest] = np.linspace(8, 7, 200)
    with open(name + ".json", "w") as file:
        json.dump({"mass_msun": mass, **boson, "sequence": {key: list(value) for key, value in columns.items()}}, file)
data = json.load(open("boson.json"))
data["sequence"]["luminosity_photon_lsun"][50] *= 2
json.dump(data, open("flash.json", "w"))
PY
plot=$root/scripts/plot_luminosity_function.py
"$python" -W error::RuntimeWarning "$plot" standard.json boson.json -o l.png --data l.npz 2>log || { cat log >&2; fail 'no luminosity function'; }
"$python" - <<'PY'
import numpy as np
drawn = np.load("l.npz")
x, y = drawn["stars 0"].T
assert np.allclose(x, np.linspace(3, 10, 200)) and np.allclose(y, 0.5 * np.exp(x / 2), rtol=1e-3), y
assert np.allclose(drawn["ratio 1"][:, 1], 0.8, rtol=1e-6), drawn["ratio 1"]
PY
no_function() {
  if "$python" "$plot" "${@:2}" -o x.png 2>message; then fail "drawn: $*"; fi
  grep -qF -- "$1" message || { cat message >&2; fail "not said: $1"; }
}
no_function 'the first sequence has an A' boson.json standard.json
no_function 'stars of different masses' standard.json other.json
no_function 'flash.json: the star does not become fainter all the time' standard.json flash.json

# --- scripts/run_bound.sh, with a program that makes scans of f_s as above, and is stopped once
cat >program <<END
#!/bin/bash
set -eu
rank=\${OMPI_COMM_WORLD_RANK:-\${PMI_RANK:-0}}
[ "\$rank" != 0 ] || echo "\$*" >>calls
case "\$1 \$*" in
"contour contour results/small-first.h5 --level 1.7") exec "$WDSCAN" contour excess.h5 --level 0.7 ;;
run*observable=excess*) exec "$WDSCAN" "\$@" --quiet ;;
cool*--mass*) exec cat boson.json ;;
cool*) exec cat standard.json ;;
esac
config=\$2 file=\$4 settings=()
[ "\$1 \$3" = "run -o" ] || exit 2
[ "\$rank" = 0 ] || exit 0
[ ! -e stop ] || [ "\$file" != results/small-mass-0.60.h5 ] || { rm stop; exit 75; }
shift 4
while [ \$# -gt 0 ] && [ "\$1" = --set ]; do settings+=("\$2"); shift 2; done
exec "$python" make_fs.py "\$file" "\$config" 1 excess.h5 "\${settings[@]}"
END
chmod +x program
touch stop
expect 75 env MPIRUN="$mpirun" "$root/scripts/run_bound.sh" ./program small.yaml grid.shells=4
[ ! -e results/small.png ] && [ -e results/small-mass-0.50.h5 ] || fail 'not stopped in the midst'
expect 0 env MPIRUN="$mpirun" "$root/scripts/run_bound.sh" ./program small.yaml grid.shells=4
said 'results/small-late.h5: cooling.window.from=30000 cooling.window.to=15000'
for picture in small small-luminosity-function; do
  [ "$(stat -c %s results/$picture.png)" -gt 50000 ] && [ "$(head -c 4 results/$picture.pdf)" = %PDF ] || fail "no picture $picture"
done
# The A' of the luminosity functions are on the line of f_s = 1.7.
"$python" - "$root/scripts" <<'PY'
import re, sys
sys.path.insert(0, sys.argv[1])
import plot_bound
curve = plot_bound.curve_of(plot_bound.read("results/small-first.h5"), 1.7)
line = dict(zip(curve.mass, curve.coupling))
bosons = re.findall(r"^cool small.yaml --set grid.shells=4 --mass (\S+) --coupling (\S+) --json$", open("calls").read(), re.M)
assert [round(float(mass)) for mass, _ in bosons] == [1000, 10000, 10000000], bosons
assert all(abs(float(g) / line[m] - 1) < 1e-9 for mass, g in bosons for m in line if abs(m / float(mass) - 1) < 1e-9), (bosons, line)
PY
expect 2 "$root/scripts/run_bound.sh" ./program
