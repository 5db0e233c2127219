"""The driver without a hypervisor: its guests are files.

They outlive the worker, as real ones do. Several drivers may work on the same state folder,
so that a test can do behind a worker's back what a real guest or administrator would: see
:meth:`FakeDriver.shut_down_inside`, :meth:`FakeDriver.kill` and :meth:`FakeDriver.lose`.
``delay``, ``fail``, ``unreachable`` and ``hang`` may be changed while a worker runs: see
:meth:`FakeDriver.control`.
"""

import logging
import socket
import threading
from collections.abc import Callable

from computeapi.domain.console_tokens import ConsoleType
from computeapi.domain.servers import PowerState
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt import fake_consoles, fake_facts, host_facts
from computeapi.virt.driver import (
    Driver,
    DriverError,
    Guest,
    GuestNotFound,
    GuestSpec,
    HostFacts,
)
from computeapi.virt.fake_administration import FakeAdministration
from computeapi.virt.fake_base import nothing
from computeapi.virt.fake_devices import FakeDevices
from computeapi.virt.fake_interfaces import FakeInterfaces
from computeapi.virt.fake_moving import FakeMoving
from computeapi.virt.fake_rebuilding import FakeRebuilding
from computeapi.virt.fake_records import (
    CONSOLE_TAIL,
    guest_of,
    new,
    write_whole,
)
from computeapi.virt.fake_rescue import FakeRescue
from computeapi.virt.fake_snapshots import FakeSnapshots, content_of
from computeapi.virt.fake_volumes import FakeVolumes

LOG = logging.getLogger(__name__)

#: Seconds between looks for what was done behind this driver's back.
WATCH_INTERVAL = 0.1


