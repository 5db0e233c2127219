"""``/os-assisted-volume-snapshots``."""

import falcon

from computeapi.api import assisted_volume_snapshots as contract
from computeapi.falcon_impl.declarations import refuses, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import assisted_volume_snapshots as schemas
from computeapi.service import assisted_volume_snapshots


class Snapshots:
    """``/os-assisted-volume-snapshots``."""

    def __init__(self, service: assisted_volume_snapshots.AssistedVolumeSnapshots) -> None:
        self._service = service

    @takes(schemas.CREATE)
    @refuses()
    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Take a snapshot of an attached volume."""
        body = schemas.CREATE.read(req)
        self._service.create(req.caller, body["snapshot"]["volume_id"])


class Snapshot:
    """``/os-assisted-volume-snapshots/{snapshot_id}``."""

    def __init__(self, service: assisted_volume_snapshots.AssistedVolumeSnapshots) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @refuses()
    def on_delete(self, req: Request, resp: falcon.Response, snapshot_id: str) -> None:
        """Delete a snapshot of an attached volume."""
        self._service.delete(req.caller, contract.volume_id(req.values, req.version))
