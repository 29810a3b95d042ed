#!/bin/bash
# A user without root: builds a copy of the sources against GSL and HDF5 in folders of their own, without
# pkg-config and without HDF5's deprecated interfaces, and installs, uses and removes it.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
pkg-config --exists hdf5-openmpi gsl || { echo "no Debian packages of HDF5 and GSL to take apart"; exit 77; }
# shellcheck source=tests/functions.sh
. "$root/tests/functions.sh"
unset MAKEFLAGS MAKEOVERRIDES HDF5_PC BUILD

# --- Installations as a cluster has them: NAME/include, NAME/lib
# Debian's HDF5 offers the interfaces of 1.8 unless told otherwise; here it offers those of its own version only.
first() { pkg-config "$@" hdf5-openmpi | sed 's/^-.\([^ ]*\).*/\1/'; }
mkdir -p source home tmp hdf5/lib gsl/include gsl/lib random123/include
cp -r "$(first --cflags-only-I)" hdf5/include
sed -i '/H5_USE_18_API_DEFAULT/d' hdf5/include/H5pubconf.h
ln -s "$(first --libs-only-L)"/lib*.so* "$(first --libs-only-L)"/../../libhdf5_openmpi*.so* hdf5/lib/
ln -s "$(pkg-config --variable=includedir gsl)/gsl" gsl/include/
ln -s "$(pkg-config --variable=libdir gsl)"/libgsl*.so* gsl/lib/
ln -s /usr/include/Random123 random123/include/
(cd "$root" && tar -c --exclude='*.h5' --exclude=__pycache__ Makefile VERSION README.md CHANGELOG.md CITATION.cff \
  LICENSE configs docs include jobs scripts src tests) | tar -x -C source

# --- Not root: as nobody, if this is root
as_user=(env "HOME=$dir/home" "TMPDIR=$dir/tmp")
if [ "$(id -u)" = 0 ]; then
  chown -R nobody .
  as_user=(setpriv --reuid=nobody --regid=nogroup --clear-groups "${as_user[@]}" PATH=/usr/local/bin:/usr/bin:/bin)
fi
as_user+=(PKG_CONFIG=false CPPFLAGS=-DH5_NO_DEPRECATED_SYMBOLS WERROR=1)
build=("${as_user[@]}" make -s -C source "PREFIX=$dir/home/.local" "HDF5_DIR=$dir/hdf5" "GSL_DIR=$dir/gsl"
  "RANDOM123_DIR=$dir/random123")
expect 0 "${build[@]}" -j2 all
expect 0 "${build[@]}" install

# --- What is installed, and that it works
(cd home/.local && find . -type f | sort) >installed
for file in bin/wdscan lib/libwdscan-vegas.a lib/libwdscan.a lib/pkgconfig/wdscan-vegas.pc \
  lib/pkgconfig/wdscan.pc share/man/man1/wdscan.1 share/bash-completion/completions/wdscan share/zsh/site-functions/_wdscan \
  share/fish/vendor_completions.d/wdscan.fish include/wdscan/vegas.h \
  share/wdscan/configs/fig4.yaml share/wdscan/jobs/ share/wdscan/modulefiles/wdscan/ share/wdscan/scripts/plot_fig4.py share/doc/wdscan/README.md share/doc/wdscan/docs/clusters.md share/doc/wdscan/docs/tutorial.ipynb; do
  grep -qF "./$file" installed || fail "not installed: $file"
done
program=$dir/home/.local/bin/wdscan
[ "$("$program" --version | head -n 1)" = "wdscan $(cat source/VERSION) (commit unknown)" ] || fail "--version"
ldd "$program" >libraries
grep -q "$dir/hdf5/lib/" libraries && grep -q "$dir/gsl/lib/" libraries || { grep -E 'hdf5|gsl' libraries >&2; fail "other libraries"; }
cat >small.yaml <<'END'
grid: {mass: {points: 3}, coupling: {points: 3}, shells: 4}
integrator: {relative_error: 0.05}
END
expect 0 "${as_user[@]}" "$mpirun" -np 2 "$program" run small.yaml -o user.h5
expect 0 "$wdscan" run small.yaml -o reference.h5
same_bits reference.h5 user.h5

