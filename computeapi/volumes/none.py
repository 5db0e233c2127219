"""A cloud without a volume service: there are no volumes, and none can be made."""

from collections.abc import Mapping, Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, NotFound
from computeapi.domain.servers import Server
from computeapi.domain.volumes import NewVolumeAttachment, VolumeAttachment
from computeapi.ports.volumes import Volumes


class NoVolumes(Volumes):
    """No volume is found. As servers have no attachments, there is nothing to do to these."""

    def check_devices(self, context: Context, devices: Sequence[Mapping[str, object]]) -> None:
        for device in devices:
            for kind in ("volume", "snapshot"):
                if device.get("source_type") == kind:
                    raise _invalid(f"failed to get {kind} {device.get('uuid')}.")
                if device.get(f"{kind}_id") is not None:
                    raise _invalid(f"failed to get {kind} {device[f'{kind}_id']}.")
            if device.get("destination_type") == "volume":
                raise _invalid("there is no volume service that could make a volume.")

    def attachments(self, context: Context, server: Server) -> Sequence[VolumeAttachment]:
        return []

    def attach(
        self, context: Context, server: Server, new: NewVolumeAttachment
    ) -> VolumeAttachment:
        raise NotFound(f"Volume {new.volume_id} could not be found.")

    def detach(self, context: Context, server: Server, attachment: VolumeAttachment) -> None:
        raise _not_attached(attachment)

    def swap(
        self, context: Context, server: Server, attachment: VolumeAttachment, volume_id: str
    ) -> None:
        raise _not_attached(attachment)

    def keep_or_delete(
        self, context: Context, server: Server, attachment: VolumeAttachment, delete: bool
    ) -> None:
        raise _not_attached(attachment)


def _invalid(reason: str) -> Invalid:
    return Invalid(f"Block Device Mapping is Invalid: {reason}")


def _not_attached(attachment: VolumeAttachment) -> NotFound:
    return NotFound(f"Volume {attachment.volume_id} is not attached.")
