"""``/os-aggregates``."""

from typing import Any

import falcon

from computeapi.api import aggregates as contract
from computeapi.api import ids
from computeapi.domain.aggregates import Aggregate
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import aggregates as schemas
from computeapi.falcon_impl.views import aggregates as views
from computeapi.service import aggregates


def _show(req: Request, resp: falcon.Response, aggregate: Aggregate) -> None:
    resp.media = {"aggregate": views.detail(aggregate, req.version)}


class AggregatesResource:
    """``/os-aggregates``."""

    def __init__(self, service: aggregates.Aggregates) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.AGGREGATES)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List aggregates."""
        contract.QUERY.read(req.values, req.version, None)
        found = self._service.list(req.context)
        resp.media = {"aggregates": [views.detail(a, req.version) for a in found]}

    @takes(schemas.CREATE)
    @answers(200, views.NEW_AGGREGATE)
    @fails(409)
    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Create an aggregate."""
        new = schemas.CREATE.read(req)["aggregate"]
        made = self._service.create(req.context, new["name"], new.get("availability_zone"))
        resp.media = {"aggregate": views.created(made, req.version)}


class AggregateResource:
    """``/os-aggregates/{aggregate_id}``."""

    def __init__(self, service: aggregates.Aggregates) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.AGGREGATE)
    def on_get(self, req: Request, resp: falcon.Response, aggregate_id: str) -> None:
        """Show an aggregate."""
        contract.QUERY.read(req.values, req.version, None)
        _show(req, resp, self._service.get(req.context, ids.number(aggregate_id)))

    @takes(schemas.UPDATE)
    @answers(200, views.AGGREGATE)
    @fails(409)
    def on_put(self, req: Request, resp: falcon.Response, aggregate_id: str) -> None:
        """Give an aggregate another name or zone."""
        change = schemas.change(schemas.UPDATE.read(req))
        _show(req, resp, self._service.update(req.context, ids.number(aggregate_id), change))

    @answers(200)
    def on_delete(self, req: Request, resp: falcon.Response, aggregate_id: str) -> None:
        """Delete an aggregate."""
        self._service.delete(req.context, ids.number(aggregate_id))


class AggregateActions:
    """The actions of ``/os-aggregates/{aggregate_id}/action``."""

    def __init__(self, service: aggregates.Aggregates) -> None:
        self._service = service

    @action("add_host", schemas.HOST, status=falcon.HTTP_200)
    @answers(200, views.AGGREGATE)
    def add_host(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], aggregate_id: str
    ) -> None:
        """Add a host to an aggregate."""
        number, host = ids.number(aggregate_id), parameters["host"]
        _show(req, resp, self._service.add_host(req.context, number, host))

    @action("remove_host", schemas.HOST, status=falcon.HTTP_200)
    @answers(200, views.AGGREGATE)
    def remove_host(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], aggregate_id: str
    ) -> None:
        """Remove a host from an aggregate."""
        number, host = ids.number(aggregate_id), parameters["host"]
        _show(req, resp, self._service.remove_host(req.context, number, host))

    @action("set_metadata", schemas.METADATA, status=falcon.HTTP_200)
    @answers(200, views.AGGREGATE)
    def set_metadata(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], aggregate_id: str
    ) -> None:
        """Change the metadata of an aggregate."""
        number, metadata = ids.number(aggregate_id), parameters["metadata"]
        _show(req, resp, self._service.set_metadata(req.context, number, metadata))


class AggregateImagesResource:
    """``/os-aggregates/{aggregate_id}/images``."""

    def __init__(self, service: aggregates.Aggregates) -> None:
        self._service = service

    @during(contract.IMAGES)
    @takes(schemas.IMAGES)
    @answers(202)
    def on_post(self, req: Request, resp: falcon.Response, aggregate_id: str) -> None:
        """Fetch images to the hosts of an aggregate in advance."""
        wanted = [image["id"] for image in schemas.IMAGES.read(req)["cache"]]
        self._service.cache_images(req.context, ids.number(aggregate_id), wanted)
        resp.status = falcon.HTTP_202
