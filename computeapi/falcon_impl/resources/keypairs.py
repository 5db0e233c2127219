"""``/os-keypairs``."""

from typing import Any

import falcon

from computeapi.api import keypairs as contract
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import keypairs as schemas
from computeapi.falcon_impl.views import keypairs as views
from computeapi.falcon_impl.views import links
from computeapi.service import keypairs


class KeypairsResource:
    """``/os-keypairs``.

    :param max_limit: the most keypairs of a page.
    """

    def __init__(self, service: keypairs.Keypairs, max_limit: int) -> None:
        self._service = service
        self._max_limit = max_limit

    @takes(query=contract.LIST)
    @answers(200, views.KEYPAIRS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List keypairs."""
        request = contract.list_request(req.values, self._max_limit, req.version)
        page = self._service.list(req.context, request.user_id, request.page)
        entries = [{"keypair": views.summary(keypair, req.version)} for keypair in page.items]
        document: dict[str, Any] = {"keypairs": entries}
        if page.more and page.items:
            document["keypairs_links"] = links.next_page(req, "os-keypairs", page.items[-1].name)
        resp.media = document

    @takes(schemas.CREATE)
    @answers(200, views.NEW_KEYPAIR, contract.OLD_STATUSES)
    @answers(201, views.NEW_KEYPAIR, contract.STATUSES)
    @fails(409)
    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Create or import a keypair."""
        new = schemas.new_keypair(schemas.CREATE.read(req))
        keypair, private_key = self._service.create(req.context, new)
        if req.version in contract.STATUSES:
            resp.status = falcon.HTTP_201
        resp.media = {"keypair": views.created(keypair, private_key, req.version)}


class KeypairResource:
    """``/os-keypairs/{name}``."""

    def __init__(self, service: keypairs.Keypairs) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.KEYPAIR)
    def on_get(self, req: Request, resp: falcon.Response, name: str) -> None:
        """Show a keypair."""
        keypair = self._service.get(req.context, name, contract.user_id(req.values, req.version))
        resp.media = {"keypair": views.detail(keypair, req.version)}

    @takes(query=contract.QUERY)
    @answers(202, None, contract.OLD_STATUSES)
    @answers(204, None, contract.STATUSES)
    def on_delete(self, req: Request, resp: falcon.Response, name: str) -> None:
        """Delete a keypair."""
        self._service.delete(req.context, name, contract.user_id(req.values, req.version))
        is_204 = req.version in contract.STATUSES
        resp.status = falcon.HTTP_204 if is_204 else falcon.HTTP_202
