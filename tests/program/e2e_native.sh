#!/bin/bash
# A build for this processor alone, and one without the choice of instruction sets at run time, against the portable
# build: the same results. Versions of the hot loops differ in the length of their vectors only, and nothing is contracted,
# so even the bits must be the same; where a compiler for one processor takes other ways with library functions, results may
# differ by rounding. Points that cannot be computed are NaN in all.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/functions.sh
. "$root/tests/functions.sh"

small_scan >small.yaml
sed '1i star: {temperature: 1000}' small.yaml >cold.yaml # too cold: every point fails

# build NAME VARIABLE=VALUE...: builds in build/NAME and computes both scans
build() {
  local name=$1
  shift
  build_in "$name" "$@" all
  expect 0 "$root/build/$name/bin/wdscan" run small.yaml -o "$name.h5"
  expect 1 "$root/build/$name/bin/wdscan" run cold.yaml -o "$name-cold.h5"
}

expect 0 "$wdscan" run small.yaml -o portable.h5
expect 1 "$wdscan" run cold.yaml -o portable-cold.h5
build native NATIVE=1
build plain CPPFLAGS=-DWD_ONE_VERSION

"$PYTHON" - <<'END'
import h5py
import numpy as np

for case in "", "-cold":
    portable = h5py.File(f"portable{case}.h5")
    for name, tolerance in ("native", 1e-9), ("plain", 0):
        other = h5py.File(f"{name}{case}.h5")
        for dataset in "status", "excess", "excess_error", "excess_resonant", "excess_offresonant":
            a, b = portable[dataset][()], other[dataset][()]
            assert np.array_equal(np.isnan(a), np.isnan(b)), (name, case, dataset)
            size = np.abs(portable["excess"][()])
            off = np.abs(a - b) / (size if a.ndim == 2 else size[..., None])
            assert not np.any(off > tolerance), (name, case, dataset, np.nanmax(off))
    failed = np.isnan(portable["excess"][()])
    assert failed.all() if case else not failed.any()
END
