"""The volume services that this one can work with."""

import importlib

from oslo_config import cfg

from computeapi.ports.volumes import Volumes
from computeapi.volumes.none import NoVolumes

__all__ = ["NoVolumes", "load"]


def load(conf: cfg.ConfigOpts) -> Volumes:
    """Return the volume service that ``[volumes] backend`` names.

    :raises oslo_config.cfg.RequiredOptError: when an option that the service needs is missing.
    """
    if conf.volumes.backend == "none":
        return NoVolumes()
    adapter = importlib.import_module(f"computeapi.volumes.{conf.volumes.backend}")
    volumes: Volumes = adapter.load(conf)
    return volumes
