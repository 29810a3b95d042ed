#!/bin/bash
# The README's two commands on a bare Debian, which has git and make and nothing else, and the installation of the Python
# package: what a new user sees.
#
#   tests/fresh/fresh.sh SUITE USER        SUITE: bookworm, trixie, ...; USER: root, or user, who has sudo
#
# The root folder is made anew, gets a clone of the last commit, and is removed whatever happens; packages are kept in
# $XDG_CACHE_HOME/wdscan (~/.cache). FRESH_ONLY='word ...' chooses tests, as ONLY does; MIRROR is Debian's archive.
# For the user, the first attempt is without sudo: it must fail and say what is missing. Takes root and network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
suite=$1 user=$2
mirror=${MIRROR:-http://deb.debian.org/debian}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/wdscan/$suite
keys=/usr/share/keyrings/debian-archive-keyring.gpg

skip() {
  echo "$suite, $user: $*"
  exit 77
}
[ "$(id -u)" = 0 ] || skip "takes root"
for need in debootstrap unshare setpriv; do
  command -v $need >/dev/null || skip "no program $need: scripts/setup.sh fresh"
done
[ -e $keys ] || skip "no $keys: scripts/setup.sh fresh"
unshare --mount --pid --fork true 2>/dev/null || skip "no mounts of its own are allowed here"

# All mounts are in name spaces that end with their commands; should one be left, nothing is removed.
dir=$(mktemp -d)
clean_up() {
  if grep -qF " $dir" /proc/self/mounts; then echo "$dir is still mounted and is left" >&2; else rm -rf --one-file-system "$dir"; fi
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM
timeout 60 /usr/lib/apt/apt-helper download-file "$mirror/dists/$suite/InRelease" "$dir/InRelease" >"$dir/log" 2>&1 ||
  skip "$mirror cannot be reached"
root=$dir/root
in_root() { "$here/enter.sh" "$root" "$@"; }
fail() {
  echo "$suite, $user: $*"
  exit 1
}

# --- A bare system
mkdir -p "$cache"
unshare --mount --propagation private --pid --fork --kill-child debootstrap --variant=minbase --include=git,make \
  --keyring="$keys" --cache-dir="$cache" "$suite" "$root" "$mirror" >"$dir/log" 2>&1 || { tail "$dir/log"; fail "debootstrap"; }
cp -n "$cache"/*.deb "$root/var/cache/apt/archives/"
echo 'Binary::apt-get::APT::Keep-Downloaded-Packages "true"; APT::Keep-Downloaded-Packages "true";' \
  >"$root/etc/apt/apt.conf.d/02keep"

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
# done_by NAME COMMAND...: shows the end of what a command says that fails
done_by() {
  local name=$1
  shift
  "$@" >"$dir/log" 2>&1 || { grep -v '^Get:\|^Setting up\|^Unpacking\|^Preparing\|^Selecting' "$dir/log" | tail -n 300; fail "$name failed"; }
}
done_by "make scan" work scan
cp -n "$root"/var/cache/apt/archives/*.deb "$cache/"
! grep -i 'warning:.*\[-W' "$dir/log" || fail "warnings of the compiler"
for kind in h5 png pdf; do [ -s "$root$home/wdscan/results/quick.$kind" ] || fail "make scan left no quick.$kind"; done
# What libraries make of the same scan: docs/reproducibility.md compares these
echo "$suite, $user: contours of quick.yaml $(in_root "${as[@]}" sh -c "cd $home/wdscan && bin/wdscan contour results/quick.h5" | sha256sum | cut -c1-16)"

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
