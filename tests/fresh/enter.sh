#!/bin/bash
# Runs a command as root in a folder that holds a system, with mounts, processes and devices of its own.
#
#   tests/fresh/enter.sh ROOT COMMAND...          (takes root)
#
# Nothing is mounted for anyone else, and all that the command has started ends with it: afterwards ROOT is a plain
# folder again. No device of this machine is within reach: of device nodes there are null, zero, full, random, urandom,
# tty and terminals of its own, and none can be made.
set -eu

if [ "${1:-}" != --inside ]; then
  [ $# -ge 2 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
  exec unshare --mount --propagation private --pid --fork --kill-child --ipc -- "$0" --inside "$@"
fi
root=$2
shift 2

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
mount -t tmpfs -o mode=755,nosuid,size=1m dev "$root/dev"
while read -r name major minor; do mknod -m 666 "$root/dev/$name" c "$major" "$minor"; done <<'END'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
END
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777,nosuid,nodev shm "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for name in stdin:0 stdout:1 stderr:2; do ln -s "/proc/self/fd/${name#*:}" "$root/dev/${name%:*}"; done
for file in resolv.conf hosts; do cp --remove-destination -L "/etc/$file" "$root/etc/$file"; done

cd /
exec setpriv --bounding-set=-mknod env -i HOME=/root TERM=dumb LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  chroot "$root" "$@"
