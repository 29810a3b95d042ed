# What the end-to-end tests share; sourced by them (bash).
#
# A fresh folder, removed at exit, is the working directory. Needs $WDSCAN; $PYTHON and $MPIRUN have defaults.

wdscan=$WDSCAN
mpirun=${MPIRUN:-mpirun}
PYTHON=${PYTHON:-python3}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

fail() {
  echo "$*" >&2
  exit 1
}

# expect CODE COMMAND...: runs it, output to the files out and err
expect() {
  local want=$1 got=0
  shift
  "$@" >out 2>err || got=$?
  [ "$got" = "$want" ] || { cat out err >&2; fail "exit code $got instead of $want: $*"; }
}

# said TEXT...: the file err has each of the texts
said() {
  local text
  for text in "$@"; do grep -qF -- "$text" err || { cat err >&2; fail "not said: $text"; }; done
}

# small_scan: a configuration of 5 x 6 points in all regimes, on standard output
small_scan() {
  cat <<'END'
grid:
  mass:     {min: 100.0, max: 1.0e6, points: 5}
  coupling: {min: 1.0e-14, max: 1.0e-4, points: 6}
  shells: 12
integrator: {relative_error: 0.01, max_evaluations: 100000}
END
}

# build_in NAME ARGUMENT...: make in the folder build/NAME of the sources; fails with what it printed
build_in() {
  local name=$1
  shift
  env -u MAKEFLAGS -u MAKEOVERRIDES make -s -j2 -C "$here/.." BUILD="build/$name" "$@" >make.log 2>&1 ||
    { cat make.log >&2; fail "does not build: $name"; }
}

# points FILE: how many points it holds; fails unless it is readable and no point is damaged
points() {
  "$wdscan" status "$1" --json >status.json || fail "$1 is not readable"
  "$PYTHON" -c 'import json
s = json.load(open("status.json"))
assert s["damaged"] == 0, s["damaged"]
print(s["total"] - s["pending"])' || fail "$1 is damaged"
}

# await FILE N: until the running scan $launcher has saved N points
await() {
  local i
  for ((i = 0; i < 600; i++)); do
    if [ -e "$1" ] && [ "$(points "$1")" -ge "$2" ]; then return; fi
    kill -0 "$launcher" 2>/dev/null || { cat err >&2; fail "the scan ended before it had $2 points"; }
    sleep 0.05
  done
  fail "no $2 points in time"
}

# brake MS: makes $slow, the program with a scan that lasts on any machine (brake.c): with 1 ms, some 0.25 s per
# grid point and rank, each on its own. Can be changed for the programs that are yet to start; 0 is no brake.
brake() {
  slow=$dir/.slow
  echo "$1" >"$dir/.brake"
  [ ! -e "$slow" ] || return 0
  "${MPICC:-mpicc}" -std=c17 -D_GNU_SOURCE -shared -fPIC -o "$dir/.brake.so" "$here/brake.c"
  printf '#!/bin/sh\nBRAKE=$(cat %s) LD_PRELOAD=%s exec %s "$@"\n' "$dir/.brake" "$dir/.brake.so" "$wdscan" >"$slow"
  chmod +x "$slow"
}

# io_modules: Open MPI's implementations of parallel file access, one a line (ompio, romio321 or another version)
io_modules() { ompi_info --parsable | sed -n 's/^mca:io:\([^:]*\):version:"mca:.*/\1/p'; }

# ranks: the processes of the launcher, by their rank (mpirun starts them in this order)
ranks() { pgrep -P "$launcher" | sort -n || true; }

# reap SECONDS: waits for the launcher; sets code and seconds; fails if that takes too long
reap() {
  local start=$SECONDS
  while kill -0 "$launcher" 2>/dev/null && [ $((SECONDS - start)) -lt "$1" ]; do sleep 0.05; done
  seconds=$((SECONDS - start))
  if kill -0 "$launcher" 2>/dev/null; then
    kill -KILL "$launcher"
    cat err >&2
    fail "still there after $1 s"
  fi
  code=0
  wait "$launcher" 2>/dev/null || code=$?
}

# lives PID: does the process live? A zombie does not.
lives() { grep -q '^State:.[^Z]' "/proc/$1/status" 2>/dev/null; }

# settle PID...: until these processes are gone
settle() {
  local pid i
  for pid in "$@"; do
    for ((i = 0; i < 600; i++)); do
      lives "$pid" || break
      sleep 0.05
    done
    ! lives "$pid" || fail "process $pid lives on"
  done
}

same_bits() {
  "$PYTHON" "$here/compare_scans.py" "$1" "$2" >bits || { cat bits >&2; fail "$1 and $2 differ"; }
}
