"""The fake driver's guests that are rescued: their records name the rescue."""

from computeapi.domain.servers import PowerState
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import Guest, GuestSpec
from computeapi.virt.driver_rescue import RescueDisk
from computeapi.virt.fake_base import FakeBase
from computeapi.virt.fake_records import guest_of


class FakeRescue(FakeBase):
    """The methods of the port by which guests are rescued."""

    def rescue(
        self, spec: GuestSpec, disk: RescueDisk, timeout: float, checkpoint: Checkpoint
    ) -> Guest:
        record = self._records.read(spec.server_id)
        token = disk.token
        if record["rescue"] is None or record["rescue"]["token"] != token:
            self._step(checkpoint, at_most=timeout)
            self._halt(record, PowerState.SHUTDOWN)
            checkpoint()
            rescue = {"token": token, "image": disk.image_path.stem}
            self._records.write(self._records.read(spec.server_id) | {"rescue": rescue})
        self._step(checkpoint)
        self._may_fail("rescue")
        return self._boot(self._records.read(spec.server_id))

    def unrescue(self, spec: GuestSpec, timeout: float, checkpoint: Checkpoint) -> Guest:
        record = self._records.read(spec.server_id)
        self._may_fail("unrescue")
        if record["rescue"] is not None:
            self._step(checkpoint, at_most=timeout)
            self._halt(record, PowerState.SHUTDOWN)
            checkpoint()
            self._records.write(self._records.read(spec.server_id) | {"rescue": None})
        return guest_of(self._records.read(spec.server_id))
