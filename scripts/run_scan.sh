#!/bin/bash
# Runs one scan on all cores of this machine and draws its map.
#
#   scripts/run_scan.sh PROGRAM CONFIG [OPTION...]       (options of `wdscan run`, such as --fresh)
#
# The result goes to results/NAME.h5 for configs/NAME.yaml. Run again, it goes on where it was interrupted. Where there is a
# configs/NAME-paper.yaml it is computed too, and the line of the paper is drawn into the map.
set -eu

[ $# -ge 2 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
program=$1 config=$2
shift 2
name=$(basename "${config%.*}")
result=results/$name.h5
scripts=$(dirname "$0")

mkdir -p results
cores=$(nproc)
# shellcheck source=scripts/mpi_settings.sh
. "$scripts/mpi_settings.sh"

echo "wdscan: $config on $cores cores, result in $result" >&2
# What mpirun passes on is no terminal to wdscan.
[ ! -t 2 ] || { set -- --progress bar "$@"; COLUMNS=$(tput cols 2>/dev/null || echo 80); export COLUMNS; }
"${MPIRUN:-mpirun}" -np "$cores" "$program" run "$config" -o "$result" "$@"

paper=()
if [ -e "${config%.*}-paper.yaml" ]; then
  "${MPIRUN:-mpirun}" -np "$cores" "$program" run "${config%.*}-paper.yaml" -o "results/$name-paper.h5" --quiet
  paper=(--paper "results/$name-paper.h5")
fi

python=$("$scripts/find_python.sh" h5py numpy matplotlib) ||
  { echo "no Python with h5py, numpy and matplotlib: run scripts/setup.sh plot" >&2; exit 1; }
"$python" "$scripts/plot_fig4.py" "$result" ${paper[@]+"${paper[@]}"} -o "results/$name.png" -o "results/$name.pdf"
