"""The hooks that run for every request."""

from typing import Any

from pecan.core import RoutingState
from pecan.hooks import PecanHook
from webob import Response

from computeapi.api import bodies, versions
from computeapi.api import faults as api_faults
from computeapi.api.bodies import JSON
from computeapi.domain.errors import Error, Invalid
from computeapi.pecan_impl import faults
from computeapi.pecan_impl.request import Request

#: A type of bodies that Pecan leaves alone.
_OPAQUE = "application/octet-stream"


class QueryHook(PecanHook):
    """Takes the query off the environ and keeps it as ``request.query``.

    Pecan and WSME make arguments of query parameters: ``?document=`` would stand in for the
    body's document, ``?__body__=`` for a missing body, and an unknown parameter would be an error.
    """

    priority = 5

    def on_route(self, state: RoutingState) -> None:
        """Run before a request is routed."""
        environ = state.request.environ
        state.request.query = environ.get("QUERY_STRING", "")
        environ["QUERY_STRING"] = ""


class JsonHook(PecanHook):
    """Accepts and answers JSON alone."""

    priority = 10

    def on_route(self, state: RoutingState) -> None:
        """Run before a request is routed.

        The answer is JSON whatever a caller accepts: Pecan would refuse with 406, or 404. And
        Pecan would read a body that is called JSON or a form, to make arguments of its keys.
        """
        request = state.request
        request.pecan["content_type"] = JSON
        request.body_type = request.environ.get("CONTENT_TYPE")
        request.environ["CONTENT_TYPE"] = _OPAQUE

    def before(self, state: RoutingState) -> None:
        """Check a body before WSME reads it; one that the operation does not take is ignored.

        WSME would read XML as well, refuse JSON that is not called so, and answer 500 to a body
        that is no UTF-8, no object, or nested too deeply.

        :raises UnsupportedMediaType: when it is not said to be JSON.
        :raises Invalid: when it is no JSON object.
        """
        request = state.request
        if not state.controller.takes_body:
            if request.is_body_readable:
                if state.controller.refuses_body:
                    _require_null(request)
                request.body = b""
            return
        bodies.check_type(request.body_type)
        request.environ["CONTENT_TYPE"] = JSON
        if state.controller.declaration.optional_body and request.body.strip() in (b"", b"null"):
            # WSME reads an object, and no null.
            request.body = b"{}"
        if not isinstance(_document(request), dict):
            raise Invalid(api_faults.NOT_JSON)

    def after(self, state: RoutingState) -> None:
        """Name the type of an empty body as well; a 204 has neither body nor length."""
        if state.response.status_int == 204:
            state.response.content_length = None  # RFC 9110, 8.6
        elif "Content-Type" not in state.response.headers:
            state.response.content_type = JSON


def _require_null(request: Request) -> None:
    """Check that there is no document in a body.

    :raises UnsupportedMediaType: when it is not said to be JSON.
    :raises Invalid: when there is one.
    """
    bodies.check_type(request.body_type)
    if _document(request) is not None:
        raise Invalid("This request takes no body.")


def _document(request: Request) -> Any:
    """Return the document in a body.

    :raises Invalid: when it is no JSON.
    """
    try:
        return bodies.loads(request.body.decode())
    except ValueError as error:
        raise Invalid(api_faults.NOT_JSON) from error


class VersionHook(PecanHook):
    """Negotiates the microversion, and says in every response which one answered."""

    priority = 20

    def on_route(self, state: RoutingState) -> None:
        """Run before a request is routed.

        Callers learn the versions from the list of versions, so that refuses none.

        :raises Error: when the version is malformed or not served.
        """
        request = state.request
        try:
            request.version = versions.negotiate(request.environ)
        except Error as error:
            if not request.path_info.strip("/"):
                request.version = versions.MIN
                return
            request.version = versions.refused(error)
            raise

    def after(self, state: RoutingState) -> None:
        """Run when there is a response, be it an error."""
        state.response.headerlist.extend(versions.headers(state.request.version))


class FaultHook(PecanHook):
    """Makes faults of errors outside the controllers: of routing, hooks and rendering."""

    priority = 30

    def on_error(self, state: RoutingState, error: Exception) -> Response:
        """Return the response to an error."""
        failure = faults.failure(error)
        document = api_faults.fault(failure.code, failure.message)
        response = Response(bodies.dumps(document), status=failure.code, content_type=JSON)
        response.headers.update(failure.headers)
        return response
