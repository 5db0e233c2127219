"""The part of the port to a hypervisor by which guests get and lose network cards."""

from typing import Protocol

from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.vifs import Vif


class InterfaceDriver(Protocol):
    """The methods by which guests get and lose network cards."""

    def plug_vif(self, server_id: str, vif: Vif) -> None:
        """Give a guest another network card, at once when it runs, and at each later start.

        A guest that has a card of the port keeps it.

        :raises GuestNotFound: when there is no guest.
        """

    def unplug_vif(self, server_id: str, port_id: str, checkpoint: Checkpoint) -> None:
        """Remove a network card from a guest, at once when it runs. A missing card is no error.

        :param checkpoint: called while the guest is waited for; its errors end that.
        :raises GuestNotFound: when there is no guest.
        """
