"""A filter that gives every request its id, in its log entries and in its response's headers."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from computeapi.api import request_id
from computeapi.api.faults import WSGIApp
from computeapi.domain import log_context
from computeapi.domain.log_context import LogContext

_SERVER = re.compile(r"/servers/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/|\Z)")


class RequestId:
    """A WSGI filter that gives each request its id.

    A caller's own ``X-OpenStack-Request-ID`` is kept beside it, for the log.
    """

    def __init__(self, app: WSGIApp) -> None:
        self._app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        own_id = environ[request_id.ENVIRON_KEY] = request_id.generate()
        theirs = environ.get("HTTP_X_OPENSTACK_REQUEST_ID")
        if theirs and request_id.GLOBAL_ID.fullmatch(theirs):
            environ[request_id.GLOBAL_ENVIRON_KEY] = theirs

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            headers = [*headers, *((name, own_id) for name in request_id.HEADERS)]
            return start_response(status, headers, *exc_info)

        server = _SERVER.search(environ["PATH_INFO"])
        context = LogContext(
            own_id,
            environ.get(request_id.GLOBAL_ENVIRON_KEY),
            server_id=server[1] if server else None,
        )
        outer = log_context.enter(context)
        try:
            return self._app(environ, start)
        finally:
            log_context.leave(outer)


def filter_factory(
    global_conf: dict[str, str], **local_conf: str
) -> Callable[[WSGIApp], RequestId]:
    """Make the filter for paste.deploy."""
    return RequestId
