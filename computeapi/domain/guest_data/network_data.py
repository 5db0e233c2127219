"""The networks of a guest: ``network_data.json``."""

from collections.abc import Mapping

from computeapi.domain import addressing
from computeapi.domain.servers import Server


def network_data(server: Server) -> dict[str, object]:
    """Return the links and networks of a server; each gives the guest its addresses by DHCP."""
    if server.interfaces is not None:
        return _of_ports(server)
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


def _of_ports(server: Server) -> dict[str, object]:
    links: list[dict[str, object]] = []
    networks: list[dict[str, object]] = []
    for card in server.interfaces or []:
        link = f"tap{str(card['port_id'])[:11]}"
        links.append(
            {
                "id": link,
                "vif_id": card["port_id"],
                "type": "ovs",
                "mtu": card["mtu"],
                "ethernet_mac_address": card["mac_address"],
            }
        )
        for version in _versions(server, card):
            networks.append(
                {
                    "id": f"network{len(networks)}",
                    "type": f"ipv{version}_dhcp",
                    "link": link,
                    "network_id": card["network_id"],
                }
            )
    return {"links": links, "networks": networks, "services": []}


def _versions(server: Server, card: Mapping[str, object]) -> list[object]:
    """Return the versions of IP that a network card has addresses of."""
    addresses = [one for found in server.addresses.values() for one in found]
    return sorted(
        {one["version"] for one in addresses if one["mac"] == card["mac_address"]}, key=str
    )
