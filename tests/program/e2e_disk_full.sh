#!/bin/bash
# A really full disk (a small tmpfs, which takes root): nothing half-made is left, and a scan that has begun goes on.
set -eu
wdscan=$WDSCAN
mpirun=${MPIRUN:-mpirun}
here=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
disk=$dir/disk
trap 'umount "$disk" 2>/dev/null || true; rm -rf "$dir"' EXIT
mkdir "$disk"
mount -t tmpfs -o size=2m tmpfs "$disk" 2>/dev/null || { echo "needs root to mount a tmpfs"; exit 77; }
cd "$dir"

fail() {
  echo "$*" >&2
  exit 1
}

cat >small.yaml <<'END'
grid:
  mass:     {min: 100.0, max: 1.0e6, points: 5}
  coupling: {min: 1.0e-12, max: 1.0e-4, points: 6}
  shells: 8
integrator: {relative_error: 0.05}
END
fill_disk() { dd if=/dev/zero of="$disk/ballast" bs=4k 2>/dev/null || true; }

# --- Full from the start
fill_disk
code=0
"$mpirun" -np 2 "$wdscan" run small.yaml -o "$disk/map.h5" >out 2>err || code=$?
[ $code = 3 ] || { cat out err; fail "exit code $code on a full disk"; }
grep -q "map.h5: .*No space left on device" err || { cat err; fail "the message does not name file and cause"; }
[ "$(ls "$disk")" = ballast ] || fail "left on the disk: $(ls "$disk")"

# --- Full after the start: the file has its space already
rm "$disk/ballast"
code=0
"$wdscan" run small.yaml -o "$disk/map.h5" --max-time 00:00:00 >out 2>err || code=$?
[ $code = 75 ] || { cat out err; fail "exit code $code of a scan stopped at once"; }
fill_disk
"$mpirun" -np 2 "$wdscan" run small.yaml -o "$disk/map.h5" >out 2>err || { cat out err; fail "the scan failed"; }
"$wdscan" run small.yaml -o map.h5 >out 2>err
"$PYTHON" "$here/compare_scans.py" map.h5 "$disk/map.h5"
