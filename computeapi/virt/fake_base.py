"""The parts of the fake driver that its themes share: its records and its settings."""

import json
import threading
import time
from pathlib import Path
from typing import Any

from oslo_config import cfg

from computeapi.domain.servers import PowerState
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import (
    NOT_RUNNING,
    DriverError,
    DriverUnavailable,
    Guest,
)
from computeapi.virt.fake_records import Record, Records, boot_messages, guest_of

#: Seconds between two calls of a checkpoint while a slow step passes.
SLICE = 0.05


def nothing() -> None:
    """Be the checkpoint of an operation that has none."""


class FakeBase:
    """Guests that are files below ``<state_path>/fake``, a file a guest."""

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._conf = conf
        folder = Path(conf.state_path).absolute() / "fake"
        self._records = Records(folder / "guests")
        self._parked = Records(folder / "parked")
        self._control = folder / "control.json"
        self._changes = folder / "changes"
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None
        self._changes.touch()
        #: The host that a guest in a shared folder belongs to since it was adopted.
        self._keeper = str(Path(conf.state_path).absolute())

    def _controlled(self) -> dict[str, Any]:
        names = ("delay", "fail", "unreachable", "hang")
        options = {name: self._conf.fake[name] for name in names}
        try:
            return options | json.loads(self._control.read_bytes())
        except FileNotFoundError:
            return options

    def _may_fail(self, method: str, server_id: str | None = None) -> None:
        """Fail, or hang, when the driver was told so.

        :param server_id: of the guest that the method is about. Only a guest that is on hangs.
        """
        controlled = self._controlled()
        if server_id is not None and method in controlled["hang"]:
            self._hang(method, server_id)
        if method in controlled["unreachable"]:
            raise DriverUnavailable(f"the fake driver was told not to answer: {method}")
        if method in controlled["fail"]:
            raise DriverError(f"the fake driver was told to fail: {method}")

    def _hang(self, method: str, server_id: str) -> None:
        while self._records.holds(server_id) and self._is_on(self._records.read(server_id)):
            if method not in self._controlled()["hang"]:
                return
            time.sleep(SLICE)
        raise DriverError(f"guest {server_id} ended while the driver waited for it: {method}")

    @staticmethod
    def _is_on(record: Record) -> bool:
        return record["power_state"] in (PowerState.RUNNING, PowerState.PAUSED)

    def _step(self, checkpoint: Checkpoint, at_most: float = float("inf")) -> None:
        """Take the time that a step takes."""
        end = time.monotonic() + min(self._controlled()["delay"], at_most)
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(SLICE, left))
            checkpoint()

    def _running(self, server_id: str) -> Record:
        """Return the record of a guest that is not off."""
        record = self._records.read(server_id)
        if not self._is_on(record):
            raise DriverError(f"guest {server_id} is not running", NOT_RUNNING)
        return record

    def _set_power(self, record: Record, power_state: int) -> Guest:
        record = record | {"power_state": power_state}
        self._records.write(record)
        return guest_of(record)

    def _boot(self, record: Record) -> Guest:
        if not self._is_on(record) and not record["suspended"]:
            record["console"] += boot_messages(record["hostname"])
        return self._set_power(record | {"suspended": False}, PowerState.RUNNING)

    def _halt(self, record: Record, power_state: int) -> None:
        if record["power_state"] == PowerState.RUNNING:
            record["console"] += "The system is going down NOW!\nreboot: Power down\n"
        self._set_power(record | {"suspended": False}, power_state)
