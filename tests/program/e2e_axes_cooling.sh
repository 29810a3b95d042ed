#!/bin/bash
# Scans of f_s with axes and draws: members have the bits of the scans of their configurations alone, likelihood included, on any number
# of ranks, after an interruption, and with more members than a rank keeps; work on such files; what is refused.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/functions.sh"

cat >axes.yaml <<'END'
observable: cooling
star: {structure: thermal}
grid:
  mass: [1.0e4, 5.0e5]
  coupling: {min: 1.0e-14, max: 1.0e-10, points: 4}
  shells: 3
  axes:
    star.mass: [0.6, 1.0]
    physics.model: [mu-tau, e-mu, e-tau]
physics: {continuum: off}
integrator: {relative_error: 0.05}
likelihood:
  f_s: {value: 1.15, error: 0.28}
  luminosity_function: counts.dat
output: {contour_levels: [1.3]}
END
cat >counts.dat <<'END'
# made up
M_bol_low  M_bol_high  count
6.0        6.5         10
6.5        7.5         40
8.0        8.5         58
END
expect 0 "$wdscan" run axes.yaml -o axes.h5 --quiet
cp axes.h5 again.h5
"$PYTHON" - <<'END'
import h5py
with h5py.File("again.h5", "r+") as f:
    f["status"][1, 1] = f["status"][0, 2, 0] = 0
    f["f_s"][1, 1] = 7
    f["luminosity_sm_checksum"][0, 1] = 0
END
expect 0 "$mpirun" -np 3 "$wdscan" run axes.yaml -o again.h5
grep -q '12 of them to do' err || fail "going on: $(cat err)"
alone=()
for mass in 0.6 1.0; do
  expect 0 "$wdscan" run axes.yaml -o "alone-$mass.h5" --quiet --set grid.axes='{}' --set star.mass=$mass --set physics.model=e-mu
  alone+=("alone-$mass.h5")
done
"$PYTHON" - "${alone[@]}" <<'END'
import sys
import h5py
import numpy as np

whole = h5py.File("axes.h5")
assert [d.keys()[0] for d in whole["f_s"].dims] == ["star_mass", "physics_model", "mass", "coupling"]
assert np.isfinite(whole["f_s"]).all() and (whole["f_s"][:] > 1).any() and np.isfinite(whole["minus_two_delta_lnl"]).all()
names = [name for name in whole if isinstance(whole[name], h5py.Dataset) and name not in ("config", "likelihood_data")]
for name in names:
    a, b = whole[name][()], h5py.File("again.h5")[name][()]
    assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), name
compared = 0
for i, name in enumerate(sys.argv[1:]):
    one = h5py.File(name)
    for name in ("f_s", "f_s_error", "minus_two_delta_lnl", "minus_two_delta_lnl_error", "status", "luminosity_sm", "luminosity_sm_error", "contour_coupling"):
        a = whole[name][:, i, 1] if name.startswith("contour") else whole[name][i, 1]
        assert np.array_equal(a, one[name][()], equal_nan=True), name
        compared += 1
    assert whole["star/radius_km"][i, 1] == one["star"].attrs["radius_km"]
    assert np.array_equal(whole["shell_radius"][i, 1], one["shell"][:])
assert compared == 16
END

# --- Work on it
expect 0 "$wdscan" contour axes.h5 --at star.mass=0.6 --at physics.model=mu-tau
[ "$(head -1 out)" = star.mass,physics.model,level,mass_eV,coupling,coupling_error,state ] && [ "$(wc -l <out)" = 3 ] &&
  grep -q ',crossing$' out || fail "contours: $(cat out)"
