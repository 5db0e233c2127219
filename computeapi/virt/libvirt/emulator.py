"""Starts QEMU in a network namespace: one of its own, or that of its cloud.

libvirt runs this file as a guest's emulator: ``emulator.py RESOLV_CONF QEMU [ARGUMENT ...]``.
With :data:`LIFELINE` in its environment it makes new user, network and mount namespaces for
itself, and then becomes QEMU. In these namespaces QEMU finds

- a loopback interface that is not the host's, and no other interface until slirp4netns adds one;
- RESOLV_CONF in the place of ``/etc/resolv.conf``;
- no privilege over any of the three.

With :data:`CLOUD` in its environment it enters the namespaces of the cloud instead, where the taps
of the cloud's virtual switch are, and becomes QEMU without privilege over them. QEMU opens the taps
that belong to its user.

Without either variable, as when libvirt asks QEMU for its capabilities, it becomes QEMU at once.

This file runs by its path and imports nothing of the package: that keeps its start short.
"""

import ctypes
import errno
import json
import os
import socket
import struct
import sys
from typing import NoReturn

#: The environment variable that names a FIFO. QEMU holds it open for as long as it runs.
LIFELINE = "COMPUTEAPI_LIFELINE"
#: The environment variable that names the file which says where the namespace of the cloud is: see
#: :mod:`computeapi.ports.cloud_namespace`.
CLOUD = "COMPUTEAPI_NAMESPACE"
#: The resolver of ``slirp4netns`` inside the namespace; it asks the host's resolver.
RESOLVER = "169.254.77.3"
#: Link-local addresses, among them the metadata service of a cloud that the host runs in
#: (RFC 3927), and multicast (RFC 5771). No router forwards the first.
REFUSED = (("169.254.0.0", 16), ("224.0.0.0", 4))
#: The namespace's own: the worker answers the guest there, see
#: :mod:`computeapi.virt.libvirt.metadata_socket`.
METADATA = "169.254.169.254"

# <linux/sched.h>, <sys/mount.h>, <linux/prctl.h>, <linux/securebits.h>
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
MS_BIND = 4096
PR_SET_SECUREBITS = 28
SECBIT_NOROOT, SECBIT_NOROOT_LOCKED = 1, 2
# <linux/rtnetlink.h>, <linux/netlink.h>
RTM_NEWADDR, RTM_NEWROUTE = 20, 24
IFA_LOCAL, RTA_DST, RT_SCOPE_HOST = 2, 1, 254
RT_TABLE_MAIN, RTPROT_STATIC, RTN_UNREACHABLE = 254, 4, 7
NLM_F_REQUEST, NLM_F_ACK, NLM_F_CREATE = 0x1, 0x4, 0x400
#: The number of the loopback interface in each namespace.
LOOPBACK = 1

_libc = ctypes.CDLL(None, use_errno=True)


def main(resolv_conf: str, qemu: str, *arguments: str) -> NoReturn:
    """Become QEMU, in namespaces of its own if the environment asks for them."""
    lifeline = os.environ.get(LIFELINE)
    if cloud := os.environ.get(CLOUD):
        enter_cloud(cloud)
    elif lifeline:
        # Both ends: opening one end alone would wait for the other.
        os.set_inheritable(os.open(lifeline, os.O_RDWR), True)
        enter_namespaces(resolv_conf)
    os.execv(qemu, [qemu, *arguments])


def enter_namespaces(resolv_conf: str) -> None:
    """Move this process into new namespaces, and leave it no privilege after its next exec.

    :raises OSError: when the kernel refuses.
    """
    uid, gid = os.getuid(), os.getgid()
    _call("unshare", CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS)
    if uid != 0:
        # slirp4netns becomes the namespace's root. As root it can without, and libvirt takes
        # away the capability that mapping root needs.
        _write("/proc/self/uid_map", f"0 {uid} 1")
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/gid_map", f"0 {gid} 1")
    _allow_ping()
    for address, prefix in REFUSED:
        _refuse(address, prefix)
    _have(METADATA)
    if os.path.exists("/etc/resolv.conf"):
        _call("mount", resolv_conf.encode(), b"/etc/resolv.conf", None, MS_BIND, None)
    _call("prctl", PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED, 0, 0, 0)


def enter_cloud(file: str) -> None:
    """Move this process into a cloud's namespaces, and leave it no privilege after its next exec.

    :raises OSError: when the kernel refuses, or the process that holds them has ended.
    """
    with open(file) as text:
        holder = json.load(text)
    folder = f"/proc/{holder['pid']}"
    kinds = ["user", "net"] if holder["user"] else ["net"]
    namespaces = [os.open(f"{folder}/ns/{kind}", os.O_RDONLY) for kind in kinds]
    with open(f"{folder}/stat") as text:
        # After the name of the program, in brackets: the 3rd field and those that follow.
        started = int(text.read().rpartition(")")[2].split()[19])
    if started != holder["start"]:
        raise ProcessLookupError(errno.ESRCH, "the process that holds it has ended", file)
    for namespace in namespaces:
        _call("setns", namespace, 0)
        os.close(namespace)
    _call("prctl", PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED, 0, 0, 0)


def _write(path: str, content: str) -> None:
    with open(path, "w") as file:
        file.write(content)


def _allow_ping() -> None:
    """Allow QEMU to send echo requests for the guest: see icmp(7)."""
    try:
        _write("/proc/sys/net/ipv4/ping_group_range", "0 0")
    except OSError as error:
        # Containers have a read-only /proc/sys. All but ping works without.
        print(f"the guest cannot ping: {error}", file=sys.stderr)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)


def _refuse(address: str, prefix: int) -> None:
    """Add a route that makes a network unreachable."""
    route = struct.pack(
        "=8BI",
        *(socket.AF_INET, prefix, 0, 0, RT_TABLE_MAIN, RTPROT_STATIC, 0, RTN_UNREACHABLE),
        0,
    )
    destination = struct.pack("=HH4s", 8, RTA_DST, socket.inet_aton(address))
    _create(RTM_NEWROUTE, route + destination, address)


def _have(address: str) -> None:
    """Give the loopback interface an address."""
    interface = struct.pack("=4BI", socket.AF_INET, 32, 0, RT_SCOPE_HOST, LOOPBACK)
    local = struct.pack("=HH4s", 8, IFA_LOCAL, socket.inet_aton(address))
    _create(RTM_NEWADDR, interface + local, address)


def _create(kind: int, content: bytes, name: str) -> None:
    """Create a route or an address: see rtnetlink(7).

    :raises OSError: when the kernel refuses.
    """
    flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE
    message = struct.pack("=IHHII", 16 + len(content), kind, flags, 1, 0) + content
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
        netlink.send(message)
        # The answer is a header of 16 bytes and an error number, negated; 0 is success.
        (error,) = struct.unpack_from("=i", netlink.recv(4096), 16)
    if error:
        raise OSError(-error, os.strerror(-error), name)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except OSError as refused:
        # libvirt shows the last lines that an emulator wrote.
        sys.exit(f"QEMU cannot have a network namespace: {refused}")
