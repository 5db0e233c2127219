"""Snapshots of attached volumes that the volume service asks for."""

from computeapi.api import assisted_volume_snapshots as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import assisted_volume_snapshots as types


class SnapshotController(Resource):
    """``/os-assisted-volume-snapshots/{snapshot_id}``."""

    segment = "snapshot_id"

    @expose(None, status_code=204, query=contract.QUERY, successes=())
    def delete(self) -> None:
        """Delete a snapshot of an attached volume."""
        request = current()
        volume_id = contract.volume_id(request.values, request.version)
        request.services.assisted_volume_snapshots.delete(request.caller, volume_id)


class SnapshotsController(Resource):
    """``/os-assisted-volume-snapshots``."""

    item = SnapshotController

    @expose(None, body=types.SnapshotDocument, successes=())
    def post(self, document: types.SnapshotDocument) -> None:
        """Take a snapshot of an attached volume."""
        request = current()
        volume_id = document.snapshot.volume_id
        request.services.assisted_volume_snapshots.create(request.caller, volume_id)
