#!/bin/bash
# Runs every script in jobs/ on a SLURM of two nodes that this test starts (cluster.sh), ends them by time limit, by
# signal, by pre-emption and by scancel, and compares the results bit for bit with those of an undisturbed run.
# Two nodes on one machine take root; without, there is one.
set -eu
PATH=$PATH:/usr/sbin:/sbin
for program in munged slurmctld slurmd sbatch scontrol; do
  command -v $program >/dev/null || { echo "SLURM is not installed here (no $program): scripts/setup.sh slurm"; exit 77; }
done
nodes=2
unshare --uts --mount true 2>/dev/null || nodes=1
. "$(dirname "$0")/../functions.sh"
jobs=$(cd "$here/../jobs" && pwd)
trap '"$here/slurm/cluster.sh" stop "$dir/cluster"; settle $(cat "$dir"/cluster/run/*.pid); rm -rf "$dir"' EXIT
chmod 755 "$dir" # for the socket of munge
"$here/slurm/cluster.sh" start cluster $nodes
brake 0
export SLURM_CONF=$dir/cluster/slurm.conf WDSCAN=$slow

cat >small.yaml <<'END_OF_YAML'
grid:
  mass:     {min: 100.0, max: 1.0e6, points: 5}
  coupling: {min: 1.0e-12, max: 1.0e-4, points: 6}
  shells: 4
integrator: {relative_error: 0.01}
END_OF_YAML
# Takes two ranks some 25 s with the brake
cat >long.yaml <<'END_OF_YAML'
grid:
  mass:     {min: 100.0, max: 1.0e6, points: 14}
  coupling: {min: 1.0e-12, max: 1.0e-4, points: 14}
  shells: 8
integrator: {relative_error: 0.01, sampling: separate}
END_OF_YAML
"$mpirun" -np 2 "$wdscan" run small.yaml -o small.h5 --quiet
"$mpirun" -np 2 "$wdscan" run long.yaml -o long.h5 --quiet

# submit OPTION-OR-ARGUMENT...: sets id
submit() { id=$(sbatch --parsable "$@"); }

state() { scontrol show job "$1" | sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p' | sort -u | tr '\n' ' '; }
detail() { scontrol show job "$id" | sed -n "s/.*\<$1=\([^ ]*\).*/\1/p"; }

# ends STATE: waits until all of the job is in that state; fails in any other end. No answer, from a controller that is
# busy, is not an end.
ends() {
  local i is
  for ((i = 0; i < 1500; i++)); do
    is=$(state "$id" 2>/dev/null)
    case $is in
      "$1 ") return ;;
      "FAILED " | "COMPLETED " | "CANCELLED " | "TIMEOUT " | "NODE_FAIL " | "OUT_OF_MEMORY ") break ;;
    esac
    sleep 0.2
  done
  tail -n 20 wdscan-$id*.log cluster/log/slurmctld.log >&2
  fail "job $id of $(detail JobName) is $is instead of $1"
}

# progress FILE N: waits until the file holds N points
progress() {
  local i
  for ((i = 0; i < 600; i++)); do
    if [ -e "$1" ] && [ "$(points "$1")" -ge "$2" ]; then return; fi
    sleep 0.2
  done
  cat wdscan-*.log >&2
  fail "$1 has not got $2 points in time; job $id is $(state "$id")"
}

restarted() { # N: waits until the job has been requeued N times
  local i
  for ((i = 0; i < 600; i++)); do
    [ "$(detail Restarts)" -lt "$1" ] || return 0
    sleep 0.2
  done
  cat wdscan-*.log >&2
  fail "job $id was not requeued; it is $(state "$id")"
}

step() { echo "$SECONDS s: $*"; }

step "one node, and one that hands its time limit over and is submitted again"
submit -n 2 "$jobs/one-node.sbatch" small.yaml one.h5
ends COMPLETED
same_bits small.h5 one.h5
brake 1
submit -n 2 -t 2 --export=ALL,MARGIN=115 "$jobs/one-node.sbatch" long.yaml limit.h5
ends FAILED
[ "$(detail ExitCode)" = 75:0 ] || fail "exit code $(detail ExitCode) at the time limit"
grep -q "the time limit of .* is reached" wdscan-$id.log
brake 0
submit -n 2 "$jobs/one-node.sbatch" long.yaml limit.h5
ends COMPLETED
same_bits long.h5 limit.h5

step "$nodes nodes, by srun and by mpirun"
submit -N $nodes --ntasks-per-node=2 "$jobs/several-nodes.sbatch" small.yaml srun.h5
ends COMPLETED
submit -N $nodes --ntasks-per-node=2 --export=ALL,LAUNCHER=mpirun "$jobs/several-nodes.sbatch" small.yaml mpirun.h5
ends COMPLETED
same_bits small.h5 srun.h5
same_bits small.h5 mpirun.h5
"$PYTHON" -c 'import h5py; assert h5py.File("srun.h5").attrs["ranks"] == 2 * '$nodes

