#!/bin/bash
# Scans with axes and draws: members have the bits of the scans of their configurations alone, on any number of ranks and
# after an interruption; coordinates in the file; contours with columns and bands; what is refused.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/functions.sh"

cat >axes.yaml <<'END'
grid:
  mass: [1.0e3, 2.0e4, 5.0e5]
  coupling: {min: 1.0e-10, max: 1.0e-6, points: 3}
  shells: 2
  axes:
    star.mass: [0.5, 1.0]
    physics.model: [mu-tau, e-mu]
physics: {continuum: off}
integrator: {relative_error: 0.05}
output: {contour_levels: [0.1]}
END
expect 0 "$wdscan" run axes.yaml -o axes.h5 --quiet
for ranks in 2 3; do
  expect 0 "$mpirun" -np $ranks "$wdscan" run axes.yaml -o axes$ranks.h5 --quiet
done
for mass in 0.5 1.0; do
  for model in mu-tau e-mu; do
    expect 0 "$wdscan" run axes.yaml -o "alone-$mass-$model.h5" --quiet --set grid.axes='{}' --set star.mass=$mass --set physics.model=$model
  done
done

cat >compare.py <<'END'
"""compare.py FILE: the members of a scan with axes against scans of one member each."""
import sys
import h5py
import numpy as np

def datasets(file):
    for name in file:
        if name in ("config", "mass", "coupling", "polarization", "level", "shell", "checksum"):
            continue
        if isinstance(file[name], h5py.Dataset):
            yield name
    yield from ("diagnostics/" + name for name in file["diagnostics"])

whole, compared = h5py.File(sys.argv[1]), 0
assert list(whole["star_mass"]) == [0.5, 1.0] and whole["star_mass"].attrs["key"] == "star.mass"
assert list(whole["physics_model"].asstr()) == ["mu-tau", "e-mu"]
assert [d.keys()[0] for d in whole["excess"].dims] == ["star_mass", "physics_model", "mass", "coupling"]
for i, mass in enumerate(("0.5", "1.0")):
    for j, model in enumerate(("mu-tau", "e-mu")):
        alone = h5py.File(f"alone-{mass}-{model}.h5")
        for name in datasets(alone):
            a = whole[name][:, i, j] if name.startswith("contour") else whole[name][i, j]
            b = alone[name][()]
            assert np.array_equal(a, b, equal_nan=b.dtype.kind == "f"), (mass, model, name)
            compared += 1
        assert whole["star/radius_km"][i, j] == alone["star"].attrs["radius_km"]
        assert np.array_equal(whole["shell_radius"][i, j], alone["shell"][:])
assert not np.array_equal(whole["excess"][0, 0], whole["excess"][1, 0])
assert compared >= 4 * 10, compared
END
for file in axes.h5 axes2.h5 axes3.h5; do "$PYTHON" compare.py $file; done

# --- The same axes as a list
list='grid.axes=[{key: star.mass, values: [0.5, 1.0]}, {key: physics.model, values: [mu-tau, e-mu]}]'
expect 0 "$wdscan" run axes.yaml -o axes.h5 --set "$list"
grep -q 'nothing is left to do' err || fail "a list of axes is another scan: $(cat err)"
expect 0 "$wdscan" run axes.yaml -o list.h5 --quiet --set "$list"
"$PYTHON" compare.py list.h5

# --- What is missing of some members is computed again, and nothing else
"$PYTHON" - <<'END'
import h5py
with h5py.File("axes2.h5", "r+") as f:
    f["status"][1, 0] = 0
    f["excess"][1, 0] = 7
    f["luminosity_sm_checksum"][0, 1] = 0
END
expect 0 "$wdscan" status axes2.h5
grep -q 'points            27 of 36' out && grep -q 'members           4, luminosities (Standard Model) of 3' out || fail "status: $(cat out)"
expect 0 "$wdscan" run axes.yaml -o axes2.h5
grep -q '9 of them to do' err
"$PYTHON" compare.py axes2.h5
expect 0 "$wdscan" run axes.yaml -o axes2.h5
grep -q 'nothing is left to do' err
expect 2 "$wdscan" run axes.yaml -o axes2.h5 --set 'grid.axes={star.mass: [0.5, 0.9]}'
grep -q 'grid.axes: {star.mass: \[0.5, 1\], physics.model: \[mu-tau, e-mu\]} -> {star.mass: \[0.5, 0.9\]}' err

