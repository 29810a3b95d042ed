#!/bin/bash
# System calls on the result file that fail (injected, see fault.c), a folder that vanishes, a read-only file system.
# Always: exit code 3 in bounded time, a message that names file and cause, nothing that was saved is lost, and
# without the fault the scan goes on to the bits of an undisturbed one.
#
# CRASHES=all: SIGKILL in every single write of creation and filling (make campaign), else in some of them.
set -eu
. "$(dirname "$0")/../functions.sh"
brake 1
${CC:-cc} -std=gnu17 -D_GNU_SOURCE -shared -fPIC -o fault.so "$here/fault.c" -ldl
export FAULT_FILE=$dir/map.h5

cat >small.yaml <<'END_OF_YAML'
grid:
  mass:     {min: 100.0, max: 1.0e6, points: 5}
  coupling: {min: 1.0e-12, max: 1.0e-4, points: 6}
  shells: 4
integrator: {relative_error: 0.005, sampling: separate}
output: {checkpoint_interval: 0.001} # every row is written by itself
END_OF_YAML
expect 0 "$wdscan" run small.yaml -o whole.h5

# scan RANKS [VARIABLE=VALUE...]: with the fault that the variables describe; the exit code is in $code
scan() {
  local n=$1
  tried=$*
  shift
  env "$@" LD_PRELOAD="$dir/fault.so" "$mpirun" -np "$n" "$wdscan" run small.yaml -o "$FAULT_FILE" --quiet \
    >out 2>err &
  launcher=$!
  reap 60
}

# failed CAUSE: as promised
failed() {
  [ $code = 3 ] || { cat err; fail "exit code $code instead of 3: $1, of $tried"; }
  said "map.h5" "$1"
}

goes_on() {
  expect 0 "$mpirun" -np 2 "$wdscan" run small.yaml -o map.h5
  same_bits whole.h5 map.h5
}

nothing_left() {
  [ -z "$(ls -d map.h5* 2>/dev/null)" ] || fail "left behind: $(ls -d map.h5*)"
}

# --- While the file is created: nothing half-made is left
for fault in "open 1 EROFS" "open 2 EROFS" "allocate 1 ENOSPC" "allocate 1 EDQUOT" "allocate 2 EIO" "write 1 ENOSPC" \
  "write 20 EIO" "write 50 EDQUOT" "truncate 1 EIO" "fsync 1 EIO" "rename 1 EACCES"; do
  set -- $fault
  scan 1 FAULT_CALL="$1" FAULT_FROM="$2" FAULT_ERROR="$3"
  case $3 in
    ENOSPC) failed "No space left on device" ;;
    EDQUOT) failed "Disk quota exceeded" ;;
    EROFS) failed "Read-only file system" ;;
    EACCES) failed "Permission denied" ;;
    EIO) failed "Input/output error" ;;
  esac
  nothing_left
done

# --- ... and an older scan that was to be replaced stays
cp whole.h5 map.h5
code=0
FAULT_CALL=write FAULT_FROM=30 FAULT_ERROR=ENOSPC LD_PRELOAD=$dir/fault.so \
  "$wdscan" run small.yaml -o "$FAULT_FILE" --fresh >out 2>err || code=$?
failed "No space left on device"
cmp whole.h5 map.h5
rm map.h5

# --- While it is filled
expect 75 "$wdscan" run small.yaml -o empty.h5 --max-time 00:00:00
for fault in "write 13 ENOSPC 1 romio" "write 13 EDQUOT 1 ompio" "write 1 EIO 0 ompio" "write 60 ENOSPC 0 romio" \
  "fsync 1 EIO 1 romio" "fsync 1 EIO 0 ompio"; do
  set -- $fault
  cp empty.h5 map.h5
  scan 2 FAULT_CALL="$1" FAULT_FROM="$2" FAULT_ERROR="$3" FAULT_RANK="$4" OMPI_MCA_io="$(io_modules | grep "^$5")"
  case $3 in
    ENOSPC) failed "No space left on device" ;;
    EDQUOT) failed "Disk quota exceeded" ;;
    EIO) failed "Input/output error" ;;
  esac
  [ "$4" = 1 ] || [ "$2" != 60 ] || [ "$(points map.h5)" -gt 0 ] || fail "nothing of what was written is there"
  goes_on
