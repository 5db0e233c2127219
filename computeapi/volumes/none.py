"""A cloud without a volume service: there are no volumes, and none can be made."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, NotFound
from computeapi.domain.volumes import Connector, NewVolume, Reservation, Volume, VolumeSnapshot
from computeapi.ports.volumes import Connection, Volumes


class NoVolumes(Volumes):
    """No volume is found."""

    is_enabled = False

    def volume(self, context: Context, volume_id: str) -> Volume:
        raise volume_not_found(volume_id)

    def snapshot(self, context: Context, snapshot_id: str) -> VolumeSnapshot:
        raise snapshot_not_found(snapshot_id)

    def types(self, context: Context) -> Sequence[str]:
        return ()

    def create(self, context: Context, new: NewVolume) -> str:
        raise Invalid("There is no volume service that could make a volume.")

    def reserve(self, context: Context, volume_id: str, server_id: str) -> str:
        raise volume_not_found(volume_id)

    def begin_detaching(self, context: Context, volume_id: str) -> None:
        raise volume_not_found(volume_id)

    def create_snapshot(
        self, context: Context, volume_id: str, name: str, image_id: str | None = None
    ) -> VolumeSnapshot:
        raise volume_not_found(volume_id)

    def find(self, volume_id: str) -> Volume | None:
        return None

    def attachments(self, volume_id: str, server_id: str) -> Sequence[str]:
        return []

    def reservations(self) -> Sequence[Reservation]:
        return []

    def detaching(self) -> Sequence[str]:
        return []

    def made_for(self, device_id: str) -> Sequence[str]:
        return []

    def snapshots_for(self, image_id: str) -> Sequence[str]:
        return []

    def delete_snapshot(self, snapshot_id: str) -> None:
        """Do nothing: there is no snapshot."""

    def connect(self, attachment_id: str, connector: Connector) -> Connection:
        raise attachment_not_found(attachment_id)

    def complete(self, attachment_id: str) -> None:
        raise attachment_not_found(attachment_id)

    def reserve_again(self, volume_id: str, server_id: str) -> str:
        raise volume_not_found(volume_id)

    def end_migration(self, volume_id: str, new_id: str, failed: bool = False) -> str:
        raise volume_not_found(volume_id)

    def roll_detaching(self, volume_id: str) -> None:
        """Do nothing: there is no volume."""

    def reimage(self, volume_id: str, image_id: str) -> None:
        raise volume_not_found(volume_id)

    def release(self, attachment_id: str) -> None:
        """Do nothing: there is no attachment."""

    def delete(self, volume_id: str) -> None:
        """Do nothing: there is no volume."""

    def report_snapshot(self, snapshot_id: str, status: str, progress: str) -> None:
        raise snapshot_not_found(snapshot_id)


def volume_not_found(volume_id: str) -> NotFound:
    """Return the error for a volume that is not there."""
    return NotFound(f"Volume {volume_id} could not be found.")


def snapshot_not_found(snapshot_id: str) -> NotFound:
    """Return the error for a snapshot that is not there."""
    return NotFound(f"Snapshot {snapshot_id} could not be found.")


def attachment_not_found(attachment_id: str) -> NotFound:
    """Return the error for an attachment that is not there."""
    return NotFound(f"Volume attachment {attachment_id} could not be found.")
