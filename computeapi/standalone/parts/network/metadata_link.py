"""Connects a network of the cloud with a listening socket at 169.254.169.254.

The socket is in a network namespace of its own, as networks may have the same addresses. The
namespace needs no name: it is there as long as a socket in it is open, and ends with this process.
"""

import contextlib
import ctypes
import os
import socket
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from computeapi.ports.cloud_namespace import CloudNamespace
from computeapi.standalone.errors import CloudError
from computeapi.standalone.image_packages import run
from computeapi.standalone.parts.network.layout import METADATA_ADDRESS
from computeapi.standalone.parts.network.metadata_ports import MetadataPort

#: Where guests look for the metadata service ("Metadata service" in Nova's guide).
IPV4, IPV6, PORT = METADATA_ADDRESS, "fe80::a9fe:a9fe", 80
BRIDGE = "br-int"
_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)
#: Characters of a port's id in the names of interfaces.
_ID_LENGTH = 11


class MetadataLink:
    """A network's way to the metadata service.

    :ivar sockets: bound, and not listening.
    """

    def __init__(self, namespace: CloudNamespace, port: MetadataPort, vsctl: Sequence[str]) -> None:
        """Make the link.

        :param namespace: of the cloud's switch. :param vsctl: the command ovs-vsctl, for its
            database.
        :raises CloudError: when it cannot be made.
        """
        self._vsctl = list(vsctl)
        self._outer = f"mta{port.port_id[:_ID_LENGTH]}"
        # The switch would not notice that another interface has the name of one that it had.
        self._unplug()
        self.sockets = _in_new_namespace(lambda: self._make(namespace, port))
        try:
            ids = f"external_ids:iface-id={port.port_id}"
            add = ["--may-exist", "add-port", BRIDGE, self._outer]
            run([*self._vsctl, *add, "--", "set", "Interface", self._outer, ids])
        except CloudError:
            self._close()
            raise

    def remove(self) -> None:
        """Take the link from the switch, and close the sockets, with which its interfaces go.

        :raises CloudError: when the switch keeps it.
        """
        self._close()
        self._unplug()

    def _unplug(self) -> None:
        run([*self._vsctl, "--if-exists", "del-port", BRIDGE, self._outer])

    def _close(self) -> None:
        for sock in self.sockets:
            sock.close()

    def _make(self, namespace: CloudNamespace, port: MetadataPort) -> list[socket.socket]:
        """Make the interfaces and the sockets; the thread is in its own namespace."""
        outside = ["nsenter", f"--net={namespace.path}"]
        inner = f"mtb{port.port_id[:_ID_LENGTH]}"
        with contextlib.suppress(CloudError):
            # That of a process that ended, whose namespace the kernel has not ended yet.
            run([*outside, "ip", "link", "delete", self._outer])
        peer = ["peer", "name", self._outer, "netns", str(namespace.pid)]
        run(["ip", "link", "add", inner, "address", port.mac_address, "type", "veth", *peer])
        # The userspace datapath does not complete checksums.
        run(["ethtool", "-K", inner, "tx", "off"])
        for address in (*port.addresses, f"{IPV4}/32"):
            run(["ip", "address", "add", address, "dev", inner])
        run(["ip", "link", "set", inner, "up"])
        run([*outside, "ip", "link", "set", self._outer, "up"])
        return [_bind(socket.AF_INET, (IPV4, PORT)), *_bind_ipv6(inner)]


def _bind_ipv6(interface: str) -> list[socket.socket]:
    if not Path("/proc/net/if_inet6").exists():
        return []
    # The address is on no other interface: it need not wait until that is proved.
    run(["ip", "address", "add", f"{IPV6}/64", "dev", interface, "nodad"])
    scope = socket.if_nametoindex(interface)
    return [_bind(socket.AF_INET6, (IPV6, PORT, 0, scope))]


def _bind(family: socket.AddressFamily, address: tuple[str | int, ...]) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(address)
    return sock


def _in_new_namespace(make: Callable[[], list[socket.socket]]) -> list[socket.socket]:
    """Call a function in a network namespace of its own, by a thread that ends with it.

    :raises CloudError: when there can be no such namespace, or the function fails.
    """
    made: list[socket.socket] = []
    errors: list[Exception] = []

    def call() -> None:
        try:
            if _LIBC.unshare(_CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            made.extend(make())
        except (OSError, CloudError) as error:
            errors.append(error)

    thread = threading.Thread(target=call, name="namespace")
    thread.start()
    thread.join()
    if errors:
        raise CloudError(f"The metadata service cannot be connected: {errors[0]}") from errors[0]
    return made
