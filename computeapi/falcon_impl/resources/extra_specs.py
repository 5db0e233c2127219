"""``/flavors/{flavor_id}/os-extra_specs``."""

import falcon

from computeapi.api import flavors as contract
from computeapi.domain.errors import Invalid
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import extra_specs as schemas
from computeapi.falcon_impl.views import flavors as views
from computeapi.service import extra_specs


class ExtraSpecsResource:
    """``/flavors/{flavor_id}/os-extra_specs``."""

    def __init__(self, service: extra_specs.ExtraSpecs) -> None:
        self._service = service

    @takes(query=contract.NO_QUERY)
    @answers(200, views.EXTRA_SPECS)
    def on_get(self, req: Request, resp: falcon.Response, flavor_id: str) -> None:
        """List the extra specs of a flavor."""
        contract.NO_QUERY.read(req.values, req.version, None)
        resp.media = {"extra_specs": self._service.list(req.context, flavor_id)}

    @takes(schemas.CREATE)
    @answers(200, views.NEW_EXTRA_SPECS)
    def on_post(self, req: Request, resp: falcon.Response, flavor_id: str) -> None:
        """Add extra specs to a flavor."""
        body = schemas.CREATE.read(req)
        specs = schemas.texts(body["extra_specs"])
        are_checked = req.version in contract.CHECKED_EXTRA_SPECS
        self._service.create(req.context, flavor_id, specs, are_checked)
        resp.media = body


class ExtraSpecResource:
    """``/flavors/{flavor_id}/os-extra_specs/{name}``."""

    def __init__(self, service: extra_specs.ExtraSpecs) -> None:
        self._service = service

    @takes(query=contract.NO_QUERY)
    @answers(200, views.EXTRA_SPEC)
    def on_get(self, req: Request, resp: falcon.Response, flavor_id: str, name: str) -> None:
        """Show an extra spec of a flavor."""
        contract.NO_QUERY.read(req.values, req.version, None)
        resp.media = {name: self._service.get(req.context, flavor_id, name)}

    @takes(schemas.UPDATE)
    @answers(200, views.NEW_EXTRA_SPEC)
    def on_put(self, req: Request, resp: falcon.Response, flavor_id: str, name: str) -> None:
        """Change an extra spec of a flavor, or add it."""
        body = schemas.UPDATE.read(req)
        if name not in body:
            raise Invalid("Request body and URI mismatch")
        are_checked = req.version in contract.CHECKED_EXTRA_SPECS
        self._service.update(req.context, flavor_id, schemas.texts(body), are_checked)
        resp.media = body

    @answers(200)
    def on_delete(self, req: Request, resp: falcon.Response, flavor_id: str, name: str) -> None:
        """Remove an extra spec of a flavor."""
        self._service.delete(req.context, flavor_id, name)
