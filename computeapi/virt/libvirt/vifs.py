"""Network cards of guests that are connected to networks of Neutron."""

from computeapi.virt.driver import DriverError
from computeapi.virt.libvirt.guests import Guests
from computeapi.virt.vifs import Vif


class Vifs(Guests):
    """The methods of the port by which guests get and lose network cards."""

    def plug_vif(self, server_id: str, vif: Vif) -> None:
        raise DriverError("This host cannot connect guests to networks of Neutron.")

    def unplug_vif(self, server_id: str, port_id: str) -> None:
        self._existing(server_id)
