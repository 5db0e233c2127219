"""A filter that removes the body of answers that must not have one."""

from collections.abc import Callable, Iterable
from typing import Any

from computeapi.api.faults import WSGIApp


class Bodiless:
    """A WSGI filter in front of the whole pipeline.

    The answer to HEAD has the length of the body that GET would have, but no body. An answer with
    status 1xx, 204 or 304 has neither (RFC 9110, 6.4.1 and 8.6). Not every WSGI server sees to
    that, and a client takes a body too many for the beginning of the next answer.
    """

    def __init__(self, app: WSGIApp) -> None:
        self._app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        is_empty = environ["REQUEST_METHOD"] == "HEAD"

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            nonlocal is_empty
            if status.startswith(("1", "204", "304")):
                is_empty = True
                headers = [h for h in headers if h[0].lower() != "content-length"]
            return start_response(status, headers, *exc_info)

        body = self._app(environ, start)
        if not is_empty:
            return body
        close = getattr(body, "close", None)
        if close:
            close()
        # Of a list a server counts the bytes, and announces that there are 0.
        return iter((b"",))
