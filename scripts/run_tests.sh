#!/bin/bash
# Runs the tests named as arguments, one line each, and shows the output of those that fail.
#
#   scripts/run_tests.sh build/tests/base/test_json build/tests/jobs/mpi_jobs tests/program/e2e_cli.sh ...
#
# An argument can be a script with arguments of its own, separated by blanks. Files called mpi_* run under mpirun with
# 1, 2 and 3 ranks, all others by themselves. A test passes with exit code 0 and counts as skipped with 77; it fails
# with any other, after $TEST_TIMEOUT seconds, or if it cannot be started. The last line is `N passed, N failed`, with
# `, N skipped` if there are any. Exit code 1 if a test failed or none passed; if all were skipped, which
# ALL_SKIPPED=ok allows, 0.
set -u

timeout=${TEST_TIMEOUT:-900}
mpirun=${MPIRUN:-mpirun}
export PYTHON="${PYTHON:-$("$(dirname "$0")/find_python.sh" h5py || echo python3)}"
# shellcheck source=scripts/mpi_settings.sh
. "$(dirname "$0")/mpi_settings.sh"
export OMPI_MCA_mpi_yield_when_idle=1

output=$(mktemp) || exit 1
trap 'rm -f "$output"' EXIT
passed=0 failed=0 skipped=0

# run_one NAME COMMAND...
run_one() {
  local name=$1 start=$EPOCHREALTIME code seconds
  shift
  timeout --kill-after=10 "$timeout" "$@" >"$output" 2>&1 </dev/null
  code=$?
  seconds=$(((${EPOCHREALTIME/[.,]/} - ${start/[.,]/}) / 100000))
  seconds=${seconds%?}.${seconds: -1}
  [[ $seconds != .* ]] || seconds=0$seconds
  case $code in
    0) passed=$((passed + 1)); printf 'ok    %-44s %6s s\n' "$name" "$seconds" ;;
    77) skipped=$((skipped + 1)); printf 'skip  %-44s %s\n' "$name" "$(tail -n 1 "$output")" ;;
    *)
      failed=$((failed + 1))
      [ $code != 124 ] && [ $code != 137 ] || echo "stopped after $timeout s" >>"$output"
      printf 'FAIL  %-44s %6s s  exit code %s\n' "$name" "$seconds" $code
      sed 's/^/      | /' "$output"
      ;;
  esac
}

for test in "$@"; do
  read -ra command <<<"$test"
  case ${command[0]} in */*) ;; *) command[0]=./${command[0]} ;; esac
  name=${command[0]##*/}${test#"${test%% *}"}
  case $name in
    mpi_*)
      for ranks in 1 2 3; do
        # MPI libraries keep memory until exit: leaks are looked for in the tests without MPI only.
        ASAN_OPTIONS=detect_leaks=0 run_one "$name, $ranks rank$([ $ranks = 1 ] || echo s)" "$mpirun" -np $ranks "${command[@]}"
      done
      ;;
    *) run_one "$name" "${command[@]}" ;;
  esac
done

echo "$passed passed, $failed failed$([ $skipped = 0 ] || echo ", $skipped skipped")"
[ $failed = 0 ] && { [ $passed -gt 0 ] || { [ $skipped -gt 0 ] && [ "${ALL_SKIPPED:-}" = ok ]; }; }