# --- The integrator's library, from a program that knows only pkg-config
cat >area.c <<'END'
#include <stdio.h>
#include <wdscan/vegas.h>

static int disc(void *params, size_t n, size_t stride, const double *x, double *f) {
  (void)params;
  for (size_t i = 0; i < n; i++) f[i] = x[i] * x[i] + x[stride + i] * x[stride + i] < 1;
  return 0;
}

int main(void) {
  wd_vegas_options options = wd_vegas_default_options(2, 1);
  wd_vegas_plan plan = {.evaluations = 20000, .warmup = 3, .iterations = 5};
  wd_vegas_outcome outcome;
  wd_vegas_average *average;
  wd_vegas *v;
  if (wd_vegas_create(&options, &v) || wd_vegas_average_create(1, WD_VEGAS_BY_EVALUATIONS, &average)) return 1;
  int status = wd_vegas_integrate(v, disc, NULL, &plan, average, &outcome);
  printf("%s %.4f %.4f\n", wd_vegas_strerror(status), 4 * outcome.result.mean[0], 4 * outcome.result.error[0]);
  wd_vegas_average_free(average);
  wd_vegas_free(v);
  return status;
}
END
export PKG_CONFIG_PATH=$dir/home/.local/lib/pkgconfig
# shellcheck disable=SC2046 # several words
expect 0 cc -std=c17 -Wall -Wextra -Werror $(pkg-config --cflags wdscan-vegas) area.c -o area \
  $(pkg-config --static --libs wdscan-vegas)
export LD_LIBRARY_PATH=$dir/home/.local/lib # the library is shared, in a folder where no loader looks
expect 0 ./area
"$PYTHON" - <<'END' || { cat out >&2; fail "not the area of the disc"; }
import math
value, error = map(float, open("out").read().split()[-2:])
assert 0 < error < 0.01 and abs(value - math.pi) < 5 * error, (value, error)
END

# --- Removed without a trace; what else the folders hold stays
touch home/.local/bin/other
expect 0 "${build[@]}" uninstall
[ "$(find home/.local -type f)" = home/.local/bin/other ] || fail "left behind: $(find home/.local -type f)"

# --- DESTDIR: the same layout below a staging folder, for /usr
expect 0 "${build[@]}" install "DESTDIR=$dir/home/stage" PREFIX=/usr
(cd home/stage/usr && find . -type f | sort) >staged
cmp -s installed staged || { diff installed staged >&2 || true; fail "another layout below DESTDIR"; }
for name in wdscan wdscan-vegas; do
  grep -q '^prefix=/usr$' home/stage/usr/lib/pkgconfig/$name.pc || fail "the staged $name.pc knows another prefix"
  [ "$(PKG_CONFIG_PATH=$dir/home/stage/usr/lib/pkgconfig pkg-config --modversion $name)" = "$(cat source/VERSION)" ] ||
    fail "pkg-config --modversion $name"
done
! grep -rqI "$dir" home/stage || fail "a staged text names the building folder"

# --- The steps of the recipes for Spack and EasyBuild install the same, with the same flags: nothing is compiled again
for recipe in spack/packages/wdscan/package.py "wdscan-$(cat source/VERSION)-gompi-2023a.eb"; do
  expect 0 "${as_user[@]}" env -C source python3 -B tests/program/recipes.py "scripts/packaging/$recipe" "$dir/home/recipe" \
    "hdf5=$dir/hdf5" "gsl=$dir/gsl" "random123=$dir/random123"
  ! grep -q '^  CC ' out || { cat out >&2; fail "$recipe has other flags"; }
  (cd home/recipe && find . -type f | sort) >made
  cmp -s installed made || { diff installed made >&2 || true; fail "another layout by $recipe"; }
  rm -r home/recipe
done

# --- An empty BUILD would mean the folders of the system
expect 2 "${build[@]}" BUILD= clean
said "must name one folder"