step "an array"
submit -n 2 "$jobs/array.sbatch" small.yaml stars
ends COMPLETED
[ "$(ls stars)" = "$(printf '%s\n' 0.6.h5 0.8.h5 1.0.h5 1.2.h5 1.3.h5)" ] || fail "not one result per star: $(ls stars)"
"$wdscan" run small.yaml -o alone.h5 --set star.mass=1.2 --quiet
same_bits alone.h5 stars/1.2.h5

step "an array that fills one file, of a scan with axes"
sed '/^grid:/a\\  axes: {star.mass: [0.6, 1.0], physics.model: [mu-tau, e-mu]}' small.yaml >axes.yaml
"$mpirun" -np 2 "$wdscan" run axes.yaml -o axes.h5 --quiet
submit -n 1 --array=1-3 "$jobs/shares.sbatch" axes.yaml filled.h5
ends COMPLETED
same_bits axes.h5 filled.h5
[ "$(ls filled.h5.shares/*.h5 | wc -l)" = 3 ]
brake 1
submit -n 1 --array=1-2 -t 2 --export=ALL,MARGIN=115 "$jobs/shares.sbatch" long.yaml parts.h5
ends FAILED
[ ! -e parts.h5 ] || fail "put together from parts"
brake 0
submit -n 1 --array=1-2 "$jobs/shares.sbatch" long.yaml parts.h5
ends COMPLETED
same_bits long.h5 parts.h5

step "pre-emptible, with axes: a signal to the script, then a job that pre-empts, then until it is complete"
sed -e '/^grid:/a\  axes: {star.mass: [0.6, 1.0]}' -e '/^  mass:/s/points: 14/points: 7/' long.yaml >long-axes.yaml
"$mpirun" -np 2 "$wdscan" run long-axes.yaml -o long-axes.h5 --quiet
brake 1
submit -n 2 "$jobs/preemptible.sbatch" long-axes.yaml again.h5
progress again.h5 20
scancel --batch --signal=USR1 "$id"
restarted 1
progress again.h5 $(($(points again.h5) + 20))
victim=$id
submit -p high -N $nodes --exclusive --wrap "sleep 3"
ends COMPLETED
id=$victim
brake 0
restarted 2
ends COMPLETED
[ "$(grep -c "stopped early (SIGUSR1 received)" wdscan-$id.log)" = 2 ] || fail "not stopped twice by SIGUSR1"
same_bits long-axes.h5 again.h5

step "pre-emptible: the time limit, under srun"
# SLURM looks at the limits every 30 s, and warns up to 30 s early; a warning before the script has begun is lost. One
# rank takes longer than two minutes.
brake 2
submit -n 1 -t 2 --signal=B:USR1@40 --export=ALL,LAUNCHER="srun --mpi=pmix --kill-on-bad-exit=1" \
  "$jobs/preemptible.sbatch" long.yaml turns.h5
progress turns.h5 1
brake 0
ends COMPLETED
[ "$(detail Restarts)" -gt 0 ] || fail "the time limit did not interrupt the scan"
same_bits long.h5 turns.h5

step "pre-emptible: not requeued when cancelled, nor more often than allowed"
brake 1
for launcher in mpirun "srun --mpi=pmix --kill-on-bad-exit=1"; do
  rm -f cancelled.h5
  submit -n 2 --export=ALL,LAUNCHER="$launcher" "$jobs/preemptible.sbatch" long.yaml cancelled.h5
  progress cancelled.h5 10
  scancel "$id"
  ends CANCELLED
done
submit -n 2 --export=ALL,MOST_RESTARTS=0 "$jobs/preemptible.sbatch" long.yaml cancelled.h5
progress cancelled.h5 $(($(points cancelled.h5) + 10))
scancel --batch --signal=USR1 "$id"
ends FAILED
[ "$(detail ExitCode)" = 75:0 ] && grep -q "not requeued: this was turn 0" wdscan-$id.log

step "a rank that is killed ends its job, and the next one goes on"
submit -N $nodes -n 2 --ntasks-per-node=$((2 / nodes)) "$jobs/several-nodes.sbatch" long.yaml "$dir/cancelled.h5"
progress cancelled.h5 $(($(points cancelled.h5) + 10))
kill -KILL "$(pgrep -n -f "$wdscan run long.yaml -o $dir/cancelled.h5")"
ends FAILED
brake 0
submit -N $nodes --ntasks-per-node=2 "$jobs/several-nodes.sbatch" long.yaml cancelled.h5
ends COMPLETED
same_bits long.h5 cancelled.h5
step "done"