cp axes.h5 changed.h5
"$PYTHON" -c 'import h5py; h5py.File("changed.h5", "r+")["star_mass"][1] = 0.9'
expect 3 "$wdscan" status changed.h5
grep -q 'configuration or axes do not fit their checksum' err || fail "a value of an axis was changed: $(cat err)"
expect 0 "$wdscan" run axes.yaml -o named.h5 --log-level debug
grep -q 'points to star.mass = 0.5, physics.model = e-mu, mass = 20000 eV, coupling = 1e-06 done' err || fail "members have no names: $(cat err)"
grep -q 'largest relative error: .* at star.mass = ' err

# --- Contours: those of the members, with columns
expect 0 "$wdscan" contour axes.h5
mv out all
[ "$(head -1 all)" = star.mass,physics.model,level,mass_eV,coupling,coupling_error,state ] && [ "$(wc -l <all)" = 13 ]
expect 0 "$wdscan" contour axes.h5 --at star.mass=0.5 --at physics.model=e-mu
tail -n +2 out | sed 's/^0.5,e-mu,//' >member
expect 0 "$wdscan" contour alone-0.5-e-mu.h5
tail -n +2 out | cmp - member
refused() { expect 2 "$wdscan" "${@:2}" && grep -q -- "$1" err || fail "expected \"$1\": $(cat err)"; }
refused 'has no such value; expected one of its 2, such as 0.5' contour axes.h5 --at star.mass=0.7
refused 'expected KEY=VALUE with a key that varies in axes.h5, such as star.mass' contour axes.h5 --at star.eos=ideal
refused 'has no draws' contour axes.h5 --quantile 0.5
refused 'printed as csv only' contour axes.h5 --format hepdata
refused '--mass: axes.h5 has axes or draws' contour axes.h5 --mass 1e4
# commands on one combination choose it likewise
refused 'takes one combination of their values; expected --at KEY=VALUE' point axes.yaml --mass 1e3 --coupling 1e-8
refused 'until one is left of star.mass = 0.5, physics.model = mu-tau, star.mass = 0.5, physics.model = e-mu' verify axes.yaml --at star.mass=0.5
refused 'no combination of the values is at all that --at asks for' star axes.yaml --at star.mass=0.5 --at star.mass=1
refused 'star.mass=0.5": expected KEY=VALUE with a key that varies in axes.yaml: none does' star axes.yaml --set grid.axes={} --at star.mass=0.5
expect 0 "$wdscan" point axes.yaml --mass 1e3 --coupling 1e-10 --at star.mass=0.5 --at physics.model=e-mu --json
mv out at
expect 0 "$wdscan" point axes.yaml --mass 1e3 --coupling 1e-10 --set grid.axes={} --set star.mass=0.5 --set physics.model=e-mu --json
cmp out at
expect 0 "$wdscan" check axes.yaml
grep -q '^# this for each of 4 combinations of the values of star.mass (2), physics.model (2)' out
grep -q '^# in all 36 points' out

