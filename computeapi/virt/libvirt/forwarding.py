"""Lead a port of the host's loopback address to a guest's port 22.

libvirt's ``<portForward>`` is for the passt backend only; for QEMU's own user-mode network
the monitor does it, anew on every start. In that network nothing else leads into a guest.

A guest whose network is in a namespace has two such ports: slirp4netns leads the host's into
the namespace, and QEMU the namespace's into the guest.
"""

import re
from collections.abc import Callable

from computeapi.virt.driver import DriverError
from computeapi.virt.instances import InstanceFolder
from computeapi.virt.libvirt import slirp

SSH = 22
#: The port in every guest's network namespace. It leads to the guest's port 22.
NAMESPACE_PORT = 2222
#: A line of "info usernet": protocol, file descriptor, address and port here, and there.
_FORWARD = re.compile(rf"TCP\[HOST_FORWARD\]\s+\S+\s+\S+\s+(\d+)\s+\S+\s+{SSH}\b")

#: Sends a command to a guest's human monitor and returns its answer.
Monitor = Callable[[str], str]


def ensure(monitor: Monitor, netdev: str, folder: InstanceFolder) -> int:
    """Lead a port of the host to the guest's port 22, unless one does already, and note it.

    :param netdev: QEMU's name for the back end of the guest's interface.
    :return: the port: the one noted last when it is free.
    :raises DriverError: when none could be had.
    """
    there = _FORWARD.search(monitor("info usernet"))
    if there:
        return _noted(folder, int(there[1]))
    return _first_free(folder, lambda port: _add(monitor, netdev, f"127.0.0.1:{port}"))


def ensure_through_namespace(monitor: Monitor, netdev: str, folder: InstanceFolder) -> int:
    """Do as :func:`ensure` does, for a guest whose network is in a connected namespace."""
    if not _FORWARD.search(monitor("info usernet")):
        reason = _add(monitor, netdev, f":{NAMESPACE_PORT}")
        if reason:
            raise DriverError(f"no port leads to the guest's port {SSH}: {reason}")
    there = slirp.forwarded_port(folder)
    if there is not None:
        return _noted(folder, there)
    return _first_free(folder, lambda port: slirp.forward(folder, port, NAMESPACE_PORT))


def _add(monitor: Monitor, netdev: str, listen: str) -> str:
    """Forward an address and port to the guest's port 22; return the reason of a failure."""
    return monitor(f"hostfwd_add {netdev} tcp:{listen}-:{SSH}").strip()


def _first_free(folder: InstanceFolder, attempt: Callable[[int], str | None]) -> int:
    """Take the first port that an attempt finds no fault with."""
    reason: str | None = None
    for port in folder.ssh_ports():
        reason = attempt(port)
        if not reason:
            return _noted(folder, port)
    raise DriverError(f"no port leads to the guest's port {SSH}: {reason}")


def _noted(folder: InstanceFolder, port: int) -> int:
    folder.remember_ssh_port(port)
    return port
