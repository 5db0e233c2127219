"""Migrate the guests of servers while they run."""

from datetime import datetime
from functools import partial
from pathlib import Path

from computeapi.domain.operations import Operation
from computeapi.domain.servers import Move, Server, actions
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.config_drive import ConfigDrive
from computeapi.virt.driver import Driver, Guest, GuestSpec
from computeapi.worker.servers.specs import guest_spec
from computeapi.worker.servers.steps import Change, move_of, step, unchanged
from computeapi.worker.transfers import Transfers


class LiveMigrating:
    """The steps of a live migration."""

    def __init__(self, driver: Driver, config_drive: ConfigDrive, transfers: Transfers) -> None:
        self._driver = driver
        self._config_drive = config_drive
        self._transfers = transfers

    @step(actions.LIVE_MIGRATE, "prepare")
    def prepare(self, _server: Server, operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Show the source whether it shares its storage with this host."""
        self._transfers.announce(operation)
        return unchanged

    @step(actions.LIVE_MIGRATE, "send")
    def send(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Stop the guest, and hand it to the target with its memory."""
        self._driver.freeze(server.id, checkpoint)
        checkpoint()

        def pack(target: Path) -> None:
            self._driver.pack(server.id, target, checkpoint)

        self._transfers.send(operation, pack, checkpoint)
        return unchanged

    @step(actions.LIVE_MIGRATE, "receive")
    def receive(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Resume the guest at this host."""
        move = move_of(server)
        package = partial(self._transfers.receive, operation, checkpoint)
        guest = self._driver.rebuild(self._spec(server), move.token, package, checkpoint)
        self._transfers.clear(operation)
        return partial(_arrive, move, guest)

    @step(actions.LIVE_MIGRATE, "clear")
    def clear(self, server: Server, operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Remove the target's part of a live migration that failed."""
        self._driver.discard(server.id, move_of(server).token)
        self._transfers.clear(operation)
        return unchanged

    @step(actions.LIVE_MIGRATE, "restore")
    def restore(self, server: Server, _operation: Operation, checkpoint: Checkpoint) -> Change:
        """Resume the guest at the source."""
        move = move_of(server)
        self._driver.unpark(self._spec(server), move.token, checkpoint)
        return partial(_stay, move)

    def _spec(self, server: Server) -> GuestSpec:
        return guest_spec(server, self._config_drive(server))


def _arrive(move: Move, guest: Guest, server: Server, _now: datetime) -> None:
    server.host, server.availability_zone = move.target_host, move.target_zone
    server.end_move()
    server.settle(move.vm_state)
    server.power_state, server.ssh_port = guest.power_state, guest.ssh_port
    server.addresses = guest.addresses or server.addresses


def _stay(move: Move, server: Server, _now: datetime) -> None:
    server.go_back(move)