one=(--set 'grid.axes={}' --set star.mass=1 --set physics.model=e-mu)
expect 0 "$wdscan" extend axes.h5 axes.yaml "${one[@]}" -o member.h5
grep -q '8 of them taken over from 1 file; complete' err
expect 0 "$wdscan" run axes.yaml "${one[@]}" -o member.h5
grep -q 'nothing is left to do' err || fail "a member as a file of its own: $(cat err)"
expect 0 "$wdscan" diff member.h5 alone-1.0.h5
expect 0 "$wdscan" slice axes.h5 star.mass=0.6 -o light.h5
expect 0 "$wdscan" slice axes.h5 star.mass=1 -o heavy.h5
expect 0 "$wdscan" merge heavy.h5 light.h5 -o both.h5
expect 0 "$wdscan" diff both.h5 axes.h5
grep -q '^f_s  *48  *0 ' out && grep -q '^minus_two_delta_lnl  *48  *0 ' out || fail "put together: $(cat out)"
expect 0 "$wdscan" check axes.yaml
grep -q 's for each of 6 stars before the scan and in it' out || fail "check: $(cat out)"

# --- Shares, and draws
for i in 1 2; do expect 0 "$wdscan" run axes.yaml -o "share-$i.h5" --quiet --share $i/2 --set 'grid.axes={star.mass: [0.6, 1]}'; done
expect 0 "$wdscan" merge share-1.h5 share-2.h5 -o shares.h5
expect 0 "$wdscan" diff shares.h5 axes.h5
grep -q '^f_s  *16  *0 ' out || fail "shares: $(cat out)"
expect 0 "$wdscan" run axes.yaml -o draws.h5 --quiet --set 'grid.axes={}' \
  --set 'grid.draws={count: 3, seed: 3, star.mass: {normal: [0.6, 0.02]}, cooling.conductivity: {log-normal: [1, 0.1]}}'
expect 0 "$wdscan" contour draws.h5 --quantile 0.16,0.5,0.84
[ "$(grep -c ',crossing$' out)" = 3 ] || fail "quantiles: $(cat out)"
if python=$("$root/scripts/find_python.sh" h5py numpy matplotlib); then
  expect 0 "$python" "$root/scripts/plot_axes.py" draws.h5 --level 1.3 -o draws.png --data draws.npz
  mv out said
  expect 0 "$python" "$root/scripts/plot_axes.py" axes.h5 --level 1.3 --at physics.model=mu-tau -o axes.png --data axes.npz
  "$python" - <<'END'
import csv
import h5py
import numpy as np
drawn, file = np.load("axes.npz"), h5py.File("axes.h5")
for i in range(2):
    assert np.allclose(drawn[f"contour {i}"][:, 1], file["contour_coupling"][0, i, 0], rtol=1e-12, equal_nan=True)
assert "contour 2" not in drawn
END
  printf 'axes %s --level 1.3\n' axes.h5 draws.h5 | "$python" "$root/tests/check_layout.py" "$root/scripts" || fail "not as a journal has it"
fi

# --- What is wrong is told before anything is computed
refused() { expect 2 "$wdscan" "${@:2}" && grep -q -- "$1" err || fail "expected \"$1\": $(cat err)"; }
refused 'grid.axes: with star.mass = 1: cooling.window: the star is not at the end of the window' run axes.yaml -o none.h5 --set 'grid.axes={star.mass: [1]}' --set cooling.window.to=2000 --set likelihood.luminosity_function=""
refused 'star.profile: cannot be an axis\|does not cool' run axes.yaml -o none.h5 --set 'grid.axes={star.profile: [a.data]}'
[ ! -e none.h5 ] || fail "a file was made all the same"
sed -i 's/40$/41/' counts.dat
refused 'likelihood.luminosity_function: counts.dat has changed since' run axes.yaml -o axes.h5
mkdir -p elsewhere
sed 's/41$/40/' counts.dat >elsewhere/counts.dat
# shellcheck disable=SC2016 # the ranks expand it
expect 2 "$mpirun" -np 2 sh -c '[ "$OMPI_COMM_WORLD_RANK$PMI_RANK" = 0 ] || cd elsewhere; exec "$@"' - "$wdscan" run "$PWD/axes.yaml" -o "$PWD/ranks.h5" --set likelihood.luminosity_function=counts.dat
grep -q 'rank 1 .* has another likelihood.luminosity_function than rank 0' err || fail "ranks with other data: $(cat err)"
