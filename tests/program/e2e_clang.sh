#!/bin/bash
# The same sources with every Clang on the machine: no warning, from no test either, and a scan that agrees with GCC's.
# Not to the last bit, as the compilers turn some powers into different calls; but samples and errors are the same, so
# results are far closer to each other than to the truth. Only where a last bit moves an evaluation from one shell to
# another are the samples of these shells others; then both are estimates with their errors.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
mapfile -t compilers < <(compgen -c clang | grep -xE 'clang(-[0-9]+)?' | sort -uV)
[ ${#compilers[@]} != 0 ] || { echo "no clang: scripts/setup.sh dev"; exit 77; }
# shellcheck source=tests/functions.sh
. "$root/tests/functions.sh"

small_scan >small.yaml
expect 0 "$wdscan" run small.yaml -o one.h5 --set output.diagnostics=shell
declare -A tried
for compiler in "${compilers[@]}"; do
  program=$(readlink -f "$(command -v "$compiler")")
  [ -z "${tried[$program]:-}" ] || continue # clang is one of the others
  tried[$program]=yes
  build_in "$compiler" CC="$compiler" WERROR=1 all tests
  version="Clang $("$compiler" -dumpversion)"
  "$root/build/$compiler/bin/wdscan" --version >version
  grep -qF "$version" version || fail "not built with $version: $(cat version)"
  expect 0 "$root/build/$compiler/bin/wdscan" run small.yaml -o other.h5 --fresh --set output.diagnostics=shell
  "$PYTHON" - <<'END' || fail "$version: another scan than GCC's"
import h5py
import numpy as np

one, other = h5py.File("one.h5"), h5py.File("other.h5")
assert np.array_equal(one["status"], other["status"])
assert np.array_equal(one["mass"], other["mass"]) and np.array_equal(one["coupling"], other["coupling"])
difference = np.abs(one["excess"][()] - other["excess"][()]) / one["excess_error"][()]
shells = one["diagnostics/evaluations"][()] == other["diagnostics/evaluations"][()]
same = np.all(shells, axis=2)
assert np.all(np.isfinite(difference)) and same.any() and np.mean(shells) > 0.5, shells
assert difference[same].max() < 0.1 and difference.max() < 3, (difference, same)
END
done
