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
#
# $TEST_JOBS tests run at a time, as many as there are cores unless it is said, and at most 8; those that build, measure or start
# a system of their own (tests/gates, tests/slurm, tests/fresh) run alone. Lines come in the order of the arguments.
set -u

timeout=${TEST_TIMEOUT:-900}
mpirun=${MPIRUN:-mpirun}
most=${TEST_JOBS:-$(nproc 2>/dev/null || echo 1)}
[ "$most" -le 8 ] || most=8
export PYTHON="${PYTHON:-$("$(dirname "$0")/find_python.sh" h5py || echo python3)}"
# shellcheck source=scripts/mpi_settings.sh
. "$(dirname "$0")/mpi_settings.sh"
export OMPI_MCA_mpi_yield_when_idle=1

work=$(mktemp -d) || exit 1
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
passed=0 failed=0 skipped=0 # of those that were shown
begun=0 shown=0 running=0   # tests are numbered from 1

# in_background NUMBER COMMAND...: the output, and, when all is over, the exit code and the time [0.1 s]
in_background() {
  local number=$1 start=$EPOCHREALTIME code child
  shift
  # a shell has what it starts in the background ignore Ctrl-C
  env --default-signal=INT,QUIT timeout --kill-after=10 "$timeout" "$@" >"$work/$number.out" 2>&1 </dev/null &
  child=$!
  trap 'kill $child' TERM # `timeout` passes it on
  wait $child
  code=$?
  echo "$code $(((${EPOCHREALTIME/[.,]/} - ${start/[.,]/}) / 100000))" >"$work/$number.new"
  mv "$work/$number.new" "$work/$number.end"
}

# Prints the lines of those that have ended, up to the first one that has not.
show() {
  local code seconds name
  while [ -e "$work/$((shown + 1)).end" ]; do
    shown=$((shown + 1))
    read -r code seconds <"$work/$shown.end"
    read -r name <"$work/$shown.name"
    seconds=${seconds%?}.${seconds: -1}
    [[ $seconds != .* ]] || seconds=0$seconds
    case $code in
      0) passed=$((passed + 1)); printf 'ok    %-44s %6s s\n' "$name" "$seconds" ;;
      77) skipped=$((skipped + 1)); printf 'skip  %-44s %s\n' "$name" "$(tail -n 1 "$work/$shown.out")" ;;
      *)
        failed=$((failed + 1))
        [ "$code" != 124 ] && [ "$code" != 137 ] || echo "stopped after $timeout s" >>"$work/$shown.out"
        printf 'FAIL  %-44s %6s s  exit code %s\n' "$name" "$seconds" "$code"
        sed 's/^/      | /' "$work/$shown.out"
        ;;
    esac
    rm -f "$work/$shown".*
  done
}

# Waits until at most so many run.
wait_for() {
  while [ $running -gt "$1" ]; do
    wait -n
    running=$((running - 1))
    show
  done
}

# begin NAME COMMAND...
begin() {
  wait_for $((most - 1))
  begun=$((begun + 1)) running=$((running + 1))
  echo "$1" >"$work/$begun.name"
  shift
  in_background $begun "$@" &
}

for test in "$@"; do
  read -ra command <<<"$test"
  case ${command[0]} in */*) ;; *) command[0]=./${command[0]} ;; esac
  name=${command[0]##*/}${test#"${test%% *}"}
  case $name:${command[0]} in
    mpi_*)
      for ranks in 1 2 3; do
        # MPI libraries keep memory until exit: leaks are looked for in the tests without MPI only.
        ASAN_OPTIONS=detect_leaks=0 begin "$name, $ranks rank$([ $ranks = 1 ] || echo s)" "$mpirun" -np $ranks "${command[@]}"
      done
      ;;
    *:*/gates/* | *:*/slurm/* | *:*/fresh/*)
      wait_for 0
      begin "$name" "${command[@]}"
      wait_for 0
      ;;
    *) begin "$name" "${command[@]}" ;;
  esac
done
wait_for 0

echo "$passed passed, $failed failed$([ $skipped = 0 ] || echo ", $skipped skipped")"
[ $failed = 0 ] && { [ $passed -gt 0 ] || { [ $skipped -gt 0 ] && [ "${ALL_SKIPPED:-}" = ok ]; }; }
