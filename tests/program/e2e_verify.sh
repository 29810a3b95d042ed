#!/bin/bash
# `wdscan verify`: the checks pass with every model, and its exit code says so; too few evaluations decide nothing.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

die() { printf '%s\n' "$@"; exit 1; }

touch empty.yaml
"$WDSCAN" verify empty.yaml >out 2>err || die "exit code $?" "$(cat out err)"
grep -q '^63 of 63 checks ok; pulls: root mean square [01]\.' out || die 'expected 63 checks in:' "$(cat out)"
[ ! -s err ] || die 'expected no message:' "$(cat err)"
for method in 'narrow width' contour quadrature wide massless heavy; do
  for formulas in published consistent; do
    grep -qE "^$method +$formulas .* ok$" out || die "no check by $method with $formulas" "$(cat out)"
  done
done

# Another star and model; as JSON, and nothing else on standard output.
"$WDSCAN" verify empty.yaml --json --set physics.model=e-mu --set star.mass=0.6 >out 2>err || die "exit code $?" "$(cat out err)"
"${PYTHON:-python3}" - <<'END'
import json, math
result = json.load(open("out"))
checks = result["checks"]
assert result["passed"] and result["count"] == result["ok"] == len(checks) == 36  # the one edition of the model
for c in checks:
    error = math.hypot(c["excess_error"], c["reference_error"])
    pull = (c["excess"] - c["reference"]) / error
    assert c["verdict"] == "ok" and abs(pull) <= 5 and error <= 0.1 * abs(c["reference"]), c
    assert math.isclose(pull, c["pull"], rel_tol=1e-6, abs_tol=1e-6), c
    assert c["mass_eV"] > 0 and c["formulas"] == "consistent"
assert len({c["mass_eV"] for c in checks}) >= 18
END

# Dark photons have real emission only.
"$WDSCAN" verify empty.yaml --set physics.model=dark-photon >out 2>err || die "exit code $?" "$(cat out err)"
grep -q '^20 of 20 checks ok' out || die 'expected 20 checks in:' "$(cat out)"
[ "$(cut -d' ' -f1 out | sort -u | tr '\n' ' ')" = ' 20 continuum method narrow ' ] || die "other checks in:" "$(cat out)"

# Points that are not computed well enough verify nothing: exit code 4, and a message.
starved=(--set integrator.max_evaluations=1000 --set integrator.pilot_evaluations=64)
got=0; "$WDSCAN" verify empty.yaml "${starved[@]}" >out 2>err || got=$?
[ $got = 4 ] || die "exit code $got, expected 4" "$(cat out err)"
grep -q 'imprecise$' out || die 'expected imprecise checks in:' "$(cat out)"
grep -qE '^wdscan: [0-9]+ of 63 checks are not ok' err || die 'expected a message in:' "$(cat err)"
got=0; "$WDSCAN" verify empty.yaml --json "${starved[@]}" >out 2>err || got=$?
[ $got = 4 ] && grep -q '"passed": *false' out || die "exit code $got, expected 4 and false" "$(cat out err)"
