"""The WSGI application."""

from collections.abc import Callable
from typing import Any

import pecan
from pecan.core import RoutingState

from computeapi import bootstrap, conf
from computeapi.api.bodies import JSON
from computeapi.api.faults import WSGIApp
from computeapi.bootstrap import Services
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.controllers.root import RootController
from computeapi.pecan_impl.hooks import FaultHook, JsonHook, VersionHook
from computeapi.pecan_impl.renderer import Renderer
from computeapi.pecan_impl.request import Request, serving

#: The renderer that WSME names.
_TEMPLATE = "wsmejson:"
#: The entry of the environ that holds the environ.
_CYCLE = "pecan.locals"


class Application(pecan.Pecan):
    """Leads requests through the tree of resources.

    A ``_route`` of the root would do so as well. But Pecan reads its signature, and looks for
    custom path segments, at every request.
    """

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answer a request, and leave nothing of it behind.

        Pecan puts the request into the environ, which the request has as well: a cycle, so that
        all of it, the body of the answer too, would stay until the garbage collector finds it.
        """
        try:
            return super().__call__(environ, start_response)
        finally:
            environ.pop(_CYCLE, None)

    def route(
        self, req: Request, node: Resource, path: str
    ) -> tuple[Callable[..., Any], list[str]]:
        """Return the method that answers, and what of the path it gets; a slash may end it.

        :raises webob.exc.HTTPException: when the path leads nowhere, or nothing answers there.
        """
        segments = path.split("/")[1:]
        if segments and not segments[-1]:
            segments.pop()
        return node.walk(segments).handler(req.method), []

    def invoke_controller(
        self,
        controller: Callable[..., Any],
        args: list[Any],
        kwargs: dict[str, Any],
        state: RoutingState,
    ) -> None:
        """Call the method that answers, and render what it returns.

        Pecan's own reads the method's signature first, at every request and slowly, to drop
        arguments that the method does not take: here there are none (see :class:`Request`). Its
        patches are in ``doc/upstream``; the comparison measures without this method as well.
        """
        namespace = controller(*args)
        if namespace:  # WSME returns "" where there is no body
            state.response.body = self.render(_TEMPLATE, namespace)
            state.response.headers["Content-Type"] = JSON


class Response(pecan.Response):
    """A response without the type that WebOb gives it first: Pecan sets the true one."""

    default_content_type = None
    default_charset = None


def create(services: Services) -> WSGIApp:
    """Make the application.

    :param services: what it serves; two applications in one process may have different ones.
    """
    return Application(
        RootController(),
        hooks=[JsonHook(), VersionHook(), FaultHook()],
        custom_renderers={"wsmejson": Renderer},
        request_cls=serving(services),
        response_cls=Response,
        # A redirect to a path with a slash would lose the body of a POST.
        force_canonical=False,
        # A keypair may be named as a file is.
        guess_content_type_from_ext=False,
    )


def app_factory(global_conf: dict[str, Any], **local_conf: Any) -> WSGIApp:
    """Make the application for paste.deploy.

    :param global_conf: with ``config_file``, the path of the configuration file.
    """
    return create(bootstrap.services(conf.load([global_conf["config_file"]])))
