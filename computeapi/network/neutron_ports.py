"""The ports of Neutron, as a worker makes, binds and removes them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from oslo_config import cfg

from computeapi.domain.errors import Conflict, Error, NotFound
from computeapi.domain.server_ports import (
    BoundPort,
    FloatingAddress,
    MadePort,
    PortSubnet,
    ServerPort,
)
from computeapi.domain.servers import Server
from computeapi.network.neutron_calls import NeutronCalls, Query
from computeapi.ports.port_binding import PortBinding

#: The description of the ports that this service makes begins with it; the id of a row follows.
MARK = "computeapi:"
_OWNER = "compute:"
#: Ids in one query: a URL has a longest length.
_MAX_IDS = 50
Document = Mapping[str, Any]


def load(conf: cfg.ConfigOpts) -> "NeutronPorts":
    """Return the ports of the Neutron behind ``[neutron] endpoint``.

    :raises oslo_config.cfg.RequiredOptError: when there is no endpoint.
    """
    return NeutronPorts(NeutronCalls(conf))


class NeutronPorts(PortBinding):
    """Makes, binds and removes ports of servers.

    Neutron takes no id for a new port. A port that is made bears its row's id in its description,
    and its server's in ``device_id``: so it is found again after any process has died.
    """

    def __init__(self, calls: NeutronCalls) -> None:
        self._calls = calls

    def bind(self, server: Server, port: ServerPort, host: str) -> BoundPort:
        wanted = {
            "device_id": server.id,
            "device_owner": f"{_OWNER}{server.availability_zone or ''}",
            "binding:host_id": host,
        }
        if self._knows_names:
            wanted["dns_name"] = server.hostname
        found = self._find(port)
        if found is None:
            found = self._make(server, port, wanted)
        elif found["device_id"] not in ("", server.id):
            raise Conflict(f"Port {found['id']} is still in use.")
        elif _is_unbound(found) or any(found.get(k) != value for k, value in wanted.items()):
            # A Neutron that died may have noted the host and not bound the port.
            found = self._change(found["id"], wanted)
        _check_binding(found)
        return self._described([found])[found["id"]]

    def describe(self, ports: Sequence[ServerPort]) -> Mapping[str, BoundPort]:
        ids = {port.port_id: port.id for port in ports if port.port_id}
        found = self._all("/ports", "ports", "id", ids)
        return {ids[port_id]: bound for port_id, bound in self._described(found).items()}

    def has_network(self, network_id: str) -> bool:
        query = [("id", network_id), ("fields", "id")]
        return bool(self._calls.get("/networks", query)["networks"])

    def release(self, server_id: str, ports: Sequence[ServerPort]) -> None:
        is_own = {port.port_id: port.is_own for port in ports}
        for found in self._calls.get("/ports", [("device_id", server_id)])["ports"]:
            # The owner of a port that a row knows may have described it anew.
            if is_own.get(found["id"], _is_ours(found)):
                self.remove(found["id"])
            elif found["id"] in is_own:
                self._give_back(found["id"])

    def release_one(self, port: ServerPort) -> None:
        try:
            found = self._find(port)
        except NotFound:
            return
        if found is None or found["device_id"] not in ("", port.server_id):
            return
        if port.is_own:
            self.remove(found["id"])
        elif found["device_id"]:
            self._give_back(found["id"])

    def unbind(self, ports: Sequence[ServerPort]) -> None:
        for port in ports:
            if port.port_id is not None:
                self._change_if_there(port.port_id, {"binding:host_id": ""})

    def made_on(self, host: str) -> Sequence[MadePort]:
        fields = [("fields", name) for name in ("id", "device_id", "description")]
        found = self._calls.get("/ports", [("binding:host_id", host), *fields])["ports"]
        return [MadePort(port["id"], port["device_id"]) for port in found if _is_ours(port)]

    def remove(self, port_id: str) -> None:
        try:
            self._calls.as_service("DELETE", f"/ports/{port_id}")
        except NotFound:
            return

    def _find(self, port: ServerPort) -> Document | None:
        """Return the port of a row; None when none was made yet.

        :raises NotFound: when a port that is known is gone.
        """
        if port.port_id is not None:
            return dict(self._calls.get(f"/ports/{port.port_id}")["port"])
        query = [("device_id", port.server_id), ("network_id", port.network_id)]
        for found in self._calls.get("/ports", query)["ports"]:
            if found.get("description") == f"{MARK}{port.id}":
                return dict(found)
        return None

    def _make(self, server: Server, port: ServerPort, wanted: dict[str, str]) -> Document:
        new: dict[str, object] = {
            **wanted,
            "network_id": port.network_id,
            "project_id": server.project_id,
            "admin_state_up": True,
            "description": f"{MARK}{port.id}",
        }
        if port.security_groups:
            new["security_groups"] = port.security_groups
        if port.fixed_ip is not None:
            new["fixed_ips"] = [{"ip_address": port.fixed_ip}]
        return dict(self._calls.as_service("POST", "/ports", json={"port": new})["port"])

    def _described(self, ports: Iterable[Document]) -> dict[str, BoundPort]:
        """Return ports with their networks, subnets and floating IPs, by their ids."""
        found = {port["id"]: port for port in ports}
        network_ids = {port["network_id"] for port in found.values()}
        networks = {n["id"]: n for n in self._all("/networks", "networks", "id", network_ids)}
        subnet_ids = {ip["subnet_id"] for port in found.values() for ip in port["fixed_ips"]}
        subnets = {s["id"]: s for s in self._all("/subnets", "subnets", "id", subnet_ids)}
        floating: dict[str, list[FloatingAddress]] = {}
        for one in self._all("/floatingips", "floatingips", "port_id", found):
            address = FloatingAddress(one["floating_ip_address"], one["fixed_ip_address"])
            floating.setdefault(one["port_id"], []).append(address)
        return {
            port_id: BoundPort(
                port_id=port_id,
                network_id=port["network_id"],
                network_name=networks[port["network_id"]]["name"],
                mac_address=port["mac_address"],
                mtu=networks[port["network_id"]].get("mtu") or 1500,
                addresses=tuple(ip["ip_address"] for ip in port["fixed_ips"]),
                floating=tuple(floating.get(port_id, ())),
                subnets=_subnets(port, subnets),
            )
            for port_id, port in found.items()
        }

    def _all(self, path: str, key: str, name: str, values: Iterable[str]) -> list[Document]:
        """Return the things that have one of some values."""
        wanted = sorted(values)
        found: list[Document] = []
        for start in range(0, len(wanted), _MAX_IDS):
            query: Query = [(name, value) for value in wanted[start : start + _MAX_IDS]]
            found.extend(self._calls.get(path, query)[key])
        return found

    def _give_back(self, port_id: str) -> None:
        free = {"device_id": "", "device_owner": "", "binding:host_id": ""}
        if self._knows_names:
            free["dns_name"] = ""
        self._change_if_there(port_id, free)

    def _change_if_there(self, port_id: str, changes: Mapping[str, str]) -> None:
        try:
            self._change(port_id, changes)
        except NotFound:
            return

    def _change(self, port_id: str, changes: Mapping[str, str]) -> Document:
        path = f"/ports/{port_id}"
        return dict(self._calls.as_service("PUT", path, json={"port": dict(changes)})["port"])

    @cached_property
    def _knows_names(self) -> bool:
        """Whether Neutron answers a guest's name in its networks."""
        found = self._calls.get("/extensions", [("fields", "alias")])["extensions"]
        return any(extension["alias"] == "dns-integration" for extension in found)


