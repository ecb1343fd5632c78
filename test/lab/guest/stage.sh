# Runs as PID 1 in the finished root, after the settings (PROJECT, LIMIT_SECONDS, MODULES, STRIP_HOOK) that `machine.ts` writes above it.
trap '' HUP
# A guest whose machine has forgotten it still ends.
(sleep "$LIMIT_SECONDS"; echo 'lab: out of time'; echo o > /proc/sysrq-trigger) &
mount -t tmpfs -o mode=755 run /run
mkdir -p /run/lock /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
busybox ip link set lo up
hostname lab
export HOME=/root TMPDIR=/tmp LANG=C.UTF-8
export PATH="$PROJECT/node_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
modprobe -a $MODULES
mkdir -p /etc/udev/rules.d
cp "$PROJECT/kiosk-shell/install/60-countersign-pads.rules" /etc/udev/rules.d/
grep -q '^plugdev:' /etc/group || echo 'plugdev:x:46:' >> /etc/group
/usr/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add --subsystem-match=usb --subsystem-match=hidraw --subsystem-match=tty
udevadm settle --timeout=60
cd "$PROJECT"
export NODE_OPTIONS="--import=$STRIP_HOOK"
sh /lab-out/command.sh > /lab-out/output.txt 2>&1 < /dev/null
echo $? > /lab-out/exit-code
dmesg > /lab-out/kernel.txt
sync
echo o > /proc/sysrq-trigger
# Not a program, which would have to be read from a share that is going away, and the end of PID 1 is a panic.
wait
