"""The volume service of a cloud.

A method may ask another service over HTTP: call none within a transaction.
"""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.context import Context
from computeapi.domain.volumes import Connector, NewVolume, Reservation, Volume, VolumeSnapshot

#: The place where a host finds a volume, as the volume service describes it.
Connection = dict[str, object]


class CallersVolumes(Protocol):
    """The volumes of a cloud, as a caller may see and use them.

    Every method may raise ``VolumesUnreachable``, and Forbidden when the volume service refuses the
    caller.
    """

    def volume(self, context: Context, volume_id: str) -> Volume:
        """Return a volume.

        :raises NotFound: when there is none that the caller may know of.
        """

    def snapshot(self, context: Context, snapshot_id: str) -> VolumeSnapshot:
        """Return a snapshot of a volume.

        :raises NotFound: when there is none that the caller may know of.
        """

    def types(self, context: Context) -> Sequence[str]:
        """Return the names and the ids of the types of volumes that the caller may use."""

    def create(self, context: Context, new: NewVolume) -> str:
        """Begin to make a volume; return its id.

        :raises Invalid: when no such volume can be made.
        :raises QuotaExceeded: when the caller's project may have no more.
        """

    def reserve(self, context: Context, volume_id: str, server_id: str) -> str:
        """Reserve a volume for a server; return the id of the attachment.

        :raises NotFound: when there is no such volume.
        :raises Invalid: when its state forbids it.
        """

    def begin_detaching(self, context: Context, volume_id: str) -> None:
        """Note that an attached volume is to be detached: no other request may do that meanwhile.

        :raises NotFound: when there is no such volume.
        :raises Invalid: when its state forbids it.
        """

    def create_snapshot(
        self, context: Context, volume_id: str, name: str, image_id: str | None = None
    ) -> VolumeSnapshot:
        """Begin to take a snapshot of a volume, whether it is attached or not.

        :param image_id: the image that it is taken for. The snapshot bears it as metadata, so that
            it is found when the image does not come to be.
        :raises NotFound: when there is no such volume.
        :raises Invalid: when its state forbids it.
        :raises QuotaExceeded: when the caller's project may have no more.
        """


class Volumes(CallersVolumes, Protocol):
    """The volumes of a cloud, also as this service itself uses them.

    :ivar is_enabled: whether there is a volume service.
    """

    is_enabled: bool

    def find(self, volume_id: str) -> Volume | None:
        """Return a volume of any project, or None."""

    def attachments(self, volume_id: str, server_id: str) -> Sequence[str]:
        """Return the ids of the attachments of a volume to a server."""

    def reservations(self) -> Sequence[Reservation]:
        """Return the attachments of all servers that are reserved, and connected to no host."""

    def detaching(self) -> Sequence[str]:
        """Return the ids of the volumes of all projects that are to be detached."""

    def made_for(self, device_id: str) -> Sequence[str]:
        """Return the ids of the volumes that were made for a block device."""

    def snapshots_for(self, image_id: str) -> Sequence[str]:
        """Return the ids of the snapshots that were taken for an image."""

    def delete_snapshot(self, snapshot_id: str) -> None:
        """Delete a snapshot. One that is gone is no error.

        :raises Invalid: when its state forbids it.
        """

    def connect(self, attachment_id: str, connector: Connector) -> Connection:
        """Make a reserved volume known to a host; return where the host finds it.

        :raises NotFound: when there is no such attachment.
        """

    def complete(self, attachment_id: str) -> None:
        """Note that a volume is attached.

        :raises NotFound: when there is no such attachment.
        """

    def reserve_again(self, volume_id: str, server_id: str) -> str:
        """Reserve a volume for a server that has it already; return the id of the attachment.

        A server that goes to another host is attached twice for a while.

        :raises NotFound: when there is no such volume.
        """

    def end_migration(self, volume_id: str, new_id: str, failed: bool = False) -> str:
        """Report that a guest has the copy of a volume which the volume service moves.

        The copy takes the place, and the id, of the volume.

        :param new_id: of the copy. :param failed: whether it could not be made: it is deleted.
        :returns: the id of the volume from now on.
        :raises NotFound: when one of them is gone.
        :raises Invalid: when the volume service does not move the volume.
        """

    def roll_detaching(self, volume_id: str) -> None:
        """Note that a volume which was to be detached stays attached. No volume is no error."""

    def reimage(self, volume_id: str, image_id: str) -> None:
        """Begin to write an image to a volume that is reserved, in the place of its data.

        :raises NotFound: when there is no such volume.
        :raises Invalid: when its state forbids it.
        """

    def release(self, attachment_id: str) -> None:
        """End an attachment. One that is gone is no error."""

    def delete(self, volume_id: str) -> None:
        """Delete a volume. One that is gone is no error.

        :raises Invalid: when it cannot be deleted.
        """

    def report_snapshot(self, snapshot_id: str, status: str, progress: str) -> None:
        """Report how far a snapshot is that the volume service asked for.

        :param status: "creating", "error", "deleting" or "error_deleting".
        """
