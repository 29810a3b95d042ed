#!/bin/bash
# What `wdscan check` expects of a scan, against what the scan then takes: evaluations, memory, size of the file, each
# within a factor of 1.5. Times are tested for stars that cool only, by their order.
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
size = r"([0-9.e+]+) ([kMG]B)"
megabytes = lambda pattern: (lambda found: float(found[1]) * {"kB": 1e-3, "MB": 1, "GB": 1e3}[found[2]])(re.search(pattern + size, text))
want = {"evaluations": float(re.search(r"of one core like this(?: \([^)]*\))?, ([0-9.e+]+) evaluations", text)[1]),
        "megabytes": megabytes("# memory: "), "more": megabytes("rank 0: "), "file": megabytes("# result file: ")}
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

# A grid of any size takes seconds; with --no-trial nothing is tried out, and nothing is written.
expect 0 timeout 60 "$wdscan" check "$configs/quick.yaml" --set grid.mass.points=31623 --set grid.coupling.points=31623
grep -q '^# 31623 x 31623 = 1000014129 points' out && grep -qE '^# result file: [0-9.]+ GB$' out || fail "sizes: $(grep '^#' out)"
grep -qE '^# tried out [0-9]+ of [0-9]+ jobs; expected: .* (h|days) of one core like this \([0-9]+\.?[0-9]* core-hours\)' out ||
  fail "the time of a large grid: $(grep '^#' out)"
expect 0 "$wdscan" check "$configs/quick.yaml" --no-trial
if grep -q 'tried out\|memory' out || ! grep -q '^# result file' out; then fail "--no-trial: $(grep '^#' out)"; fi
expect 0 "$wdscan" check "$configs/quick.yaml" --no-trial --set grid.coupling.points=1
grep -q '^# grid.coupling has one point: there will be no contours' out || fail "one coupling: $(grep '^#' out)"
expect 0 "$wdscan" check "$configs/quick.yaml" --set grid.mass.points=5
grep -qE '^# tried out .*; expected: (under )?[0-9.]+ (s|min) of one core like this, ' out || fail "the time of a small grid: $(grep '^#' out)"
[ -z "$(find . -name '*.h5')" ] || fail "check wrote a file"

for config in quick fig4 fig4-0.6msun fig4-consistent fig5 reference; do compare "$configs/$config.yaml"; done
compare "$configs/fig4.yaml" --set integrator.relative_error=0.0005 --set grid.mass.points=31
compare "$configs/fig4.yaml" --set integrator.relative_error=0.02 --set grid.shells=16
coarse="--set integrator.sampling=separate --set grid.mass.points=21 --set grid.coupling.points=21"
# shellcheck disable=SC2086 # several words
for config in fig4 fig5 fig4-consistent; do compare "$configs/$config.yaml" $coarse; done

# Of stars that cool: memory and size of the file within the same factor, the processor's time within one of 5.
cat >cool.yaml <<'END'
observable: cooling
star: {mass: 0.55}
grid:
  mass:     {min: 1.0e2, max: 1.0e4, points: 3}
  coupling: {min: 1.0e-14, max: 1.0e-12, points: 8}
  shells: 4
integrator: {relative_error: 0.05}
END
expect 0 "$wdscan" check cool.yaml
"$PYTHON" - "$wdscan" run cool.yaml -o cool.h5 <<'P' || fail "not as expected: stars that cool"
import os, re, resource, subprocess, sys
text = open("out").read()
size, units = r"([0-9.e+]+) (kB|MB|GB)", {"kB": 1e-3, "MB": 1, "GB": 1e3}
megabytes = lambda pattern: (lambda found: float(found[1]) * units[found[2]])(re.search(pattern + size, text))
times, seconds = r"(?:under )?([0-9.]+) (s|min|h)", {"s": 1, "min": 60, "h": 3600}
duration = lambda words: (lambda found: float(found[1]) * seconds[found[2]])(re.search(words.replace("TIME", times), text))
want = {"seconds": duration("expected: TIME of one core") + duration("besides TIME for the start"),
        "megabytes": megabytes("# memory: ") + megabytes("rank 0: "), "file": megabytes("# result file: ")}
assert "3 x 8 = 24 points in 4 shells" in text, text
subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
found = {"seconds": used.ru_utime, "megabytes": used.ru_maxrss / 1e3, "file": os.path.getsize("cool.h5") / 1e6}
print({key: round(want[key] / found[key], 2) for key in want})
within = {"seconds": 5, "megabytes": 1.5, "file": 1.5}  # the machine may be busy: no more than the order of magnitude of times
assert all(1 / within[key] < want[key] / found[key] < within[key] for key in want), (want, found)
P
