"""The image stores, and a host's cache of images."""

import importlib
from pathlib import Path

from oslo_config import cfg

from computeapi.images.cache import ImageCache
from computeapi.ports.images import ImageCatalog, ImageStore
from computeapi.ports.snapshots import SnapshotStore
from computeapi.ports.transfers import TransferStore

__all__ = ["ImageCache", "load", "load_cache", "load_catalog", "load_snapshots", "load_transfers"]


def load(conf: cfg.ConfigOpts) -> ImageStore:
    """Return the store that ``[images] backend`` names.

    :raises oslo_config.cfg.RequiredOptError: when an option the store needs is missing.
    """
    return importlib.import_module(f"computeapi.images.{conf.images.backend}").load(conf)


def load_transfers(conf: cfg.ConfigOpts) -> TransferStore:
    """Return the store of transfers that goes with ``[images] backend``.

    :raises oslo_config.cfg.RequiredOptError: see :func:`load`.
    """
    name = f"computeapi.images.{conf.images.backend}_transfers"
    store: TransferStore = importlib.import_module(name).load(conf)
    return store


def load_catalog(conf: cfg.ConfigOpts) -> ImageCatalog:
    """Return the catalog of images that goes with ``[images] backend``.

    :raises oslo_config.cfg.RequiredOptError: see :func:`load`.
    """
    name = f"computeapi.images.{conf.images.backend}_catalog"
    catalog: ImageCatalog = importlib.import_module(name).load(conf)
    return catalog


def load_snapshots(conf: cfg.ConfigOpts) -> SnapshotStore:
    """Return the store of snapshots that goes with ``[images] backend``.

    :raises oslo_config.cfg.RequiredOptError: see :func:`load`.
    """
    name = f"computeapi.images.{conf.images.backend}_snapshots"
    store: SnapshotStore = importlib.import_module(name).load(conf)
    return store


def load_cache(conf: cfg.ConfigOpts) -> ImageCache:
    """Return this host's cache, ``images-cache`` in the state folder.

    :raises oslo_config.cfg.RequiredOptError: see :func:`load`.
    """
    return ImageCache(load(conf), Path(conf.state_path) / "images-cache")
