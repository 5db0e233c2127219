"""Snapshots of attached volumes that the volume service asks for."""

from wsme.types import StringType

from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import choice

_TEXT = StringType(min_length=1)


class CreateInfo(RequestType):
    """The file of a snapshot."""

    snapshot_id = RequestField(_TEXT, mandatory=True)
    type = RequestField(choice(["qcow2"]), mandatory=True)
    new_file = RequestField(_TEXT, mandatory=True)
    id = RequestField(_TEXT)


class Snapshot(RequestType):
    """A snapshot to take."""

    volume_id = RequestField(_TEXT, mandatory=True)
    create_info = RequestField(CreateInfo, mandatory=True)


class SnapshotDocument(RequestType):
    """The body of a request to take a snapshot."""

    snapshot = RequestField(Snapshot, mandatory=True)
