#!/bin/busybox sh
# PID 1 of the lab's guest, until the root is in place: the machine's own files read-only, a tree of the lab's over
# them, and memory on top. switch_root and not chroot, because udevadm does nothing in a chroot.
bb=/bin/busybox
fail() {
  echo "lab: $1"
  echo o > /proc/sysrq-trigger
  $bb sleep 10
}
$bb mkdir -p /proc /sys /dev /host /tree /ram /root /out
$bb mount -t proc proc /proc
$bb mount -t sysfs sysfs /sys
$bb mount -t devtmpfs devtmpfs /dev
for module in /modules/*; do $bb insmod "$module" || fail "$module does not load"; done
share() {
  $bb mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000,$3" "$1" "$2" || fail "no share $1"
}
share host /host ro,cache=loose
share tree /tree ro,cache=loose
share out /out cache=none
$bb mount -t tmpfs -o mode=755 ram /ram
$bb mkdir /ram/upper /ram/work
$bb mount -t overlay -o lowerdir=/tree:/host,upperdir=/ram/upper,workdir=/ram/work root /root || fail 'no root'
$bb mkdir -p /root/lab-out
for place in proc sys dev; do $bb mount --move /$place /root/$place; done
$bb mount --move /out /root/lab-out
exec $bb switch_root /root /bin/sh /lab-out/begin.sh
