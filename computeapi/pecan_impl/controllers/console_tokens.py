"""Console tokens."""

from computeapi.api import console_tokens as contract
from computeapi.domain.errors import Invalid
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.console_tokens import Connection, ConnectionDocument


class ConsoleTokenController(Resource):
    """``/os-console-auth-tokens/{console_token}``."""

    segment = "console_token"

    @expose(ConnectionDocument, query=contract.QUERY)
    def get(self) -> ConnectionDocument:
        """Show where the console of a token is."""
        request, (token,) = current(), self._ids
        if request.version not in contract.EVERY_TYPE:
            raise Invalid(contract.NOT_SHOWN)
        contract.QUERY.read(request.values, request.version, None)
        found = request.services.console_tokens.get(request.context, token)
        return ConnectionDocument(console=Connection.of(found, token))


class ConsoleTokensController(Resource):
    """``/os-console-auth-tokens``, which answers nothing itself."""

    item = ConsoleTokenController
