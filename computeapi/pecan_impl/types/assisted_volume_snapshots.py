"""Snapshots of attached volumes that the volume service asks for."""

from wsme.types import StringType

from computeapi.domain.assisted_volume_snapshots import FORMAT, AssistedSnapshot
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import choice

_TEXT = StringType(min_length=1)


class CreateInfo(RequestType):
    """The file of a snapshot."""

    snapshot_id = RequestField(_TEXT, mandatory=True)
    type = RequestField(choice([FORMAT]), mandatory=True)
    new_file = RequestField(_TEXT, mandatory=True)
    id = RequestField(_TEXT, default=None)


class Snapshot(RequestType):
    """A snapshot to take."""

    volume_id = RequestField(_TEXT, mandatory=True)
    create_info = RequestField(CreateInfo, mandatory=True)

    def new(self) -> AssistedSnapshot:
        """Return the snapshot.

        :raises Invalid: when its file is in another folder.
        """
        info = self.create_info
        return AssistedSnapshot(self.volume_id, info.snapshot_id, info.new_file, info.id)


class SnapshotDocument(RequestType):
    """The body of a request to take a snapshot."""

    snapshot = RequestField(Snapshot, mandatory=True)


class TakenSnapshot(ResponseType):
    """A snapshot that is being taken."""

    id = ResponseField(str, nullable=True)
    volumeId = str


class TakenSnapshotDocument(ResponseType):
    """The answer to a request to take a snapshot."""

    snapshot = TakenSnapshot

    @classmethod
    def of(cls, snapshot: AssistedSnapshot) -> "TakenSnapshotDocument":
        """Return the answer about a snapshot."""
        return cls(snapshot=TakenSnapshot(id=snapshot.id, volumeId=snapshot.volume_id))
