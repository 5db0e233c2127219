"""Servers that are shelved: their records, and the requests to unshelve them."""

from dataclasses import dataclass
from datetime import datetime

from computeapi.domain.servers.server import Server
from computeapi.domain.servers.states import PowerState, VmState

#: The end of the name of the image that has the disk of a shelved server, as in Nova.
IMAGE_SUFFIX = "-shelved"


@dataclass(frozen=True, slots=True)
class Unshelving:
    """The place that a request to unshelve a server names.

    :ivar zone: the availability zone that the server is pinned to from now on; None for every one.
    :ivar sets_zone: whether the request says so; otherwise the server stays pinned as it is.
    :ivar host: the name of a host, which administrators give; None for every host.
    """

    zone: str | None = None
    sets_zone: bool = False
    host: str | None = None


#: The request that names no place.
NOWHERE = Unshelving()


def shelve(server: Server, now: datetime) -> None:
    """Note that a server is shelved: its guest is off, and its image has its disk."""
    server.vm_state, server.shelved_at = VmState.SHELVED, now
    server.power_state, server.progress, server.ssh_port = PowerState.SHUTDOWN, 0, None


def offload(server: Server) -> None:
    """Note that a server is on no host any more, or not yet again: its image is all of it."""
    server.vm_state, server.task_state = VmState.SHELVED_OFFLOADED, None
    server.power_state, server.ssh_port, server.host = PowerState.SHUTDOWN, None, None


def forget_image(server: Server) -> None:
    """Note that a server does not need the image of its disk, or never got it."""
    server.shelved_image_id, server.shelved_at = None, None
