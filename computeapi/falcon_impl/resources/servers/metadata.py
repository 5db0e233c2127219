"""``/servers/{server_id}/metadata`` and ``/servers/{server_id}/metadata/{key}``."""

import falcon

from computeapi.api.servers.query import NO_QUERY
from computeapi.domain.errors import Invalid
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import metadata as schemas
from computeapi.falcon_impl.views.metadata import METADATA, METADATA_ITEM
from computeapi.service.servers import metadata


class ServerMetadataResource:
    """``/servers/{server_id}/metadata``."""

    def __init__(self, service: metadata.Metadata) -> None:
        self._service = service

    @takes(query=NO_QUERY)
    @answers(200, METADATA)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """List the metadata of a server."""
        NO_QUERY.read(req.values, req.version, None)
        resp.media = {"metadata": self._service.list(req.context, server_id)}

    @takes(schemas.ALL)
    @answers(200, METADATA)
    @fails(409)
    def on_post(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Add metadata items, or change those that are there."""
        items = schemas.ALL.read(req)["metadata"]
        resp.media = {"metadata": self._service.update(req.context, server_id, items)}

    @takes(schemas.ALL)
    @answers(200, METADATA)
    @fails(409)
    def on_put(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Replace the metadata of a server."""
        items = schemas.ALL.read(req)["metadata"]
        resp.media = {"metadata": self._service.replace(req.context, server_id, items)}


class ServerMetadataItemResource:
    """``/servers/{server_id}/metadata/{key}``."""

    def __init__(self, service: metadata.Metadata) -> None:
        self._service = service

    @takes(query=NO_QUERY)
    @answers(200, METADATA_ITEM)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str, key: str) -> None:
        """Show a metadata item."""
        NO_QUERY.read(req.values, req.version, None)
        resp.media = {"meta": {key: self._service.get(req.context, server_id, key)}}

    @takes(schemas.ITEM)
    @answers(200, METADATA_ITEM)
    @fails(409)
    def on_put(self, req: Request, resp: falcon.Response, server_id: str, key: str) -> None:
        """Set a metadata item.

        :raises Invalid: when the body has another key than the path.
        """
        meta = schemas.ITEM.read(req)["meta"]
        if key not in meta:
            raise Invalid("Request body and URI mismatch")
        self._service.set(req.context, server_id, key, meta[key])
        resp.media = {"meta": meta}

    @answers(204)
    @fails(409)
    def on_delete(self, req: Request, resp: falcon.Response, server_id: str, key: str) -> None:
        """Delete a metadata item."""
        self._service.delete(req.context, server_id, key)
        resp.status = falcon.HTTP_204
