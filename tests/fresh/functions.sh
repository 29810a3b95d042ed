# What the tests on bare roots share; sourced by them (bash), with $suite, a suite of Debian, and $name, the test's.
#
# A fresh folder $dir, removed whatever happens. Packages are kept in $XDG_CACHE_HOME/wdscan (~/.cache); MIRROR is
# Debian's archive. Takes root and network.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mirror=${MIRROR:-http://deb.debian.org/debian}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/wdscan/$suite
keys=/usr/share/keyrings/debian-archive-keyring.gpg

skip() {
  echo "$name: $*"
  exit 77
}
fail() {
  echo "$name: $*"
  exit 1
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

# bare OPTION...: makes $root, a bare system, with debootstrap's options
bare() {
  mkdir -p "$cache"
  unshare --mount --propagation private --pid --fork --kill-child debootstrap --variant=minbase "$@" \
    --keyring="$keys" --cache-dir="$cache" "$suite" "$root" "$mirror" >"$dir/log" 2>&1 || { tail "$dir/log"; fail "debootstrap"; }
  cp -n "$cache"/*.deb "$root/var/cache/apt/archives/"
  echo 'Binary::apt-get::APT::Keep-Downloaded-Packages "true"; APT::Keep-Downloaded-Packages "true";' \
    >"$root/etc/apt/apt.conf.d/02keep"
}

# done_by STEP COMMAND...: shows the end of what a command says that fails
done_by() {
  local step=$1
  shift
  "$@" >"$dir/log" 2>&1 || { grep -v '^Get:\|^Setting up\|^Unpacking\|^Preparing\|^Selecting' "$dir/log" | tail -n 300; fail "$step failed"; }
}
