#!/bin/bash
# The README's two commands on a bare Debian, which has git and make and nothing else, and the installation of the Python
# package: what a new user sees.
#
#   tests/fresh/fresh.sh SUITE USER        SUITE: bookworm, trixie, ...; USER: root, or user, who has sudo
#
# The root folder is made anew, gets a clone of the last commit, and is removed whatever happens; functions.sh says what
# that takes. FRESH_ONLY='word ...' chooses tests, as ONLY does. For the user, the first attempt is without sudo: it must
# fail and say what is missing.
set -eu
suite=$1 user=$2 name="$1, $2"
# shellcheck source=tests/fresh/functions.sh
. "$(dirname "$0")/functions.sh"

bare --include=git,make

# --- A clone, and who works in it
home=/root as=(env HOME=/root)
if [ "$user" != root ]; then
  in_root useradd --create-home --shell /bin/bash "$user"
  home=/home/$user as=(setpriv "--reuid=$user" "--regid=$user" --init-groups env "HOME=/home/$user" "USER=$user")
fi
git -c safe.directory='*' clone -q --no-hardlinks "$here/../.." "$root$home/wdscan"
in_root chown -R "$user:" "$home/wdscan"
work() { in_root "${as[@]}" make -C "$home/wdscan" --no-print-directory "$@" </dev/null; }

if [ "$user" != root ]; then
  if work scan >"$dir/log" 2>&1; then fail "make scan without packages and sudo: exit code 0"; fi
  for text in "missing:" "C compiler" "MPI compiler" "parallel HDF5" GSL libyaml Random123 cmocka matplotlib "apt-get install"; do
    grep -qF "$text" "$dir/log" || { cat "$dir/log"; fail "without sudo, $text is not named"; }
  done
  in_root sh -c 'apt-get update && apt-get install -y --no-install-recommends sudo' >"$dir/log" 2>&1 ||
    { cat "$dir/log"; fail "sudo cannot be installed"; }
  echo "$user ALL=(ALL) NOPASSWD: ALL" >"$root/etc/sudoers.d/$user"
fi

# --- Both commands, first try
done_by "make scan" work scan
cp -n "$root"/var/cache/apt/archives/*.deb "$cache/"
! grep -i 'warning:.*\[-W' "$dir/log" || fail "warnings of the compiler"
for kind in h5 png pdf; do [ -s "$root$home/wdscan/results/quick.$kind" ] || fail "make scan left no quick.$kind"; done
# What libraries make of the same scan: docs/reproducibility.md compares these
echo "$name: contours of quick.yaml $(in_root "${as[@]}" sh -c "cd $home/wdscan && bin/wdscan contour results/quick.h5" | sha256sum | cut -c1-16)"

# --- The Python package: the commands of docs/python.md, with no index in reach; then its example, outside the clone
commands=$(sed -n '/^```sh$/,/^```$/{/^```/!p;}' "$root$home/wdscan/docs/python.md")
done_by "the installation of docs/python.md" in_root "${as[@]}" PIP_NO_INDEX=1 bash -euxc "cd ~/wdscan; $commands"
there=$home/wdscan-python
done_by first_steps.py in_root "${as[@]}" "$there/bin/python" "$there/share/doc/wdscan/docs/examples/first_steps.py"
grep -q '^30 % at m = 10000 eV: g = 9\.3.*e-14' "$dir/log" && grep -q '^refused: .*star.mas: ' "$dir/log" ||
  { cat "$dir/log"; fail "first_steps.py prints something else"; }
done_by "git status" in_root "${as[@]}" git -C "$home/wdscan" status --porcelain
[ ! -s "$dir/log" ] || { cat "$dir/log"; fail "git sees files that were built"; }

done_by "make test" work test WERROR=1 "ONLY=${FRESH_ONLY:-}"
tail -n 1 "$dir/log"
