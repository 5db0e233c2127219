"""Floating IPs: addresses of an external network that lead to servers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FloatingIp:
    """A floating IP of a project.

    :ivar id: a UUID.
    :ivar pool: the name of the external network that it is of.
    :ivar fixed_address: the address that it leads to; None where it leads nowhere.
    :ivar server_id: of the server that it leads to; None where it leads to none.
    """

    id: str
    address: str
    pool: str
    fixed_address: str | None = None
    server_id: str | None = None
