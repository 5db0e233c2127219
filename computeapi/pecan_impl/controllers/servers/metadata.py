"""The metadata of servers."""

from computeapi.api.servers.query import NO_QUERY
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import metadata as types


class ServerMetadataItemController(Resource):
    """``/servers/{server_id}/metadata/{key}``."""

    segment = "key"

    @expose(types.MetadataItemDocument, query=NO_QUERY)
    def get(self) -> types.MetadataItemDocument:
        """Show a metadata item."""
        request, (server_id, key) = current(), self._ids
        NO_QUERY.read(request.values, request.version, None)
        value = request.services.servers.metadata.get(request.context, server_id, key)
        return types.MetadataItemDocument(meta={key: value})

    @expose(types.MetadataItemDocument, body=types.MetadataItemRequest, faults=frozenset({409}))
    def put(self, document: types.MetadataItemRequest) -> types.MetadataItemDocument:
        """Set a metadata item."""
        request, (server_id, key) = current(), self._ids
        value = document.value(key)
        request.services.servers.metadata.set(request.context, server_id, key, value)
        return types.MetadataItemDocument(meta={key: value})

    @expose(None, status_code=204, faults=frozenset({409}))
    def delete(self) -> None:
        """Delete a metadata item."""
        request, (server_id, key) = current(), self._ids
        request.services.servers.metadata.delete(request.context, server_id, key)


class ServerMetadataController(Resource):
    """``/servers/{server_id}/metadata``."""

    item = ServerMetadataItemController

    @expose(types.MetadataDocument, query=NO_QUERY)
    def get(self) -> types.MetadataDocument:
        """List the metadata of a server."""
        request, (server_id,) = current(), self._ids
        NO_QUERY.read(request.values, request.version, None)
        metadata = request.services.servers.metadata.list(request.context, server_id)
        return types.MetadataDocument(metadata=metadata)

    @expose(types.MetadataDocument, body=types.MetadataRequest, faults=frozenset({409}))
    def post(self, document: types.MetadataRequest) -> types.MetadataDocument:
        """Add metadata items, or change those that are there."""
        request, (server_id,) = current(), self._ids
        service = request.services.servers.metadata
        metadata = service.update(request.context, server_id, document.metadata)
        return types.MetadataDocument(metadata=metadata)

    @expose(types.MetadataDocument, body=types.MetadataRequest, faults=frozenset({409}))
    def put(self, document: types.MetadataRequest) -> types.MetadataDocument:
        """Replace the metadata of a server."""
        request, (server_id,) = current(), self._ids
        service = request.services.servers.metadata
        metadata = service.replace(request.context, server_id, document.metadata)
        return types.MetadataDocument(metadata=metadata)
