#!/bin/bash
# The same sources with MPICH and its HDF5: the MPI tests pass, and a scan has the same bits as with Open MPI.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
command -v mpicc.mpich >/dev/null && command -v mpirun.mpich >/dev/null && pkg-config --exists hdf5-mpich ||
  { echo "no MPICH with HDF5: scripts/setup.sh mpich"; exit 77; }
# shellcheck source=tests/functions.sh
. "$root/tests/functions.sh"

# -Wno-stringop-overflow: GCC takes MPICH's MPI_STATUSES_IGNORE for an array without elements.
build=$root/build/mpich
tests=("$build"/tests/{jobs/mpi_jobs,store/mpi_store,cli/mpi_result_commands})
(unset HDF5_PC && build_in mpich MPICC=mpicc.mpich WERROR=1 CFLAGS=-Wno-stringop-overflow all "${tests[@]/#$root\//}")
mpich=$build/bin/wdscan
"$mpich" --version >version
grep -q MPICH version || fail "not built with MPICH: $(cat version)"
if "$wdscan" --version | grep -q MPICH; then fail "both programs are built with MPICH"; fi

# With Open MPI's HDF5 it would link, and crash.
expect 2 env -u MAKEFLAGS -u MAKEOVERRIDES make -n -C "$root" MPICC=mpicc.mpich HDF5_PC=hdf5-openmpi BUILD=build/mpich all
said "belongs to Open MPI"

MPIRUN=mpirun.mpich "$root/scripts/run_tests.sh" "${tests[@]}" >&2 || fail "MPI tests failed"

small_scan >small.yaml
expect 0 "$mpirun" -np 2 "$wdscan" run small.yaml -o openmpi.h5
expect 0 mpirun.mpich -np 3 "$mpich" run small.yaml -o mpich.h5
same_bits openmpi.h5 mpich.h5

# Begun with one, ended with the other; a result is the same file for both
expect 75 mpirun.mpich -np 2 "$mpich" run small.yaml -o both.h5 --max-time 00:00:00
expect 0 "$mpirun" -np 2 "$wdscan" run small.yaml -o both.h5
same_bits openmpi.h5 both.h5
expect 0 "$mpich" run small.yaml -o openmpi.h5
said "nothing is left to do"

# MPICH ends programs that call it before MPI_Init: the commands that need no MPI do not. (The time that check expects
# is measured.)
for command in "point --mass 3e4 --coupling 1e-12" star check "contour --refine --level 0.3"; do
  read -ra words <<<"$command"
  expect 0 "$wdscan" "${words[0]}" small.yaml "${words[@]:1}"
  sed 's/about [^ ]* s of/about a time of/' out >one
  expect 0 "$mpich" "${words[0]}" small.yaml "${words[@]:1}"
  sed -i 's/about [^ ]* s of/about a time of/' out
  cmp -s one out || { diff one out >&2 || true; fail "$command prints something else with MPICH"; }
done
