"""``/os-assisted-volume-snapshots``."""

import falcon

from computeapi.api import assisted_volume_snapshots as contract
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import assisted_volume_snapshots as schemas
from computeapi.falcon_impl.views import assisted_volume_snapshots as views
from computeapi.service import assisted_volume_snapshots


class AssistedVolumeSnapshotsResource:
    """``/os-assisted-volume-snapshots``."""

    def __init__(self, service: assisted_volume_snapshots.AssistedVolumeSnapshots) -> None:
        self._service = service

    @takes(schemas.CREATE)
    @answers(200, views.SNAPSHOT)
    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Begin to take a snapshot of an attached volume."""
        wanted = schemas.new_snapshot(schemas.CREATE.read(req))
        resp.media = views.detail(self._service.create(req.context, wanted))


class AssistedVolumeSnapshotResource:
    """``/os-assisted-volume-snapshots/{snapshot_id}``."""

    def __init__(self, service: assisted_volume_snapshots.AssistedVolumeSnapshots) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(204)
    def on_delete(self, req: Request, resp: falcon.Response, snapshot_id: str) -> None:
        """Begin to delete a snapshot of an attached volume."""
        wanted = contract.deletion(snapshot_id, req.values, req.version)
        self._service.delete(req.context, wanted)
        resp.status = falcon.HTTP_204
