"""The fake driver's guests that have volumes: their records list these."""

from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import DriverError, VolumeDisk
from computeapi.virt.driver_volumes import VolumeMerge
from computeapi.virt.fake_base import FakeBase, nothing
from computeapi.virt.fake_records import Record


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
        if record["sizes"].get(volume_id, 0) < size:
            self._records.write(record | {"sizes": {**record["sizes"], volume_id: size}})

    def snapshot_volume(self, server_id: str, disk: VolumeDisk, must_quiesce: bool = False) -> None:
        self._step(nothing)
        self._may_fail("snapshot_volume")
        record, files = self._files(server_id, disk.volume_id)
        if disk.path.name not in files:
            self._write_files(record, disk.volume_id, [*files, disk.path.name])

    def merge_volume(
        self, server_id: str, volume_id: str, merge: VolumeMerge, checkpoint: Checkpoint
    ) -> None:
        self._step(checkpoint)
        self._may_fail("merge_volume")
        record, files = self._files(server_id, volume_id)
        if merge.base is not None:
            left = [name for name in files if name != merge.top]
        else:
            below = files.index(merge.top) + 1 if merge.top in files else 0
            left = [*files[:below], files[-1]] if files else []
        if left != files:
            self._write_files(record, volume_id, left)

    def _files(self, server_id: str, volume_id: str) -> tuple[Record, list[str]]:
        """Return the record of a guest, and the files that a volume of it has got."""
        record = self._records.read(server_id)
        if volume_id not in record["volumes"]:
            raise DriverError(f"guest {server_id} has no volume {volume_id}")
        return record, record["files"].get(volume_id, [])

    def _write_files(self, record: Record, volume_id: str, files: list[str]) -> None:
        self._records.write(record | {"files": {**record["files"], volume_id: files}})
