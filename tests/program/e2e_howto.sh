#!/bin/bash
# The worked examples of docs/howto.md: each patch applies by itself; all together are built, and do what they say.
set -eu
. "$(dirname "$0")/../functions.sh"
root=$(dirname "$here")
unset MAKEFLAGS MAKEOVERRIDES
command -v patch >/dev/null || { echo 'no program patch'; exit 77; }

mkdir copy
(cd "$root" && tar -c Makefile VERSION configs docs include src scripts tests) | tar -x -C copy
cd copy
for patch in "$root"/docs/examples/*.patch; do
  grep -qF "(examples/${patch##*/})" docs/howto.md || fail "docs/howto.md does not tell of ${patch##*/}"
  # without fuzz: lines that only look alike are not the place
  patch -p1 -F0 --dry-run <"$patch" >log 2>&1 || { cat log >&2; fail "${patch##*/} does not apply"; }
done
for patch in "$root"/docs/examples/*.patch; do
  patch -p1 <"$patch" >log 2>&1 || { cat log >&2; fail "${patch##*/} does not go with those before it"; }
done
# Not optimised much: that is quicker to build. In this folder, whatever the folder of the program tested.
make -s -j2 BUILD=build OPTIMISE='-O1 -ffp-contract=off' WARNINGS='-Wall -Wextra' bin/wdscan build/tests/matter/test_eos >log 2>&1 ||
  { tail -n 20 log >&2; fail 'the examples do not compile'; }
wdscan=$PWD/bin/wdscan
cd "$dir"
touch empty.yaml

# A model: the heavy limit (P.6) of B - 3 L_e, with d_V = -3g, k = -3g/2 of one flavour, without mixing.
expect 2 "$WDSCAN" check empty.yaml --set physics.model=b-3le
expect 0 "$wdscan" point empty.yaml --set physics.model=b-3le --mass 1e8 --coupling 1e-5 --json
"$PYTHON" - <<'P' || fail 'B - 3 L_e has another excess than (P.6)'
import json
s2, G, g, m = 0.23863, 1.1663788e-23, 1e-5, 1e8  # G_F in eV^-2
C = [2 * s2 + 0.5, 2 * s2 - 0.5, 2 * s2 - 0.5]
A, B = -2 * 2**0.5 / G * 9 * g * g / 2 * C[0], 2 / G**2 * (3 * g) ** 2 * (3 * g / 2) ** 2
expected = (B / m**4 - A / m**2) / sum(c * c for c in C)
excess = sum(p["offresonant"] for p in json.load(open("out"))["parts"].values())
# 1e-4 of the Standard Model's luminosity is axial, and has no excess
assert abs(excess / expected - 1) < 3e-4, (excess, expected)
P

# A part of the emission: without a magnetic moment the excess stays as it is; with one of 1e-12 Bohr
# magnetons its ratio to the vector emission is 0.318 (10 keV/omega)^2 (Raffelt 1996) with omega^2 averaged over
# plasmons, hence with omega below that of the centre; it goes with the square of the moment; and VEGAS+ agrees.
for dipole in 0 1 3; do
  expect 0 "$wdscan" star empty.yaml --json --set physics.dipole=$dipole
  mv out star-$dipole.json
done
expect 0 "$wdscan" point empty.yaml --mass 3e4 --coupling 1e-13 --json --set physics.dipole=3
mv out point-3.json
expect 0 "$wdscan" point empty.yaml --mass 3e4 --coupling 1e-13 --json
mv out point-0.json
expect 0 "$WDSCAN" point empty.yaml --mass 3e4 --coupling 1e-13 --json
mv out point-old.json
"$PYTHON" - <<'P' || fail 'the dipole part is not as it should be'
import json
def of(name): return json.load(open(name))
stars = {d: of(f"star-{d}.json")["luminosity_sm_lsun"] for d in (0, 1, 3)}
assert stars[0]["dipole"] == 0 and abs(stars[3]["dipole"] / stars[1]["dipole"] - 9) < 1e-12, stars
ratio = stars[1]["dipole"] / (stars[1]["transverse"] + stars[1]["longitudinal"])
omega = 10 * (0.318 / ratio) ** 0.5  # keV
assert 0.45 * 70.8 < omega < 0.65 * 70.8, omega
sun = 3.828e33  # erg/s
quadrature, point = sum(stars[3].values()) * sun, of("point-3.json")
assert abs(point["luminosity_sm_erg_s"] - quadrature) < 5 * point["luminosity_sm_error"], (quadrature, point)
old, new = of("point-old.json"), of("point-0.json")
assert abs(new["excess"] / old["excess"] - 1) < 1e-4, (old, new)  # the same samples, but other optimisation
assert point["parts"]["dipole"] == {part + end: 0 for part in ("resonant", "offresonant", "continuum") for end in ("", "_error")}, point
P

# A term: thermodynamics holds, and the star becomes larger, though not much.
copy/build/tests/matter/test_eos >log 2>&1 || { cat log >&2; fail 'the new term breaks the equation of state'; }
radius() { "$1" star empty.yaml --set star.eos="$2" | sed -n 's/^radius *\([0-9.]*\) km/\1/p'; }
[ "$(radius "$wdscan" salpeter)" = "$(radius "$WDSCAN" salpeter)" ] || fail 'the old stars have changed'
"$PYTHON" -c "import sys; a, b = map(float, sys.argv[1:]); sys.exit(not 1.0005 < a / b < 1.002)" \
  "$(radius "$wdscan" zero-point)" "$(radius "$wdscan" salpeter)" || fail "radius $(radius "$wdscan" zero-point) km"

# An output: a dataset more, with the values of `wdscan point`; the old form is refused.
cat >small.yaml <<'Y'
grid: {mass: {points: 3}, coupling: {points: 3}, shells: 4}
integrator: {relative_error: 0.05, sampling: separate}
Y
expect 0 "$wdscan" run small.yaml -o new.h5
"$PYTHON" copy/tests/check_result_file.py new.h5 >points || fail 'the new file has not the new form'
"$PYTHON" - <<'P' || fail 'no probabilities in /diagnostics/q_value'
import h5py
with h5py.File("new.h5") as f:
    q = f["diagnostics/q_value"]
    assert "probability" in q.attrs["description"] and ((q[:] > 0) & (q[:] < 1)).all() and len(set(q[:].ravel())) > 3, q[:]
P
expect 0 "$WDSCAN" run small.yaml -o old.h5
expect 3 "$wdscan" status old.h5
said 'format'
