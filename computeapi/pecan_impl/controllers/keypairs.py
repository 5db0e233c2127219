"""Keypairs."""

from wsme.api import Response
from wsme.types import Unset

from computeapi.api import keypairs as changes
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import Success, expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import keypairs as types
from computeapi.pecan_impl.types.links import Link


def _owner() -> str | None:
    """Return the user whose keypairs the query asks for, or None for the caller.

    :raises Invalid: when a parameter is not known.
    """
    request = current()
    return changes.user_id(request.values, request.version)


class KeypairController(Resource):
    """``/os-keypairs/{keypair_name}``."""

    segment = "name"

    @expose(types.KeypairDocument, query=changes.QUERY)
    def get(self) -> types.KeypairDocument:
        """Show a keypair."""
        request, (name,) = current(), self._ids
        keypair = request.services.keypairs.get(request.context, name, _owner())
        return types.KeypairDocument(keypair=types.Keypair.whole(keypair))

    @expose(
        None,
        status_code=202,
        query=changes.QUERY,
        successes=(Success(202, None, changes.OLD_STATUSES), Success(204, None, changes.STATUSES)),
    )
    def delete(self) -> Response:
        """Delete a keypair."""
        request, (name,) = current(), self._ids
        request.services.keypairs.delete(request.context, name, _owner())
        return Response(None, status_code=_status(202, 204))


class KeypairsController(Resource):
    """``/os-keypairs``."""

    item = KeypairController

    @expose(types.Keypairs, query=changes.LIST)
    def get(self) -> types.Keypairs:
        """List keypairs."""
        request = current()
        max_limit = request.services.conf.api.max_limit
        query = changes.list_request(request.values, max_limit, request.version)
        page = request.services.keypairs.list(request.context, query.user_id, query.page)
        entries = [types.KeypairEntry(keypair=types.KeypairSummary.of(k)) for k in page.items]
        next_page = Unset
        if page.more and page.items:
            marker = page.items[-1].name
            href = request.links.next_page("os-keypairs", request.pairs, marker)
            next_page = [Link(href=href, rel="next")]
        return types.Keypairs(keypairs=entries, keypairs_links=next_page)

    @expose(
        types.CreatedKeypairDocument,
        body=types.KeypairCreateDocument,
        successes=(
            Success(200, types.CreatedKeypairDocument, changes.OLD_STATUSES),
            Success(201, types.CreatedKeypairDocument, changes.STATUSES),
        ),
        faults=frozenset({409}),
    )
    def post(self, document: types.KeypairCreateDocument) -> Response:
        """Create or import a keypair."""
        request = current()
        keypairs, context = request.services.keypairs, request.context
        keypair, private_key = keypairs.create(context, document.new())
        created = types.CreatedKeypairDocument(
            keypair=types.CreatedKeypair.created(keypair, private_key)
        )
        return Response(created, status_code=_status(200, 201))


def _status(older: int, newer: int) -> int:
    """Return the status at the microversion of the request."""
    return newer if current().version in changes.STATUSES else older
