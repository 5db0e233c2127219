"""The fake driver's guests that have volumes: their records list these."""

from computeapi.domain.servers import PowerState
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import DriverError, VolumeDisk
from computeapi.virt.fake_base import FakeBase, nothing


class FakeVolumes(FakeBase):
    """The methods of the port by which guests get volumes and lose them."""

    def plug(self, server_id: str, disk: VolumeDisk) -> None:
        self._step(nothing)
        self._may_fail("plug")
        record = self._records.read(server_id)
        if disk.volume_id not in record["volumes"]:
            self._records.write(record | {"volumes": [*record["volumes"], disk.volume_id]})

    def unplug(self, server_id: str, volume_id: str, checkpoint: Checkpoint) -> None:
        self._step(checkpoint)
        self._may_fail("unplug")
        record = self._records.read(server_id)
        left = [one for one in record["volumes"] if one != volume_id]
        if left != record["volumes"]:
            self._records.write(record | {"volumes": left})

    def swap(
        self, server_id: str, volume_id: str, disk: VolumeDisk, checkpoint: Checkpoint
    ) -> None:
        self._step(checkpoint)
        self._may_fail("swap")
        record = self._records.read(server_id)
        if disk.volume_id in record["volumes"]:
            return
        if volume_id not in record["volumes"]:
            raise DriverError(f"guest {server_id} has no volume {volume_id}")
        swapped = [disk.volume_id if one == volume_id else one for one in record["volumes"]]
        self._records.write(record | {"volumes": swapped})

    def extend(self, server_id: str, volume_id: str, size: int) -> None:
        self._step(nothing)
        self._may_fail("extend")
        record = self._records.read(server_id)
        if volume_id not in record["volumes"]:
            raise DriverError(f"guest {server_id} has no volume {volume_id}")
        if record["power_state"] in (PowerState.RUNNING, PowerState.PAUSED):
            self._records.write(record | {"sizes": {**record["sizes"], volume_id: size}})
