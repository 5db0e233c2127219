"""The tags of servers."""

import pecan
from wsme.api import Response

from computeapi.api.servers.changes import TAGS
from computeapi.api.servers.tags import tag_of_path
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import Success, expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import tags as types


class TagController(Resource):
    """``/servers/{server_id}/tags/{tag}``."""

    segment = "tag"

    @expose(None, span=TAGS, status_code=204)
    def get(self) -> None:
        """Answer 204 when the server has the tag."""
        request, (server_id, tag) = current(), self._ids
        request.services.servers.tags.require(request.context, server_id, tag)

    @expose(
        None,
        span=TAGS,
        refuses_body=True,
        status_code=201,
        successes=(Success(201), Success(204)),
        faults=frozenset({409}),
    )
    def put(self) -> Response:
        """Add a tag to a server."""
        request, (server_id, tag) = current(), self._ids
        tags = request.services.servers.tags
        is_new = tags.add(request.context, server_id, tag_of_path(tag))
        if is_new:
            location = request.links.self_link("servers", f"{server_id}/tags/{tag}")
            pecan.response.headers["Location"] = location
        return Response(None, status_code=201 if is_new else 204)

    @expose(None, span=TAGS, status_code=204, faults=frozenset({409}))
    def delete(self) -> None:
        """Delete a tag of a server."""
        request, (server_id, tag) = current(), self._ids
        request.services.servers.tags.delete(request.context, server_id, tag)


class TagsController(Resource):
    """``/servers/{server_id}/tags``."""

    item = TagController

    @expose(types.TagsDocument, span=TAGS)
    def get(self) -> types.TagsDocument:
        """List the tags of a server."""
        request, (server_id,) = current(), self._ids
        tags = request.services.servers.tags.list(request.context, server_id)
        return types.TagsDocument(tags=tags)

    @expose(types.TagsDocument, span=TAGS, body=types.TagsRequest, faults=frozenset({409}))
    def put(self, document: types.TagsRequest) -> types.TagsDocument:
        """Replace the tags of a server."""
        request, (server_id,) = current(), self._ids
        tags = request.services.servers.tags
        return types.TagsDocument(tags=tags.replace(request.context, server_id, document.tags))

    @expose(None, span=TAGS, status_code=204, faults=frozenset({409}))
    def delete(self) -> None:
        """Delete the tags of a server."""
        request, (server_id,) = current(), self._ids
        request.services.servers.tags.delete_all(request.context, server_id)
