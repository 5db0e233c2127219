"""A filter that turns an exception which escapes the application into a fault and a log entry."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from computeapi.api.faults import UNEXPECTED, WSGIApp, respond

LOG = logging.getLogger(__name__)


class Faults:
    """A WSGI filter: an error that escapes the filters behind it becomes a fault, and is logged."""

    def __init__(self, app: WSGIApp) -> None:
        self._app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        try:
            return self._app(environ, start_response)
        except Exception:
            LOG.exception("%s %s failed", environ["REQUEST_METHOD"], environ.get("PATH_INFO"))
            return respond(start_response, 500, UNEXPECTED)


def filter_factory(global_conf: dict[str, str], **local_conf: str) -> Callable[[WSGIApp], Faults]:
    """Make the filter for paste.deploy."""
    return Faults
