"""A plugin of pytest and a WSGI filter that write down requests and responses.

``pytest -p conformance.recorder --record FILE tests/contract`` appends one JSON object a line to
FILE; :mod:`conformance.responses` reads it.
"""

import json
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from computeapi.api.versions import HEADER

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Recorder:
    """A WSGI filter that records each request and response whose bodies are JSON, or empty."""

    def __init__(self, app: WSGIApp, file: Path) -> None:
        self._app = app
        self._file = file

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        sent = environ["wsgi.input"].read()
        environ["wsgi.input"] = BytesIO(sent)
        path, query, method = (
            environ.get(key, "") for key in ("PATH_INFO", "QUERY_STRING", "REQUEST_METHOD")
        )
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            started[:] = [status, headers]
            return start_response(status, headers, *error)

        content = b"".join(self._app(environ, start))
        headers = {name.lower(): value for name, value in started[1]}
        version = headers.get(HEADER.lower(), "").removeprefix("compute ")
        if version and not path.startswith("/-/"):
            self._keep(method, path, query, version, int(started[0][:3]), sent, content)
        return [content]

    def _keep(self, method: str, path: str, query: str, version: str, status: int,
              sent: bytes, content: bytes) -> None:  # fmt: skip
        try:
            request, response = (json.loads(body) if body else None for body in (sent, content))
        except (ValueError, RecursionError):
            return
        record = {
            "method": method, "path": quote(path, encoding="latin-1"), "query": query,
            "version": version, "status": status, "request": request, "response": response,
        }  # fmt: skip
        with self._file.open("a") as out:
            out.write(json.dumps(record) + "\n")


def filter_factory(
    global_conf: dict[str, str], records: str, **local_conf: str
) -> Callable[[WSGIApp], Recorder]:
    """Make the filter for paste.deploy.

    :param records: the file to append to.
    """
    return lambda app: Recorder(app, Path(records))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--record", type=Path, required=True, help="the file to append to")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Put a recorder in front of every cloud, also in front of those that tests make."""
    clouds: Any = config.pluginmanager.get_plugin("clouds")
    file = config.getoption("--record")
    clouds.cloud.decorate = staticmethod(lambda app: Recorder(app, file))
