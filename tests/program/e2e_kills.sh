#!/bin/bash
# kill -9 at random moments: of one rank, of all, of mpirun. After each the result file is readable, has no damaged
# point and none less than before; the same command, with another number of ranks, goes on; in the end come the bits
# of an undisturbed scan. The times are random, from a fixed seed.
#
# KILLS=60 for the long series (make campaign), which prints its figures.
set -eu
. "$(dirname "$0")/../functions.sh"
brake 1
kills=${KILLS:-6}
RANDOM=${SEED:-20240502}

cat >small.yaml <<'END_OF_YAML'
grid:
  mass:     {min: 100.0, max: 1.0e6, points: 10}
  coupling: {min: 1.0e-12, max: 1.0e-4, points: 10}
  shells: 8
integrator: {relative_error: 0.01, sampling: separate}
output: {checkpoint_interval: 1}
END_OF_YAML
expect 0 "$mpirun" -np 2 "$wdscan" run small.yaml -o whole.h5

# The processes to kill: "one" (at random), "all" or "mpirun"
victims() {
  local processes
  mapfile -t processes < <(ranks)
  case $1 in
    one) [ ${#processes[@]} = 0 ] || echo "${processes[RANDOM % ${#processes[@]}]}" ;;
    all) echo "${processes[@]}" ;;
    mpirun) echo "$launcher" ;;
  esac
}

# Have all ranks begun? They catch SIGTERM then, before MPI_Init. A launcher that is killed before that leaves programs behind
# that cannot know what it was.
begun() {
  local process caught
  [ -n "$(ranks)" ] || return 1
  for process in $(ranks); do
    caught=$(sed -n 's/^SigCgt:[[:space:]]*/0x/p' "/proc/$process/status" 2>/dev/null)
    [ "${caught:-none}" = none ] || [ $((caught & 0x4000)) != 0 ] || return 1
  done
}

# When a rank dies within MPI_Init, mpirun of Open MPI 4.1 with PMIx 4.2 may wait for itself for ever after all ranks
# have ended, whatever the program. That is counted, and ended here.
release() {
  local i
  for ((i = 0; i < 100; i++)); do
    kill -0 "$launcher" 2>/dev/null || return 0
    sleep 0.1
  done
  for i in $(ranks); do ! lives "$i" || fail "rank with process $i lives on"; done
  stuck=$((stuck + 1))
  kill -KILL "$launcher"
}

# strike WHOM: kills in the middle of a run, and looks at what is left
strike() {
  local running start took before=0 after=0
  [ ! -e map.h5 ] || before=$(points map.h5)
  "$mpirun" -np $((1 + RANDOM % 4)) "$slow" run small.yaml -o map.h5 >out 2>err &
  launcher=$!
  sleep "$((RANDOM % 2)).$((100 + RANDOM % 900))"
  while ! begun && kill -0 "$launcher" 2>/dev/null; do sleep 0.01; done # or the launcher is over
  running=$(ranks)
  # shellcheck disable=SC2046 # several processes
  kill -KILL $(victims "$1") 2>/dev/null || true
  start=$SECONDS
  # shellcheck disable=SC2086
  settle $running
  took=$((SECONDS - start))
  release
  reap 30
  [ ! -e map.h5 ] || after=$(points map.h5)
  [ "$after" -ge "$before" ] || fail "$before points before the kill, $after after it"
  done_kills=$((done_kills + 1))
  if [ $code = 0 ]; then # too late: it had finished
    [ "$after" = 100 ] || fail "exit code 0 with $after points"
    late=$((late + 1))
  elif [ $took -gt "$slowest" ]; then
    slowest=$took
  fi
}

# one scan, killed again and again until it is complete or enough is killed
done_kills=0 late=0 scans=0 slowest=0 stuck=0
whom=(one all mpirun)
mapfile -t modules < <(io_modules)
[ ${#modules[@]} -ge 1 ] || fail "Open MPI has no parallel file access"
while [ $done_kills -lt "$kills" ]; do
  rm -f map.h5*
  export OMPI_MCA_io=${modules[scans % ${#modules[@]}]}
  for i in 1 2 3; do
    [ $done_kills -ge "$kills" ] || strike "${whom[(done_kills + scans) % 3]}"
  done
  expect 0 "$mpirun" -np $((1 + RANDOM % 3)) "$wdscan" run small.yaml -o map.h5
  same_bits whole.h5 map.h5
  scans=$((scans + 1))
done
[ $late -lt $((kills / 2)) ] || fail "$late of $kills kills came too late to disturb anything"
echo "$kills kills in $scans scans ($late of them after the end): all files readable, no point lost or damaged," \
  "all bits as without; the ranks ended within $slowest s; mpirun itself got stuck $stuck times"
