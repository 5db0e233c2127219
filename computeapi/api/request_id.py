"""Every request has an id, in its log entries and in its response's headers."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from computeapi.api.faults import WSGIApp

ENVIRON_KEY = "computeapi.request_id"
HEADERS = ("x-openstack-request-id", "x-compute-request-id")
GLOBAL_ENVIRON_KEY = "computeapi.global_request_id"
_GLOBAL_ID = re.compile(r"req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def generate() -> str:
    """Make up a request id: ``req-`` and a UUID of version 4 (RFC 9562, 5.4)."""
    # uuid.uuid4() takes three times as long, and every request has one.
    text = os.urandom(16).hex()
    return f"req-{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"


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
        request_id = environ[ENVIRON_KEY] = generate()
        theirs = environ.get("HTTP_X_OPENSTACK_REQUEST_ID")
        if theirs and _GLOBAL_ID.fullmatch(theirs):
            environ[GLOBAL_ENVIRON_KEY] = theirs

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            headers = [*headers, *((name, request_id) for name in HEADERS)]
            return start_response(status, headers, *exc_info)

        return self._app(environ, start)


def filter_factory(
    global_conf: dict[str, str], **local_conf: str
) -> Callable[[WSGIApp], RequestId]:
    """Make the filter for paste.deploy."""
    return RequestId