# --- Parts of it, put together again in another way, extended: what is taken over and what is computed has the bits of the whole
expect 0 "$wdscan" slice axes.h5 star.mass=0.5 physics.model=mu-tau mass=:1e5 -o a.h5
grep -q 'a.h5: 2 x 3 points, 6 of them taken over from 1 file; complete' err || fail "slice: $(cat err)"
expect 0 "$wdscan" slice axes.h5 star.mass_index=1 physics.model_index=1:1 -o b.h5
expect 0 "$wdscan" status b.h5
grep -q 'other_streams   0' out || fail "a member has the random numbers of its own scan: $(cat out)"
expect 0 "$wdscan" slice axes.h5 star.mass=0.4:0.7 -o c.h5
expect 0 "$wdscan" merge b.h5 a.h5 -o together.h5
grep -q 'together.h5: 4 members' err && grep -q '3 x 3 points, 15 of them taken over from 2 files' err || fail "merge: $(cat err)"
expect 0 "$wdscan" status together.h5
grep -q '^    axes: {star.mass: \[0.5, 1\], physics.model: \[e-mu, mu-tau\]}' out || fail "axes: $(cat out)"
expect 0 "$wdscan" merge a.h5 c.h5 b.h5 -o together.h5 --fresh
grep -q '4 members' err && grep -q '3 x 3 points, 27 of them taken over from 3 files' err || fail "merge: $(cat err)"
expect 0 "$wdscan" run axes.yaml -o together.h5
grep -q '9 of them to do' err || fail "going on with files put together: $(cat err)"
"$PYTHON" compare.py together.h5
expect 0 "$wdscan" extend axes.h5 axes.yaml --set 'grid.axes={physics.model: [e-tau, e-mu], star.mass: [1, 0.5]}' -o turned.h5
grep -q 'turned.h5: 3 x 3 points, 18 of them taken over' err || fail "extend: $(cat err)"
expect 0 "$wdscan" run axes.yaml --set 'grid.axes={physics.model: [e-tau, e-mu], star.mass: [1, 0.5]}' -o turned.h5
expect 0 "$wdscan" diff turned.h5 axes.h5 --json
"$PYTHON" - <<'END'
import json
d = json.load(open("out"))
assert not d["differ"] and d["first_only"] == 18 and d["second_only"] == 18, d
assert d["quantities"]["excess"]["compared"] == 18 and d["quantities"]["luminosity_sm.axial"]["compared"] == 2, d
assert all(q["other_bits"] == 0 for q in d["quantities"].values()), d
assert [line.split(":")[0] for line in d["keys_of_results"]] == ["grid.axes"], d
END
# to and from files without axes
one=(--set 'grid.axes={}' --set star.mass=1 --set physics.model=e-mu)
expect 0 "$wdscan" extend axes.h5 axes.yaml "${one[@]}" -o member.h5
grep -q '9 of them taken over from 1 file; complete' err
expect 0 "$wdscan" run axes.yaml "${one[@]}" -o member.h5
grep -q 'nothing is left to do' err || fail "a member as a file of its own: $(cat err)"
expect 0 "$wdscan" diff member.h5 alone-1.0-e-mu.h5
expect 0 "$wdscan" diff alone-1.0-e-mu.h5 axes.h5
grep -q '^excess  *9  *0  *0 ' out || fail "diff: $(cat out)"
expect 0 "$wdscan" extend alone-1.0-e-mu.h5 axes.yaml -o grown.h5
grep -q '9 of them taken over' err
expect 0 "$mpirun" -np 2 "$wdscan" run axes.yaml -o grown.h5 --quiet
"$PYTHON" compare.py grown.h5
# what is wrong has a name
cp axes.h5 changed.h5
expect 0 "$wdscan" run axes.yaml -o seed.h5 --quiet --set integrator.seed=7 --set integrator.relative_error=0.04
"$PYTHON" - <<'END'
import h5py
with h5py.File("changed.h5", "r+") as f:
    f["luminosity_sm_checksum"][1, 0] = 0
END
expect 0 "$wdscan" diff axes.h5 seed.h5
grep -q '^excess  *36  *[1-9].*star.mass = .*, physics.model = .*, mass .* eV, coupling' out && grep -q 'integrator.seed: 20240502 -> 7' out || fail "diff: $(cat out)"
refused 'expected mass=…, coupling=…, mass_index=… or coupling_index=…, or an axis, such as star.mass=…' slice axes.h5 star.eos=ideal -o none.h5
refused 'axes.h5 has no such value; expected one of its 2, such as 0.5, or LOW:HIGH' slice axes.h5 star.mass=0.7 -o none.h5
refused 'axes.h5 has no such value; expected one of its 2, such as mu-tau' slice axes.h5 physics.model=mu:tau -o none.h5
for index in x 0:9 0.5:1 1:0 -1; do
  refused 'expected star.mass_index=INDEX or FIRST:LAST, from 0 to 1' slice axes.h5 star.mass_index=$index -o none.h5
done
refused 'the star.mass is chosen twice' slice axes.h5 star.mass=0.5 star.mass_index=0 -o none.h5
refused 'seed.h5 holds results of another configuration' merge axes.h5 seed.h5 -o none.h5
refused 'have other grid.axes or grid.draws; expected files whose axes are the same keys' merge axes.h5 turned.h5 -o none.h5
refused 'have other grid.axes' merge axes.h5 member.h5 -o none.h5

# --- All members are checked before anything is computed, also whether their stars exist
refused 'command line: star.mass: 11 is out of range' run axes.yaml -o none.h5 --set 'grid.axes={star.mass: [0.5, 11]}'
refused 'grid.axes: with star.mass = 5: ' run axes.yaml -o none.h5 --set 'grid.axes={star.mass: [0.5, 5]}'
refused 'this is so with physics.formulas = published, physics.model = e-mu' run axes.yaml -o none.h5 \
  --set 'grid.axes={physics.formulas: [consistent, published], physics.model: [mu-tau, e-mu]}'
[ ! -e none.h5 ] || fail "a file was made all the same"

# --- Draws
expect 0 "$mpirun" -np 2 "$wdscan" run axes.yaml -o draws.h5 --quiet --set 'grid.axes={physics.model: [mu-tau, e-mu]}' \
  --set 'grid.draws={count: 6, seed: 3, star.mass: {normal: [0.6, 0.05]}, star.temperature: {uniform: [1e8, 1.1e8]}}'
