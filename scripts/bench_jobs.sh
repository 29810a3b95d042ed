#!/bin/bash
# What the distribution of work and the result file cost on this machine, for docs/scaling.md (make bench-jobs).
#
#   scripts/bench_jobs.sh BENCH_JOBS MPIRUN RANKS...
#
# With jobs that sleep, more ranks than cores are as good as real ones, provided that the machine is otherwise idle.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-$("$here/find_python.sh")}
bench=$1 mpirun=$2
shift 2
# shellcheck source=scripts/mpi_settings.sh
. "$here/mpi_settings.sh"
export OMPI_MCA_mpi_yield_when_idle=1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

echo "Result file of 40000 points:"
"$bench" store "$dir/bench.h5"
echo "100000 messages (rank_0_seconds: processor time of rank 0):"
"$mpirun" -np 17 "$bench" run 1 1 100000 0
echo "Jobs of known cost, measured and predicted:"
for n in "$@"; do
  "$mpirun" -np "$n" "$bench" run $((n * 100)) 3 32 0.0005
  "$mpirun" -np "$n" "$bench" run "$n" 2 16 0.02
done >"$dir/lines"
"$python" "$here/scaling_model.py" validate "$dir/lines"
