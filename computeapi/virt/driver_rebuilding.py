"""The part of the port to a hypervisor by which guests get new disks."""

from typing import TYPE_CHECKING, Protocol

from computeapi.ports.checkpoint import Checkpoint

if TYPE_CHECKING:
    from computeapi.virt.driver import Guest, GuestSpec


class RebuildingDriver(Protocol):
    """The methods by which guests get new disks."""

    def replace(
        self,
        spec: "GuestSpec",
        token: str,
        keep_ephemeral: bool,
        timeout: float,
        checkpoint: Checkpoint,
    ) -> "Guest":
        """Make a guest's disks anew; its user's data are lost.

        The guest is shut down before, as :meth:`Driver.power_off` does it, and not started again.
        One whose disks were made anew under this token already stays as it is. Where there is no
        guest, one is made.

        :param token: names the rebuild.
        :param keep_ephemeral: whether the ephemeral disk stays.
        :param timeout: seconds that the guest has to shut down.
        """
