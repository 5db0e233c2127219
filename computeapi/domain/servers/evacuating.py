"""A request to evacuate a server."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evacuation:
    """A request to evacuate a server (API reference, "Evacuate Server").

    :ivar host: the name of the host that it is to go to; None for any host.
    :ivar is_forced: whether the host is taken even if it has no room.
    :ivar admin_password: None for one that is made up.
    :ivar on_shared_storage: whether the caller says that its disks are on storage that hosts share;
        None when the caller says nothing.
    :ivar stays_off: whether the server is not started there.
    """

    host: str | None = None
    is_forced: bool = False
    admin_password: str | None = None
    on_shared_storage: bool | None = None
    stays_off: bool = False
