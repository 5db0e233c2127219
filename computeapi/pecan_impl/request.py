"""The request as the controllers see it."""

from functools import lru_cache

import pecan
import webob

from computeapi.api import links, queries
from computeapi.api.context import from_environ
from computeapi.api.links import Links
from computeapi.api.paging import Params
from computeapi.api.queries import Pairs
from computeapi.api.versions import UNKNOWN, Version
from computeapi.bootstrap import CoreServices
from computeapi.domain.context import Context


class Request(webob.BaseRequest):
    """A request of the Compute API.

    ``pecan.Request`` steps in at every access to an attribute, to answer 400 where one is no
    UTF-8: here two may be none, and they see to it themselves. ``webob.Request`` keeps
    attributes of its own in the environ, which takes longer than to have them.

    :ivar services: the services that the application was made with; see :func:`serving`.
    :ivar query: the query as it came; see :class:`computeapi.pecan_impl.hooks.QueryHook`.
    :ivar body_type: the type of the body as the caller named it, or None.
    :ivar version: the negotiated microversion; UNKNOWN before the negotiation, and when it failed.
    """

    services: CoreServices
    query: str = ""
    body_type: str | None = None
    version: Version = UNKNOWN
    _context: Context | None = None
    _links: Links | None = None
    _pairs: Pairs | None = None

    @property
    def itself(self) -> "Request":
        """The request: :func:`current` reads it from Pecan's proxy."""
        return self

    @property
    def path_info(self) -> str:
        """The path behind the mount point; one that is no UTF-8 leads nowhere, but is no error."""
        return str(self.environ.get("PATH_INFO", "")).encode("latin-1").decode("utf-8", "replace")

    @property
    def pairs(self) -> Pairs:
        """The query parameters in the order they came.

        :raises Invalid: when the query is malformed.
        """
        if self._pairs is None:
            self._pairs = queries.parse(self.query)
        return self._pairs

    @property
    def values(self) -> Params:
        """All values of each query parameter.

        :raises Invalid: when the query is malformed.
        """
        return queries.by_name(self.pairs)

    # Not with functools.cached_property, which takes a lock until Python 3.12.
    @property
    def context(self) -> Context:
        """The caller of this request."""
        if self._context is None:
            self._context = from_environ(self.environ, self.services.policy)
        return self._context

    @context.setter
    def context(self, _own: object) -> None:
        """Drop the dictionary that Pecan gives every request: this service keeps nothing there."""

    @property
    def links(self) -> Links:
        """The links as the caller reaches this API."""
        if self._links is None:
            environ, prefix = self.environ, self.services.conf.api.compute_link_prefix
            place = tuple([(key, environ[key]) for key in _PLACE if key in environ])
            path = environ.get(links.ENVIRON_KEY, links.VERSION_PATH)
            self._links = Links.of(_application_url(place), prefix, path)
        return self._links


#: The entries of the environ that WebOb makes the URL of the application of.
_PLACE = ("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME")


@lru_cache(maxsize=256)
def _application_url(place: tuple[tuple[str, str], ...]) -> str:
    """Return the URL of the application.

    :param place: entries of the environ, of those that :data:`_PLACE` names.
    """
    url: str = webob.BaseRequest(dict(place)).application_url
    return url


def serving(services: CoreServices) -> type[Request]:
    """Return the class of the requests of an application."""
    return type("Request", (Request,), {"services": services})


def current() -> Request:
    """Return the request that is being answered.

    ``pecan.request`` is a proxy, which looks up the request of the thread at every access to an
    attribute. A controller looks it up once.
    """
    request: Request = pecan.request.itself
    return request
