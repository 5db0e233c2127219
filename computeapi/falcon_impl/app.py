"""Puts the Falcon application together."""

from collections.abc import Callable
from typing import Any, TypeAlias

import falcon
from falcon.media import Handlers, JSONHandler
from falcon.routing import CompiledRouter

from computeapi import bootstrap, conf
from computeapi.api import bodies
from computeapi.api.paths import names_empty_id
from computeapi.domain.errors import Error
from computeapi.falcon_impl import faults
from computeapi.falcon_impl.middleware import ContextMiddleware, MicroversionMiddleware
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.routes import routes


class _Router(CompiledRouter):
    """A router whose resources answer 405 to every method that they have no responder for.

    Falcon's own answers OPTIONS by itself, and counts it among the methods allowed.
    """

    def map_http_methods(self, resource: object, **kwargs: Any) -> dict[str, Any]:
        responders: dict[str, Any] = super().map_http_methods(resource, **kwargs)
        allowed = sorted(responders)

        def refuse(req: Request, resp: falcon.Response, **params: str) -> None:
            if names_empty_id(req.env["PATH_INFO"]):
                raise falcon.HTTPNotFound
            raise falcon.HTTPMethodNotAllowed(allowed)

        absent = dict.fromkeys(getattr(resource, "absent", ()), _lead_nowhere)
        every = dict.fromkeys(falcon.COMBINED_METHODS, refuse)
        return _Responders(refuse, every | absent | responders)

    def find(self, uri: str, req: falcon.Request | None = None) -> Any:
        # Falcon's own passes over the first slashes, however many there are.
        return None if uri.startswith("//") else super().find(uri, req)


def _lead_nowhere(req: Request, resp: falcon.Response, **params: str) -> None:
    raise falcon.HTTPNotFound


class _Responders(dict[str, Callable[..., None]]):
    """Responders by method, with one for every unknown method."""

    def __init__(
        self, other: Callable[..., None], responders: dict[str, Callable[..., None]]
    ) -> None:
        super().__init__(responders)
        self._other = other

    def __missing__(self, method: str) -> Callable[..., None]:
        return self._other


#: The application with the project's own request class.
App: TypeAlias = "falcon.App[Request, falcon.Response]"


def create(services: bootstrap.CoreServices) -> App:
    """Make the WSGI application."""
    middleware: list[Any] = [
        MicroversionMiddleware(),
        ContextMiddleware(services.policy, services.conf.api.compute_link_prefix),
    ]
    app: App = falcon.App(request_type=Request, router=_Router(), middleware=middleware)
    _set_options(app)
    app.set_error_serializer(faults.serialize)
    app.add_error_handler(Error, faults.refused)
    app.add_error_handler(Exception, faults.unexpected)
    for route in routes(services):
        app.add_route(route.path, route.resource, suffix=route.suffix)
    return app


def _set_options(app: App) -> None:
    json = JSONHandler(dumps=bodies.dumps, loads=bodies.loads)
    app.req_options.media_handlers = Handlers({falcon.MEDIA_JSON: json})
    app.resp_options.media_handlers = Handlers({falcon.MEDIA_JSON: json})
    app.req_options.strip_url_path_trailing_slash = True
    app.req_options.keep_blank_qs_values = True
    app.req_options.auto_parse_qs_csv = False


def app_factory(global_conf: dict[str, str], **local_conf: str) -> App:
    """Make the application for paste.deploy.

    :param global_conf: ``config_file`` names the configuration file.
    """
    return create(bootstrap.services(conf.load([global_conf["config_file"]])))
