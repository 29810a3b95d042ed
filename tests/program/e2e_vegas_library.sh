#!/bin/bash
# The integrator as a library: the program of docs/integrator.md, compiled by what pkg-config says of an installed copy.
set -eu
. "$(dirname "$0")/../functions.sh"
root=$(dirname "$here")
unset MAKEFLAGS MAKEOVERRIDES
pkg-config --version >/dev/null 2>&1 || { echo 'no pkg-config'; exit 77; }

# What is built already is installed (-o all: nothing is built anew).
out=$(dirname "$(dirname "$wdscan")") build=()
[ "$out" -ef "$root" ] || build=("BUILD=$out")
make -s -C "$root" -o all install "${build[@]}" "DESTDIR=$dir/there" PREFIX=/usr >log 2>&1 || { cat log >&2; fail 'make install'; }

sed -n '/^```c$/,/^```$/{/^```/d;p}' "$root/docs/integrator.md" >peak.c
grep -q 'wd_vegas_integrate(' peak.c || fail 'no program in docs/integrator.md'
export PKG_CONFIG_PATH=$dir/there/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=
flags=$(pkg-config --define-variable=prefix="$dir/there/usr" --cflags --libs wdscan-vegas)
[ "$(pkg-config --modversion wdscan-vegas)" = "$(cat "$root/VERSION")" ] || fail 'version of wdscan-vegas.pc'
# shellcheck disable=SC2086 # several words
${CC:-gcc} -std=c17 -Wall -Wextra -Werror -o peak peak.c $flags "-Wl,-rpath,$dir/there/usr/lib"
! ldd peak | grep -q 'libmpi\|libhdf5\|libgsl' || fail 'the integrator needs more than the C library'

# (pi / 100)^2 and 0.4, each within five of its errors, which are small.
expect 0 ./peak
[ "$(wc -l <out)" = 2 ] || { cat out >&2; fail 'two lines were expected'; }
awk '/^integral/ {exact = 9.8696044e-4} /^mean/ {exact = 0.4} {
  off = $(NF - 2) - exact; error = $NF
  if (!(error > 0 && error <= 1.1e-3 * exact && off * off <= 25 * error * error)) { print "wrong: " $0; exit 1 }
}' out || fail 'the program is wrong'