done

# --- A rank that writes its last rows late: what is drawn from the rows of all waits for it
sed 's/relative_error: [0-9.]*/relative_error: 0.05/' small.yaml >short.yaml
expect 0 "$wdscan" run short.yaml -o short.h5
for rank in 1 2; do
  rm -f map.h5
  expect 75 "$wdscan" run short.yaml -o map.h5 --max-time 00:00:00
  expect 0 env FAULT_CALL=write FAULT_FROM=1 FAULT_ERROR=late FAULT_RANK=$rank LD_PRELOAD="$dir/fault.so" \
    "$mpirun" -np 3 "$wdscan" run short.yaml -o "$FAULT_FILE" --quiet
  same_bits short.h5 map.h5
done
rm map.h5

# --- SIGKILL instead of the n-th write, and in the midst of it: in creation nothing but FILE.tmp is there,
# which the next run takes for its own; afterwards the file is sound
crash() { # RANKS CALL FROM kill|half RANK
  scan "$1" FAULT_CALL="$2" FAULT_FROM="$3" FAULT_ERROR="$4" FAULT_RANK="$5"
  [ $code != 0 ] || fail "survived $*"
  [ ! -e map.h5 ] || points map.h5 >count
}
if [ "${CRASHES:-some}" = all ]; then creation=$(seq 90) filling=$(seq 100); else creation="1 29 55 80" filling="1 9 61"; fi
for n in $creation; do
  rm -f map.h5
  for manner in kill half; do
    code=0
    FAULT_CALL=write FAULT_FROM=$n FAULT_ERROR=$manner LD_PRELOAD=$dir/fault.so \
      "$wdscan" run small.yaml -o "$FAULT_FILE" --max-time 00:00:00 >out 2>err || code=$?
    [ $code = 137 ] || [ "$n" -gt 55 ] || fail "exit code $code when killed in write $n of creation"
    [ ! -e map.h5 ] || points map.h5 >count # complete, if it has its name
    [ ! -e map.h5 ] || [ "$n" -gt 55 ] || fail "has its name after write $n of creation"
  done
  rm -f map.h5
done
rm -f map.h5*
for n in $filling; do
  cp empty.h5 map.h5
  crash 2 write "$n" kill 0
  crash 2 write 2 half 1
  goes_on
done

# --- The folder vanishes, or another file takes the name
for how in removed replaced; do
  mkdir folder
  "$mpirun" -np 2 "$slow" run small.yaml -o folder/map.h5 --quiet >out 2>err &
  launcher=$!
  await folder/map.h5 1
  if [ $how = removed ]; then rm -r folder; else cp whole.h5 folder/other && mv folder/other folder/map.h5; fi
  reap 60
  failed "removed, renamed or replaced while the scan was writing to it"
  rm -rf folder
done

# --- A read-only file system (takes root), with and without a file
mkdir disk
if mount -t tmpfs -o size=8m tmpfs disk 2>/dev/null; then
  trap 'umount "$dir/disk"; rm -rf "$dir"' EXIT
  cp empty.h5 disk/map.h5
  mount -o remount,ro disk
  for file in disk/map.h5 disk/new.h5; do
    expect 3 "$wdscan" run small.yaml -o $file
    said "$file" "Read-only file system"
  done
  expect 0 "$wdscan" status disk/map.h5
  mount -o remount,rw disk
  expect 0 "$wdscan" run small.yaml -o disk/map.h5
  same_bits whole.h5 disk/map.h5
fi
