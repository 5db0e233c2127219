"""keystonemiddleware's auth_token in front of the API, with errors in the API's own format.

The first request with a token is auth_token's. It leaves identity headers that depend on nothing
but the token: later requests with the same token are given the same ones at once, until the token
expires or Keystone must be asked again. A request without a token gets auth_token's answer,
and does not pass through it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from keystoneauth1.exceptions import ClientException, HttpError
from keystonemiddleware.auth_token import AuthProtocol, InvalidToken, _request
from oslo_utils import strutils

from computeapi.api.faults import WSGIApp, respond
from computeapi.api.paths import ANONYMOUS
from computeapi.filters import access_rules
from computeapi.filters.methods import ORIGINAL_METHOD
from computeapi.filters.token_cache import Moment, TokenCache, Validation

#: Seconds after which it makes sense to ask again when Keystone did not answer.
RETRY_AFTER = 5
UNAVAILABLE = "The Keystone service is temporarily unavailable."
#: The service of this API in Keystone's catalog, unless the option ``service_type`` is set.
SERVICE_TYPE = "compute"

#: Visible characters of ASCII: no other can be sent to Keystone in a header (RFC 9110, 5.5). Its
#: own tokens are of fewer and are shorter: some 250 characters (Fernet), or 1,000 (JWS).
_TOKEN = re.compile(r"[!-~]{1,4096}")
#: The environ keys of tokens.
_TOKENS = frozenset({"HTTP_X_AUTH_TOKEN", "HTTP_X_STORAGE_TOKEN", "HTTP_X_SERVICE_TOKEN"})
#: auth_token's own answer to a request without one.
_UNAUTHENTICATED = (
    b'{"error": {"code": 401, "title": "Unauthorized", '
    b'"message": "The request you have made requires authentication."}}'
)
#: Statuses by which a server refuses a token as such: bad request, content, URI or headers too
#: large (RFC 9110, 15.5; RFC 6585, 5).
_REFUSALS = frozenset({400, 413, 414, 431})

#: auth_token's section of the configuration file.
_GROUP = "keystone_authtoken"
_INFO = "keystone.token_info"
_PLUGIN = "keystone.token_auth"


def _identity_headers() -> frozenset[str]:
    names = _request._AuthTokenRequest({})._all_auth_headers()
    # auth_token sets this one too, but lets through what a caller sends in it.
    names = (*names, "OpenStack-System-Scope")
    return frozenset("HTTP_" + name.upper().replace("-", "_") for name in names)


#: The environ keys of the headers with the caller's identity: the caller must not set them.
IDENTITY_HEADERS = _identity_headers()


class _IdentityUnavailableError(Exception):
    """Keystone did not answer."""


class _NoCache:
    """Instead of auth_token's own cache: one on top of another would add up their times."""

    def initialize(self, env: Mapping[str, Any]) -> None:
        """Prepare nothing."""

    def get(self, token_id: str) -> None:
        """Know nothing."""

    def set(self, token_id: str, data: object) -> None:
        """Keep nothing."""


class _AuthProtocol(AuthProtocol):
    """auth_token, but for its cache and for how it says that Keystone does not answer.

    :param fast: whether to remember tokens in :attr:`tokens` rather than in its own cache.
    """

    #: None when its own cache is in use.
    tokens: TokenCache | None = None

    def __init__(self, app: WSGIApp, conf: dict[str, str], fast: bool) -> None:
        self._fast = fast
        super().__init__(app, conf)
        options = self._conf.oslo_conf_obj
        options.set_default("service_type", SERVICE_TYPE, _GROUP)
        # Older releases take any token for a service's, and so one with access rules for its own
        # way around them.
        options.set_default("service_token_roles_required", True, _GROUP)
        self._service_token_roles_required = self._conf.get("service_token_roles_required")

    def fetch_token(self, token: str, **kwargs: Any) -> Any:
        if not _TOKEN.fullmatch(token):
            raise InvalidToken("The token holds characters that cannot be sent, or too many.")
        if self.tokens is None:
            return self._ask(token, **kwargs)
        known = self.tokens.get(token)
        if known is None:
            validated = Moment.now()
            known = Validation(self._ask(token, **kwargs), validated)
            self.tokens.put(token, known)
        return known.token_info

    def _ask(self, token: str, **kwargs: Any) -> Any:
        try:
            return super().fetch_token(token, **kwargs)
        except ClientException as error:
            # It knows a refused connection, but not one that times out.
            self.log.critical("Unable to validate token: %s", error)
            raise _IdentityUnavailableError from error
        except Exception as error:
            # It answers with an exception of its own framework, known here by its status.
            if getattr(error, "status_int", None) != 503:
                raise
            if _is_refusal(error):
                raise InvalidToken("Keystone could not read the token.") from error
            raise _IdentityUnavailableError from error

    def validate_allowed_request(self, request: Any, token: Mapping[str, Any]) -> None:
        """Check a request against the access rules of the token's application credential.

        As in keystonemiddleware, but that the catalog need not be known: without the option
        ``include_service_catalog`` Keystone is not asked for it.

        :raises InvalidToken: when there are rules and no rule allows the request.
        """
        rules = (token.get("application_credential") or {}).get("access_rules")
        if rules is None:
            return
        service_type = self._conf.get("service_type")
        catalog = token.get("catalog")
        if catalog is not None and all(entry["type"] != service_type for entry in catalog):
            self.log.warning("The catalog has no service of type %s (service_type)", service_type)
            raise InvalidToken("The service is not in the catalog.")
        if request.service_token and request.service_token_valid:
            # A service continues what its own API has let pass.
            return
        methods = {request.method, request.environ.get(ORIGINAL_METHOD)}
        if not access_rules.allow(rules, service_type, methods, request.path):
            raise InvalidToken("No access rule allows the request.")

    def _token_cache_factory(self) -> Any:
        seconds = self._conf.get("token_cache_time")
        if not self._fast or seconds <= 0 or self._has_cache_of_its_own():
            return super()._token_cache_factory()
        self.tokens = TokenCache(seconds)
        return _NoCache()

    def _has_cache_of_its_own(self) -> bool:
        """Return whether tokens are cached elsewhere, where their age is unknown, or encrypted."""
        strategy = self._conf.get("memcache_security_strategy")
        shared = self._conf.get("memcached_servers") or self._conf.get("cache")
        return bool(shared) or strategy.lower() != "none"

    def refusal(self) -> list[tuple[str, str]] | None:
        """Return the headers of the answer to a request without a token.

        PERF: so is auth_token's own answer, which costs it four times as much as the rest of the
        service.

        :return: None where the application decides what becomes of such a request.
        """
        if self._delay_auth_decision:
            return None
        self.log.info("Rejecting request")
        length = ("Content-Length", str(len(_UNAUTHENTICATED)))
        return [("Content-Type", "application/json"), length, *self.challenge()]

    def challenge(self) -> list[tuple[str, str]]:
        """Return the headers that tell where to get a token."""
        return self._reject_auth_headers


