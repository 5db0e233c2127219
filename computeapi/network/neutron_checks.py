"""Checks of the networks and ports of Neutron that a request for servers names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Error, Forbidden, Invalid, NotFound
from computeapi.ports.network import NetworkRequest

#: How a port is plugged that is a tap of the host's switch; hardware gives the others.
_PLUGGABLE = "normal"
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusals:
    """The errors of one operation of the API; another one has others for the same reasons.

    :ivar missing: for a network or a port that is not there.
    :ivar ambiguous: for several networks to choose from.
    :ivar taken: for an address that a port has.
    """

    missing: type[Error]
    ambiguous: type[Error]
    taken: type[Error]


CREATING = Refusals(missing=Invalid, ambiguous=Conflict, taken=Invalid)
ATTACHING = Refusals(missing=NotFound, ambiguous=Invalid, taken=Conflict)


def check_count(request: NetworkRequest) -> None:
    """Check that several servers are not to have one port or one address.

    :raises Invalid: when they are.
    """
    if max(request.min_count, request.max_count) == 1 or not isinstance(request.networks, list):
        return
    for one in request.networks:
        if one.get("fixed_ip"):
            raise Invalid(
                "Failed to launch instances: one fixed IP cannot be given to several of them."
            )
        if one.get("port"):
            raise Invalid(
                "Unable to launch multiple instances with a single configured port ID. Launch "
                "them one by one with different ports."
            )


def check_port(context: Context, port: Document) -> None:
    """Check that a server may get a port that exists.

    :raises Invalid: when it is another project's, has no address, or is no tap.
    :raises Conflict: when it is in use.
    """
    port_id = port["id"]
    if port.get("device_id"):
        raise Conflict(f"Port {port_id} is still in use.")
    if port["project_id"] != context.require_project():
        raise Invalid(f"Port {port_id} is not one of the server's project.")
    if not port.get("fixed_ips") and port.get("ip_allocation") not in ("deferred", "none"):
        raise Invalid(f"Port {port_id} requires a FixedIP in order to be used.")
    kind = port.get("binding:vnic_type") or _PLUGGABLE
    if kind != _PLUGGABLE:
        raise Invalid(
            f"Port {port_id} cannot be used: its vnic_type is {kind}, and guests get ports of the "
            f"type {_PLUGGABLE} only."
        )


def check_network(context: Context, network: Document) -> None:
    """Check that servers of a caller may be in a network.

    :raises Invalid: when it has no subnet.
    :raises Forbidden: when it is external, and not shared.
    """
    is_closed = network.get("router:external") and not network.get("shared")
    if is_closed and not context.is_admin:
        raise Forbidden(
            f"It is not allowed to create an interface on external network {network['id']}"
        )
    if not network.get("subnets"):
        raise Invalid(f"Network {network['id']} requires a subnet in order to boot instances on.")


def is_secured(document: Document) -> bool:
    """Return whether a port, or the ports of a network, can be in security groups.

    A Neutron without port security says nothing, and all can.
    """
    return bool(document.get("port_security_enabled", True))
