#!/bin/bash
# Requests to stop: each ends a scan soon, with its state saved, the exit code 75 and a line that says how to go on.
# One scan is stopped by one after the other, with changing numbers of ranks, and ends with the bits of an undisturbed
# one. Where mpirun itself is told to end, the exit code is its own, and it lets no line through.
set -eu
. "$(dirname "$0")/../functions.sh"
brake 1

cat >small.yaml <<'END_OF_YAML'
grid:
  mass:     {min: 100.0, max: 1.0e6, points: 24}
  coupling: {min: 1.0e-12, max: 1.0e-4, points: 16}
  shells: 8
integrator: {relative_error: 0.01, sampling: separate}
END_OF_YAML
expect 0 "$mpirun" -np 2 "$wdscan" run small.yaml -o whole.h5

# begin RANKS [OPTION...]: starts the scan and waits until it has done some more points
begin() {
  local n=$1 before=0
  shift
  [ ! -e map.h5 ] || before=$(points map.h5)
  "$mpirun" -np "$n" "$slow" run small.yaml -o map.h5 "$@" >out 2>err &
  launcher=$!
  await map.h5 $((before + 5))
}

# stopped [REASON]: it ends in time; with REASON also as promised
stopped() {
  reap 15
  if [ $# -gt 0 ]; then
    [ $code = 75 ] || { cat err; fail "exit code $code after: $1"; }
    said "stopped early ($1); map.h5 is in order: run the same command again to go on"
    [ "$(grep -c "stopped early" err)" = 1 ] || { cat err; fail "said more than once"; }
  else
    [ $code != 0 ] || fail "exit code 0 of a scan that was ended"
  fi
  [ "$(points map.h5)" -lt 384 ] || fail "the scan was over before it could be stopped: $*"
}

begin 2; kill -USR1 $launcher; stopped "SIGUSR1 received"
begin 3; kill -TERM $launcher; stopped
begin 1; kill -INT $launcher; stopped
begin 2; kill -TERM $(ranks); stopped "SIGTERM received"
begin 2; kill -INT $(ranks | head -n 1); stopped "SIGINT received"
begin 3; kill -USR1 $(ranks | tail -n 1); stopped "signal received by rank 2"
begin 2; touch map.h5.stop; stopped "map.h5.stop found"
[ ! -e map.h5.stop ] || fail "the stop file would stop the next run, too"
begin 2 --max-time 00:00:05; stopped "the time limit of 5 s is reached"

# --- Without a launcher
"$slow" run small.yaml -o map.h5 --quiet >out 2>err &
launcher=$!
await map.h5 $(($(points map.h5) + 1))
kill -TERM $launcher
stopped "SIGTERM received"

expect 0 "$mpirun" -np 3 "$wdscan" run small.yaml -o map.h5
same_bits whole.h5 map.h5
[ "$(ls)" = "$(printf '%s\n' bits err map.h5 out small.yaml status.json whole.h5)" ] || fail "left behind: $(ls)"
