"""Instead of auth_token where there is no Keystone: for tests and benchmarks, never for users.

The token names the caller: ``USER:PROJECT:ROLE,ROLE``.
"""

from collections.abc import Callable, Iterable
from typing import Any

from computeapi.api.faults import WSGIApp, respond
from computeapi.filters.auth_token import is_discovery, strip_identity


class NoAuth:
    """A WSGI filter that believes the token."""

    def __init__(self, app: WSGIApp) -> None:
        self._app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        strip_identity(environ)
        if is_discovery(environ):
            return self._app(environ, start_response)
        parts = environ.get("HTTP_X_AUTH_TOKEN", "").split(":")
        if len(parts) != 3:
            message = "The request you have made requires authentication."
            return respond(start_response, 401, message)
        environ["HTTP_X_USER_ID"], environ["HTTP_X_PROJECT_ID"], environ["HTTP_X_ROLES"] = parts
        return self._app(environ, start_response)


def filter_factory(global_conf: dict[str, str], **local_conf: str) -> Callable[[WSGIApp], NoAuth]:
    """Make the filter for paste.deploy."""
    return NoAuth
