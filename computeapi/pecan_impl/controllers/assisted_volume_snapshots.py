"""Snapshots of attached volumes that the volume service asks for."""

from computeapi.api import assisted_volume_snapshots as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import assisted_volume_snapshots as types


class AssistedVolumeSnapshotController(Resource):
    """``/os-assisted-volume-snapshots/{snapshot_id}``."""

    segment = "snapshot_id"

    @expose(None, status_code=204, query=contract.QUERY)
    def delete(self) -> None:
        """Begin to delete a snapshot of an attached volume."""
        request, (snapshot_id,) = current(), self._ids
        wanted = contract.deletion(snapshot_id, request.values, request.version)
        request.services.assisted_volume_snapshots.delete(request.context, wanted)


class AssistedVolumeSnapshotsController(Resource):
    """``/os-assisted-volume-snapshots``."""

    item = AssistedVolumeSnapshotController

    @expose(types.TakenSnapshotDocument, body=types.SnapshotDocument)
    def post(self, document: types.SnapshotDocument) -> types.TakenSnapshotDocument:
        """Begin to take a snapshot of an attached volume."""
        request, wanted = current(), document.snapshot.new()
        taken = request.services.assisted_volume_snapshots.create(request.context, wanted)
        return types.TakenSnapshotDocument.of(taken)
