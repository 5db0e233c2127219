"""Answer the question where the devices of guests are."""

from collections.abc import Mapping

from computeapi.domain.errors import Conflict, Error
from computeapi.ports.messaging import JSON, Method
from computeapi.virt.driver import Driver, DriverError, GuestNotFound


class Devices:
    """The question about devices that the metadata service asks a worker."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    @property
    def questions(self) -> Mapping[str, Method]:
        """The methods that the metadata service may ask, by name."""
        return {"bus_addresses": self.bus_addresses}

    def bus_addresses(self, server_id: str) -> JSON:
        """Return the bus and the address of each device of a guest, by the device's name.

        :raises Conflict: when there is no guest.
        :raises Error: when the hypervisor does not tell.
        """
        try:
            found = self._driver.bus_addresses(server_id)
        except GuestNotFound as error:
            raise Conflict(f"Instance {server_id} has no guest on its host.") from error
        except DriverError as error:
            raise Error(f"The devices of instance {server_id} cannot be looked at.") from error
        return {name: [place.bus, place.address] for name, place in found.items()}
