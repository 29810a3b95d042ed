#!/bin/bash
# Names and the things they stand for: nothing of the user's is replaced; links, second names, colons, pipes, devices;
# signals that ask for an end, and readers that go away.
set -eu
. "$(dirname "$0")/../functions.sh"
unset MAKEFLAGS MAKEOVERRIDES
small_scan | sed 's/shells: 12/shells: 4/' >small.yaml
sed 's/integrator: {/&sampling: separate, /' small.yaml >long.yaml
run() { "$wdscan" run small.yaml --quiet "$@"; }

# --- What is no result file of this program is not touched, whatever is asked.
echo 'three years of work' >thesis.txt
cp small.yaml own.yaml
"$PYTHON" -c 'import h5py; h5py.File("foreign.h5", "w")["excess"] = 1.0'
mkdir folder
mkfifo pipe
kinds=(thesis.txt small.yaml foreign.h5 folder pipe)
if mknod null c 1 3 2>/dev/null; then kinds+=(null); fi
for name in "${kinds[@]}"; do
  before=$(stat -c '%i %F %s %Y' "$name")
  expect 3 timeout 10 "$wdscan" run own.yaml -o "$name" --fresh --quiet
  said "$name"
  expect 3 timeout 10 "$wdscan" run own.yaml -o "$name" --quiet
  [ "$(stat -c '%i %F %s %Y' "$name")" = "$before" ] || fail "$name was touched"
  [ ! -e "$name.lock" ] && [ ! -e "$name.tmp" ] || fail "something was left beside $name"
done
cmp -s own.yaml small.yaml || fail 'the configuration has changed'
echo mine >x.h5.tmp
expect 3 run -o x.h5
[ "$(cat x.h5.tmp)" = mine ] && [ ! -e x.h5 ] || fail 'x.h5.tmp was not the program'"'"'s'
rm x.h5.tmp
echo mine >samples.csv
expect 3 "$wdscan" point small.yaml --mass 1e4 --coupling 1e-13 --samples samples.csv
[ "$(cat samples.csv)" = mine ] || fail 'samples.csv was replaced'
expect 0 run -o x.h5
expect 0 run -o x.h5 --fresh # what is ours is replaced

# --- A symbolic link stays, its target is meant: created, gone on with, replaced.
mkdir disk
ln -s disk/y.h5 y.h5
for more in '' '' --fresh; do
  expect 0 run -o y.h5 $more
  [ -L y.h5 ] && [ -f disk/y.h5 ] || fail "the link is gone: ${more:-first}"
done
same_bits x.h5 disk/y.h5
ln -s loop loop
expect 3 run -o loop
said 'leads nowhere'

# --- A scan under way is found under each name of its file.
brake 1
"$slow" run long.yaml -o a.h5 --max-time 0:00 --quiet 2>err || [ $? = 75 ]
ln -s a.h5 b.h5
ln a.h5 c.h5
"$slow" run long.yaml -o a.h5 --quiet 2>running &
launcher=$!
await a.h5 1
for name in b c; do
  expect 3 timeout 20 "$wdscan" run long.yaml -o $name.h5 --quiet
  said 'another scan is writing'
done
kill -TERM $launcher
reap 60
[ $code = 75 ] || fail "exit code $code after SIGTERM"

# --- Blanks, colons, what MPI-IO takes for file systems, other letters.
mkdir '2026-11-25T12:30:00' 'with blanks'
for name in 2026-11-25T12:30:00/x.h5 ufs:a.h5 nfs:a.h5 'with blanks/x y.h5' größe.h5; do
  expect 0 "$mpirun" -np 2 "$wdscan" run small.yaml -o "$name" --quiet
  [ ! -s out ] || fail "$name: something on standard output"
  same_bits x.h5 "$name"
done
cp small.yaml scan-12:30.yaml
expect 0 "$wdscan" run scan-12:30.yaml --quiet
[ -f scan-12:30.h5 ] || fail 'the name that follows from scan-12:30.yaml'

# --- Pipes and devices as inputs: read where somebody writes, else a message at once.
expect 3 timeout 10 "$wdscan" status pipe
expect 3 timeout 10 "$wdscan" check pipe
said 'nobody writes'
(cat small.yaml >pipe &)
expect 0 timeout 20 "$wdscan" run pipe -o piped.h5 --quiet
same_bits x.h5 piped.h5
if [ -c null ]; then
  mknod zero c 1 5
  expect 3 timeout 10 "$wdscan" star small.yaml --set star.profile=zero
  said 'it is a device'
fi

# --- A stop file from before the run is no request to stop this one.
touch late.h5.stop
expect 0 run -o late.h5
[ ! -e late.h5.stop ] || fail 'late.h5.stop is still there'

# --- Signals that ask for an end; one that nohup has taken away; a reader that goes away.
for signal in HUP USR1 USR2 XCPU INT TERM; do
  "$slow" run long.yaml -o $signal.h5 --quiet 2>err &
  launcher=$!
  await $signal.h5 1
  kill -s $signal $launcher
  reap 60
  [ $code = 75 ] && [ ! -e $signal.h5.lock ] || { cat err >&2; fail "$signal: exit code $code"; }
done
(trap '' HUP; exec "$slow" run long.yaml -o nohup.h5 --quiet) 2>err &
launcher=$!
await nohup.h5 1
kill -HUP $launcher
brake 0
reap 120
[ $code = 0 ] || fail "nohup: exit code $code"
{ "$wdscan" run small.yaml -o piped2.h5 --log-level debug --progress lines 2>&1; echo $? >code; } | head -n 1 >first
[ "$(cat code)" = 0 ] || fail "with the reader gone: exit code $(cat code)"
same_bits x.h5 piped2.h5
