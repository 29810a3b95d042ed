#!/bin/bash
# The benchmarks run, and print what docs/performance.md states. No times are tested.
set -eu
. "$(dirname "$0")/../functions.sh"
root=$(dirname "$here")
[ -x "$BENCH" ] && [ -x "$BENCH_JOBS" ] || fail "no benchmark: $BENCH $BENCH_JOBS"

# has_all NAME...: `name value` with a number above zero, in the file out
has_all() {
  for name; do awk -v n="$name" '$1 == n && $2 > 0 { found = 1 } END { exit !found }' out || { cat out >&2; fail "no $name"; }; done
}

printf 'grid: {mass: {min: 1.0e3, max: 1.0e6, points: 5}, coupling: {min: 1.0e-14, max: 1.0e-8, points: 5}}\n' >grid.yaml
expect 0 "$BENCH" kernel grid.yaml
has_all {plane,transverse_pole,longitudinal_pole,continuum}_{ns,share} shells_ns plane_floor_ns kernel_ns sampler_ns sampler_per_kernel
expect 0 "$BENCH" point grid.yaml
has_all point_ms point_mean_ms point_most_ms
expect 2 "$BENCH" points grid.yaml

STARS=2 ROUNDS=1 expect 0 "$root/scripts/bench_campaign.sh" "$BENCH" "$BENCH_JOBS" "$WDSCAN" "$MPIRUN"
[ "$(grep -cE ' [0-9.]+ s / +[0-9.]+ s = [0-9.]+$' out)" = 4 ] || { cat out >&2; fail 'not four ratios'; }
! grep -E ' = (0\.00)?$' out || fail 'a ratio of nothing'
