#!/bin/bash
# The Python package: installed by pip into an environment of its own, against an installed library; its values are the
# bits of the program; examples, errors, threads, Ctrl-C, result files.
set -eu
. "$(dirname "$0")/../functions.sh"
root=$(dirname "$here")
unset MAKEFLAGS MAKEOVERRIDES
python=$("$root/scripts/find_python.sh" numpy xarray h5netcdf setuptools venv pip) || { echo 'no Python with numpy, xarray, h5netcdf, setuptools, venv and pip'; exit 77; }

out=$(dirname "$(dirname "$wdscan")") build=()
[ "$out" -ef "$root" ] || build=("BUILD=$out")
make -s -C "$root" -o all install "${build[@]}" "DESTDIR=$dir/there" PREFIX=/usr >log 2>&1 || { cat log >&2; fail 'make install'; }
export WDSCAN_LIBRARY=$dir/there/usr/lib/libwdscan.so

"$python" -m venv --system-site-packages own >log 2>&1 || { cat log >&2; echo 'no virtual environment: python3-venv is missing'; exit 77; }
cp -r "$root/scripts/python" package
own/bin/pip install --no-build-isolation --no-index --quiet ./package >log 2>&1 || { cat log >&2; fail 'pip install'; }
[ "$(own/bin/python -c 'import wdscan; print(wdscan.__version__, wdscan.__file__.startswith("'"$dir"'"))')" = "$(cat "$root/VERSION") True" ] ||
  fail 'another package, or another version'
grep -q "^version = \"$(cat "$root/VERSION")\"" "$root/scripts/python/pyproject.toml" || fail 'version of pyproject.toml'

# What `make install` puts beside the program works as well, and finds the library by itself.
env -u WDSCAN_LIBRARY PYTHONPATH="$dir/there/usr/share/wdscan/python" "$python" -c 'import wdscan' || fail 'the installed package'
# The one of pip finds it beside the program in PATH.
[ "$(env -u WDSCAN_LIBRARY PATH="$dir/there/usr/bin:$PATH" own/bin/python -c 'import wdscan._library as l; print(l.LIBRARY._name)')" -ef "$WDSCAN_LIBRARY" ] ||
  fail 'not the library beside the program'

printf 'star: {mass: 0.6}\nintegrator: {seed: 7}\n' >0.6.yaml
expect 0 "$wdscan" point 0.6.yaml --mass 1e4 --coupling 1e-13 --json
cp out point.json
small_scan >scan.yaml
expect 0 "$wdscan" run scan.yaml -o scan.h5 --quiet
own/bin/python "$here/check_python.py" || fail 'check_python.py'
for example in first_steps likelihood; do
  own/bin/python "there/usr/share/doc/wdscan/docs/examples/$example.py" >out 2>err || { cat err >&2; fail "$example.py"; }
  [ "$(wc -l <out)" -ge 3 ] || { cat out >&2; fail "$example.py says little"; }
done
