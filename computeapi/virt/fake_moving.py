"""The fake driver's guests that move: those that are set aside are files of another folder."""

from collections.abc import Callable
from pathlib import Path

from computeapi.domain.servers import PowerState
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import DriverError, Guest, GuestSpec
from computeapi.virt.fake_base import FakeBase, nothing
from computeapi.virt.fake_records import guest_of, read_whole, size_of, write_whole


class FakeMoving(FakeBase):
    """The methods of the port by which guests move."""

    def park(self, server_id: str, timeout: float, checkpoint: Checkpoint) -> None:
        if not self._records.holds(server_id):
            self._parked.read(server_id)
            return
        self._step(checkpoint, at_most=timeout)
        self._may_fail("park")
        self._halt(self._records.read(server_id), PowerState.SHUTDOWN)
        self._parked.write(self._records.read(server_id))
        self._records.remove(server_id)

    def freeze(self, server_id: str, checkpoint: Checkpoint) -> None:
        if not self._records.holds(server_id):
            self._parked.read(server_id)
            return
        self._step(checkpoint)
        self._may_fail("freeze")
        self._parked.write(self._records.read(server_id))
        self._records.remove(server_id)

    def pack(self, server_id: str, target: Path, checkpoint: Checkpoint) -> None:
        record = self._parked.read(server_id)
        self._step(checkpoint)
        self._may_fail("pack")
        write_whole(target, record)

    def rebuild(
        self,
        spec: GuestSpec,
        token: str,
        package: Callable[[], Path] | None,
        checkpoint: Checkpoint,
    ) -> Guest:
        if not self._records.holds(spec.server_id):
            given = self._parked.read(spec.server_id) if package is None else read_whole(package())
            self._records.write(given | size_of(spec) | {"token": token})
        self._step(checkpoint)
        self._may_fail("rebuild")
        record = self._records.read(spec.server_id)
        if record["token"] != token:
            raise DriverError(f"there is a guest {spec.server_id} on this host already")
        return guest_of(record)

    def discard(self, server_id: str, token: str) -> None:
        self._step(nothing)
        self._may_fail("discard")
        self._remove(server_id, token)

    def unpark(self, spec: GuestSpec, token: str, checkpoint: Checkpoint) -> Guest:
        self._step(checkpoint)
        self._may_fail("unpark")
        if self._parked.holds(spec.server_id):
            self._remove(spec.server_id, token)
            parked = self._parked.read(spec.server_id)
            self._records.write(parked | size_of(spec))
            self._parked.remove(spec.server_id)
        return guest_of(self._records.read(spec.server_id))

    def _remove(self, server_id: str, token: str) -> None:
        if self._records.holds(server_id) and self._records.read(server_id)["token"] == token:
            self._records.remove(server_id)

    def forget_parked(self, server_id: str) -> None:
        self._step(nothing)
        self._may_fail("forget_parked")
        self._parked.remove(server_id)

    def has_disks(self, server_id: str) -> bool:
        self._may_fail("has_disks")
        return self._records.holds(server_id)

    def adopt(self, spec: GuestSpec, checkpoint: Checkpoint) -> Guest:
        self._step(checkpoint)
        self._may_fail("adopt")
        record = self._records.read(spec.server_id)
        if record["keeper"] == self._keeper:
            return guest_of(record)
        adopted = record | size_of(spec) | {"keeper": self._keeper}
        return self._set_power(adopted, PowerState.SHUTDOWN)

    def release(self, server_id: str) -> None:
        self._step(nothing)
        self._may_fail("release")
        if self._records.holds(server_id):
            record = self._records.read(server_id)
            if record["keeper"] == self._keeper:
                self._set_power(record | {"keeper": None}, PowerState.SHUTDOWN)
