"""The WSGI application."""

from typing import Any

import pecan

from computeapi import bootstrap, conf
from computeapi.api.faults import WSGIApp
from computeapi.bootstrap import Services
from computeapi.pecan_impl.controllers.root import RootController
from computeapi.pecan_impl.hooks import FaultHook, JsonHook, ServicesHook, VersionHook
from computeapi.pecan_impl.renderer import Renderer
from computeapi.pecan_impl.request import Request


def create(services: Services) -> WSGIApp:
    """Make the application.

    :param services: what it serves; two applications in one process may have different ones.
    """
    app: WSGIApp = pecan.make_app(
        RootController(),
        hooks=[ServicesHook(services), JsonHook(), VersionHook(), FaultHook()],
        custom_renderers={"wsmejson": Renderer},
        request_cls=Request,
        # A redirect to a path with a slash would lose the body of a POST.
        force_canonical=False,
        # A keypair may be named as a file is.
        guess_content_type_from_ext=False,
        debug=False,
    )
    return app


def app_factory(global_conf: dict[str, Any], **local_conf: Any) -> WSGIApp:
    """Make the application for paste.deploy.

    :param global_conf: with ``config_file``, the path of the configuration file.
    """
    return create(bootstrap.services(conf.load([global_conf["config_file"]])))
