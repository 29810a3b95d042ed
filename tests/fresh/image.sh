#!/bin/bash
# The Apptainer definition without Apptainer: its steps, read from the file and done as Apptainer does them, on a bare
# root of the Debian that it starts from; then the first command at its head, with what is left after %post.
set -eu
definition=$(cd "$(dirname "$0")/../.." && pwd)/scripts/packaging/wdscan.def
base=$(sed -n 's/^From: //p' "$definition")
case $base in
  debian:12) suite=bookworm ;;
  *) echo "image: no suite known for $base"; exit 1 ;;
esac
name="image on $suite"
# shellcheck source=tests/fresh/functions.sh
. "$(dirname "$0")/functions.sh"

bare
section() { awk -v name="%$1" '/^%/ { on = $1 == name; next } on' "$definition"; }

git -c safe.directory='*' clone -q --no-hardlinks "$here/../.." "$dir/sources"
while read -r file folder; do
  mkdir -p "$root$folder"
  (cd "$dir/sources" && cp -fLr "$file" "$root$folder") || fail "%files: $file"
done < <(section files | grep .)

section post >"$root/.post.script"
done_by %post in_root /bin/sh -ex /.post.script
! grep -i 'warning:.*\[-W' "$dir/log" || fail "warnings of the compiler"
rm "$root/.post.script"

{ echo '#!/bin/sh'; section environment; section runscript; } >"$root/.run.script"
{ echo '#!/bin/sh'; section environment; section test; } >"$root/.test.script"
chmod +x "$root/.run.script" "$root/.test.script"
done_by %test in_root /.test.script
grep -qx "MPI: *Open MPI v4\.1.*" "$dir/log" || { cat "$dir/log"; fail "another MPI than the head says"; }
read -ra command < <(sed -n 's/^# *apptainer run wdscan.sif \(point .*\)/\1/p' "$definition")
done_by %runscript in_root /.run.script "${command[@]}"
grep -q '^status  *done' "$dir/log" || { cat "$dir/log"; fail "no point: ${command[*]}"; }
