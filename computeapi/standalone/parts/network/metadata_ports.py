"""The ports of the cloud's networks, as OVN's northbound database has them: Neutron writes it.

A switch of OVN is a network: ``neutron-ID``. A port has Neutron's id as its name, its MAC address
in ``addresses``, and the rest in ``external_ids``.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ovs import poller
from ovs.db import idl

_SWITCH = "neutron-"
_GUEST = "compute:"


@dataclass(frozen=True, slots=True)
class MetadataPort:
    """The port of a network by which its guests reach the metadata service.

    :ivar addresses: with the lengths of their prefixes, one of each subnet.
    """

    port_id: str
    mac_address: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owner:
    """The server that has a port, and the project of the port."""

    server_id: str
    project_id: str


@dataclass(slots=True)
class NetworkPorts:
    """A network.

    :ivar port: None where it has no port for the metadata service.
    :ivar owners: of the ports of guests, by each of their addresses.
    """

    port: MetadataPort | None = None
    owners: dict[str, Owner] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogicalPort:
    """A port of a switch of OVN.

    :ivar kind: "localport" of the port for the metadata service; it is on every host.
    """

    name: str
    kind: str
    mac_address: str
    ids: Mapping[str, str]

    def join(self, network: NetworkPorts) -> None:
        """Add the port to its network."""
        addresses = tuple(self.ids.get("neutron:cidrs", "").split())
        server_id = self.ids.get("neutron:device_id", "")
        if self.kind == "localport":
            network.port = MetadataPort(self.name, self.mac_address, addresses)
        elif self.ids.get("neutron:device_owner", "").startswith(_GUEST) and server_id:
            owner = Owner(server_id, self.ids.get("neutron:project_id", ""))
            for address in addresses:
                network.owners[str(ipaddress.ip_interface(address).ip)] = owner
            network.owners[link_local(self.mac_address)] = owner


def link_local(mac_address: str) -> str:
    """Return the link-local IPv6 address of a card (RFC 4291, appendix A).

    It is the only one that OVN's port security lets a guest have.
    """
    octets = bytearray.fromhex(mac_address.replace(":", ""))
    octets[0] ^= 2
    interface = bytes([*octets[:3], 0xFF, 0xFE, *octets[3:]])
    return str(ipaddress.IPv6Address(bytes.fromhex("fe80000000000000") + interface))


def networks_of(switches: Iterable[tuple[str, Iterable[LogicalPort]]]) -> dict[str, NetworkPorts]:
    """Return the networks by their ids.

    :param switches: each with its name and its ports.
    """
    found = {}
    for name, ports in switches:
        if name.startswith(_SWITCH):
            network = found[name.removeprefix(_SWITCH)] = NetworkPorts()
            for port in ports:
                port.join(network)
    return found


class Database:
    """The northbound database, of which this process has a copy that follows it."""

    def __init__(self, remote: str, schema: Path) -> None:
        """:param remote: such as unix:/path. :param schema: of the database, a file."""
        helper = idl.SchemaHelper(str(schema))
        helper.register_columns("Logical_Switch", ["name", "ports"])
        helper.register_columns(
            "Logical_Switch_Port", ["name", "type", "addresses", "external_ids"]
        )
        self._idl = idl.Idl(remote, helper)
        self._seen = 0

    def wait(self, seconds: float | None) -> bool:
        """Wait for changes; return whether there are any.

        :param seconds: to wait for them at most; None waits without an end.
        """
        waiting = poller.Poller()
        self._idl.run()
        if self._idl.change_seqno == self._seen:
            self._idl.wait(waiting)
            if seconds is not None:
                waiting.timer_wait(int(1000 * seconds))
            waiting.block()
            self._idl.run()
        seen, self._seen = self._seen, self._idl.change_seqno
        return seen != self._seen

    def networks(self) -> dict[str, NetworkPorts]:
        """Return the networks as they are now, by their ids."""
        switches = self._idl.tables["Logical_Switch"].rows.values()
        return networks_of((switch.name, map(_port, switch.ports)) for switch in switches)


def _port(row: idl.Row) -> LogicalPort:
    mac_address = row.addresses[0].split()[0] if row.addresses else ""
    return LogicalPort(row.name, row.type, mac_address, dict(row.external_ids))
