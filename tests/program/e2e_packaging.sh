#!/bin/bash
# The recipes in scripts/packaging, as far as they can be checked without a build and without the tools that read
# them: their syntax, what they call, and that every place that states the version states the same. The module file
# is loaded, if there are environment modules.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/functions.sh
. "$root/tests/functions.sh"
packaging=$root/scripts/packaging
version=$(cat "$root/VERSION")

# --- One version everywhere
# states PLACE VERSION
places=0
states() {
  [ "$2" = "$version" ] || fail "$1 states version '$2', the file VERSION '$version'"
  places=$((places + 1))
}
states "wdscan --version" "$("$wdscan" --version | sed -n '1s/^wdscan \([^ ]*\).*/\1/p')"
states "wdscan manual" "$("$wdscan" manual | sed -n 's/^\.TH .*"wdscan \([^"]*\)".*/\1/p')"
states CITATION.cff "$(sed -n 's/^version: //p' "$root/CITATION.cff")"
states codemeta.json "$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["version"])' "$root/codemeta.json")"
states CHANGELOG.md "$(sed -n 's/^## \([^ ]*\).*/\1/p' "$root/CHANGELOG.md" | head -n 1)"
states "the Apptainer definition" "$(sed -n 's/^ *Version //p' "$packaging/wdscan.def")"
recipe=$packaging/spack/packages/wdscan/package.py
states "the Spack recipe" "$(sed -n 's/^ *version("\(.*\)")/\1/p' "$recipe")"
states "the head of the Spack recipe" "$(sed -n 's/^#.*wdscan@//p' "$recipe")"
for config in "$packaging"/*.eb; do
  states "$config" "$(sed -n "s/^version = '\(.*\)'/\1/p" "$config")"
  states "the name of $config" "$(sed 's/.*wdscan-\([0-9.]*\)-.*/\1/' <<<"$config")"
  states "the head of $config" "$(sed -n 's/^#.*--prefix=wdscan-\(.*\)\/ -o.*/\1/p' "$config")"
  # EasyBuild looks for an archive beside the easyconfig, not in the working folder.
  grep -q -- "-o scripts/packaging/wdscan-$version.tar.gz" "$config" || fail "$config: the archive is put elsewhere"
done
# Texts need not state it; if they do, then rightly.
shopt -s nullglob
while read -r place found; do states "$place" "$found"; done < <(
  grep -ohE "wdscan[ -]v?[0-9]+\.[0-9]+\.[0-9]+" "$root/README.md" "$root"/docs/*.md "$root"/docs/*.1 |
    sed 's/wdscan[ -]v\{0,1\}\(.*\)/documentation \1/'
)
[ $places -ge 10 ] || fail "only $places places compared"

# --- Spack and EasyBuild: their variables are the Makefile's (e2e_installation.sh runs their steps)
PYTHONPATH=$root/tests/program "$PYTHON" -B - "$recipe" "$packaging"/*.eb "$root/Makefile" <<'END' || fail "the recipes are wrong"
import re
import sys
import types

import recipes

recipe, config, makefile = sys.argv[1:]
known = set(re.findall(r"\b([A-Z0-9_]+)\b", open(makefile).read()))


def variables(arguments):
    names = [a.split("=")[0] for a in arguments if "=" in a]
    assert "PREFIX" in names and set(names) <= known, names


made = []
package, needs = recipes.spack(recipe, lambda *arguments: made.append(arguments))
package.spec = {name: types.SimpleNamespace(prefix="/some/" + name, mpicc="mpicc") for name in needs}
package.prefix = "/prefix"
package.build(package.spec, package.prefix)
package.install(package.spec, package.prefix)
package.check()  # else Spack would call `make test`, which installs packages of Debian
assert [[a for a in call if "=" not in a] for call in made] == [["all"], ["install"], ["check"]], made
for call in made:
    variables(call)
assert {"c", "pkgconfig", "random123", "mpi", "hdf5", "gsl", "libyaml"} <= set(needs) and needs["cmocka"] == "test", needs

scope = recipes.easybuild(config)
assert scope["toolchain"]["name"] + "-" + scope["toolchain"]["version"] in config
variables(scope["buildopts"].split())
assert scope["installopts"] == scope["buildopts"]
assert {d[0] for d in scope["dependencies"] + scope["builddependencies"]} == {
    "GSL", "HDF5", "libyaml", "pkgconf", "random123"}
END

# --- Apptainer: the scripts parse, the files are there, and nothing that the build reads is forgotten
section() { awk -v name="%$1" '/^%/ { on = $1 == name; next } on' "$packaging/wdscan.def"; }
for name in post environment runscript test; do
  [ -n "$(section $name)" ] || fail "wdscan.def: no %$name"
  section $name | sh -n || fail "wdscan.def: %$name is no shell script"
done
mkdir copy
while read -r file _; do
  [ -e "$root/$file" ] || fail "wdscan.def: there is no $file"
  ln -s "$root/$file" copy/
done < <(section files)
env -u MAKEFLAGS -u MAKEOVERRIDES -u BUILD make -n -C copy install PREFIX=/usr/local >make.log 2>&1 ||
  { tail -n 3 make.log >&2; fail "wdscan.def: not all is there that make install needs"; }

# --- The module file
mkdir -p modules/wdscan
sed -e "s|@PREFIX@|$dir/prefix|" -e "s|@VERSION@|$version|" -e "s|@MODULES@||" "$packaging/modulefile.in" >"modules/wdscan/$version"
! grep -q '@[A-Z]*@' "modules/wdscan/$version" || fail "the module file has more to fill in"
init=${MODULESHOME:-/usr/share/modules}/init/bash
if [ -e "$init" ]; then
  mkdir -p prefix/bin
  ln -s "$wdscan" prefix/bin/wdscan
  (
    set +eu
    . "$init"
    module use "$dir/modules"
    module load wdscan
    [ "$(command -v wdscan)" = "$dir/prefix/bin/wdscan" ] && [ "$WDSCAN_ROOT" = "$dir/prefix" ] || exit 1
    [[ ":$PYTHONPATH:" = *":$dir/prefix/share/wdscan/python:"* ]] || exit 1
    [[ ":$XDG_DATA_DIRS:" = *":$dir/prefix/share:"* && ":$PATH:" = *":$dir/prefix/share/wdscan/scripts:"* ]] || exit 1
    module whatis wdscan 2>&1 | grep -qF "$version" || exit 1
    module help wdscan 2>&1 | grep -q -- --help || exit 1
    module unload wdscan
    [ -z "$WDSCAN_ROOT" ] && [ "$(command -v wdscan)" != "$dir/prefix/bin/wdscan" ] || exit 1
    sed -i 's|^foreach needed {}|foreach needed {some-mpi/1}|' "modules/wdscan/$version"
    ! module load wdscan || [ -z "$WDSCAN_ROOT" ]
  ) >module.log 2>&1 || { cat module.log >&2; fail "the module file does not load"; }
elif command -v tclsh >/dev/null; then
  tclsh <<END || fail "the module file is no Tcl"
foreach command {module-whatis conflict prepend-path setenv prereq} { proc \$command args {} }
source "modules/wdscan/$version"
ModulesHelp
END
fi
