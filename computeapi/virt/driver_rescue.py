"""The part of the port to a hypervisor by which guests are rescued."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from computeapi.domain.servers.rescue import RescueDevice
from computeapi.ports.checkpoint import Checkpoint

if TYPE_CHECKING:
    from computeapi.virt.driver import Guest, GuestSpec


@dataclass(frozen=True, slots=True)
class RescueDisk:
    """The disk that a rescued guest boots from.

    :ivar token: names the rescue.
    :ivar image_path: a qcow2 or raw file that many guests share, never written to.
    :ivar image_format: "qcow2" or "raw".
    """

    token: str
    image_path: Path
    image_format: str
    device: RescueDevice


class RescueDriver(Protocol):
    """The methods by which guests are rescued."""

    def rescue(
        self, spec: "GuestSpec", disk: RescueDisk, timeout: float, checkpoint: Checkpoint
    ) -> "Guest":
        """Shut a guest down, and boot it from a rescue disk, with its own disk beside it.

        A guest that is rescued under this token already runs on.

        :param spec: needs no image; its config drive is that of the rescue.
        :param timeout: seconds that the guest has to shut down.
        :raises GuestNotFound: when there is no guest.
        """

    def unrescue(self, spec: "GuestSpec", timeout: float, checkpoint: Checkpoint) -> "Guest":
        """Shut a rescued guest down, and give it its own disks only.

        It is not started. A guest that is not rescued stays as it is.

        :param spec: the guest as it was; needs no image.
        :param timeout: seconds that the guest has to shut down.
        :raises GuestNotFound: when there is no guest.
        """
