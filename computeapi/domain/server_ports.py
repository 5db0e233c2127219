"""The ports by which servers are connected to networks of a network service."""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class NewPort:
    """A port that a server is to get.

    :ivar network_id: the UUID of the network.
    :ivar port_id: the id of a port that exists; None when one is to be made.
    :ivar fixed_ip: the address that a new port is to have; None for any of the network.
    :ivar security_groups: their ids; empty for the project's default group.
    :ivar is_secured: whether a new port is in security groups; a network may be without them.
    """

    network_id: str
    port_id: str | None = None
    fixed_ip: str | None = None
    tag: str | None = None
    security_groups: tuple[str, ...] = ()
    is_secured: bool = True


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """The connections of the servers of a request.

    :ivar ports: of each server; None where the hypervisor gives each guest a network of its own.
    :ivar security_groups: their names.
    :ivar max_servers: how many servers may get such ports; None for any number.
    """

    ports: Sequence[NewPort] | None
    security_groups: list[str]
    max_servers: int | None = None


@dataclass(frozen=True, slots=True)
class FloatingAddress:
    """A floating IP, and the address of a port that it leads to."""

    address: str
    fixed_address: str


@dataclass(frozen=True, slots=True)
class PortSubnet:
    """A subnet in which a port has an address.

    :ivar address: the first address of the port in it.
    :ivar gateway: None when no router is in the subnet.
    :ivar has_dhcp: whether its network serves DHCP in it.
    :ivar ipv6_mode: "slaac", "dhcpv6-stateful" or "dhcpv6-stateless"; None for another way.
    :ivar routes: further routes, each with its destination (CIDR) and the address of its router.
    """

    address: str
    cidr: str
    gateway: str | None
    has_dhcp: bool
    ipv6_mode: str | None = None
    name_servers: tuple[str, ...] = ()
    routes: tuple[tuple[str, str], ...] = ()

    @property
    def version(self) -> int:
        """The version of IP: 4 or 6."""
        return ipaddress.ip_address(self.address).version

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "PortSubnet":
        """Return the subnet that a row keeps."""
        names, routes = tuple(kept["name_servers"]), tuple(map(tuple, kept["routes"]))
        return cls(**{**kept, "name_servers": names, "routes": routes})


@dataclass(frozen=True, slots=True)
class BoundPort:
    """A port as the network service has it.

    :ivar addresses: its fixed addresses.
    :ivar mtu: in bytes.
    :ivar subnets: those of its addresses.
    """

    port_id: str
    network_id: str
    network_name: str
    mac_address: str
    mtu: int
    addresses: tuple[str, ...]
    floating: tuple[FloatingAddress, ...] = ()
    subnets: tuple[PortSubnet, ...] = ()

    def shown(self) -> list[dict[str, object]]:
        """Return the addresses as :class:`computeapi.domain.servers.Server` keeps them."""
        found = []
        for address in self.addresses:
            found.append(self._shown(address, "fixed"))
            found.extend(
                self._shown(one.address, "floating")
                for one in self.floating
                if one.fixed_address == address
            )
        return found

    def _shown(self, address: str, kind: str) -> dict[str, object]:
        version = ipaddress.ip_address(address).version
        return {"addr": address, "version": version, "type": kind, "mac": self.mac_address}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "BoundPort":
        """Return the port that a row keeps."""
        lists = {
            "addresses": tuple(kept["addresses"]),
            "floating": tuple(FloatingAddress(**one) for one in kept["floating"]),
            # Rows of earlier versions have none until their ports are read again.
            "subnets": tuple(PortSubnet.of(one) for one in kept.get("subnets", ())),
        }
        return cls(**{**kept, **lists})


@dataclass(frozen=True, slots=True)
class MadePort:
    """A port that was made for a server, as the network service knows it."""

    port_id: str
    server_id: str


@dataclass(slots=True)
class ServerPort:
    """A port of a server, from the moment that the server is to get it.

    :ivar id: a UUID by which a port is known that was made for it, also where the worker died
        before it could note the port's own id.
    :ivar position: counts the ports of a server.
    :ivar port_id: None until there is one.
    :ivar is_own: whether the port is made for the server, and goes with it.
    :ivar bound: the port as it was seen last; None until it is bound.
    :ivar is_stale: whether an event said that the port has changed since.
    """

    id: str
    server_id: str
    position: int
    network_id: str
    port_id: str | None
    is_own: bool
    fixed_ip: str | None = None
    tag: str | None = None
    security_groups: list[str] = field(default_factory=list)
    bound: BoundPort | None = None
    is_stale: bool = False


def addresses_of(ports: Iterable[ServerPort]) -> dict[str, list[dict[str, object]]]:
    """Return the addresses of ports by the names of their networks."""
    found: dict[str, list[dict[str, object]]] = {}
    for port in ports:
        if port.bound is not None:
            found.setdefault(port.bound.network_name, []).extend(port.bound.shown())
    return found


def interfaces_of(ports: Iterable[ServerPort]) -> list[dict[str, object]]:
    """Return the network cards of a guest, as :class:`~computeapi.domain.servers.Server` keeps
    them.
    """
    return [
        {
            "port_id": port.bound.port_id,
            "network_id": port.bound.network_id,
            "mac_address": port.bound.mac_address,
            "mtu": port.bound.mtu,
            "tag": port.tag,
            "subnets": [asdict(subnet) for subnet in port.bound.subnets],
        }
        for port in ports
        if port.bound is not None
    ]
