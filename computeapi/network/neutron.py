"""Neutron: the networks of a cloud, over the Networking API v2.0."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from oslo_config import cfg

from computeapi.domain.context import Context
from computeapi.domain.errors import (
    Conflict,
    Invalid,
    NoAddressLeft,
    NotFound,
    NotSupported,
)
from computeapi.domain.networks import FixedIp, Interface, NewInterface
from computeapi.domain.security_groups import SecurityGroup
from computeapi.domain.server_ports import NetworkPlan, NewPort
from computeapi.domain.servers import Server
from computeapi.network.neutron_calls import NeutronCalls
from computeapi.network.neutron_checks import is_secured
from computeapi.network.neutron_plan import Planner
from computeapi.network.neutron_security_groups import described
from computeapi.ports.network import Network, NetworkRequest

Document = Mapping[str, Any]


def load(conf: cfg.ConfigOpts) -> "Neutron":
    """Return the network service behind ``[neutron] endpoint``.

    :raises oslo_config.cfg.RequiredOptError: when there is no endpoint.
    """
    return Neutron(NeutronCalls(conf))


class Neutron(Network):
    """Servers are connected by ports of Neutron.

    The caller's token is what makes Neutron show only what the caller may see; changes to ports of
    servers are made in the service's own name.
    """

    def __init__(self, calls: NeutronCalls) -> None:
        self._calls = calls
        self._planner = Planner(calls)

    def plan(self, context: Context, request: NetworkRequest) -> NetworkPlan:
        return self._planner.plan(context, request)

    def security_groups(self, context: Context, server: Server) -> Sequence[SecurityGroup]:
        ids = {group for port in self._ports(server) for group in port["security_groups"]}
        if not ids:
            return []
        found = self._calls.get("/security-groups", [("id", one) for one in sorted(ids)])
        return described(found["security_groups"], self._calls.get)

    def add_security_group(self, context: Context, server: Server, group: str) -> None:
        group_id = self._group(context, server, group)
        ports = self._some_ports(server)
        for port in ports:
            if not _can_be_in_groups(port):
                raise Invalid(
                    f"Security group {group} cannot be applied: port {port['id']} of instance "
                    f"{server.id} is without port security, or without an address."
                )
        for port in ports:
            if group_id not in port["security_groups"]:
                self._change(port, security_groups=[*port["security_groups"], group_id])

    def remove_security_group(self, context: Context, server: Server, group: str) -> None:
        group_id = self._group(context, server, group)
        ports = [p for p in self._some_ports(server) if group_id in p["security_groups"]]
        if not ports:
            raise NotFound(f"Security group {group} not associated with the instance {server.id}")
        for port in ports:
            others = [one for one in port["security_groups"] if one != group_id]
            self._change(port, security_groups=others)

    def interfaces(self, context: Context, server: Server) -> Sequence[Interface]:
        cards = server.interfaces or []
        tags = {card["port_id"]: card["tag"] for card in cards}
        order = {card["port_id"]: position for position, card in enumerate(cards)}
        ports = [port for port in self._ports(server) if port["id"] in order]
        ports.sort(key=lambda port: order[port["id"]])
        return [_interface(port, tags[port["id"]]) for port in ports]

    def attach(self, context: Context, server: Server, new: NewInterface) -> NewPort:
        if server.interfaces is None:
            raise NotSupported("The server has a network of its own, and takes no other.")
        wanted = {
            "port": new.port_id,
            "uuid": new.network_id,
            "fixed_ip": new.address,
            "tag": new.tag,
        }
        owner = replace(context, project_id=server.project_id)
        return self._planner.port(owner, {k: v for k, v in wanted.items() if v is not None})

    def detach(self, context: Context, server: Server, port_id: str) -> None:
        if all(card["port_id"] != port_id for card in server.interfaces or []):
            raise NotFound(f"Port {port_id} could not be found.")

    def add_fixed_ip(self, context: Context, server: Server, network_id: str) -> None:
        ports = [port for port in self._ports(server) if port["network_id"] == network_id]
        if not ports:
            raise NotFound(f"Network {network_id} could not be found for instance {server.id}.")
        for subnet_id in self._subnets(network_id):
            for port in ports:
                try:
                    self._change(port, fixed_ips=[*port["fixed_ips"], {"subnet_id": subnet_id}])
                except (NoAddressLeft, Conflict):
                    continue
                return
        raise Invalid(f"No fixed IP addresses available for network: {network_id}")

    def remove_fixed_ip(self, context: Context, server: Server, address: str) -> None:
        for port in self._ports(server):
            others = [ip for ip in port["fixed_ips"] if ip["ip_address"] != address]
            if len(others) < len(port["fixed_ips"]):
                self._change(port, fixed_ips=others)
                return
        raise Invalid(f"Instance {server.id} has no fixed IP {address}.")

    def add_floating_ip(
        self, context: Context, server: Server, address: str, fixed_address: str | None
    ) -> str | None:
        port, fixed = self._target(server, fixed_address)
        floating = self._floating(context, address)
        before = self._server_of(floating.get("port_id"))
        wanted = {"port_id": port["id"], "fixed_ip_address": fixed}
        try:
            self._change_floating(floating, wanted)
        except (NotFound, Conflict) as error:
            # There is no router between the two, or the address has a floating IP already.
            raise Invalid(error.message) from error
        return before

    def remove_floating_ip(self, context: Context, server: Server, address: str) -> None:
        floating = self._floating(context, address)
        if floating.get("port_id") not in {port["id"] for port in self._ports(server)}:
            raise Conflict(f"Floating IP {address} is not associated with instance {server.id}.")
        self._change_floating(floating, {"port_id": None})

    def _ports(self, server: Server) -> list[Document]:
        found: list[Document] = self._calls.get("/ports", [("device_id", server.id)])["ports"]
        return found

    def _some_ports(self, server: Server) -> list[Document]:
        """Return the ports of a server.

        :raises NotFound: when it has none.
        """
        ports = self._ports(server)
        if not ports:
            raise NotFound(f"Instance {server.id} has no port that could be in a security group.")
        return ports

    def _group(self, context: Context, server: Server, group: str) -> str:
        """Return the id of a security group that the caller may see."""
        for name in ("id", "name"):
            query = [(name, group), ("project_id", server.project_id), ("fields", "id")]
            found = self._calls.as_caller(context, "/security-groups", query)["security_groups"]
            if len(found) > 1:
                raise Conflict(
                    f"Multiple security groups found matching '{group}'. "
                    "Use an ID to be more specific."
                )
            if found:
                return str(found[0]["id"])
        raise NotFound(f"Security group {group} not found for project {server.project_id}.")

    def _subnets(self, network_id: str) -> list[str]:
        query = [("network_id", network_id), ("fields", "id")]
        return [subnet["id"] for subnet in self._calls.get("/subnets", query)["subnets"]]

    def _floating(self, context: Context, address: str) -> Document:
        """Return a floating IP that the caller may see."""
        query = [("floating_ip_address", address)]
        for found in self._calls.as_caller(context, "/floatingips", query)["floatingips"]:
            return dict(found)
        raise NotFound(f"Floating IP {address} could not be found.")

    def _server_of(self, port_id: str | None) -> str | None:
        """Return the id of the device that has a port, or None when there is none."""
        if port_id is None:
            return None
        ports = self._calls.get("/ports", [("id", port_id), ("fields", "device_id")])["ports"]
        return next((str(port["device_id"]) for port in ports if port["device_id"]), None)

    def _target(self, server: Server, wanted: str | None) -> tuple[Document, str]:
        """Return the port, and its address, that a floating IP leads to.

        :raises Invalid: when the server has no such address.
        """
        for port in self._ports(server):
            for ip in port["fixed_ips"]:
                address = str(ip["ip_address"])
                if address == wanted or (wanted is None and ":" not in address):
                    return port, address
        if wanted is None:
            raise Invalid(f"Instance {server.id} has no fixed IP addresses.")
        raise Invalid(f"Instance {server.id} has no fixed IP {wanted}.")

    def _change(self, port: Document, **changes: object) -> None:
        self._calls.as_service("PUT", f"/ports/{port['id']}", json={"port": changes})

    def _change_floating(self, floating: Document, changes: Mapping[str, object]) -> None:
        path = f"/floatingips/{floating['id']}"
        self._calls.as_service("PUT", path, json={"floatingip": changes})


def _can_be_in_groups(port: Document) -> bool:
    has_address = port.get("fixed_ips") or port.get("ip_allocation") == "deferred"
    return bool(has_address) and is_secured(port)


def _interface(port: Document, tag: object) -> Interface:
    return Interface(
        port_id=port["id"],
        network_id=port["network_id"],
        mac_address=port["mac_address"],
        state=port["status"],
        fixed_ips=tuple(FixedIp(ip["ip_address"], ip["subnet_id"]) for ip in port["fixed_ips"]),
        tag=None if tag is None else str(tag),
    )
