"""The steps before and after every request."""

import falcon

from computeapi.api import links, versions
from computeapi.api.context import from_environ
from computeapi.api.links import Links
from computeapi.api.versions import MIN
from computeapi.domain.errors import Error
from computeapi.falcon_impl.request import Request
from computeapi.policies.enforcer import Enforcer


class MicroversionMiddleware:
    """Negotiates the microversion of a request, and tells it in the response."""

    def process_request(self, req: Request, resp: falcon.Response) -> None:
        """Negotiate.

        The list of versions is how a caller learns what may be asked for, so it is answered
        whatever is asked for.

        :raises Error: when the version asked for is malformed or not served.
        """
        try:
            req.version = versions.negotiate(req.env)
        except Error as error:
            if req.path == "/":
                req.version = MIN
                return
            req.version = versions.refused(error)
            raise

    def process_response(
        self, req: Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        """Say which version answered, errors included."""
        resp.set_headers(versions.headers(req.version))


class ContextMiddleware:
    """Sets the caller of a request, and the links by which the caller reaches this API.

    :param link_prefix: the public scheme, host and path, where a proxy hides them.
    """

    def __init__(self, policy: Enforcer, link_prefix: str | None) -> None:
        self._policy = policy
        self._link_prefix = link_prefix

    def process_resource(
        self, req: Request, resp: falcon.Response, resource: object, params: dict[str, str]
    ) -> None:
        """Look at a request that has found its resource."""
        path = req.env.get(links.ENVIRON_KEY, links.VERSION_PATH)
        req.links = Links.of(req.prefix, self._link_prefix, path)
        if not getattr(resource, "anonymous", False):
            req.context = from_environ(req.env, self._policy)