class AuthToken:
    """A WSGI filter that passes authenticated requests, and requests for version documents.

    :param conf: auth_token's options; those of paste.deploy win over those of the
        ``oslo_config_file``'s section ``[keystone_authtoken]``. ``fast`` is ours: whether the
        identity headers of a token are remembered.
    """

    def __init__(self, app: WSGIApp, conf: Mapping[str, str]) -> None:
        self._app = app
        options = dict(conf)
        fast = strutils.bool_from_string(options.pop("fast", "true"), strict=True)
        self._protocol = _AuthProtocol(self._admitted, options, fast)
        self._tokens = self._protocol.tokens

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        strip_identity(environ)
        if is_discovery(environ):
            return self._app(environ, start_response)
        known = self._known(environ)
        identity = known.identity() if known else None
        if identity is not None:
            environ.update(identity)
            return self._app(environ, self._challenging(start_response))
        if self._tokens is not None and _TOKENS.isdisjoint(environ):
            refusal = self._protocol.refusal()
            if refusal is not None:
                start_response("401 Unauthorized", refusal)
                return [_UNAUTHENTICATED]
        try:
            return self._protocol(environ, start_response)
        except _IdentityUnavailableError:
            retry = [("Retry-After", str(RETRY_AFTER))]
            return respond(start_response, 503, UNAVAILABLE, retry)

    def _known(self, environ: Mapping[str, Any]) -> Validation | None:
        """Return the known facts of the token, if the answer depends on them alone."""
        token = environ.get("HTTP_X_AUTH_TOKEN")
        if self._tokens is None or not token or "HTTP_X_SERVICE_TOKEN" in environ:
            return None
        return self._tokens.get(token)

    def _admitted(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Stand behind auth_token, and remember whom it let pass."""
        if self._tokens is None:
            return self._app(environ, start_response)
        # Dropped, because it would be absent on cached requests.
        plugin = environ.pop(_PLUGIN, None)
        known = self._known(environ)
        confirmed = environ.get("HTTP_X_IDENTITY_STATUS") == "Confirmed"
        info = environ.get(_INFO)
        if known and confirmed and plugin and info is not None and known.token_info is info:
            expires = plugin.user.expires
            if expires is not None and not _is_restricted(plugin.user, info):
                names = (IDENTITY_HEADERS | {_INFO}) & environ.keys()
                known.admit({name: environ[name] for name in names}, expires.timestamp())
        return self._app(environ, start_response)

    def _challenging(self, start_response: Callable[..., Any]) -> Callable[..., Any]:
        """Name the identity service in an answer in which the application refuses the token."""

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            if status.startswith("401"):
                headers = [*headers, *self._protocol.challenge()]
            return start_response(status, headers, *exc_info)

        return start


def _is_refusal(error: BaseException) -> bool:
    """Return whether Keystone answered, and refused the token itself."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, HttpError):
            return cause.http_status in _REFUSALS
        cause = cause.__context__
    return False


def _is_restricted(token: Any, info: Mapping[str, Any]) -> bool:
    """Return whether a token is valid for some requests only, so that each must be checked."""
    credential = info["token"].get("application_credential") or {}
    return bool(token.bind) or credential.get("access_rules") is not None


def strip_identity(environ: dict[str, Any]) -> None:
    """Remove the identity headers: at this point the caller sent them."""
    if not IDENTITY_HEADERS.isdisjoint(environ):
        for name in IDENTITY_HEADERS:
            environ.pop(name, None)


def is_discovery(environ: dict[str, Any]) -> bool:
    """Return whether a request asks for a version document or the like, which needs no token."""
    path = environ.get("PATH_INFO", "")
    return environ["REQUEST_METHOD"] in ("GET", "HEAD") and path in ANONYMOUS


def filter_factory(
    global_conf: dict[str, str], **local_conf: str
) -> Callable[[WSGIApp], AuthToken]:
    """Make the filter for paste.deploy."""
    return lambda app: AuthToken(app, local_conf)
