"""``/v2.1/openapi.json``."""

from collections.abc import Callable, Iterable

from computeapi.api.openapi.operations import Operation
from computeapi.api.openapi.served import Served
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.openapi import DOCUMENT


def controller(operations: Callable[[], Iterable[Operation]]) -> type[Resource]:
    """Return the controller of the description of the API.

    :param operations: returns all operations of the API.
    """
    served = Served(operations)

    class OpenAPIController(Resource):
        """``/v2.1/openapi.json``."""

        @expose(DOCUMENT, anonymous=True)
        def get(self) -> bytes:
            """Describe the API by OpenAPI."""
            return served.text(current().links.base)

    return OpenAPIController
