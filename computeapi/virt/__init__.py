"""Makes servers real: the driver port (``driver.py``) and its adapters."""

import importlib

from oslo_config import cfg

from computeapi.virt.driver import Driver

#: ``[worker] driver`` -> module and class. Only the chosen one is imported, as only it need
#: have its dependencies installed.
DRIVERS = {
    "libvirt": ("computeapi.virt.libvirt.driver", "LibvirtDriver"),
    "fake": ("computeapi.virt.fake", "FakeDriver"),
}


def load(conf: cfg.ConfigOpts) -> Driver:
    """Make the driver that ``[worker] driver`` names; it is not open yet.

    :raises ImportError: when a package that it needs is not installed.
    """
    module, name = DRIVERS[conf.worker.driver]
    return getattr(importlib.import_module(module), name)(conf)
