"""``/servers/{server_id}/tags`` and ``/servers/{server_id}/tags/{tag}``."""

import falcon

from computeapi.api.servers.changes import TAGS
from computeapi.api.servers.tags import tag_of_path
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import tags as schemas
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.schemas import TEXT, entity
from computeapi.service.servers import tags

TAGS_DOCUMENT = entity({"tags": array(TEXT)})


@during(TAGS)
class TagsResource:
    """``/servers/{server_id}/tags``."""

    def __init__(self, service: tags.Tags) -> None:
        self._service = service

    @answers(200, TAGS_DOCUMENT)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """List the tags of a server."""
        resp.media = {"tags": self._service.list(req.context, server_id)}

    @takes(schemas.ALL)
    @answers(200, TAGS_DOCUMENT)
    @fails(409)
    def on_put(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Replace the tags of a server."""
        wanted = schemas.ALL.read(req)["tags"]
        resp.media = {"tags": self._service.replace(req.context, server_id, wanted)}

    @answers(204)
    @fails(409)
    def on_delete(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Delete the tags of a server."""
        self._service.delete_all(req.context, server_id)
        resp.status = falcon.HTTP_204


@during(TAGS)
class TagResource:
    """``/servers/{server_id}/tags/{tag}``."""

    def __init__(self, service: tags.Tags) -> None:
        self._service = service

    @answers(204)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str, tag: str) -> None:
        """Answer 204 when the server has the tag."""
        self._service.require(req.context, server_id, tag)
        resp.status = falcon.HTTP_204

    @answers(201)
    @answers(204)
    @fails(409)
    def on_put(self, req: Request, resp: falcon.Response, server_id: str, tag: str) -> None:
        """Add a tag to a server."""
        if req.content_length:
            schemas.ONE.read(req)
        is_new = self._service.add(req.context, server_id, tag_of_path(tag))
        resp.status = falcon.HTTP_201 if is_new else falcon.HTTP_204
        if is_new:
            resp.location = req.links.self_link("servers", f"{server_id}/tags/{tag}")

    @answers(204)
    @fails(409)
    def on_delete(self, req: Request, resp: falcon.Response, server_id: str, tag: str) -> None:
        """Delete a tag of a server."""
        self._service.delete(req.context, server_id, tag)
        resp.status = falcon.HTTP_204
