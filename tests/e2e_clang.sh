#!/bin/bash
# The same sources with Clang: no warning, and a scan that agrees with GCC's. Not to the last bit, as the two
# turn some powers into different calls; but samples and errors are the same, so results are far closer to
# each other than to the truth.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
command -v clang >/dev/null || { echo "no clang: scripts/setup.sh dev"; exit 77; }
# shellcheck source=tests/functions.sh
. "$root/tests/functions.sh"

build=$root/build/clang
env -u MAKEFLAGS -u MAKEOVERRIDES make -s -j2 -C "$root" CC=clang BUILD=build/clang WERROR=1 all >make.log 2>&1 ||
  { cat make.log >&2; fail "does not build"; }
"$build/bin/wdscan" --version >version
grep -qi clang version || fail "not built with Clang: $(cat version)"

cat >small.yaml <<'END'
grid:
  mass:     {min: 100.0, max: 1.0e6, points: 5}
  coupling: {min: 1.0e-14, max: 1.0e-4, points: 6}
  shells: 12
integrator: {relative_error: 0.01, max_evaluations: 100000}
END
expect 0 "$wdscan" run small.yaml -o one.h5
expect 0 "$build/bin/wdscan" run small.yaml -o other.h5
"$PYTHON" - <<'END'
import h5py
import numpy as np

one, other = h5py.File("one.h5"), h5py.File("other.h5")
assert np.array_equal(one["status"], other["status"])
assert np.array_equal(one["mass"], other["mass"]) and np.array_equal(one["coupling"], other["coupling"])
difference = np.abs(one["excess"][()] - other["excess"][()]) / one["excess_error"][()]
assert np.all(np.isfinite(difference)) and difference.max() < 0.1, difference
END
