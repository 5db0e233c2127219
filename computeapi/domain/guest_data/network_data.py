"""The networks of a guest: ``network_data.json``."""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from computeapi.domain import addressing
from computeapi.domain.server_ports import PortSubnet
from computeapi.domain.servers import Server

_EVERYWHERE = {4: "0.0.0.0/0", 6: "::/0"}


def network_data(server: Server) -> dict[str, object]:
    """Return the links, networks and name servers of a server, as Nova's schema describes them
    (Nova's user guide, "Metadata", ``network_data.json``).
    """
    if server.interfaces is not None:
        return _of_ports(server.interfaces)
    if not server.has_network:
        return {"links": [], "networks": [], "services": []}
    link = "tap0"
    return {
        "links": [
            {
                "id": link,
                "type": "phy",
                "mtu": 1500,
                "ethernet_mac_address": addressing.mac_address(server.id),
            }
        ],
        "networks": [
            {
                "id": "network0",
                "type": "ipv4_dhcp",
                "link": link,
                "network_id": addressing.NETWORK,
            }
        ],
        "services": [],
    }


def _of_ports(cards: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """Return the documents of network cards; one without an address is left out, as in Nova."""
    links: list[dict[str, object]] = []
    networks: list[dict[str, object]] = []
    name_servers: dict[str, None] = {}
    for card in cards:
        subnets = _firsts(PortSubnet.of(one) for one in card.get("subnets", ()))
        if subnets:
            links.append(_link(card, subnets))
        for subnet in subnets:
            about = {"id": f"network{len(networks)}", "network_id": card["network_id"]}
            networks.append({**about, "link": links[-1]["id"], **_addressing(subnet)})
            name_servers |= dict.fromkeys(subnet.name_servers)
    return {"links": links, "networks": networks, "services": _services(name_servers)}


def _firsts(subnets: Iterable[PortSubnet]) -> list[PortSubnet]:
    """Return the first subnet of each version of IP."""
    found: dict[int, PortSubnet] = {}
    for subnet in subnets:
        found.setdefault(subnet.version, subnet)
    return [found[version] for version in sorted(found)]


def _link(card: Mapping[str, Any], subnets: Sequence[PortSubnet]) -> dict[str, object]:
    # DHCP tells the guest its MTU.
    is_told = any(subnet.has_dhcp for subnet in subnets)
    return {
        "id": f"tap{str(card['port_id'])[:11]}",
        "vif_id": card["port_id"],
        "type": "ovs",
        "mtu": None if is_told else card["mtu"],
        "ethernet_mac_address": card["mac_address"],
    }


def _addressing(subnet: PortSubnet) -> dict[str, object]:
    """Return how a guest comes by its address; the address and its routes, unless DHCP tells."""
    if subnet.ipv6_mode is None and subnet.has_dhcp:
        return {"type": f"ipv{subnet.version}_dhcp"}
    mode = "" if subnet.ipv6_mode is None else f"_{subnet.ipv6_mode}"
    routes = list(subnet.routes)
    if subnet.gateway is not None:
        routes.insert(0, (_EVERYWHERE[subnet.version], subnet.gateway))
    return {
        "type": f"ipv{subnet.version}{mode}",
        "ip_address": subnet.address,
        "netmask": str(ipaddress.ip_network(subnet.cidr).netmask),
        "routes": [_route(cidr, gateway) for cidr, gateway in routes],
        "services": _services(subnet.name_servers),
    }


def _route(cidr: str, gateway: str) -> dict[str, str]:
    network = ipaddress.ip_network(cidr)
    return {
        "network": str(network.network_address),
        "netmask": str(network.netmask),
        "gateway": gateway,
    }


def _services(name_servers: Iterable[str]) -> list[dict[str, str]]:
    return [{"type": "dns", "address": address} for address in name_servers]
