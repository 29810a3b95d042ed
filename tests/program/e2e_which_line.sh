#!/bin/bash
# docs/which-line.md: every point of its table is what the program computes; where red giants lead; scripts/data: the
# defaults and the paper's configurations have the numbers of the table.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
python=$("$root/scripts/find_python.sh" numpy) || { echo "no numpy"; exit 77; }
export PYTHONDONTWRITEBYTECODE=1
cd "$root"

"$python" - "$WDSCAN" <<'PY'
import csv
import json
import math
import re
import subprocess
import sys

import numpy as np

sys.path.insert(0, "scripts")
from limits import recompute

program = sys.argv[1]


def excess(words):
    result = json.loads(subprocess.run([program, "point", *words, "--json"], check=True, stdout=subprocess.PIPE).stdout)
    return result["excess"], result["excess_error"]


with open("docs/which-line.md", encoding="utf-8") as page:
    rows = re.findall(r"^\| `(configs/[^`]*)` \| ([0-9.e+-]+) \|$", page.read(), re.MULTILINE)
assert len(rows) == 11, f"{len(rows)} points in docs/which-line.md"
for words, written in rows:
    value, error = excess(words.split())
    assert abs(value - float(written)) < 4 * error + 5e-3 * abs(value), (words, value, error, written)

# Red giants exclude couplings below the 30 % line at 20 keV, not at 30 and 70 keV, and again at 100 and 180 keV.
columns = recompute.read("red_giant_dark_photon")[1]
for mass, leads in (20e3, True), (30e3, False), (70e3, False), (100e3, True), (180e3, True):
    logs = np.interp(math.log(mass / 1e6), np.log(columns["mass_MeV"]), np.log(columns["mixing"]))
    coupling = math.exp(logs) / abs(recompute.MIXING)
    value = excess(["configs/fig4.yaml", "--mass", repr(mass), "--coupling", repr(coupling)])[0]
    assert (value < 0.3) == leads, (mass, coupling, value)

# Numbers with a date.
with open("scripts/data/measurements.csv", encoding="utf-8") as file:
    table = list(csv.DictReader(line for line in file if not line.startswith("#")))
assert all(row["source"] and row["date"] and row["current"] in ("yes", "no") for row in table)


def number(name, current):
    (row,) = [row for row in table if row["name"] == name and row["current"] == current]
    return float(row["value"]), float(row["error"] or "nan")


def effective(config):
    text = subprocess.run([program, "check", config], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {key: float(re.search(rf"^ *{key}: ([0-9.e+-]+)", text, re.MULTILINE).group(1))
            for key in ("sin2_theta_w", "delta_a_mu", "delta_a_mu_error")}


for config, current in ("reference", "yes"), ("fig4", "yes"), ("paper-fig4", "no"), ("paper-fig5", "no"):
    found = effective(f"configs/{config}.yaml")
    assert (found["delta_a_mu"], found["delta_a_mu_error"]) == number("delta_a_mu", current), (config, found)
    assert found["sin2_theta_w"] == number("sin2_theta_w", current)[0], (config, found)
measured, standard, difference = (number(name, "yes") for name in
                                  ("a_mu_measured", "a_mu_standard_model", "delta_a_mu"))
assert abs(measured[0] - standard[0] - difference[0]) < 1e-11
assert abs(math.hypot(measured[1], standard[1]) - difference[1]) < 1e-11
PY

for name in hubble_band_low:0.5 hubble_band_high:0.2; do
  "$python" - "${name%:*}" "${name#*:}" <<'PY'
import csv, sys
sys.path.insert(0, "scripts")
from limits import recompute
with open("scripts/data/measurements.csv", encoding="utf-8") as file:
    (row,) = [r for r in csv.DictReader(l for l in file if not l.startswith("#")) if r["name"] == sys.argv[1]]
low, high = 1.0, 50.0
while high - low > 1e-3:
    middle = (low + high) / 2
    low, high = (middle, high) if recompute.delta_neff(middle) > float(sys.argv[2]) else (low, middle)
print(sys.argv[1], low)
assert abs(low - float(row["value"])) < 0.1, (sys.argv[1], low)
scaled = low * 3.6 / 2.3  # docs/which-line.md: a decoupling temperature of 3.6 MeV
assert abs(scaled - {"0.5": 14.7, "0.2": 19.9}[sys.argv[2]]) < 0.1, scaled
PY
done