expect 0 "$wdscan" run axes.yaml -o listed.h5 --quiet --set grid.draws=2 \
  --set 'grid.axes=[{key: star.mass, draw: {normal: [0.6, 0.05]}}, {key: star.temperature, min: 1e8, max: 2e8, points: 2, scale: log}]'
"$PYTHON" - <<'END'
import h5py
f = h5py.File("listed.h5")
assert [d.keys()[0] for d in f["excess"].dims] == ["star_temperature", "draw", "mass", "coupling"]
assert len(set(f["star_mass"])) == 2 and list(f["star_temperature"]) == [1e8, 2e8]
END
expect 0 "$wdscan" contour draws.h5
mv out all
expect 0 "$wdscan" contour draws.h5 --at draw=5 --at physics.model=e-mu
[ "$(wc -l <out)" = 4 ] && tail -3 out | cmp - <(tail -3 all) || fail "one draw: $(cat out)"
refused 'draws.h5 has no such draw; expected a number from 0 to 5' contour draws.h5 --at draw=6
refused 'one draw has no quantiles' contour draws.h5 --at draw=0 --quantile 0.5
expect 0 "$wdscan" contour draws.h5 --quantile 0.2,0.5
"$PYTHON" - <<'END'
import csv, h5py, math
import numpy as np
f = h5py.File("draws.h5")
assert f["excess"].shape == (2, 6, 3, 3) and len(set(f["star_mass"])) == 6
assert [d.keys()[0] for d in f["star_temperature"].dims] == ["draw"]
assert np.allclose(f["star/mass_msun"][0], f["star_mass"]) and (f["star_temperature"][:] >= 1e8).all()
rows = [r for r in csv.DictReader(open("all")) if r["physics.model"] == "e-mu" and float(r["mass_eV"]) == 5e5]
assert len(rows) == 6 and all(r["state"] == "crossing" for r in rows), rows
logs = np.log([float(r["coupling"]) for r in rows])
for r in csv.DictReader(open("out")):
    if r["physics.model"] == "e-mu" and float(r["mass_eV"]) == 5e5:
        wanted = math.exp(np.quantile(logs, float(r["quantile"])))
        assert math.isclose(float(r["coupling"]), wanted, rel_tol=1e-12), (r, wanted)
END

# --- Draws: more of them begin with those that are there; they stay together
draws=(--set 'grid.axes={physics.model: [mu-tau, e-mu]}' --set 'grid.draws={count: 8, seed: 3, star.mass: {normal: [0.6, 0.05]}, star.temperature: {uniform: [1e8, 1.1e8]}}')
expect 0 "$wdscan" extend draws.h5 axes.yaml "${draws[@]}" -o drawn.h5
grep -q '3 x 3 points, 108 of them taken over' err || fail "more draws: $(cat err)"
refused 'this key is drawn, and draws stay together' slice draws.h5 star.mass=0.6 -o none.h5
expect 0 "$wdscan" slice draws.h5 physics.model=e-mu -o part.h5
refused 'have other grid.axes' merge draws.h5 drawn.h5 -o none.h5
expect 0 "$wdscan" merge part.h5 draws.h5 -o whole.h5
expect 0 "$wdscan" diff whole.h5 draws.h5
grep -q '^excess  *108  *0 ' out || fail "draws put together: $(cat out)"

# --- The picture of bands has the program's quantiles, of lines the file's contours; other pictures say which one to draw
if python=$("$root/scripts/find_python.sh" h5py numpy matplotlib); then
  expect 0 "$python" "$root/scripts/plot_axes.py" draws.h5 --level 0.1 -o draws.png --data draws.npz
  expect 0 "$wdscan" contour draws.h5 --level 0.1 --quantile 0.16,0.5,0.84
  expect_plot_refused() { expect 1 "$python" "$root/scripts/$2.py" "${@:3}" && grep -qF -- "$1" err || fail "expected \"$1\": $(cat err)"; }
  "$python" - <<'END'
import csv
import h5py
import numpy as np
drawn, found = np.load("draws.npz"), 0
rows = {(r["physics.model"], float(r["quantile"]), float(r["mass_eV"])): r for r in csv.DictReader(open("out"))}
for i, model in enumerate(("mu-tau", "e-mu")):
    for mass, coupling in drawn[f"median {i}"]:
        row = rows[model, 0.5, mass]
        assert np.isclose(coupling, float(row["coupling"] or "nan"), rtol=1e-9, equal_nan=True), (row, coupling)
        if np.isfinite(coupling):
            low, high = (float(rows[model, q, mass]["coupling"]) for q in (0.16, 0.84))
            edges = drawn[f"band {i}"]
            own = edges[np.isclose(edges[:, 0], mass), 1]
            assert len(own) == 0 or np.allclose([own.min(), own.max()], [low, high], rtol=1e-9), (own, low, high)
            found += 1 + len(own)
