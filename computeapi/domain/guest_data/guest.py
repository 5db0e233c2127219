"""The facts about a server from which all documents for its guest are made."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.guest_data.bus_addresses import BusAddresses, no_addresses
from computeapi.domain.servers import Server


@dataclass(frozen=True, slots=True)
class GuestData:
    """The facts about a server that its guest may learn.

    :ivar vendor_data: of the operator, the same for all servers.
    :ivar volumes: of the server.
    :ivar bus_addresses: returns those of its devices: its host is asked for them.
    :ivar password: that the guest has posted, encrypted with the owner's key; empty without one.
    """

    server: Server
    vendor_data: Mapping[str, object] = field(default_factory=dict)
    password: str = ""
    volumes: Sequence[BlockDevice] = ()
    bus_addresses: Callable[[], BusAddresses] = no_addresses

    @property
    def user_data(self) -> bytes | None:
        """The user data as it was before base64, or None."""
        text = self.server.user_data
        return base64.b64decode(text) if text else None

    @property
    def key_name(self) -> str:
        """The name of the public key."""
        return self.server.key_name or "key"

    @property
    def fixed_address(self) -> str:
        """The server's first own IPv4 address, or an empty text."""
        return self._address("fixed")

    @property
    def floating_address(self) -> str:
        """The server's first floating IP, or an empty text."""
        return self._address("floating")

    def _address(self, kind: str) -> str:
        shown = (one for addresses in self.server.addresses.values() for one in addresses)
        found = (one["addr"] for one in shown if (one["type"], one["version"]) == (kind, 4))
        return str(next(found, ""))
