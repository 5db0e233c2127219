"""The network cards of a guest whose networks another service has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Vif:
    """A network card of a guest, and the port that it is connected to.

    :ivar port_id: a UUID. :ivar network_id: a UUID. :ivar mtu: in bytes.
    :ivar tag: the name by which the guest finds it, or None.
    """

    port_id: str
    network_id: str
    mac_address: str
    mtu: int
    tag: str | None = None

    @classmethod
    def of(cls, card: Mapping[str, Any]) -> "Vif":
        """Return the card that a server's row keeps."""
        return cls(**{name: card[name] for name in cls.__slots__})
