#!/bin/bash
# What a user waits for, as ratios within this run: the start of a scan beside MPI's own, a point beside the program that
# computes one, a verification of a star with many layers beside that of the default star, and a campaign of 50 stars on
# the default grid on one rank, two, and more than there are cores. See docs/performance.md. Some minutes of two cores.
#
#   scripts/bench_campaign.sh BENCH BENCH_JOBS WDSCAN MPIRUN [PROFILE]
#
# BENCH and BENCH_JOBS are the programs of tests/excess/bench.c and tests/jobs/bench_jobs.c; PROFILE is a stellar model for
# star.profile. STARS=50 and ROUNDS=3 can be chosen; times are medians of the rounds, which are run in turns.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/mpi_settings.sh
. "$here/mpi_settings.sh"
export OMPI_MCA_mpi_yield_when_idle=1
bench=$1 bench_jobs=$2 wdscan=$3 mpirun=$4 profile=${5:-}
stars=${STARS:-50} rounds=${ROUNDS:-3}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

# seconds KIND COMMAND...: of wall (%R) or CPU time (%U), into KIND's list
seconds() {
  local TIMEFORMAT=%R list=$1
  case $list in cpu_*) TIMEFORMAT=%U ;; esac
  shift
  { time "$@" >output 2>&1 || { cat output >&2; exit 1; }; } 2>>"$list"
}
median() { sort -g "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# ratio TEXT A B: the medians of two lists, and A/B
ratio() { awk -v t="$1" -v a="$(median "$2")" -v b="$(median "$3")" 'BEGIN { printf "%-66s %8.3f s / %8.3f s = %.2f\n", t, a, b, a / b }'; }

printf 'grid: {mass: [1.0e4], coupling: [1.0e-13]}\n' >start.yaml
: >empty.yaml
printf 'star: {profile: "%s"}\n' "$profile" >profile.yaml
cat >campaign.yaml <<END
grid:
  axes:
    star.mass: {min: 0.4, max: 1.2, points: $stars, spacing: linear}
END

for ((i = 0; i < rounds; i++)); do
  seconds mpi "$mpirun" -np 2 "$bench_jobs" nothing
  seconds start "$mpirun" -np 2 "$wdscan" run --fresh start.yaml -o start.h5
  seconds cpu_point "$wdscan" point empty.yaml --mass 1e4 --coupling 1e-13
  seconds cpu_verify "$wdscan" verify empty.yaml
  if [ "$profile" ]; then seconds cpu_profile "$wdscan" verify profile.yaml; fi
  for n in 1 2 8; do seconds "ranks_$n" "$mpirun" -np $n "$wdscan" run --fresh campaign.yaml -o campaign.h5; done
done
"$bench" point empty.yaml | awk '$1 == "point_ms" { print $2 / 1000 }' >in_process
awk '{ print 2 * $1 }' ranks_2 >twice

ratio 'start of a scan on 2 ranks, with its one point / MPI alone' start mpi
ratio 'wdscan point / the same point in a process that holds the star' cpu_point in_process
if [ "$profile" ]; then ratio 'verify of the profile / of the default star' cpu_profile cpu_verify; fi
ratio "campaign of $stars stars: 1 rank / 2 x (2 ranks)" ranks_1 twice
ratio "campaign of $stars stars: 8 ranks / 2 ranks, $(nproc) cores" ranks_8 ranks_2