assert found >= 2, drawn
END
  expect 0 "$python" "$root/scripts/plot_axes.py" axes.h5 --level 0.1 --at star.mass=0.5 -o axes.png --data axes.npz
  "$python" - <<'END'
import h5py
import numpy as np
drawn, file = np.load("axes.npz"), h5py.File("axes.h5")
for i in range(2):
    assert np.array_equal(drawn[f"contour {i}"][:, 1], file["contour_coupling"][0, 0, i], equal_nan=True)
assert "contour 2" not in drawn
END
  printf 'axes %s --level 0.1\n' axes.h5 draws.h5 | "$python" "$root/tests/check_layout.py" "$root/scripts" || fail "not as a journal has it"
  expect_plot_refused 'not on the axis; expected one of 0.5, 1.0' plot_axes axes.h5 --at star.mass=0.7
  expect_plot_refused 'no axis of this scan; expected one of star.mass, physics.model' plot_axes axes.h5 --at star.eos=ideal
  expect_plot_refused 'no scan with axes; plot_fig4.py draws it' plot_axes alone-0.5-e-mu.h5
  expect_plot_refused 'a scan with axes or draws: plot_axes.py draws it' plot_fig4 axes.h5
fi

# --- Stars from files, whose names count from the folder of the configuration; a file that has changed is noticed
mkdir -p there
expect 0 "$wdscan" star axes.yaml --set grid.axes='{}'
cp "$here/data/profile.data" there/a.data
cp "$here/data/profile.data" there/b.data
sed 's/^    star.mass: .*/    star.profile: [a.data, b.data]/; /physics.model: \[/d' axes.yaml >there/files.yaml
expect 0 "$wdscan" run there/files.yaml -o files.h5 --quiet
"$PYTHON" -c 'import h5py; f = h5py.File("files.h5"); assert f["excess"].shape == (2, 3, 3) and list(f["star_profile"].asstr()) == ["\"there/a.data\"", "\"there/b.data\""], f["star_profile"][:]'
expect 0 "$wdscan" run there/files.yaml -o files.h5
grep -q 'nothing is left to do' err
expect 0 "$wdscan" contour files.h5 --at star.profile=there/b.data
expect 0 "$wdscan" slice files.h5 star.profile=there/b.data -o cut.h5
expect 0 "$wdscan" run there/files.yaml -o cut.h5 --set 'grid.axes={star.profile: [there/b.data]}'
grep -q 'nothing is left to do' err || fail "a star from a file, cut out: $(cat err)"
expect 0 "$wdscan" extend files.h5 there/files.yaml --set grid.axes='{}' --set star.profile=there/a.data -o file.h5
expect 0 "$wdscan" extend file.h5 there/files.yaml -o filed.h5
expect 0 "$wdscan" run there/files.yaml -o filed.h5
grep -q '9 of them to do' err
expect 0 "$wdscan" merge files.h5 files.h5 -o same.h5
printf ' \n' >>there/b.data
refused 'a file of star.profile has changed since' slice files.h5 star.profile=there/a.data -o none.h5
expect 0 "$wdscan" merge files.h5 files.h5 -o same.h5 --fresh # with the same members nobody looks at them
sed -i 's/5\.9161751/5.9261751/' there/a.data
cmp -s there/a.data "$here/data/profile.data" && fail 'the file is as it was'
refused 'a file of star.profile has changed since' extend file.h5 there/files.yaml -o none.h5
cp "$here/data/profile.data" there/a.data
refused 'a file of star.profile has changed since' run there/files.yaml -o files.h5
mkdir elsewhere
cp -r there elsewhere
cp there/a.data elsewhere/there/b.data
# shellcheck disable=SC2016 # the ranks expand it
expect 2 "$mpirun" -np 2 sh -c '[ "$OMPI_COMM_WORLD_RANK$PMI_RANK" = 0 ] || cd elsewhere; exec "$@"' - "$wdscan" run there/files.yaml -o "$PWD/ranks.h5"
grep -q 'rank 1 .* has another star.profile than rank 0' err && grep -q 'checksum: .* -> ' err || fail "ranks with other stars: $(cat err)"
