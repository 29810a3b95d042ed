#!/bin/bash
# Valgrind on a scan and on the commands that read its result: no invalid access, no use of what was never set,
# and nothing lost. What MPI libraries do is suppressed by tests/gates/valgrind.supp.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
program=${WDSCAN:-$root/bin/wdscan}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

cat >small.yaml <<'END'
grid:
  mass:     {min: 1.0e3, max: 1.0e5, points: 2}
  coupling: {min: 1.0e-13, max: 1.0e-4, points: 3}
  shells: 4
integrator: {relative_error: 0.1, pilot_evaluations: 100, max_evaluations: 20000}
END
suppressions=("--suppressions=$root/tests/gates/valgrind.supp")
for file in /usr/share/openmpi/openmpi-valgrind.supp; do
  [ ! -e $file ] || suppressions+=("--suppressions=$file")
done
# under EXIT_CODE ARGUMENT...: wdscan under valgrind
under() {
  local want=$1 code=0
  shift
  valgrind -q --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=99 \
    --num-callers=30 "${suppressions[@]}" "$program" "$@" >out 2>err || code=$?
  [ $code = "$want" ] || { echo "wdscan $*: exit code $code"; cat err; exit 1; }
}
under 75 run small.yaml -o map.h5 --max-time 00:00:00
under 0 run small.yaml -o map.h5
under 0 status map.h5 --json
under 0 contour map.h5 --level 0.3
under 0 slice map.h5 mass_index=0 -o a.h5 --level 0.2
under 0 slice map.h5 mass_index=1 -o b.h5 --level 0.2
under 0 merge a.h5 b.h5 -o c.h5
under 0 diff map.h5 c.h5
under 0 extend map.h5 small.yaml --set grid.mass.points=3 -o d.h5
under 0 check small.yaml
under 2 check small.yaml --set star.mas=1
under 0 point small.yaml --mass 3e4 --coupling 1e-10 --json
under 0 star small.yaml --json
