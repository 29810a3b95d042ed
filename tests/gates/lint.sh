#!/bin/bash
# What tools find by reading: clang-format, cppcheck and clang-tidy on the C sources, shellcheck on the scripts,
# Python's own compiler. Any finding fails.
set -u
cd "$(dirname "$0")/../.."
bad=0
step() { "$@" || { echo "lint: $1 found something"; bad=1; }; }

mapfile -t scripts < <(grep -lE '^#!/bin/(ba)?sh' .ci/run scripts/*.sh tests/*.sh tests/*/*.sh jobs/*)
mapfile -t python < <(ls scripts/*.py scripts/*/*.py scripts/python/wdscan/*.py docs/examples/*.py tests/*.py)
read -ra flags <<<"-std=c17 -D_GNU_SOURCE -Iinclude -Isrc $(pkg-config --cflags hdf5-openmpi gsl yaml-0.1 cmocka) \
  $(mpicc -show | grep -o -- '-I[^ ]*' | tr '\n' ' ')"
flags+=('-DWD_VERSION="0"' '-DWD_COMMIT="0"' '-DWD_CFLAGS="0"')

step make -s --no-print-directory check-format
step tests/gates/layers.sh
# Sources and tests one after the other: across both, cppcheck loses track of what is initialised.
for folder in src tests; do
  step cppcheck -q --error-exitcode=1 --std=c17 --enable=warning,performance,portability --inline-suppr \
    --suppress=missingIncludeSystem -Iinclude -Isrc "$folder"
done
step clang-tidy --quiet src/*/*.c -- "${flags[@]}" 2>/dev/null # it counts suppressed warnings there
step shellcheck -S error "${scripts[@]}"
step python3 - "${python[@]}" <<'END'
import sys
for path in sys.argv[1:]:
    compile(open(path).read(), path, "exec")
END
exit $bad