def _subnets(port: Document, known: Mapping[str, Document]) -> tuple[PortSubnet, ...]:
    """Return the subnets of the addresses of a port."""
    addresses: dict[str, str] = {}
    for ip in port["fixed_ips"]:
        addresses.setdefault(ip["subnet_id"], ip["ip_address"])
    return tuple(
        PortSubnet(
            address=address,
            cidr=known[subnet_id]["cidr"],
            gateway=known[subnet_id].get("gateway_ip"),
            has_dhcp=bool(known[subnet_id].get("enable_dhcp")),
            ipv6_mode=known[subnet_id].get("ipv6_address_mode"),
            name_servers=tuple(known[subnet_id].get("dns_nameservers", ())),
            routes=tuple(
                (route["destination"], route["nexthop"])
                for route in known[subnet_id].get("host_routes", ())
            ),
        )
        for subnet_id, address in addresses.items()
        if subnet_id in known
    )


def _is_unbound(port: Document) -> bool:
    return port.get("binding:vif_type") in ("binding_failed", "unbound")


def _check_binding(port: Document) -> None:
    """Check that a bound port can be plugged, as a tap of the host's switch.

    :raises Error: when it cannot.
    """
    if _is_unbound(port):
        raise Error(f"Binding failed for port {port['id']}: see the log of Neutron.")
    # Neutron hides the fields from users who are no administrators.
    for field, usable in (("binding:vnic_type", "normal"), ("binding:vif_type", "ovs")):
        if port.get(field, usable) != usable:
            kind = field.removeprefix("binding:")
            raise Error(
                f"Port {port['id']} is not usable on its host: its {kind} is {port[field]}, "
                f"not {usable}."
            )


def _is_ours(port: Document) -> bool:
    return str(port.get("description") or "").startswith(MARK)
