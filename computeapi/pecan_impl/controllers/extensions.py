"""Extensions."""

from computeapi.api import extensions as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import extensions as types


def _check_query() -> None:
    request = current()
    contract.QUERY.read(request.values, request.version, None)


class ExtensionController(Resource):
    """``/extensions/{alias}``."""

    segment = "alias"

    @expose(types.ExtensionDocument, query=contract.QUERY)
    def get(self) -> types.ExtensionDocument:
        """Show an extension."""
        _check_query()
        request, (alias,) = current(), self._ids
        extension = request.services.extensions.get(request.context, alias)
        return types.ExtensionDocument(extension=types.Extension.of(extension))


class ExtensionsController(Resource):
    """``/extensions``."""

    item = ExtensionController

    @expose(types.Extensions, query=contract.QUERY)
    def get(self) -> types.Extensions:
        """List extensions."""
        _check_query()
        request = current()
        found = request.services.extensions.list(request.context)
        return types.Extensions(extensions=[types.Extension.of(e) for e in found])
