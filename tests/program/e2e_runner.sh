#!/bin/bash
# The test runner itself: it must notice a failing, crashing, hanging or missing test, and an empty list.
set -eu

runner=$(cd "$(dirname "$0")/../.." && pwd)/scripts/run_tests.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

script() { printf '#!/bin/bash\n%s\n' "$2" >"$1" && chmod +x "$1"; }
script test_good 'echo unseen'
script test_bad 'echo the reason; exit 3'
script test_crash 'kill -SEGV $$'
script test_hang 'sleep 60'
script test_skip 'echo no such machine; exit 77'
script test_told '[ "$#: $*" = "2: one two" ]'
script mpi_lonely '[ "$OMPI_COMM_WORLD_SIZE" != 2 ]'

# expect CODE LAST_LINE TEST...
expect() {
  local code=$1 line=$2 got=0
  shift 2
  "$runner" "$@" >out 2>&1 || got=$?
  if [ $got != "$code" ] || [ "$(tail -n 1 out)" != "$line" ]; then
    echo "run_tests.sh $*: exit code $got, expected $code and '$line' after:"
    cat out
    exit 1
  fi
}

expect 0 "1 passed, 0 failed" test_good
expect 0 "1 passed, 0 failed, 1 skipped" test_good test_skip
expect 0 "1 passed, 0 failed" "test_told one two"
grep -q '^ok    test_told one two ' out
expect 1 "0 passed, 1 failed" "test_told one"
expect 1 "1 passed, 1 failed" test_bad test_good
grep -q 'the reason' out
if grep -q unseen out; then echo 'the output of a passing test was shown'; exit 1; fi
expect 1 "1 passed, 1 failed" test_good test_crash
expect 1 "1 passed, 1 failed" test_good test_missing
TEST_TIMEOUT=2 expect 1 "0 passed, 1 failed" test_hang
expect 1 "0 passed, 0 failed, 1 skipped" test_skip
ALL_SKIPPED=ok expect 0 "0 passed, 0 failed, 1 skipped" test_skip
ALL_SKIPPED=ok expect 1 "0 passed, 1 failed, 1 skipped" test_skip test_bad
ALL_SKIPPED=ok expect 1 "0 passed, 0 failed"
expect 1 "0 passed, 0 failed"
# Several at a time: lines in the order of the arguments, some alone, and nothing left behind that an interrupt ends
script test_slow 'touch slow.begun; sleep 3; touch slow.ended; echo slowly; exit 3'
script test_meets 'until [ -e slow.begun ]; do sleep 0.1; done; [ ! -e slow.ended ]'
TEST_JOBS=2 expect 1 "2 passed, 1 failed" test_slow test_meets test_good
[ "$(awk '{ printf "%s %s;", $1, $2 }' out)" = 'FAIL test_slow;| slowly;ok test_meets;ok test_good;2 passed,;' ] || { echo 'another order:'; cat out; exit 1; }
mkdir gates
script gates/test_alone '[ -e slow.ended ]'
rm -f slow.*
TEST_JOBS=3 expect 1 "2 passed, 1 failed" test_slow ./gates/test_alone test_good
script test_asleep 'echo $$ >asleep.pid; exec sleep 60'
TEST_JOBS=2 "$runner" test_asleep test_asleep >out 2>&1 &
until [ -s asleep.pid ]; do sleep 0.1; done
kill -TERM $!
wait $! || true
sleep 0.5
if kill -0 "$(cat asleep.pid)" 2>/dev/null; then echo 'a test outlives its runner'; exit 1; fi
script test_interrupt 'trap "exit 0" INT; kill -INT $$; exit 1'
expect 0 "1 passed, 0 failed" test_interrupt

if command -v ompi_info >/dev/null; then
  expect 1 "2 passed, 1 failed" mpi_lonely
  grep -q '^FAIL  mpi_lonely, 2 ranks' out
fi
