"""The part of the port between a worker and a hypervisor by which guests change hosts."""

from typing import Protocol

from computeapi.ports.checkpoint import Checkpoint


class MovingDriver(Protocol):
    """Live migration and evacuation. Every method may raise ``DriverError``."""

    def has_disks(self, server_id: str) -> bool:
        """Return whether the disks of a guest are in this host's folder, as its own or shared."""

    def release(self, server_id: str) -> None:
        """End a guest, if there is one, and forget it; keep its disks for another host."""

    def freeze(self, server_id: str, checkpoint: Checkpoint) -> None:
        """Stop a guest between two instructions, and set it aside with its memory.

        ``pack``, ``rebuild`` and ``unpark`` keep its memory; it goes on where it was.

        :raises GuestNotFound: when there is none, and none is set aside.
        :raises DriverError: when the hypervisor cannot do it.
        """
