#!/bin/bash
# Limits out and in: what `wdscan contour` writes for the public collections reads back to the same numbers, and so do
# files in the forms that these collections have; what cannot be compared is refused with a sentence.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
python=$("$root/scripts/find_python.sh" h5py numpy matplotlib yaml) || { echo "no matplotlib or no yaml"; exit 77; }
. "$root/tests/functions.sh"
export PYTHONDONTWRITEBYTECODE=1

cat >scan.yaml <<'YAML'
grid:
  mass: {min: 1e3, max: 1e7, points: 9}
  coupling: {min: 1e-14, max: 1e-2, points: 25}
  shells: 4
integrator: {relative_error: 0.05}
YAML
"$WDSCAN" run --quiet scan.yaml
contour() { "$WDSCAN" contour scan.h5 --level 0.3 "$@"; }
contour >ours.csv
contour --format axionlimits >ours.txt
contour --format axionlimits --mixing >mixing.txt
contour --format axionlimits --closed >closed.txt
contour --format darkcast >ours.lmt
contour --format darkcast --closed >closed.lmt
contour --format hepdata >ours.yaml
"$WDSCAN" contour scan.h5 --format hepdata >levels.yaml
expect 2 "$WDSCAN" contour scan.h5 --format axionlimits
said 'holds one limit, and there are 5 levels; expected one --level X'
expect 0 "$WDSCAN" contour scan.h5 --level 1e40
said 'no contour at level 1e+40: no mass of the grid crosses it; values from'

# As others have them: a dark photon's mixing of 70e-15, that is g = 4.85e-12 in L_mu - L_tau; 1e-6 to 1e-3 GeV.
mkdir others
printf '# Some star https://arxiv.org/abs/1\n# mass [eV] kinetic mixing [dimensionless]\n1e3\t7e-14\n5e6\t7e-14\n' >others/Star.txt
printf '#  mass  lower  upper\n 1.0e-06 7.0e-14 1.0e-03\n 2.0e-06 1.0e+05 1.0e+05\n' >others/Beam.lmt
printf 'import darkcast\nmodel = darkcast.Model("dark_photon")\n' >others/Beam.py
cat >others/table.csv <<'CSV'
#: table_doi: 10.17182/hepdata.0.v1/t1
#: name: Table 1
#: description: upper limits
#: confidence: 90 %
#: model: mu-tau
"M [MeV]","coupling","stat +","stat -"
1,0.001,0.0001,-0.0001
10,0.002,0.0001,-0.0001
CSV
cat >others/squared.yaml <<'YAML'
independent_variables:
- header: {name: M, units: GEV}
  values: [{value: 1.0e-06}, {value: 2.0e-06}]
dependent_variables:
- header: {name: 'epsilon**2'}
  qualifiers: [{name: CL, value: 95}]
  values: [{value: 4.9e-27}, {value: '-'}]
YAML
printf '# mass_eV coupling\n1 2\n' >others/unknown.txt
printf '# model: e-mu\n# mass_eV coupling\n1 2\n' >others/electrons.txt
printf '# mass_eV coupling\n1 two\n' >others/words.txt

"$python" - "$root/scripts" <<'PY' || fail "what was read is not what was written"
import sys
from types import SimpleNamespace

import numpy as np

sys.path.insert(0, sys.argv[1])
import wdlimits

options = SimpleNamespace(limits_model=None, limits_confidence=None, limits=[])
ours = SimpleNamespace(limits_model="mu-tau", limits_confidence="none", limits=[])
(line,) = wdlimits.read("ours.csv", ours)
assert len(line.mass) == 9 and line.confidence == "none" and line.name == "ours 0.3"
for name in "ours.txt", "ours.yaml", "ours.lmt":
    (limit,) = wdlimits.read(name, options)
    assert limit.model == "mu-tau" and limit.source.startswith("wdscan ") and limit.confidence.startswith("none"), limit
    # GeV to eV and back rounds once
    assert np.allclose(limit.mass, line.mass, rtol=1e-15 if name == "ours.lmt" else 0, atol=0), name
    assert (limit.value == line.value).all(), name
