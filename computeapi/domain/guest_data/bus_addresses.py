"""The addresses of devices on the buses of guests, by which guests tell tagged devices."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BusAddress:
    """The place of a device in its guest.

    :ivar bus: such as "pci". :ivar address: on it, such as ``0000:00:02.0``.
    """

    bus: str
    address: str


#: The address of a device that no hypervisor has placed.
UNKNOWN = BusAddress("none", "none")
#: The addresses of volumes by their ids, and of network cards by their MAC addresses.
BusAddresses = Mapping[str, BusAddress]


def no_addresses() -> BusAddresses:
    """Return no addresses: no hypervisor has placed the devices."""
    return {}
