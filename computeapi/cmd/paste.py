"""The API's application, as the paste.deploy file puts it together."""

import gc
from pathlib import Path

from oslo_config import cfg
from paste import deploy


def paste_file(conf: cfg.ConfigOpts) -> Path:
    """Return the paste.deploy file: ``[api] paste_config``, relative to the configuration file."""
    path = Path(conf.api.paste_config)
    if not path.is_absolute() and conf.config_file:
        path = Path(conf.config_file[0]).resolve().parent / path
    return path


def global_conf(conf: cfg.ConfigOpts) -> dict[str, str]:
    """Return what every section of the paste.deploy file is told."""
    return {"config_file": str(Path(conf.config_file[0]).resolve())}


def load_app(conf: cfg.ConfigOpts, name: str = "main") -> object:
    """Load the application.

    :param name: of its section.
    :raises LookupError: when the file has no such section.
    """
    path = f"config:{paste_file(conf)}"
    app: object = deploy.loadapp(path, name=name, global_conf=global_conf(conf))
    # What there is by now stays as long as the process: the collector need not walk through it
    # again and again, which takes a tenth of a long list's time.
    gc.collect()
    gc.freeze()
    return app
