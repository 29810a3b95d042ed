#!/bin/bash
# wdscan cool: what it prints is a sequence that conserves energy, and stars that it cannot compute are refused.
set -eu
. "$(dirname "$0")/../functions.sh"
touch empty.yaml

# JSON: arrays of one length, from hot to cold, and energy from the printed numbers alone.
for mass in 0.6 1; do
  expect 0 "$WDSCAN" cool empty.yaml --set star.mass=$mass --json
  [ ! -s err ] || { cat err >&2; fail 'cool says something although nothing is wrong'; }
  "$PYTHON" - $mass <<'P' || fail "the sequence of $mass M_sun is not as it should be"
import json, sys
with open("out") as file:
    data = json.load(file)
s = data["sequence"]
n = len(s["age_yr"])
assert data["mass_msun"] == float(sys.argv[1]) and n > 100
assert all(len(values) == n and all(isinstance(x, (int, float)) for x in values) for values in s.values())
assert all(b > a for a, b in zip(s["age_yr"], s["age_yr"][1:]))
assert all(b < a for a, b in zip(s["log_central_temperature"], s["log_central_temperature"][1:]))
assert all(m >= c for m, c in zip(s["log_maximum_temperature"], s["log_central_temperature"]))
assert s["age_yr"][0] >= 2e6 and s["log_central_temperature"][-1] <= 7.3 < s["log_central_temperature"][-2]
parts = [s[f"luminosity_{name}_lsun"] for name in ("plasmon", "photo", "pair", "bremsstrahlung")]
total = s["luminosity_neutrino_lsun"]
assert all(abs(sum(p[i] for p in parts) / total[i] - 1) < 1e-9 for i in range(n))
sun, year = 3.828e33, 3.15576e7
luminosity = [sun * (a + b + c) for a, b, c in zip(s["luminosity_photon_lsun"], total, s["luminosity_boson_lsun"])]
radiated = sum((luminosity[i] + luminosity[i + 1]) / 2 * (s["age_yr"][i + 1] - s["age_yr"][i]) * year for i in range(n - 1))
lost = s["thermal_energy_erg"][0] - s["thermal_energy_erg"][-1]
assert abs(lost / radiated - 1) < 1e-3, (lost, radiated)
assert abs(1 - lost / radiated - data["energy_imbalance"]) < 2e-5, (lost, radiated, data["energy_imbalance"])
for i in range(0, n, 20):  # T_eff is what R and L say
    flux = 4 * 3.141592653589793 * (1e5 * s["radius_km"][i]) ** 2 * 5.670374419e-5 * s["effective_temperature_K"][i] ** 4
    assert abs(flux / (sun * s["luminosity_photon_lsun"][i]) - 1) < 1e-6
P
  mv out $mass.json
done

# The text has the same ends, and some forty lines.
expect 0 "$WDSCAN" cool empty.yaml --set star.mass=0.6
"$PYTHON" - <<'P' || fail 'the text is not the JSON'
import json
with open("0.6.json") as file:
    s = json.load(file)["sequence"]
with open("out") as file:
    rows = [line.split() for line in file if line.split() and line.split()[0][0].isdigit()]
assert 35 < len(rows) < 45
for row, i in (rows[0], 0), (rows[-1], -1):
    for value, name in zip(row, ("age_yr", "log_central_temperature", "log_maximum_temperature", "effective_temperature_K")):
        assert abs(float(value) / s[name][i] - 1) < 1e-4, (row, name)
P

# Keys: a later beginning and a warmer end are parts of the same sequence; a better conductor shines brighter when cold.
expect 0 "$WDSCAN" cool empty.yaml --json --set star.mass=0.6 --set cooling.earliest=1e7 --set cooling.coldest=3e7
mv out part.json
expect 0 "$WDSCAN" cool empty.yaml --json --set star.mass=0.6 --set cooling.conductivity=1.5
"$PYTHON" - <<'P' || fail 'the keys of cooling do not do what they say'
import json
def sequence(name):
    with open(name) as file:
        return json.load(file)["sequence"]
whole, part, better = sequence("0.6.json"), sequence("part.json"), sequence("out")
n = len(part["age_yr"])
first = whole["age_yr"].index(part["age_yr"][0])
assert part["age_yr"][0] >= 1e7 > whole["age_yr"][first - 1] and part["age_yr"] == whole["age_yr"][first:first + n]
assert 10 ** part["log_central_temperature"][-1] <= 3e7 < 10 ** part["log_central_temperature"][-2]
assert better["luminosity_photon_lsun"][-1] > 1.2 * whole["luminosity_photon_lsun"][-1] * 10 ** (2.5 * (
    better["log_central_temperature"][-1] - whole["log_central_temperature"][-1]))
P

# With an A': younger at equal central temperature. The window, which no star reaches, plays no part.
expect 0 "$WDSCAN" cool empty.yaml --json --set star.mass=0.6 --mass 1e4 --coupling 5e-14 --set grid.shells=8 --set physics.continuum=off \
  --set integrator.relative_error=0.02 --set cooling.window='{from: 9e5, to: 8e5}'
"$PYTHON" - <<'P' || fail "an A' does not make the star cool faster"
import json
with open("0.6.json") as file:
    without = json.load(file)["sequence"]
with open("out") as file:
    data = json.load(file)
s = data["sequence"]
assert all(x > 0 for x in s["luminosity_boson_lsun"]) and abs(data["energy_imbalance"]) < 2e-3
assert s["age_yr"][-1] < 0.95 * without["age_yr"][-1], (s["age_yr"][-1], without["age_yr"][-1])
P

# Stars that it cannot compute.
expect 2 "$WDSCAN" cool empty.yaml --set star.mass=0.6 --set cooling.earliest=9e8
said 'the star is colder than 1.995e+07 K before it is 9e+08 years old'
expect 2 "$WDSCAN" cool empty.yaml --set cooling.coldest=1e6
said 'cooling.coldest: 1e6 is out of range; expected a number in [1e7, 1e8] K'
expect 2 "$WDSCAN" cool empty.yaml --set star.envelope.helium=0.2
said 'star.envelope.helium: 0.2 is out of range; expected a number in [0, 0.1]'
for mass in 3 1e-3; do
  code=0
  timeout 60 "$WDSCAN" cool empty.yaml --set star.mass=$mass >out 2>err || code=$?
  [ $code = 1 ] || [ $code = 2 ] || fail "exit code $code for a star of $mass M_sun"
  [ -s err ] && [ ! -s out ] || fail "no message for a star of $mass M_sun"
done
