"""A filter that lets the front ends route one form of each path, whichever the caller used."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from computeapi.api import links, versions
from computeapi.api.faults import NOT_FOUND, WSGIApp, respond
from computeapi.api.links import LEGACY_VERSION_PATH, VERSION_PATH
from computeapi.api.paths import PLAIN, Path, parse
from computeapi.domain.errors import Error

WRONG_PROJECT = "Malformed request URL: the project in it is not the project of the token."
#: Slashes before a segment, or alone. Those at the end of a path name an item with an empty id.
_SLASHES = re.compile(r"/{2,}(?=[^/])|^/{2,}$")
#: What an answer below /v2 does not say.
_MICROVERSION_HEADERS = frozenset(name.lower() for name, _ in versions.headers(versions.MIN))


class Paths:
    """A WSGI filter behind authentication: it takes a project id and ``/v2`` out of the path.

    ``/v2.1/{project_id}/servers`` becomes ``/v2.1/servers`` when the project is the token's, and
    is a 400 when it is another, for administrators too. ``/v2/servers`` becomes ``/v2.1/servers``
    at the oldest microversion, whatever the request's headers ask for; the answer has no headers
    of microversions. Links in the answer keep the form that the request had.

    ``//v2.1//servers`` becomes ``/v2.1/servers``: clients that join URLs double slashes.
    """

    def __init__(self, app: WSGIApp) -> None:
        self._app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        own_project_id = environ.get("HTTP_X_PROJECT_ID")
        text = environ.get("PATH_INFO", "")
        is_without_id = text.endswith("//") and text.strip("/") != ""
        if "\0" in text or is_without_id:
            # No database can be asked for it, or no item has this id.
            return _refuse(404, NOT_FOUND, environ, start_response)
        if "//" in text:
            text = environ["PATH_INFO"] = _SLASHES.sub("/", text)
        path = None if text.startswith(PLAIN) else parse(text, own_project_id)
        if path is None:
            return self._app(environ, start_response)
        if path.version == LEGACY_VERSION_PATH:
            versions.ignore(environ)
            start_response = _without_microversion(start_response)
        elif path.project_id is None:
            return self._app(environ, start_response)
        if path.project_id not in (None, own_project_id):
            return _refuse(400, WRONG_PROJECT, environ, start_response)
        _rewrite(environ, path)
        return self._app(environ, start_response)


def _rewrite(environ: dict[str, Any], path: Path) -> None:
    # /v2 has a version document of its own; all else below it is v2.1's.
    version = VERSION_PATH if path.rest else path.version
    environ["PATH_INFO"] = f"/{version}/{path.rest}"
    project = "" if path.project_id is None else f"/{path.project_id}"
    environ[links.ENVIRON_KEY] = f"{path.version}{project}"


def _refuse(
    code: int, message: str, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer as the front ends do: with the headers of the microversion."""
    try:
        version = versions.negotiate(environ)
    except Error as error:
        version_headers = versions.headers(versions.refused(error))
        return respond(start_response, error.code, error.message, version_headers)
    return respond(start_response, code, message, versions.headers(version))


def _without_microversion(start_response: Callable[..., Any]) -> Callable[..., Any]:
    def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
        headers = [h for h in headers if h[0].lower() not in _MICROVERSION_HEADERS]
        return start_response(status, headers, *exc_info)

    return start


def filter_factory(global_conf: dict[str, str], **local_conf: str) -> Callable[[WSGIApp], Paths]:
    """Make the filter for paste.deploy."""
    return Paths
