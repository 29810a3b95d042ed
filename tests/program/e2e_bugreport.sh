#!/bin/bash
# The report of a fault: what is in it, for a configuration, a wrong one, a result file and a damaged one; and that nobody's
# home folder, name, host and folders are.
set -eu
. "$(dirname "$0")/../functions.sh"
# shellcheck disable=SC2154 # wdscan, dir: set in functions.sh

# A home folder and a user of our own, and files in folders with telling names, with blanks.
export HOME="$dir/home of/jane.doe" USER=jdoe LOGNAME=jdoe SECRET_TOKEN=topsecret
mkdir -p "$HOME/hidden project" "$dir/group folder"
cp "$here/data/profile.data" "$HOME/hidden project/star of jdoe.data"
cat >"$HOME/hidden project/scan.yaml" <<END
star: {profile: "$HOME/hidden project/star of jdoe.data", mass: 0.6}
grid:
  mass:     {min: 1.0e5, max: 1.0e6, points: 2}
  coupling: {min: 1.0e-8, max: 1.0e-6, points: 2}
  shells: 4
integrator: {relative_error: 0.05}
output: {file: "$dir/group folder/map.h5"}
END

# private FILE: nothing in it says who and where
private() {
  local word
  for word in "$HOME" "$dir" "$(id -un)" "$(hostname)" jdoe jane doe "hidden project" "group folder" topsecret node7 example.edu; do
    ! grep -qwF -- "$word" "$1" || { grep -nwF -- "$word" "$1" >&2; fail "'$word' is in the report"; }
  done
}
# has TEXT...: lines of the report contain them
has() {
  local text
  for text in "$@"; do grep -qF -- "$text" out || { cat out >&2; fail "not in the report: $text"; }; done
}

# --- Without a file: program, libraries, machine
expect 0 env SLURM_NTASKS=12 SLURM_JOB_NODELIST=node7 LC_ALL=C "$wdscan" bugreport
private out
has "wdscan $(cat "$here/../VERSION") (commit " "compiler: " "MPI: " "HDF5: " "GSL: " "kernel: Linux" "vector code: " \
  "limit, address space [bytes]: " "limit, file size [bytes]: none" "file system of the folder of results: " "variable LC_ALL: C" "variable SLURM_NTASKS: 12"
[ ! -s err ] || fail "said something: $(cat err)"
(ulimit -f 1000000; expect 0 "$wdscan" bugreport; has "limit, file size [bytes]: 1024000000")

# --- A configuration, from elsewhere and from its folder
for folder in "$dir" "$HOME/hidden project" "$HOME"; do
  (cd "$folder" && "$wdscan" bugreport "$HOME/hidden project/scan.yaml" --set star.mass=0.7) >out 2>err || fail "no report: $(cat err)"
  private out
  has "## Configuration: ~/.../scan.yaml" 'profile: "~/.../star of USER.data" # ~/.../scan.yaml:1' "mass: 0.7 # " 'file: ".../map.h5"'
done
(cd "$HOME/hidden project" && "$wdscan" bugreport scan.yaml) >out 2>err || fail "no report: $(cat err)"
private out
has "## Configuration: scan.yaml"

# --- A wrong one: the report has its mistakes
sed 's/relative_error/relativ_error/' "$HOME/hidden project/scan.yaml" >"$HOME/hidden project/wrong.yaml"
expect 0 "$wdscan" bugreport "$HOME/hidden project/wrong.yaml"
private out
has "~/.../wrong.yaml:6:" "relativ_error"

# --- A result file, made by another host: provenance, counts, the configuration
expect 0 "$wdscan" run "$HOME/hidden project/scan.yaml" --set star.mass=0.6
"$PYTHON" -c 'import h5py, sys; h5py.File(sys.argv[1], "r+").attrs.modify("host", "node7.hpc.example.edu")' "group folder/map.h5"
expect 0 "$wdscan" bugreport "$dir/group folder/map.h5"
private out
has "## Result file: .../map.h5" "points            4 of 4" "  failed          0" "host            HOST" "relative_error: 0.05" \
  'profile: "~/.../star of USER.data"'

# --- A damaged one: what is wrong with it
head -c 3000 "group folder/map.h5" >damaged.h5
expect 0 "$wdscan" bugreport damaged.h5
private out
has "## Result file: damaged.h5" "damaged.h5: "

# --- Into a file, once
expect 0 "$wdscan" bugreport "group folder/map.h5" -o report.txt
[ ! -s out ] || fail "a report on standard output, too"
private report.txt
cp report.txt before.txt
expect 3 "$wdscan" bugreport -o report.txt
said "report.txt exists already; name another file with -o"
cmp report.txt before.txt
expect 3 "$wdscan" bugreport -o missing/report.txt
said "missing/report.txt: cannot write: No such file or directory"

# --- Files that are none, and what does not go together
expect 3 "$wdscan" bugreport missing.yaml
[ ! -s out ] || fail "a report on nothing"
said "missing.yaml: No such file or directory"
expect 3 "$wdscan" bugreport "group folder"
expect 2 "$wdscan" bugreport --set star.mass=0.6
said "--set goes with a CONFIG"
expect 2 "$wdscan" bugreport "group folder/map.h5" --set star.mass=0.6
said "--set goes with a CONFIG: group folder/map.h5 is a result file"
