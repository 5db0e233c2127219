"""The image stores, and a host's cache of images."""

import importlib
from pathlib import Path

from oslo_config import cfg

from computeapi.images.cache import ImageCache
from computeapi.ports.images import ImageStore

__all__ = ["ImageCache", "load", "load_cache"]


def load(conf: cfg.ConfigOpts) -> ImageStore:
    """Return the store that ``[images] backend`` names.

    :raises oslo_config.cfg.RequiredOptError: when an option the store needs is missing.
    """
    return importlib.import_module(f"computeapi.images.{conf.images.backend}").load(conf)


def load_cache(conf: cfg.ConfigOpts) -> ImageCache:
    """Return this host's cache, ``images-cache`` in the state folder.

    :raises oslo_config.cfg.RequiredOptError: see :func:`load`.
    """
    return ImageCache(load(conf), Path(conf.state_path) / "images-cache")
