"""Keypairs."""

from wsme.api import Response

from computeapi.api import keypairs as changes
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import keypairs as types


def _owner() -> str | None:
    """Return the user whose keypairs the query asks for, or None for the caller.

    :raises Invalid: when a parameter is not known.
    """
    request = current()
    return changes.user_id(request.values, request.version)


class KeypairController(Resource):
    """``/os-keypairs/{keypair_name}``."""

    @expose(types.KeypairDocument)
    def get(self) -> types.KeypairDocument:
        """Show the keypair."""
        request, (name,) = current(), self._ids
        keypair = request.services.keypairs.get(request.caller, name, _owner())
        return types.KeypairDocument(keypair=types.Keypair.whole(keypair))

    @expose(None, status_code=202)
    def delete(self) -> Response:
        """Delete the keypair."""
        request, (name,) = current(), self._ids
        request.services.keypairs.delete(request.caller, name, _owner())
        return Response(None, status_code=_status(202, 204))


class KeypairsController(Resource):
    """``/os-keypairs``."""

    item = KeypairController

    @expose(types.Keypairs)
    def get(self) -> types.Keypairs:
        """List a user's keypairs."""
        request = current()
        keypairs = request.services.keypairs.list(request.caller, _owner())
        entries = [types.KeypairDocument(keypair=types.Keypair.brief(k)) for k in keypairs]
        return types.Keypairs(keypairs=entries)

    @expose(types.KeypairDocument, body=types.KeypairCreateDocument)
    def post(self, document: types.KeypairCreateDocument) -> Response:
        """Create or import a keypair."""
        request = current()
        keypairs, caller = request.services.keypairs, request.caller
        keypair, private_key = keypairs.create(caller, document.new())
        created = types.KeypairDocument(keypair=types.Keypair.created(keypair, private_key))
        return Response(created, status_code=_status(200, 201))


def _status(older: int, newer: int) -> int:
    """Return the status at the microversion of the request."""
    return newer if current().version in changes.STATUSES else older
