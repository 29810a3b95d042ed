#!/bin/bash
# Runs the scans of docs/bound.png on all cores of this machine, follows the stars of docs/luminosity_function.png, draws both.
#
#   scripts/run_bound.sh PROGRAM CONFIG [KEY=VALUE...]       (keys of all scans, such as grid.mass.points=31)
#
# For configs/NAME.yaml the results go to results/NAME*.h5, the pictures to results/NAME.png, .pdf and NAME-luminosity-function.png, .pdf.
# Run again, it goes on where it was interrupted: scans that are complete are not computed again.
set -eu

[ $# -ge 2 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
program=$1 config=$2
shift 2
name=$(basename "${config%.*}")
scripts=$(dirname "$0")
settings=()
for setting in "$@"; do settings+=(--set "$setting"); done

python=$("$scripts/find_python.sh" h5py numpy matplotlib) ||
  { echo "no Python with h5py, numpy and matplotlib: run scripts/setup.sh plot" >&2; exit 1; }
mkdir -p results
cores=$(nproc)
# shellcheck source=scripts/mpi_settings.sh
. "$scripts/mpi_settings.sh"
progress=()
# What mpirun passes on is no terminal to wdscan.
[ ! -t 2 ] || { progress=(--progress bar); COLUMNS=$(tput cols 2>/dev/null || echo 80); export COLUMNS; }

# scan WHAT [KEY=VALUE]...: results/NAME-WHAT.h5
scan() {
  local file=results/$name-$1.h5 own=()
  shift
  for setting in "$@"; do own+=(--set "$setting"); done
  echo "wdscan: $file${*:+: $*}, on $cores cores" >&2
  "${MPIRUN:-mpirun}" -np "$cores" "$program" run "$config" -o "$file" "${settings[@]}" "${own[@]}" "${progress[@]}"
}

# sequence WHAT [OPTION]...: results/NAME-WHAT.json
sequence() {
  local file=results/$name-$1.json
  shift
  echo "wdscan: $file${*:+: $*}" >&2
  "$program" cool "$config" "${settings[@]}" "$@" --json >"$file.new"
  mv "$file.new" "$file"
}

# coupling MASS: that of f_s = 1.7 at the mass of the grid nearest to this one, and that mass
coupling() {
  "$program" contour "results/$name-first.h5" --level 1.7 | awk -F, -v wanted="$1" '
    NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    $column["state"] == "crossing" {
      off = log($column["mass_eV"] / wanted); off = off < 0 ? -off : off
      if (!found || off < least) { least = off; found = "--mass " $column["mass_eV"] " --coupling " $column["coupling"] }
    }
    END { print found; exit !found }'
}

# The conductivity: 20 % less, or twice as large, since where matter is moderately degenerate up to three times as much has been found
# (Blouin et al. 2020, docs/cooling.md).
scan first
scan late cooling.window.from=30000 cooling.window.to=15000
scan mass-0.50 star.mass=0.50
scan mass-0.60 star.mass=0.60
scan conductivity-0.8 cooling.conductivity=0.8
scan conductivity-2 cooling.conductivity=2
scan envelope-thin star.envelope.helium=1e-3 star.envelope.hydrogen=1e-6
scan isothermal observable=excess star.temperature=5e7
scan red-giants observable=excess star.mass=0.48 star.composition=He4 star.temperature=8e7

files=()
for one in first late mass-0.50 mass-0.60 conductivity-0.8 conductivity-2 envelope-thin; do files+=("results/$name-$one.h5"); done
"$python" "$scripts/plot_bound.py" "${files[@]}" --isothermal "results/$name-isothermal.h5" \
  --red-giants "results/$name-red-giants.h5" -o "results/$name.png" -o "results/$name.pdf"

sequence standard
stars=("results/$name-standard.json")
for mass in 1e3 1e4 1e7; do
  boson=$(coupling "$mass")
  # shellcheck disable=SC2086 # four words
  sequence "boson-$mass" $boson
  stars+=("results/$name-boson-$mass.json")
done
"$python" "$scripts/plot_luminosity_function.py" "${stars[@]}" -o "results/$name-luminosity-function.png" \
  -o "results/$name-luminosity-function.pdf"
