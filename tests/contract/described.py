"""A filter in front of each cloud: what the API answers is as its OpenAPI document says."""

import json
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import Any

from computeapi.api import paths
from computeapi.api.faults import WSGIApp
from computeapi.api.openapi.document import document
from computeapi.api.versions import HEADER, Version
from conformance.openapi import Description, Exchange
from tests.anything import Anything


@cache
def description(front_end: str) -> Description:
    """Return the description that a front end gives of itself."""
    # The framework of the other one need not be installed.
    module = import_module(f"computeapi.{front_end}_impl.openapi")
    if front_end == "falcon":
        declared = import_module("computeapi.falcon_impl.routes").routes(Anything())
    else:
        declared = import_module("computeapi.pecan_impl.controllers.root").RootController
    return Description(document(module.operations(declared)))


class Described:
    """A WSGI filter that fails where a request or its response breaks the document.

    :param front_end: whose document it is.
    """

    def __init__(self, app: WSGIApp, front_end: str) -> None:
        self._app = app
        self._front_end = front_end

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request.

        :raises AssertionError: when the document says otherwise.
        """
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        found = _plain(path, environ)
        if method in ("HEAD", "OPTIONS") or found is None:
            return self._app(environ, start_response)
        sent = environ["wsgi.input"].read()
        environ["wsgi.input"] = BytesIO(sent)
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            started[:] = [int(status[:3]), {name.lower(): value for name, value in headers}]
            return start_response(status, headers, *error)

        content = b"".join(self._app(environ, start))
        status, headers = started
        query, version = environ.get("QUERY_STRING", ""), headers.get(HEADER.lower(), "")
        exchange = Exchange(
            method, found, query, _version(version), status, _read(sent), _read(content)
        )
        # A filter in front may refuse a token in a form of its own.
        is_described = status != 405 and not (status == 401 and exchange.version is None)
        broken = list(description(self._front_end).violations(exchange)) if is_described else []
        assert not broken, (broken, exchange)
        return [content]


def _plain(path: str, environ: dict[str, Any]) -> str | None:
    """Return the path without a project and a slash at the end; None for one that is no path."""
    token = environ.get("HTTP_X_AUTH_TOKEN", "").split(":")
    if path in ("", "/", "/v2", "/v2/"):
        return path.rstrip("/") or "/"
    parsed = paths.parse(path, token[1] if len(token) == 3 else None)
    if parsed is None or "//" in path or (parsed.project_id and "openapi" in parsed.rest):
        # With a project in the path, the document needs the token of that project.
        return None
    return f"/v2.1/{parsed.rest}".rstrip("/")


def _version(header: str) -> Version | None:
    major, _, minor = header.removeprefix("compute ").partition(".")
    return Version(int(major), int(minor)) if minor else None


def _read(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None
