"""What happens before and after every request."""

import falcon

from computeapi.api import versions
from computeapi.api.context import from_environ
from computeapi.api.links import Links
from computeapi.api.versions import MAX, MIN, Version
from computeapi.domain.errors import Error
from computeapi.falcon_impl.request import Request
from computeapi.policies.enforcer import Enforcer

_HEADERS = {
    version: versions.headers(version)
    for version in (Version(MIN.major, minor) for minor in range(MIN.minor, MAX.minor + 1))
}
#: Where no version answered, a cache still has to know what the answer depends on.
_NO_VERSION = [("Vary", versions.VARY)]


class Microversion:
    """Negotiates the microversion of a request, and tells it in the response."""

    def process_request(self, req: Request, resp: falcon.Response) -> None:
        """Negotiate.

        The list of versions is how a caller learns what may be asked for, so it is answered
        whatever is asked for.

        :raises Error: when the version asked for is malformed or not served.
        """
        try:
            req.version = versions.negotiate(req.env)
        except Error:
            if req.path != "/":
                raise
            req.version = MIN

    def process_response(
        self, req: Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        """Say which version answered, errors included."""
        resp.set_headers(_HEADERS.get(req.version, _NO_VERSION))


class Caller:
    """Finds out who asks, and how they reach this API.

    :param link_prefix: the public scheme, host and path, where a proxy hides them.
    """

    def __init__(self, policy: Enforcer, link_prefix: str | None) -> None:
        self._policy = policy
        self._link_prefix = link_prefix

    def process_resource(
        self, req: Request, resp: falcon.Response, resource: object, params: dict[str, str]
    ) -> None:
        """Look at a request that has found its resource."""
        req.links = Links(req.prefix, self._link_prefix)
        if not getattr(resource, "anonymous", False):
            req.caller = from_environ(req.env, self._policy)
