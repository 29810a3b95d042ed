#!/bin/bash
# What `wdscan check` expects of a scan, against what the scan then takes: evaluations, memory, size of the file, each
# within a factor of 1.5. Times are not tested.
set -eu
. "$(dirname "$0")/../functions.sh"
# shellcheck disable=SC2154 # here: set in functions.sh
configs=$here/../configs

# compare CONFIG [OPTION...]
compare() {
  expect 0 "$wdscan" check "$@"
  cp out expected
  "$PYTHON" - "$wdscan" run "$@" -o map.h5 --fresh --log-level debug <<'P' || fail "not as expected: $*"
import os, re, resource, subprocess, sys
text = open("expected").read()
numbers = r"([0-9.e+]+)"
want = {name: float(re.search(pattern, text).group(1)) for name, pattern in {
    "evaluations": numbers + " evaluations, about", "megabytes": r"# memory: " + numbers,
    "more": "rank 0: " + numbers, "file": r"# result file: " + numbers}.items()}
want["megabytes"] += want.pop("more")
run = subprocess.run(sys.argv[1:], stderr=subprocess.PIPE, text=True, check=True)
found = {"evaluations": sum(map(int, re.findall(r"done: (\d+) evaluations", run.stderr))),
         "megabytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3,
         "file": os.path.getsize("map.h5") / 1e6}
print(sys.argv[3:], {key: round(want[key] / found[key], 2) for key in want})
assert found["evaluations"] > 0
assert all(1 / 1.5 < want[key] / found[key] < 1.5 for key in want), (want, found)
P
}

for config in quick fig4 fig4-0.6msun fig4-consistent fig5 reference; do compare "$configs/$config.yaml"; done
compare "$configs/fig4.yaml" --set integrator.relative_error=0.0005 --set grid.mass.points=31
compare "$configs/fig4.yaml" --set integrator.relative_error=0.02 --set grid.shells=16
coarse="--set integrator.sampling=separate --set grid.mass.points=21 --set grid.coupling.points=21"
# shellcheck disable=SC2086 # several words
for config in fig4 fig5 fig4-consistent; do compare "$configs/$config.yaml" $coarse; done
