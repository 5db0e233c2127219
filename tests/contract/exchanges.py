"""Requests to the WSGI application of a cloud, and its responses."""

import json
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from wsgiref.util import setup_testing_defaults


def body_of(data: Any) -> bytes:
    """Return data as the JSON of a request."""
    return json.dumps(data).encode()


def environ_of(method: str, url: str, data: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """Return a request as WSGI servers hand it on (PEP 3333)."""
    path, _, query = url.partition("?")
    environ = {
        "PATH_INFO": unquote(path, "latin-1"), "QUERY_STRING": query, "REQUEST_METHOD": method,
        "CONTENT_LENGTH": str(len(data)), "CONTENT_TYPE": "application/json",
        "wsgi.input": BytesIO(data), "HTTP_HOST": "compute.example:8774",
    }  # fmt: skip
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    setup_testing_defaults(environ)
    return environ


@dataclass(frozen=True)
class Response:
    """The answer of a front end. ``headers`` have lower-case names and are in order of these."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return a header's value, or None."""
        return dict(self.headers).get(name)

    def json(self) -> Any:
        """Return the body as data."""
        return json.loads(self.body)
