"""The fake driver's guests that get new disks: records that are written anew."""

from computeapi.domain.servers import PowerState
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import Guest, GuestSpec
from computeapi.virt.fake_base import FakeBase
from computeapi.virt.fake_records import guest_of, new


class FakeRebuilding(FakeBase):
    """The methods of the port by which guests get new disks."""

    def replace(
        self,
        spec: GuestSpec,
        token: str,
        keep_ephemeral: bool,
        timeout: float,
        checkpoint: Checkpoint,
    ) -> Guest:
        exists = self._records.holds(spec.server_id)
        old = self._records.read(spec.server_id) if exists else None
        if old is None or old["token"] != token:
            self._step(checkpoint, at_most=timeout)
            self._may_fail("replace")
            if old is not None:
                self._halt(old, PowerState.SHUTDOWN)
            made = {"token": token, "power_state": PowerState.SHUTDOWN}
            if keep_ephemeral and old is not None:
                made["ephemeral"] = old["ephemeral"]
            self._records.write(new(spec) | made)
        return guest_of(self._records.read(spec.server_id))
