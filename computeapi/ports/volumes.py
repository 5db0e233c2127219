"""The volume service of a cloud.

A method may ask another service over HTTP: call none within a transaction.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from computeapi.domain.context import Context
from computeapi.domain.servers import Server
from computeapi.domain.volumes import NewVolumeAttachment, VolumeAttachment


class Volumes(Protocol):
    """The volumes of a cloud, and their attachments to its servers."""

    def check_devices(self, context: Context, devices: Sequence[Mapping[str, object]]) -> None:
        """Check the volumes in the block devices of a request for servers.

        :param devices: entries of ``block_device_mapping_v2``, or of the older mapping.
        :raises Invalid: when there is no such volume or snapshot, or no volume can be made.
        """

    def attachments(self, context: Context, server: Server) -> Sequence[VolumeAttachment]:
        """Return the volumes that are attached to a server."""

    def attach(
        self, context: Context, server: Server, new: NewVolumeAttachment
    ) -> VolumeAttachment:
        """Attach a volume to a server.

        :raises NotFound: when there is no such volume.
        """

    def detach(self, context: Context, server: Server, attachment: VolumeAttachment) -> None:
        """Detach a volume from a server."""

    def swap(
        self, context: Context, server: Server, attachment: VolumeAttachment, volume_id: str
    ) -> None:
        """Put another volume in the place of one that is attached.

        :raises NotFound: when there is no such volume.
        """

    def keep_or_delete(
        self, context: Context, server: Server, attachment: VolumeAttachment, delete: bool
    ) -> None:
        """Note whether a volume is deleted with its server."""
