"""keystonemiddleware's auth_token in front of the API, with errors in the API's own format."""

from collections.abc import Callable, Iterable
from typing import Any

from keystoneauth1.exceptions import ClientException
from keystonemiddleware.auth_token import AuthProtocol

from computeapi.api.faults import WSGIApp, respond
from computeapi.api.links import VERSION_PATH

#: Seconds after which it makes sense to ask again when Keystone did not answer.
RETRY_AFTER = 5
UNAVAILABLE = "The Keystone service is temporarily unavailable."

#: What a client must be able to read before it has a token (API reference, "Versions").
_DISCOVERY = frozenset({"", f"/{VERSION_PATH}"})


class _IdentityUnavailableError(Exception):
    """Keystone did not answer."""


class _AuthProtocol(AuthProtocol):
    """auth_token, but for how it says that Keystone does not answer."""

    def fetch_token(self, token: str, **kwargs: Any) -> Any:
        try:
            return super().fetch_token(token, **kwargs)
        except ClientException as error:
            # It knows a refused connection, but not one that times out.
            self.log.critical("Unable to validate token: %s", error)
            raise _IdentityUnavailableError from error
        except Exception as error:
            # It answers with an exception of its own framework, known here by its status.
            if getattr(error, "status_int", None) == 503:
                raise _IdentityUnavailableError from error
            raise


class AuthToken:
    """A WSGI filter that lets authenticated callers pass, and those who ask for versions.

    :param conf: auth_token's options; those of paste.deploy win over those of the
        ``oslo_config_file``'s section ``[keystone_authtoken]``.
    """

    def __init__(self, app: WSGIApp, conf: dict[str, str]) -> None:
        self._app = app
        self._protocol = _AuthProtocol(app, conf)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        if is_discovery(environ):
            return self._app(environ, start_response)
        try:
            return self._protocol(environ, start_response)
        except _IdentityUnavailableError:
            retry = [("Retry-After", str(RETRY_AFTER))]
            return respond(start_response, 503, UNAVAILABLE, retry)


def is_discovery(environ: dict[str, Any]) -> bool:
    """Tell whether a request asks for the version documents, which are for everybody."""
    path = environ.get("PATH_INFO", "").rstrip("/")
    return environ["REQUEST_METHOD"] in ("GET", "HEAD") and path in _DISCOVERY


def filter_factory(
    global_conf: dict[str, str], **local_conf: str
) -> Callable[[WSGIApp], AuthToken]:
    """Make the filter for paste.deploy."""
    return lambda app: AuthToken(app, local_conf)
