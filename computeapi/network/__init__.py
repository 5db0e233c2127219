"""The network services that this one can work with."""

from oslo_config import cfg

from computeapi.network import neutron, neutron_ports
from computeapi.network.user_mode import UserModeNetwork
from computeapi.ports.network import Network
from computeapi.ports.port_binding import PortBinding

__all__ = ["UserModeNetwork", "load", "load_ports"]


def load(conf: cfg.ConfigOpts) -> Network:
    """Return the network service of ``[neutron]``, or user-mode networking without an endpoint.

    :raises oslo_config.cfg.RequiredOptError: when an option that it needs is missing.
    """
    return neutron.load(conf) if conf.neutron.endpoint else UserModeNetwork()


def load_ports(conf: cfg.ConfigOpts) -> PortBinding | None:
    """Return the binding of the ports of ``[neutron]``; None without an endpoint.

    :raises oslo_config.cfg.RequiredOptError: see :func:`load`.
    """
    return neutron_ports.load(conf) if conf.neutron.endpoint else None
