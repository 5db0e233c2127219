"""Make the guests of servers whose host is down."""

from datetime import datetime
from functools import partial

from computeapi.domain.operations import Operation
from computeapi.domain.servers import Move, Server, VmState, actions
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.config_drive import ConfigDrive
from computeapi.ports.images import ImageCache
from computeapi.virt.driver import Driver, Guest
from computeapi.worker.evacuations import EvacuationMarks
from computeapi.worker.servers.specs import cached_image, guest_spec
from computeapi.worker.servers.steps import Change, move_of, show_running, show_stopped, step


class Evacuating:
    """The steps of evacuate.

    :param shutdown_timeout: seconds that a guest has to shut down when asked.
    """

    def __init__(
        self,
        driver: Driver,
        images: ImageCache,
        config_drive: ConfigDrive,
        marks: EvacuationMarks,
        shutdown_timeout: float,
    ) -> None:
        self._driver = driver
        self._images = images
        self._config_drive = config_drive
        self._marks = marks
        self._shutdown_timeout = shutdown_timeout

    @step(actions.EVACUATE)
    def evacuate(self, server: Server, _operation: Operation, checkpoint: Checkpoint) -> Change:
        """Make the guest, of the disks that hosts share, or else of the image."""
        move = move_of(server)
        runs = move.vm_state == VmState.ACTIVE
        if self._is_shared(server, move):
            spec = guest_spec(server, self._config_drive(server))
            guest = self._driver.adopt(spec, checkpoint)
            checkpoint()
            guest = self._driver.power_on(server.id) if runs else guest
        else:
            guest = self._spawn(server, runs, checkpoint)
        return partial(_arrive, move, guest)

    @step(actions.EVACUATE, "clear")
    def clear(self, server: Server, _operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Remove the target's part of an evacuation that failed; shared disks stay."""
        move = move_of(server)
        if self._is_shared(server, move):
            self._driver.release(server.id)
        else:
            self._driver.destroy(server.id)
        self._marks.remove(server.id, move.token)
        return partial(_stay, move)

    def _is_shared(self, server: Server, move: Move) -> bool:
        return self._marks.decide(server.id, move.token, partial(self._driver.has_disks, server.id))

    def _spawn(self, server: Server, runs: bool, checkpoint: Checkpoint) -> Guest:
        image = cached_image(self._images, server, checkpoint) if server.image_id else None
        spec = guest_spec(server, self._config_drive(server), image)
        checkpoint()
        guest = self._driver.spawn(spec, checkpoint)
        if not runs:
            self._driver.power_off(server.id, self._shutdown_timeout, checkpoint)
        return guest


def _arrive(move: Move, guest: Guest, server: Server, now: datetime) -> None:
    server.host, server.availability_zone = move.target_host, move.target_zone
    server.end_move()
    if move.vm_state == VmState.ACTIVE:
        show_running(guest, server, now)
    else:
        show_stopped(server, now)
        server.addresses = guest.addresses or server.addresses
        server.forget_secrets()


def _stay(move: Move, server: Server, _now: datetime) -> None:
    server.go_back(move)
