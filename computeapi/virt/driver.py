"""The port between a worker and a hypervisor.

Every method looks at the hypervisor first and does only what is missing, so
that a worker that died in the middle can be followed by one that starts over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from computeapi.domain.hardware import Hardware
from computeapi.domain.servers.local_disks import LocalDisks
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.guest_requests import GuestRequests
from computeapi.virt.descriptions import HostFacts, ServerDescription
from computeapi.virt.driver_administration import AdministrationDriver
from computeapi.virt.driver_consoles import ConsoleDriver
from computeapi.virt.driver_devices import DevicesDriver
from computeapi.virt.driver_interfaces import InterfaceDriver
from computeapi.virt.driver_moving import MovingDriver
from computeapi.virt.driver_rebuilding import RebuildingDriver
from computeapi.virt.driver_rescue import RescueDriver
from computeapi.virt.driver_volumes import VolumeDisk, VolumesDriver
from computeapi.virt.errors import NOT_RUNNING, DriverError, DriverUnavailable, GuestNotFound
from computeapi.virt.vifs import Vif

__all__ = [
    "NOT_RUNNING",
    "Driver",
    "DriverError",
    "DriverUnavailable",
    "Guest",
    "GuestNotFound",
    "GuestSpec",
    "HostFacts",
    "VolumeDisk",
]


@dataclass(frozen=True, slots=True)
class GuestSpec:
    """A guest to be made.

    :ivar server_id: a UUID, also the guest's own.
    :ivar name: what the hypervisor calls it.
    :ivar image_path: a file that many guests share, never written to; None without an image.
    :ivar image_format: "qcow2" or "raw".
    :ivar copies_image: whether the root disk is a copy: otherwise it needs the image all its life.
    :ivar config_drive: files of the config drive by their path on it, e.g.
        ``openstack/latest/meta_data.json``; None for no config drive.
    :ivar hardware: beyond the sizes.
    :ivar has_network: whether the guest is connected to a network.
    :ivar volumes: the volumes that are disks of the guest.
    :ivar vifs: the network cards of a guest whose networks another service has; None for a guest
        that the hypervisor gives a network of its own.
    :ivar chosen_disks: as :class:`computeapi.domain.servers.Server` keeps them.
    """

    server_id: str
    name: str
    vcpus: int
    memory_mb: int
    disk_gb: int
    ephemeral_gb: int = 0
    swap_mb: int = 0
    image_path: Path | None = None
    image_format: str = "qcow2"
    copies_image: bool = False
    config_drive: Mapping[str, bytes] | None = field(default=None, repr=False)
    hardware: Hardware = field(default_factory=Hardware)
    server: ServerDescription | None = None
    has_network: bool = True
    volumes: tuple[VolumeDisk, ...] = ()
    vifs: tuple[Vif, ...] | None = None
    chosen_disks: Mapping[str, object] | None = None

    @property
    def local_disks(self) -> LocalDisks:
        """The ephemeral disks and the swap disk."""
        return LocalDisks.of(self.ephemeral_gb, self.swap_mb, self.chosen_disks)


@dataclass(frozen=True, slots=True)
class Guest:
    """A guest as the hypervisor sees it.

    :ivar power_state: a value of :class:`computeapi.domain.servers.PowerState`.
    :ivar addresses: as :class:`computeapi.domain.servers.Server` keeps them.
    :ivar ssh_port: the port on 127.0.0.1 that leads to the guest's port 22, or None.
    """

    server_id: str
    power_state: int
    addresses: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    ssh_port: int | None = None


class Driver(
    AdministrationDriver,
    ConsoleDriver,
    RebuildingDriver,
    RescueDriver,
    MovingDriver,
    VolumesDriver,
    InterfaceDriver,
    DevicesDriver,
    Protocol,
):
    """The interface of every hypervisor adapter. All methods block; green threads call none.

    Every method may raise :class:`DriverError`.
    """

    def answer(self, requests: GuestRequests | None) -> None:
        """Choose the answers to guests that the driver gives networks; None for no answers."""

    def open(self, on_change: Callable[[str], None]) -> None:
        """Connect.

        :param on_change: called with a server's id, from a thread of the driver's, when a
            guest started or stopped, be it by itself or because a method here made it;
            look at the guest to see what it is now. Calls may be late, and those for what
            happened while the driver was not connected are missing.
        """

    def close(self) -> None:
        """Disconnect; guests run on."""

    def facts(self) -> HostFacts:
        """Return the resources of the host."""

    def uptime(self) -> str | None:
        """Return how long the host is up, and its load, as ``uptime`` prints it, or None."""

    def guests(self) -> dict[str, Guest]:
        """Return every guest of ours by its server's id, running or not.

        A guest left half made (its files without a definition) counts, with
        power state NOSTATE, so that it can be found and destroyed; so does one that is set aside.
        """

    def guest(self, server_id: str) -> Guest:
        """Return one guest.

        :raises GuestNotFound: when there is none.
        """

    def spawn(self, spec: GuestSpec, checkpoint: Checkpoint) -> Guest:
        """Make a guest and start it; the parts of it that are already there are kept.

        :param checkpoint: called between steps; what it raises ends the work there.
        """

    def power_on(self, server_id: str) -> Guest:
        """Start a guest that is not running.

        :raises GuestNotFound: when there is none.
        """

    def power_off(self, server_id: str, timeout: float, checkpoint: Checkpoint) -> None:
        """Shut a guest down: ask it (ACPI), and cut its power after ``timeout`` seconds.

        :param timeout: 0 cuts the power at once.
        :raises GuestNotFound: when there is none.
        """

    def cut_power(self, server_id: str) -> None:
        """End a guest at once; its disks are kept.

        Another thread may hang in a call about the guest: that call ends as well, and fails. A
        guest that is off, and no guest, is no error.
        """

    def reboot(self, server_id: str, hard: bool, timeout: float, checkpoint: Checkpoint) -> Guest:
        """Restart a guest; a soft reboot that takes over ``timeout`` seconds becomes a hard one.

        :raises GuestNotFound: when there is none.
        """

    def pause(self, server_id: str) -> Guest:
        """Stop a running guest's processors; its memory stays where it is.

        :raises GuestNotFound: when there is none.
        :raises DriverError: when the guest is off.
        """

    def unpause(self, server_id: str) -> Guest:
        """Resume the processors of a paused guest.

        :raises GuestNotFound: when there is none.
        :raises DriverError: when the guest is off.
        """

    def suspend(self, server_id: str) -> None:
        """Write a guest's memory to disk and end it; its power state is SHUTDOWN then.

        :meth:`power_off` throws the memory away.

        :raises GuestNotFound: when there is none.
        :raises DriverError: when the guest is off.
        """

    def resume(self, server_id: str) -> Guest:
        """Resume a suspended guest from its saved memory; start one without saved memory.

        :raises GuestNotFound: when there is none.
        """

    def park(self, server_id: str, timeout: float, checkpoint: Checkpoint) -> None:
        """Shut a guest down as :meth:`power_off` does, and set it aside.

        Its disks are kept, and another guest of the server may be made beside them.

        :raises GuestNotFound: when there is none, and none is set aside.
        """

    def pack(self, server_id: str, target: Path, checkpoint: Checkpoint) -> None:
        """Write the disks of a guest that is set aside to one file, whole or not at all.

        :raises GuestNotFound: when none is set aside.
        """

    def rebuild(
        self,
        spec: GuestSpec,
        token: str,
        package: Callable[[], Path] | None,
        checkpoint: Checkpoint,
    ) -> Guest:
        """Make a guest anew from disks that there are, which grow to the sizes of the spec.

        It is not started. One that was made under this token already stays as it is.

        :param spec: needs no image.
        :param token: what :meth:`discard` knows the guest by. Hosts may share their storage, and
            the guest of another host must not be taken for this one.
        :param package: returns a file that :meth:`pack` wrote, and is called when it is needed;
            None for the disks that are set aside here.
        :raises GuestNotFound: when no disks are set aside here.
        :raises DriverError: when there is a guest that was made in another way.
        """

    def discard(self, server_id: str, token: str) -> None:
        """End and remove the guest that was made under a token, but not one that is set aside.

        No such guest is no error.
        """

    def unpark(self, spec: GuestSpec, token: str, checkpoint: Checkpoint) -> Guest:
        """Put the guest that is set aside in the place of the one that was made under a token.

        It is not started. Where none is set aside, the guest that there is stays.

        :param spec: the guest as it was; needs no image.
        :raises GuestNotFound: when there is no guest, and none is set aside.
        """

    def adopt(self, spec: GuestSpec, checkpoint: Checkpoint) -> Guest:
        """Make a guest of disks that another host left in a folder that both share.

        It is not started. A guest that is there already stays as it is.

        :raises GuestNotFound: when there are no disks.
        """

    def forget_parked(self, server_id: str) -> None:
        """Remove the guest that is set aside. No such guest is no error."""

    def snapshot(self, server_id: str, target: Path, checkpoint: Checkpoint) -> None:
        """Write a guest's root disk to a qcow2 file that needs no other, whole or not at all.

        The guest goes on as it was: running, paused, suspended, off, or set aside. The file has
        the disk as it was at one moment.

        :param target: is replaced if it is there.
        :raises GuestNotFound: when there is none, or it has no root disk.
        """

    def destroy(self, server_id: str) -> None:
        """End a guest and remove all that belongs to it, also the disks that are set aside.

        No guest is no error.
        """
