"""A filter that answers HEAD wherever GET is answered, and OPTIONS for the version documents."""

from collections.abc import Callable, Iterable
from typing import Any

from computeapi.api.faults import WSGIApp
from computeapi.api.paths import VERSION_DOCUMENTS

#: The environ key of the method that a caller used, where this filter has replaced it.
ORIGINAL_METHOD = "computeapi.original_method"
_OPTIONS = "GET, HEAD, OPTIONS"


class Methods:
    """A WSGI filter in front of all others: it makes a GET of HEAD and drops the body.

    Status and headers are those of GET, also of an error (RFC 9110, 9.3.2). Proxies check the
    health of a service by OPTIONS for ``/``; it is answered as GET is.
    """

    def __init__(self, app: WSGIApp) -> None:
        self._app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        if method == "HEAD":
            environ[ORIGINAL_METHOD] = method
            return self._head(environ, _naming_all(start_response, path))
        if method == "OPTIONS" and path in VERSION_DOCUMENTS:
            environ["REQUEST_METHOD"] = "GET"
            return self._app(environ, _adding(start_response, ("Allow", _OPTIONS)))
        return self._app(environ, _naming_all(start_response, path))

    def _head(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["REQUEST_METHOD"] = "GET"
        body = self._app(environ, start_response)
        try:
            # An application may call start_response as late as with its first block (PEP 3333).
            for _ in body:
                pass
        finally:
            if hasattr(body, "close"):
                body.close()
        return []


def _adding(start_response: Callable[..., Any], header: tuple[str, str]) -> Callable[..., Any]:
    def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
        return start_response(status, [*headers, header], *exc_info)

    return start


def _naming_all(start_response: Callable[..., Any], path: str) -> Callable[..., Any]:
    """Add the methods that this filter answers to the Allow header of a 405."""

    def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
        if status.startswith("405"):
            more = {"HEAD", "OPTIONS"} if path in VERSION_DOCUMENTS else {"HEAD"}
            headers = [
                (name, _allow(value, more)) if name.lower() == "allow" else (name, value)
                for name, value in headers
            ]
        return start_response(status, headers, *exc_info)

    return start


def _allow(value: str, more: set[str]) -> str:
    methods = {method.strip() for method in value.split(",")}
    return ", ".join(sorted(methods | more)) if "GET" in methods else value


def filter_factory(global_conf: dict[str, str], **local_conf: str) -> Callable[[WSGIApp], Methods]:
    """Make the filter for paste.deploy."""
    return Methods
