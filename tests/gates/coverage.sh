#!/bin/bash
# Lines of src/ that the tests run, by gcov: the unit tests, the MPI tests and the end-to-end tests of a build of
# its own. Prints the table (also in build/coverage.txt); fails below GOAL percent.
set -u
cd "$(dirname "$0")/../.."
goal=${GOAL:-90} build=build/coverage

make() { env -u MAKEFLAGS -u MAKEOVERRIDES make -s --no-print-directory "$@"; }
find $build -name '*.gcda' -delete 2>/dev/null
make -j2 BUILD=$build SANITIZE=--coverage CFLAGS=-O1 all tests || exit 1
# The tests of other builds and of the recipes run no line of this one.
skip='e2e_(mpich|clang|installation|library|packaging|runner)'
mapfile -t tests < <(ls $build/tests/*/{test,mpi}_* tests/program/e2e_*.sh | grep -vE "\.[od]$|\.gc|$skip")
WDSCAN=$PWD/$build/bin/wdscan scripts/run_tests.sh "${tests[@]}" || exit 1
gcovr --root . --object-directory $build --filter src/ --exclude-throw-branches --fail-under-line "$goal" \
  --gcov-ignore-parse-errors >build/coverage.txt
code=$?
cat build/coverage.txt
[ $code = 0 ] || echo "fewer than $goal % of the lines"
exit $code