class FakeDriver(
    FakeAdministration,
    FakeMoving,
    FakeSnapshots,
    FakeRebuilding,
    FakeRescue,
    FakeVolumes,
    FakeInterfaces,
    FakeDevices,
    Driver,
):
    """Guests that are files below ``<state_path>/fake``, a file a guest."""

    # The port

    def open(self, on_change: Callable[[str], None]) -> None:
        self._may_fail("open")
        self._stop.clear()
        seen = self._changes.stat().st_size
        self._watcher = threading.Thread(
            target=self._watch, args=(on_change, seen), name="fake-watcher", daemon=True
        )
        self._watcher.start()

    def close(self) -> None:
        if self._watcher:
            self._stop.set()
            self._watcher.join()
            self._watcher = None

    def facts(self) -> HostFacts:
        self._may_fail("facts")
        return fake_facts.facts(self._conf)

    def uptime(self) -> str | None:
        return host_facts.uptime()

    def guests(self) -> dict[str, Guest]:
        self._may_fail("guests")
        found = {
            record["server_id"]: Guest(record["server_id"], PowerState.NOSTATE)
            for record in self._parked.all()
        }
        for record in self._records.all():
            guest = guest_of(record)
            found[guest.server_id] = guest
        return found

    def guest(self, server_id: str) -> Guest:
        self._may_fail("guest")
        if not self._records.holds(server_id) and self._parked.holds(server_id):
            return Guest(server_id, PowerState.NOSTATE)
        return guest_of(self._records.read(server_id))

    def spawn(self, spec: GuestSpec, checkpoint: Checkpoint) -> Guest:
        try:
            record = self._records.read(spec.server_id)
        except GuestNotFound:
            record = new(spec)
            if spec.copies_image and spec.image_path is not None:
                record["console"] = content_of(spec.image_path)
            self._records.write(record)
        self._step(checkpoint)
        self._may_fail("spawn")
        checkpoint()
        self._step(checkpoint)
        return self._boot(record)

    def power_on(self, server_id: str) -> Guest:
        record = self._records.read(server_id)
        self._step(nothing)
        self._may_fail("power_on")
        return self._boot(record)

    def power_off(self, server_id: str, timeout: float, checkpoint: Checkpoint) -> None:
        self._records.read(server_id)
        # The delay is how long a guest takes to shut down, when it is asked to.
        self._step(checkpoint, at_most=timeout)
        self._may_fail("power_off")
        self._halt(self._records.read(server_id), PowerState.SHUTDOWN)

    def cut_power(self, server_id: str) -> None:
        self._may_fail("cut_power")
        if self._records.holds(server_id):
            record = self._records.read(server_id)
            if self._is_on(record):
                self._set_power(record, PowerState.SHUTDOWN)

    def reboot(self, server_id: str, hard: bool, timeout: float, checkpoint: Checkpoint) -> Guest:
        self._records.read(server_id)
        self._step(checkpoint, at_most=0 if hard else timeout)
        self._may_fail("reboot")
        record = self._records.read(server_id)
        self._halt(record, PowerState.SHUTDOWN)
        checkpoint()
        self._step(checkpoint)
        return self._boot(record)

    def pause(self, server_id: str) -> Guest:
        self._may_fail("pause", server_id)
        return self._set_power(self._running(server_id), PowerState.PAUSED)

    def unpause(self, server_id: str) -> Guest:
        self._may_fail("unpause", server_id)
        return self._set_power(self._running(server_id), PowerState.RUNNING)

    def suspend(self, server_id: str) -> None:
        self._step(nothing)
        self._may_fail("suspend", server_id)
        record = self._records.read(server_id)
        if not record["suspended"]:
            record = self._running(server_id) | {"suspended": True}
            self._set_power(record, PowerState.SHUTDOWN)

    def resume(self, server_id: str) -> Guest:
        record = self._records.read(server_id)
        self._step(nothing)
        self._may_fail("resume")
        return self._boot(record)

    def destroy(self, server_id: str) -> None:
        self._step(nothing)
        self._may_fail("destroy")
        self._parked.remove(server_id)
        self._records.remove(server_id)

    def console_output(self, server_id: str) -> bytes:
        self._may_fail("console_output")
        return self._records.read(server_id)["console"].encode()[-CONSOLE_TAIL:]

    def console_types(self, server_id: str) -> frozenset[ConsoleType]:
        self._may_fail("console_types")
        self._running(server_id)
        return frozenset(ConsoleType)

    def connect_console(self, server_id: str, console_type: ConsoleType) -> socket.socket:
        self._may_fail("connect_console")
        name = self._running(server_id)["name"]

        def is_running() -> bool:
            try:
                return bool(self._running(server_id))
            except DriverError:
                return False

        def echo(sent: bytes) -> None:
            self._records.append(server_id, sent.decode("latin-1"))

        if console_type == ConsoleType.SERIAL:
            return fake_consoles.serial_line(echo, is_running)
        return fake_consoles.screen(name, is_running)

    # What a test does behind a worker's back

    def shut_down_inside(self, server_id: str) -> None:
        """Power a guest off as its own user would: the worker was not asked."""
        self._halt(self._records.read(server_id), PowerState.SHUTDOWN)
        self._tell(server_id)

    def kill(self, server_id: str) -> None:
        """End a guest as the death of its process does."""
        record = self._records.read(server_id)
        self._records.write(record | {"power_state": PowerState.SHUTDOWN})
        self._tell(server_id)

    def lose(self, server_id: str) -> None:
        """Remove a guest as an administrator on the host could."""
        self._records.remove(server_id)
        self._tell(server_id)

    def control(
        self,
        delay: float | None = None,
        fail: list[str] | None = None,
        unreachable: list[str] | None = None,
        hang: list[str] | None = None,
    ) -> None:
        """Change options of ``[fake]`` for every driver on the state folder.

        :param delay: seconds; None, here as below, leaves what holds now.
        :param fail: methods that fail.
        :param unreachable: methods that fail as if the hypervisor did not answer.
        :param hang: methods that hang for as long as the guest is on.
        """
        given = {"delay": delay, "fail": fail, "unreachable": unreachable, "hang": hang}
        changes = {name: value for name, value in given.items() if value is not None}
        write_whole(self._control, self._controlled() | changes)

    def _tell(self, server_id: str) -> None:
        with self._changes.open("a") as changes:
            changes.write(f"{server_id}\n")

    def _watch(self, on_change: Callable[[str], None], seen: int) -> None:
        with self._changes.open() as changes:
            changes.seek(seen)
            while not self._stop.wait(WATCH_INTERVAL):
                for line in changes:
                    _call(on_change, line.strip())


def _call(on_change: Callable[[str], None], server_id: str) -> None:
    try:
        on_change(server_id)
    except Exception:
        LOG.exception("a change of guest %s could not be told", server_id)