(two,) = wdlimits.read("closed.lmt", options)
assert (two.value == line.value).all()
(closed,) = wdlimits.read("closed.txt", options)
assert (closed.value[1:-1] == line.value).all() and closed.value[0] == closed.value[-1] == 1e-2
assert closed.mass[0] == closed.mass[1] and closed.mass[-1] == closed.mass[-2]
(mixing,) = wdlimits.read("mixing.txt", options)
back = wdlimits.convert(mixing, "mu-tau")
light = line.mass < 1.02e6
assert mixing.model == "dark-photon" and light.sum() == 7 and np.isnan(back.value[~light]).all()
assert np.allclose(back.value[light], line.value[light], rtol=1e-6, atol=0)
assert [limit.name for limit in wdlimits.read("levels.yaml", options)] == ["levels " + x for x in ("0.01", "0.1", "0.3", "0.5", "0.7")]

(star,) = wdlimits.read("others/Star.txt", options)
assert star.model == "dark-photon" and star.confidence == "confidence not stated"
star = wdlimits.convert(star, "mu-tau")
assert np.isclose(star.value[0], 4.85e-12, rtol=1e-3) and np.isnan(star.value[1])
(beam,) = wdlimits.read("others/Beam.lmt", options)
assert beam.model == "dark-photon" and np.allclose(beam.mass, [1e3, 2e3]) and beam.value[0] == 7e-14 and np.isnan(beam.value[1])
(table,) = wdlimits.read("others/table.csv", options)
assert (table.title, table.model, table.confidence) == ("Table 1", "mu-tau", "90 %")
assert np.allclose(table.mass, [1e6, 1e7]) and (table.value == [1e-3, 2e-3]).all()
(squared,) = wdlimits.read("others/squared.yaml", options)
assert squared.confidence == "95" and np.isclose(squared.value[0], 7e-14) and np.isnan(squared.value[1])

def refused(sentence, run):
    try:
        run()
    except ValueError as error:
        assert sentence in str(error), error
    else:
        raise AssertionError(f"not refused: {sentence}")

refused("unknown.txt: does not say of which model it is; expected --limits-model", lambda: wdlimits.read("others/unknown.txt", options))
refused("words.txt: could not convert", lambda: wdlimits.read("others/words.txt", options))
(electrons,) = wdlimits.read("others/electrons.txt", options)
refused("electrons: a limit for e-mu says nothing of mu-tau", lambda: wdlimits.convert(electrons, "mu-tau"))
refused("Star: a limit for mu-tau says nothing of e-mu; expected one for e-mu", lambda: wdlimits.convert(star, "e-mu"))
heavy = wdlimits.dataclasses.replace(mixing, mass=mixing.mass * 1e4)
refused("dark photons above twice the electron's mass", lambda: wdlimits.convert(heavy, "mu-tau"))
PY

# In a picture: a file, and a folder of which what is no limit for the model is left out with a sentence.
"$python" "$root/scripts/plot_fig4.py" scan.h5 -o map.png --dpi 50 --data map.npz --limits ours.txt others 2>message ||
  fail "no picture: $(cat message)"
for text in 'left out: others/unknown.txt: does not say' 'left out: electrons: a limit for e-mu' 'left out: others/words.txt'; do
  grep -qF "$text" message || fail "not said: $text: $(cat message)"
done
"$python" - <<'PY' || fail "the picture shows other numbers"
import numpy as np
drawn = np.load("map.npz")
written = np.loadtxt("ours.txt")
assert (drawn["limit ours"] == written).all()
assert {"limit Star", "limit Beam", "limit table", "limit squared"} <= set(drawn)
PY
if "$python" "$root/scripts/plot_fig4.py" scan.h5 -o map.png --limits others/unknown.txt 2>message; then fail "a limit of no model"; fi
grep -qF 'does not say of which model it is; expected --limits-model' message || fail "$(cat message)"
