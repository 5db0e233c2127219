"""The network services that this one can work with."""

from oslo_config import cfg

from computeapi.network import neutron, neutron_ports
from computeapi.network.neutron_calls import NeutronCalls
from computeapi.network.neutron_floating_ips import NeutronFloatingIps
from computeapi.network.neutron_networks import NeutronNetworks
from computeapi.network.neutron_security_groups import NeutronSecurityGroups
from computeapi.network.user_mode import UserModeNetwork
from computeapi.network.user_mode_resources import (
    NoFloatingIps,
    NoNetworks,
    UserModeSecurityGroups,
)
from computeapi.ports.floating_ips import FloatingIps
from computeapi.ports.network import Network
from computeapi.ports.networks import Networks
from computeapi.ports.port_binding import PortBinding
from computeapi.ports.security_groups import SecurityGroups

__all__ = [
    "UserModeNetwork",
    "load",
    "load_floating_ips",
    "load_networks",
    "load_ports",
    "load_security_groups",
]


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


def load_security_groups(conf: cfg.ConfigOpts) -> SecurityGroups:
    """Return the security groups of ``[neutron]``, or those of user-mode networking."""
    if conf.neutron.endpoint:
        return NeutronSecurityGroups(NeutronCalls(conf))
    return UserModeSecurityGroups()


def load_floating_ips(conf: cfg.ConfigOpts) -> FloatingIps:
    """Return the floating IPs of ``[neutron]``, or those of user-mode networking."""
    if conf.neutron.endpoint:
        return NeutronFloatingIps(NeutronCalls(conf), conf.neutron.default_floating_pool)
    return NoFloatingIps()


def load_networks(conf: cfg.ConfigOpts) -> Networks:
    """Return the networks of ``[neutron]``, or those of user-mode networking."""
    return NeutronNetworks(NeutronCalls(conf)) if conf.neutron.endpoint else NoNetworks()
