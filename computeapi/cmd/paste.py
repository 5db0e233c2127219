"""The API's application and server, as the paste.deploy file puts them together."""

import gc
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from oslo_config import cfg
from paste import deploy
from paste.translogger import TransLogger

from computeapi.cmd.serving.bodiless import Bodiless
from computeapi.domain.errors import Error

LOG = logging.getLogger(__name__)

#: Errors whose messages are for the operator; any other is a fault of ours and logged in full.
_EXPECTED = (Error, ImportError, LookupError, OSError, ValueError, cfg.Error)


class LoadError(Exception):
    """The API cannot be loaded; the message is a sentence for the operator."""


def paste_file(conf: cfg.ConfigOpts) -> Path:
    """Return the paste.deploy file: ``[api] paste_config``, relative to the configuration file."""
    path = Path(conf.api.paste_config)
    if not path.is_absolute() and conf.config_file:
        path = Path(conf.config_file[0]).resolve().parent / path
    return path


def global_conf(conf: cfg.ConfigOpts) -> dict[str, str]:
    """Return the values that every section of the paste.deploy file is given."""
    return {"config_file": str(Path(conf.config_file[0]).resolve())}


def load_server(conf: cfg.ConfigOpts, descriptor: int) -> Callable[[Any], None]:
    """Load the server of the section ``[server:main]``.

    :param descriptor: of the socket to listen on.
    :return: a function that serves an application until the process is told to stop.
    :raises LoadError: when that is not possible.
    """
    shared = global_conf(conf) | {"listen_fd": str(descriptor)}
    return _loaded(conf, lambda uri: deploy.loadserver(uri, global_conf=shared))


def load_app(conf: cfg.ConfigOpts, name: str = "main") -> Any:
    """Load the application.

    :param name: of its section.
    :raises LoadError: when that is not possible.
    """
    shared = global_conf(conf)
    app = _loaded(conf, lambda uri: deploy.loadapp(uri, name=name, global_conf=shared))
    # All objects made by now stay as long as the process: the collector need not walk through it
    # again and again, which takes a tenth of a long list's time.
    gc.collect()
    gc.freeze()
    app = Bodiless(app)
    if conf.debug:
        app = TransLogger(app, logger=LOG, logging_level=logging.DEBUG, setup_console_handler=False)
    return app


def _loaded(conf: cfg.ConfigOpts, load: Callable[[str], Any]) -> Any:
    path = paste_file(conf)
    try:
        return load(f"config:{path}")
    except _EXPECTED as error:
        LOG.debug("The API cannot be loaded", exc_info=True)
        raise LoadError(f"cannot load the API from {path}: {_sentence(error)}") from error
    except Exception as error:
        LOG.exception("The API cannot be loaded")
        raise LoadError(f"cannot load the API from {path}: {error!r}") from error


def _sentence(error: Exception) -> str:
    # str() of a KeyError is the key, and of an OSError repeats the path.
    if isinstance(error, KeyError):
        return repr(error)
    return " ".join(str(error).split())
