"""No request body is larger than is reasonable."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from computeapi.api.faults import WSGIApp, respond

TOO_LARGE = "Request is too large."


class SizeLimit:
    """A WSGI filter that answers 413 to a body above a limit, announced or chunked.

    :param limit: bytes.
    """

    def __init__(self, app: WSGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isdigit():
            if int(length) > self._limit:
                return respond(start_response, 413, TOO_LARGE)
        elif "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            # A body of unknown length is read here, so that what follows knows its length.
            body = environ["wsgi.input"].read(self._limit + 1)
            if len(body) > self._limit:
                return respond(start_response, 413, TOO_LARGE)
            environ["wsgi.input"] = BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            del environ["HTTP_TRANSFER_ENCODING"]
        return self._app(environ, start_response)


def filter_factory(
    global_conf: dict[str, str], max_request_body_size: str = "114688", **local_conf: str
) -> Callable[[WSGIApp], SizeLimit]:
    """Make the filter for paste.deploy.

    :param max_request_body_size: bytes.
    """
    limit = int(max_request_body_size)
    return lambda app: SizeLimit(app, limit)
