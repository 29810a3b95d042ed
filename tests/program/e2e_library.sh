#!/bin/bash
# The physics as a library: docs/examples/one_point.c against an installed copy, without MPI, gives the bits of
# `wdscan point`; every installed header compiles by itself.
set -eu
. "$(dirname "$0")/../functions.sh"
root=$(dirname "$here")
unset MAKEFLAGS MAKEOVERRIDES
pkg-config --exists gsl yaml-0.1 || { echo 'no pkg-config that knows GSL and libyaml'; exit 77; }

# What is built already is installed (-o all: nothing is built anew).
out=$(dirname "$(dirname "$wdscan")") build=()
[ "$out" -ef "$root" ] || build=("BUILD=$out")
make -s -C "$root" -o all install "${build[@]}" "DESTDIR=$dir/there" PREFIX=/usr >log 2>&1 || { cat log >&2; fail 'make install'; }
export PKG_CONFIG_PATH=$dir/there/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=
flags=$(pkg-config --define-variable=prefix="$dir/there/usr" --cflags --libs wdscan)
[ "$(pkg-config --modversion wdscan)" = "$(cat "$root/VERSION")" ] || fail 'version of wdscan.pc'
# shellcheck disable=SC2086 # several words
${CC:-gcc} -std=c17 -Wall -Wextra -Werror -o one_point there/usr/share/doc/wdscan/docs/examples/one_point.c $flags \
  "-Wl,-rpath,$dir/there/usr/lib"
ldd one_point | grep -q "$dir/there/usr/lib/libwdscan.so.0" || fail 'not linked with the shared library'
static=$(pkg-config --define-variable=prefix="$dir/there/usr" --cflags --libs --static wdscan)
# shellcheck disable=SC2086
${CC:-gcc} -std=c17 -Wall -Wextra -Werror -o one_point_static there/usr/share/doc/wdscan/docs/examples/one_point.c \
  $(sed 's/-lwdscan-vegas//; s/-lwdscan/-l:libwdscan.a/' <<<"$static")
! ldd one_point | grep -q 'libmpi\|libhdf5' || fail 'one point needs MPI or HDF5'

touch empty.yaml
for point in '30e3 1e-13' '1e7 1e-6' '5.5 1e-9'; do
  set -- $point
  expect 0 "$wdscan" point empty.yaml --mass "$1" --coupling "$2" --json
  expected=$(sed -n 's/.*"excess": \([^,]*\),.*/\1/p' out) error=$(sed -n 's/.*"excess_error": \([^,]*\),.*/\1/p' out)
  [ "$(./one_point "$1" "$2")" = "$expected +- $error" ] || fail "$point: $(./one_point "$1" "$2"), not $expected +- $error"
  [ "$(./one_point_static "$1" "$2")" = "$expected +- $error" ] || fail "$point, linked statically"
done

for header in there/usr/include/wdscan/*.h; do
  printf '#include <wdscan/%s>\n' "${header##*/}" >use.c
  for language in 'c -std=c99' 'c -std=c17' 'c++ -std=c++17'; do
    # shellcheck disable=SC2086
    ${CC:-gcc} -x $language -pedantic -Wall -Wextra -Werror -fsyntax-only -Ithere/usr/include use.c ||
      fail "${header##*/} does not compile by itself: $language"
  done
done
