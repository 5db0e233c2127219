"""The WSGI application."""

from collections.abc import Callable
from typing import Any

import pecan

from computeapi import bootstrap, conf
from computeapi.api.faults import WSGIApp
from computeapi.bootstrap import CoreServices
from computeapi.pecan_impl import signatures
from computeapi.pecan_impl.controllers.root import RootController
from computeapi.pecan_impl.hooks import FaultHook, JsonHook, QueryHook, VersionHook
from computeapi.pecan_impl.renderer import Renderer
from computeapi.pecan_impl.request import serving

#: The entries that Pecan and WebOb put into the environ and that hold the environ themselves.
_CYCLES = ("pecan.locals", "webob._parsed_query_vars")


class Application:
    """A Pecan application that leaves nothing of a request behind.

    What Pecan and WebOb put into the environ holds the environ: a cycle, so that all of a request
    and its response would stay in memory until the garbage collector finds it.
    """

    def __init__(self, app: WSGIApp) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answer a request."""
        try:
            return self._app(environ, start_response)
        finally:
            for key in _CYCLES:
                environ.pop(key, None)


class Response(pecan.Response):
    """A response without the type that WebOb gives it first: Pecan sets the true one."""

    default_content_type = None
    default_charset = None


def create(services: CoreServices) -> WSGIApp:
    """Make the application.

    :param services: the services behind the application; each application may have other ones.
    """
    signatures.remember()
    app = pecan.Pecan(
        RootController(),
        hooks=[QueryHook(), JsonHook(), VersionHook(), FaultHook()],
        custom_renderers={"wsmejson": Renderer},
        request_cls=serving(services),
        response_cls=Response,
        # A redirect to a path with a slash would lose the body of a POST.
        force_canonical=False,
        # A keypair may be named as a file is.
        guess_content_type_from_ext=False,
    )
    return Application(app)


def app_factory(global_conf: dict[str, Any], **local_conf: Any) -> WSGIApp:
    """Make the application for paste.deploy.

    :param global_conf: with ``config_file``, the path of the configuration file.
    """
    return create(bootstrap.services(conf.load([global_conf["config_file"]])))
