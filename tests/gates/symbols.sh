#!/bin/bash
# What the libraries export: the engine wd_* only, each declared in a header; the integrator's library what
# vegas.h declares, all of it and no more. Neither ends the process or writes to its standard output.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build} library=lib/libwdscan-vegas.a
[ "$build" = build ] || library=$build/$library

exported() { nm -g --defined-only "$1" | awk 'NF == 3 && $3 !~ /[.]resolver$/ { print $3 }' | sort; }
declared() { sed 's://.*::' "$@" | grep -oE '\bwd_[a-z0-9_]+(\(|\[|;| =)' | tr -d '([;= ' | sort -u; }
# none WHAT NAMES: fails if there are such names
bad=0
none() { [ -z "$2" ] || { echo "$1:" $2 >&2; bad=1; }; }

exported "$build/libwdscan.a" >"$build/exported"
[ "$(wc -l <"$build/exported")" -gt 100 ] || { echo "$build/libwdscan.a has no symbols: make all" >&2; exit 1; }
none "without wd_" "$(grep -v '^wd_' "$build/exported" || true)"
none "in no header" "$(comm -23 "$build/exported" <(declared include/wdscan/*.h src/*/*.h))"
none "in the integrator's library, not in vegas.h" "$(comm -23 <(exported "$library") <(declared include/wdscan/vegas.h))"
none "in vegas.h, not in the integrator's library" \
  "$(comm -13 <(exported "$library") <(grep -oE '\bwd_[a-z0-9_]+\(' include/wdscan/vegas.h | tr -d '(' | sort -u))"
for shared in libwdscan libwdscan-vegas; do
  case $shared in
    *-vegas) public=(include/wdscan/vegas.h) ;;
    *) mapfile -t public < <(ls include/wdscan/*.h | grep -v '/vegas.h\|/run.h') ;;
  esac
  none "exported by $shared.so and in no public header, or the reverse" \
    "$(comm -3 <(nm -D --defined-only "${library%/*}/$shared.so" | awk '{ print $3 }' | sort) <(scripts/public_symbols.sh "${public[@]}"))"
done
none "the integrator's library calls" \
  "$(nm -u "$library" | awk '{ print $2 }' | grep -xE 'v?f?printf|puts|putchar|exit|_exit|abort|stdout|stderr|MPI_.*' || true)"
exit $bad
