"""The part of the port to a hypervisor that tells where the devices of guests are."""

from typing import Protocol

from computeapi.domain.guest_data import BusAddresses


class DevicesDriver(Protocol):
    """The method that tells where the devices of guests are."""

    def bus_addresses(self, server_id: str) -> BusAddresses:
        """Return the addresses of a guest's volumes and network cards, as far as they are known.

        :raises GuestNotFound: when there is no guest.
        """
