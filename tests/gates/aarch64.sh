#!/bin/bash
# The physics on 64-bit ARM: the library and its unit tests, cross-built without a warning and run under emulation. Takes
#   dpkg --add-architecture arm64 && apt-get update
#   apt-get install gcc-aarch64-linux-gnu qemu-user-static
# The libraries for ARM are only unpacked, into build/aarch64/root: installed, they would replace this machine's. No MPI
# and no HDF5. TESTS='test_star ...' chooses; all of them take half an hour.
set -eu
cd "$(dirname "$0")/../.."
cc=aarch64-linux-gnu-gcc run=qemu-aarch64-static
for need in $cc $run dpkg; do command -v $need >/dev/null || { echo "no program $need"; exit 77; }; done
build=$PWD/build/aarch64 root=$PWD/build/aarch64/root
mkdir -p "$root" "$build/tests"

if [ ! -e "$root/usr/include/cmocka.h" ]; then
  (cd "$root" && apt-get download -q libgsl-dev:arm64 'libgsl2*:arm64' 'libgslcblas0:arm64' libyaml-dev:arm64 libyaml-0-2:arm64 \
    libcmocka-dev:arm64 libcmocka0:arm64 && for package in *.deb; do dpkg -x "$package" .; done)
fi
libraries=$root/usr/lib/aarch64-linux-gnu
folders=$(cd src && echo */ | tr -d / | tr ' ' '\n' | grep -vxE 'cli|jobs|run|scan|store' | paste -sd,) # those without MPI and HDF5
sources() { eval "ls $1/{$folders}/$2" 2>/dev/null; }
flags=(-Iinclude -Isrc -Itests -idirafter "$root/usr/include" '-DWD_VERSION="0"' '-DWD_COMMIT="cross-built"' '-DWD_CFLAGS=""'
  -std=c17 -D_GNU_SOURCE -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math -Wall -Wextra -Wshadow -Werror)
rm -rf "$build/objects" "$build/libwdscan.a"
mkdir "$build/objects"
for source in $(sources src '*.c'); do
  echo "$source $build/objects/$(echo "${source#src/}" | tr / _).o"
done | xargs -P "$(nproc)" -n 2 sh -c "$(printf '%q ' $cc "${flags[@]}")"' -c "$0" -o "$1"'
aarch64-linux-gnu-ar rcs "$build/libwdscan.a" "$build"/objects/*.o

failed=0
for source in $(sources tests 'test_*.c'); do
  name=$(basename "$source" .c)
  case " ${TESTS:-$name} " in *" $name "*) ;; *) continue ;; esac
  $cc "${flags[@]}" "$source" "$build/libwdscan.a" -o "$build/tests/$name" -L"$libraries" -Wl,-rpath-link,"$libraries" \
    -lcmocka -lgsl -lgslcblas -lyaml -lm -lpthread
  if LD_LIBRARY_PATH=$libraries $run -L /usr/aarch64-linux-gnu -E LD_LIBRARY_PATH="$libraries" "$build/tests/$name" >"$build/log" 2>&1
  then echo "ok    $name"; else failed=1; echo "FAIL  $name"; tail -n 20 "$build/log"; fi
done
exit $failed
