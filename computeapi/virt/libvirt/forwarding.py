"""Lead a port of the host's loopback address to a guest's port 22.

libvirt's ``<portForward>`` is for the passt backend only; for QEMU's own user-mode network
the monitor does it, anew on every start. In that network nothing else leads into a guest.
"""

import re
from collections.abc import Callable

from computeapi.virt.driver import DriverError
from computeapi.virt.instances import InstanceFolder

SSH = 22
#: A line of "info usernet": protocol, file descriptor, address and port here, and there.
_FORWARD = re.compile(rf"TCP\[HOST_FORWARD\]\s+\S+\s+127\.0\.0\.1\s+(\d+)\s+\S+\s+{SSH}\b")

#: Sends a command to a guest's human monitor and returns its answer.
Monitor = Callable[[str], str]


def ensure(monitor: Monitor, network_card: str, folder: InstanceFolder) -> int:
    """Lead a port to the guest's port 22, unless one does already, and note it.

    :param network_card: libvirt's alias of the guest's network card.
    :return: the port: the one noted last when it is free.
    :raises DriverError: when none could be had.
    """
    there = _FORWARD.search(monitor("info usernet"))
    if there:
        port = int(there[1])
        folder.remember_ssh_port(port)
        return port
    answer = ""
    for port in folder.ssh_ports():
        # libvirt names the back end of a card after the card. No news is good news.
        answer = monitor(f"hostfwd_add host{network_card} tcp:127.0.0.1:{port}-:{SSH}").strip()
        if not answer:
            folder.remember_ssh_port(port)
            return port
    raise DriverError(f"no port leads to the guest's port {SSH}: {answer}")
