#!/bin/busybox-static sh
# Sets the guest up from its config drive: hostname, keys, network, ssh, user data.
export PATH=/bin:/sbin:/usr/bin:/usr/sbin
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
mkdir -p /dev/pts && mount -t devpts devpts /dev/pts
say() { echo "computeapi-test: $*"; }

acpid -d -c /etc/acpi >/dev/null 2>&1 &

field() { tr -d '\n' < $meta | grep -oE "\"$1\": *\"[^\"]*\"" | head -n 1 | sed 's/.*"\(.*\)"/\1/'; }

drive=$(findfs LABEL=config-2 2>/dev/null || findfs LABEL=CONFIG-2 2>/dev/null)
if [ -n "$drive" ] && mount -o ro "$drive" /mnt; then
    latest=/mnt/openstack/latest
    meta=$latest/meta_data.json
    field hostname > /etc/hostname
    uuid=$(field uuid)
    grep -oE '(ssh-(rsa|ed25519)|ecdsa-sha2-[a-z0-9-]+) [A-Za-z0-9+/=]+' $meta | sort -u \
        > /root/.ssh/authorized_keys
    chmod 600 /root/.ssh/authorized_keys
    # It opens the consoles only: sshd takes keys.
    password=$(field admin_pass)
    [ -n "$password" ] && printf '%s\n%s\n' "$password" "$password" | passwd root >/dev/null 2>&1
    [ -f $latest/user_data ] && cp $latest/user_data /run/user_data
    umount /mnt
else
    say "no config drive"
fi
hostname -F /etc/hostname
grep -q "[[:space:]]$(hostname)\$" /etc/hosts || echo "127.0.1.1 $(hostname)" >> /etc/hosts
say "$(uname -a)"
say "hostname $(hostname)"
say "$(wc -l < /root/.ssh/authorized_keys) ssh keys"

ip link set lo up
for path in /sys/class/net/e*; do
    nic=${path##*/}
    ip link set "$nic" up
    udhcpc -i "$nic" -s /etc/udhcpc.script -O staticroutes -t 5 -T 1 -n -q >/dev/null 2>&1
    say "$nic $(cat "$path/address") $(ip -4 -o addr show "$nic" | awk '{print $4}')"
done

hostkey=/etc/dropbear/dropbear_ed25519_host_key
[ -f $hostkey ] || dropbearkey -t ed25519 -f $hostkey >/dev/null 2>&1
dropbear -s && say "sshd is up"

for path in /sys/class/virtio-ports/*; do
    [ "$(cat "$path/name" 2>/dev/null)" = org.qemu.guest_agent.0 ] || continue
    qemu-ga -d -p "/dev/${path##*/}" -t /run -f /run/qemu-ga.pid && say "guest agent is up"
done

# As with cloud-init, user data runs on the first boot of a server only.
if [ -f /run/user_data ] && [ "$(cat /etc/instance 2>/dev/null)" != "$uuid" ]; then
    say "user data begins"
    case $(head -c 2 /run/user_data) in
        '#!') chmod 700 /run/user_data; /run/user_data ;;
        *) say "not a script, ignored" ;;
    esac
    say "user data ended with $?"
fi
echo "$uuid" > /etc/instance
sync
say "ready after $(cut -d ' ' -f 1 /proc/uptime) s"
